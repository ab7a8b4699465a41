//! Until when, after which rest and from where a token works. By default: always, everywhere.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use thiserror::Error;

use crate::Timestamp;

/// What bounds a token beyond its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenLimits {
    /// From then on it doesn't work.
    pub expires_at: Option<Timestamp>,
    /// After so many days without use it runs out.
    pub idle_days: Option<u16>,
    /// From where alone it may be used.
    pub addresses: Option<Addresses>,
}

impl TokenLimits {
    /// These limits, or narrower ones: nothing that `signing` doesn't allow itself. For a token
    /// that is made by a request which another one of the same entity signed.
    #[must_use]
    pub fn within(self, signing: &Self) -> Self {
        let least = |one: Option<Timestamp>, other: Option<Timestamp>| match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let days = [self.idle_days, signing.idle_days];
        Self {
            expires_at: least(self.expires_at, signing.expires_at),
            idle_days: days.into_iter().flatten().min(),
            addresses: signing.addresses.clone().or(self.addresses),
        }
    }

    /// The most days of rest: ten years.
    pub const MOST_IDLE_DAYS: u16 = 3650;

    /// Days of rest, as somebody typed them.
    ///
    /// # Errors
    /// [`InvalidIdleDays`] says how many there may be.
    pub fn idle_days(days: u32) -> Result<u16, InvalidIdleDays> {
        u16::try_from(days)
            .ok()
            .filter(|days| (1..=Self::MOST_IDLE_DAYS).contains(days))
            .ok_or(InvalidIdleDays)
    }
}

/// A number of days that is none to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("days are counted from 1 to {}", TokenLimits::MOST_IDLE_DAYS)]
pub struct InvalidIdleDays;

/// Networks that a token may be used from. Cheap to clone; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses(Arc<[IpNet]>);

impl Addresses {
    /// The most networks of one token.
    pub const MOST: usize = 32;

    /// Reads networks (`192.0.2.0/24`, `2001:db8::/32`) and single addresses, separated by commas
    /// or blanks. Bits behind a network's prefix are refused: somebody meant something else.
    ///
    /// # Errors
    /// [`InvalidAddresses`] says what a list looks like.
    pub fn parse(text: &str) -> Result<Self, InvalidAddresses> {
        let words = text.split([',', ' ', '\n', '\t']).filter(|word| !word.is_empty());
        let networks: Vec<_> = words.map(network).collect::<Result<_, _>>()?;
        if networks.is_empty() || networks.len() > Self::MOST {
            return Err(InvalidAddresses);
        }
        Ok(Self(networks.into()))
    }

    /// Whether `address` is in one of them.
    pub fn have(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(word: &str) -> Result<IpNet, InvalidAddresses> {
    if let Ok(address) = word.parse::<IpAddr>() {
        return Ok(address.to_canonical().into());
    }
    let network: IpNet = word.parse().map_err(|_| InvalidAddresses)?;
    let is_exact = network.addr() == network.network();
    // An IPv4 client never comes as ::ffff:192.0.2.1 here: such a network would match nobody.
    let is_mapped = matches!(network, IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some());
    if is_exact && !is_mapped { Ok(network) } else { Err(InvalidAddresses) }
}

/// As the store and the pages have it: `192.0.2.0/24, 2001:db8::1/128`.
impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, network) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{network}")?;
        }
        Ok(())
    }
}

/// Text that is no list of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "allowed addresses are 1 to {} addresses or networks such as 192.0.2.0/24 or 2001:db8::/32, \
     with nothing set behind the prefix",
    Addresses::MOST
)]
pub struct InvalidAddresses;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_allowed_if_one_of_the_networks_has_it() {
        let addresses = Addresses::parse("192.0.2.0/24, 198.51.100.7 2001:db8::/32").unwrap();
        for (address, allowed) in [
            ("192.0.2.255", true),
            ("192.0.3.0", false),
            ("198.51.100.7", true),
            ("198.51.100.8", false),
            ("::ffff:192.0.2.1", true),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(addresses.have(address.parse().unwrap()), allowed, "{address}");
        }
        let text = addresses.to_string();
        assert_eq!(text, "192.0.2.0/24, 198.51.100.7/32, 2001:db8::/32");
        assert_eq!(Addresses::parse(&text), Ok(addresses));
    }

    #[test]
    fn what_is_no_list_of_networks_is_refused() {
        let many = "192.0.2.1,".repeat(Addresses::MOST + 1);
        for text in
            ["", " , ", "localhost", "192.0.2.1/24", "192.0.2.0/33", "::ffff:192.0.2.0/120", &many]
        {
            assert_eq!(Addresses::parse(text), Err(InvalidAddresses), "{text:?}");
        }
        assert!(Addresses::parse("0.0.0.0/0").is_ok());
    }

    #[test]
    fn days_of_rest_are_counted_from_one() {
        for (days, read) in [(0, false), (1, true), (3650, true), (3651, false), (65_537, false)] {
            assert_eq!(TokenLimits::idle_days(days).is_ok(), read, "{days}");
        }
    }
}
