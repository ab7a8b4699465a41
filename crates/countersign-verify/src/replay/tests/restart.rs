//! Starts: after a kill, a reboot, damage; what is on the disk and who may read it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::journal::record::first::written;
use super::mark::{Mark, State};
use super::*;

fn refused_until(until: i64) -> Answer {
    Err(NotRemembered::RestartBoundary { until })
}

/// A folder in which 300 requests were admitted, its process gone without a word.
fn used_folder() -> TempDir {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    for n in 0..300 {
        ask(&guard, NOW + n % 100, &n.to_string(), NOW).unwrap();
    }
    dir
}

fn all_are_known(guard: &ReplayGuard) {
    for n in 0..300 {
        assert_eq!(ask(guard, NOW + n % 100, &n.to_string(), NOW), USED);
    }
}

fn all_are_refused(guard: &ReplayGuard, until: i64) {
    for n in 0..300 {
        assert_eq!(ask(guard, NOW + n % 100, &n.to_string(), NOW), refused_until(until));
    }
}

/// Above the last raise: for `NOW`, `NOW + 31` and so on by 31.
const MARK: i64 = NOW + 93 + 30;

fn check_damage(reason: &str, damage: impl FnOnce(&Path)) {
    let dir = used_folder();
    damage(dir.path());
    let (guard, recovery) = open(&dir, BOOT, NOW);
    let said = recovery.reason.unwrap().to_string();
    assert!(said.contains(reason), "{said}");
    let boundary = recovery.boundary.unwrap();
    assert!(boundary >= MARK.min(NOW + 300));
    all_are_refused(&guard, boundary);
    assert_eq!(ask(&guard, boundary + 1, "n", boundary + 1), Ok(()));
    drop(guard);
    let (guard, recovery) = open(&dir, BOOT, NOW);
    assert_eq!(recovery.reason, Some(BoundaryReason::Standing));
    all_are_refused(&guard, boundary);
    assert_eq!(ask(&guard, boundary + 1, "n", boundary + 1), USED);
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn cut(path: &Path, by: u64) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() - by).unwrap();
}

#[test]
fn a_fresh_folder_has_no_boundary() {
    let dir = fresh_folder();
    let (guard, recovery) = open(&dir, BOOT, NOW);
    assert_eq!((recovery.records, recovery.boundary, recovery.reason), (0, None, None));
    assert_eq!(ask(&guard, NOW - 300, "n", NOW), Ok(()));
}

#[test]
fn a_folder_in_use_is_not_created_again() {
    for without in ["none", "key", "mark"] {
        let dir = used_folder();
        let _ = fs::remove_file(dir.path().join(without));
        let again = ReplayGuard::create(dir.path(), &key());
        assert!(matches!(again, Err(ReplayFault::AlreadyCreated)), "without {without}");
    }
}

#[test]
fn after_a_restart_all_is_known_and_nothing_is_refused() {
    let dir = used_folder();
    for _ in 0..3 {
        let (guard, recovery) = open(&dir, BOOT, NOW + 1);
        assert_eq!((recovery.records, recovery.boundary, recovery.reason), (300, None, None));
        all_are_known(&guard);
    }
    let (guard, _) = open(&dir, BOOT, NOW);
    assert_eq!(ask(&guard, NOW, "new", NOW), Ok(()));
    guard.sync().unwrap();
    assert_eq!(open(&dir, BOOT, NOW).1.records, 301);
}

#[test]
fn after_a_reboot_all_up_to_the_mark_is_refused_not_only_up_to_the_start() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    let fast = NOW + 290;
    ask(&guard, fast, "fast clock", NOW).unwrap();
    drop(guard);
    let (guard, recovery) = open(&dir, REBOOTED, NOW + 5);
    let until = fast + 30;
    assert_eq!(recovery.boundary, Some(until));
    assert_eq!(recovery.reason, Some(BoundaryReason::OtherBoot));
    assert_eq!(ask(&guard, fast, "fast clock", NOW + 5), refused_until(until));
    assert_eq!(ask(&guard, until, "n", until), refused_until(until));
    assert_eq!(ask(&guard, until + 1, "n", until), Ok(()));
    drop(guard);
    let (guard, recovery) = open(&dir, REBOOTED, until + 1);
    assert_eq!((recovery.records, recovery.boundary), (1, Some(until)));
    assert_eq!(ask(&guard, fast, "fast clock", until), refused_until(until));
    assert_eq!(ask(&guard, until + 1, "n", until), USED);
}

#[test]
fn until_the_boundary_has_passed_the_guard_says_that_nobody_is_admitted() {
    let dir = used_folder();
    assert_eq!(open(&dir, BOOT, NOW).0.refuses_until(NOW), None, "all is known");
    let (guard, _) = open(&dir, REBOOTED, NOW + 5);
    assert_eq!(guard.refuses_until(NOW + 5), Some(MARK));
    assert_eq!(guard.refuses_until(MARK), Some(MARK));
    assert_eq!(ask(&guard, MARK, "n", MARK), refused_until(MARK));
    assert_eq!(guard.refuses_until(MARK + 1), None);
    assert_eq!(ask(&guard, MARK + 1, "n", MARK + 1), Ok(()));
    drop(guard);
    ReplayGuard::renew(dir.path(), &key()).unwrap();
    let later = NOW + 10_000;
    let (guard, recovery) = open(&dir, REBOOTED, later);
    assert_eq!(guard.refuses_until(later), Some(later + 300));
    assert!(recovery.reason.unwrap().to_string().contains("renewed"));
    assert_eq!(ReplayGuard::in_memory(SMALL, key()).refuses_until(later), None);
}

#[test]
fn a_reboot_that_took_longer_than_the_window_refuses_nothing() {
    let dir = used_folder();
    let later = MARK + 301;
    let (guard, recovery) = open(&dir, REBOOTED, later);
    assert_eq!((recovery.boundary, recovery.reason), (None, None));
    assert_eq!(ask(&guard, later - 300, "n", later), Ok(()));
}

#[test]
fn a_clock_that_is_behind_after_a_restart_does_not_reopen_the_window() {
    let dir = used_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    let later = NOW + 700;
    ask(&guard, later, "n", later).unwrap();
    drop(guard);
    let (guard, recovery) = open(&dir, BOOT, NOW);
    assert_eq!(recovery.floor, later - 300);
    let floor = later - 300;
    assert_eq!(ask(&guard, NOW, "0", NOW), Err(NotRemembered::BelowFloor { floor }));
    assert_eq!(ask(&guard, later, "n", NOW), USED);
}

#[test]
fn a_torn_tail_was_never_answered_and_is_ignored() {
    for torn in [1, 8, 15] {
        let dir = used_folder();
        cut(&journals(dir.path())[0], torn);
        let (guard, recovery) = open(&dir, BOOT, NOW);
        assert_eq!((recovery.records, recovery.boundary), (299, None));
        ask(&guard, NOW, "behind the torn one", NOW).unwrap();
        drop(guard);
        assert_eq!(open(&dir, BOOT, NOW).1.records, 300);
    }
    let dir = used_folder();
    fs::write(dir.path().join("30000000-0-77.journal"), b"cs-rj").unwrap();
    assert_eq!(open(&dir, BOOT, NOW).1.boundary, None);
}

#[test]
fn damage_refuses_up_to_the_mark_and_so_does_the_start_after_it() {
    let file = |dir: &Path| journals(dir).remove(1);
    check_damage("header", |dir| flip(&file(dir), 0));
    check_damage("header", |dir| flip(&file(dir), 20));
    check_damage("check", |dir| flip(&file(dir), 64));
    check_damage("check", |dir| flip(&file(dir), 64 + 9));
    check_damage("check", |dir| {
        let path = file(dir);
        flip(&path, fs::read(&path).unwrap().len() - 1);
    });
    check_damage("the mark", |dir| fs::write(dir.join("mark"), b"").unwrap());
    check_damage("missing", |dir| fs::remove_file(dir.join("mark")).unwrap());
    check_damage("missing", |dir| {
        journals(dir).iter().for_each(|path| fs::remove_file(path).unwrap());
    });
}

#[test]
fn a_journal_or_a_key_of_another_folder_is_noticed() {
    let other = fresh_folder();
    ReplayGuard::renew(other.path(), &ReplayKey::new([4; 16])).unwrap();
    let (guard, _) = open(&other, BOOT, NOW - 1000);
    ask(&guard, NOW, "n", NOW).unwrap();
    let foreign = journals(other.path()).remove(0);
    check_damage("another key", |dir| {
        fs::copy(&foreign, dir.join(foreign.file_name().unwrap()).with_extension("9.journal"))
            .unwrap();
        fs::copy(&foreign, dir.join(format!("{}-0-99.journal", NOW / 60))).unwrap();
    });
    check_damage("the mark", |dir| {
        fs::copy(other.path().join("key"), dir.join("key")).unwrap();
    });
}

#[test]
fn a_mark_that_is_older_than_the_journal_is_not_relied_on() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    ask(&guard, NOW, "n", NOW).unwrap();
    let old = fs::read(dir.path().join("mark")).unwrap();
    for (ahead, boot) in [(31, BOOT), (250, BOOT), (251, REBOOTED)] {
        ask(&guard, NOW + ahead, "n", NOW).unwrap();
        fs::write(dir.path().join("mark"), &old).unwrap();
        let (guard, recovery) = open(&dir, boot, NOW);
        assert!(recovery.boundary.unwrap() >= NOW + 300);
        assert!(ask(&guard, NOW + ahead, "n", NOW).is_err());
    }
}

#[test]
fn a_floor_that_was_not_recorded_is_known_from_the_journal() {
    let dir = used_folder();
    let state = State { boot: BOOT, mark: MARK, raised_for: NOW + 93, ..State::FRESH };
    Mark::begin(dir.path(), &key(), state, 30).unwrap();
    let (guard, recovery) = open(&dir, BOOT, NOW);
    assert_eq!((recovery.records, recovery.boundary), (300, None));
    assert!((NOW - 600..=NOW - 300).contains(&recovery.floor));
    all_are_known(&guard);
}

#[test]
fn files_that_a_kill_has_left_from_before_the_reboot_are_no_damage() {
    let dir = used_folder();
    let left: Vec<_> =
        journals(dir.path()).into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
    drop(open(&dir, REBOOTED, NOW));
    assert!(journals(dir.path()).is_empty());
    left.iter().for_each(|(bytes, path)| fs::write(path, bytes).unwrap());
    let (guard, recovery) = open(&dir, REBOOTED, NOW);
    assert_eq!((recovery.records, recovery.reason), (0, Some(BoundaryReason::Standing)));
    all_are_refused(&guard, MARK);
}

#[test]
fn either_copy_of_the_mark_is_enough() {
    for at in [40, 4096 + 40] {
        let dir = used_folder();
        flip(&dir.path().join("mark"), at);
        let (guard, recovery) = open(&dir, BOOT, NOW);
        assert_eq!((recovery.records, recovery.boundary), (300, None));
        drop(guard);
        assert_eq!(open(&dir, REBOOTED, NOW).1.boundary, Some(MARK));
    }
}

#[test]
fn a_renewed_folder_refuses_the_whole_window() {
    let dir = used_folder();
    ReplayGuard::renew(dir.path(), &ReplayKey::new([4; 16])).unwrap();
    let (guard, recovery) = open(&dir, BOOT, NOW);
    assert_eq!(recovery.reason, Some(BoundaryReason::Missing));
    all_are_refused(&guard, NOW + 300);
}

#[test]
fn without_a_key_nothing_is_opened() {
    let open = |dir: &TempDir| ReplayGuard::open(dir.path(), SMALL, BOOT, NOW, NO_USES).map(|_| ());
    let dir = used_folder();
    flip(&dir.path().join("key"), 12);
    assert!(matches!(open(&dir), Err(ReplayFault::KeyDamaged)));
    fs::remove_file(dir.path().join("key")).unwrap();
    assert!(matches!(open(&dir), Err(ReplayFault::KeyMissing)));
}

#[test]
fn files_are_unlinked_when_their_minute_has_left_the_window() {
    let dir = used_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    let mut most = 0;
    for second in (NOW..NOW + 3600).step_by(7) {
        ask(&guard, second, "n", second).unwrap();
        most = most.max(journals(dir.path()).len());
    }
    assert!(most <= 12 * SMALL.writers, "{most} files");
    let floor = NOW + 3600 - 300;
    let minute = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        name.split('-').next().unwrap().parse::<i64>().unwrap()
    };
    assert!(journals(dir.path()).iter().all(|path| minute(path) >= floor / 60 - 1));
    drop(guard);
    assert_eq!(open(&dir, BOOT, NOW + 3600).1.boundary, None);
}

#[test]
fn only_the_owner_can_read_the_files() {
    let dir = used_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    ask(&guard, NOW, "n", NOW).unwrap();
    for entry in fs::read_dir(dir.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_journal_that_cannot_be_written_refuses_and_the_nonce_stays_used() {
    let dir = used_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    let path = dir.path().to_owned();
    drop(dir);
    assert!(!path.exists());
    assert_eq!(ask(&guard, NOW, "n", NOW), Err(NotRemembered::Unwritable));
    assert!(guard.take_write_fault().unwrap().starts_with("can't write the journal: "));
    assert_eq!(ask(&guard, NOW, "n", NOW), USED);
}

#[test]
fn the_key_is_not_printed() {
    assert_eq!(format!("{:?}", key()), "ReplayKey(..)");
}

#[test]
fn whether_the_folder_can_be_written_is_told_and_found_out_again_without_requests() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    assert!(guard.is_writable());
    guard.probe();
    assert!(guard.is_writable());
    assert_eq!(guard.take_write_fault(), None);

    let elsewhere = dir.path().with_extension("moved");
    fs::rename(dir.path(), &elsewhere).unwrap();
    guard.probe();
    assert!(guard.take_write_fault().is_some());
    assert!(!guard.is_writable(), "also after the fault was taken");
    fs::rename(&elsewhere, dir.path()).unwrap();
    guard.probe();
    assert!(guard.is_writable());
    let left = fs::read_dir(dir.path()).unwrap();
    assert!(left.into_iter().all(|entry| entry.unwrap().file_name() != "probe"));
}

#[test]
fn a_request_that_is_remembered_shows_that_the_folder_can_be_written() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    let elsewhere = dir.path().with_extension("moved");
    fs::rename(dir.path(), &elsewhere).unwrap();
    assert_eq!(ask(&guard, NOW, "a", NOW), Err(NotRemembered::Unwritable));
    assert!(!guard.is_writable());
    fs::rename(&elsewhere, dir.path()).unwrap();
    assert_eq!(ask(&guard, NOW, "b", NOW), Ok(()));
    assert!(guard.is_writable());
}

#[test]
fn what_a_crash_of_the_machine_would_cost_is_told() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    assert_eq!((guard.mark(), guard.unsynced_bytes()), (None, 0));
    ask(&guard, NOW, "a", NOW).unwrap();
    let one = guard.unsynced_bytes();
    ask(&guard, NOW, "a2", NOW).unwrap();
    ask(&guard, NOW, "a3", NOW).unwrap();
    assert_eq!(guard.mark(), Some(NOW + 30));
    assert!(one > 0 && guard.unsynced_bytes() >= one + 64);
    let in_memory = ReplayGuard::in_memory(Settings::default(), ReplayKey::new([1; 16]));
    in_memory.probe();
    assert_eq!((in_memory.mark(), in_memory.is_writable()), (None, true));
}

fn by(token: u32, at: Timestamp) -> UsedBy {
    UsedBy {
        at,
        account: AccountNumber(1),
        token: TokenNumber(token),
        source: [192, 0, 2, token as u8].into(),
        surface: Surface::Rest,
        retiring: Retiring { pair: token == 2, secret: false },
    }
}

#[test]
fn a_start_tells_the_uses_since_the_time_that_is_asked_for() {
    let dir = fresh_folder();
    let at = |n: u32| Timestamp::from_millis(NOW * 1000 + i64::from(n));
    let (guard, _) = open(&dir, BOOT, NOW);
    let mut prints = Vec::new();
    for n in 1..=4_u32 {
        let (holder, nonce) = (holder(n.into()), n.to_le_bytes());
        let by = Some(by(n, at(n)));
        let used = Use { holder: &holder, second: NOW - i64::from(n) * 40, nonce: &nonce, by };
        prints.push(guard.remember(&used, NOW).unwrap());
    }
    ask(&guard, NOW, "of nobody", NOW).unwrap();
    drop(guard);
    let (_, recovery) = ReplayGuard::open(dir.path(), SMALL, BOOT, NOW, at(2)).unwrap();
    let mut told = recovery.uses;
    told.sort_by_key(|used| used.by.token);
    let expected = (2..=4).zip(&prints[1..]);
    let expected: Vec<_> =
        expected.map(|(n, print)| JournaledUse { fingerprint: *print, by: by(n, at(n)) }).collect();
    assert_eq!(told, expected);
}

#[test]
fn after_a_reboot_no_use_is_told() {
    let dir = fresh_folder();
    let (guard, _) = open(&dir, BOOT, NOW);
    let by = Some(by(1, Timestamp::from_seconds(NOW)));
    let used = Use { holder: &holder(1), second: NOW, nonce: b"n", by };
    guard.remember(&used, NOW).unwrap();
    drop(guard);
    let since = Timestamp::from_millis(i64::MIN);
    let (_, recovery) = ReplayGuard::open(dir.path(), SMALL, REBOOTED, NOW, since).unwrap();
    assert_eq!((recovery.uses, recovery.reason), (Vec::new(), Some(BoundaryReason::OtherBoot)));
}

#[test]
fn what_an_earlier_release_admitted_is_known_after_an_upgrade() {
    let dir = used_folder();
    let mut known = 0;
    for path in journals(dir.path()) {
        known += as_of_version_1(&path);
    }
    assert_eq!(known, 300);
    let (guard, recovery) = open(&dir, BOOT, NOW);
    assert_eq!((recovery.records, recovery.boundary), (300, None));
    all_are_known(&guard);
}

/// Rewrites a file as the first version had it; gives the number of its records.
fn as_of_version_1(path: &Path) -> usize {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let minute: i64 = name.split('-').next().unwrap().parse().unwrap();
    let bytes = fs::read(path).unwrap();
    let mut old = written::header(&key(), BOOT, minute);
    let (records, rest) = bytes[64..].as_chunks::<64>();
    assert!(rest.is_empty());
    for record in records {
        let print = Fingerprint(u64::from_le_bytes(record[..8].try_into().unwrap()));
        let offset = u32::from_le_bytes(record[8..12].try_into().unwrap());
        old.extend(written::record(&key(), minute, print, offset));
    }
    fs::write(path, old).unwrap();
    records.len()
}
