//! The login trail: which attempts are kept, and what was wrong with those that were refused.
//!
//! Belongs here: the trail's batching ([`Attempts`]), the explanation of refusals
//! ([`Explanations`]), and what both need from outside ([`AttemptStore`], [`ExplanationStore`]).
//! Does not: the record and its rules (`countersign-authority`), SQL, HTTP, the command line.

mod attempts;
mod explanations;

pub use attempts::{
    AttemptBatch, AttemptCount, AttemptRow, AttemptStore, Attempts, AttemptsTask, Backlog,
    ClockSkew, KEPT, Keep, LogInAttempt, LogIns, Outcome, TokenClock, TokenClocks, Written,
    complete,
};
pub use explanations::{
    ExplanationQueue, ExplanationStore, ExplanationWorker, Explanations, FirstSeen,
    KeptExplanation, Occasion, Told, Viewer,
};
