//! A stand-in with users, integrations and tokens in every state that a request is refused for.
//!
//! Belongs here: bringing the record into these states by the program's own commands. Does not:
//! what no command does yet (see `prepare`).

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::prepare;
use crate::{ACCOUNT, Credentials, Dev, run};

pub(super) const SANDBOX: &str = "1234567_SB1";
pub(super) const FEATURE_OFF: &str = "TSTDRV7654321";

/// Whose credentials a request is signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Those that the stand-in writes down.
    Developer,
    /// The stand-in's consumer pair; the other token is another integration's.
    CrossedTokens,
    /// An integration that is blocked.
    Blocked,
    /// An integration that waits for approval.
    Waiting,
    /// An integration with Token-based Authentication unchecked.
    Unchecked,
    /// An integration whose credentials were reset, with the new key and the old secret.
    Reset,
    /// A token that is revoked.
    Revoked,
    /// A token that is inactive.
    Inactive,
    /// A token whose time is over.
    Expired,
    /// A token that may be used from another network only.
    Elsewhere,
    /// A token whose sealed secret is another's.
    Damaged,
    /// A user whose role was taken away.
    RoleTaken,
    /// A role that its user has hidden.
    RoleHidden,
    /// A role that is inactive.
    RoleOff,
    /// A role without the permission to log in with tokens.
    NoPermission,
    /// A role for web services only, though a RESTlet is called.
    ServicesOnly,
    /// A user who is inactive.
    Left,
    /// Everything of another account, a sandbox of the first.
    Sandbox,
    /// The stand-in's credentials, for an account that has switched the feature off.
    FeatureOff,
}

/// A stand-in and what is in it.
pub(super) struct Stage {
    dev: Option<Dev>,
    folder: TempDir,
    people: Vec<(Who, Credentials)>,
    /// Another token of the same user and integration.
    second: Credentials,
}

/// Numbers of what a token is made of.
struct Made {
    integration: String,
    entity: String,
    role: String,
}

impl Stage {
    pub(super) fn furnished() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dev = Dev::start(&["--data-dir", text(&folder.path().join("data"))]);
        let (developer, role) = (dev.credentials.clone(), dev.file["role"].to_string());
        // The Administrator is 1.
        let made = Made { integration: "1".to_owned(), entity: "2".to_owned(), role };
        let (people, second) = (Vec::new(), developer.clone());
        let mut stage = Self { dev: Some(dev), folder, people, second };
        stage.second = stage.token(&developer, &made);
        stage.sandbox();
        stage.add(
            Who::FeatureOff,
            Credentials { account: FEATURE_OFF.to_owned(), ..developer.clone() },
        );
        stage.integrations(&made);
        stage.tokens(&developer, &made);
        stage.people(&developer, &made);
        stage.add(Who::Developer, developer);
        stage.stopped(prepare::states);
        stage
    }

    /// Integrations with a token of the stand-in's user each.
    fn integrations(&mut self, made: &Made) {
        for who in [Who::CrossedTokens, Who::Blocked, Who::Waiting, Who::Unchecked] {
            let (credentials, integration) = self.integration(ACCOUNT, who);
            let token = self.token(
                &credentials,
                &Made {
                    integration: integration.clone(),
                    entity: made.entity.clone(),
                    role: made.role.clone(),
                },
            );
            if who == Who::Blocked {
                self.record(ACCOUNT, &["integration", "block", &integration]);
            }
            self.add(who, token);
        }
        let (credentials, integration) = self.integration(ACCOUNT, Who::Reset);
        let made = Made { integration, entity: made.entity.clone(), role: made.role.clone() };
        let before = self.token(&credentials, &made);
        let reset = ["integration", "reset-credentials", &made.integration];
        let consumer_key = member(&self.record(ACCOUNT, &reset), "consumer_key");
        self.add(Who::Reset, Credentials { consumer_key, ..before });
    }

    /// Tokens of the stand-in's user and integration.
    fn tokens(&mut self, developer: &Credentials, made: &Made) {
        for who in [Who::Revoked, Who::Inactive, Who::Expired, Who::Elsewhere, Who::Damaged] {
            let number = self.named_token(developer, made, who);
            if who == Who::Revoked {
                self.record(ACCOUNT, &["token", "revoke", &number]);
            }
        }
    }

    /// Users and roles with a token each.
    fn people(&mut self, developer: &Credentials, made: &Made) {
        let roles = [Who::RoleTaken, Who::RoleHidden, Who::RoleOff];
        for who in [&roles[..], &[Who::NoPermission, Who::ServicesOnly, Who::Left]].concat() {
            let name = format!("{who:?}");
            let email = format!("{name}@dev.example");
            let entity = ["entity", "create", &name, "--email", &email];
            let entity = self.record(ACCOUNT, &entity)["entity"].to_string();
            let role = self.role(ACCOUNT, &name, &entity);
            let made = Made { integration: made.integration.clone(), entity, role };
            self.named_token(developer, &made, who);
            if who == Who::RoleTaken {
                let assignment = ["--entity", &made.entity, "--role", &made.role];
                self.record(ACCOUNT, &[&["role", "remove"], &assignment[..]].concat());
            }
        }
    }

    /// The same in another account, which begins as a copy of production: with the integration,
    /// without the tokens.
    fn sandbox(&mut self) {
        self.record(ACCOUNT, &["account", "create-sandbox"]);
        let (credentials, integration) = self.integration(SANDBOX, Who::Sandbox);
        let entity = ["entity", "create", "Ann", "--email", "ann@example.com"];
        let entity = self.record(SANDBOX, &entity)["entity"].to_string();
        let role = self.role(SANDBOX, "Orders", &entity);
        let token = self.token(&credentials, &Made { integration, entity, role });
        self.add(Who::Sandbox, token);
    }

    fn integration(&self, account: &str, who: Who) -> (Credentials, String) {
        let made = self.record(account, &["integration", "create", &format!("{who:?}")]);
        let credentials = Credentials {
            account: account.to_owned(),
            consumer_key: member(&made, "consumer_key"),
            consumer_secret: member(&made, "consumer_secret"),
            token_id: String::new(),
            token_secret: String::new(),
        };
        (credentials, made["integration"].to_string())
    }

    fn role(&self, account: &str, name: &str, entity: &str) -> String {
        let permission = "log-in-using-access-tokens";
        let made = self.record(account, &["role", "create", name, "--permission", permission]);
        let role = made["role"].to_string();
        self.record(account, &["role", "assign", "--entity", entity, "--role", &role]);
        role
    }

    fn named_token(&mut self, consumer: &Credentials, made: &Made, who: Who) -> String {
        let created = self.create_token(consumer, made, &format!("{who:?}"));
        self.add(who, with_token(consumer, &created));
        created["token"].to_string()
    }

    fn token(&self, consumer: &Credentials, made: &Made) -> Credentials {
        with_token(consumer, &self.create_token(consumer, made, "Plain"))
    }

    fn create_token(&self, consumer: &Credentials, made: &Made, name: &str) -> Value {
        let Made { integration, entity, role } = made;
        let of = ["--integration", integration, "--entity", entity, "--role", role];
        let command = [&["token", "create", "--name", name], &of[..]].concat();
        self.record(&consumer.account, &command)
    }

    fn add(&mut self, who: Who, credentials: Credentials) {
        self.people.push((who, credentials));
    }

    /// A command through the running stand-in, and what it shows.
    fn record(&self, account: &str, arguments: &[&str]) -> Value {
        let data = self.data();
        let place = ["--json", "--account", account, "--data-dir", text(&data)];
        let shown = run(&[arguments, &place].concat()).done().stdout;
        serde_json::from_str(&shown).unwrap_or_else(|_| panic!("{arguments:?}: {shown}"))
    }

    /// Stops the stand-in, changes its folder, and starts it again.
    fn stopped(&mut self, change: impl FnOnce(&Path)) {
        let mut dev = self.dev.take().expect("it runs");
        let status = dev.process.stop();
        assert!(status.success(), "{status}: {}", dev.process.stderr());
        change(&self.data());
        self.dev = Some(Dev::start(&["--data-dir", text(&self.data())]));
    }

    /// As a failing disk leaves it: what was admitted lately can't be known any more.
    pub(super) fn damage_replay_journal(&mut self) {
        self.stopped(|data| {
            let files = fs::read_dir(data.join("replay")).unwrap().map(|it| it.unwrap().path());
            let journal = |path: &std::path::PathBuf| path.extension() == Some("journal".as_ref());
            for path in files.filter(journal) {
                let mut bytes = fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0xff;
                fs::write(&path, bytes).unwrap();
            }
        });
    }

    /// Where the stand-in listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.dev.as_ref().expect("it runs").address
    }

    /// What a client is told, but for the mistake.
    pub(super) fn question(&self, who: Who) -> Value {
        let credentials = self.credentials(who);
        let other = match who {
            Who::CrossedTokens => self.credentials(Who::Developer),
            _ => &self.second,
        };
        json!({
            "base_url": format!("http://{}", self.address()),
            "account": credentials.account,
            "consumer_key": credentials.consumer_key,
            "consumer_secret": credentials.consumer_secret,
            "token_id": credentials.token_id,
            "token_secret": credentials.token_secret,
            "other_account": SANDBOX,
            "other_token_id": other.token_id,
            "other_token_secret": other.token_secret,
        })
    }

    /// Whose secret stands in a text.
    pub(super) fn secret_in(&self, text: &str) -> Option<String> {
        let is_in = |it: &Credentials| it.secrets().iter().any(|secret| text.contains(secret));
        let people = self.people.iter().find(|(_, it)| is_in(it));
        let people = people.map(|(who, _)| format!("secret of {who:?}"));
        people.or_else(|| is_in(&self.second).then(|| "secret of the second token".to_owned()))
    }

    fn credentials(&self, who: Who) -> &Credentials {
        let found = self.people.iter().find(|(it, _)| *it == who);
        &found.unwrap_or_else(|| panic!("{who:?} was not furnished")).1
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }
}

fn with_token(consumer: &Credentials, token: &Value) -> Credentials {
    Credentials {
        token_id: member(token, "token_id"),
        token_secret: member(token, "token_secret"),
        ..consumer.clone()
    }
}

fn member(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name}: {value}")).to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder has a plain name")
}
