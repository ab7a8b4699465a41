//! The own second factor: an authenticator app, and recovery codes for a lost one.

use axum::response::Response;
use countersign_authority::RecoveryCodes;
use serde::Serialize;
use utoipa::ToSchema;

use super::given::CodeGiven;
use super::visit::LoggedIn;
use crate::given::Given;
use crate::problem::Problem;
use crate::shown::{self as answers, Secret};

/// What an authenticator app is given, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewTwoFactor)]
struct AppShown {
    /// The secret, to be typed into an app.
    #[schema(value_type = String, example = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")]
    secret: Secret,
    /// The same as an `otpauth` URI, to be shown as a picture.
    #[schema(value_type = String)]
    uri: Secret,
}

/// Codes that each stand in for a code of the app, once. Shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
struct CodesShown {
    /// They.
    #[schema(value_type = Vec<String>)]
    recovery_codes: Vec<Secret>,
}

impl From<&RecoveryCodes> for CodesShown {
    fn from(RecoveryCodes(codes): &RecoveryCodes) -> Self {
        Self { recovery_codes: codes.iter().map(|code| Secret::new(code)).collect() }
    }
}

/// Make a secret for an authenticator app: in this answer only. It counts when a code confirms it
#[utoipa::path(post, path = "/session/two-factor", tag = "session",
    operation_id = "beginTwoFactor", security(("session" = [])),
    responses((status = 200, description = "The secret", body = AppShown)))]
pub(super) async fn begin(by: LoggedIn) -> Result<Response, Problem> {
    let new = by.authority().begin_two_factor(&by.active.requester).await?;
    answers::plain(&AppShown { secret: Secret::new(&new.secret), uri: Secret::new(&new.uri) })
}

/// Confirm it with a code. All other own sessions end; recovery codes are in this answer only
#[utoipa::path(post, path = "/session/two-factor/confirmation", tag = "session",
    operation_id = "confirmTwoFactor", security(("session" = [])), request_body = CodeGiven,
    responses((status = 200, description = "Recovery codes", body = CodesShown)))]
pub(super) async fn confirm(
    by: LoggedIn,
    Given(CodeGiven { code }): Given<CodeGiven>,
) -> Result<Response, Problem> {
    let (requester, current) = (&by.active.requester, Some(by.active.session.number));
    let codes = by.authority().confirm_two_factor(requester, current, &code.0).await?;
    answers::plain(&CodesShown::from(&codes))
}

/// Make new recovery codes, for a code of the app. The old ones no longer work
#[utoipa::path(post, path = "/session/recovery-codes", tag = "session",
    operation_id = "makeRecoveryCodes", security(("session" = [])), request_body = CodeGiven,
    responses((status = 200, description = "Recovery codes", body = CodesShown)))]
pub(super) async fn make_recovery_codes(
    by: LoggedIn,
    Given(CodeGiven { code }): Given<CodeGiven>,
) -> Result<Response, Problem> {
    let codes = by.authority().make_recovery_codes(&by.active.requester, &code.0).await?;
    answers::plain(&CodesShown::from(&codes))
}
