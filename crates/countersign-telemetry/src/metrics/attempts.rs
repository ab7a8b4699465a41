//! What is counted of attempts to log in, beside the trail that has each.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::declaration::{Declaration, DeclaredLabel, Group, Kind, Values, of};
use super::label::label;
use super::table::Table;

label! {
    /// The kind of door, after the paths of Token-Based Authentication.
    Surface("surface") {
        /// RESTlets, and every path that is nothing else.
        Restlet = "restlet",
        /// REST web services.
        Rest = "rest",
        /// SOAP web services.
        Soap = "soap",
    }
}

const ADMISSIONS: Declaration =
    Declaration::new(Kind::Counter, "countersign_admissions", "Requests that were admitted")
        .labels(&[of::<Surface>()])
        .alarm("falls to 0 where there always are some: clients, clock or network");
const REFUSALS: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_refusals",
    "Requests that were refused and recorded, by the official detail and our code",
)
.labels(&[
    DeclaredLabel {
        name: "detail",
        values: Values::Elsewhere(
            "the official details of the login audit trail, such as `InvalidSignature`",
        ),
    },
    DeclaredLabel {
        name: "code",
        values: Values::Elsewhere(
            "the codes of [mistakes](../integrator/mistakes.md); a wrong signature is \
             `unexplained` here: its cause is found later",
        ),
    },
])
.alarm(
    "`nonce_used` with code `restart-boundary` for longer than 10 minutes after a start: the \
     clock was ahead; `clock-skew` of many clients at once: this machine's clock is wrong; \
     `replay-memory-full`: raise its capacity; `replay-journal-unwritable`: see \
     `countersign_check`",
);
const MALFORMED: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_malformed",
    "Connections whose bytes were no HTTP",
);
const UNRECORDED: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_attempts_unrecorded",
    "Attempts that were answered with 503 since the login trail could not be written",
)
.alarm("rises: nothing is admitted; free space on the disk of the data folder");

pub(super) const GROUP: Group =
    Group { title: "Attempts to log in", families: &[ADMISSIONS, REFUSALS, MALFORMED, UNRECORDED] };

type Names = [(&'static str, &'static str); 2];

/// Counts attempts. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct AttemptMetrics {
    admissions: Table<Surface, Counter>,
    refusals: Family<Names, Counter>,
    malformed: Counter,
    unrecorded: Counter,
}

impl AttemptMetrics {
    /// Has `registry` serve all of them.
    pub fn register(&self, registry: &mut Registry) {
        ADMISSIONS.register(registry, self.admissions.clone());
        REFUSALS.register(registry, self.refusals.clone());
        MALFORMED.register(registry, self.malformed.clone());
        UNRECORDED.register(registry, self.unrecorded.clone());
    }

    /// A request was admitted.
    pub fn admitted(&self, surface: Surface) {
        self.admissions.at(surface).inc();
    }

    /// A request was refused, and that is recorded. (A refusal waits for its record anyway, so
    /// that it is looked up by two names costs nothing.)
    pub fn refused(&self, detail: &'static str, code: &'static str) {
        self.refusals.get_or_create(&[("detail", detail), ("code", code)]).inc();
    }

    /// What came was no HTTP.
    pub fn malformed(&self) {
        self.malformed.inc();
    }

    /// An attempt could not be recorded.
    pub fn unrecorded(&self) {
        self.unrecorded.inc();
    }
}
