//! What is gone.

use std::collections::HashSet;

use countersign_model::{AccountNumber, InstallationId};

use super::{Directory, IntegrationGone};

/// How many tokens are changed under one guard: what is replaced is freed after it.
const AT_ONCE: usize = 1000;

impl Directory {
    /// Forgets the keys of an integration, at once, and then where it was installed. Its tokens are
    /// revoked last: without a key nobody is admitted by them any more.
    pub(super) fn forget_integration(&self, gone: IntegrationGone) {
        let installed = {
            let guard = self.tokens.guard();
            if let Some(keys) = self.consumer_keys.remove(&gone.integration, &guard) {
                keys.all().for_each(|key| {
                    self.consumers.remove(&key, &guard);
                });
            }
            let installed = self.installed.iter(&guard);
            let of_it = installed.filter(|(_, integration)| **integration == gone.integration);
            let of_it: HashSet<_> = of_it.map(|(place, _)| *place).collect();
            for (account, id) in &of_it {
                self.installed.remove(&(*account, *id), &guard);
                self.installations.remove(&(*account, gone.integration), &guard);
            }
            of_it
        };
        for tokens in self.tokens_of(&installed).chunks(AT_ONCE) {
            let guard = self.tokens.guard();
            for token in tokens {
                self.tokens.update(*token, |token| token.revoked(gone.at), &guard);
            }
        }
    }

    fn tokens_of(&self, installed: &HashSet<(AccountNumber, InstallationId)>) -> Vec<u128> {
        let guard = self.tokens.guard();
        let tokens = self.tokens.iter(&guard);
        let of_it =
            tokens.filter(|(_, token)| installed.contains(&(token.account, token.installation)));
        of_it.map(|(key, _)| *key).collect()
    }
}
