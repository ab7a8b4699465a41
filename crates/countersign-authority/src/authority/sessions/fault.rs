//! Why somebody wasn't logged in, or not let on.

use countersign_model::Timestamp;
use thiserror::Error;

/// Why somebody wasn't logged in, or not let on. Each sentence says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LogInFault {
    /// Something of what was typed is wrong. Which, nobody is told.
    #[error(
        "the email address, the password or the code is wrong, or the user is inactive: try again, \
         or ask an administrator for a new password link"
    )]
    Failed,
    /// Too many attempts have failed.
    #[error("too many attempts have failed: try again from {until} on")]
    TooManyAttempts {
        /// From when on it may be tried again.
        until: Timestamp,
        /// So many seconds from now.
        seconds: u32,
    },
    /// Too many log in at once.
    #[error("too many people are logging in right now: try again in a moment")]
    Busy,
    /// The password is right, and a code is asked for.
    #[error("a code of your authenticator app, or a recovery code, is needed as well")]
    TwoFactorNeeded,
    /// The role demands a second factor, and there is none.
    #[error("your role demands a second factor: set up an authenticator app first")]
    TwoFactorToBeEnrolled,
    /// There is one already.
    #[error("you have a second factor already: have an administrator remove it first")]
    TwoFactorEnrolled,
    /// There is none.
    #[error("entity {0} has no second factor")]
    NoTwoFactor(u32),
    /// Enrolment was not begun.
    #[error("no new second factor waits for its code: begin with a new secret")]
    NothingToConfirm,
    /// The code is wrong, or was used before.
    #[error("this code is wrong, or was used before: wait for the next one of your app")]
    WrongCode,
    /// The password is wrong.
    #[error("this is not your password")]
    WrongPassword,
    /// The role can't be used on pages.
    #[error(
        "role {0} can't be used to log in here: it is not yours, hidden, inactive, or for web \
         services only"
    )]
    RoleNotAvailable(u32),
    /// No role can.
    #[error("none of your roles can be used to log in here: ask an administrator for one")]
    NoRole,
    /// The requester is logged in, and proved long ago who it is.
    #[error(
        "this asks who you are once more: type your password, and a code where you have a second \
         factor, within five minutes before it (POST session/authentication)"
    )]
    AuthenticationTooOld,
    /// The session is over.
    #[error("this session has ended: log in again")]
    SessionEnded,
    /// Only people who are logged in may do it.
    #[error("this can't be done with a token: log in")]
    NotWithToken,
}

impl LogInFault {
    /// A stable name for it, as the API gives it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Failed => "log-in-failed",
            Self::TooManyAttempts { .. } => "too-many-attempts",
            Self::Busy => "busy",
            Self::TwoFactorNeeded => "two-factor-needed",
            Self::TwoFactorToBeEnrolled => "two-factor-to-be-enrolled",
            Self::TwoFactorEnrolled => "two-factor-enrolled",
            Self::NoTwoFactor(_) => "no-two-factor",
            Self::NothingToConfirm => "nothing-to-confirm",
            Self::WrongCode => "wrong-code",
            Self::WrongPassword => "wrong-password",
            Self::RoleNotAvailable(_) => "role-not-available",
            Self::NoRole => "no-role",
            Self::AuthenticationTooOld => "authentication-too-old",
            Self::SessionEnded => "session-ended",
            Self::NotWithToken => "not-with-token",
        }
    }

    /// The field of the request that is to be changed, where one is.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::TwoFactorNeeded | Self::WrongCode => Some("code"),
            Self::WrongPassword => Some("password"),
            Self::RoleNotAvailable(_) => Some("role"),
            _ => None,
        }
    }
}
