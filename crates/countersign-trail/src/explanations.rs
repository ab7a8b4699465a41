//! What went wrong, for the owner of a refusal, under its reference.
//!
//! Belongs here: the queue of refusals that wait to be explained, the evidence, what is kept and
//! for how long, and who may see it. Does not: the search for a mistake (`countersign-signing`,
//! module `diagnose`), the database, the doors through which people ask.
//!
//! - [`ExplanationQueue`] takes refusals in, at once or not at all. All of it is bounded: how many
//!   wait, what is copied of each, and in a deployment how many wait, and how many a second are
//!   explained, for one token and one address.
//! - [`ExplanationWorker`] explains one after the other, each within a budget of time and tries,
//!   and rests in between. What it finds is kept with its owner.
//! - [`Explanations`] finds it again, for whoever may see it. Everybody else gets what they would
//!   get for a reference that does not exist.

mod copy;
mod fact;
mod kept;
mod limiter;
mod notes;
mod opened;
mod places;
mod queue;
mod viewer;
mod worker;

use std::sync::Arc;

use countersign_model::{Clock, Pair, without_secrets};
use countersign_signing::diagnose::Code;
use countersign_verify::Refusal;

use crate::{AttemptRow, AttemptStore, Outcome};
use countersign_authority::{NamedRows, Owner, Store, StoreFault};
use notes::Notes;

pub use kept::{ExplanationStore, FirstSeen, KeptExplanation, Told};
pub use queue::{ExplanationQueue, Occasion};
pub use viewer::Viewer;
pub use worker::ExplanationWorker;

/// How long an explanation is kept.
const KEPT_SECONDS: i64 = 14 * 24 * 60 * 60;
/// The newest explanations that are kept for one account.
const KEPT_FOR_AN_ACCOUNT: u64 = 1_000;

/// What is known about refusals.
#[derive(Clone)]
pub struct Explanations {
    store: Arc<dyn Store>,
    trail: Arc<dyn AttemptStore>,
    kept: Arc<dyn ExplanationStore>,
    clock: Arc<dyn Clock>,
    notes: Arc<Notes>,
}

impl Explanations {
    /// What `kept` and `trail` hold, whose owners `store` knows.
    pub fn new(
        store: Arc<dyn Store>,
        trail: Arc<dyn AttemptStore>,
        kept: Arc<dyn ExplanationStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { store, trail, kept, clock, notes: Arc::default() }
    }

    /// What is known about the refusal with that reference. `None` where there is none, and where
    /// `viewer` may not see it: nobody can tell which.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn find(
        &self,
        viewer: Viewer,
        reference: &str,
    ) -> Result<Option<KeptExplanation>, StoreFault> {
        if !is_reference(reference) {
            return Ok(None);
        }
        if let Some(kept) = self.kept.find_explanation(reference).await?
            && !self.is_over(&kept)
        {
            return Ok(Some(kept).filter(|kept| viewer.may_see(kept.owner)));
        }
        let Some(row) = self.trail.find(reference).await? else { return Ok(None) };
        let owner = self.owner(viewer, &row).await?;
        if !viewer.may_see(owner) {
            return Ok(None);
        }
        let note = self.notes.sentence(reference);
        // It may have been kept meanwhile, and its note forgotten.
        if let Some(kept) = self.kept.find_explanation(reference).await?
            && !self.is_over(&kept)
        {
            return Ok(Some(kept).filter(|kept| viewer.may_see(kept.owner)));
        }
        Ok(Self::in_other_words(owner, row, note))
    }

    fn is_over(&self, kept: &KeptExplanation) -> bool {
        kept.at.plus_seconds(KEPT_SECONDS) <= self.clock.now()
    }

    async fn owner(&self, viewer: Viewer, row: &AttemptRow) -> Result<Owner, StoreFault> {
        // Sees everything: whose it is makes no difference.
        if viewer == Viewer::Operator {
            return Ok(Owner::Nobody);
        }
        let named = NamedRows {
            integration: None,
            pair: Pair::Current,
            installation: row.account.zip(row.installation),
            token: row.token,
        };
        Ok(self.store.evidence(named, self.clock.now()).await?.owner)
    }

    /// The code's own words, and why there are no others.
    fn in_other_words(owner: Owner, row: AttemptRow, note: &str) -> Option<KeptExplanation> {
        let is_elsewhere = row.account.zip(row.token).is_some_and(|(realm, (own, _))| realm != own);
        let Outcome::Refused { reference, code, detail } = row.outcome else { return None };
        // As in `fact::as_told`: another account's state is nothing for the token's owner.
        let (code, detail) = if is_elsewhere {
            let told = Refusal::WrongAccount;
            (told.code().to_string(), told.detail().as_str().to_owned())
        } else {
            (code, detail)
        };
        let known = Code::parse(&code).unwrap_or(Code::Unexplained);
        let clean = |text: &str| countersign_signing::visible(&without_secrets(text));
        let told = Told {
            detail,
            codes: vec![code],
            sentence: format!("{} {note}", known.meaning()),
            fix: known.fix().to_owned(),
            method: clean(&row.method),
            url: clean(&row.path),
            source: row.source.to_string(),
            user_agent: row.user_agent.as_deref().map(clean),
            ..Told::default()
        };
        Some(KeptExplanation { reference, at: row.at, owner, told })
    }
}

/// Whether that could be the reference of a refusal: nothing else is looked for.
fn is_reference(text: &str) -> bool {
    let digits = text.strip_prefix("ref_").unwrap_or_default();
    digits.len() == 26 && digits.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests;
