//! Networks of addresses.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Given, Setting, Wrong};
use crate::shown::Shown;

/// A network, `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug)]
pub enum Cidr {}

impl Setting for Cidr {
    type Value = IpNet;
    const EXAMPLE: &'static str = "\"10.0.0.0/8\"";

    fn kind() -> String {
        "network, such as `10.0.0.0/8`, or address".to_owned()
    }

    fn read(given: Given<'_>) -> Result<IpNet, Vec<Wrong>> {
        let wrong = || given.wrong("is no network: write one such as 10.0.0.0/8 or fd00::/8");
        let text = given.text().ok_or_else(wrong)?;
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse().map_err(|_| wrong())?,
        };
        // Who checks an address takes it in its IPv4 form, so this would hold none.
        if network.addr().to_canonical() != network.addr() {
            return Err(given.wrong("is an IPv4 address in IPv6 form: write it as 10.0.0.0/8"));
        }
        if network.trunc() != network {
            let sentence = format!("has bits behind its prefix: write {}", network.trunc());
            return Err(given.wrong(sentence));
        }
        Ok(network)
    }

    fn show(value: &IpNet) -> Shown {
        Shown::text(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_written_with_its_first_address() {
        let form = "is no network: write one such as 10.0.0.0/8 or fd00::/8";
        for (text, expected) in [
            ("10.0.0.0/8", Ok("10.0.0.0/8")),
            ("192.0.2.7", Ok("192.0.2.7/32")),
            ("0.0.0.0/0", Ok("0.0.0.0/0")),
            ("::1", Ok("::1/128")),
            ("FD00::/8", Ok("fd00::/8")),
            ("10.0.0.1/8", Err("has bits behind its prefix: write 10.0.0.0/8")),
            ("1.0.0.0/0", Err("has bits behind its prefix: write 0.0.0.0/0")),
            ("::ffff:10.0.0.0/104", Err("is an IPv4 address in IPv6 form: write it as 10.0.0.0/8")),
            ("10.0.0.0/33", Err(form)),
            ("10.0.0.0/+8", Err(form)),
            ("10.0.0.0/", Err(form)),
            ("localhost", Err(form)),
            ("", Err(form)),
        ] {
            let read = Cidr::read(Given::Plain(text));
            let read = read.map(|it| it.to_string()).map_err(|it| it[0].sentence.clone());
            assert_eq!(read, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
    }
}
