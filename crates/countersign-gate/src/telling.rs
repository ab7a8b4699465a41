//! What is counted and traced of a request: the names that its parts have there.

use countersign_telemetry::metrics::{Limit, Plane as CountedPlane, Route};
use countersign_verify::{Refusal, Shape};

use crate::Plane;
use crate::own::Owner;

/// How a request ended, for its trace: kept in the answer until that leaves.
#[derive(Clone, Copy)]
pub(crate) struct Outcome(pub(crate) &'static str);

impl Outcome {
    pub(crate) const ADMITTED: Self = Self("admitted");
    /// By us, and not as a refusal of a login.
    pub(crate) const ANSWERED: Self = Self("answered");
}

/// What kind of path a request has, as it is counted.
#[derive(Clone, Copy)]
pub(crate) struct Counted(pub(crate) Route);

pub(crate) fn plane(plane: Plane) -> CountedPlane {
    match plane {
        Plane::All => CountedPlane::All,
        Plane::Data => CountedPlane::Data,
        Plane::Control => CountedPlane::Control,
    }
}

pub(crate) fn route(owner: Owner, shape: Shape) -> Route {
    match (owner, shape) {
        (Owner::Page, _) => Route::Page,
        (Owner::Public | Owner::Metrics, _) => Route::Probe,
        (Owner::Endpoint, _) => Route::Endpoint,
        (Owner::Upstream, Shape::Restlet(_)) => Route::Restlet,
        (Owner::Upstream, Shape::Rest) => Route::Rest,
        (Owner::Upstream, Shape::Soap(_)) => Route::Soap,
    }
}

/// The limit that a refusal says was reached.
pub(crate) fn limit(refusal: Refusal) -> Option<Limit> {
    Some(match refusal {
        Refusal::SourceOverRate { .. } => Limit::RequestsOfSource,
        Refusal::TokenOverRate { .. } => Limit::RequestsOfToken,
        Refusal::IntegrationOverConcurrency => Limit::ConcurrencyOfIntegration,
        Refusal::AccountOverConcurrency => Limit::ConcurrencyOfAccount,
        Refusal::FormAnnouncedTooLarge | Refusal::FormTooLarge => Limit::FormSize,
        Refusal::FormNoRoom => Limit::FormMemory,
        Refusal::FormTooSlow => Limit::FormTime,
        _ => return None,
    })
}
