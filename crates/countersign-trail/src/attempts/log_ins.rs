//! People who log in with a password, or try to.

use async_trait::async_trait;
use countersign_model::{AccountNumber, EntityId, RoleId};
use countersign_verify::{Caller, Reference, TrailUnwritable};

use super::port::{AttemptRow, Outcome};

/// Is told of everybody who logs in, or tries to.
#[async_trait]
pub trait LogIns: Send + Sync {
    /// Records an attempt: a row of its own where it names a known entity, else a count. Returns
    /// at the next commit, whatever it was, so that timing tells nothing.
    ///
    /// # Errors
    /// [`TrailUnwritable`]: the attempt must not be answered as if it had been recorded.
    async fn told(&self, attempt: LogInAttempt) -> Result<(), TrailUnwritable>;
}

/// Somebody logged in, or tried to, or proved again who they are.
#[derive(Clone, Debug)]
pub struct LogInAttempt {
    /// Under which a failure is found.
    pub reference: Reference,
    /// Who called.
    pub caller: Caller,
    /// Into which account, if there is one of the name that was typed.
    pub account: Option<AccountNumber>,
    /// As whom, if there is such an entity. What else was typed is not kept.
    pub entity: Option<EntityId>,
    /// In which role, where it succeeded.
    pub role: Option<RoleId>,
    /// Why it failed; `None`: it did not.
    pub why: Option<&'static str>,
}

/// The detail of failed ones in the trail; the code says why.
pub(super) const DETAIL: &str = "log-in-failed";

impl From<LogInAttempt> for AttemptRow {
    fn from(attempt: LogInAttempt) -> Self {
        let LogInAttempt { reference, caller, account, entity, role, why } = attempt;
        let refused = |why: &str| Outcome::Refused {
            reference: reference.to_string(),
            code: why.to_owned(),
            detail: DETAIL.to_owned(),
        };
        Self {
            at: caller.at,
            count: 1,
            outcome: why.map_or(Outcome::Admitted, refused),
            account,
            installation: None,
            token: None,
            entity,
            role,
            source: caller.source,
            surface: caller.surface,
            method: caller.method,
            path: caller.path,
            user_agent: caller.user_agent,
        }
    }
}
