//! Setting a password behind a one-time link.

use std::sync::Arc;

use countersign_model::{Actor, Chance, Email, Means};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Authority, Need, Requester, UseCaseFault};
use crate::{Act, Link, Password, PasswordFault, PasswordHash};

/// How many passwords are hashed at once: each takes 19 MiB and a core.
pub(super) const AT_ONCE: usize = 2;

const LINK_PREFIX: &str = "setup_";

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
        if !is_link_secret(secret) {
            return Err(UseCaseFault::LinkSpent);
        }
        let mut record = self.store.look().await?;
        let link = record.link(&digest(secret), self.clock.now()).await?;
        let link = link.ok_or(UseCaseFault::LinkSpent)?;
        let entity = record.entity(link.account, link.entity).await?;
        Ok((link, entity.ok_or(UseCaseFault::LinkSpent)?.email))
    }

    /// Sets the password and uses the link up.
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
        let digest = digest(secret);
        let actor = Actor::Entity { entity: link.entity, by: Means::Link };
        let requester = Requester { account: link.account, actor, origin: None };
        let mut change = self.begin(&requester, Need::Nothing).await?;
        let now = self.clock.now();
        if !change.tx.use_link(&digest, now).await? {
            return Err(UseCaseFault::LinkSpent);
        }
        change.tx.save_password(link.account, link.entity, &hash).await?;
        let act = Act::PasswordSet { entity: link.entity.0 };
        change.commit(act).await?;
        Ok(())
    }

    /// Hashes on a thread of its own. The permit moves there with it: a requester that hangs up must
    /// not free the place while the hashing goes on.
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

/// A new link secret of 256 random bits, and the digest that is kept of it.
pub(super) fn link_secret(chance: &dyn Chance) -> (Zeroizing<String>, [u8; 32]) {
    let mut bytes = Zeroizing::new([0; 32]);
    chance.fill(bytes.as_mut());
    let mut secret = Zeroizing::new(String::with_capacity(LINK_PREFIX.len() + 64));
    secret.push_str(LINK_PREFIX);
    for nibble in bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        secret.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
    }
    let digest = digest(&secret);
    (secret, digest)
}

fn is_link_secret(text: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.strip_prefix(LINK_PREFIX).is_some_and(|rest| rest.len() == 64 && rest.bytes().all(hex))
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
