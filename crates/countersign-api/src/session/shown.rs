//! Sessions and the own login, as they are shown.

use countersign_authority::{ActiveSession, Authority, OwnRole, SessionState, SessionView};
use countersign_model::{Session, SessionNumber};
use serde::Serialize;
use utoipa::ToSchema;

use super::visit::Arrival;
use crate::problem::Problem;

/// Who is logged in.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionShown {
    /// The account's id.
    #[schema(example = "1234567")]
    account: String,
    /// The session's number in the account.
    #[schema(minimum = 1)]
    session: u32,
    /// Who is logged in, by number.
    #[schema(minimum = 1)]
    entity: u32,
    /// What people call them.
    name: String,
    /// Their login.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The role that they act in, by number.
    #[schema(minimum = 1)]
    role: u32,
    /// What the session is good for.
    state: StateShown,
    /// All own roles.
    roles: Vec<OwnRoleShown>,
    /// Whether a second factor is enrolled, and asked for.
    two_factor: bool,
    /// How many recovery codes are left.
    #[schema(minimum = 0)]
    recovery_codes: u64,
    /// When it began.
    #[schema(format = DateTime)]
    started_at: String,
    /// When who it is was last proven.
    #[schema(format = DateTime)]
    authenticated_at: String,
    /// Until when that is enough for what asks for it. Then: `POST session/authentication`.
    #[schema(format = DateTime)]
    proven_until: String,
    /// When it ends if it isn't used again.
    #[schema(format = DateTime)]
    ends_at: String,
    /// What a change must name as its `Origin` where its client sends no `Sec-Fetch-Site`.
    #[schema(example = "https://auth.example.com")]
    origin: String,
}

/// What a session is good for.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = SessionState)]
#[serde(rename_all = "kebab-case")]
enum StateShown {
    /// For all that its role may do.
    Open,
    /// For nothing but enrolling the second factor that its role demands.
    TwoFactorToBeEnrolled,
}

/// One of the own roles.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnRole)]
struct OwnRoleShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    role: u32,
    /// What people call it.
    name: String,
    /// Whether it is hidden.
    hidden: bool,
    /// Whether one can change to it.
    usable: bool,
}

impl From<&OwnRole> for OwnRoleShown {
    fn from(OwnRole { id, name, hidden, usable }: &OwnRole) -> Self {
        Self { role: id.0, name: name.clone(), hidden: *hidden, usable: *usable }
    }
}

impl SessionShown {
    pub(super) async fn of(
        authority: &Authority,
        active: &ActiveSession,
        arrival: &Arrival,
    ) -> Result<Self, Problem> {
        let own = authority.look_at_own_login(&active.requester).await?;
        let session = &active.session;
        Ok(Self {
            account: own.account.id.to_string(),
            session: session.number.0,
            entity: own.entity.id.0,
            name: own.entity.name.clone(),
            email: own.entity.email.to_string(),
            role: session.role.0,
            state: match active.state {
                SessionState::Open => StateShown::Open,
                SessionState::TwoFactorToBeEnrolled => StateShown::TwoFactorToBeEnrolled,
            },
            roles: own.roles.iter().map(OwnRoleShown::from).collect(),
            two_factor: own.two_factor,
            recovery_codes: own.recovery_codes,
            started_at: session.started.to_string(),
            authenticated_at: session.authenticated.to_string(),
            proven_until: session.authenticated.plus_seconds(Session::PROOF_SECONDS).to_string(),
            ends_at: session.ends().to_string(),
            origin: arrival.origin(),
        })
    }
}

/// One of the own sessions.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnSession)]
pub(super) struct OwnSessionShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    session: u32,
    /// Whether it is the one that asks.
    current: bool,
    /// The role that it acts in, by number.
    #[schema(minimum = 1)]
    role: u32,
    /// When it began.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it was last used, to the minute.
    #[schema(format = DateTime)]
    used_at: String,
    /// When it ends if it isn't used again.
    #[schema(format = DateTime)]
    ends_at: String,
    /// The address that it began at.
    from: Option<String>,
}

impl OwnSessionShown {
    pub(super) fn of(view: &SessionView, current: SessionNumber) -> Self {
        let SessionView { session, ends } = view;
        Self {
            session: session.number.0,
            current: session.number == current,
            role: session.role.0,
            started_at: session.started.to_string(),
            used_at: session.used.to_string(),
            ends_at: ends.to_string(),
            from: session.origin.map(|address| address.to_string()),
        }
    }
}
