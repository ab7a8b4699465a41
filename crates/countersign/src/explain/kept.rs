//! From what a folder keeps of a refusal to what is handed out.

use countersign_explain::{Came, FirstSeen, Kind, Report};
use countersign_model::Timestamp;
use countersign_trail::KeptExplanation;

/// The report of an explanation: all of it but its owner.
pub(crate) fn report(kept: KeptExplanation) -> Report {
    let KeptExplanation { reference, at, owner: _, told } = kept;
    Report {
        reference: Some(reference),
        kind: Kind::Request,
        at: Some(at.to_string()),
        detail: Some(told.detail),
        codes: told.codes,
        certain: told.certain,
        signature_is_right: told.signature_is_right,
        sentence: told.sentence,
        fix: told.fix,
        request: Came {
            method: told.method,
            url: told.url,
            source: Some(told.source),
            user_agent: told.user_agent,
        },
        expected: told.expected,
        signed: told.signed,
        first_difference: told.first_difference.and_then(|at| usize::try_from(at).ok()),
        clock_skew_seconds: told.clock_skew_seconds,
        nonce_first_seen: told.nonce_first_seen.map(|first| FirstSeen {
            at: Timestamp::from_millis(first.at_ms).to_string(),
            from: first.from,
        }),
    }
}

#[cfg(test)]
mod tests {
    use countersign_authority::Owner;
    use countersign_trail::{FirstSeen as Seen, Told};

    use super::*;

    #[test]
    fn everything_that_is_kept_but_its_owner_is_handed_out() {
        let told = Told {
            detail: "nonce_used".into(),
            codes: vec!["nonce-reused".into()],
            certain: true,
            signature_is_right: true,
            first_difference: Some(4),
            clock_skew_seconds: Some(-2),
            nonce_first_seen: Some(Seen { at_ms: 1_000, from: "192.0.2.1".into() }),
            ..Told::default()
        };
        let kept = KeptExplanation {
            reference: "ref_a".into(),
            at: Timestamp::from_seconds(2),
            owner: Owner::Nobody,
            told,
        };
        let handed_out = serde_json::to_value(report(kept)).unwrap();
        let expected = serde_json::json!({
            "reference": "ref_a", "at": "1970-01-01T00:00:02Z", "detail": "nonce_used",
            "codes": ["nonce-reused"], "certain": true, "signature_is_right": true,
            "sentence": "", "fix": "",
            "request": { "method": "", "url": "", "source": "" },
            "first_difference": 4, "clock_skew_seconds": -2,
            "nonce_first_seen": { "at": "1970-01-01T00:00:01Z", "from": "192.0.2.1" },
        });
        assert_eq!(handed_out, expected);
    }
}
