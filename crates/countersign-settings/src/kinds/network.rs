//! Networks of addresses.

use std::fmt::{self, Display};
use std::net::IpAddr;

use super::{Given, Setting, Wrong};
use crate::shown::Shown;

/// The addresses that share a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether an address is in it. An IPv4 address is the same in its IPv6 form
    /// (`::ffff:10.0.0.1`), in which a listener for both sees it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                masked(ours.to_bits().into(), 32, self.prefix)
                    == masked(theirs.to_bits().into(), 32, self.prefix)
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                masked(ours.to_bits(), 128, self.prefix)
                    == masked(theirs.to_bits(), 128, self.prefix)
            }
            _ => false,
        }
    }

    /// Its first address.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// How many bits its addresses share.
    pub fn prefix(&self) -> u8 {
        self.prefix
    }
}

/// The first `prefix` of `width` bits; shifting by the whole width is no shift.
fn masked(bits: u128, width: u8, prefix: u8) -> u128 {
    bits.checked_shr(u32::from(width - prefix)).unwrap_or(0)
}

impl Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// A network, `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug)]
pub enum Cidr {}

impl Setting for Cidr {
    type Value = Network;
    const EXAMPLE: &'static str = "\"10.0.0.0/8\"";

    fn kind() -> String {
        "network, such as `10.0.0.0/8`, or address".to_owned()
    }

    fn read(given: Given<'_>) -> Result<Network, Vec<Wrong>> {
        let wrong = || given.wrong("is no network: write one such as 10.0.0.0/8 or fd00::/8");
        let text = given.text().ok_or_else(wrong)?;
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = match prefix {
            None => width,
            Some(text) => text.parse().ok().filter(|_| is_number(&text)).ok_or_else(wrong)?,
        };
        if prefix > width {
            return Err(given.wrong(format!("has too long a prefix: write at most /{width}")));
        }
        if address.to_canonical() != address {
            return Err(given.wrong("is an IPv4 address in IPv6 form: write it as 10.0.0.0/8"));
        }
        let first = first(address, width, prefix);
        if first != address {
            return Err(given.wrong(format!("has bits behind its prefix: write {first}/{prefix}")));
        }
        Ok(Network { address, prefix })
    }

    fn show(value: &Network) -> Shown {
        Shown::text(value)
    }
}

/// The address with nothing behind its prefix.
fn first(address: IpAddr, width: u8, prefix: u8) -> IpAddr {
    let low = u32::from(width - prefix);
    let clear = |bits: u128| (bits.checked_shr(low).unwrap_or(0)).checked_shl(low).unwrap_or(0);
    match address {
        IpAddr::V4(address) => {
            // What was 32 bits stays 32 bits.
            let bits = clear(address.to_bits().into());
            IpAddr::V4(u32::try_from(bits).unwrap_or(0).into())
        }
        IpAddr::V6(address) => IpAddr::V6(clear(address.to_bits()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Result<Network, String> {
        Cidr::read(Given::Plain(text)).map_err(|wrong| wrong[0].sentence.clone())
    }

    #[test]
    fn a_network_holds_the_addresses_of_its_prefix() {
        for (text, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("10.0.0.0/8", "::ffff:10.0.0.1", "::10.0.0.1"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("fd00::/8", "fdff::1", "fe00::"),
            ("::1", "::1", "::2"),
            ("::/0", "ffff::", "10.0.0.1"),
        ] {
            let read = network(text).unwrap();
            assert!(read.contains(inside.parse().unwrap()), "{inside} in {text}");
            assert!(!read.contains(outside.parse().unwrap()), "{outside} in {text}");
            assert_eq!(network(&read.to_string()), Ok(read));
        }
    }

    #[test]
    fn a_wrong_network_is_answered_with_a_right_one() {
        let form = "is no network: write one such as 10.0.0.0/8 or fd00::/8";
        for (text, sentence) in [
            ("10.0.0.1/8", "has bits behind its prefix: write 10.0.0.0/8"),
            ("fd00::1/8", "has bits behind its prefix: write fd00::/8"),
            ("1.0.0.0/0", "has bits behind its prefix: write 0.0.0.0/0"),
            ("10.0.0.0/33", "has too long a prefix: write at most /32"),
            ("::ffff:10.0.0.0/104", "is an IPv4 address in IPv6 form: write it as 10.0.0.0/8"),
            ("10.0.0.0/+8", form),
            ("10.0.0.0/", form),
            ("localhost", form),
            ("", form),
        ] {
            assert_eq!(network(text), Err(sentence.to_owned()), "{text}");
        }
    }
}
