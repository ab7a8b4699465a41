//! What a stand-in says of a refusal: in its answer or, where that could not wait any longer, under
//! its reference.
//!
//! Belongs here: waiting for it, so that no request has to be made twice, and counting how often
//! that was needed. Does not: what should be said.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::{Answer, Answered, Call, Connection, wait_for};

/// What was said.
#[derive(Debug, Default)]
pub struct Told {
    /// Codes, joined by `+`.
    pub codes: String,
    /// What the client did and what to change; an answer has no more than 300 bytes of it.
    pub explanation: String,
}

/// Refusals that were asked about, and those of them whose answer came before its explanation. A
/// process has one count: each test has its own.
static ALL: AtomicUsize = AtomicUsize::new(0);
static LATE: AtomicUsize = AtomicUsize::new(0);

/// Answers that may come before their explanation, beside a tenth of them: an answer waits 50 ms,
/// and on a busy machine a search may take longer. More are a fault of ours.
const MAY_BE_LATE: usize = 3;

impl Told {
    /// Of the answer to a client.
    pub fn of(address: SocketAddr, answered: &Answered) -> Self {
        Self::of_headers(address, |name| answered.header(name))
    }

    /// Of an answer to us.
    pub fn of_answer(address: SocketAddr, answer: &Answer) -> Self {
        Self::of_headers(address, |name| answer.headers.get(name))
    }

    fn of_headers<'a>(address: SocketAddr, header: impl Fn(&str) -> Option<&'a str>) -> Self {
        let text = |name: &str| header(name).unwrap_or_default().to_owned();
        let answer = Self {
            codes: text("countersign-diagnosis"),
            explanation: text("countersign-explanation"),
        };
        let Some(reference) = header("countersign-reference") else { return answer };
        ALL.fetch_add(1, Ordering::Relaxed);
        if !answer.explanation.is_empty() {
            return answer;
        }
        LATE.fetch_add(1, Ordering::Relaxed);
        Self::under(reference, address)
    }

    fn under(reference: &str, address: SocketAddr) -> Self {
        let path = format!("/countersign/api/v1/refusals/{reference}");
        let report = wait_for("the refusal is explained", || {
            let answer = Connection::open(address).send(&Call::get(&path).unsigned(address));
            let report = (answer.status == 200).then(|| answer.json())?;
            let waits = report["sentence"].as_str().is_some_and(|it| it.contains("ask again"));
            (!waits).then_some(report)
        });
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let codes: Vec<String> = report["codes"].as_array().unwrap().iter().map(text).collect();
        let explanation = format!("{} {}", text(&report["sentence"]), text(&report["fix"]));
        Self { codes: codes.join("+"), explanation }
    }
}

/// Answers that came before their explanation.
pub fn late() -> usize {
    LATE.load(Ordering::Relaxed)
}

/// An error where so many answers came before their explanation that it is no accident.
pub fn few_are_late() -> Result<(), String> {
    let (late, all) = (late(), ALL.load(Ordering::Relaxed));
    if late <= MAY_BE_LATE + all / 10 {
        return Ok(());
    }
    Err(format!("{late} of {all} answers came without their explanation: searches take too long"))
}
