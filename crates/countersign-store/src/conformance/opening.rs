//! Opening: from an empty database, again, and what is refused.

use countersign_authority::{Store, StoreFault};
use sea_orm::ConnectionTrait;
use sqlx::{Connection, PgConnection};

use super::for_both;
use super::furnishing::furnish;
use super::world::{World, commit, empty_database};
use crate::schema::{ATTEMPTS, RECORD, Schema};
use crate::{Record, Trail};

for_both!(
    an_empty_database_gets_the_newest_schema_and_keeps_it,
    what_was_committed_is_there_after_reopening,
    a_newer_schema_is_refused_and_left_alone,
    a_newer_trail_is_refused_too,
    the_counter_of_changes_has_one_row,
    a_closed_record_says_so,
);

fn known(schema: &Schema) -> u32 {
    schema.migrations.len() as u32
}

async fn an_empty_database_gets_the_newest_schema_and_keeps_it(world: World) {
    let second = world.second_record().await.unwrap();
    second.data_keys().await.unwrap();
    world.second_trail().await.unwrap();
    let newest = RECORD.migrations.len();
    let kept = format!(
        "UPDATE schema_version SET version = {newest} \
         WHERE name = 'record' AND version = {newest}"
    );
    assert_eq!(world.meddle(&kept).await.unwrap(), 1);
}

async fn what_was_committed_is_there_after_reopening(world: World) {
    furnish(&world).await;
    world.record.close().await.unwrap();
    let record = world.second_record().await.unwrap();
    assert_eq!(super::world::facts_of(&record).await.len(), 6);
    assert_eq!(commit(record.begin().await.unwrap()).await, 2);
}

async fn a_newer_schema_is_refused_and_left_alone(world: World) {
    world.meddle("UPDATE schema_version SET version = 99 WHERE name = 'record'").await.unwrap();
    for _ in 0..2 {
        let refused = world.second_record().await.err();
        assert_eq!(refused, Some(StoreFault::NewerSchema { found: 99, known: known(&RECORD) }));
    }
}

async fn a_newer_trail_is_refused_too(world: World) {
    let writer = world.trail.database().writer();
    let newer = "UPDATE schema_version SET version = 7 WHERE name = 'attempts'";
    writer.execute_unprepared(newer).await.unwrap();
    let refused = world.second_trail().await.err();
    assert_eq!(refused, Some(StoreFault::NewerSchema { found: 7, known: known(&ATTEMPTS) }));
    world.second_record().await.unwrap();
}

async fn the_counter_of_changes_has_one_row(world: World) {
    world.meddle("INSERT INTO change_head (id, last) VALUES (2, 0)").await.unwrap_err();
    world.meddle("DELETE FROM change_head").await.unwrap();
    let damaged = StoreFault::Damaged("no counter of changes");
    let result = match world.record.begin().await {
        Ok(tx) => tx.commit(&super::fixtures::event()).await.err(),
        Err(fault) => Some(fault),
    };
    assert_eq!(result, Some(damaged));
}

async fn a_closed_record_says_so(world: World) {
    world.record.close().await.unwrap();
    let fault = world.record.data_keys().await.unwrap_err();
    assert_eq!(fault, StoreFault::Failed("closed, reading the data keys".to_owned()));
}

#[tokio::test]
#[ignore = "needs COUNTERSIGN_POSTGRES; run by cargo xtask test"]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let url = empty_database().await;
    let mut stranger = PgConnection::connect(&url).await.unwrap();
    sqlx::query("CREATE TABLE recipe (name text)").execute(&mut stranger).await.unwrap();
    for _ in 0..2 {
        let refused = Record::postgres(&url).await.err();
        let why = "the database holds tables of another program";
        assert_eq!(refused, Some(StoreFault::Foreign(why)));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs COUNTERSIGN_POSTGRES; run by cargo xtask test"]
async fn processes_that_start_together_do_not_disturb_each_other() {
    let url = empty_database().await;
    let openings: Vec<_> = (0..6)
        .map(|i| {
            let url = url.clone();
            tokio::spawn(async move {
                match i % 2 {
                    0 => Record::postgres(&url).await.map(drop),
                    _ => Trail::postgres(&url).await.map(drop),
                }
            })
        })
        .collect();
    for opening in openings {
        assert_eq!(opening.await.unwrap(), Ok(()));
    }
}

#[tokio::test]
#[ignore = "needs COUNTERSIGN_POSTGRES; run by cargo xtask test"]
async fn a_database_that_is_not_there_is_named_by_code_and_without_its_password() {
    let url = empty_database().await.replace("/store_", "/SECRETMARK_");
    let fault = Record::postgres(&url).await.err().unwrap();
    assert_eq!(
        fault.to_string(),
        "the database failed (SQLSTATE 3D000, no such database, opening the database)"
    );
    let fault = Record::postgres("postgres://u:SECRETMARK@[").await.err().unwrap();
    assert!(!format!("{fault} {fault:?}").contains("SECRETMARK"));
}
