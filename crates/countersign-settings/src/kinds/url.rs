//! URLs of a few forms. Own code, as little of a URL is allowed in any of them.

use std::fmt::{self, Display};
use std::net::{Ipv4Addr, Ipv6Addr};

use super::address::host;
use super::{Given, Setting, Wrong};
use crate::shown::Shown;

/// A URL without user, query and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// How it is spoken to.
    pub scheme: Scheme,
    /// In lower case; IPv6 in brackets.
    pub host: String,
    /// Unless it is the scheme's own.
    pub port: Option<u16>,
    /// Empty, or beginning with `/`.
    pub path: String,
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// As it stands before `://`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that is not written.
    pub fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Url {
    /// Whether it leads to this machine.
    pub fn is_loopback(&self) -> bool {
        let v6 = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || self.host.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
            || v6.parse().is_ok_and(|address: Ipv6Addr| address.is_loopback())
    }

    /// The port, also if it is the scheme's own.
    pub fn port_number(&self) -> u16 {
        self.port.unwrap_or(self.scheme.port())
    }
}

impl Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

/// What a URL has that it must not have; or it is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    NoUrl,
    User,
    Query,
}

fn parse(text: &str) -> Result<Url, Fault> {
    let (scheme, rest) = text.split_once("://").ok_or(Fault::NoUrl)?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return Err(Fault::NoUrl),
    };
    if rest.contains('@') {
        return Err(Fault::User);
    }
    if rest.contains(['?', '#']) {
        return Err(Fault::Query);
    }
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (authority, None),
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let port = match port {
        None => None,
        Some(port) if is_number(port) => Some(port.parse().map_err(|_| Fault::NoUrl)?),
        Some(_) => return Err(Fault::NoUrl),
    };
    let is_path = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    if port == Some(0) || !path.bytes().all(is_path) {
        return Err(Fault::NoUrl);
    }
    let host = host(name).ok_or(Fault::NoUrl)?;
    Ok(Url {
        scheme,
        host,
        port: port.filter(|port| *port != scheme.port()),
        path: path.to_owned(),
    })
}

/// Reads a URL; `form` says what it should look like.
fn read(given: Given<'_>, form: &str) -> Result<Url, Vec<Wrong>> {
    let text = given.text().ok_or_else(|| given.wrong(format!("is no URL: write {form}")))?;
    parse(text).map_err(|fault| match fault {
        Fault::NoUrl => given.wrong(format!("is no URL: write {form}")),
        // It may be a password.
        Fault::User => given.wrong_unseen("the URL", "has a user or a password: leave it out"),
        // So may be a key in the query.
        Fault::Query => given.wrong_unseen("the URL", "has a query or a fragment: leave it out"),
    })
}

/// Without a path; that of the root says the same as none.
fn read_bare(given: Given<'_>, form: &str) -> Result<Url, Vec<Wrong>> {
    let url = read(given, form)?;
    match url.path.as_str() {
        "" | "/" => Ok(Url { path: String::new(), ..url }),
        _ => Err(given.wrong(format!("has a path: write {}", Url { path: String::new(), ..url }))),
    }
}

/// Where people and clients reach this deployment.
#[derive(Clone, Copy, Debug)]
pub enum PublicUrl {}

impl Setting for PublicUrl {
    type Value = Url;
    const EXAMPLE: &'static str = "\"https://auth.example.com\"";

    fn kind() -> String {
        "`https` URL without a path; `http` for a loopback host only".to_owned()
    }

    fn read(given: Given<'_>) -> Result<Url, Vec<Wrong>> {
        let url = read_bare(given, "one such as https://auth.example.com")?;
        if url.scheme == Scheme::Http && !url.is_loopback() {
            return Err(given.wrong("is plain HTTP to another machine: write https://"));
        }
        Ok(url)
    }

    fn show(value: &Url) -> Shown {
        Shown::text(value)
    }
}

/// A server that requests are forwarded to.
#[derive(Clone, Copy, Debug)]
pub enum ServerUrl {}

impl Setting for ServerUrl {
    type Value = Url;
    const EXAMPLE: &'static str = "\"http://127.0.0.1:9000\"";

    fn kind() -> String {
        "`http` or `https` URL without a path".to_owned()
    }

    fn read(given: Given<'_>) -> Result<Url, Vec<Wrong>> {
        read_bare(given, "one such as http://127.0.0.1:9000")
    }

    fn show(value: &Url) -> Shown {
        Shown::text(value)
    }
}

/// Where something is sent.
#[derive(Clone, Copy, Debug)]
pub enum Endpoint {}

impl Setting for Endpoint {
    type Value = Url;
    const EXAMPLE: &'static str = "\"http://127.0.0.1:4318\"";

    fn kind() -> String {
        "`http` or `https` URL".to_owned()
    }

    fn read(given: Given<'_>) -> Result<Url, Vec<Wrong>> {
        read(given, "one such as http://127.0.0.1:4318")
    }

    fn show(value: &Url) -> Shown {
        Shown::text(value)
    }
}

/// A web site, as browsers name it in `Origin`.
#[derive(Clone, Copy, Debug)]
pub enum WebOrigin {}

impl Setting for WebOrigin {
    type Value = Url;
    const EXAMPLE: &'static str = "\"https://app.example.com\"";

    fn kind() -> String {
        "origin of a web site, such as `https://app.example.com`".to_owned()
    }

    fn read(given: Given<'_>) -> Result<Url, Vec<Wrong>> {
        if given.text() == Some("*") {
            let sentence = "would let every web site sign requests: name the sites one by one";
            return Err(given.wrong(sentence));
        }
        read_bare(given, "one such as https://app.example.com")
    }

    fn show(value: &Url) -> Shown {
        Shown::text(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_one_spelling() {
        for (text, expected) in [
            ("https://A.example:443/", Ok("https://a.example/")),
            ("HTTP://localhost:80", Ok("http://localhost")),
            ("http://[::1]:9000/v1/traces", Ok("http://[::1]:9000/v1/traces")),
            ("http://[::1]", Ok("http://[::1]")),
            ("http://user:word@a.example", Err(Fault::User)),
            ("http://a.example?key=1", Err(Fault::Query)),
            ("http://a.example/#x", Err(Fault::Query)),
            ("ftp://a.example", Err(Fault::NoUrl)),
            ("a.example", Err(Fault::NoUrl)),
            ("http://", Err(Fault::NoUrl)),
            ("http://:80", Err(Fault::NoUrl)),
            ("http://a:", Err(Fault::NoUrl)),
            ("http://a:0", Err(Fault::NoUrl)),
            ("http://a:+80", Err(Fault::NoUrl)),
            ("http://a:65536", Err(Fault::NoUrl)),
            ("http://a b", Err(Fault::NoUrl)),
            ("http://a/ b", Err(Fault::NoUrl)),
        ] {
            let shown = parse(text).map(|url| url.to_string());
            assert_eq!(shown.as_deref().map_err(|fault| *fault), expected, "{text}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_not_repeated() {
        let wrong = ServerUrl::read(Given::Plain("http://ann:sesame@a.example")).unwrap_err();
        assert!(!format!("{wrong:?}").contains("sesame"));
    }
}
