//! The second walk: a refusal is recorded, then answered, and in `dev` explained at once.
//!
//! Belongs here: the order of these. Does not: the words of the answer (`countersign-verify`), how
//! an explanation is found (it comes through [`Explainer`](countersign_verify::Explainer)).

mod detail;

use std::time::Duration;

use countersign_verify::{
    Answer, Caller, Explanation, Reference, Refused, RefusedAttempt, Shape, SignedRequest,
};
use http::Response;
use http::header::{HeaderName, HeaderValue};
use tokio::time::timeout;

use crate::gate::{Mode, Shared};
use crate::{Body, answers};

const REFERENCE: HeaderName = HeaderName::from_static("countersign-reference");

/// How long the answer waits for its explanation, in `dev`.
const EXPLANATION_WAIT: Duration = Duration::from_millis(50);

/// Is told of every refusal after it was recorded, with the explanation where there is one: for
/// the terminal of `countersign dev`. It must return quickly.
pub trait RefusalObserver: Send + Sync {
    /// Takes note of `attempt`.
    fn refused(&self, attempt: &RefusedAttempt, explanation: Option<&Explanation>);

    /// Takes note of a client whose clock seems to be `skew` seconds ahead of ours (negative:
    /// behind), in [`Mode::Dev`]; not where that is why it was refused.
    fn clock_is_off(&self, caller: &Caller, skew: i64) {
        let _ = (caller, skew);
    }
}

/// Records a refusal and makes its answer.
pub(crate) async fn refuse(
    gate: &Shared,
    caller: Caller,
    refused: Refused,
    request: &SignedRequest<'_>,
    shape: Shape,
) -> Response<Body> {
    let reference = Reference::generate(&*gate.chance);
    let attempt = RefusedAttempt { reference, caller, refused };
    // In the order of the promise: no answer without its record, no explanation before both.
    if gate.attempts.refused(attempt.clone()).await.is_err() {
        tracing::error!("the login audit trail can't be written: refusing with 503");
        return answers::unavailable(shape);
    }
    let explanation = explain(gate, &attempt, request).await;
    if let Some(observer) = &gate.observer {
        observer.refused(&attempt, explanation.as_ref());
    }

    let refusal = attempt.refused.refusal;
    let account = attempt.refused.named.account.as_ref().map(|(_, id)| id);
    let mut response = answers::response(Answer::refusal(refusal.public(), shape, account));
    if let Ok(value) = HeaderValue::try_from(reference.to_string()) {
        response.headers_mut().insert(REFERENCE, value);
    }
    if gate.mode == Mode::Dev {
        detail::add(response.headers_mut(), refusal, explanation.as_ref());
    }
    response
}

async fn explain(
    gate: &Shared,
    attempt: &RefusedAttempt,
    request: &SignedRequest<'_>,
) -> Option<Explanation> {
    let explainer = gate.explainer.as_ref().filter(|_| gate.mode == Mode::Dev)?;
    timeout(EXPLANATION_WAIT, explainer.explain(attempt, request)).await.ok().flatten()
}
