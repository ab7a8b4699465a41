//! Logging in, and proving once more who one is. The login trail is told before it is answered.

use axum::response::Response;
use countersign_authority::{LogIn, LogInFault, LogInNote, Password, UseCaseFault};
use countersign_model::{AccountId, AccountNumber, Email, RoleId};
use countersign_verify::Reference;
use http::HeaderMap;

use super::given::{LogInGiven, PasswordGiven, ProofGiven};
use super::shown::SessionShown;
use super::trail::{Came, Trail, to_the_end};
use super::visit::{LoggedIn, Stranger};
use crate::api::Office;
use crate::given::{Brief, Given};
use crate::problem::Problem;
use crate::shown as answers;

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
    let place = by.place()?;
    to_the_end(async move {
        let _place = place;
        logged_in(&by, &headers, given).await
    })
    .await
}

async fn logged_in(
    by: &Stranger,
    headers: &HeaderMap,
    given: LogInGiven,
) -> Result<Response, Problem> {
    let LogInGiven { account: named, email, password, code, role } = given;
    let Stranger { arrival, office, .. } = by;
    let trail = office.trail()?;
    // What is no address is nobody's: it takes as long, and is answered like all others.
    let email = Email::parse(&email).or_else(|_| Email::parse("nobody@invalid"));
    let email = email.map_err(UseCaseFault::from)?;
    let account = account(office, &named).await?;
    let (role, origin) = (role.map(RoleId), Some(arrival.client));
    let (password, code) = (password.0, code.map(|code| code.0));
    let typed = LogIn { account, email, password, role, code, origin };
    let (note, tried) = office.authority.log_in_noted(typed).await;
    let known = Some(account).filter(|account| *account != AccountNumber::NONE);
    let came = Came { arrival, headers, method: "POST", path: "/session" };
    let (reference, logged_in) = match (trail.told(came, known, note).await, tried) {
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
    Given(given): Given<ProofGiven>,
) -> Result<Response, Problem> {
    to_the_end(async move { proven(&by, &headers, given).await }).await
}

async fn proven(
    by: &LoggedIn,
    headers: &HeaderMap,
    ProofGiven { password, code }: ProofGiven,
) -> Result<Response, Problem> {
    let trail = by.office.trail()?;
    let origin = Some(by.arrival.client);
    let (password, code) = (password.0, code.map(|code| code.0));
    let tried = by.authority().authenticate_again(&by.secret, password, code, origin).await;
    let came =
        Came { arrival: &by.arrival, headers, method: "POST", path: "/session/authentication" };
    let why = tried.as_ref().err().map(UseCaseFault::code);
    match (tell(trail, by, came, why).await, tried) {
        (Ok(_), Ok(_)) => answers::plain(&by.shown().await?),
        (Ok(reference), Err(fault)) => Err(Problem::from(fault).referring(reference)),
        (Err(fault), Ok(_)) => {
            // A proof that can't be recorded grants nothing, and there is no taking it back.
            by.authority().log_out(&by.secret).await?;
            Err(fault)
        }
        (Err(fault), Err(_)) => Err(fault),
    }
}

/// Set the own password, for the old one. All other own sessions end
#[utoipa::path(put, path = "/session/password", tag = "session",
    operation_id = "changeOwnPassword", security(("session" = [])), request_body = PasswordGiven,
    responses((status = 204, description = "The new password works, the old one doesn't")))]
pub(super) async fn change_password(
    by: LoggedIn,
    headers: HeaderMap,
    Given(given): Given<PasswordGiven>,
) -> Result<Response, Problem> {
    to_the_end(async move { changed_password(&by, &headers, given).await }).await
}

async fn changed_password(
    by: &LoggedIn,
    headers: &HeaderMap,
    PasswordGiven { old, new }: PasswordGiven,
) -> Result<Response, Problem> {
    let trail = by.office.trail()?;
    let new = Password::parse(new.0);
    let new = new.map_err(|fault| Problem::from(UseCaseFault::from(fault)).at("new"))?;
    let (requester, current) = (&by.active.requester, Some(by.active.session.number));
    let fault = match by.authority().change_own_password(requester, current, old.0, new).await {
        Ok(()) => return answers::nothing(),
        Err(fault) => fault,
    };
    // A password that was set is an event of the record; one that was guessed at is an attempt.
    let UseCaseFault::LogIn(LogInFault::WrongPassword | LogInFault::TooManyAttempts { .. }) = fault
    else {
        return Err(fault.into());
    };
    let (arrival, path) = (&by.arrival, "/session/password");
    let came = Came { arrival, headers, method: "PUT", path };
    let reference = tell(trail, by, came, Some(fault.code())).await?;
    Err(Problem::from(fault).referring(reference))
}

/// Tells what somebody who is logged in has tried.
async fn tell(
    trail: &Trail,
    by: &LoggedIn,
    came: Came<'_>,
    why: Option<&'static str>,
) -> Result<Reference, Problem> {
    let session = &by.active.session;
    let note = LogInNote { entity: Some(session.entity), role: Some(session.role), why };
    trail.told(came, Some(session.account), note).await
}
