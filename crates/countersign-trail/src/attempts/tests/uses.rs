//! When, from where and how often tokens were used: what is told to the store.

use countersign_authority::{TokenUse, UseMark};
use std::collections::BTreeMap;

use super::super::*;
use super::world::{Trail, admission};
use countersign_verify::Retiring;

fn counted(uses: &[TokenUse]) -> BTreeMap<u32, u64> {
    let mut sums = BTreeMap::new();
    for used in uses {
        *sums.entry(used.token.0).or_default() += used.count;
    }
    sums
}

#[tokio::test(start_paused = true)]
async fn uses_are_written_with_their_admissions_one_a_token() {
    let trail = Trail::start();
    // More than get a row each: the rest is merged.
    for number in 0..3_000 {
        trail.attempts.admitted(admission(number % 3)).unwrap();
    }
    let store = trail.close().await;
    let uses = store.uses.lock().unwrap();
    assert_eq!(uses.len(), 3, "one a token and write");
    assert_eq!(counted(&uses), [(0, 1_000), (1, 1_000), (2, 1_000)].into());
    assert_eq!(store.attempts_in_rows(), 3_000);
    let last = uses[0].last;
    assert_eq!((last.at, last.source), (admission(0).caller.at, admission(0).caller.source));
    assert_eq!((uses[0].retiring_secret, uses[0].retiring_pair), (None, None));
}

#[tokio::test(start_paused = true)]
async fn uses_that_could_not_be_written_are_written_later_and_once() {
    let trail = Trail::start();
    trail.store.set_full(true);
    trail.attempts.admitted(admission(1)).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert!(trail.store.uses.lock().unwrap().is_empty());
    trail.store.set_full(false);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    trail.attempts.admitted(admission(1)).unwrap();
    let store = trail.close().await;
    assert_eq!(counted(&store.uses.lock().unwrap()), [(1, 2)].into());
}

#[tokio::test(start_paused = true)]
async fn a_use_of_what_retires_is_told_as_such_and_is_not_forgotten_for_a_later_one() {
    let trail = Trail::start();
    let mut old = admission(1);
    old.admission.retiring = Retiring { secret: true, pair: false };
    let mark = UseMark { at: old.caller.at, source: old.caller.source };
    trail.attempts.admitted(old).unwrap();
    let mut new = admission(1);
    new.caller.at = new.caller.at.plus_seconds(1);
    trail.attempts.admitted(new).unwrap();
    let store = trail.close().await;
    let uses = store.uses.lock().unwrap();
    assert_eq!((uses[0].retiring_secret, uses[0].retiring_pair), (Some(mark), None));
    assert_eq!((uses[0].count, uses[0].last.at), (2, mark.at.plus_seconds(1)));
}
