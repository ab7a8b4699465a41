use countersign_model::{EntityId, RoleId};
use countersign_testkit::SeededChance;
use countersign_verify::Reference;

use super::*;

fn attempt(source: u8, entity: Option<u32>, why: Option<&'static str>) -> LogInAttempt {
    LogInAttempt {
        reference: Reference::generate(&SeededChance::new(u64::from(source))),
        caller: caller(source),
        account: Some(AccountNumber(1)),
        entity: entity.map(EntityId),
        role: why.is_none().then_some(RoleId(3)),
        why,
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_known_has_a_row_and_strangers_are_counted_without_what_they_typed() {
    let trail = Trail::start();
    for (entity, why) in [
        (Some(1), None),
        (Some(1), Some("wrong-password")),
        (None, Some("unknown-user")),
        (None, Some("too-many-attempts")),
    ] {
        trail.attempts.told(attempt(1, entity, why)).await.unwrap();
    }
    let rows = trail.store.rows.lock().unwrap().clone();
    assert_eq!((rows[0].outcome.clone(), rows[0].role), (Outcome::Admitted, Some(RoleId(3))));
    let Outcome::Refused { code, detail, .. } = &rows[1].outcome else { panic!() };
    assert_eq!((code.as_str(), detail.as_str()), ("wrong-password", "log-in-failed"));
    assert_eq!((rows.len(), rows[1].entity), (2, Some(EntityId(1))));
    let store = trail.close().await;
    assert_eq!(store.counted(), 2);
    assert!(store.counts.lock().unwrap().iter().all(|count| count.detail == "log-in-failed"));
}

#[tokio::test(start_paused = true)]
async fn failures_of_one_network_beyond_a_hundred_a_second_are_counted() {
    let trail = Trail::start();
    let mut all = tokio::task::JoinSet::new();
    for entity in 0..150 {
        let attempts = Arc::clone(&trail.attempts);
        let failed = attempt(1, Some(entity), Some("wrong-password"));
        all.spawn(async move { attempts.told(failed).await.unwrap() });
    }
    all.join_all().await;
    trail.attempts.told(attempt(1, Some(1), None)).await.unwrap();
    let store = trail.close().await;
    let rows = store.rows.lock().unwrap().len() as u64;
    assert_eq!(rows + store.counted(), 151);
    assert!(store.counted() > 0);
    let admitted = |row: &AttemptRow| row.outcome == Outcome::Admitted;
    assert!(store.rows.lock().unwrap().iter().any(admitted), "who got in always has one");
}

#[tokio::test(start_paused = true)]
async fn a_log_in_that_can_not_be_written_is_not_answered_as_if_it_had_been() {
    let trail = Trail::start();
    trail.store.full.store(true, std::sync::atomic::Ordering::SeqCst);
    for attempt in [attempt(1, Some(1), None), attempt(1, None, Some("unknown-user"))] {
        assert!(trail.attempts.told(attempt).await.is_err());
    }
}
