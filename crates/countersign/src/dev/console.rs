//! The block that a refusal prints in the terminal of `countersign dev`.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use countersign_explain::{Came, FirstSeen, Report, Style};
use countersign_gate::RefusalObserver;
use countersign_signing::visible;
use countersign_verify::replay::NotRemembered;
use countersign_verify::{Caller, Explanation, FirstUses, Refusal, RefusedAttempt};

use crate::paint::paint;
use countersign_caller::terminal;

/// Refusals that wait to be printed. Nobody may read them: then later ones are not printed, and
/// requests go on.
const WAITING: usize = 256;

/// What is printed. Made into text by the thread that prints: a request does not wait for that.
enum News {
    Refused(Box<RefusedAttempt>, Option<Box<Explanation>>),
    ClockIsOff(Caller, i64),
}

pub(super) struct Console(SyncSender<News>);

impl Console {
    /// A console, and the thread that prints. `first_uses` knows where a nonce was used first.
    pub(super) fn start(first_uses: Arc<dyn FirstUses>) -> Self {
        let (console, news) = Self::with_room_for(WAITING);
        let style = Style { paint: paint(), language: None };
        thread::spawn(move || {
            news.iter().for_each(|news| terminal::say(&news.text(style, &*first_uses)));
        });
        console
    }

    fn with_room_for(waiting: usize) -> (Self, Receiver<News>) {
        let (sender, news) = sync_channel(waiting);
        (Self(sender), news)
    }
}

impl RefusalObserver for Console {
    fn refused(&self, attempt: &RefusedAttempt, explanation: Option<&Explanation>) {
        // The trail has it, whether or not it is printed.
        let explanation = explanation.cloned().map(Box::new);
        let _ = self.0.try_send(News::Refused(Box::new(attempt.clone()), explanation));
    }

    fn clock_is_off(&self, caller: &Caller, skew: i64) {
        let _ = self.0.try_send(News::ClockIsOff(caller.clone(), skew));
    }
}

impl News {
    fn text(&self, style: Style, first_uses: &dyn FirstUses) -> String {
        match self {
            Self::Refused(attempt, explanation) => {
                report(attempt, explanation.as_deref(), first_uses).text(style)
            }
            Self::ClockIsOff(caller, skew) => clock_line(caller, *skew),
        }
    }
}

fn clock_line(caller: &Caller, skew: i64) -> String {
    let side = if skew < 0 { "behind" } else { "ahead" };
    format!(
        "\nclock    {} {}: the client's clock is {} seconds {side}; set it by NTP: at 300 seconds \
         its requests are refused\n",
        visible(&caller.method),
        visible(&caller.path),
        skew.unsigned_abs()
    )
}

/// The refusal as `countersign explain` shows it, too.
fn report(
    attempt: &RefusedAttempt,
    explanation: Option<&Explanation>,
    first_uses: &dyn FirstUses,
) -> Report {
    let RefusedAttempt { reference, caller, refused } = attempt;
    let came = Came {
        method: caller.method.clone(),
        url: caller.path.clone(),
        source: Some(caller.source.to_string()),
        user_agent: caller.user_agent.clone(),
    };
    let mut report = match explanation {
        Some(explanation) => Report::of(explanation, came),
        None => Report::named(refused.refusal.code(), came),
    };
    report.reference = Some(reference.to_string());
    report.at = Some(caller.at.to_string());
    report.detail = Some(refused.refusal.detail().as_str().to_owned());
    report.clock_skew_seconds = attempt.skew();
    let first = match refused.refusal {
        Refusal::NotRemembered(NotRemembered::Used(nonce)) => first_uses.first_use(nonce),
        _ => None,
    };
    report.nonce_first_seen =
        first.map(|first| FirstSeen { at: first.at.to_string(), from: first.source.to_string() });
    report
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use countersign_explain::Paint;
    use countersign_model::Timestamp;
    use countersign_signing::diagnose::{Budget, Evidence, Pair, Secrets, diagnose};
    use countersign_signing::{
        Credentials, Request, Scheme, Secret, SignOptions, TokenCredentials, sign,
    };
    use countersign_testkit::SeededChance;
    use countersign_verify::replay::Fingerprint;
    use countersign_verify::{Caller, FirstUse, Reference, Refused, SignedAt, Surface};

    use super::*;

    fn attempt(path: &str) -> RefusedAttempt {
        RefusedAttempt {
            reference: Reference::generate(&SeededChance::new(1)),
            caller: Caller {
                at: Timestamp::from_seconds(1),
                source: Ipv4Addr::LOCALHOST.into(),
                surface: Surface::Restlet,
                method: "GET".into(),
                path: path.into(),
                user_agent: None,
            },
            refused: Refused::nobody(Refusal::BadSignature),
        }
    }

    #[test]
    fn a_terminal_that_nobody_reads_does_not_hold_up_requests() {
        let (console, news) = Console::with_room_for(2);
        (0..10).for_each(|_| console.refused(&attempt("/a"), None));
        assert_eq!(news.try_iter().count(), 2);
    }

    /// As of a nonce that was used ten seconds before.
    struct TenSecondsAgo;

    impl FirstUses for TenSecondsAgo {
        fn first_use(&self, fingerprint: Fingerprint) -> Option<FirstUse> {
            let first = FirstUse {
                at: Timestamp::from_seconds(1_799_999_990),
                source: Ipv4Addr::new(192, 0, 2, 7).into(),
            };
            (fingerprint == Fingerprint::from_bits(1)).then_some(first)
        }
    }

    #[test]
    fn a_block_has_the_rows_that_a_kept_explanation_has() {
        let mut attempt = attempt("/a");
        attempt.caller.at = Timestamp::from_seconds(1_800_000_000);
        attempt.refused.signed_at = Some(SignedAt::Proven(1_800_000_000 - 90));
        attempt.refused.refusal =
            Refusal::NotRemembered(NotRemembered::Used(Fingerprint::from_bits(1)));
        let style = Style { paint: Paint::Plain, language: None };
        let news = News::Refused(Box::new(attempt), None);
        let text = news.text(style, &TenSecondsAgo);
        for row in [
            "  why    nonce-reused (nonce_used)\n",
            "  clock  The timestamp is 1 minute 30 seconds behind the server's time.\n",
            "  first  the nonce was first used at 2027-01-15T07:59:50Z, from 192.0.2.7\n",
            "  came   2027-01-15T08:00:00Z from 127.0.0.1\n",
        ] {
            assert!(text.contains(row), "{row}{text}");
        }
    }

    #[test]
    fn a_clock_that_is_off_is_one_line() {
        let line = clock_line(&attempt("/a\u{1b}[2J").caller, -75);
        assert!(line.starts_with("\nclock    GET /a\\u{1b}[2J: the client's clock is 75 seconds "));
        assert!(line.contains("behind"), "{line}");
    }

    fn wrong_method() -> Explanation {
        let options = SignOptions::new(1, "abcdef");
        let token = TokenCredentials { token: "t".into(), secret: Secret::new("token-secret") };
        let credentials = Credentials {
            consumer_key: "c".into(),
            consumer_secret: Secret::new("consumer-secret"),
            token: Some(token),
        };
        let request = Request {
            method: "POST",
            scheme: Scheme::Http,
            authority: "localhost",
            target: "/a",
            form: None,
        };
        let header = sign(&credentials, &request, &options).unwrap().header;
        let pair = Pair { consumer_secret: b"consumer-secret", token_secret: b"token-secret" };
        let evidence = Evidence {
            request: Request { method: "GET", ..request },
            body: None,
            authorization: Some(header.as_bytes()),
            secrets: Secrets { pair: Some(pair), ..Secrets::default() },
            candidate_hosts: &[],
            hides_form_values: true,
        };
        diagnose(&evidence, None, Budget::of_tries(100))
    }

    #[test]
    fn a_block_says_what_is_wrong_and_marks_the_first_difference() {
        let attempt = attempt("/a\u{1b}[2J");
        let explanation = wrong_method();
        let style = Style { paint: Paint::Plain, language: None };
        let text = report(&attempt, Some(&explanation), &TenSecondsAgo).text(style);
        let expected = "\nrefused  GET /a\\u{1b}[2J\n  \
                        why    wrong-method (InvalidSignature)\n  \
                        what   The client signed POST and sent GET.\n";
        assert!(text.starts_with(expected), "{text}");
        let difference =
            "\n    - POST\n    + GET\n      ^\n      http://localhost/a\n  as     ref_";
        assert!(text.contains(difference), "{text}");
        // In time, nothing was found out.
        let text = report(&attempt, None, &TenSecondsAgo).text(style);
        assert!(text.starts_with("\nrefused  GET /a"), "{text}");
        assert_eq!(text.lines().count(), 5, "{text}");
    }
}
