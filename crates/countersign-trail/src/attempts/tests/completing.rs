//! A trail whose writer was killed, and what the journal has.

use countersign_authority::{TokenUse, UseMark};
use countersign_verify::replay::{JournaledUse, UsedBy};
use countersign_verify::{Refusal, Refused, Remembered, Retiring, Surface};

use super::world::{Memory, Trail, admission};
use super::*;
use crate::attempts::completing::complete;

const AT: i64 = 1_800_000_000_000;

/// A use of `token`, which stands for itself, so many milliseconds after [`AT`].
fn journaled(token: u32, millis: i64) -> JournaledUse {
    let by = UsedBy {
        at: Timestamp::from_millis(AT + millis),
        account: AccountNumber(1),
        token: TokenNumber(token % 10),
        source: [192, 0, 2, 1].into(),
        surface: Surface::Rest,
        retiring: Retiring { pair: false, secret: token == 12 },
    };
    JournaledUse { fingerprint: Fingerprint::from_bits(token.into()), by }
}

fn count(store: &Memory) -> u64 {
    store.uses.lock().unwrap().iter().map(|used| used.count).sum()
}

#[tokio::test]
async fn what_the_journal_alone_has_is_written_once() {
    let store = Memory::default();
    let journal = [journaled(1, 0), journaled(2, 1), journaled(12, 900)];
    let held = AttemptBatch {
        remembered: vec![Remembered { fingerprint: journal[0].fingerprint, at: journal[0].by.at }],
        ..AttemptBatch::default()
    };
    store.write(&held).await.unwrap();
    let completed = || async {
        let written = store.written().await.unwrap();
        complete(&store, &written, &journal).await.unwrap()
    };
    assert_eq!(completed().await, 2);
    assert_eq!(completed().await, 0, "a second start finds them written");

    let last = UseMark { at: Timestamp::from_millis(AT + 900), source: [192, 0, 2, 1].into() };
    let (account, token) = (AccountNumber(1), TokenNumber(2));
    let retiring_secret = Some(last);
    let used = TokenUse { account, token, count: 2, last, retiring_secret, retiring_pair: None };
    assert_eq!(*store.uses.lock().unwrap(), [used]);
    let rows = store.rows.lock().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].count, rows[0].at), (2, Timestamp::from_millis(AT + 1)));
    assert_eq!((&rows[0].method[..], &rows[0].path[..]), ("", ""));
}

#[test]
fn an_empty_trail_may_miss_everything_and_another_what_is_five_seconds_older() {
    let written = |until: Option<i64>| Written {
        until: until.map(Timestamp::from_millis),
        fingerprints: Vec::new(),
    };
    assert_eq!(written(None).complete_until(), Timestamp::from_millis(i64::MIN));
    assert_eq!(written(Some(AT)).complete_until(), Timestamp::from_millis(AT - 5_000));
}

#[tokio::test(start_paused = true)]
async fn what_the_writer_has_written_is_not_completed_admitted_or_refused_after_its_proof() {
    let trail = Trail::start();
    let admitted = admission(7);
    let refusal = Refused::after(&admission(8).admission, Refusal::IntegrationOverConcurrency);
    trail.attempts.admitted(admitted).unwrap();
    let mut refused = trail.attempt(1, Some(8));
    refused.refused = refusal;
    trail.attempts.refused(refused).await.unwrap();
    let store = trail.close().await;
    let uses = count(&store);
    let written = store.written().await.unwrap();
    let journal = [journaled(7, 0), journaled(8, 0)];
    assert_eq!(complete(&*store, &written, &journal).await, Ok(0));
    assert_eq!((uses, count(&store)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_written_is_written_with_its_fingerprints() {
    let trail = Trail::start();
    trail.store.set_full(true);
    trail.attempts.admitted(admission(7)).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(trail.store.written().await.unwrap(), Written::default());
    trail.store.set_full(false);
    let store = trail.close().await;
    assert_eq!(store.written().await.unwrap().fingerprints, [Fingerprint::from_bits(7)]);
    assert_eq!(count(&store), 1);
}
