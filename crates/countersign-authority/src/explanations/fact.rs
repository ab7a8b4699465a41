//! What is known of a refusal without looking into its signature.

use countersign_model::Timestamp;
use countersign_signing::diagnose::Fact;
use countersign_signing::{Authorization, Fields, ProofFault};
use countersign_verify::Refusal;
use countersign_verify::replay::NotRemembered;

/// What the verdict knows of a refusal; `None` where the request itself shows it.
pub(super) fn fact(refusal: Refusal, now: Timestamp) -> Option<Fact<'static>> {
    Some(match refusal {
        Refusal::BadSignature
        | Refusal::NoCredentials
        | Refusal::Header(_)
        | Refusal::Proof(_)
        | Refusal::Request(_)
        | Refusal::Nonce(_) => return None,
        Refusal::OutsideWindow(outside) => Fact::ClockSkew { seconds: outside.skew },
        Refusal::TokenRevoked { at } => {
            let seconds_ago = (now.seconds() - at.seconds()).max(0).unsigned_abs();
            Fact::TokenRevoked { seconds_ago, by: None }
        }
        Refusal::NotRemembered(NotRemembered::Used) => Fact::NonceReused { first: None },
        Refusal::Head(why) => Fact::Told(refusal.code(), why),
        other => Fact::Known(other.code()),
    })
}

/// How far the timestamp of a request was ahead of our time, in seconds. `None` where there is no
/// timestamp in seconds.
pub(super) fn skew(refusal: Refusal, authorization: Option<&[u8]>, now: Timestamp) -> Option<i64> {
    match refusal {
        Refusal::OutsideWindow(outside) => return Some(outside.skew),
        Refusal::Proof(ProofFault::Timestamp(_)) => return None,
        _ => {}
    }
    let mut fields = Fields::default();
    let parsed = Authorization::parse(authorization?, &mut fields).ok()?;
    let seconds: i64 = str::from_utf8(parsed.timestamp()?).ok()?.parse().ok()?;
    Some(seconds.saturating_sub(now.seconds()))
}

#[cfg(test)]
mod tests {
    use countersign_signing::TimestampFault;
    use countersign_verify::OutsideWindow;

    use super::*;

    #[test]
    fn the_skew_is_the_verdicts_or_that_of_the_header() {
        let now = Timestamp::from_seconds(1000);
        let header = |timestamp: &str| format!("OAuth oauth_timestamp=\"{timestamp}\"");
        let of = |refusal, text: &str| skew(refusal, Some(header(text).as_bytes()), now);
        let outside = Refusal::OutsideWindow(OutsideWindow { skew: 7 });
        assert_eq!(of(outside, "1000"), Some(7));
        assert_eq!(of(Refusal::BadSignature, "1090"), Some(90));
        assert_eq!(of(Refusal::BadSignature, "910"), Some(-90));
        assert_eq!(of(Refusal::BadSignature, "soon"), None);
        assert_eq!(of(Refusal::BadSignature, &"9".repeat(18)), Some(999_999_999_999_998_999));
        let milliseconds = Refusal::Proof(ProofFault::Timestamp(TimestampFault::Milliseconds));
        assert_eq!(of(milliseconds, "1000000"), None);
        assert_eq!(skew(Refusal::NoCredentials, None, now), None);
    }
}
