//! What went wrong, for the owner: facts where the record knows them, a diagnosis where a
//! signature is wrong.
//!
//! Belongs here: gathering the evidence and unsealing it. Does not: the search for a mistake
//! (`countersign-signing`, module `diagnose`), and who may see the result.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use countersign_model::{ConsumerSecret, Revealed, Sealed, TokenSecret};
use countersign_signing::diagnose::{self, Budget, Code, Fact};
use countersign_verify::replay::NotRemembered;
use countersign_verify::{
    Explainer, Explanation, Refusal, RefusedAttempt, SecretOpener, SignedRequest,
};

use crate::{Store, Vault};

mod words;

/// How long one search may take, and how many signatures it may compute.
const SEARCH: Duration = Duration::from_millis(30);
const TRIES: usize = 2_000;

/// Explains refusals.
pub struct Explanations {
    store: Arc<dyn Store>,
    vault: Arc<Vault>,
}

impl Explanations {
    /// Explains from what `store` knows and `vault` opens.
    pub fn new(store: Arc<dyn Store>, vault: Arc<Vault>) -> Self {
        Self { store, vault }
    }

    /// The secrets of the key and token that the attempt named.
    async fn secrets(&self, attempt: &RefusedAttempt) -> Option<(Revealed, Revealed)> {
        let named = &attempt.refused.named;
        let (account, token) = named.token?;
        let evidence = self.store.evidence(named.integration?, account, token).await.ok()??;
        let open = |(sealed, binding): (Sealed, _)| self.vault.open(&sealed, &binding);
        let consumer = ConsumerSecret::from_bytes(*open(evidence.consumer)?);
        let token = TokenSecret::from_bytes(*open(evidence.token)?);
        Some((consumer.reveal(), token.reveal()))
    }

    async fn diagnose(
        &self,
        attempt: &RefusedAttempt,
        request: &SignedRequest<'_>,
    ) -> Option<Explanation> {
        let (consumer, token) = self.secrets(attempt).await?;
        let evidence = diagnose::Evidence {
            request: request.request,
            authorization: request.authorization?,
            consumer_secret: consumer.as_bytes(),
            token_secret: token.as_bytes(),
            candidate_hosts: &[],
        };
        let start = Instant::now();
        let budget = Budget { tries: TRIES, keep_going: &|| start.elapsed() < SEARCH };
        Some(explanation(diagnose::diagnose(&evidence, budget)))
    }

    fn from_fact(fact: &Fact<'_>, request: &SignedRequest<'_>) -> Option<Explanation> {
        let evidence = diagnose::Evidence {
            request: request.request,
            authorization: request.authorization?,
            consumer_secret: b"",
            token_secret: b"",
            candidate_hosts: &[],
        };
        let explained = explanation(diagnose::explain_fact(&evidence, fact));
        Some(Explanation { certain: true, signed: None, ..explained })
    }
}

#[async_trait]
impl Explainer for Explanations {
    async fn explain(
        &self,
        attempt: &RefusedAttempt,
        request: &SignedRequest<'_>,
    ) -> Option<Explanation> {
        let now = attempt.caller.at;
        match attempt.refused.refusal {
            Refusal::BadSignature => self.diagnose(attempt, request).await,
            Refusal::OutsideWindow(outside) => {
                Self::from_fact(&Fact::ClockSkew { seconds: outside.skew }, request)
            }
            Refusal::TokenRevoked { at } => {
                let seconds_ago = (now.seconds() - at.seconds()).max(0).unsigned_abs();
                Self::from_fact(&Fact::TokenRevoked { seconds_ago, by: None }, request)
            }
            Refusal::NotRemembered(NotRemembered::Used) => Some(said(
                Code::NonceReused.as_str(),
                "The client sent a request again that was admitted before: same token, timestamp \
                 and nonce.",
                Code::NonceReused.fix(),
            )),
            refusal => {
                words::of(refusal).map(|(sentence, fix)| said(refusal.code(), &sentence, fix))
            }
        }
    }
}

/// An explanation of something that the record knows for a fact.
fn said(code: &str, sentence: &str, fix: &str) -> Explanation {
    Explanation {
        codes: vec![code.to_owned()],
        certain: true,
        sentence: sentence.to_owned(),
        fix: fix.to_owned(),
        expected: None,
        signed: None,
    }
}

fn explanation(found: diagnose::Explanation) -> Explanation {
    Explanation {
        codes: found.codes.iter().map(|code| code.as_str().to_owned()).collect(),
        certain: found.certain,
        sentence: found.sentence,
        fix: found.fix,
        expected: Some(found.expected.as_str().to_owned()),
        signed: found.signed.map(|signed| signed.as_str().to_owned()),
    }
}
