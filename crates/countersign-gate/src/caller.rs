//! Who called, as the trail keeps it: cut to what it keeps, no query, and no secret of ours that a
//! client has put where none belongs.

use std::net::IpAddr;

use countersign_model::{Timestamp, without_secrets};
use countersign_verify::{Caller, Surface};
use http::header::USER_AGENT;
use http::request::Parts;

const METHOD: usize = 32;
const PATH: usize = 512;
const AGENT: usize = 256;

pub(crate) fn caller(parts: &Parts, source: IpAddr, at: Timestamp) -> Caller {
    let path = parts.uri.path();
    let agent = parts.headers.get(USER_AGENT);
    Caller {
        at,
        source,
        surface: Surface::of(path),
        method: cut(parts.method.as_str(), METHOD).to_owned(),
        path: kept(path, PATH),
        user_agent: agent.map(|value| kept(&String::from_utf8_lossy(value.as_bytes()), AGENT)),
    }
}

/// Cleaned before it is cut: of half a secret nobody could tell what it is.
fn kept(text: &str, longest: usize) -> String {
    let clean = without_secrets(text);
    match cut(&clean, longest) {
        all if all.len() == clean.len() => clean,
        part => part.to_owned(),
    }
}

fn cut(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use countersign_model::TokenSecret;
    use countersign_testkit::SeededChance;
    use http::Request;

    use super::*;

    fn of(target: &str, agent: &[u8]) -> Caller {
        let request = Request::builder().method("REPORT").uri(target).header("user-agent", agent);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        caller(&parts, Ipv4Addr::LOCALHOST.into(), Timestamp::from_seconds(1))
    }

    #[test]
    fn the_trail_keeps_no_query() {
        let caller = of("/services/rest/x?secret=1", b"curl/8");
        assert_eq!(caller.path, "/services/rest/x");
        assert_eq!(caller.surface, Surface::Rest);
        assert_eq!(caller.method, "REPORT");
        assert_eq!(caller.user_agent.as_deref(), Some("curl/8"));
    }

    #[test]
    fn a_secret_is_taken_out_also_where_it_would_be_cut_in_two() {
        let secret = TokenSecret::generate(&SeededChance::new(1)).reveal().to_string();
        let path = format!("/{}/{secret}", "x".repeat(PATH - 40));
        let caller = of(&path, format!("{}{secret}", "a-".repeat(110)).as_bytes());
        for kept in [caller.path, caller.user_agent.unwrap()] {
            assert!(!kept.contains(&secret[..8]) && kept.contains("[a secret]"), "{kept}");
        }
    }

    #[test]
    fn the_secret_of_a_link_is_not_kept() {
        let secret = format!("pickup_{}", "0a".repeat(32));
        let caller = of(&format!("/pickups/{secret}/x"), secret.as_bytes());
        assert_eq!(caller.path, "/pickups/[a secret]/x");
        assert_eq!(caller.user_agent.as_deref(), Some("[a secret]"));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let path = format!("/{}", "ü".repeat(600));
        let caller = of(&path, "ä".repeat(200).as_bytes());
        assert_eq!(caller.path.len(), 511);
        assert_eq!(caller.user_agent.map(|agent| agent.len()), Some(256));
        assert_eq!(of("/", b"a\xffb").user_agent.as_deref(), Some("a\u{fffd}b"));
    }
}
