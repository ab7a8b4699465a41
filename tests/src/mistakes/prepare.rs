//! States of the record that no command brings about yet, made in the folder of a stopped
//! stand-in.
//!
//! Belongs here: preparation, as far as commands are missing. What gets a command moves to `stage`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use countersign_authority::{
    Authority, Founding, KeyEncryptionKey, Password, Store, Unattended, Vault,
};
use countersign_model::{AccountId, Actor, Email, Timestamp};
use countersign_store::Record;
use countersign_testkit::{FakeClock, SeededChance};
use zeroize::Zeroizing;

use super::stage::FEATURE_OFF;
use crate::now;

/// Makes all of them in `folder`.
pub(super) fn states(folder: &Path) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        found(folder, FEATURE_OFF).await;
    });
    let changes = CHANGES.join("\n").replace("{feature_off}", FEATURE_OFF);
    let database = folder.join("record.db");
    let output = Command::new("sqlite3").arg("-bail").arg(database).arg(&changes).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Rows are named after what is to become of them. There is no use case for any of these changes
/// yet, so they are made in the database.
const CHANGES: &[&str] = &[
    "UPDATE account SET token_based_authentication = 0 WHERE id = '{feature_off}';",
    "UPDATE installation SET state = 'waiting-for-approval' WHERE integration =
       (SELECT id FROM integration WHERE name = 'Waiting');",
    "UPDATE integration SET token_based = 0 WHERE name = 'Unchecked';",
    "UPDATE access_token SET state = 'inactive' WHERE name = 'Inactive';",
    "UPDATE access_token SET token_secret =
       (SELECT token_secret FROM access_token WHERE name = 'Inactive') WHERE name = 'Damaged';",
    "UPDATE entity_role SET hidden = 1 WHERE role =
       (SELECT id FROM role WHERE name = 'RoleHidden');",
    "UPDATE access_token SET expires_at_ms = 1 WHERE name = 'Expired';",
    "UPDATE access_token SET addresses = '198.51.100.0/24' WHERE name = 'Elsewhere';",
    "UPDATE role SET active = 0 WHERE name = 'RoleOff';",
    "DELETE FROM role_permission WHERE role = (SELECT id FROM role WHERE name = 'NoPermission');",
    "UPDATE role SET web_services_only = 1 WHERE name = 'ServicesOnly';",
    "UPDATE entity SET active = 0 WHERE name = 'Left';",
];

/// A second account: the use case is there, a command is not.
async fn found(folder: &Path, account: &str) {
    let text = Zeroizing::new(fs::read_to_string(folder.join("key")).unwrap());
    let key = KeyEncryptionKey::from_text(&text).unwrap();
    let record = Arc::new(Record::sqlite(folder).await.unwrap());
    let vault = Arc::new(Vault::open(&key, &record.data_keys().await.unwrap()).unwrap());
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(now() * 1000)));
    let chance = Arc::new(SeededChance::new(7));
    let authority = Authority::new(record.clone(), vault, Arc::new(Unattended), clock, chance);
    let founding = Founding {
        id: AccountId::parse(account).unwrap(),
        admin_email: Email::parse("admin@example.com").unwrap(),
        password: Some(Password::parse(Zeroizing::new("a long password".to_owned())).unwrap()),
        data_key: None,
    };
    authority.found_account(Actor::LocalUser(0), founding).await.unwrap();
    record.close().await.unwrap();
}
