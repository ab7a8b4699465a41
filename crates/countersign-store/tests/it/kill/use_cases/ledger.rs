//! What is in the record, read from its rows; and what must be in it, made of its trail alone.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

/// A row: its fields as the trail names them, and how often it was changed.
pub(super) type Row = BTreeMap<String, Value>;
/// Rows, by kind and number.
pub(super) type Ledger = BTreeMap<String, Row>;
/// All events, the oldest first.
pub(super) type Trail = Vec<Entry>;

/// What an event says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry(Map<String, Value>);

/// Key and fields of rows. Founding makes the built-in roles and the administrator, whom nobody
/// changes here.
const ROWS: &[&str] = &[
    "SELECT 'account', json_object('name', name, 'version', version) FROM account WHERE number > 0",
    "SELECT 'integration ' || p.id, json_object('name', p.name, 'definition', d.name, \
     'description', d.description, 'note', p.note, 'state', p.state, \
     'deleted', CASE WHEN d.deleted_ms IS NULL THEN 'false' ELSE 'true' END, \
     'previous_secret', (SELECT count(*) FROM previous_secret s WHERE s.integration = d.id), \
     'secret_version', d.secret_version, 'version', p.version, 'definition_version', d.version) \
     FROM installation p JOIN integration d ON d.id = p.integration",
    "SELECT 'entity ' || id, json_object('kind', kind, 'name', name, 'email', email, \
     'version', version) FROM entity WHERE id > 1",
    "SELECT 'role ' || id, json_object('name', name, 'version', version, 'permissions', \
     (SELECT group_concat(has, ' ') FROM (SELECT g.permission || ':' || g.level AS has \
     FROM role_permission g WHERE g.role = role.id ORDER BY has))) FROM role WHERE id >= 1000",
    "SELECT 'assigned ' || entity || ' ' || role, '{}' FROM entity_role WHERE entity > 1",
    "SELECT 'token ' || number, json_object('name', name, 'state', state, \
     'installation', installation, 'entity', entity, 'role', role, \
     'secret_version', secret_version, 'version', version) FROM access_token",
];

/// Another connection to the record.
pub(super) async fn open(folder: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(folder.join("record.db")).connect().await.unwrap()
}

/// All rows.
pub(super) async fn of_rows(record: &mut SqliteConnection) -> Ledger {
    let mut ledger = Ledger::new();
    for statement in ROWS {
        let rows = sqlx::query_as::<_, (String, String)>(*statement);
        for (key, fields) in rows.fetch_all(&mut *record).await.unwrap() {
            ledger.insert(key, serde_json::from_str(&fields).unwrap());
        }
    }
    ledger
}

/// All events, whose numbers have no gap.
pub(super) async fn trail(record: &mut SqliteConnection) -> Trail {
    let statement = "SELECT number, json(act) FROM event ORDER BY number";
    let events = sqlx::query_as::<_, (i64, String)>(statement);
    let events = events.fetch_all(record).await.unwrap();
    let numbers = events.iter().map(|(number, _)| *number);
    assert!(numbers.eq(1..=events.len() as i64), "{events:?}");
    events.into_iter().map(|(_, act)| Entry(serde_json::from_str(&act).unwrap())).collect()
}

/// The rows that these events have made.
pub(super) fn of_trail(trail: &Trail) -> Ledger {
    let mut ledger = Ledger::new();
    for entry in trail {
        entry.apply(&mut ledger);
    }
    ledger
}

fn row<const N: usize>(fields: [(&str, Value); N]) -> Row {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn count(row: &mut Row, field: &str) {
    let next = row[field].as_u64().unwrap() + 1;
    row.insert(field.to_owned(), next.into());
}

/// Permissions in the order of their names.
fn sorted<'t>(permissions: impl Iterator<Item = &'t str>) -> Value {
    let mut all: Vec<&str> = permissions.collect();
    all.sort_unstable();
    all.join(" ").into()
}

impl Entry {
    fn act(&self) -> &str {
        self.0["act"].as_str().unwrap()
    }

    /// The number of what it is about.
    fn number(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap()
    }

    fn get(&self, name: &str) -> Value {
        self.0[name].clone()
    }

    /// What was done, and to what.
    pub(super) fn in_short(&self) -> String {
        let names: &[&str] = match self.act().split('-').next().unwrap() {
            "integration" | "credentials" => &["installation"],
            "entity" => &["entity"],
            "token" => &["token"],
            "role" if self.0.contains_key("entity") => &["entity", "role"],
            "role" => &["role"],
            _ => &[],
        };
        let numbers = names.iter().map(|name| format!(" {}", self.number(name)));
        [self.act().to_owned()].into_iter().chain(numbers).collect()
    }

    fn apply(&self, ledger: &mut Ledger) {
        match self.act().split('-').next().unwrap() {
            "account" => self.apply_to_account(ledger),
            "integration" | "credentials" => self.apply_to_integration(ledger),
            "entity" => self.apply_to_entity(ledger),
            "role" => self.apply_to_role(ledger),
            "token" => self.apply_to_token(ledger),
            other => panic!("no use case of this test: {other}"),
        }
    }

    fn edit(&self, row: &mut Row) {
        for change in self.0["changes"].as_array().unwrap() {
            let field = change["field"].as_str().unwrap();
            // What it was is what the events before it have made of it.
            if field != "permissions" {
                assert_eq!(row[field], change["from"], "{self:?}");
            }
            row.insert(field.to_owned(), change["to"].clone());
        }
        count(row, "version");
    }

    fn apply_to_account(&self, ledger: &mut Ledger) {
        match self.act() {
            "account-founded" => {
                let made = row([("name", self.get("id")), ("version", 1.into())]);
                ledger.insert("account".to_owned(), made);
            }
            _ => self.edit(ledger.get_mut("account").unwrap()),
        }
    }

    fn apply_to_integration(&self, ledger: &mut Ledger) {
        let number = self.number("installation");
        let key = format!("integration {number}");
        if self.act() == "integration-created" {
            let made = row([
                ("name", self.get("name")),
                ("definition", self.get("name")),
                ("description", Value::Null),
                ("note", Value::Null),
                ("state", "enabled".into()),
                ("deleted", "false".into()),
                ("previous_secret", 0.into()),
                ("secret_version", 1.into()),
                ("version", 1.into()),
                ("definition_version", 1.into()),
            ]);
            ledger.insert(key, made);
            return;
        }
        let row = ledger.get_mut(&key).unwrap();
        match self.act() {
            "integration-edited" => {
                self.edit(row);
                if row["definition"] != row["name"] {
                    row.insert("definition".to_owned(), row["name"].clone());
                    count(row, "definition_version");
                }
            }
            "credentials-reset" => {
                row.insert("previous_secret".to_owned(), 1.into());
                for field in ["secret_version", "version", "definition_version"] {
                    count(row, field);
                }
            }
            "integration-deleted" => {
                row.insert("deleted".to_owned(), "true".into());
                row.insert("previous_secret".to_owned(), 0.into());
                count(row, "definition_version");
                let tokens = ledger.iter_mut().filter(|(key, _)| key.starts_with("token "));
                let of_it = tokens
                    .map(|(_, token)| token)
                    .filter(|token| token["installation"] == number)
                    .filter(|token| token["state"] != "revoked");
                assert_eq!(of_it.map(revoke).count() as u64, self.number("tokens"));
            }
            other => panic!("{other}"),
        }
    }

    fn apply_to_entity(&self, ledger: &mut Ledger) {
        let number = self.number("entity");
        let key = format!("entity {number}");
        match self.act() {
            "entity-created" => {
                let fields = ["kind", "name", "email"].map(|name| (name, self.get(name)));
                let made = row(fields).into_iter().chain(row([("version", 1.into())]));
                ledger.insert(key, made.collect());
            }
            "entity-edited" => self.edit(ledger.get_mut(&key).unwrap()),
            "entity-deleted" => {
                ledger.remove(&key).unwrap();
                let assigned = format!("assigned {number} ");
                ledger.retain(|key, _| !key.starts_with(&assigned));
                let is_its = |(key, row): &(&String, &Row)| {
                    key.starts_with("token ") && row["entity"] == number
                };
                let its: Vec<String> =
                    ledger.iter().filter(is_its).map(|(key, _)| key.clone()).collect();
                let told = self.0["tokens"].as_array().unwrap().iter();
                let told: Vec<String> = told.map(|number| format!("token {number}")).collect();
                assert!(its.len() == told.len() && told.iter().all(|it| its.contains(it)));
                ledger.retain(|key, _| !its.contains(key));
            }
            other => panic!("{other}"),
        }
    }

    fn apply_to_role(&self, ledger: &mut Ledger) {
        let number = self.number("role");
        let key = format!("role {number}");
        match self.act() {
            "role-created" => {
                let names = self.0["permissions"].as_array().unwrap().iter();
                let granted: Vec<String> =
                    names.map(|name| format!("{}:full", name.as_str().unwrap())).collect();
                let permissions = sorted(granted.iter().map(String::as_str));
                let name = ("name", self.get("name"));
                let made = row([name, ("permissions", permissions), ("version", 1.into())]);
                ledger.insert(key, made);
            }
            "role-edited" => {
                let row = ledger.get_mut(&key).unwrap();
                self.edit(row);
                let permissions = sorted(row["permissions"].as_str().unwrap().split(' '));
                row.insert("permissions".to_owned(), permissions);
            }
            act => {
                let entity = self.number("entity");
                count(ledger.get_mut(&format!("entity {entity}")).unwrap(), "version");
                let assigned = format!("assigned {entity} {number}");
                let was_there = if act == "role-assigned" {
                    ledger.insert(assigned, Row::new()).is_some()
                } else {
                    ledger.remove(&assigned).is_some()
                };
                assert_eq!(was_there, act == "role-removed", "{self:?}");
            }
        }
    }

    fn apply_to_token(&self, ledger: &mut Ledger) {
        let key = format!("token {}", self.number("token"));
        if self.act() == "token-created" {
            let named = ["name", "installation", "entity", "role"];
            let made = row(named.map(|name| (name, self.get(name)))).into_iter().chain(row([
                ("state", "active".into()),
                ("secret_version", 1.into()),
                ("version", 1.into()),
            ]));
            ledger.insert(key, made.collect());
            return;
        }
        let row = ledger.get_mut(&key).unwrap();
        match self.act() {
            "token-edited" => self.edit(row),
            "token-revoked" => revoke(row),
            "token-secret-rotated" => {
                count(row, "secret_version");
                count(row, "version");
            }
            other => panic!("{other}"),
        }
    }
}

fn revoke(token: &mut Row) {
    token.insert("state".to_owned(), "revoked".into());
    count(token, "version");
}
