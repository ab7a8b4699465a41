//! `[[route]]`.

use crate::kinds::WebOrigin;
use crate::kinds::{Flag, HostName, List, Method, Name, Optional, Permission, RoutePath, Text};
use crate::part::Part;
use crate::section::{Rules, section};
use crate::similar::nearest;

use super::names;

section! {
    /// The section may stand several times; the order says nothing. The most specific route
    /// counts: first those that name the request's host, or if none does, those that name no host;
    /// of these the ones with the longest path that fits; of these one that names the method,
    /// else the one that names none. What no route takes is answered with 404, also where a
    /// shorter path or a route without a host would take it: a permission can't be walked around.
    pub struct Route {
        /// Requests to this host alone. Not set: to any.
        host: Optional<HostName>,
        /// `/v1/orders` is that path alone; `/v1/` is every path that begins so, by whole
        /// segments. It is compared with the path as it was signed.
        path: RoutePath,
        /// Requests with these methods alone. Empty: with any.
        methods: List<Method>,
        /// The name of the upstream that requests are forwarded to.
        upstream: Name,
        /// What the role of the token must have. Not set: that it may log in with tokens is enough.
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
    match nearest(written, known.clone()) {
        Some(name) => format!("names no upstream: did you mean \"{name}\"?"),
        None => {
            let names = known.collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "none".to_owned() } else { names };
            format!("names no upstream: there are {names}")
        }
    }
}
