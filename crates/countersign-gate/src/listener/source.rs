//! How many connections one client address may have open: a part of all there are.
//!
//! Belongs here: whom a connection counts for, and what is said to who has too many. Does not: how
//! many there are of all.

use std::net::{IpAddr, SocketAddr};

use countersign_telemetry::metrics::Limit;

use super::{Claim, Door};
use crate::gate::Shared;
use crate::notices::{Cause, Example};
use crate::throttle::{Holder, Share};
use crate::{Limits, Plane};

/// For who speaks HTTP without TLS. Others see their connection reset: to tell them more would
/// take a handshake, which is what there is not to be more of.
pub(super) const TURNED_AWAY: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 67\r\ncache-control: no-store\r\n\
    retry-after: 1\r\nconnection: close\r\n\r\n\
    Your address has as many connections open as one may. Close others.";

/// Somebody has as many connections as one may have.
pub(super) struct TooMany;

/// What a connection takes of its client's share; nothing where it counts for nobody.
pub(super) fn enter(
    gate: &Shared,
    door: &Door,
    peer: SocketAddr,
    claim: &Claim,
) -> Result<Option<Share>, TooMany> {
    let Some(source) = counted(door, peer, claim, &gate.limits) else { return Ok(None) };
    if let Some(place) = gate.sources.take(Holder::source(source)) {
        return Ok(Some(place));
    }
    gate.metrics.limited(Limit::ConnectionsOfSource);
    let limit = usize::try_from(gate.sources.each()).ok();
    gate.notices.tell(Cause::ConnectionsOfSource, &Example { limit, ..Example::from(source) });
    Err(TooMany)
}

/// The address that a connection counts for. A trusted peer stands for many: it counts for none,
/// but each client that it names in a PROXY header does. So may a proxy on this machine that nobody
/// has named, where no limit was set.
fn counted(door: &Door, peer: SocketAddr, claim: &Claim, limits: &Limits) -> Option<IpAddr> {
    let source = claim.source.unwrap_or(peer.ip()).to_canonical();
    let is_exempt = door.serves == Plane::Control
        || door.peers.has(source)
        || (source.is_loopback() && limits.connections_per_source.is_none());
    (!is_exempt).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Peers;

    #[test]
    fn who_stands_for_many_is_not_counted_as_one() {
        let door = |serves| Door {
            serves,
            tls: None,
            peers: Peers::new(vec!["10.0.0.0/8".parse().unwrap()]),
            proxy_protocol: false,
        };
        let unset = Limits::default();
        let set = Limits { connections_per_source: Some(7), ..Limits::default() };
        for (peer, claimed, limits, expected) in [
            ("192.0.2.1", None, &unset, Some("192.0.2.1")),
            ("::ffff:192.0.2.1", None, &unset, Some("192.0.2.1")),
            ("10.0.0.1", None, &unset, None),
            ("10.0.0.1", Some("192.0.2.7"), &unset, Some("192.0.2.7")),
            ("10.0.0.1", Some("10.0.0.2"), &unset, None),
            ("127.0.0.1", None, &unset, None),
            ("127.0.0.1", None, &set, Some("127.0.0.1")),
            ("10.0.0.1", None, &set, None),
        ] {
            let claim = Claim { source: claimed.map(|it| it.parse().unwrap()), scheme: None };
            let peer = SocketAddr::new(peer.parse().unwrap(), 1);
            let expected = expected.map(|it| it.parse().unwrap());
            assert_eq!(counted(&door(Plane::Data), peer, &claim, limits), expected, "{peer}");
            assert_eq!(counted(&door(Plane::All), peer, &claim, limits), expected, "{peer}");
            assert_eq!(counted(&door(Plane::Control), peer, &claim, limits), None);
        }
    }

    #[test]
    fn what_is_said_is_as_long_as_it_says() {
        let text = std::str::from_utf8(TURNED_AWAY).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{}", body.len());
    }
}
