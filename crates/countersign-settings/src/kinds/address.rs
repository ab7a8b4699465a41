//! Hosts and addresses to listen on.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Given, Setting, Wrong};
use crate::shown::Shown;

/// A host, without a port.
#[derive(Clone, Copy, Debug)]
pub enum HostName {}

impl Setting for HostName {
    type Value = String;
    const EXAMPLE: &'static str = "\"api.example.com\"";

    fn kind() -> String {
        "host, without a port".to_owned()
    }

    fn read(given: Given<'_>) -> Result<String, Vec<Wrong>> {
        let wrong = || given.wrong("is no host: write one such as api.example.com, without port");
        given.text().and_then(host).ok_or_else(wrong)
    }

    fn show(value: &String) -> Shown {
        Shown::text(value)
    }
}

/// A host in its one spelling: lower case, IPv6 in brackets.
pub(super) fn host(text: &str) -> Option<String> {
    if let Some(address) = text.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_label = |label: &str| {
        let within = (1..=63).contains(&label.len()) && label.chars().all(is_part);
        within && !label.starts_with('-') && !label.ends_with('-')
    };
    if text.len() > 253 || !text.split('.').all(is_label) {
        return None;
    }
    // What ends in a number is an IPv4 address or nothing: clients read `0x7f.1` as one.
    let last = text.rsplit('.').next()?;
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
    if is_number && text.parse::<Ipv4Addr>().is_err() {
        return None;
    }
    Some(text.to_ascii_lowercase())
}

/// An IP address with a port.
#[derive(Clone, Copy, Debug)]
pub enum SocketAddress {}

impl Setting for SocketAddress {
    type Value = SocketAddr;
    const EXAMPLE: &'static str = "\"127.0.0.1:8080\"";

    fn kind() -> String {
        "IP address and port, such as `127.0.0.1:8080`".to_owned()
    }

    fn read(given: Given<'_>) -> Result<SocketAddr, Vec<Wrong>> {
        let address = given.text().and_then(|text| text.parse().ok());
        address.ok_or_else(|| {
            given.wrong("is no address to listen on: write IP:PORT, such as 127.0.0.1:8080")
        })
    }

    fn show(value: &SocketAddr) -> Shown {
        Shown::text(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_spelling() {
        for (text, expected) in [
            ("API.Example.com", Some("api.example.com")),
            ("localhost", Some("localhost")),
            ("10.0.0.1", Some("10.0.0.1")),
            ("[0:0::1]", Some("[::1]")),
            ("xn--bcher-kva.example", Some("xn--bcher-kva.example")),
            ("::1", None),
            ("a.example:80", None),
            ("a.example.", None),
            ("-a.example", None),
            ("a_b.example", None),
            ("bücher.example", None),
            ("10.1", None),
            ("10.0.0.0x1", None),
            ("*.example.com", None),
            ("", None),
        ] {
            assert_eq!(host(text).as_deref(), expected, "{text}");
        }
    }
}
