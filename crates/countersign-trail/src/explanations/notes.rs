//! Why a refusal has no explanation, for the newest of them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Refusals that are remembered.
const REMEMBERED: usize = 4_096;

/// Why a refusal has no explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Waiting,
    TooMany,
    NoPlace,
    Failed,
}

#[derive(Default)]
pub(super) struct Notes(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    why: HashMap<String, Why>,
    order: VecDeque<String>,
}

impl Notes {
    /// Remembers why `reference` has none, instead of what was remembered before.
    pub(super) fn put(&self, reference: String, why: Why) {
        let mut remembered = self.lock();
        if remembered.why.insert(reference.clone(), why).is_some() {
            return;
        }
        remembered.order.push_back(reference);
        if remembered.order.len() > REMEMBERED
            && let Some(oldest) = remembered.order.pop_front()
        {
            remembered.why.remove(&oldest);
        }
    }

    /// It is explained now.
    pub(super) fn forget(&self, reference: &str) {
        self.lock().why.remove(reference);
    }

    /// Why there is nothing more to say, as a sentence.
    pub(super) fn sentence(&self, reference: &str) -> &'static str {
        let why = self.lock().why.get(reference).copied();
        match why {
            Some(Why::Waiting) => "It is being looked into: ask again in a moment.",
            Some(Why::TooMany) => {
                "It was not looked into further: at most 5 refusals a second are, for one token \
                 and for one address."
            }
            Some(Why::NoPlace) => {
                "It was not looked into further: too many refusals were waiting to be, of its \
                 token, of its address, or altogether."
            }
            Some(Why::Failed) => "It could not be looked into further: the server's log says why.",
            None => {
                "Nothing more is known about it: explanations are kept for 14 days and for the \
                 newest 1,000 refusals of an account, and are lost where the server ends first."
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_remembered_and_the_memory_is_bounded() {
        let notes = Notes::default();
        (0..10_000).for_each(|i| notes.put(format!("ref_{i}"), Why::NoPlace));
        notes.put("ref_9999".to_owned(), Why::Waiting);
        assert_eq!(notes.lock().why.len(), REMEMBERED);
        assert_eq!(notes.lock().order.len(), REMEMBERED);
        assert!(notes.sentence("ref_9999").contains("ask again"));
        assert!(notes.sentence("ref_9998").contains("were waiting"));
        notes.forget("ref_9998");
        assert_eq!(notes.sentence("ref_9998"), notes.sentence("ref_0"));
        (0..10_000).for_each(|i| {
            notes.put(format!("again_{i}"), Why::Waiting);
            notes.forget(&format!("again_{i}"));
        });
        assert_eq!(notes.lock().order.len(), REMEMBERED);
        assert!(notes.lock().why.len() < REMEMBERED);
    }
}
