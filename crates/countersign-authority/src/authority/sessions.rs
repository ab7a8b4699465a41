//! Sessions: who is logged in, in which role, and for how long.
//!
//! A session is known by a secret of 256 random bits, of which only the SHA-256 is kept. Whether it
//! still holds is asked of the record on each use: of its entity, its role, and of the second
//! factor that the role demands.

use std::net::IpAddr;

use countersign_model::{AccountNumber, EntityId, Role, RoleId, Session, SessionNumber, Timestamp};
use zeroize::Zeroizing;

use super::passwords::{Prefixed, secret};
use super::{Authority, Need, Requester, UseCaseFault};
use crate::{Act, Sessions, Snapshot, Transaction};

mod change;
mod fault;
mod log_in;
mod look;
pub(super) mod throttle;

pub use fault::LogInFault;
pub use log_in::{LogIn, LogInNote};
pub use look::{OwnLogin, OwnRole};

const SESSION: Prefixed = Prefixed("session_");

/// Somebody who has logged in, or changed role: the one time that the session's secret is shown.
pub struct LoggedIn {
    /// The secret that each request shows.
    pub secret: Zeroizing<String>,
    /// The session.
    pub session: Session,
    /// What it is good for.
    pub state: SessionState,
}

/// What a session is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// For all that its role may do.
    Open,
    /// For nothing but enrolling the second factor that its role demands.
    TwoFactorToBeEnrolled,
}

/// A session in use.
#[derive(Clone, Debug)]
pub struct ActiveSession {
    /// The session; `authenticated` is when the entity last proved who it is.
    pub session: Session,
    /// What it is good for.
    pub state: SessionState,
    /// Who asks, for the use cases.
    pub requester: Requester,
}

/// A session of somebody's, as they see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// When it ends if it isn't used again.
    pub ends: Timestamp,
}

impl Authority {
    /// Who uses the session with this secret, from which address. Use is kept to the minute.
    ///
    /// # Errors
    /// [`LogInFault::SessionEnded`].
    pub async fn session(
        &self,
        secret: &str,
        origin: Option<IpAddr>,
    ) -> Result<ActiveSession, UseCaseFault> {
        let digest = SESSION.digest(secret).ok_or(LogInFault::SessionEnded)?;
        let now = self.clock.now();
        let mut record = self.store.look().await?;
        let (session, state) = working(&mut *record, &digest, now).await?;
        drop(record);
        if session.used_at(now).is_some() {
            let mut tx = self.store.begin().await?;
            let (session, _) = working(&mut *tx, &digest, now).await?;
            if let Some(used) = session.used_at(now) {
                tx.save_session(&used).await?;
                tx.settle().await?;
            }
        }
        let requester = Requester::session(&session, origin);
        Ok(ActiveSession { session, state, requester })
    }

    /// Ends the session with this secret. Ending one that has ended is fine.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`].
    pub async fn log_out(&self, secret: &str) -> Result<(), UseCaseFault> {
        let Some(digest) = SESSION.digest(secret) else { return Ok(()) };
        let mut tx = self.store.begin().await?;
        if let Some(Session { account, entity, number, .. }) = tx.session(&digest).await? {
            tx.end_session(account, entity, number).await?;
            tx.settle().await?;
        }
        Ok(())
    }

    /// The requester's own sessions, oldest first.
    ///
    /// # Errors
    /// [`UseCaseFault::NotLoggedIn`], [`LogInFault::NotWithToken`].
    pub async fn list_own_sessions(
        &self,
        requester: &Requester,
    ) -> Result<Vec<SessionView>, UseCaseFault> {
        let now = self.clock.now();
        let mut look = self.look(requester, Need::Login).await?;
        let entity = look.standing.oneself(requester)?;
        let sessions = look.record.sessions_of(requester.account, entity).await?;
        let working = sessions.into_iter().filter(|session| session.works_at(now));
        Ok(working.map(|session| SessionView { ends: session.ends(), session }).collect())
    }

    /// Ends one of the requester's own sessions.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`LogInFault::NotWithToken`].
    pub async fn end_own_session(
        &self,
        requester: &Requester,
        number: SessionNumber,
    ) -> Result<(), UseCaseFault> {
        let mut change = self.begin(requester, Need::Login).await?;
        let entity = change.standing.oneself(requester)?;
        if !change.tx.end_session(requester.account, entity, number).await? {
            return Err(UseCaseFault::NoSuch { what: "session", number: number.0 });
        }
        Ok(change.tx.settle().await?)
    }

    /// Ends all sessions of an entity; gives how many there were.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`super::PeopleFault::OfAdministrator`].
    pub async fn end_sessions(
        &self,
        requester: &Requester,
        entity: EntityId,
    ) -> Result<u64, UseCaseFault> {
        let mut change = self.begin(requester, super::entities::MANAGE).await?;
        change.entity_to_change(entity).await?;
        let sessions = change.tx.end_sessions(requester.account, entity, Sessions::All).await?;
        if sessions > 0 {
            change.commit(Act::SessionsEnded { entity: entity.0, sessions }).await?;
        }
        Ok(sessions)
    }

    /// A new secret for `session`, kept as its digest from then on; sessions whose time is over,
    /// and the oldest of too many, go.
    async fn open_session(
        &self,
        tx: &mut dyn Transaction,
        session: &Session,
    ) -> Result<Zeroizing<String>, UseCaseFault> {
        let Session { account, entity, .. } = *session;
        let now = self.clock.now();
        let started = now.plus_seconds(-Session::WHOLE_SECONDS);
        let used = now.plus_seconds(-Session::IDLE_SECONDS);
        tx.forget_sessions(account, started, used).await?;
        let others = tx.sessions_of(account, entity).await?;
        let too_many = (others.len() + 1).saturating_sub(Session::MOST);
        for oldest in others.iter().take(too_many) {
            tx.end_session(account, entity, oldest.number).await?;
        }
        let (secret, digest) = secret(SESSION, &*self.chance);
        tx.add_session(session, &digest).await?;
        Ok(secret)
    }
}

/// The session with this digest, if it works at `now`.
async fn working(
    record: &mut (impl Snapshot + ?Sized),
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<(Session, SessionState), UseCaseFault> {
    let session = record.session(digest).await?.ok_or(LogInFault::SessionEnded)?;
    let (_, state) = holding(record, &session, now).await?;
    Ok((session, state))
}

/// The role of a session, if all that the session hangs on holds at `now`.
pub(super) async fn holding(
    record: &mut (impl Snapshot + ?Sized),
    session: &Session,
    now: Timestamp,
) -> Result<(Role, SessionState), UseCaseFault> {
    let Session { account, entity, role, .. } = *session;
    let works = session.works_at(now);
    let active = works && record.entity(account, entity).await?.is_some_and(|it| it.active);
    let role = if active { usable(record, account, entity, role).await? } else { None };
    let role = role.ok_or(LogInFault::SessionEnded)?;
    let factor = record.second_factor(account, entity).await?;
    let enrolled = factor.is_some_and(|factor| factor.is_confirmed());
    if enrolled && !session.two_factor {
        return Err(LogInFault::SessionEnded.into());
    }
    let state = state_of(&role, enrolled);
    Ok((role, state))
}

/// A role of an entity, if it can log in with it on pages.
async fn usable(
    record: &mut (impl Snapshot + ?Sized),
    account: AccountNumber,
    entity: EntityId,
    role: RoleId,
) -> Result<Option<Role>, UseCaseFault> {
    let has = record.assignments(account, entity).await?;
    if !has.iter().any(|has| has.role == role && !has.hidden) {
        return Ok(None);
    }
    Ok(record.role(account, role).await?.filter(Role::may_log_in_on_pages))
}

fn state_of(role: &Role, enrolled: bool) -> SessionState {
    if role.demands_two_factors() && !enrolled {
        SessionState::TwoFactorToBeEnrolled
    } else {
        SessionState::Open
    }
}
