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
        if installed.is_empty() {
            return;
        }
        for tokens in self.tokens_of(&installed).chunks(AT_ONCE) {
            let guard = self.tokens.guard();
            for token in tokens {
                self.tokens.update(*token, |token| token.revoked(gone.at), &guard);
            }
        }
    }

    /// Forgets all that an account has. Its tokens go first: without them nobody is admitted to it.
    pub(super) fn empty_account(&self, account: AccountNumber) {
        let tokens: Vec<_> = {
            let guard = self.tokens.guard();
            let all = self.token_ids.iter(&guard);
            let of_it = all.filter(|((of, _), _)| *of == account);
            of_it.map(|(token, index)| (*token, *index)).collect()
        };
        for tokens in tokens.chunks(AT_ONCE) {
            let guard = self.tokens.guard();
            for (token, index) in tokens {
                self.tokens.remove(index, &guard);
                self.token_ids.remove(token, &guard);
            }
        }
        let guard = self.tokens.guard();
        self.installed.retain(|(of, _), _| *of != account, &guard);
        self.installations.retain(|(of, _), _| *of != account, &guard);
        self.logins.retain(|(of, ..), _| *of != account, &guard);
        self.roles.retain(|(of, _), _| *of != account, &guard);
    }

    fn tokens_of(&self, installed: &HashSet<(AccountNumber, InstallationId)>) -> Vec<u128> {
        let guard = self.tokens.guard();
        let tokens = self.tokens.iter(&guard);
        let of_it =
            tokens.filter(|(_, token)| installed.contains(&(token.account, token.installation)));
        of_it.map(|(key, _)| *key).collect()
    }
}
