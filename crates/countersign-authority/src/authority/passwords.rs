//! Setting a password, behind a one-time link or for the old one.

use std::net::IpAddr;
use std::sync::Arc;

use countersign_model::{AccountNumber, Actor, Chance, Email, EntityId, Means, SessionNumber};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::sessions::throttle::Attempt;
use super::{Authority, LogInFault, Need, Requester, UseCaseFault, found};
use crate::{Act, Link, Password, PasswordFault, PasswordHash, Sessions};

/// How many passwords are hashed at once: each takes 19 MiB and a core.
pub(super) const AT_ONCE: usize = 2;

/// How many may wait for that.
pub(super) const MOST_WAITING: usize = 64;

pub(super) const LINK: Prefixed = Prefixed("setup_");

impl Authority {
    /// Whose password the link with this secret sets. Looking does not use it up.
    ///
    /// # Errors
    /// [`UseCaseFault::LinkSpent`].
    pub async fn look_at_link(&self, secret: &str) -> Result<Email, UseCaseFault> {
        let (_, email) = self.link_owner(secret).await?;
        Ok(email)
    }

    // Strangers ask: it holds up no change.
    async fn link_owner(&self, secret: &str) -> Result<(Link, Email), UseCaseFault> {
        // What can't be a link of ours costs a stranger more than it costs us.
        let digest = LINK.digest(secret).ok_or(UseCaseFault::LinkSpent)?;
        let mut record = self.store.look().await?;
        let link = record.link(&digest, self.clock.now()).await?;
        let link = link.ok_or(UseCaseFault::LinkSpent)?;
        let entity = record.entity(link.account, link.entity).await?;
        Ok((link, entity.ok_or(UseCaseFault::LinkSpent)?.email))
    }

    /// Sets the password and uses the link up; the entity's sessions end.
    ///
    /// # Errors
    /// [`UseCaseFault::LinkSpent`]: nothing was changed.
    pub async fn set_password_by_link(
        &self,
        secret: &str,
        password: Password,
    ) -> Result<(), UseCaseFault> {
        let (link, _) = self.link_owner(secret).await?;
        let hash = self.hash(password).await?;
        let digest = link.digest;
        let actor = Actor::Entity { entity: link.entity, by: Means::Link };
        let requester = Requester { account: link.account, actor, origin: None };
        let mut change = self.begin(&requester, Need::Nothing).await?;
        let now = self.clock.now();
        if !change.tx.use_link(&digest, now).await? {
            return Err(UseCaseFault::LinkSpent);
        }
        change.tx.save_password(link.account, link.entity, &hash).await?;
        change.tx.end_sessions(link.account, link.entity, Sessions::All).await?;
        let act = Act::PasswordSet { entity: link.entity.0 };
        change.commit(act).await?;
        Ok(())
    }

    /// Sets the requester's own password; its sessions end, but for `current`.
    ///
    /// # Errors
    /// [`LogInFault::WrongPassword`], [`LogInFault::TooManyAttempts`],
    /// [`LogInFault::NotWithToken`].
    pub async fn change_own_password(
        &self,
        requester: &Requester,
        current: Option<SessionNumber>,
        old: Zeroizing<String>,
        new: Password,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let id = self.look(requester, Need::Login).await?.standing.oneself(requester)?;
        let (attempt, proven) = self.prove_own_password(account, id, old, requester.origin).await?;
        // A password alone doesn't forget how often somebody guessed codes.
        attempt.forgiven();
        let hash = self.hash(new).await?;
        let mut change = self.begin(requester, Need::Login).await?;
        if change.tx.password(account, id).await?.as_ref() != Some(&proven) {
            return Err(LogInFault::WrongPassword.into());
        }
        change.tx.save_password(account, id, &hash).await?;
        change.tx.remove_links(account, id).await?;
        let which = current.map_or(Sessions::All, Sessions::Except);
        change.tx.end_sessions(account, id, which).await?;
        change.commit(Act::PasswordSet { entity: id.0 }).await?;
        Ok(())
    }

    /// That this is the password of somebody known: the attempt, to be closed by the caller, and
    /// the hash that it was.
    pub(super) async fn prove_own_password(
        &self,
        account: AccountNumber,
        id: EntityId,
        password: Zeroizing<String>,
        origin: Option<IpAddr>,
    ) -> Result<(Attempt<'_>, PasswordHash), UseCaseFault> {
        let mut record = self.store.look().await?;
        let entity = found(record.entity(account, id).await?, "entity", id.0)?;
        let hash = record.password(account, id).await?.ok_or(LogInFault::WrongPassword)?;
        drop(record);
        let of_guesses = self.account_of_guesses(account).await?;
        let attempt = self.throttle.begin((of_guesses, entity.email), origin, self.clock.now())?;
        match self.is_password(&hash, password).await {
            Ok(true) => Ok((attempt, hash)),
            Ok(false) => Err(LogInFault::WrongPassword.into()),
            Err(fault) => {
                attempt.forgiven();
                Err(fault)
            }
        }
    }

    /// Whether `typed` is the password of that hash. Takes its time, see [`Self::hash`]; who would
    /// have to wait behind too many is sent away.
    pub(super) async fn is_password(
        &self,
        hash: &PasswordHash,
        typed: Zeroizing<String>,
    ) -> Result<bool, UseCaseFault> {
        let _waiting = self.waiting.try_acquire().map_err(|_| LogInFault::Busy)?;
        let permit = Arc::clone(&self.hashing).acquire_owned().await;
        let (hash, typed) = (hash.clone(), Password::as_typed(typed));
        let compared = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            hash.matches(&typed)
        });
        Ok(compared.await.map_err(|_| PasswordFault::Hashing)?)
    }

    /// Hashes on a thread of its own. The permit moves there with it: a requester that hangs up
    /// must not free the place while the hashing goes on.
    pub(super) async fn hash(&self, password: Password) -> Result<PasswordHash, UseCaseFault> {
        let permit = Arc::clone(&self.hashing).acquire_owned().await;
        let chance = Arc::clone(&self.chance);
        let hashed = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            password.hash(&*chance)
        });
        Ok(hashed.await.map_err(|_| PasswordFault::Hashing)??)
    }
}

/// What begins a secret of ours, so that it can be told what it is.
#[derive(Clone, Copy)]
pub(super) struct Prefixed(pub(super) &'static str);

impl Prefixed {
    /// The digest by which a secret is found. `None` where it can't be one of these.
    pub(super) fn digest(self, secret: &str) -> Option<[u8; 32]> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let rest = secret.strip_prefix(self.0)?;
        (rest.len() == 64 && rest.bytes().all(hex)).then(|| digest(secret))
    }
}

/// A new secret of 256 random bits, and the digest that is kept of it.
pub(super) fn secret(prefix: Prefixed, chance: &dyn Chance) -> (Zeroizing<String>, [u8; 32]) {
    let mut bytes = Zeroizing::new([0; 32]);
    chance.fill(bytes.as_mut());
    let mut secret = Zeroizing::new(String::with_capacity(prefix.0.len() + 64));
    secret.push_str(prefix.0);
    for nibble in bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        secret.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
    }
    let digest = digest(&secret);
    (secret, digest)
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
