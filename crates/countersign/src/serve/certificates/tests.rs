//! Certificates on disk, and as they are renewed.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use countersign_gate::{TlsSettings, TlsVersion};
use countersign_model::Clock;

use super::*;
use crate::system::SystemClock;

/// As deployed by tools that keep times, and by people who notice that the key is root's.
#[test]
fn files_that_are_moved_into_place_or_opened_to_the_server_have_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for name in ["chain.pem", "key.pem", "next.pem"] {
        fs::write(path(name), "as long").unwrap();
        fs::File::options().write(true).open(path(name)).unwrap().set_modified(written).unwrap();
    }
    let files = CertificateFiles::new(&path("chain.pem"), &path("key.pem"));
    let first = files.stamp();
    assert_eq!(files.stamp(), first);

    fs::rename(path("next.pem"), path("chain.pem")).unwrap();
    let moved = files.stamp();
    assert_ne!(moved, first);

    // The clock of a file system may stand still for some milliseconds.
    std::thread::sleep(Duration::from_millis(50));
    fs::set_permissions(path("key.pem"), fs::Permissions::from_mode(0o640)).unwrap();
    assert_ne!(files.stamp(), moved);

    fs::remove_file(path("key.pem")).unwrap();
    assert_ne!(files.stamp(), moved);
}

/// A certificate for `localhost`, until so many days from now.
fn issue(folder: &Path, days: i64) -> CertificateFiles {
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    let end = SystemClock.now().plus_seconds(days * 24 * 60 * 60).to_string();
    let (month, day) = (end[5..7].parse().unwrap(), end[8..10].parse().unwrap());
    params.not_after = rcgen::date_time_ymd(end[..4].parse().unwrap(), month, day);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    fs::write(folder.join("chain.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    CertificateFiles::new(&folder.join("chain.pem"), &folder.join("key.pem"))
}

fn open(files: CertificateFiles) -> anyhow::Result<InUse> {
    InUse::open(files, TlsSettings { oldest: TlsVersion::Tls12, http2: true })
}

/// Between the two files of a renewal there is a time in which they do not go together.
#[test]
fn a_renewal_is_read_when_its_files_have_come_to_rest_or_somebody_asks() {
    let folder = tempfile::tempdir().unwrap();
    let mut in_use = open(issue(folder.path(), 100)).unwrap();
    let first = in_use.end();
    assert!(in_use.renew(false).is_none());

    issue(folder.path(), 200);
    assert!(in_use.renew(false).is_none());
    fs::write(folder.path().join("key.pem"), "half").unwrap();
    assert!(in_use.renew(false).is_none());
    assert!(in_use.renew(false).unwrap().is_err());
    assert_eq!(in_use.end(), first);
    // It is told once.
    assert!(in_use.renew(false).is_none());

    issue(folder.path(), 300);
    assert!(in_use.renew(false).is_none());
    in_use.renew(false).unwrap().unwrap();
    assert!(in_use.end() > first);
    let second = in_use.end();
    issue(folder.path(), 400);
    in_use.renew(true).unwrap().unwrap();
    assert!(in_use.end() > second);
    assert!(in_use.renew(false).is_none());
}

#[test]
fn the_end_of_a_certificate_is_told_from_two_weeks_before_once_an_hour() {
    let folder = tempfile::tempdir().unwrap();
    let mut in_use = open(issue(folder.path(), 100)).unwrap();
    let end = in_use.end();
    let before = |days: i64| end.plus_seconds(-days * 24 * 60 * 60);
    assert_eq!(in_use.due(before(14)), None);
    assert_eq!(in_use.doubt(before(14)), None);

    let name = folder.path().join("chain.pem").display().to_string();
    let ending = in_use.due(before(13)).unwrap();
    let sentence = format!("{name}: the certificate is good until {end} only: renew it");
    assert_eq!(ending, Ending { is_over: false, sentence });
    assert_eq!(in_use.due(before(13).plus_seconds(10)), None);
    assert_eq!(in_use.due(before(13).plus_seconds(3599)), None);
    assert!(in_use.due(before(13).plus_seconds(3600)).is_some());

    let over = in_use.due(end.plus_seconds(1)).unwrap();
    assert!(over.is_over);
    assert!(over.sentence.starts_with(&format!("{name}: the certificate has expired (")));
    assert_eq!(in_use.doubt(end.plus_seconds(1)), Some(over.sentence));
}

/// Whoever reads the plan's warnings has heard it at the start.
#[test]
fn an_expired_certificate_is_served_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut in_use = open(issue(folder.path(), -2)).unwrap();
    assert!(in_use.doubt(SystemClock.now()).unwrap().contains("has expired"));
    assert_eq!(in_use.due(SystemClock.now()), None);
}

#[test]
fn a_certificate_of_an_old_version_gives_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("chain.pem"), include_str!("version_1.pem")).unwrap();
    fs::write(path("key.pem"), include_str!("version_1.key.pem")).unwrap();
    let refused = open(CertificateFiles::new(&path("chain.pem"), &path("key.pem"))).err().unwrap();
    let name = path("chain.pem").display().to_string();
    assert_eq!(
        format!("{refused:#}"),
        format!(
            "{name}: the certificate is of an X.509 version that clients refuse: issue one of \
             version 3, with its host as subjectAltName"
        )
    );
}
