//! Memory: the two limits, what a dropped second gives back, bytes per request, no allocation.

use super::*;

fn small(capacity: usize) -> ReplayGuard {
    ReplayGuard::in_memory(Settings { capacity, ..SMALL }, key())
}

#[test]
fn a_holder_with_a_sixteenth_of_the_memory_is_refused_and_the_others_go_on() {
    let guard = small(1600);
    for n in 0..100_u64 {
        assert_eq!(ask_as(1, &guard, NOW, &n.to_le_bytes(), NOW), Ok(()));
    }
    assert_eq!(ask_as(1, &guard, NOW, b"over", NOW), Err(NotRemembered::HolderOverShare));
    assert_eq!(ask_as(1, &guard, NOW, &5_u64.to_le_bytes(), NOW), USED);
    assert_eq!(ask_as(2, &guard, NOW, b"over", NOW), Ok(()));
    assert_eq!(guard.held(), 101);
}

#[test]
fn a_full_memory_refuses_what_is_new_and_forgets_nothing() {
    let guard = small(1600);
    for n in 0..1600_u64 {
        assert_eq!(ask_as(n, &guard, NOW + n as i64 % 7, b"nonce", NOW), Ok(()));
    }
    for n in 1600..5000 {
        assert_eq!(ask_as(n, &guard, NOW, b"nonce", NOW), Err(NotRemembered::Full));
    }
    for n in 0..1600_u64 {
        let again = ask_as(n, &guard, NOW + n as i64 % 7, b"nonce", NOW);
        assert_eq!(again, USED);
    }
    assert_eq!((guard.held(), guard.capacity()), (1600, 1600));
}

#[test]
fn a_second_that_leaves_the_window_gives_back_what_it_held() {
    let guard = small(1600);
    for n in 0..100_u64 {
        ask_as(1, &guard, NOW, &n.to_le_bytes(), NOW).unwrap();
    }
    ask_as(2, &guard, NOW + 1, b"stays", NOW).unwrap();
    let later = NOW + 301;
    for n in 0..100_u64 {
        assert_eq!(ask_as(1, &guard, later, &n.to_le_bytes(), later), Ok(()));
    }
    assert_eq!(ask_as(1, &guard, later, b"over", later), Err(NotRemembered::HolderOverShare));
    assert_eq!(guard.held(), 101);
    let much_later = NOW + 100_000_000;
    ask_as(3, &guard, much_later, b"alone", much_later).unwrap();
    assert_eq!(guard.held(), 1);
}

#[test]
fn a_folder_with_more_than_the_capacity_is_known_in_full() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    for n in 0..100_u64 {
        ask_as(n, &guard, NOW, b"nonce", NOW).unwrap();
    }
    drop(guard);
    let less = Settings { capacity: 50, ..SMALL };
    let (guard, _) = ReplayGuard::open(dir.path(), less, BOOT, NOW, NO_USES).unwrap();
    for n in 0..100_u64 {
        assert_eq!(ask_as(n, &guard, NOW, b"nonce", NOW), USED);
    }
    assert_eq!(ask_as(100, &guard, NOW, b"nonce", NOW), Err(NotRemembered::Full));
}

#[test]
fn a_remembered_request_takes_at_most_24_bytes_at_every_fill() {
    let guard = small(2_000_000);
    let mut n = 0_u64;
    // From 2,400 a second on (1.5 million in a window): below, empty room of small sets counts.
    for a_second in [2_400, 4_000, 7_300, 10_000, 14_500, 20_000] {
        while n < 20 * a_second {
            n += 1;
            ask_as(n, &guard, NOW + n as i64 % 20, b"nonce", NOW).unwrap();
        }
        let each = guard.memory_bytes() as f64 / guard.held() as f64;
        assert!(each <= 24.0, "{each:.1} bytes each at {a_second} a second");
    }
    assert!(guard.fixed_bytes() <= 6 << 20);
}

#[test]
fn nothing_is_allocated_but_by_sets_that_grow() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    for n in 0..50_000_u64 {
        ask_as(n % 100, &guard, NOW, &n.to_le_bytes(), NOW).unwrap();
    }
    let bytes = guard.memory_bytes();
    let allocated = allocation_counter::measure(|| {
        for n in 50_000..50_200_u64 {
            ask_as(n % 100, &guard, NOW, &n.to_le_bytes(), NOW).unwrap();
            ask_as(n % 100, &guard, NOW, &n.to_le_bytes(), NOW).unwrap_err();
        }
    });
    assert_eq!(guard.memory_bytes(), bytes, "chosen so that no set grows");
    assert_eq!(allocated.count_total, 0);
}
