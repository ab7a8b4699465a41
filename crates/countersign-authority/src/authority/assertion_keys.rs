//! Keys that sign assertions: the first one, its successors, and when they go.

mod key_id;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use countersign_model::{
    AccountNumber, AssertionKey, AssertionKeyNumber, AssertionKeyState, AssertionKeys, Timestamp,
};
use countersign_verify::Fact;
use zeroize::Zeroizing;

use super::{Authority, Change, Need, Requester, UseCaseFault};
use crate::{Act, Series, StoreFault, VaultFault};

pub use key_id::key_id;

/// When a new key takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeOver {
    /// When every upstream has had time to learn it ([`AssertionKey::OVERLAP_SECONDS`]).
    AfterOverlap,
    /// At once; the old one stays published until what it signed is over.
    AtOnce,
    /// At once, and every other key is withdrawn: somebody else may know one.
    Alone,
}

/// A published key, as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedKey {
    /// Its number.
    pub number: AssertionKeyNumber,
    /// What `kid` says.
    pub key_id: String,
    /// What it is for.
    pub state: AssertionKeyState,
    /// Since when it signs, or from when.
    pub signs_from: Timestamp,
    /// Until when it is published, if that is known.
    pub until: Option<Timestamp>,
}

impl Authority {
    /// The published keys, oldest first.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`].
    pub async fn assertion_keys(&self) -> Result<Vec<PublishedKey>, UseCaseFault> {
        let keys = AssertionKeys::new(self.store.look().await?.assertion_keys().await?);
        let shown = |(key, state): (&AssertionKey, _)| PublishedKey {
            number: key.number,
            key_id: key_id(&key.public_key),
            state,
            signs_from: key.signs_from,
            until: key.until,
        };
        Ok(keys.states(self.clock.now()).map(shown).collect())
    }

    /// Makes the first key, where there is none: in a new record, or one from before there were
    /// assertions.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`], [`UseCaseFault::Vault`].
    pub async fn ensure_assertion_key(&self, requester: &Requester) -> Result<(), UseCaseFault> {
        let mut change = self.begin(requester, Need::Operator).await?;
        if !change.tx.assertion_keys().await?.is_empty() {
            return Ok(());
        }
        let key = change.add_assertion_key(self.clock.now()).await?;
        let act = made(&key, Vec::new());
        change.commit_keys(vec![key], act).await
    }

    /// Has another key sign: a new one, or with [`TakeOver::AtOnce`] the one that waits.
    ///
    /// # Errors
    /// [`UseCaseFault::RotationUnderWay`] where one waits already and need not hurry.
    pub async fn rotate_assertion_key(
        &self,
        requester: &Requester,
        take_over: TakeOver,
    ) -> Result<(), UseCaseFault> {
        let now = self.clock.now();
        let mut change = self.begin(requester, Need::Operator).await?;
        let keys = AssertionKeys::new(change.tx.assertion_keys().await?);
        let waiting = keys.next(now).map(|key| (key.number, key.signs_from));
        match (take_over, waiting) {
            (TakeOver::AfterOverlap, Some((_, signs_from))) => {
                Err(UseCaseFault::RotationUnderWay(signs_from))
            }
            (TakeOver::AfterOverlap, None) => {
                let signs_from = now.plus_seconds(AssertionKey::OVERLAP_SECONDS);
                change.succeed(keys, signs_from).await
            }
            (TakeOver::AtOnce, None) => change.succeed(keys, now).await,
            (TakeOver::AtOnce, Some((next, _))) => change.hasten(keys, next, now).await,
            (TakeOver::Alone, _) => change.replace_all(keys, now).await,
        }
    }

    /// Removes the keys whose time is over. They are not published any more as it is; this has
    /// their private halves out of the record.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`].
    pub async fn remove_assertion_keys(&self) -> Result<(), UseCaseFault> {
        let now = self.clock.now();
        let requester = Requester::schedule(AccountNumber::NONE);
        let mut change = self.begin(&requester, Need::Operator).await?;
        let keys = AssertionKeys::new(change.tx.assertion_keys().await?);
        let over: Vec<_> = keys.over(now).map(|key| key.number).collect();
        if over.is_empty() {
            return Ok(());
        }
        for number in &over {
            change.tx.remove_assertion_key(*number).await?;
        }
        let rest = keys.published(now).cloned().collect();
        let act = Act::AssertionKeysRemoved { keys: over.iter().map(|number| number.0).collect() };
        change.commit_keys(rest, act).await
    }
}

impl Change<'_> {
    /// A new key signs from `signs_from` on, and the one that signs now goes some time later.
    async fn succeed(
        mut self,
        keys: AssertionKeys,
        signs_from: Timestamp,
    ) -> Result<(), UseCaseFault> {
        let mut keys = self.retire(keys, signs_from, None).await?;
        let key = self.add_assertion_key(signs_from).await?;
        let act = made(&key, Vec::new());
        keys.push(key);
        self.commit_keys(keys, act).await
    }

    /// The key that waits signs from `now` on.
    async fn hasten(
        mut self,
        keys: AssertionKeys,
        next: AssertionKeyNumber,
        now: Timestamp,
    ) -> Result<(), UseCaseFault> {
        let mut keys = self.retire(keys, now, Some(next)).await?;
        let next = keys.iter_mut().find(|key| key.number == next);
        let next = next.ok_or(StoreFault::Gone)?;
        next.signs_from = now;
        self.tx.save_assertion_key(next).await?;
        let act =
            Act::AssertionKeyTookOver { key: next.number.0, key_id: key_id(&next.public_key) };
        self.commit_keys(keys, act).await
    }

    /// A new key signs from `now` on, and no other is published.
    async fn replace_all(
        mut self,
        keys: AssertionKeys,
        now: Timestamp,
    ) -> Result<(), UseCaseFault> {
        for key in keys.all() {
            self.tx.remove_assertion_key(key.number).await?;
        }
        let key = self.add_assertion_key(now).await?;
        let act = made(&key, keys.all().iter().map(|key| key.number.0).collect());
        self.commit_keys(vec![key], act).await
    }

    /// Sets the end of every key but `successor`, which takes over at `at`. None gets a longer time
    /// than it had.
    async fn retire(
        &mut self,
        keys: AssertionKeys,
        at: Timestamp,
        successor: Option<AssertionKeyNumber>,
    ) -> Result<Vec<AssertionKey>, UseCaseFault> {
        let until = at.plus_seconds(AssertionKey::RETIRED_SECONDS);
        let mut keys = keys.all().to_vec();
        for key in keys.iter_mut().filter(|key| Some(key.number) != successor) {
            if key.until.is_none_or(|known| until < known) {
                key.until = Some(until);
                self.tx.save_assertion_key(key).await?;
            }
        }
        Ok(keys)
    }

    async fn add_assertion_key(
        &mut self,
        signs_from: Timestamp,
    ) -> Result<AssertionKey, UseCaseFault> {
        let number = AssertionKeyNumber(self.tx.next(Series::AssertionKeys).await?);
        let mut seed = Zeroizing::new([0; 32]);
        self.authority.chance.fill(seed.as_mut());
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).map_err(|_| VaultFault::Cipher)?;
        let public_key = pair.public_key().as_ref();
        let key = AssertionKey {
            number,
            public_key: public_key.try_into().map_err(|_| VaultFault::Cipher)?,
            private_key: self.seal(&seed, &AssertionKey::binding(number)).await?,
            signs_from,
            until: None,
        };
        self.tx.add_assertion_key(&key).await?;
        Ok(key)
    }

    async fn commit_keys(mut self, keys: Vec<AssertionKey>, act: Act) -> Result<(), UseCaseFault> {
        self.learns(Fact::AssertionKeys(AssertionKeys::new(keys)));
        self.commit(act).await?;
        Ok(())
    }
}

fn made(key: &AssertionKey, removed: Vec<u32>) -> Act {
    Act::AssertionKeyMade {
        key: key.number.0,
        key_id: key_id(&key.public_key),
        signs_from: key.signs_from.to_string(),
        removed,
    }
}
