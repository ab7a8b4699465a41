//! What is gone.

use countersign_model::IntegrationId;
use papaya::LocalGuard;

use super::Directory;

impl Directory {
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
