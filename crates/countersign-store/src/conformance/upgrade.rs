//! Rows that are older than a column.

use countersign_authority::{IntegrationFilter, Order, Slice, Store};
use countersign_model::{
    AccountId, AccountNumber, Environment, EnvironmentKind, InstallationId, IntegrationId,
};
use sea_orm::ConnectionTrait;

use super::fixtures::HOME;
use super::world::empty_database;
use crate::Record;
use crate::database::{Database, postgres, sqlite};
use crate::schema::{RECORD, Schema};

/// The record before the whole integration record.
const BEFORE_006: Schema = Schema {
    migrations: {
        let (before, _) = RECORD.migrations.split_at(5);
        before
    },
    ..RECORD
};

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_from_before_its_other_fields_has_them_after_an_upgrade_of_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let old = sqlite::open(dir.path(), &BEFORE_006).await.unwrap();
    furnish(&old, "zeroblob(32)", "zeroblob(64)").await;
    old.close().await.unwrap();
    look_at(&Record::sqlite(dir.path()).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs COUNTERSIGN_POSTGRES; run by cargo xtask test"]
async fn an_integration_from_before_its_other_fields_has_them_after_an_upgrade_of_postgres() {
    let url = empty_database().await;
    let old = postgres::open(&url, &BEFORE_006).await.unwrap();
    let zeros = |bytes: usize| format!("decode('{}', 'hex')", "00".repeat(bytes));
    furnish(&old, &zeros(32), &zeros(64)).await;
    old.close().await.unwrap();
    look_at(&Record::postgres(&url).await.unwrap()).await;
}

async fn furnish(old: &Database, key: &str, secret: &str) {
    for statement in [
        "INSERT INTO account (number, id, name, token_based_authentication) \
         VALUES (1, '1234567', 'Old', true)"
            .to_owned(),
        format!(
            "INSERT INTO integration (id, owner, name, consumer_key, consumer_secret, \
             secret_version, token_based) VALUES (1, 1, 'On', {key}, {secret}, 1, true)"
        ),
        "INSERT INTO installation (account, id, integration, state) VALUES (1, 7, 1, 'enabled')"
            .to_owned(),
    ] {
        old.writer().execute_unprepared(&statement).await.unwrap();
    }
}

async fn look_at(record: &Record) {
    let mut look = record.look().await.unwrap();
    let all = Slice { after: None, most: 9, order: Order::OldestFirst };
    let filter = IntegrationFilter::default();
    let rows = look.installed_integrations(HOME, &filter, all).await.unwrap().rows;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.installation.id, row.installation.name.as_str()), (InstallationId(7), "On"));
    assert!(row.authentication.token_based && row.authentication.authorization_flow);
    assert!(!row.authentication.issue_token_endpoint && !row.authentication.user_credentials);
    assert!(row.installation.created.is_none() && row.installation.last_state_change.is_none());
    assert!(!row.installation.api_access);
    let definition = look.integration(IntegrationId(1)).await.unwrap().unwrap();
    assert_ne!(definition.application_id.as_bytes(), &[0; 16], "made by chance");
    assert_eq!(row.application_id, Some(definition.application_id));
}

/// The record before environments.
const BEFORE_009: Schema = Schema {
    migrations: {
        let (before, _) = RECORD.migrations.split_at(8);
        before
    },
    ..RECORD
};

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_an_older_sqlite_record_are_environments_where_their_ids_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let old = sqlite::open(dir.path(), &BEFORE_009).await.unwrap();
    add_accounts(&old).await;
    old.close().await.unwrap();
    look_at_accounts(&Record::sqlite(dir.path()).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs COUNTERSIGN_POSTGRES; run by cargo xtask test"]
async fn accounts_of_an_older_postgres_record_are_environments_where_their_ids_say_so() {
    let url = empty_database().await;
    let old = postgres::open(&url, &BEFORE_009).await.unwrap();
    add_accounts(&old).await;
    old.close().await.unwrap();
    look_at_accounts(&Record::postgres(&url).await.unwrap()).await;
}

/// Each id, and what it is of which account.
const OLD: [(&str, Option<(EnvironmentKind, u32)>); 9] = [
    ("1234567", None),
    ("1234567_SB1", Some((EnvironmentKind::Sandbox, 1))),
    ("1234567_SB12", Some((EnvironmentKind::Sandbox, 1))),
    ("1234567_RP", Some((EnvironmentKind::ReleasePreview, 1))),
    ("1234567_RP1", Some((EnvironmentKind::ReleasePreview, 1))),
    ("1234567_SB", None),
    ("1234567_SB01", None),
    ("1234567_TEST", None),
    ("7654321_SB1", None),
];

async fn add_accounts(old: &Database) {
    for (number, (id, _)) in (1..).zip(OLD) {
        let statement = format!(
            "INSERT INTO account (number, id, name, token_based_authentication) \
             VALUES ({number}, '{id}', 'x', true)"
        );
        old.writer().execute_unprepared(&statement).await.unwrap();
    }
}

async fn look_at_accounts(record: &Record) {
    let mut look = record.look().await.unwrap();
    for (id, expected) in OLD {
        let account = look.account(&AccountId::parse(id).unwrap()).await.unwrap().unwrap();
        let expected = expected.map(|(kind, production)| Environment {
            kind,
            production: AccountNumber(production),
            refreshed_at: None,
        });
        assert_eq!(account.environment, expected, "{id}");
    }
}
