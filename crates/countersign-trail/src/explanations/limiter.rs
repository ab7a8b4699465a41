//! How many refusals a second are explained, for one token and for one address. No I/O, no clock.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use countersign_model::{AccountNumber, IntegrationId, TokenNumber};
use countersign_verify::RefusedAttempt;

/// Explanations a second for one token, for one integration named without a token, and for one
/// source.
pub(super) const A_SECOND: u32 = 5;
/// Tokens and sources that are told apart within a second; who comes after them is not explained.
const TOLD_APART: usize = 4_096;

#[derive(Default)]
pub(super) struct Limiter {
    second: u64,
    spent: HashMap<Spender, u32>,
}

/// Who may cause so many and no more.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Spender {
    Token(AccountNumber, TokenNumber),
    Integration(IntegrationId),
    Source(IpAddr),
}

impl Limiter {
    /// Whether a refusal may be explained in that second, which is told by a clock that never goes
    /// back. One that may not spends nothing of the other's.
    pub(super) fn admits(&mut self, attempt: &RefusedAttempt, second: u64) -> bool {
        if second != self.second {
            self.second = second;
            self.spent.clear();
        }
        let spenders = spenders(attempt);
        let spent = |it: &Spender| self.spent.get(it).copied().unwrap_or_default();
        if spenders.iter().any(|it| spent(it) >= A_SECOND)
            || self.spent.len() + spenders.len() > TOLD_APART
        {
            return false;
        }
        for spender in spenders {
            *self.spent.entry(spender).or_default() += 1;
        }
        true
    }
}

/// Whose business a refusal is: its source's, and its token's or integration's.
pub(super) fn spenders(attempt: &RefusedAttempt) -> Vec<Spender> {
    let named = &attempt.refused.named;
    let owner = match (named.token, named.integration) {
        (Some((account, token)), _) => Some(Spender::Token(account, token)),
        (None, integration) => integration.map(Spender::Integration),
    };
    [Some(Spender::Source(source(attempt.caller.source))), owner].into_iter().flatten().collect()
}

/// An address; of IPv6 the network that one subscriber has.
fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::attempt;
    use super::*;

    fn admitted(limiter: &mut Limiter, source: [u8; 4], token: u32, second: u64) -> usize {
        let attempt = attempt(source, Some(token));
        (0..20).filter(|_| limiter.admits(&attempt, second)).count()
    }

    #[test]
    fn one_token_and_one_source_have_five_a_second() {
        let mut limiter = Limiter::default();
        assert_eq!(admitted(&mut limiter, [10, 0, 0, 1], 1, 0), 5);
        assert_eq!(admitted(&mut limiter, [10, 0, 0, 1], 2, 0), 0, "the source is spent");
        assert_eq!(admitted(&mut limiter, [10, 0, 0, 2], 1, 0), 0, "the token is spent");
        assert_eq!(admitted(&mut limiter, [10, 0, 0, 3], 2, 0), 5, "who was refused spent nothing");
        assert_eq!(admitted(&mut limiter, [10, 0, 0, 1], 1, 1), 5, "the next second");
    }

    #[test]
    fn the_memory_of_a_second_is_bounded() {
        let mut limiter = Limiter::default();
        for number in 0..20_000_u32 {
            let [_, a, b, c] = number.to_be_bytes();
            limiter.admits(&attempt([10, a, b, c], Some(number)), 0);
        }
        assert!(limiter.spent.len() <= TOLD_APART);
    }

    #[test]
    fn a_subscribers_ipv6_network_is_one_source() {
        let of = |text: &str| source(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
