//! Pages of 50, of each list by each of its filters, from both ends.
//!
//! A search that finds little goes through so many rows at a time and says where it goes on: what
//! is told is the slowest of its first parts.

use std::time::Instant;

use anyhow::Result;
use countersign_authority::{
    EntityFilter, IntegrationFilter, Order, RoleFilter, Slice, StateFilter, TokenFilter, TokenQuery,
};
use countersign_model::{EntityId, InstallationId, RoleId, Timestamp};

use super::Office;
use super::filling::DAY_MS;
use crate::bench::Bench;
use crate::rounds::Samples;
use crate::steady::START;

const PAGE: u16 = 50;
/// Parts of a list that are asked for, one behind the other.
const PARTS: usize = 4;
/// How often each is asked for.
const TIMES: usize = 3;

/// The slowest part of some lists.
struct Slowest {
    milliseconds: f64,
    of: String,
}

impl Slowest {
    fn none() -> Self {
        Self { milliseconds: 0.0, of: String::new() }
    }

    fn add(&mut self, samples: &Samples, of: &str) {
        let milliseconds = samples.median();
        if milliseconds > self.milliseconds {
            *self = Self { milliseconds, of: of.to_owned() };
        }
    }
}

pub(super) async fn run(bench: &mut Bench, office: &Office) -> Result<()> {
    let (mut worst, mut rows) = (Slowest::none(), Vec::new());
    for (group, queries) in [("list", plain()), ("filter", filters()), ("search", searches())] {
        let mut slowest = Slowest::none();
        for (name, query) in queries {
            for order in [Order::OldestFirst, Order::NewestFirst] {
                tokens(office, &query, order, name, &mut slowest).await?;
            }
        }
        rows.push((format!("tokens: {group}"), slowest));
    }
    rows.push(("entities, roles, integrations".to_owned(), others(office).await?));
    for (_, slowest) in &rows {
        if slowest.milliseconds > worst.milliseconds {
            worst = Slowest { of: slowest.of.clone(), ..*slowest };
        }
    }
    let detail = format!("the slowest part: {}", worst.of);
    bench.row("page_of_1m_ms", worst.milliseconds, "ms", detail);
    for (name, slowest) in rows {
        bench.row(&name, slowest.milliseconds, "ms", slowest.of);
    }
    Ok(())
}

async fn tokens(
    office: &Office,
    query: &TokenQuery,
    order: Order,
    name: &str,
    slowest: &mut Slowest,
) -> Result<()> {
    let mut after = None;
    let mut of_query = Slowest::none();
    for part in 1..=PARTS {
        let slice = Slice { after, most: PAGE, order };
        let (mut samples, mut next) = (Samples::default(), None);
        for _ in 0..TIMES {
            let began = Instant::now();
            let list = office.authority.list_tokens(&Office::BY, query, slice).await?;
            samples.push(began.elapsed().as_secs_f64() * 1e3);
            next = list.next;
        }
        slowest.add(&samples, &format!("{name}, {order:?}, part {part}"));
        of_query.add(&samples, "");
        if next.is_none() {
            break;
        }
        after = next;
    }
    eprintln!("   {:.1} ms: {name}, {order:?}", of_query.milliseconds);
    Ok(())
}

type Named = (&'static str, TokenQuery);

fn plain() -> Vec<Named> {
    vec![("all tokens", TokenQuery::default())]
}

fn of(filter: TokenFilter) -> TokenQuery {
    TokenQuery { filter, ..TokenQuery::default() }
}

fn any() -> TokenFilter {
    TokenFilter::default()
}

/// Each filter, and some together that no one index serves.
fn filters() -> Vec<Named> {
    let state = |state| of(TokenFilter { state: Some(state), ..any() });
    let installation = |id| Some(InstallationId(id));
    let (role, entity) = (Some(RoleId(1007)), Some(EntityId(77)));
    let early = Some(Timestamp::from_millis(1_700_000_000_000 + DAY_MS));
    let late = Some(Timestamp::from_millis(1_701_000_000_000 - DAY_MS));
    let never = Some(Timestamp::from_millis(1_600_000_000_000));
    let revoked = Some(StateFilter::Revoked);
    let inactive = Some(StateFilter::Inactive);
    vec![
        ("active", state(StateFilter::Active)),
        ("inactive", state(StateFilter::Inactive)),
        ("revoked", state(StateFilter::Revoked)),
        ("not revoked", state(StateFilter::NotRevoked)),
        ("of the large integration", of(TokenFilter { installation: installation(1), ..any() })),
        ("of the small integration", of(TokenFilter { installation: installation(2), ..any() })),
        ("of an entity", of(TokenFilter { entity, ..any() })),
        ("in a role", of(TokenFilter { role, ..any() })),
        ("made late", of(TokenFilter { created_from: late, ..any() })),
        ("made early", of(TokenFilter { created_before: early, ..any() })),
        ("made never", of(TokenFilter { created_before: never, ..any() })),
        ("revoked late", of(TokenFilter { revoked_from: late, ..any() })),
        ("revoked early", of(TokenFilter { revoked_before: early, ..any() })),
        ("old secrets", of(TokenFilter { secret_before: early, ..any() })),
        ("resting", of(TokenFilter { awake_before: early, ..any() })),
        ("rules of rest", of(TokenFilter { has_idle_days: true, ..any() })),
        ("not ended", of(TokenFilter { not_ended: Some(START), ..any() })),
        ("inactive, in a role", of(TokenFilter { state: inactive, role, ..any() })),
        ("revoked, of an entity", of(TokenFilter { state: revoked, entity, ..any() })),
        (
            "inactive, of the large integration, in a role",
            of(TokenFilter { state: inactive, role, installation: installation(1), ..any() }),
        ),
        ("dormant", TokenQuery { dormant: true, ..TokenQuery::default() }),
        ("ending soon", TokenQuery { expiring_within: Some(30), ..TokenQuery::default() }),
        ("ending very soon", TokenQuery { expiring_within: Some(1), ..TokenQuery::default() }),
        ("not used for long", TokenQuery { unused_since: never, ..TokenQuery::default() }),
        ("not used since today", TokenQuery { unused_since: Some(START), ..TokenQuery::default() }),
    ]
}

fn searches() -> Vec<Named> {
    let named = |text: &str| TokenFilter { text: Some(text.to_owned()), ..any() };
    let (large, inactive) = (Some(InstallationId(1)), Some(StateFilter::Inactive));
    vec![
        ("a frequent word", of(named("token"))),
        ("a rare word", of(named("zebra"))),
        ("no word at all", of(named("quagga"))),
        ("a number", of(named("999999"))),
        ("a rare word in the large integration", {
            of(TokenFilter { installation: large, ..named("zebra") })
        }),
        ("a rare word in a role", of(TokenFilter { role: Some(RoleId(1007)), ..named("zebra") })),
        ("a rare word, inactive", of(TokenFilter { state: inactive, ..named("zebra") })),
        ("a frequent word, dormant", { TokenQuery { dormant: true, ..of(named("token")) } }),
    ]
}

/// Lists that are short beside that of tokens.
async fn others(office: &Office) -> Result<Slowest> {
    let Office { authority, .. } = office;
    let mut slowest = Slowest::none();
    let text = |text: &str| Some(text.to_owned());
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let slice = Slice { after: None, most: PAGE, order };
        for (name, filter) in [
            ("entities", EntityFilter::default()),
            ("entities, inactive", EntityFilter { active: Some(false), ..Default::default() }),
            ("entities of a role", EntityFilter { role: Some(RoleId(1007)), ..Default::default() }),
            (
                "entities, frequent word",
                EntityFilter { text: text("entity"), ..Default::default() },
            ),
            ("entities, rare word", EntityFilter { text: text("y 9999"), ..Default::default() }),
            ("entities, no word", EntityFilter { text: text("quagga"), ..Default::default() }),
        ] {
            let mut samples = Samples::default();
            for _ in 0..TIMES {
                let began = Instant::now();
                authority.list_entities(&Office::BY, &filter, slice).await?;
                samples.push(began.elapsed().as_secs_f64() * 1e3);
            }
            slowest.add(&samples, &format!("{name}, {order:?}"));
        }
        let mut samples = Samples::default();
        for _ in 0..TIMES {
            let began = Instant::now();
            let filter = RoleFilter { text: text("role"), ..RoleFilter::default() };
            authority.list_roles(&Office::BY, &filter, slice).await?;
            samples.push(began.elapsed().as_secs_f64() * 1e3);
        }
        slowest.add(&samples, &format!("roles, {order:?}"));
        let mut samples = Samples::default();
        for _ in 0..TIMES {
            let began = Instant::now();
            let filter = IntegrationFilter { name: text("bench"), ..IntegrationFilter::default() };
            authority.list_integrations(&Office::BY, &filter, slice).await?;
            samples.push(began.elapsed().as_secs_f64() * 1e3);
        }
        slowest.add(&samples, &format!("integrations, {order:?}"));
    }
    Ok(slowest)
}
