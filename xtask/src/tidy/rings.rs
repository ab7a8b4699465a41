//! Who may depend on whom. A crate belongs to a ring, and an arrow only goes to a lower ring.
//! That `web`, `api` and `gate` know neither each other nor `store` follows: they share a ring.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Finding;

const RULE: &str = "rings";

const RINGS: &[(&str, u8)] = &[
    ("countersign-signing", 0),
    ("countersign-model", 0),
    ("countersign-settings", 0),
    ("countersign-telemetry", 0),
    ("countersign-verify", 1),
    ("countersign-oauth2", 1),
    ("countersign-secrets", 2),
    ("countersign-authority", 3),
    ("countersign-assertions", 4),
    ("countersign-trail", 4),
    ("countersign-store", 5),
    ("countersign-web", 5),
    ("countersign-api", 5),
    ("countersign-gate", 5),
    ("countersign-tower", 5),
    ("countersign-client", 5),
    ("countersign-caller", 6),
    ("countersign-explain", 6),
    ("countersign", 7),
];

/// For development only: they may use everything, and nothing that ships may use them.
const TOOLS: &[&str] = &[
    "countersign-bench",
    "countersign-example-upstream",
    "countersign-testkit",
    "countersign-tests",
    "xtask",
];

/// A family of crates that rings up to `highest` don't reach, not even through others.
struct Ban {
    highest: u8,
    what: &'static str,
    crates: &'static [&'static str],
}

const BANS: &[Ban] = &[
    Ban {
        highest: 4,
        what: "HTTP framework",
        crates: &["actix-web", "axum", "hyper", "poem", "rocket", "tonic", "tower-http", "warp"],
    },
    Ban {
        highest: 4,
        what: "database driver",
        crates: &["diesel", "libsqlite3-sys", "postgres-protocol", "redis", "sea-orm", "sqlx-core"],
    },
    Ban {
        highest: 4,
        what: "template engine",
        crates: &["askama", "handlebars", "maud", "minijinja", "tera"],
    },
    Ban { highest: 2, what: "async runtime", crates: &["async-std", "smol", "tokio"] },
];

/// A crate of the workspace. Dependencies for development are left out.
#[derive(Default)]
pub(crate) struct Member {
    name: String,
    manifest: String,
    direct: BTreeSet<String>,
    /// Everything below it, itself included.
    reaches: BTreeSet<String>,
}

pub(crate) fn check(members: &[Member]) -> Vec<Finding> {
    members.iter().flat_map(|member| check_member(member, members)).collect()
}

fn check_member(member: &Member, members: &[Member]) -> Vec<Finding> {
    let finding = |advice: String| Finding::new(RULE, &member.manifest, 1, advice);
    if TOOLS.contains(&member.name.as_str()) {
        return Vec::new();
    }
    let Some(ring) = ring(&member.name) else {
        return vec![finding(format!("`{}` has no ring: add it to the table", member.name))];
    };
    let mut findings = Vec::new();
    for used in members.iter().filter(|used| member.direct.contains(&used.name)) {
        if self::ring(&used.name).is_none_or(|below| below >= ring) {
            findings.push(finding(format!(
                "`{}` must not depend on `{}`: put what both need into a lower ring, or turn the \
                 arrow with a trait",
                member.name, used.name
            )));
        }
    }
    for ban in BANS.iter().filter(|ban| ring <= ban.highest) {
        for reached in ban.crates.iter().filter(|name| member.reaches.contains(**name)) {
            findings.push(finding(format!(
                "`{}` reaches `{reached}`, and ring {ring} knows no {}: name a port and implement \
                 it further out",
                member.name, ban.what
            )));
        }
    }
    findings
}

fn ring(name: &str) -> Option<u8> {
    RINGS.iter().find(|(member, _)| *member == name).map(|(_, ring)| *ring)
}

/// Reads the answer of `cargo metadata`.
pub(crate) fn members(facts: &Value) -> Vec<Member> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let root = text(&facts["workspace_root"]);
    let packages: BTreeMap<String, &Value> =
        list(&facts["packages"]).map(|package| (text(&package["id"]), package)).collect();
    let arrows: BTreeMap<String, Vec<String>> = list(&facts["resolve"]["nodes"])
        .map(|node| {
            let used = list(&node["deps"]).filter(|used| ships(used));
            (text(&node["id"]), used.map(|used| text(&used["pkg"])).collect())
        })
        .collect();
    let name = |id: &String| packages.get(id).map(|package| text(&package["name"]));

    list(&facts["workspace_members"])
        .filter_map(|id| {
            let id = text(id);
            let manifest = text(&packages.get(&id)?["manifest_path"]);
            Some(Member {
                name: name(&id)?,
                manifest: manifest.trim_start_matches(&root).trim_start_matches('/').to_owned(),
                direct: arrows.get(&id)?.iter().filter_map(name).collect(),
                reaches: below(&id, &arrows).iter().filter_map(name).collect(),
            })
        })
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Whether a dependency is needed by what ships; `dev` is the only other kind.
fn ships(dependency: &Value) -> bool {
    list(&dependency["dep_kinds"]).any(|kind| kind["kind"].as_str() != Some("dev"))
}

fn below(start: &str, arrows: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![start.to_owned()];
    while let Some(id) = open.pop() {
        open.extend(arrows.get(&id).into_iter().flatten().cloned());
        if !seen.insert(id) {
            open.retain(|id| !seen.contains(id));
        }
    }
    seen
}

#[cfg(test)]
mod tests;
