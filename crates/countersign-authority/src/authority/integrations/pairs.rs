//! Consumer pairs: a reset replaces one at once, a rotation lets the old one work for a while.

use countersign_model::{
    ConsumerKey, ConsumerSecret, Installation, InstallationId, Integration, IntegrationId, Overlap,
    PreviousSecret, RetiringPair, Timestamp, Version,
};
use countersign_verify::SecretOpener;

use super::{Authority, Change, CreatedIntegration, Need, Requester, UseCaseFault};
use crate::Act;

impl Authority {
    /// Replaces the consumer pair: the old one, and one that still works beside it, are dead at
    /// once; tokens survive and go with the new one. The old secret is kept sealed for
    /// [`PreviousSecret::KEPT_SECONDS`], to explain who signs with it still.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::NotItsOwner`],
    /// [`UseCaseFault::TokenBasedOff`].
    pub async fn reset_credentials(
        &self,
        requester: &Requester,
        id: InstallationId,
        if_version: Option<Version>,
    ) -> Result<CreatedIntegration, UseCaseFault> {
        let mut change = self.begin(requester, Need::Administrator).await?;
        change.standing.is_proven_lately()?;
        let (installation, old) = change.token_based(requester, id, if_version).await?;
        let previous = change.previous_secret(&old).await?;
        let (new, consumer_secret) = change.with_new_pair(old).await?;
        change.tx.save_consumer_pair(&new).await?;
        change.tx.save_retiring_pair(new.id, None).await?;
        change.tx.save_previous_secret(new.id, previous.as_ref()).await?;
        change.touch(installation).await?;
        change.learns_consumer(&new).await?;
        change.commit(Act::CredentialsReset { installation: id.0 }).await?;
        let consumer_key = new.consumer_key;
        Ok(CreatedIntegration { installation: id, consumer_key, consumer_secret })
    }

    /// Makes a new consumer pair that works beside the old one until `overlap` is over.
    ///
    /// # Errors
    /// As [`Authority::reset_credentials`]; [`UseCaseFault::OverlapUnderWay`] while an older pair
    /// works still; [`UseCaseFault::SecretUnreadable`].
    pub async fn rotate_credentials(
        &self,
        requester: &Requester,
        id: InstallationId,
        if_version: Option<Version>,
        overlap: Overlap,
    ) -> Result<CreatedIntegration, UseCaseFault> {
        let now = self.clock.now();
        let mut change = self.begin(requester, Need::Administrator).await?;
        change.standing.is_proven_lately()?;
        let (installation, old) = change.token_based(requester, id, if_version).await?;
        if let Some(older) = change.tx.retiring_pair(old.id).await? {
            if !older.is_over(now) {
                return Err(UseCaseFault::OverlapUnderWay(older.until));
            }
            change.end(old.id, &older).await?;
        }
        let until = overlap.until(now);
        let retiring = change.retiring_pair(&old, until).await?;
        let retiring = retiring.ok_or(UseCaseFault::SecretUnreadable(id.0))?;
        let (new, consumer_secret) = change.with_new_pair(old).await?;
        change.tx.save_consumer_pair(&new).await?;
        change.tx.save_retiring_pair(new.id, Some(&retiring)).await?;
        change.touch(installation).await?;
        change.learns_consumer(&new).await?;
        let act = Act::CredentialsRotated { installation: id.0, until: until.to_string() };
        change.commit(act).await?;
        let consumer_key = new.consumer_key;
        Ok(CreatedIntegration { installation: id, consumer_key, consumer_secret })
    }

    /// Ends a rotation before its time: the old pair is dead at once.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::NotItsOwner`],
    /// [`UseCaseFault::NoRotation`].
    pub async fn end_rotation(
        &self,
        requester: &Requester,
        id: InstallationId,
        if_version: Option<Version>,
    ) -> Result<(), UseCaseFault> {
        let mut change = self.begin(requester, Need::Administrator).await?;
        let owned = change.owned_integration(requester.account, id, if_version).await?;
        let (installation, integration) = owned;
        let retiring = change.tx.retiring_pair(integration.id).await?;
        let retiring = retiring.ok_or(UseCaseFault::NoRotation(id.0))?;
        change.end(integration.id, &retiring).await?;
        change.touch(installation).await?;
        change.learns_consumer(&integration).await?;
        change.commit(Act::RotationEnded { installation: id.0 }).await?;
        Ok(())
    }

    /// Takes away the pairs whose time is over: from then on verdicts refuse them anyway. Gives
    /// their number.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`], [`UseCaseFault::Vault`].
    pub async fn end_due_rotations(&self) -> Result<u64, UseCaseFault> {
        let due = self.store.look().await?.rotations_over(self.clock.now()).await?;
        let mut ended = 0;
        for (owner, integration) in due {
            let requester = Requester::schedule(owner);
            let mut change = self.begin(&requester, Need::Operator).await?;
            let Some(installation) = change.tx.installation_of(owner, integration).await? else {
                continue;
            };
            // Somebody may have ended it, or made another one, meanwhile.
            let retiring = change.tx.retiring_pair(integration).await?;
            let Some(over) = retiring.filter(|pair| pair.is_over(self.clock.now())) else {
                continue;
            };
            let Some(definition) = change.tx.integration(integration).await? else { continue };
            change.end(integration, &over).await?;
            let id = installation.id;
            change.touch(installation).await?;
            change.learns_consumer(&definition).await?;
            change.commit(Act::RotationEnded { installation: id.0 }).await?;
            ended += 1;
        }
        Ok(ended)
    }

    /// Erases secrets that work no more and whose time is over. Nothing that anybody sees changes,
    /// so it is no event.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`].
    pub async fn erase_previous_secrets(&self) -> Result<u64, UseCaseFault> {
        Ok(self.store.erase_previous_secrets(self.clock.now()).await?)
    }
}

impl Change<'_> {
    /// An integration of the requester's account that uses tokens.
    async fn token_based(
        &mut self,
        requester: &Requester,
        id: InstallationId,
        if_version: Option<Version>,
    ) -> Result<(Installation, Integration), UseCaseFault> {
        let owned = self.owned_integration(requester.account, id, if_version).await?;
        if owned.1.authentication.token_based {
            Ok(owned)
        } else {
            Err(UseCaseFault::TokenBasedOff)
        }
    }

    /// The record has changed for whoever looks at its page.
    async fn touch(&mut self, installation: Installation) -> Result<(), UseCaseFault> {
        let version = installation.version.next();
        Ok(self.tx.save_installation(&Installation { version, ..installation }).await?)
    }

    async fn with_new_pair(
        &mut self,
        old: Integration,
    ) -> Result<(Integration, ConsumerSecret), UseCaseFault> {
        let chance = &*self.authority.chance;
        let (consumer_key, secret) =
            (ConsumerKey::generate(chance), ConsumerSecret::generate(chance));
        let secret_version = old.secret_version + 1;
        let binding = Integration::binding(old.id, secret_version);
        let consumer_secret = self.seal(secret.expose_bytes(), &binding).await?;
        let version = old.version.next();
        Ok((Integration { consumer_key, consumer_secret, secret_version, version, ..old }, secret))
    }

    /// The pair as it works beside the next one: its secret under another binding. `None` where it
    /// can't be opened.
    async fn retiring_pair(
        &mut self,
        old: &Integration,
        until: Timestamp,
    ) -> Result<Option<RetiringPair>, UseCaseFault> {
        let version = old.secret_version;
        let binding = Integration::binding(old.id, version);
        let Some(opened) = self.authority.vault.open(&old.consumer_secret, &binding) else {
            return Ok(None);
        };
        let secret = self.seal(&opened, &Integration::retiring_binding(old.id, version)).await?;
        Ok(Some(old.retiring(secret, until)))
    }

    /// What is kept of a secret that is about to be replaced: itself under another binding.
    /// Nothing, where it can't be opened: a reset is how one gets rid of such a secret.
    async fn previous_secret(
        &mut self,
        old: &Integration,
    ) -> Result<Option<PreviousSecret>, UseCaseFault> {
        let version = old.secret_version;
        let binding = Integration::binding(old.id, version);
        let Some(opened) = self.authority.vault.open(&old.consumer_secret, &binding) else {
            return Ok(None);
        };
        let secret = self.seal(&opened, &Integration::previous_binding(old.id, version)).await?;
        let until = self.authority.clock.now().plus_seconds(PreviousSecret::KEPT_SECONDS);
        Ok(Some(PreviousSecret { secret, version, until }))
    }

    /// Takes a retiring pair away, and keeps its secret as after a reset.
    async fn end(&mut self, id: IntegrationId, pair: &RetiringPair) -> Result<(), UseCaseFault> {
        let binding = Integration::retiring_binding(id, pair.version);
        let previous = match self.authority.vault.open(&pair.secret, &binding) {
            Some(opened) => {
                let binding = Integration::previous_binding(id, pair.version);
                let secret = self.seal(&opened, &binding).await?;
                let until = self.authority.clock.now().plus_seconds(PreviousSecret::KEPT_SECONDS);
                Some(PreviousSecret { secret, version: pair.version, until })
            }
            None => None,
        };
        self.tx.save_retiring_pair(id, None).await?;
        Ok(self.tx.save_previous_secret(id, previous.as_ref()).await?)
    }
}
