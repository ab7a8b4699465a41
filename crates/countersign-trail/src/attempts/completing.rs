//! What a `kill -9` took from the trail is completed from the replay journal.
//!
//! A request is in the journal before it is admitted, and in the trail up to a second later. Each
//! batch of the trail says which uses are in it, by what stands for them in the journal; a start
//! writes those of the journal that are in none. What the journal does not have (method, path, user
//! agent) is empty in such a row. A use that was remembered and whose answer the kill took is one,
//! too: nobody knows how far it came.

use std::collections::{BTreeMap, HashSet};

use countersign_authority::{StoreFault, TokenUse, UseMark};
use countersign_model::Timestamp;
use countersign_verify::Remembered;
use countersign_verify::replay::{JournaledUse, UsedBy};

use super::port::{AttemptBatch, AttemptRow, AttemptStore, Outcome, Written};

/// So long before the newest batch a use may be missing from it, in milliseconds. Between a use and
/// its place in the next batch lies no waiting.
const MARGIN: i64 = 5_000;
/// So long before the newest batch it is kept what older ones hold, in milliseconds. More than
/// [`MARGIN`]: a batch is kept by its newest use.
pub const KEPT: i64 = 2 * MARGIN;

impl Written {
    /// Uses before this are in the trail.
    pub fn complete_until(&self) -> Timestamp {
        let until = self.until.map_or(i64::MIN, |until| until.millis().saturating_sub(MARGIN));
        Timestamp::from_millis(until)
    }
}

/// Writes to `store` those of `uses` that are not in what it has `written`; gives their number.
/// `uses` are those of the journal since [`Written::complete_until`].
///
/// # Errors
/// [`StoreFault`]: nothing was written, and the next start can do it.
pub async fn complete(
    store: &dyn AttemptStore,
    written: &Written,
    uses: &[JournaledUse],
) -> Result<usize, StoreFault> {
    let known: HashSet<u64> = written.fingerprints.iter().map(|print| print.to_bits()).collect();
    let missing = uses.iter().filter(|used| !known.contains(&used.fingerprint.to_bits()));
    let missing: Vec<_> = missing.copied().collect();
    if !missing.is_empty() {
        store.write(&batch(&missing)).await?;
    }
    Ok(missing.len())
}

fn batch(missing: &[JournaledUse]) -> AttemptBatch {
    let mut uses = BTreeMap::<_, TokenUse>::new();
    let mut rows = BTreeMap::<_, AttemptRow>::new();
    for JournaledUse { by, .. } in missing {
        let used = used(by);
        let of_token = uses.entry((by.account, by.token));
        of_token.and_modify(|known| known.add(&used)).or_insert(used);
        let place = (by.account, by.token, by.source, by.surface);
        let of_place = rows.entry(place).and_modify(|row| {
            row.count += 1;
            row.at = row.at.min(by.at);
        });
        of_place.or_insert_with(|| row(by));
    }
    AttemptBatch {
        rows: rows.into_values().collect(),
        counts: Vec::new(),
        uses: uses.into_values().collect(),
        remembered: missing
            .iter()
            .map(|used| Remembered { fingerprint: used.fingerprint, at: used.by.at })
            .collect(),
    }
}

fn used(by: &UsedBy) -> TokenUse {
    let UsedBy { at, account, token, source, retiring, .. } = *by;
    let last = UseMark { at, source };
    TokenUse {
        account,
        token,
        count: 1,
        last,
        retiring_secret: retiring.secret.then_some(last),
        retiring_pair: retiring.pair.then_some(last),
    }
}

fn row(by: &UsedBy) -> AttemptRow {
    AttemptRow {
        at: by.at,
        count: 1,
        outcome: Outcome::Admitted,
        account: Some(by.account),
        installation: None,
        token: Some((by.account, by.token)),
        entity: None,
        role: None,
        source: by.source,
        surface: by.surface,
        method: String::new(),
        path: String::new(),
        user_agent: None,
    }
}
