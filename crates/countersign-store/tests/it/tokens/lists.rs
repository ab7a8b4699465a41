//! Lists of tokens: what each filter leaves, and how long a part takes in a large record.
//!
//! `COUNTERSIGN_TOKENS=1000000 cargo test --release -p countersign-store --test it lists --
//! --nocapture` prints milliseconds.

use std::time::Instant;

use countersign_authority::{IntegrationEdit, Order, Slice, StateFilter, TokenFilter, TokenQuery};
use countersign_model::{EntityId, InstallationState, Permission, RoleId, TokenEdit, TokenNumber};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::world::{START, World};

const LOG_IN: &[Permission] = &[Permission::LogInUsingAccessTokens];
const DAY: i64 = 24 * 60 * 60;

fn slice(after: Option<u32>, most: u16) -> Slice {
    Slice { after, most, order: Order::OldestFirst }
}

fn of(filter: TokenFilter) -> TokenQuery {
    TokenQuery { filter, ..TokenQuery::default() }
}

/// The numbers of all that a query finds.
async fn found(world: &World, query: &TokenQuery) -> Vec<u32> {
    let (mut numbers, mut after) = (Vec::new(), None);
    loop {
        let by = world.administrator();
        let list = world.authority.list_tokens(&by, query, slice(after, 2)).await.unwrap();
        numbers.extend(list.rows.iter().map(|row| row.number.0));
        after = list.next;
        if after.is_none() {
            return numbers;
        }
    }
}

#[tokio::test]
async fn each_filter_leaves_what_it_names_and_they_can_be_combined() {
    let world = World::found(1).await;
    let by = world.administrator();
    let (orders, _) = world.integration("Orders").await;
    let (stock, _) = world.integration("Stock").await;
    let ann = world.person("ann", LOG_IN).await;
    let bob = world.person("bob", LOG_IN).await;
    for (integration, who) in [(orders, ann), (stock, ann), (orders, bob), (stock, bob)] {
        world.token(&by, integration, who).await.unwrap();
        world.clock.advance_seconds(DAY);
    }
    let edit =
        |edit: TokenEdit, number| world.authority.edit_token(&by, TokenNumber(number), None, edit);
    edit(TokenEdit { active: Some(false), ..Default::default() }, 2).await.unwrap();
    world.authority.revoke_token(&by, TokenNumber(3), None).await.unwrap();
    let expires_at = Some(Some(START.plus_seconds(30 * DAY)));
    edit(TokenEdit { expires_at, ..Default::default() }, 4).await.unwrap();
    world.used(TokenNumber(1)).await;

    let none = TokenFilter::default;
    let state = |state| TokenFilter { state: Some(state), ..none() };
    let text = |text: &str| TokenFilter { text: Some(text.into()), ..none() };
    let at = |days: i64| Some(START.plus_seconds(days * DAY));
    for (filter, numbers) in [
        (none(), &[1, 2, 3, 4][..]),
        (state(StateFilter::Active), &[1, 4]),
        (state(StateFilter::Inactive), &[2]),
        (state(StateFilter::Revoked), &[3]),
        (state(StateFilter::NotRevoked), &[1, 2, 4]),
        (TokenFilter { installation: Some(orders), ..none() }, &[1, 3]),
        (TokenFilter { entity: Some(bob.0), ..none() }, &[3, 4]),
        (TokenFilter { role: Some(ann.1), ..none() }, &[1, 2]),
        (TokenFilter { installation: Some(orders), entity: Some(bob.0), ..none() }, &[3]),
        (TokenFilter { role: Some(bob.1), ..state(StateFilter::Revoked) }, &[3]),
        (TokenFilter { role: Some(ann.1), ..state(StateFilter::Revoked) }, &[]),
        (text("STOCK - "), &[2, 4]),
        (text("'s role"), &[1, 2, 3, 4]),
        (text("%"), &[]),
        (text("_"), &[]),
        (TokenFilter { entity: Some(bob.0), ..text("stock") }, &[4]),
        (TokenFilter { created_from: at(1), created_before: at(3), ..none() }, &[2, 3]),
        (TokenFilter { revoked_from: at(4), ..none() }, &[3]),
        (TokenFilter { revoked_before: at(4), ..none() }, &[]),
        (TokenFilter { expiring_before: at(31), ..none() }, &[4]),
        (TokenFilter { expiring_before: at(30), ..none() }, &[]),
    ] {
        assert_eq!(found(&world, &of(filter.clone())).await, numbers, "{filter:?}");
    }
    let unused = |since| TokenQuery { unused_since: at(since), ..TokenQuery::default() };
    assert_eq!(found(&world, &unused(4)).await, [2, 3, 4]);
    assert_eq!(found(&world, &unused(5)).await, [1, 2, 3, 4]);
    let within = |days| TokenQuery { expiring_within: Some(days), ..TokenQuery::default() };
    assert_eq!(found(&world, &within(27)).await, [4]);
    assert!(found(&world, &within(25)).await.is_empty());
}

#[tokio::test]
async fn dormant_tokens_are_found_for_each_cause_as_one_by_one() {
    let world = World::found(2).await;
    let by = world.administrator();
    let dormant = TokenQuery { dormant: true, ..TokenQuery::default() };
    let (orders, _) = world.integration("Orders").await;
    let (stock, _) = world.integration("Stock").await;
    let ann = world.person("ann", LOG_IN).await;
    let bob = world.person("bob", LOG_IN).await;
    for (integration, who) in [(orders, ann), (stock, ann), (orders, bob)] {
        world.token(&by, integration, who).await.unwrap();
    }
    assert!(found(&world, &dormant).await.is_empty());
    let state = Some(InstallationState::Blocked);
    let block = IntegrationEdit { state, ..IntegrationEdit::default() };
    world.authority.edit_integration(&by, stock, None, block).await.unwrap();
    assert_eq!(found(&world, &dormant).await, [2]);
    world.authority.remove_role(&by, bob.0, bob.1).await.unwrap();
    assert_eq!(found(&world, &dormant).await, [2, 3]);
    let end = Some(Some(START.plus_seconds(5)));
    let edit = TokenEdit { expires_at: end, ..TokenEdit::default() };
    world.authority.edit_token(&by, TokenNumber(1), None, edit).await.unwrap();
    world.clock.advance_seconds(5);
    let rows = world.authority.list_tokens(&by, &dormant, slice(None, 50)).await.unwrap().rows;
    let why: Vec<_> = rows.iter().map(|row| row.dormant.map(|it| it.as_str())).collect();
    let expected = ["token-expired", "integration-blocked", "role-removed"];
    assert_eq!(why, expected.map(Some), "the same rule, asked of all and asked of each");
}

#[tokio::test]
async fn a_list_goes_either_way_and_is_cut_where_it_was_asked_to() {
    let world = World::found(3).await;
    let (orders, _) = world.integration("Orders").await;
    let ann = world.person("ann", LOG_IN).await;
    for _ in 0..5 {
        world.token(&world.administrator(), orders, ann).await.unwrap();
    }
    let part = async |order, after| {
        let slice = Slice { after, most: 2, order };
        let query = TokenQuery::default();
        let by = world.administrator();
        let list = world.authority.list_tokens(&by, &query, slice).await.unwrap();
        (list.rows.iter().map(|row| row.number.0).collect::<Vec<_>>(), list.next)
    };
    assert_eq!(part(Order::OldestFirst, None).await, (vec![1, 2], Some(2)));
    assert_eq!(part(Order::OldestFirst, Some(4)).await, (vec![5], None));
    assert_eq!(part(Order::NewestFirst, None).await, (vec![5, 4], Some(4)));
    assert_eq!(part(Order::NewestFirst, Some(2)).await, (vec![1], None));
}

/// Entities 100 and up with a role of 200, and tokens from 10 on: every seventh revoked, every
/// thousandth dormant for want of its role.
const FILL: [&str; 6] = [
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199) \
     INSERT INTO role (account, id, name, active) SELECT 1, 2000 + i, 'Role ' || i, 1 FROM n",
    "INSERT INTO role_permission (account, role, permission, level) \
     SELECT 1, id, 'log-in-using-access-tokens', 'full' FROM role WHERE id >= 2000",
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) \
     INSERT INTO entity (account, id, kind, name, email, active) \
     SELECT 1, 100 + i, 'employee', 'Entity ' || i, 'e' || i || '@x.test', 1 FROM n",
    "INSERT INTO entity_role (account, entity, role) \
     SELECT 1, id, 2000 + id % 200 FROM entity WHERE id >= 100",
    "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < {tokens}) \
     INSERT INTO access_token (account, number, token_id, token_secret, secret_version, name, \
     name_key, installation, entity, role, state, revoked_at_ms, created_at_ms) \
     SELECT 1, i, randomblob(32), randomblob(64), 1, 'Orders - Entity ' || (i % 10000), \
     'orders - entity ' || (i % 10000) || CASE WHEN i = {tokens} - 5 THEN ' needle' ELSE '' END, \
     1, 100 + i % 10000, CASE WHEN i % 1000 = 0 THEN 1000 ELSE 2000 + (100 + i % 10000) % 200 END, \
     CASE WHEN i % 7 = 0 THEN 'revoked' ELSE 'active' END, \
     CASE WHEN i % 7 = 0 THEN 1000 ELSE NULL END, 1000 * i FROM n",
    "UPDATE series SET last = {tokens} WHERE name = 'tokens'",
];

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_fifty_of_a_large_record_are_whole() {
    let tokens: u32 = std::env::var("COUNTERSIGN_TOKENS").map_or(5_000, |n| n.parse().unwrap());
    let world = World::found(4).await;
    let (orders, _) = world.integration("Orders").await;
    let ann = world.person("ann", LOG_IN).await;
    world.token(&world.administrator(), orders, ann).await.unwrap();
    let file = SqliteConnectOptions::new().filename(world.dir.path().join("record.db"));
    let mut filler = file.connect().await.unwrap();
    for statement in FILL {
        let statement = statement.replace("{tokens}", &tokens.to_string());
        sqlx::query(AssertSqlSafe(statement)).execute(&mut filler).await.unwrap();
    }
    filler.close().await.unwrap();

    let none = TokenFilter::default;
    let entity = Some(EntityId(100 + 77));
    let state = |state| TokenFilter { state: Some(state), ..none() };
    let text = |text: &str| TokenFilter { text: Some(text.into()), ..none() };
    let role = TokenFilter { role: Some(RoleId(2077)), ..none() };
    let deep = Some(tokens / 2);
    for (what, query, after) in [
        ("all", of(none()), None),
        ("all, from the middle", of(none()), deep),
        ("active", of(state(StateFilter::Active)), None),
        ("revoked, from the middle", of(state(StateFilter::Revoked)), deep),
        ("inactive: none", of(state(StateFilter::Inactive)), None),
        ("of an entity", of(TokenFilter { entity, ..none() }), None),
        ("of a role", of(role.clone()), deep),
        ("of a role, revoked", of(TokenFilter { state: Some(StateFilter::Revoked), ..role }), None),
        ("of an integration", of(TokenFilter { installation: Some(orders), ..none() }), deep),
        (
            "of an integration, inactive: none",
            of(TokenFilter { installation: Some(orders), ..state(StateFilter::Inactive) }),
            None,
        ),
        ("common words", of(text("entity 7")), None),
        ("a rare word", of(text("needle")), None),
        ("a rare word, of an entity", of(TokenFilter { entity, ..text("needle") }), None),
        ("no such word", of(text("haystack")), None),
        ("expiring: none", of(TokenFilter { expiring_before: Some(START), ..none() }), None),
        ("unused", TokenQuery { unused_since: Some(START), ..TokenQuery::default() }, None),
        ("dormant", TokenQuery { dormant: true, ..TokenQuery::default() }, deep),
    ] {
        let by = world.administrator();
        let mut longest = 0.0_f64;
        let (mut parts, mut rows, mut next) = (0, 0, after);
        loop {
            let started = Instant::now();
            let list = world.authority.list_tokens(&by, &query, slice(next, 50)).await.unwrap();
            longest = longest.max(started.elapsed().as_secs_f64() * 1e3);
            (parts, rows, next) = (parts + 1, rows + list.rows.len(), list.next);
            if rows >= 50 || next.is_none() {
                break;
            }
        }
        println!("{what}: {rows} rows in {parts} parts, {longest:.1} ms the longest");
        assert!(rows <= 50 + 50, "{what}");
    }
    let found = found(&world, &of(text("needle"))).await;
    assert_eq!(found, [tokens - 5]);
    let started = Instant::now();
    let told = world
        .authority
        .consequences(&world.administrator(), countersign_authority::Of::Integration(orders))
        .await;
    println!("consequences: {} tokens in {:.1?}", told.unwrap().tokens, started.elapsed());
}
