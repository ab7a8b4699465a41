use std::os::unix::fs::PermissionsExt;

use super::*;

fn refusal(result: anyhow::Result<DataFolder>) -> String {
    format!("{:#}", result.err().unwrap())
}

#[test]
fn a_folder_is_private_and_opens_for_its_own_purpose_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data");
    let folder = DataFolder::create(&path).unwrap();
    folder.complete(Purpose::Serve).unwrap();
    drop(folder);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(DataFolder::open(&path, Purpose::Serve).is_ok());
    let refusal = refusal(DataFolder::open(&path, Purpose::Dev));
    assert!(refusal.contains("was made for `countersign serve`"), "{refusal}");
}

#[test]
fn a_folder_in_use_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data");
    let used = DataFolder::create(&path).unwrap();
    used.complete(Purpose::Dev).unwrap();
    let refusal = refusal(DataFolder::open(&path, Purpose::Dev));
    assert!(refusal.contains("in use by another countersign"), "{refusal}");
}

#[test]
fn foreign_full_and_newer_folders_are_refused_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    assert!(refusal(DataFolder::open(dir.path(), Purpose::Serve)).contains("countersign init"));
    fs::write(dir.path().join("photo.jpg"), b"x").unwrap();
    assert!(refusal(DataFolder::create(dir.path())).contains("not empty"));
    fs::write(dir.path().join(MARKER), b"countersign data folder, format 9, for serve").unwrap();
    assert!(refusal(DataFolder::open(dir.path(), Purpose::Serve)).contains("another version"));
}

#[test]
fn a_folder_that_was_not_completed_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data");
    drop(DataFolder::create(&path).unwrap());
    assert!(!DataFolder::exists(&path));
    assert!(refusal(DataFolder::open(&path, Purpose::Serve)).contains("countersign init"));
}
