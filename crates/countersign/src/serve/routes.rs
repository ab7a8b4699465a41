//! Routes and upstreams, from the settings.

use crate::small_file;
use anyhow::Context;
use countersign_gate::{
    HealthCheck, PathPattern, Route, RoutePermission, Rules, Trust, Upstream, UpstreamSettings,
};
use countersign_model::Level;
use countersign_settings::{self as settings, Settings};
use http::Method;

/// All routes, and the upstreams that they name. Reads the files of authorities.
pub(crate) fn rules(settings: &Settings) -> anyhow::Result<Rules> {
    let upstreams = settings.upstream.iter().map(upstream).collect::<anyhow::Result<_>>()?;
    let routes = settings.route.iter().map(route).collect::<anyhow::Result<_>>()?;
    Ok(Rules::new(routes, upstreams)?)
}

fn route(route: &settings::Route) -> anyhow::Result<Route> {
    let method = |name: &String| Method::from_bytes(name.as_bytes());
    let audience = route.audience.as_ref().unwrap_or(&route.upstream);
    Ok(Route {
        host: route.host.clone(),
        path: PathPattern::parse(&route.path)?,
        methods: route.methods.iter().map(method).collect::<Result<_, _>>()?,
        upstream: route.upstream.clone(),
        permission: route.permission.as_ref().map(permission),
        keep_authorization: route.keep_authorization,
        unauthenticated: route.unauthenticated,
        websocket: route.websocket,
        cors_origins: route.cors_origins.iter().map(ToString::to_string).collect(),
        audience: audience.as_str().into(),
    })
}

fn permission(needed: &settings::Permitted) -> RoutePermission {
    let level = match needed.level {
        settings::Level::View => Level::View,
        settings::Level::Create => Level::Create,
        settings::Level::Edit => Level::Edit,
        settings::Level::Full => Level::Full,
    };
    RoutePermission { name: needed.name.clone(), level }
}

fn upstream(upstream: &settings::Upstream) -> anyhow::Result<(String, Upstream)> {
    let name = &upstream.name;
    let servers: Vec<String> = upstream.servers.iter().map(ToString::to_string).collect();
    let health = match &upstream.health_path {
        None => None,
        Some(path) => Some(HealthCheck {
            path: path.parse().with_context(|| format!("{path} is no path"))?,
            interval: upstream.health_interval,
            timeout: upstream.health_timeout,
        }),
    };
    let settings = UpstreamSettings {
        connect_timeout: upstream.connect_timeout,
        answer_timeout: upstream.answer_timeout,
        retries: upstream.retries == settings::Retries::Safe,
        health,
        trust: trust(upstream)?,
        keep: upstream.keep,
        kept: upstream.kept,
    };
    Ok((name.clone(), Upstream::new(&servers, settings)?))
}

/// More are no authorities.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Who vouches for the servers of an upstream.
pub(crate) fn trust(upstream: &settings::Upstream) -> anyhow::Result<Trust> {
    let Some(file) = &upstream.ca_file else { return Ok(Trust::default()) };
    let (shown, name) = (file.display(), &upstream.name);
    let text = small_file::read(file, LONGEST).with_context(|| format!("can't read {shown}"))?;
    Trust::from_pem(&text).with_context(|| format!("{shown} (ca_file of {name})"))
}
