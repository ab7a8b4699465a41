//! Routes: which upstream gets a request, and what is asked of its sender.
//!
//! Belongs here: finding the route of a request, and refusing paths that a careless upstream could
//! read as another route's. Does not: doing what a route says (see `walk`).
//!
//! The most specific route counts. A host that a route names has those routes that name it, and no
//! others; of these the longest path counts, then one that names methods. A path that only routes
//! of other methods cover is answered with 405: nothing falls through to a wider route, which may
//! ask for less.

mod path;

use std::sync::Arc;

use countersign_model::Level;
use http::Method;
use thiserror::Error;

use crate::Limits;
use crate::head::Host;
use crate::upstream::{Server, Upstream};

pub use path::{InvalidPath, PathPattern};

/// A route, as configured.
#[derive(Clone, Debug)]
pub struct Route {
    /// The host that it is for, without a port; any host where none is named.
    pub host: Option<String>,
    /// The paths that it is for.
    pub path: PathPattern,
    /// The methods that it is for; any where none is named. `HEAD` goes with `GET`.
    pub methods: Vec<Method>,
    /// The name of the upstream that gets the requests.
    pub upstream: String,
    /// What the role of the token must grant.
    pub permission: Option<RoutePermission>,
    /// Whether the upstream gets the `Authorization` header.
    pub keep_authorization: bool,
    /// Whether nothing is asked of the sender: no signature, no token.
    pub unauthenticated: bool,
    /// Whether a connection may become a WebSocket.
    pub websocket: bool,
    /// Web sites whose pages may call this route, such as `https://app.example.com`.
    pub cors_origins: Vec<String>,
    /// Whom the signed assertion is for.
    pub audience: Arc<str>,
}

/// A permission, and how far it must go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutePermission {
    /// Its name.
    pub name: String,
    /// At least so far.
    pub level: Level,
}

/// Routes and the upstreams that they name.
pub struct Rules {
    routes: Vec<(Route, usize)>,
    upstreams: Vec<Upstream>,
}

/// Routes that can't be served.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidRules {
    /// A route leads nowhere.
    #[error("a route names the upstream {0:?}, which there is not")]
    UnknownUpstream(String),
    /// Which of two counts can't be told.
    #[error("two routes are for the same host, path and methods: {0}")]
    SameRoute(String),
    /// Nothing would be forwarded.
    #[error("there is no route")]
    None,
}

impl Route {
    /// A route of everything to one upstream, for signed requests.
    pub fn all(upstream: &str) -> Self {
        Self {
            host: None,
            path: PathPattern::all(),
            methods: Vec::new(),
            upstream: upstream.to_owned(),
            permission: None,
            keep_authorization: false,
            unauthenticated: false,
            websocket: false,
            cors_origins: Vec::new(),
            audience: upstream.into(),
        }
    }

    fn takes(&self, method: &Method) -> bool {
        self.methods.is_empty()
            || self.methods.contains(method)
            || (method == Method::HEAD && self.methods.contains(&Method::GET))
    }

    fn is_like(&self, other: &Self) -> bool {
        let host = |route: &Self| route.host.as_deref().map(str::to_ascii_lowercase);
        let shared = self.methods.iter().any(|method| other.methods.contains(method));
        let both_any = self.methods.is_empty() && other.methods.is_empty();
        host(self) == host(other) && self.path == other.path && (shared || both_any)
    }
}

impl Rules {
    /// The permissions that routes ask for.
    pub fn permissions(&self) -> impl Iterator<Item = &RoutePermission> {
        self.routes.iter().filter_map(|(route, _)| route.permission.as_ref())
    }

    /// Routes to upstreams, which are named once each.
    ///
    /// # Errors
    /// [`InvalidRules`] says what can't be served.
    pub fn new(
        routes: Vec<Route>,
        upstreams: Vec<(String, Upstream)>,
    ) -> Result<Self, InvalidRules> {
        let mut numbered = Vec::with_capacity(routes.len());
        for route in routes {
            let number = upstreams.iter().position(|(name, _)| *name == route.upstream);
            let Some(number) = number else {
                return Err(InvalidRules::UnknownUpstream(route.upstream));
            };
            if numbered.iter().any(|(other, _): &(Route, usize)| route.is_like(other)) {
                return Err(InvalidRules::SameRoute(route.path.to_string()));
            }
            numbered.push((route, number));
        }
        if numbered.is_empty() {
            return Err(InvalidRules::None);
        }
        numbered.sort_by_key(|(route, _)| {
            std::cmp::Reverse((route.path.weight(), !route.methods.is_empty()))
        });
        let upstreams = upstreams.into_iter().map(|(_, upstream)| upstream).collect();
        Ok(Self { routes: numbered, upstreams })
    }

    /// Every signed request to one upstream.
    pub fn one(upstream: Upstream) -> Self {
        Self { routes: vec![(Route::all("upstream"), 0)], upstreams: vec![upstream] }
    }
}

/// Rules at work.
pub(crate) struct Routing {
    /// The routes that name a host, by that.
    named: Vec<(String, Vec<Reachable>)>,
    /// Those for all other hosts.
    others: Vec<Reachable>,
    servers: Vec<Arc<Server>>,
}

/// A route, and the upstream that its requests go to.
struct Reachable {
    route: Route,
    server: Arc<Server>,
}

/// What there is for a request.
pub(crate) enum Found<'r> {
    /// Its route and the upstream of that.
    Route(&'r Route, &'r Server),
    /// Its path has routes, for other methods: these.
    OtherMethods(Vec<&'r Method>),
    /// Its path can be read as that of more than one route.
    Ambiguous,
    /// Nothing.
    Nothing,
}

impl Routing {
    /// Connects the upstreams, and begins to watch their health.
    pub(crate) fn start(rules: Rules, limits: &Limits) -> Self {
        Self::replacing(&[], rules, limits)
    }

    /// The same for rules that come after these: upstreams that did not change go on.
    pub(crate) fn followed_by(&self, rules: Rules, limits: &Limits) -> Self {
        Self::replacing(&self.servers, rules, limits)
    }

    fn replacing(before: &[Arc<Server>], rules: Rules, limits: &Limits) -> Self {
        let start = |upstream| Server::start(upstream, limits, before);
        let servers: Vec<_> = rules.upstreams.into_iter().map(start).collect();
        let (mut named, mut others): (Vec<(String, Vec<Reachable>)>, _) = (vec![], vec![]);
        // The most specific first, and so within each host.
        for (route, number) in rules.routes {
            let Some(server) = servers.get(number).cloned() else { continue };
            let host = route.host.as_ref().map(|name| name.to_ascii_lowercase());
            let reachable = Reachable { route, server };
            match host.map(|host| (named.iter().position(|(name, _)| *name == host), host)) {
                None => others.push(reachable),
                Some((Some(at), _)) => named[at].1.push(reachable),
                Some((None, host)) => named.push((host, vec![reachable])),
            }
        }
        Self { named, others, servers }
    }

    pub(crate) fn find(&self, host: Host<'_>, path: &str, method: &Method) -> Found<'_> {
        let own = self.named.iter().find(|(name, _)| host.is_site(name));
        let here = own.map_or(&self.others, |(_, routes)| routes);
        let is_single = matches!(&here[..], [only] if only.route.path.is_all());
        if !is_single && !path::is_plain(path) {
            return Found::Ambiguous;
        }
        let patterns = || here.iter().map(|it| &it.route.path);
        let pattern = patterns().find(|pattern| pattern.covers(path));
        if !is_single && path::may_be_read_as_another(path, pattern, patterns()) {
            return Found::Ambiguous;
        }
        let Some(pattern) = pattern else { return Found::Nothing };
        let same = here.iter().filter(|it| it.route.path == *pattern);
        let named = same.clone().find(|it| it.route.methods.contains(method));
        match named.or_else(|| same.clone().find(|it| it.route.takes(method))) {
            Some(it) => Found::Route(&it.route, &it.server),
            None => Found::OtherMethods(same.flat_map(|it| &it.route.methods).collect()),
        }
    }

    /// How many servers of upstreams are well, and how many are not.
    pub(crate) fn health(&self) -> (usize, usize) {
        let all = || self.servers.iter().flat_map(|server| server.health());
        let well = all().filter(|is_well| *is_well).count();
        (well, all().count() - well)
    }
}

#[cfg(test)]
mod tests;
