//! What is gone.

use countersign_model::{AccountNumber, IntegrationId};
use papaya::LocalGuard;

use super::Directory;

/// How many tokens are changed under one guard: what is replaced is freed after it.
const AT_ONCE: usize = 1000;

impl Directory {
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

    /// Forgets the keys of an integration and where it was installed, for good.
    ///
    /// Its tokens, of which there may be a million, are left as they are: each opens something only
    /// beside a key of the integration that it is for, and no key will ever be that again.
    pub(super) fn forget_integration(&self, gone: IntegrationId) {
        let guard = self.tokens.guard();
        self.integrations_gone.insert(gone, (), &guard);
        if let Some(keys) = self.consumer_keys.remove(&gone, &guard) {
            keys.all().for_each(|key| {
                self.consumers.remove(&key, &guard);
            });
        }
        let installed = self.installed.iter(&guard);
        let of_it: Vec<_> = installed.filter(|(_, integration)| **integration == gone).collect();
        for (place, _) in of_it {
            self.installations.remove(&(place.0, gone), &guard);
            self.installed.remove(place, &guard);
        }
    }

    /// Whether that integration was forgotten.
    pub(super) fn is_gone(&self, integration: IntegrationId, guard: &LocalGuard<'_>) -> bool {
        self.integrations_gone.contains_key(&integration, guard)
    }
}
