//! The login trail.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use countersign_authority::StoreFault;

use countersign_model::{AccountNumber, EntityId, InstallationId, RoleId, TokenNumber};
use countersign_trail::{AttemptBatch, AttemptCount, AttemptRow, AttemptStore, Keep, Outcome};
use countersign_verify::Surface;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::fixtures::at;
use super::for_both;
use super::world::World;
use crate::trail::counts;

for_both!(
    a_refusal_is_found_by_its_reference_as_it_was,
    an_empty_trail_holds_nothing,
    rows_and_counts_are_totalled,
    counts_are_added_to_those_that_stand,
    a_count_keeps_the_first_three_references,
    groups_that_differ_in_anything_are_counted_apart,
    a_batch_is_written_whole_or_not_at_all,
    ten_thousand_rows_and_groups_are_written_at_once,
    bytes_that_a_database_refuses_do_not_keep_an_attempt_out,
    the_oldest_beyond_what_is_kept_are_forgotten,
    batches_from_many_tasks_all_arrive,
    a_probe_changes_nothing,
);

async fn a_probe_changes_nothing(world: World) {
    let trail = &world.trail;
    trail
        .write(&AttemptBatch { rows: vec![admitted(3)], ..AttemptBatch::default() })
        .await
        .unwrap();
    trail.probe().await.unwrap();
    assert_eq!(trail.totals().await, Ok((3, 0)));
}

fn refused(reference: &str) -> AttemptRow {
    AttemptRow {
        at: at(60),
        count: 1,
        outcome: Outcome::Refused {
            reference: reference.to_owned(),
            code: "signature-mismatch".to_owned(),
            detail: "InvalidSignature".to_owned(),
        },
        account: Some(AccountNumber(1)),
        installation: Some(InstallationId(2)),
        token: Some((AccountNumber(3), TokenNumber(4))),
        entity: None,
        role: None,
        source: IpAddr::V6(Ipv6Addr::LOCALHOST),
        surface: Surface::Rest,
        method: "GET".to_owned(),
        path: "/services/rest/record/v1/customer".to_owned(),
        user_agent: Some("test/1".to_owned()),
    }
}

fn admitted(count: u64) -> AttemptRow {
    AttemptRow {
        count,
        outcome: Outcome::Admitted,
        entity: Some(EntityId(5)),
        role: Some(RoleId(1000)),
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        surface: Surface::Soap,
        user_agent: None,
        ..refused("")
    }
}

fn counted(count: u64, references: &[&str]) -> AttemptCount {
    AttemptCount {
        minute: 7,
        network: "192.0.2.0/24".to_owned(),
        surface: Some(Surface::Restlet),
        detail: "InvalidLogin".to_owned(),
        count,
        references: references.iter().map(|&text| text.to_owned()).collect(),
    }
}

async fn write(world: &World, rows: &[AttemptRow], counts: &[AttemptCount]) {
    let batch =
        AttemptBatch { rows: rows.to_vec(), counts: counts.to_vec(), ..AttemptBatch::default() };
    world.trail.write(&batch).await.unwrap();
}

async fn count_rows(world: &World) -> Vec<counts::Model> {
    let now = world.trail.database().snapshot().await.unwrap();
    counts::Entity::find().all(&now).await.unwrap()
}

fn three(row: &counts::Model) -> Vec<&str> {
    row.refs.split_whitespace().take(3).collect()
}

async fn a_refusal_is_found_by_its_reference_as_it_was(world: World) {
    let bare = AttemptRow {
        account: None,
        installation: None,
        token: None,
        user_agent: None,
        surface: Surface::Restlet,
        ..refused("ref_b")
    };
    write(&world, &[admitted(3), refused("ref_a"), bare.clone()], &[]).await;
    assert_eq!(world.trail.find("ref_a").await.unwrap(), Some(refused("ref_a")));
    assert_eq!(world.trail.find("ref_b").await.unwrap(), Some(bare));
    assert_eq!(world.trail.find("ref_c").await.unwrap(), None);
    assert_eq!(world.trail.find("").await.unwrap(), None);
}

async fn an_empty_trail_holds_nothing(world: World) {
    assert_eq!(world.trail.totals().await.unwrap(), (0, 0));
    write(&world, &[], &[]).await;
    world.trail.trim(Keep { rows: 0, counts: 0 }).await.unwrap();
    assert_eq!(world.trail.totals().await.unwrap(), (0, 0));
}

async fn rows_and_counts_are_totalled(world: World) {
    write(&world, &[admitted(3), admitted(1), refused("a")], &[counted(10, &[])]).await;
    assert_eq!(world.trail.totals().await.unwrap(), (4, 11));
}

async fn counts_are_added_to_those_that_stand(world: World) {
    write(&world, &[], &[counted(10, &[])]).await;
    write(&world, &[], &[counted(5, &[]), counted(2, &[])]).await;
    let rows = count_rows(&world).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].count, 17);
}

async fn a_count_keeps_the_first_three_references(world: World) {
    write(&world, &[], &[counted(1, &["a"])]).await;
    assert_eq!(three(&count_rows(&world).await[0]), ["a"]);
    write(&world, &[], &[counted(0, &[]), counted(3, &["b", "c", "d"])]).await;
    assert_eq!(three(&count_rows(&world).await[0]), ["a", "b", "c"]);
    let kept = count_rows(&world).await[0].refs.clone();
    write(&world, &[], &[counted(3, &["e", "f", "g"])]).await;
    let rows = count_rows(&world).await;
    assert_eq!((&rows[0].refs, rows[0].count), (&kept, 7));
}

async fn groups_that_differ_in_anything_are_counted_apart(world: World) {
    let groups = [
        counted(1, &[]),
        AttemptCount { minute: 8, ..counted(1, &[]) },
        AttemptCount { network: "rest".to_owned(), ..counted(1, &[]) },
        AttemptCount { surface: Some(Surface::Soap), ..counted(1, &[]) },
        AttemptCount { surface: None, ..counted(1, &[]) },
        AttemptCount { detail: "rest".to_owned(), ..counted(1, &[]) },
    ];
    write(&world, &[], &groups).await;
    write(&world, &[], &groups).await;
    let rows = count_rows(&world).await;
    assert_eq!(rows.len(), groups.len());
    assert!(rows.iter().all(|row| row.count == 2));
}

async fn a_batch_is_written_whole_or_not_at_all(world: World) {
    let writer = world.trail.database().writer();
    writer.execute_unprepared("ALTER TABLE attempt_count RENAME TO elsewhere").await.unwrap();
    let batch = AttemptBatch {
        rows: vec![refused("a")],
        counts: vec![counted(1, &[])],
        ..AttemptBatch::default()
    };
    let fault = world.trail.write(&batch).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Failed(_) | StoreFault::Damaged(_)), "{fault:?}");
    writer.execute_unprepared("ALTER TABLE elsewhere RENAME TO attempt_count").await.unwrap();
    assert_eq!(world.trail.totals().await.unwrap(), (0, 0));
    world.trail.write(&batch).await.unwrap();
    assert_eq!(world.trail.totals().await.unwrap(), (0, 2));
}

async fn ten_thousand_rows_and_groups_are_written_at_once(world: World) {
    let rows: Vec<_> = (0..11_111).map(|i| refused(&format!("ref_{i}"))).collect();
    let groups: Vec<_> =
        (0..10_001).map(|minute| AttemptCount { minute, ..counted(2, &["a"]) }).collect();
    write(&world, &rows, &groups).await;
    assert_eq!(world.trail.totals().await.unwrap(), (0, 11_111 + 20_002));
    for reference in ["ref_0", "ref_9999", "ref_11110"] {
        assert_eq!(world.trail.find(reference).await.unwrap(), Some(refused(reference)));
    }
}

async fn the_oldest_beyond_what_is_kept_are_forgotten(world: World) {
    let rows: Vec<_> = (0..25).map(|i| refused(&format!("ref_{i}"))).collect();
    let groups: Vec<_> =
        (0..25).map(|minute| AttemptCount { minute, ..counted(1, &["a"]) }).collect();
    write(&world, &rows, &groups).await;
    world.trail.trim(Keep { rows: 100, counts: 100 }).await.unwrap();
    assert_eq!(world.trail.totals().await.unwrap(), (0, 50));
    world.trail.trim(Keep { rows: 10, counts: 5 }).await.unwrap();
    assert_eq!(world.trail.totals().await.unwrap(), (0, 15));
    assert_eq!(world.trail.find("ref_14").await.unwrap(), None);
    assert!(world.trail.find("ref_15").await.unwrap().is_some());
}

async fn bytes_that_a_database_refuses_do_not_keep_an_attempt_out(world: World) {
    let odd = "a\0b\u{1F600}\u{85}'\"\\";
    let row = AttemptRow {
        method: odd.to_owned(),
        path: odd.to_owned(),
        user_agent: Some(odd.to_owned()),
        ..refused("ref_odd")
    };
    write(&world, &[row], &[AttemptCount { network: odd.to_owned(), ..counted(1, &[odd]) }]).await;
    let found = world.trail.find("ref_odd").await.unwrap().unwrap();
    let kept = odd.replace('\0', "\u{fffd}");
    assert_eq!(
        (found.method, found.path, found.user_agent),
        (kept.clone(), kept.clone(), Some(kept))
    );
}

async fn batches_from_many_tasks_all_arrive(world: World) {
    let world = std::sync::Arc::new(world);
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move {
                for i in 0..20 {
                    let row = refused(&format!("ref_{task}_{i}"));
                    write(&world, &[row], &[counted(1, &[])]).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(world.trail.totals().await.unwrap(), (0, 320));
}
