//! What a route says of requests: method, path, permission.

use std::fmt::{self, Display};

use super::choice::choice;
use super::{Given, Setting, Wrong};
use crate::shown::Shown;

/// A method of HTTP.
#[derive(Clone, Copy, Debug)]
pub enum Method {}

impl Setting for Method {
    type Value = String;
    const EXAMPLE: &'static str = "\"GET\"";

    fn kind() -> String {
        "HTTP method, in capital letters".to_owned()
    }

    fn read(given: Given<'_>) -> Result<String, Vec<Wrong>> {
        let is_method = |text: &&str| {
            let is_part = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
            (1..=32).contains(&text.len()) && text.bytes().all(is_part)
        };
        let Some(method) = given.text().filter(is_method) else {
            let capitals = given.text().map(str::to_ascii_uppercase);
            return Err(match capitals.as_deref().filter(is_method) {
                Some(right) => given.wrong(format!("is no method: write \"{right}\"")),
                None => given.wrong("is no method: write one such as \"GET\""),
            });
        };
        if ["CONNECT", "TRACE"].contains(&method) {
            return Err(given.wrong("is never forwarded: leave it out"));
        }
        Ok(method.to_owned())
    }

    fn show(value: &String) -> Shown {
        Shown::text(value)
    }
}

/// The paths of a route: one, or, if it ends in `/`, all below it.
#[derive(Clone, Copy, Debug)]
pub enum RoutePath {}

impl Setting for RoutePath {
    type Value = String;
    const EXAMPLE: &'static str = "\"/v1/\"";

    fn kind() -> String {
        "path that begins with `/`; if it ends in `/`, with all below it".to_owned()
    }

    fn read(given: Given<'_>) -> Result<String, Vec<Wrong>> {
        let text = plain_path(given)?;
        if is_own_path(text) {
            return Err(given.wrong("is answered by Countersign itself: write another path"));
        }
        Ok(text.to_owned())
    }

    fn show(value: &String) -> Shown {
        Shown::text(value)
    }
}

/// A path on an upstream.
#[derive(Clone, Copy, Debug)]
pub enum RequestPath {}

impl Setting for RequestPath {
    type Value = String;
    const EXAMPLE: &'static str = "\"/health\"";

    fn kind() -> String {
        "path that begins with `/`".to_owned()
    }

    fn read(given: Given<'_>) -> Result<String, Vec<Wrong>> {
        plain_path(given).map(str::to_owned)
    }

    fn show(value: &String) -> Shown {
        Shown::text(value)
    }
}

/// A path of characters that come in one spelling only.
fn plain_path(given: Given<'_>) -> Result<&str, Vec<Wrong>> {
    let text = given.text().filter(|text| text.starts_with('/') && text.len() <= 1024);
    let text = text.ok_or_else(|| given.wrong("is no path: write one that begins with /"))?;
    if text.contains(['?', '#']) {
        return Err(given.wrong("has a query or a fragment: write the path alone"));
    }
    if text.contains('*') {
        return Err(given.wrong("has a *: a path that ends in / stands for all below it"));
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()+,;=:@/".contains(&byte);
    if !text.bytes().all(is_plain) {
        let sentence = "has characters that come encoded in several ways: write a shorter path";
        return Err(given.wrong(sentence));
    }
    // Some servers cut a segment at its `;`. The last one may be empty: then the path ends in `/`.
    let names = text[1..].split('/').map(|it| (it, it.split(';').next().unwrap_or_default()));
    let mut names = names.rev().enumerate();
    if names.any(|(n, (all, name))| {
        matches!(name, "." | "..") || (name.is_empty() && (n > 0 || !all.is_empty()))
    }) {
        return Err(given.wrong("has an empty segment, . or ..: write the path without them"));
    }
    Ok(text)
}

/// Whether a path is one that Countersign answers itself, or leads to such paths alone.
pub fn is_own_path(path: &str) -> bool {
    let own = ["/countersign/", "/rest/", "/app/login/", "/services/rest/auth/"];
    path == "/countersign" || own.iter().any(|prefix| path.starts_with(prefix))
}

choice! {
    /// How far a permission goes.
    pub enum Level {
        /// Look.
        View = "view",
        /// Look and add.
        Create = "create",
        /// Look, add and change.
        Edit = "edit",
        /// All of it.
        Full = "full",
    }
}

/// What a role must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permitted {
    /// The permission.
    pub name: String,
    /// How far it has to go, at least.
    pub level: Level,
}

impl Display for Permitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.level.as_str())
    }
}

/// A permission, `name` or `name:level`.
#[derive(Clone, Copy, Debug)]
pub enum Permission {}

impl Setting for Permission {
    type Value = Permitted;
    const EXAMPLE: &'static str = "\"orders:view\"";

    fn kind() -> String {
        format!("permission, `name` or `name:level`; levels are {}", Level::kind())
    }

    fn read(given: Given<'_>) -> Result<Permitted, Vec<Wrong>> {
        let wrong = |what: &str| {
            let levels = "view, create, edit or full";
            given.wrong(format!("{what}: write name or name:level, with a level of {levels}"))
        };
        let text = given.text().ok_or_else(|| wrong("is no permission"))?;
        let (name, level) = text.split_once(':').map_or((text, None), |(n, l)| (n, Some(l)));
        if !is_permission(name) {
            return Err(wrong("is no permission"));
        }
        let level = level.map_or(Ok(Level::View), |level| Level::read(Given::Plain(level)));
        let level = level.map_err(|_| wrong("has an unknown level"))?;
        Ok(Permitted { name: name.to_owned(), level })
    }

    fn show(value: &Permitted) -> Shown {
        Shown::text(value)
    }
}

/// Whether it can name a permission: a built-in one, or one that an account defines.
fn is_permission(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = |byte: Option<&u8>| byte.is_some_and(|byte| plain(*byte));
    let bytes = name.as_bytes();
    bytes.len() <= 64
        && ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|byte| plain(*byte) || b".-_".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_named_as_accounts_define_them() {
        for (text, level) in [("orders", Level::View), ("orders.read:edit", Level::Edit)] {
            let read = Permission::read(Given::Plain(text)).unwrap();
            let name = text.split(':').next().unwrap();
            assert_eq!((read.name.as_str(), read.level), (name, level));
        }
        for bad in ["", ".orders", "orders.", "Orders", "a b", "orders:all", "ä"] {
            assert!(Permission::read(Given::Plain(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_path_of_a_route_is_plain() {
        for good in ["/", "/v1/", "/v1/orders", "/services/rest/record/", "/a.b/~c"] {
            assert_eq!(RoutePath::read(Given::Plain(good)).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "v1/",
            "/a?b",
            "/a#",
            "/*",
            "/a%2Fb",
            "/a b",
            "/ä",
            "//",
            "/a//b",
            "/../a",
            "/a/.",
            "/a/..;x/b",
            "/a/;x",
            "/countersign",
            "/countersign/x",
            "/rest/",
            "/app/login/x",
            "/services/rest/auth/",
        ] {
            assert!(RoutePath::read(Given::Plain(bad)).is_err(), "{bad}");
        }
    }
}
