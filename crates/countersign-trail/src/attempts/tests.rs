mod completing;
mod log_ins;
mod uses;
mod world;

use std::net::Ipv4Addr;

use countersign_model::{AccountNumber, IntegrationId, TokenNumber};
use countersign_verify::SignedAt;

use super::admissions::Admissions;
use super::*;
use world::{Memory, Trail, admission, caller};

#[tokio::test(start_paused = true)]
async fn a_refusal_of_somebody_known_is_durable_when_it_is_answered() {
    let trail = Trail::start();
    let attempt = trail.attempt(1, Some(1));
    let reference = attempt.reference.to_string();
    trail.attempts.refused(attempt).await.unwrap();
    let rows = trail.store.rows.lock().unwrap();
    let Outcome::Refused { reference: kept, code, detail } = &rows[0].outcome else { panic!() };
    assert_eq!(
        (kept, code.as_str(), detail.as_str()),
        (&reference, "unexplained", "InvalidSignature")
    );
}

#[tokio::test(start_paused = true)]
async fn a_known_integration_alone_is_somebody() {
    let trail = Trail::start();
    let mut attempt = trail.attempt(1, None);
    attempt.refused.named.integration = Some(IntegrationId(1));
    trail.attempts.refused(attempt).await.unwrap();
    assert_eq!(trail.store.rows.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn refusals_of_nobody_are_counted_exactly_and_keep_three_references() {
    let trail = Trail::start();
    for _ in 0..25 {
        trail.attempts.refused(trail.attempt(1, None)).await.unwrap();
    }
    trail.attempts.refused(trail.attempt(2, None)).await.unwrap();
    let store = trail.close().await;
    assert_eq!(store.counted(), 26);
    assert!(store.rows.lock().unwrap().is_empty());
    let counts = store.counts.lock().unwrap();
    assert!(counts.iter().any(|count| count.network == "10.0.1.0/24"));
    assert!(counts.iter().any(|count| count.network == "10.0.2.0/24"));
    assert!(counts.iter().all(|count| count.references.len() <= 3));
}

#[tokio::test(start_paused = true)]
async fn refusals_of_every_cause_are_answered_at_the_same_tick() {
    let trail = Trail::start();
    // Off the grid, as callers are.
    tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    let answered_after = |attempt| {
        let attempts = Arc::clone(&trail.attempts);
        async move {
            let start = tokio::time::Instant::now();
            attempts.refused(attempt).await.unwrap();
            start.elapsed()
        }
    };
    let (known, unknown) = tokio::join!(
        answered_after(trail.attempt(1, Some(1))),
        answered_after(trail.attempt(1, None))
    );
    assert_eq!(known, unknown);
}

#[tokio::test(start_paused = true)]
async fn a_flood_from_one_token_gets_100_rows_and_the_rest_is_counted() {
    let trail = Trail::start();
    let all: Vec<_> = (0..250)
        .map(|_| {
            let attempts = Arc::clone(&trail.attempts);
            let attempt = trail.attempt(1, Some(1));
            tokio::spawn(async move { attempts.refused(attempt).await })
        })
        .collect();
    for one in all {
        one.await.unwrap().unwrap();
    }
    let store = trail.close().await;
    assert_eq!((store.attempts_in_rows(), store.counted()), (100, 150));
}

#[tokio::test(start_paused = true)]
async fn attempts_out_of_order_do_not_get_more_rows() {
    let mut ledger = ledger::Ledger::default();
    let trail = Trail::start();
    let rows = (0..300).filter(|i| {
        let mut attempt = trail.attempt(1, Some(1));
        attempt.caller.at = attempt.caller.at.plus_seconds(-2 * (i % 2));
        ledger.enter(attempt).is_some()
    });
    assert_eq!(rows.count(), 100);
    ledger.next_second();
    assert!(ledger.enter(trail.attempt(1, Some(1))).is_some());
}

#[tokio::test(start_paused = true)]
async fn without_its_writer_nothing_is_admitted() {
    let trail = Trail::start();
    trail.running.abort();
    assert!(trail.running.await.unwrap_err().is_cancelled());
    assert_eq!(trail.attempts.admitted(admission(1)), Err(TrailUnwritable));
}

#[tokio::test(start_paused = true)]
async fn all_addresses_of_a_network_share_its_rows() {
    let mut ledger = ledger::Ledger::default();
    let trail = Trail::start();
    let rows = (0..300u16).filter(|i| {
        let mut attempt = trail.attempt(1, Some(u32::from(*i)));
        attempt.caller.source = std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, *i).into();
        ledger.enter(attempt).is_some()
    });
    assert_eq!(rows.count(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_flood_at_one_integration_without_a_token_is_counted_too() {
    let mut ledger = ledger::Ledger::default();
    let trail = Trail::start();
    let rows = (0..250u8).filter(|i| {
        let mut attempt = trail.attempt(*i, None);
        attempt.refused.named.integration = Some(IntegrationId(1));
        ledger.enter(attempt).is_some()
    });
    assert_eq!(rows.count(), 100);
}

#[test]
fn what_waits_during_an_outage_is_bounded_and_counted() {
    let mut ledger = ledger::Ledger::default();
    let start = Timestamp::from_seconds(1_800_000_000);
    for minute in 0..20 {
        for i in 0..5_000u16 {
            let [high, low] = i.to_be_bytes();
            let source = Ipv4Addr::new(10, high, low, 1);
            ledger.enter_malformed(source.into(), start.plus_seconds(60 * minute));
        }
    }
    let counts = ledger.counts();
    assert!(counts.len() <= 50_000 + 20, "{}", counts.len());
    assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), 100_000);
}

#[tokio::test(start_paused = true)]
async fn more_groups_than_fit_are_counted_in_one_and_none_is_lost() {
    let mut ledger = ledger::Ledger::default();
    let trail = Trail::start();
    for i in 0..10_050u32 {
        let mut attempt = trail.attempt(1, None);
        let [_, a, b, c] = i.to_be_bytes();
        attempt.caller.source = Ipv4Addr::new(a + 11, b, c, 1).into();
        assert!(ledger.enter(attempt).is_none());
    }
    let counts = ledger.counts();
    assert_eq!(counts.len(), 10_001);
    assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), 10_050);
    assert!(counts.iter().any(|count| count.network == "rest" && count.count == 50));
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_fails_every_refusal_alike_and_loses_no_count() {
    let trail = Trail::start();
    trail.store.set_full(true);
    assert_eq!(trail.attempts.refused(trail.attempt(1, Some(1))).await, Err(TrailUnwritable));
    assert_eq!(trail.attempts.refused(trail.attempt(1, None)).await, Err(TrailUnwritable));
    trail.attempts.admitted(admission(1)).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    trail.store.set_full(false);
    let store = trail.close().await;
    assert_eq!((store.attempts_in_rows(), store.counted()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn admissions_are_rows_and_under_load_rows_that_stand_for_several() {
    let trail = Trail::start();
    for _ in 0..3_000 {
        trail.attempts.admitted(admission(1)).unwrap();
    }
    let store = trail.close().await;
    assert_eq!(store.attempts_in_rows(), 3_000);
    assert_eq!(store.rows.lock().unwrap().len(), 1_001);
}

#[tokio::test(start_paused = true)]
async fn after_a_write_that_failed_nothing_is_admitted_until_one_succeeds() {
    let trail = Trail::start();
    trail.store.set_full(true);
    trail.attempts.admitted(admission(1)).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(trail.attempts.admitted(admission(1)), Err(TrailUnwritable));
    trail.store.set_full(false);
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    trail.attempts.admitted(admission(1)).unwrap();
    assert_eq!(trail.close().await.attempts_in_rows(), 2);
}

#[tokio::test(start_paused = true)]
async fn whether_the_trail_can_be_written_is_told_and_found_out_again_without_attempts() {
    let trail = Trail::start();
    assert!(trail.attempts.is_writable());
    trail.store.set_full(true);
    // A refusal that is not recorded is not kept: nothing waits that would be tried again.
    assert_eq!(trail.attempts.refused(trail.attempt(1, Some(1))).await, Err(TrailUnwritable));
    assert!(!trail.attempts.is_writable());
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert!(!trail.attempts.is_writable());
    trail.store.set_full(false);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert!(trail.attempts.is_writable());

    let attempts = Arc::clone(&trail.attempts);
    trail.close().await;
    assert!(!attempts.is_writable(), "without its writer");
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_told_also_while_it_can_not_be_written() {
    let trail = Trail::start();
    let backlog = |admissions| Backlog { refusals: 0, admissions };
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    trail.store.set_full(true);
    (0..3).for_each(|token| trail.attempts.admitted(admission(token)).unwrap());
    assert_eq!(trail.attempts.backlog(), backlog(3));
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(trail.attempts.backlog(), backlog(3));
    trail.store.set_full(false);
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(trail.attempts.backlog(), backlog(0));
}

#[test]
fn admissions_that_can_not_be_written_for_long_are_refused_in_the_end() {
    let mut admissions = Admissions::default();
    let refused = (0..200_000).find(|i| admissions.add(admission(*i)).is_err());
    assert_eq!(refused, Some(101_000));
}

/// An admission whose client is `skew` seconds ahead.
fn skewed(token: u32, skew: i64) -> Admitted {
    let mut attempt = admission(token);
    attempt.admission.signed_at += skew;
    attempt
}

async fn clock_of(attempts: &Attempts, token: u32) -> Option<(i64, i64)> {
    let clock = attempts.token_clock(AccountNumber(1), TokenNumber(token)).await.unwrap()?;
    Some((clock.last.seconds, clock.worst.seconds))
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_a_token_is_known_from_its_admissions_also_of_merged_ones() {
    let trail = Trail::start();
    for _ in 0..1_000 {
        trail.attempts.admitted(skewed(1, 2)).unwrap();
    }
    for skew in [-90, 75, 4] {
        trail.attempts.admitted(skewed(1, skew)).unwrap();
        trail.attempts.admitted(skewed(2, skew / 10)).unwrap();
    }
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(clock_of(&trail.attempts, 1).await, Some((4, -90)));
    assert_eq!(clock_of(&trail.attempts, 2).await, Some((0, -9)));
    assert_eq!(clock_of(&trail.attempts, 3).await, None);
    // Only what passed a minute is written.
    let store = trail.close().await;
    let written: Vec<_> = store.clocks.lock().unwrap().iter().map(|it| it.token.0).collect();
    assert_eq!(written, [1]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_something_of_a_clock_only_if_its_timestamp_is_proven() {
    let trail = Trail::start();
    let told = |token: u32, signed_at: SignedAt| {
        let mut attempt = trail.attempt(1, Some(token));
        attempt.refused.signed_at = Some(signed_at);
        trail.attempts.refused(attempt)
    };
    let late = 1_800_000_000 - 400;
    told(1, SignedAt::Claimed(late)).await.unwrap();
    told(2, SignedAt::Proven(late)).await.unwrap();
    assert_eq!(clock_of(&trail.attempts, 1).await, None);
    assert_eq!(clock_of(&trail.attempts, 2).await, Some((-400, -400)));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_off_is_known_after_a_restart() {
    let trail = Trail::start();
    trail.attempts.admitted(skewed(1, 75)).unwrap();
    trail.attempts.admitted(skewed(2, 60)).unwrap();
    let store = trail.close().await;
    let (attempts, _) = Attempts::new(store.clone());
    assert_eq!(clock_of(&attempts, 1).await, None);
    attempts.recall_clocks(&*store).await.unwrap();
    assert_eq!(clock_of(&attempts, 1).await, Some((75, 75)));
    assert_eq!(clock_of(&attempts, 2).await, None);
}

#[tokio::test(start_paused = true)]
async fn clocks_that_can_not_be_written_are_written_later() {
    let trail = Trail::start();
    // Past the first write, which is due at once.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    trail.attempts.admitted(skewed(1, 75)).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    trail.store.set_full(true);
    tokio::time::sleep(std::time::Duration::from_secs(15)).await;
    assert!(trail.store.clocks.lock().unwrap().is_empty());
    trail.store.set_full(false);
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    assert_eq!(trail.store.clocks.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn where_a_nonce_was_used_first_is_known_at_once_and_until_a_restart() {
    let trail = Trail::start();
    let first = admission(7);
    let (fingerprint, at) = (first.admission.remembered.fingerprint, first.caller.at);
    assert_eq!(trail.attempts.first_use(fingerprint), None);
    trail.attempts.admitted(first).unwrap();
    let source = caller(1).source;
    assert_eq!(trail.attempts.first_use(fingerprint), Some(FirstUse { at, source }));
    let store = trail.close().await;
    assert_eq!(Attempts::new(store).0.first_use(fingerprint), None);
}

/// The nonce is used up, so the next attempt with it is to be told about this one.
#[tokio::test(start_paused = true)]
async fn where_a_nonce_was_used_is_known_also_if_the_trail_could_not_be_written() {
    let trail = Trail::start();
    trail.running.abort();
    assert!(trail.running.await.unwrap_err().is_cancelled());
    assert_eq!(trail.attempts.admitted(admission(7)), Err(TrailUnwritable));
    assert!(trail.attempts.first_use(Fingerprint::from_bits(7)).is_some());
}

#[test]
#[ignore = "measures; in a release build"]
fn measure_admitted() {
    const EACH: u64 = 50_000;
    let mut admissions = Admissions::default();
    let mut best = f64::INFINITY;
    for round in 0..20 {
        let attempts: Vec<_> = (0..EACH)
            .map(|n| {
                let mut attempt = admission((n % 1_000) as u32);
                let bits = (round * EACH + n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                attempt.admission.remembered.fingerprint = Fingerprint::from_bits(bits);
                attempt
            })
            .collect();
        let start = std::time::Instant::now();
        for attempt in attempts {
            admissions.add(attempt).unwrap();
        }
        best = best.min(start.elapsed().as_nanos() as f64 / EACH as f64);
        admissions.take();
    }
    println!("an admission is taken in {best:.0} ns");
}

#[tokio::test(start_paused = true)]
async fn as_much_is_kept_as_the_settings_say() {
    let keep = Keep { rows: 7, counts: 5 };
    let store = Arc::new(Memory::default());
    let (attempts, task) = Attempts::new(store.clone());
    let running = tokio::spawn(task.keeping(keep).run());
    tokio::time::sleep(std::time::Duration::from_secs(61)).await;
    attempts.close().await;
    running.await.unwrap();
    assert_eq!(*store.kept.lock().unwrap(), Some(keep));
}
