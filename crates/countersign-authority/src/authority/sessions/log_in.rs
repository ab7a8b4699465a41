//! Logging in with email, password and, where there is one, the second factor.

use std::net::IpAddr;

use countersign_model::{
    AccountNumber, Email, Entity, EntityId, Role, RoleId, Session, SessionNumber,
};
use zeroize::Zeroizing;

use super::{LogInFault, LoggedIn, state_of, usable};
use crate::authority::{Authority, UseCaseFault};
use crate::{PasswordHash, Series, Transaction};

/// What somebody typed.
pub struct LogIn {
    /// Into which account.
    pub account: AccountNumber,
    /// Who.
    pub email: Email,
    /// The password.
    pub password: Zeroizing<String>,
    /// In which role; without one, in the first that can be used, centers last.
    pub role: Option<RoleId>,
    /// A code of the second factor, or a recovery code.
    pub code: Option<Zeroizing<String>>,
    /// From which address.
    pub origin: Option<IpAddr>,
}

/// What is known of an attempt to log in, for the login trail. Only part of it is for who tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogInNote {
    /// Who was named, of those that there are.
    pub entity: Option<EntityId>,
    /// In which role it succeeded.
    pub role: Option<RoleId>,
    /// Why it failed: more exactly than who tried it is told.
    pub why: Option<&'static str>,
}

impl Authority {
    /// Logs somebody in. Whoever has a second factor is asked for it; whoever has none gets a
    /// session, which is good for nothing but enrolling where the role demands one.
    ///
    /// # Errors
    /// [`LogInFault`]. Of an unknown email, a wrong password, a wrong code and an inactive entity
    /// the answer is the same, after the same work.
    pub async fn log_in(&self, typed: LogIn) -> Result<LoggedIn, UseCaseFault> {
        self.log_in_noted(typed).await.1
    }

    /// The same, with what the login trail is told.
    pub async fn log_in_noted(&self, typed: LogIn) -> (LogInNote, Result<LoggedIn, UseCaseFault>) {
        let mut note = LogInNote::default();
        let tried = self.try_log_in_throttled(typed, &mut note).await;
        match &tried {
            Ok(logged_in) => {
                let Session { entity, role, .. } = logged_in.session;
                note = LogInNote { entity: Some(entity), role: Some(role), why: None };
            }
            Err(fault) => note.why = note.why.or(Some(fault.code())),
        }
        (note, tried)
    }

    async fn try_log_in_throttled(
        &self,
        typed: LogIn,
        note: &mut LogInNote,
    ) -> Result<LoggedIn, UseCaseFault> {
        let user = (self.account_of_guesses(typed.account).await?, typed.email.clone());
        let begun = self.throttle.begin(user, typed.origin, self.clock.now());
        let attempt = match begun {
            Ok(attempt) => attempt,
            Err(fault) => {
                let mut record = self.store.look().await?;
                let entity = record.entity_by_email(typed.account, &typed.email).await?;
                note.entity = entity.map(|entity| entity.id);
                return Err(fault.into());
            }
        };
        match self.try_log_in(typed, note).await {
            Ok(logged_in) => {
                attempt.succeeded();
                Ok(logged_in)
            }
            Err(fault) => {
                if !matches!(fault, UseCaseFault::LogIn(LogInFault::Failed)) {
                    attempt.forgiven();
                }
                Err(fault)
            }
        }
    }

    /// In which account guesses are counted: an environment has passwords and second factors of
    /// production, and is no second chance to guess them.
    pub(in crate::authority) async fn account_of_guesses(
        &self,
        account: AccountNumber,
    ) -> Result<AccountNumber, UseCaseFault> {
        let account_row = self.store.look().await?.account_of(account).await?;
        let environment = account_row.and_then(|it| it.environment);
        Ok(environment.map_or(account, |it| it.production))
    }

    async fn try_log_in(
        &self,
        typed: LogIn,
        note: &mut LogInNote,
    ) -> Result<LoggedIn, UseCaseFault> {
        let LogIn { account, email, password, role, code, origin } = typed;
        let (id, hash) = self.prove_password(account, &email, password, note).await?;

        let mut tx = self.store.begin().await?;
        let entity = tx.entity(account, id).await?.filter(|entity| entity.active);
        note.why = Some("entity-inactive");
        let entity = entity.ok_or(LogInFault::Failed)?;
        note.why = Some("wrong-password");
        if entity.email != email || tx.password(account, id).await?.as_ref() != Some(&hash) {
            return Err(LogInFault::Failed.into());
        }
        note.why = None;
        let factor = tx.second_factor(account, id).await?.filter(|it| it.is_confirmed());
        if let Some(factor) = factor {
            let code = code.ok_or(LogInFault::TwoFactorNeeded)?;
            note.why = Some("wrong-code");
            if !self.prove_second_factor(&mut *tx, factor, &code).await? {
                return Err(LogInFault::Failed.into());
            }
        }
        note.why = None;
        let role = role_to_log_in(&mut *tx, &entity, role).await?;
        let now = self.clock.now();
        let session = Session {
            account,
            number: SessionNumber(tx.next(Series::Sessions(account)).await?),
            entity: id,
            role: role.id,
            two_factor: factor.is_some(),
            started: now,
            authenticated: now,
            used: now,
            origin,
        };
        let secret = self.open_session(&mut *tx, &session).await?;
        tx.settle().await?;
        Ok(LoggedIn { secret, session, state: state_of(&role, factor.is_some()) })
    }

    /// Whose email and password these are, and under which hash.
    async fn prove_password(
        &self,
        account: AccountNumber,
        email: &Email,
        password: Zeroizing<String>,
        note: &mut LogInNote,
    ) -> Result<(EntityId, PasswordHash), UseCaseFault> {
        let mut record = self.store.look().await?;
        let entity = record.entity_by_email(account, email).await?;
        note.entity = entity.map(|entity| entity.id);
        let id = note.entity.unwrap_or(EntityId(0));
        let hash = record.password(account, id).await?;
        drop(record);
        let nobody = hash.is_none();
        let why = if nobody { "no-password" } else { "wrong-password" };
        let why = if note.entity.is_some() { why } else { "unknown-user" };
        let hash = hash.unwrap_or_else(PasswordHash::of_nobody);
        if self.is_password(&hash, password).await? && !nobody {
            Ok((id, hash))
        } else {
            note.why = Some(why);
            Err(LogInFault::Failed.into())
        }
    }
}

/// The role that was asked for, or the first that can be used: centers last, since whoever has
/// another role works with that.
async fn role_to_log_in(
    tx: &mut dyn Transaction,
    entity: &Entity,
    asked: Option<RoleId>,
) -> Result<Role, UseCaseFault> {
    let (account, id) = (entity.account, entity.id);
    if let Some(role) = asked {
        let usable = usable(tx, account, id, role).await?;
        return Ok(usable.ok_or(LogInFault::RoleNotAvailable(role.0))?);
    }
    let mut center = None;
    for has in tx.assignments(account, id).await? {
        match usable(tx, account, id, has.role).await? {
            Some(role) if !role.is_center() => return Ok(role),
            usable => center = center.or(usable),
        }
    }
    Ok(center.ok_or(LogInFault::NoRole)?)
}
