//! `[[route]]`.

use crate::kinds::WebOrigin;
use crate::kinds::{Flag, HostName, List, Method, Name, Optional, Permission, RoutePath, Text};
use crate::part::Part;
use crate::section::{Rules, section};
use crate::shown::excerpt;
use crate::similar::nearest;

use super::names;

/// Upstreams that are named to whoever named none of them.
const MOST_NAMED: usize = 10;

section! {
    /// The section may stand several times; the order says nothing. The most specific route
    /// counts. A host that a route names has the routes that name it, and no others; of these the
    /// longest path counts, then a route that names the method, then one that names none. Where no
    /// path fits the answer is 404, where the path has routes for other methods alone it is 405:
    /// nothing falls through to a wider route, which may ask for less.
    pub struct Route {
        /// Requests to this host alone. Not set: to any. One in `domain` is a host of an account: a
        /// route for all accounts names a host elsewhere, or none.
        host: Optional<HostName>,
        /// `/v1/orders` is that path alone; `/v1/` is every path that begins so, by whole
        /// segments, and `/v1`. It is compared with the path as it was signed. A path that servers
        /// may read as that of another route (`//`, `..`, `%2f`, `;`, other letters) is answered
        /// with 400, unless one route covers all paths of the host.
        path: RoutePath,
        /// Requests with these methods alone; `HEAD` goes with `GET`. Empty: with any.
        methods: List<Method>,
        /// The name of the upstream that requests are forwarded to.
        upstream: Name,
        /// What the role of the token must grant, at least to this level; without one, `view`. Not
        /// set: nothing beyond logging in with tokens.
        permission: Optional<Permission>,
        /// Whether the upstream gets the header `Authorization` as it came.
        keep_authorization: Flag = "false",
        /// Whether requests are forwarded without any proof. They carry no identity headers.
        unauthenticated: Flag = "false",
        /// Whether a request may upgrade its connection to WebSocket.
        websocket: Flag = "false",
        /// Web sites whose scripts may send signed requests: preflights from them are answered,
        /// and `Authorization` is allowed.
        cors_origins: List<WebOrigin>,
        /// `aud` of the assertion that the upstream gets. Not set: the name of the upstream.
        audience: Optional<Text>,
    }
}

impl Rules for Route {
    fn check(&self, part: &mut Part<'_, '_>) {
        if self.unauthenticated && self.permission.is_some() {
            let sentence = "can't be asked for where unauthenticated = true: leave one of them out";
            part.fault("permission", sentence);
        }
        let takes_get = self.methods.is_empty() || self.methods.iter().any(|it| it == "GET");
        if self.websocket && !takes_get {
            part.fault("websocket", "begins with GET, which methods leaves out: add it there");
        }
    }

    fn check_all(all: &[(usize, &Self)], part: &mut Part<'_, '_>) {
        let known = names(part, "upstream");
        for (number, route) in all {
            if !known.contains(&route.upstream) {
                let sentence = unknown_upstream(&route.upstream, known.iter().map(String::as_str));
                part.fault(&format!("route[{number}].upstream"), sentence);
            }
        }
        for (at, (number, route)) in all.iter().enumerate() {
            if let Some((first, _)) = all[..at].iter().find(|(_, earlier)| earlier.ties(route)) {
                let sentence = format!(
                    "and route[{first}] take the same requests: name other hosts, paths or methods"
                );
                part.fault(&format!("route[{number}].path"), sentence);
            }
        }
    }
}

impl Route {
    /// Whether there is a request that both take and neither takes more specifically.
    fn ties(&self, other: &Self) -> bool {
        let same_place = self.host == other.host && self.path == other.path;
        let both_any = self.methods.is_empty() && other.methods.is_empty();
        same_place && (both_any || self.methods.iter().any(|it| other.methods.contains(it)))
    }
}

fn unknown_upstream<'n>(written: &str, known: impl Iterator<Item = &'n str> + Clone) -> String {
    if let Some(name) = nearest(written, known.clone()) {
        return format!("names no upstream: did you mean {}?", excerpt(name));
    }
    let names: Vec<String> = known.take(MOST_NAMED).map(excerpt).collect();
    if names.is_empty() {
        return "names no upstream: no [[upstream]] has a name".to_owned();
    }
    format!("names no upstream: there are {}", names.join(", "))
}
