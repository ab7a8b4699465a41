//! A refresh of many people and many tokens, in one change.
//!
//! `COUNTERSIGN_ENTITIES=10000 cargo test --release -p countersign-store --test it
//! environments::large -- --nocapture` prints the seconds.

use std::time::Instant;

use sqlx::AssertSqlSafe;

use super::*;

/// So many people in production, each with ann's role.
const PEOPLE: [&str; 2] = [
    "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 99 + {many}) \
     INSERT INTO entity (account, id, kind, name, email, active) \
     SELECT 1, i, 'employee', 'Entity ' || i, 'e' || i || '@x.test', 1 FROM n",
    "INSERT INTO entity_role (account, entity, role) SELECT 1, id, 1000 FROM entity \
     WHERE account = 1 AND id >= 100",
];
/// A token for each of them, in the sandbox.
const TOKENS: &str = "INSERT INTO access_token (account, number, token_id, token_secret, \
     secret_version, name, installation, entity, role, state) \
     SELECT 2, id, randomblob(32), randomblob(64), 1, 'Token ' || id, 1, id, 1000, 'active' \
     FROM entity WHERE account = 2 AND id >= 100";

impl Pair {
    async fn fill(&self, statement: &str) {
        let file = self.world.dir.path().join("record.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let mut connection = options.connect().await.unwrap();
        let statement = statement.to_owned();
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_people_are_copied_and_many_tokens_ended_in_one_change() {
    let many: u64 = std::env::var("COUNTERSIGN_ENTITIES").map_or(1_000, |n| n.parse().unwrap());
    let pair = Pair::new(900).await;
    for statement in PEOPLE {
        pair.fill(&statement.replace("{many}", &many.to_string())).await;
    }
    pair.refresh().await;
    pair.fill(TOKENS).await;
    pair.world.reload().await;
    let before = pair.world.directory.sizes();
    assert_eq!(before.tokens as u64, many);
    let started = Instant::now();
    let copied = pair.refresh().await.copied;
    println!("{many} people copied and {many} tokens ended in {:.2?}", started.elapsed());
    assert_eq!((copied.entities, copied.tokens), (many + 2, many));
    let after = pair.world.directory.sizes();
    assert_eq!((after.tokens, after.logins), (0, before.logins));
    let started = Instant::now();
    let made = pair.world.authority.replace_former_tokens(&pair.there(), None).await.unwrap();
    println!("{} links made in {:.2?}", made.len(), started.elapsed());
    assert_eq!(made.len() as u64, many.min(1_000));
}
