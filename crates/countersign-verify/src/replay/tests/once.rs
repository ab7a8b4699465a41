//! Exactly one winner: under concurrency, at the edges of the window, after the clock steps back.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use super::*;

#[test]
fn of_64_threads_with_the_same_request_exactly_one_is_admitted_in_100_000_trials() {
    const TRIALS: usize = 100_000;
    const TOGETHER: usize = 2_000;
    let settings = Settings { capacity: 16 * TRIALS, ..SMALL };
    let guard = ReplayGuard::in_memory(settings, key());
    let winners: Vec<_> = (0..TRIALS).map(|_| AtomicU32::new(0)).collect();
    let barrier = Barrier::new(64);
    thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                for (trial, winners) in winners.iter().enumerate() {
                    if trial % TOGETHER == 0 {
                        barrier.wait();
                    }
                    // The clock runs on, so that seconds are dropped meanwhile.
                    let now = NOW + (trial / 100) as i64;
                    let answer = ask_as(1, &guard, now - 290, &trial.to_le_bytes(), now);
                    winners.fetch_add(u32::from(answer.is_ok()), Relaxed);
                }
            });
        }
    });
    assert!(winners.iter().all(|winners| winners.load(Relaxed) == 1));
}

#[test]
fn with_a_journal_exactly_one_is_admitted_too() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    let admitted = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for trial in 0..3_000_usize {
                    let answer = ask_as(1, &guard, NOW, &trial.to_le_bytes(), NOW);
                    admitted.fetch_add(u32::from(answer.is_ok()), Relaxed);
                }
            });
        }
    });
    assert_eq!(admitted.load(Relaxed), 3_000);
    drop(guard);
    assert_eq!(open(&dir, BOOT, NOW).1.records, 3_000);
}

#[test]
fn the_same_nonce_is_another_request_in_another_second_or_of_another_holder() {
    let guard = ReplayGuard::in_memory(SMALL, key());
    assert_eq!(ask(&guard, NOW, "nonce1", NOW), Ok(()));
    assert_eq!(ask(&guard, NOW, "nonce1", NOW), USED);
    assert_eq!(ask(&guard, NOW + 1, "nonce1", NOW), Ok(()));
    assert_eq!(ask_as(1, &guard, NOW, b"nonce1", NOW), Ok(()));
    assert_eq!(ask(&guard, NOW, "%6eonce1", NOW), Ok(()), "the caller decodes");
}

#[test]
fn both_edges_of_the_window_are_remembered_and_nothing_beyond() {
    let guard = ReplayGuard::in_memory(SMALL, key());
    let (floor, ceiling) = (NOW - 300, NOW + 300);
    for edge in [floor, ceiling] {
        assert_eq!(ask(&guard, edge, "n", NOW), Ok(()));
        assert_eq!(ask(&guard, edge, "n", NOW), USED);
    }
    for below in [floor - 1, 0, -1, i64::MIN] {
        assert_eq!(ask(&guard, below, "n", NOW), Err(NotRemembered::BelowFloor { floor }));
    }
    for above in [ceiling + 1, ceiling + 1024, i64::MAX] {
        assert_eq!(ask(&guard, above, "n", NOW), Err(NotRemembered::AboveCeiling { ceiling }));
    }
    assert_eq!(guard.held(), 2);
}

#[test]
fn a_clock_that_steps_back_ten_minutes_does_not_reopen_the_window() {
    let guard = ReplayGuard::in_memory(SMALL, key());
    let early = NOW - 600;
    assert_eq!(ask(&guard, early, "n", early), Ok(()));
    assert_eq!(ask(&guard, NOW, "n", NOW), Ok(()));
    let floor = NOW - 300;
    assert_eq!(ask(&guard, early, "n", early), Err(NotRemembered::BelowFloor { floor }));
    assert_eq!(ask(&guard, early, "new", early), Err(NotRemembered::BelowFloor { floor }));
    assert_eq!(ask(&guard, NOW, "n", early), USED);
    assert_eq!(guard.floor(), floor);
}

#[test]
fn clocks_at_the_ends_of_time_are_survived() {
    let guard = ReplayGuard::in_memory(SMALL, key());
    assert!(ask(&guard, 0, "n", i64::MIN).is_err());
    assert_eq!(ask(&guard, -5, "n", 0), Ok(()));
    assert_eq!(ask(&guard, -5, "n", 0), USED);
    assert_eq!(ask(&guard, i64::MAX, "n", i64::MAX), Ok(()));
    assert_eq!(ask(&guard, i64::MAX, "n", i64::MAX), USED);
}
