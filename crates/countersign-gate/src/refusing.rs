//! The second walk: a refusal is recorded, handed over to be explained, then answered; in `dev` the
//! answer waits a little for the explanation.
//!
//! Belongs here: the order of these. Does not: the words of the answer (`countersign-verify`), how
//! an explanation is found (it comes through [`Explainer`](countersign_verify::Explainer)).

mod detail;

use std::time::Duration;

use countersign_verify::{
    Answer, Caller, Came, Explaining, Explanation, Reference, Refused, RefusedAttempt, Shape,
};
use http::Response;
use http::header::{HeaderName, HeaderValue};
use tokio::time::timeout;

use crate::gate::{Mode, Shared};
use crate::notices::{Cause, Example};
use crate::telling::{self, Outcome};
use crate::{Body, answers};

const REFERENCE: HeaderName = HeaderName::from_static("countersign-reference");

/// How long the answer waits for its explanation, in `dev`.
const EXPLANATION_WAIT: Duration = Duration::from_millis(50);

/// Is told once of every refusal after it was recorded, with the explanation where there is one,
/// also when that comes after the answer: for the terminal of `countersign dev`. It must return
/// quickly.
pub trait RefusalObserver: Send + Sync {
    /// Takes note of `attempt`.
    fn refused(&self, attempt: &RefusedAttempt, explanation: Option<&Explanation>);

    /// Takes note of a client whose clock seems to be `skew` seconds ahead of ours (negative:
    /// behind), in [`Mode::Dev`]; not where that is why it was refused.
    fn clock_is_off(&self, caller: &Caller, skew: i64) {
        let _ = (caller, skew);
    }
}

/// Records a refusal and makes its answer. `upstream` is the host of the upstream that would have
/// got the request, for which its client may have signed.
pub(crate) async fn refuse(
    gate: &Shared,
    caller: Caller,
    refused: Refused,
    came: &Came<'_>,
    shape: Shape,
    upstream: Option<&str>,
) -> Response<Body> {
    let reference = Reference::generate(&*gate.chance);
    let attempt = RefusedAttempt { reference, caller, refused };
    // In the order of the promise: no answer without its record, no explanation before both.
    if gate.attempts.refused(attempt.clone()).await.is_err() {
        gate.notices.tell(Cause::Trail, &Example::default());
        return answers::unavailable(shape);
    }
    let explaining =
        gate.explainer.as_ref().and_then(|explainer| explainer.take(&attempt, came, upstream));
    let explanation = match gate.mode {
        Mode::Dev => explained_in_time(gate, &attempt, explaining).await,
        Mode::Serve => {
            show(gate, &attempt, None);
            None
        }
    };

    let refusal = attempt.refused.refusal;
    if let Some(limit) = telling::limit(refusal) {
        gate.metrics.limited(limit);
    }
    gate.notices.tell_refused(&attempt.refused, attempt.caller.source);
    let of_host = gate.verifier.directory().id_of_host(came.request.request.authority);
    let of_realm = attempt.refused.named.account.as_ref().map(|(_, id)| id);
    let account = of_host.as_ref().or(of_realm);
    let mut response = answers::response(Answer::refusal(refusal.public(), shape, account));
    response.extensions_mut().insert(Outcome(refusal.code().as_str()));
    if let Ok(value) = HeaderValue::try_from(reference.to_string()) {
        response.headers_mut().insert(REFERENCE, value);
    }
    if gate.mode == Mode::Dev {
        detail::add(response.headers_mut(), refusal, explanation.as_ref());
    }
    response
}

/// Waits a little. What comes later is not in the answer, but its observer is shown it all the
/// same.
async fn explained_in_time(
    gate: &Shared,
    attempt: &RefusedAttempt,
    explaining: Option<Explaining>,
) -> Option<Explanation> {
    let Some(mut explaining) = explaining else {
        show(gate, attempt, None);
        return None;
    };
    if let Ok(explanation) = timeout(EXPLANATION_WAIT, &mut explaining).await {
        show(gate, attempt, explanation.as_ref());
        return explanation;
    }
    if let Some(observer) = gate.observer.clone() {
        let attempt = attempt.clone();
        // As many as the explainer lets wait.
        tokio::spawn(async move {
            let explanation = explaining.await;
            observer.refused(&attempt, explanation.as_ref());
        });
    }
    None
}

fn show(gate: &Shared, attempt: &RefusedAttempt, explanation: Option<&Explanation>) {
    if let Some(observer) = &gate.observer {
        observer.refused(attempt, explanation);
    }
}
