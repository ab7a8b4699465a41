//! The hot path: is this request admitted, and if not, why.
//!
//! [`judge`] is a pure function from a request, the [`Directory`] and the time to [`Proven`] or
//! [`Refused`]; [`Verifier`] adds the replay guard. Belongs here: the directory, the clock window,
//! the verdict, what a refusal looks like to its caller (as plain data), and the ports that the
//! hot path needs. Does not: HTTP, the store, the vault, how a refusal is recorded or explained.

#![deny(missing_docs)]

mod assertion;
mod attempt;
mod directory;
mod explain;
mod judge;
mod refusal;
pub mod replay;
mod standing;
mod surface;
mod verifier;
mod window;

pub use assertion::Assertions;
pub use attempt::{
    Admitted, AttemptSink, Caller, FirstUse, FirstUses, Reference, RefusedAttempt, Surface,
    TrailUnwritable,
};
pub use countersign_signing::diagnose::Explanation;
pub use directory::{
    AccountFact, ConsumerFact, Directory, DirectorySizes, Fact, HostNames, InstallationFact,
    LoginFact, RoleFact, SecretOpener, TokenFact,
};
pub use explain::{Came, Explainer, Explaining};
pub use judge::{Principal, Proven, Retiring, SignedRequest, judge};
pub use refusal::{Detail, Named, PublicError, Refusal, Refused, SignedAt};
pub use surface::{Answer, BodyFormat, EndpointVersion, Shape};
pub use verifier::{Admission, Remembered, Verifier};
pub use window::{NOTABLE_SKEW, OutsideWindow, Tolerance, is_notable_skew};
