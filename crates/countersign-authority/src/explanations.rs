//! What went wrong, for the owner: facts where the record knows them, a diagnosis where a
//! signature is wrong.
//!
//! Belongs here: gathering the evidence and unsealing it. Does not: the search for a mistake
//! (`countersign-signing`, module `diagnose`), and who may see the result.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use countersign_model::{ConsumerSecret, Revealed, Sealed, Timestamp, TokenSecret};
use countersign_signing::diagnose::{Budget, Evidence, Explanation, Fact, Pair, Secrets, diagnose};
use countersign_verify::replay::NotRemembered;
use countersign_verify::{Explainer, Refusal, RefusedAttempt, SecretOpener, SignedRequest};

use crate::{NamedRows, Store, Vault};

/// How long one search may take, and how many signatures it may compute.
const SEARCH: Duration = Duration::from_millis(30);
const TRIES: usize = 20_000;

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
        let named =
            NamedRows { integration: named.integration, installation: None, token: named.token };
        let pair = self.store.evidence(named, attempt.caller.at).await.ok()?.pair?;
        let open = |(sealed, binding): (Sealed, _)| self.vault.open(&sealed, &binding);
        let consumer = ConsumerSecret::from_bytes(*open(pair.consumer)?);
        let token = TokenSecret::from_bytes(*open(pair.token)?);
        Some((consumer.reveal(), token.reveal()))
    }
}

#[async_trait]
impl Explainer for Explanations {
    async fn explain(
        &self,
        attempt: &RefusedAttempt,
        request: &SignedRequest<'_>,
    ) -> Option<Explanation> {
        let secrets = self.secrets(attempt).await;
        let pair = secrets.as_ref().map(|(consumer, token)| Pair {
            consumer_secret: consumer.as_bytes(),
            token_secret: token.as_bytes(),
        });
        let evidence = Evidence {
            request: request.request,
            body: None,
            authorization: request.authorization,
            secrets: Secrets { pair, earlier: &[], other_tokens: &[] },
            candidate_hosts: &[],
            hides_form_values: true,
        };
        let start = Instant::now();
        let budget = Budget { tries: TRIES, keep_going: &|| start.elapsed() < SEARCH };
        let fact = fact(attempt.refused.refusal, attempt.caller.at);
        Some(diagnose(&evidence, fact.as_ref(), budget))
    }
}

/// What the verdict knows of a refusal; `None` where the request itself shows it.
fn fact(refusal: Refusal, now: Timestamp) -> Option<Fact<'static>> {
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
