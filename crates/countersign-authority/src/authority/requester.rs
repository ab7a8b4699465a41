//! Who asks for a use case, and whether they may.
//!
//! What a use case needs is asked of the record itself, within the use case's own transaction: a
//! role that was taken away a moment ago grants nothing.

use std::net::IpAddr;

use countersign_model::{
    AccessToken, AccountNumber, Actor, EntityId, InstallationState, Level, Means, Permission, Role,
    RoleId, Session, SessionNumber, Timestamp, TokenNumber, TokenState,
};

use super::sessions::holding;
use super::{LogInFault, SessionState, UseCaseFault};
use crate::{Assignment, Snapshot};

/// Who asks, in which account, from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requester {
    /// The account that is asked about.
    pub account: AccountNumber,
    /// Who asks.
    pub actor: Actor,
    /// The address that the request came from, if it came over a network.
    pub origin: Option<IpAddr>,
}

impl Requester {
    /// Whoever owns the data folder, by user id: no role binds them, since they could change the
    /// files as well. They hold no token and no role of their own.
    pub fn operator(account: AccountNumber, uid: u32) -> Self {
        Self { account, actor: Actor::LocalUser(uid), origin: None }
    }

    /// The operator, acting for an entity in one of its roles: bound by that role.
    pub fn operator_as(account: AccountNumber, uid: u32, entity: EntityId, role: RoleId) -> Self {
        let by = Means::LocalUser(role, uid);
        Self { account, actor: Actor::Entity { entity, by }, origin: None }
    }

    /// An entity whose request was signed with a token.
    pub fn token(
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
        token: TokenNumber,
        origin: IpAddr,
    ) -> Self {
        let by = Means::Token(role, token);
        Self { account, actor: Actor::Entity { entity, by }, origin: Some(origin) }
    }

    /// An entity that is logged in, in that role, by that session.
    pub fn session(session: &Session, origin: Option<IpAddr>) -> Self {
        let Session { account, entity, role, number, .. } = *session;
        let by = Means::Session(role, number);
        Self { account, actor: Actor::Entity { entity, by }, origin }
    }

    /// The session that it is logged in with.
    pub fn session_number(&self) -> Option<SessionNumber> {
        match self.actor {
            Actor::Entity { by: Means::Session(_, number), .. } => Some(number),
            _ => None,
        }
    }

    /// Countersign itself: something was due.
    pub fn schedule(account: AccountNumber) -> Self {
        Self { account, actor: Actor::Schedule, origin: None }
    }
}

/// What a use case asks of its requester before it does anything. Each use case names one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Need {
    /// Nothing: the use case itself proves who it is (by a link), or nobody can ask for it.
    Nothing,
    /// To be logged in, in a role that the entity has; also where a second factor is demanded and
    /// not enrolled yet.
    Enrolment,
    /// To be logged in, in a role that the entity has.
    Login,
    /// A permission of the role, at that level.
    Permission(Permission, Level),
    /// One of these permissions.
    OneOf(&'static [(Permission, Level)]),
    /// To be an Administrator.
    Administrator,
    /// To own the data folder.
    Operator,
}

/// As what a requester stands in the record at this moment.
pub(super) enum Standing {
    /// The operator, or Countersign itself.
    Above,
    /// Known by a link, in no role.
    Linked,
    /// An entity that has to enrol a second factor before it may do anything else in this role.
    Enrolling(EntityId, Role, Proof),
    /// An entity in one of its roles.
    InRole(EntityId, Role, Proof),
}

/// Whether somebody proved lately who they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// With this very request, or on the server.
    Now,
    /// They typed their password within the last minutes.
    Lately,
    /// They typed it long ago; somebody else may sit there by now.
    LongAgo,
}

impl Standing {
    /// How `requester` stands.
    pub(super) async fn of(
        requester: &Requester,
        now: Timestamp,
        record: &mut (impl Snapshot + ?Sized),
    ) -> Result<Self, UseCaseFault> {
        let Actor::Entity { entity, by } = requester.actor else { return Ok(Self::Above) };
        let Some(role) = by.role() else { return Ok(Self::Linked) };
        if let Means::Session(_, number) = by {
            return Self::of_session(requester, (entity, role, number), now, record).await;
        }
        let account = requester.account;
        if let Means::Token(role, token) = by {
            let token = record.token(account, token).await?.ok_or(UseCaseFault::NotLoggedIn)?;
            let is_theirs = (token.entity, token.role) == (entity, role);
            if token.state != TokenState::Active || !is_theirs || token.has_ended(now) {
                return Err(UseCaseFault::NotLoggedIn);
            }
            may_use_the_api(&token, record).await?;
        }
        let active = record.entity(account, entity).await?.is_some_and(|e| e.active);
        let shown = |has: &Assignment| has.role == role && !has.hidden;
        let assigned = active && record.assignments(account, entity).await?.iter().any(shown);
        let role = if assigned { record.role(account, role).await? } else { None };
        let role = role.filter(|role| role.active).ok_or(UseCaseFault::NotLoggedIn)?;
        Ok(Self::InRole(entity, role, Proof::Now))
    }

    /// How a session stands: one that ended a moment ago, or goes on in another role, doesn't.
    async fn of_session(
        requester: &Requester,
        (entity, role, number): (EntityId, RoleId, SessionNumber),
        now: Timestamp,
        record: &mut (impl Snapshot + ?Sized),
    ) -> Result<Self, UseCaseFault> {
        let sessions = record.sessions_of(requester.account, entity).await?;
        let session = sessions.into_iter().find(|it| it.number == number && it.role == role);
        let session = session.ok_or(LogInFault::SessionEnded)?;
        let (role, state) = holding(record, &session, now).await?;
        let proof = if session.is_proven_at(now) { Proof::Lately } else { Proof::LongAgo };
        Ok(match state {
            SessionState::Open => Self::InRole(entity, role, proof),
            SessionState::TwoFactorToBeEnrolled => Self::Enrolling(entity, role, proof),
        })
    }

    /// Refuses somebody who is logged in and proved long ago who they are: for what makes or shows
    /// a secret, deletes, or changes who may do what.
    pub(super) fn is_proven_lately(&self) -> Result<(), UseCaseFault> {
        match self {
            Self::Enrolling(_, _, Proof::LongAgo) | Self::InRole(_, _, Proof::LongAgo) => {
                Err(LogInFault::AuthenticationTooOld.into())
            }
            _ => Ok(()),
        }
    }

    /// Whether the requester has what the use case needs.
    pub(super) fn meets(&self, need: Need) -> Result<(), UseCaseFault> {
        match (need, self) {
            (Need::Nothing, _) | (_, Self::Above) => Ok(()),
            (_, Self::Linked) => Err(UseCaseFault::NotLoggedIn),
            (Need::Enrolment, Self::Enrolling(..) | Self::InRole(..)) => Ok(()),
            (_, Self::Enrolling(..)) => Err(LogInFault::TwoFactorToBeEnrolled.into()),
            (Need::Operator, Self::InRole(..)) => Err(UseCaseFault::OperatorOnly),
            (Need::Login, Self::InRole(..)) => Ok(()),
            (Need::Administrator, Self::InRole(_, role, _)) => {
                if role.is_administrator() {
                    Ok(())
                } else {
                    Err(UseCaseFault::AdministratorOnly)
                }
            }
            (Need::Permission(permission, level), Self::InRole(_, role, _)) => {
                grants(role, &[(permission, level)])
            }
            (Need::OneOf(any), Self::InRole(_, role, _)) => grants(role, any),
        }
    }

    /// Whether no rule about Administrators binds the requester.
    pub(super) fn is_administrator(&self) -> bool {
        match self {
            Self::Above => true,
            Self::Linked | Self::Enrolling(..) => false,
            Self::InRole(_, role, _) => role.is_administrator(),
        }
    }

    /// The entity that acts, for what it does to its own login: a token is not enough for that.
    pub(super) fn oneself(&self, requester: &Requester) -> Result<EntityId, UseCaseFault> {
        if matches!(requester.actor, Actor::Entity { by: Means::Token(..), .. }) {
            return Err(LogInFault::NotWithToken.into());
        }
        let (entity, _) = self.in_role().ok_or(UseCaseFault::NotLoggedIn)?;
        Ok(entity)
    }

    /// The entity that acts, and its role.
    pub(super) fn in_role(&self) -> Option<(EntityId, &Role)> {
        match self {
            Self::Enrolling(entity, role, _) | Self::InRole(entity, role, _) => {
                Some((*entity, role))
            }
            Self::Above | Self::Linked => None,
        }
    }
}

/// A token opens our own API only as long as it works, and where an Administrator lets its
/// integration. It is asked again: the verdict was given when the request's head had come, and by
/// now its body has, too.
async fn may_use_the_api(
    token: &AccessToken,
    record: &mut (impl Snapshot + ?Sized),
) -> Result<(), UseCaseFault> {
    let account = record.account_of(token.account).await?;
    let installation = record.installation(token.account, token.installation).await?;
    let installation = installation.ok_or(UseCaseFault::NotLoggedIn)?;
    let integration = record.integration(installation.integration).await?;
    let works = account.is_some_and(|account| account.token_based_authentication)
        && integration.is_some_and(|integration| integration.authentication.token_based)
        && installation.state == InstallationState::Enabled;
    if !works {
        return Err(UseCaseFault::NotLoggedIn);
    }
    if installation.api_access {
        Ok(())
    } else {
        Err(UseCaseFault::ApiAccessOff(installation.id.0))
    }
}

fn grants(role: &Role, any: &[(Permission, Level)]) -> Result<(), UseCaseFault> {
    if any.iter().any(|(permission, level)| role.grants(*permission, *level)) {
        return Ok(());
    }
    let Some((permission, level)) = any.first() else { return Err(UseCaseFault::NotLoggedIn) };
    Err(UseCaseFault::PermissionMissing { permission: *permission, level: *level })
}
