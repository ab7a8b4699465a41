//! Logging in, and proving once more who one is. The login trail is told before it is answered.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{LogIn, LogInNote, UseCaseFault};
use countersign_model::{AccountId, AccountNumber, Chance, Clock, Email, RoleId, without_secrets};
use countersign_trail::{LogInAttempt, LogIns};
use countersign_verify::{Caller, Reference, Surface};
use http::HeaderMap;
use http::header::USER_AGENT;

use super::given::{LogInGiven, ProofGiven};
use super::shown::SessionShown;
use super::visit::{Arrival, LoggedIn, Stranger};
use crate::BASE;
use crate::api::Office;
use crate::given::{Brief, Given};
use crate::problem::Problem;
use crate::shown as answers;

/// The most of a user agent that is kept.
const AGENT: usize = 256;

/// Where log-ins are told, and what that needs.
#[derive(Clone)]
pub(crate) struct Trail {
    pub(crate) log_ins: Arc<dyn LogIns>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
}

impl Trail {
    /// Tells of an attempt. Gives its reference.
    async fn told(
        &self,
        (arrival, headers, path): (&Arrival, &HeaderMap, &str),
        account: Option<AccountNumber>,
        note: LogInNote,
    ) -> Result<Reference, Problem> {
        let agent = headers.get(USER_AGENT).map(|it| String::from_utf8_lossy(it.as_bytes()));
        let agent = agent.map(|it| without_secrets(&it));
        let path = format!("{BASE}{path}");
        let caller = Caller {
            at: self.clock.now(),
            source: arrival.client,
            surface: Surface::of(&path),
            method: "POST".to_owned(),
            path,
            user_agent: agent.map(|it| it[..it.floor_char_boundary(AGENT)].to_owned()),
        };
        let reference = Reference::generate(&*self.chance);
        let LogInNote { entity, role, why } = note;
        let attempt = LogInAttempt { reference, caller, account, entity, role, why };
        let told = self.log_ins.told(attempt).await;
        told.map_err(|fault| Problem::internal(fault.to_string()))?;
        Ok(reference)
    }
}

/// The number of an account by what somebody typed; one that there is not has a number that nobody
/// has, so that it takes as long.
async fn account(office: &Office, text: &str) -> Result<AccountNumber, Problem> {
    let Ok(id) = AccountId::parse(text.trim()) else { return Ok(AccountNumber::NONE) };
    match office.authority.account(&id).await {
        Ok(account) => Ok(account.number),
        Err(UseCaseFault::NoAccount(_)) => Ok(AccountNumber::NONE),
        Err(fault) => Err(fault.into()),
    }
}

/// Log in. The session's secret is in the answer's cookie, and nowhere else; one that the request
/// brought is not taken over, and its session ends
#[utoipa::path(post, path = "/session", tag = "session", operation_id = "logIn", security(()),
    request_body = LogInGiven,
    responses((status = 200, description = "The session", body = SessionShown,
        headers(("Set-Cookie" = String, description = "The session's secret")))))]
pub(super) async fn log_in(
    by: Stranger,
    headers: HeaderMap,
    Brief(given): Brief<LogInGiven>,
) -> Result<Response, Problem> {
    let _place = by.place()?;
    let LogInGiven { account: named, email, password, code, role } = given;
    let Stranger { arrival, office, .. } = &by;
    // What is no address is nobody's: it takes as long, and is answered like all others.
    let email = Email::parse(&email).or_else(|_| Email::parse("nobody@invalid"));
    let email = email.map_err(UseCaseFault::from)?;
    let account = account(office, &named).await?;
    let (role, origin) = (role.map(RoleId), Some(arrival.client));
    let (password, code) = (password.0, code.map(|code| code.0));
    let typed = LogIn { account, email, password, role, code, origin };
    let (note, tried) = office.authority.log_in_noted(typed).await;
    let known = Some(account).filter(|account| *account != AccountNumber::NONE);
    let told =
        office.trail.as_ref().map(|it| it.told((arrival, &headers, "/session"), known, note));
    let reference = match told {
        Some(told) => told.await,
        None => Err(Problem::internal("there is no login trail here".to_owned())),
    };
    let (reference, logged_in) = match (reference, tried) {
        (Ok(reference), Err(fault)) => return Err(Problem::from(fault).referring(reference)),
        (Ok(reference), Ok(logged_in)) => (reference, logged_in),
        (Err(fault), tried) => {
            // What can't be recorded has not happened.
            if let Ok(logged_in) = tried {
                office.authority.log_out(&logged_in.secret).await?;
            }
            return Err(fault);
        }
    };
    if let Some(before) = &by.secret {
        office.authority.log_out(before).await?;
    }
    tracing::debug!(%reference, entity = logged_in.session.entity.0, "somebody logged in");
    super::opened(&office.authority, arrival, &logged_in.secret).await
}

/// Prove once more who is logged in: for five minutes from then on, what asks for it is done
#[utoipa::path(post, path = "/session/authentication", tag = "session",
    operation_id = "authenticateAgain", security(("session" = [])), request_body = ProofGiven,
    responses((status = 200, description = "The session", body = SessionShown)))]
pub(super) async fn authenticate(
    by: LoggedIn,
    headers: HeaderMap,
    Given(ProofGiven { password, code }): Given<ProofGiven>,
) -> Result<Response, Problem> {
    let (session, origin) = (&by.active.session, Some(by.arrival.client));
    let (password, code) = (password.0, code.map(|code| code.0));
    let tried = by.authority().authenticate_again(&by.secret, password, code, origin).await;
    let why = tried.as_ref().err().map(UseCaseFault::code);
    let note = LogInNote { entity: Some(session.entity), role: Some(session.role), why };
    let Some(trail) = &by.office.trail else {
        return Err(Problem::internal("there is no login trail here".to_owned()));
    };
    let came = (&by.arrival, &headers, "/session/authentication");
    let reference = trail.told(came, Some(session.account), note).await?;
    match tried {
        Ok(_) => answers::plain(&by.shown().await?),
        Err(fault) => Err(Problem::from(fault).referring(reference)),
    }
}
