//! What somebody who is logged in does with the session itself.

use std::net::IpAddr;

use countersign_model::{RoleId, Session};
use zeroize::Zeroizing;

use super::{LogInFault, LoggedIn, SESSION, state_of, usable, working};
use crate::authority::{Authority, UseCaseFault, found};

impl Authority {
    /// Changes role: the session goes on under a new secret, and the old one no longer works.
    ///
    /// # Errors
    /// [`LogInFault::SessionEnded`], [`LogInFault::RoleNotAvailable`].
    pub async fn change_role(&self, secret: &str, role: RoleId) -> Result<LoggedIn, UseCaseFault> {
        let digest = SESSION.digest(secret).ok_or(LogInFault::SessionEnded)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let (old, _) = working(&mut *tx, &digest, now).await?;
        let Session { account, entity, number, two_factor, .. } = old;
        let to = usable(&mut *tx, account, entity, role).await?;
        let to = to.ok_or(LogInFault::RoleNotAvailable(role.0))?;
        let session = Session { role, used: now, ..old };
        tx.end_session(account, entity, number).await?;
        let secret = self.open_session(&mut *tx, &session).await?;
        tx.settle().await?;
        Ok(LoggedIn { secret, session, state: state_of(&to, two_factor) })
    }

    /// Proves once more who uses the session, before something that asks for it: gives the session
    /// with its new `authenticated`.
    ///
    /// # Errors
    /// [`LogInFault::SessionEnded`], [`LogInFault::WrongPassword`],
    /// [`LogInFault::TwoFactorNeeded`], [`LogInFault::WrongCode`],
    /// [`LogInFault::TooManyAttempts`].
    pub async fn authenticate_again(
        &self,
        secret: &str,
        password: Zeroizing<String>,
        code: Option<Zeroizing<String>>,
        origin: Option<IpAddr>,
    ) -> Result<Session, UseCaseFault> {
        let Session { account, entity, .. } = self.session(secret, origin).await?.session;
        let digest = SESSION.digest(secret).ok_or(LogInFault::SessionEnded)?;
        let (attempt, hash) = self.prove_own_password(account, entity, password, origin).await?;

        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let (session, _) = working(&mut *tx, &digest, now).await?;
        if tx.password(account, entity).await?.as_ref() != Some(&hash) {
            return Err(LogInFault::WrongPassword.into());
        }
        let factor = tx.second_factor(account, entity).await?.filter(|it| it.is_confirmed());
        if let Some(factor) = factor {
            let Some(code) = code else {
                attempt.forgiven();
                return Err(LogInFault::TwoFactorNeeded.into());
            };
            if !self.prove_second_factor(&mut *tx, factor, &code).await? {
                return Err(LogInFault::WrongCode.into());
            }
        }
        found(tx.entity(account, entity).await?, "entity", entity.0)?;
        let session = Session { authenticated: now, used: now, ..session };
        tx.save_session(&session).await?;
        tx.settle().await?;
        attempt.succeeded();
        Ok(session)
    }
}
