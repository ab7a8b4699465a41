//! A large record, filled by SQL of its own, and how it loads.
//!
//! `COUNTERSIGN_TOKENS=1000000 cargo test --release -p countersign-store --test it large --
//! --nocapture` prints the seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use countersign_authority::Store;

use countersign_model::{Binding, EntityId, IntegrationId, Sealed};
use countersign_store::{Record, Trail};
use countersign_trail::{AttemptBatch, AttemptRow, AttemptStore, Outcome};
use countersign_verify::{Directory, Fact, SecretOpener, Surface};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use zeroize::Zeroizing;

use crate::fixtures::{HOME, ROLE, account, at, entity, event, installation, integration, role};

/// Tokens 1 to N, each of an entity of its own.
const FILL: [&str; 3] = [
    "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {tokens}) \
     INSERT INTO entity (account, id, kind, name, email, active) \
     SELECT 1, i, 'employee', 'Entity ' || i, 'e' || i || '@x.test', 1 FROM n",
    "INSERT INTO entity_role (account, entity, role) SELECT 1, id, 1000 FROM entity WHERE id > 1",
    "INSERT INTO access_token (account, number, token_id, token_secret, secret_version, name, \
     installation, entity, role, state) \
     SELECT 1, id, randomblob(32), randomblob(64), 1, 'Token ' || id, 1, id, 1000, 'active' \
     FROM entity",
];

/// A record with as many tokens as `COUNTERSIGN_TOKENS` says, all of integration 1.
async fn large(dir: &std::path::Path) -> (Record, usize) {
    let tokens: usize =
        std::env::var("COUNTERSIGN_TOKENS").ok().map_or(20_000, |n| n.parse().unwrap());
    let record = Record::sqlite(dir).await.unwrap();
    furnish(&record).await;
    let file = SqliteConnectOptions::new().filename(dir.join("record.db"));
    let mut filler = file.connect().await.unwrap();
    for statement in FILL {
        let statement = statement.replace("{tokens}", &tokens.to_string());
        sqlx::query(AssertSqlSafe(statement)).execute(&mut filler).await.unwrap();
    }
    filler.close().await.unwrap();
    (record, tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_with_many_tokens_is_deleted_in_one_change() {
    let dir = tempfile::tempdir().unwrap();
    let (record, tokens) = large(dir.path()).await;
    let directory = Directory::new(Arc::new(Sealing), &[1; 32]);
    record.load(&|fact| directory.learn(fact)).await.unwrap();
    let started = Instant::now();
    let mut tx = record.begin().await.unwrap();
    let revoked = tx.delete_integration(IntegrationId(1), crate::fixtures::stamp(9)).await.unwrap();
    tx.commit(&event()).await.unwrap();
    println!("{tokens} tokens revoked in the record in {:.2?}", started.elapsed());
    assert_eq!(usize::try_from(revoked), Ok(tokens));
    let started = Instant::now();
    directory.learn(Fact::IntegrationGone { integration: IntegrationId(1) });
    println!("and in the directory in {:.2?}, {}", started.elapsed(), peak_memory());
    assert_eq!((directory.sizes().integrations, directory.tokens()), (0, tokens));
}

/// Opens nothing: no request is judged here.
struct Sealing;

impl SecretOpener for Sealing {
    fn open(&self, _: &Sealed, _: &Binding) -> Option<Zeroizing<[u8; 32]>> {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_record_loads_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (record, tokens) = large(dir.path()).await;
    let (logins, found) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let started = Instant::now();
    record
        .load(&|fact| {
            match fact {
                Fact::Login(_) => logins.fetch_add(1, Ordering::Relaxed),
                Fact::Token(_) => found.fetch_add(1, Ordering::Relaxed),
                _ => 0,
            };
        })
        .await
        .unwrap();
    println!("{tokens} tokens and logins in {:.2?}, {}", started.elapsed(), peak_memory());
    assert_eq!((logins.into_inner(), found.into_inner()), (tokens, tokens));
}

async fn furnish(record: &Record) {
    let mut tx = record.begin().await.unwrap();
    tx.add_account(&account(1)).await.unwrap();
    tx.add_entity(&entity(1)).await.unwrap();
    tx.add_role(&role(ROLE)).await.unwrap();
    assert!(tx.assign_role(HOME, EntityId(1), ROLE).await.unwrap());
    tx.add_integration(&integration(1)).await.unwrap();
    tx.add_installation(&installation(1)).await.unwrap();
    tx.commit(&event()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_attempts_are_written_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::sqlite(dir.path()).await.unwrap();
    let rows = (0..10_000).map(refused).collect();
    let started = Instant::now();
    trail.write(&AttemptBatch { rows, ..AttemptBatch::default() }).await.unwrap();
    println!("10,000 attempts in {:.2?}", started.elapsed());
    assert_eq!(trail.totals().await.unwrap(), (0, 10_000));
    let started = Instant::now();
    for i in 0..100 {
        trail
            .write(&AttemptBatch { rows: vec![refused(i)], ..AttemptBatch::default() })
            .await
            .unwrap();
    }
    println!("100 batches of one attempt in {:.2?}", started.elapsed());
}

fn refused(i: u32) -> AttemptRow {
    AttemptRow {
        at: at(60),
        count: 1,
        outcome: Outcome::Refused {
            reference: format!("ref_{i:026}"),
            code: "signature-mismatch".to_owned(),
            detail: "InvalidSignature".to_owned(),
        },
        account: Some(HOME),
        installation: None,
        token: None,
        entity: None,
        role: None,
        source: [192, 0, 2, 1].into(),
        surface: Surface::Rest,
        method: "GET".to_owned(),
        path: "/services/rest/record/v1/customer".to_owned(),
        user_agent: Some("test/1".to_owned()),
    }
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned()
}
