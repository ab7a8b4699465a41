//! Secrets in clear, for as long as one search takes.

use countersign_model::{ConsumerSecret, Revealed, TokenSecret};
use countersign_signing::diagnose::{Pair, Secrets};
use countersign_verify::SecretOpener;

use countersign_authority::{Evidence, SealedSecret, Vault};

/// The secrets that a request may have been signed with. Wiped when it is dropped.
#[derive(Default)]
pub(super) struct Opened {
    pair: Option<(Revealed, Revealed)>,
    previous: Option<Revealed>,
    other_tokens: Vec<Revealed>,
}

impl Opened {
    /// What of `evidence` the vault opens.
    pub(super) fn new(evidence: Evidence, vault: &Vault) -> Self {
        let consumer = |(sealed, binding): SealedSecret| {
            Some(ConsumerSecret::from_bytes(*vault.open(&sealed, &binding)?).reveal())
        };
        let token = |(sealed, binding): SealedSecret| {
            Some(TokenSecret::from_bytes(*vault.open(&sealed, &binding)?).reveal())
        };
        Self {
            pair: evidence.pair.and_then(|pair| consumer(pair.consumer).zip(token(pair.token))),
            previous: evidence.previous.and_then(consumer),
            other_tokens: evidence.other_tokens.into_iter().filter_map(token).collect(),
        }
    }

    /// Lends them to a search.
    pub(super) fn lend<T>(&self, search: impl FnOnce(Secrets<'_>) -> T) -> T {
        let pair = self.pair.as_ref().map(|(consumer, token)| Pair {
            consumer_secret: consumer.as_bytes(),
            token_secret: token.as_bytes(),
        });
        // A reset leaves the tokens as they are.
        let earlier = self.previous.as_ref().zip(pair);
        let earlier = earlier.map(|(consumer, pair)| Pair {
            consumer_secret: consumer.as_bytes(),
            token_secret: pair.token_secret,
        });
        let others: Vec<&[u8]> = self.other_tokens.iter().map(|it| it.as_bytes()).collect();
        search(Secrets { pair, earlier: earlier.as_slice(), other_tokens: &others })
    }
}
