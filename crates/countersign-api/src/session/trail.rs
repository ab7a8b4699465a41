//! The login trail, as requests tell it of attempts.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::LogInNote;
use countersign_model::{AccountNumber, Chance, Clock, without_secrets};
use countersign_trail::{LogInAttempt, LogIns};
use countersign_verify::{Caller, Reference, Surface};
use http::HeaderMap;
use http::header::USER_AGENT;
use tracing::Instrument;

use super::visit::Arrival;
use crate::BASE;
use crate::api::Office;
use crate::problem::Problem;

/// The most of a user agent that is kept.
const AGENT: usize = 256;

/// Where log-ins are told, and what that needs.
#[derive(Clone)]
pub(crate) struct Trail {
    pub(crate) log_ins: Arc<dyn LogIns>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
}

/// The request of an attempt.
pub(super) struct Came<'a> {
    pub(super) arrival: &'a Arrival,
    pub(super) headers: &'a HeaderMap,
    pub(super) method: &'static str,
    /// Below [`BASE`].
    pub(super) path: &'static str,
}

impl Trail {
    /// Tells of an attempt. Gives its reference.
    pub(super) async fn told(
        &self,
        came: Came<'_>,
        account: Option<AccountNumber>,
        note: LogInNote,
    ) -> Result<Reference, Problem> {
        let agent = came.headers.get(USER_AGENT).map(|it| String::from_utf8_lossy(it.as_bytes()));
        let agent = agent.map(|it| without_secrets(&it));
        let path = format!("{BASE}{}", came.path);
        let caller = Caller {
            at: self.clock.now(),
            source: came.arrival.client,
            surface: Surface::of(&path),
            method: came.method.to_owned(),
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

impl Office {
    /// The trail, without which nobody proves who they are.
    pub(super) fn trail(&self) -> Result<&Trail, Problem> {
        let none = || Problem::internal("there is no login trail here".to_owned());
        self.trail.as_ref().ok_or_else(none)
    }
}

/// Does it to its end, also when nobody waits any more: who hangs up between an attempt and its
/// telling leaves none untold.
pub(super) async fn to_the_end(
    work: impl Future<Output = Result<Response, Problem>> + Send + 'static,
) -> Result<Response, Problem> {
    let done = tokio::spawn(work.in_current_span()).await;
    done.unwrap_or_else(|fault| Err(Problem::internal(fault.to_string())))
}
