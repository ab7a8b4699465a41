//! The server, and the people who take part, each in one role.
//!
//! Belongs here: what is there before the first check. Does not: what a check makes (`walk`).

use std::fs;

use serde_json::Value;

use super::acts::{self, Act};
use super::doors::{Api, Badges, CommandLine, Door, Person};
use super::walk::{number, text};
use crate::{ACCOUNT, Credentials, Deployment, rows, run, wait_for};

/// The Administrator role, which is there from the start.
pub(super) const ADMINISTRATOR: u32 = 3;

/// A server with an upstream behind it, and who takes part.
pub(super) struct Stage {
    /// The server.
    pub(super) deployment: Deployment,
    /// Who takes part.
    pub(super) cast: Cast,
}

/// Who takes part; all of them may log in with tokens.
pub(super) struct Cast {
    pub(super) admin: Person,
    pub(super) second_admin: Person,
    pub(super) manager: Person,
    pub(super) integrator: Person,
    pub(super) onlooker: Person,
    pub(super) clerk: Person,
    /// Another role with User Access Tokens, which nobody has yet.
    pub(super) second_clerk_role: u32,
    pub(super) plain: Person,
}

impl Stage {
    pub(super) fn furnished() -> Self {
        let deployment = Deployment::init();
        let command_line = CommandLine { data: deployment.data() };
        let operator = Operator(&command_line);
        let log_in = ("log-in-using-access-tokens", "full");
        let application = "integration-application";
        let cast = Cast {
            admin: in_production(1, ADMINISTRATOR),
            second_admin: in_production(operator.entity("Bea", ADMINISTRATOR), ADMINISTRATOR),
            manager: operator.person("Manager", &[log_in, ("access-token-management", "full")]),
            integrator: operator.person("Integrator", &[log_in, (application, "full")]),
            onlooker: operator.person("Onlooker", &[log_in, (application, "view")]),
            clerk: operator.person("Clerk", &[("user-access-tokens", "full")]),
            second_clerk_role: operator.role("Second clerk", &[("user-access-tokens", "full")]),
            plain: operator.person("Plain", &[log_in]),
        };
        Self { deployment, cast }
    }

    /// The two ways to ask.
    pub(super) fn doors(&self) -> [Box<dyn Door>; 2] {
        let command_line = || CommandLine { data: self.deployment.data() };
        let made = command_line().by_operator(ACCOUNT, &acts::create_integration("Badges"));
        let access = acts::allow_api(number("integration", &made));
        command_line().by_operator(ACCOUNT, &access);
        let consumer = Credentials {
            account: ACCOUNT.to_owned(),
            consumer_key: text(&made, "consumer_key").to_owned(),
            consumer_secret: text(&made, "consumer_secret").to_owned(),
            token_id: String::new(),
            token_secret: String::new(),
        };
        let badges = Badges::new(number("integration", &made), consumer, command_line());
        [Box::new(command_line()), Box::new(Api { address: self.deployment.address(), badges })]
    }
}

/// What lies behind the server, whichever door is used.
impl Stage {
    /// Files of the data folder that hold these bytes.
    pub(super) fn files_with(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.deployment.data()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.is_file() && holds(&fs::read(&path).unwrap(), bytes) {
                    found.push(path.display().to_string());
                }
            }
        }
        found
    }

    /// What the server says about a refusal to the owner of its folder.
    pub(super) fn explanation(&self, reference: &str) -> String {
        let data = self.deployment.data();
        let data = data.to_str().expect("a temporary folder has a plain name");
        wait_for("the refusal is explained", || {
            let finished = run(&["explain", reference, "--data-dir", data]);
            let is_whole = !finished.stdout.contains("ask again in a moment");
            (finished.code == Some(0) && is_whole).then_some(finished.stdout)
        })
    }

    /// Whether there is an account of that name.
    pub(super) fn is_account(&self, account: &str) -> bool {
        let select = format!("SELECT id FROM account WHERE id = '{account}'");
        !self.select(&select).is_empty()
    }

    /// The numbers of all tokens in an account, whatever state they are in.
    pub(super) fn tokens_in(&self, account: &str) -> Vec<Value> {
        self.select(&format!(
            "SELECT token.number FROM access_token AS token JOIN account \
             ON token.account = account.number WHERE account.id = '{account}'"
        ))
    }

    fn select(&self, statement: &str) -> Vec<Value> {
        rows(&self.deployment.data().join("record.db"), statement)
    }
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Who owns the data folder, furnishing the account.
struct Operator<'c>(&'c CommandLine);

impl Operator<'_> {
    fn does(&self, act: &Act) -> u32 {
        number(act.noun(), &self.0.by_operator(ACCOUNT, act))
    }

    fn role(&self, name: &str, permissions: &[(&str, &str)]) -> u32 {
        self.does(&acts::create_role(name, permissions))
    }

    /// An employee with that role.
    fn entity(&self, name: &str, role: u32) -> u32 {
        let email = format!("{}@example.com", name.to_lowercase());
        let entity = self.does(&acts::create_entity("employee", name, &email));
        self.0.by_operator(ACCOUNT, &acts::assign_role(entity, role));
        entity
    }

    /// An employee with a role of its own.
    fn person(&self, name: &str, permissions: &[(&str, &str)]) -> Person {
        let role = self.role(name, permissions);
        in_production(self.entity(name, role), role)
    }
}

fn in_production(entity: u32, role: u32) -> Person {
    Person { account: ACCOUNT.to_owned(), entity, role }
}
