//! `/countersign/api/v1/...`, by requests that each person signs with a token of their own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;

use serde_json::Value;

use super::{CommandLine, Door, Person, Refused};
use crate::guide::acts::{self, Act};
use crate::guide::stage::ADMINISTRATOR;
use crate::guide::walk::text;
use crate::{Answer, Call, Connection, Credentials};

/// The JSON API.
pub(crate) struct Api {
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// Where people get the token that they sign with.
    pub(crate) badges: Badges,
}

/// The tokens that people sign with: their own, of an integration with API access.
pub(crate) struct Badges {
    /// The integration's number, which is the same in each account.
    pub(crate) integration: u32,
    /// The integration's consumer pair.
    pub(crate) consumer: Credentials,
    /// There is no login without a token yet: the first is made here.
    pub(crate) command_line: CommandLine,
    made: RefCell<HashMap<Person, Credentials>>,
}

impl Badges {
    pub(crate) fn new(integration: u32, consumer: Credentials, command_line: CommandLine) -> Self {
        Self { integration, consumer, command_line, made: RefCell::default() }
    }

    /// The token that `person` signs with.
    fn of(&self, person: &Person) -> Credentials {
        let known = self.made.borrow().get(person).cloned();
        known.unwrap_or_else(|| {
            let badge = self.make(person);
            self.made.borrow_mut().insert(person.clone(), badge.clone());
            badge
        })
    }

    fn make(&self, person: &Person) -> Credentials {
        let act = acts::create_token(self.integration, person.entity, person.role);
        // An Administrator's token is made by that person alone.
        let made = if person.role == ADMINISTRATOR {
            self.command_line.ask(person, &act).unwrap_or_else(|refused| panic!("{refused}"))
        } else {
            self.command_line.by_operator(&person.account, &act)
        };
        Credentials {
            account: person.account.clone(),
            token_id: text(&made, "token_id").to_owned(),
            token_secret: text(&made, "token_secret").to_owned(),
            ..self.consumer.clone()
        }
    }
}

impl Door for Api {
    fn name(&self) -> &'static str {
        "API"
    }

    fn ask(&self, person: &Person, act: &Act) -> Result<Value, Refused> {
        let Act { method, path, body, changes, .. } = act;
        let seen = changes.as_ref().map(|path| self.send(person, "GET", path, None, None));
        // Who may not look may still try.
        let version = seen.as_ref().map(|answer| answer.headers.get("etag").unwrap_or("*"));
        outcome(&self.send(person, method, path, body.as_ref(), version))
    }

    fn list(&self, person: &Person, act: &Act) -> Result<Vec<Value>, Refused> {
        let sign = if act.path.contains('?') { '&' } else { '?' };
        let first = format!("{}{sign}limit=200", act.path);
        let (mut items, mut path) = (Vec::new(), first.clone());
        loop {
            let page = outcome(&self.send(person, "GET", &path, None, None))?;
            items.extend(page["items"].as_array().unwrap_or_else(|| panic!("{page}")).clone());
            let Some(next) = page["next"].as_str() else { return Ok(items) };
            path = format!("{first}&cursor={next}");
        }
    }

    fn forget_tokens_of(&self, account: &str) {
        self.badges.made.borrow_mut().retain(|person, _| person.account != account);
    }
}

impl Api {
    /// Sends a request about something below `person`'s account.
    fn send(
        &self,
        person: &Person,
        method: &str,
        path: &str,
        body: Option<&Value>,
        version: Option<&str>,
    ) -> Answer {
        let target = format!("/countersign/api/v1/accounts/{}/{path}", person.account);
        let mut call = Call::new(method, &target);
        if let Some(body) = body {
            call = call.with_json(&body.to_string());
        }
        let mut request = self.badges.of(person).sign(&call, self.address);
        if let Some(version) = version {
            request = request.with("If-Match", version);
        }
        Connection::open(self.address).send(&request)
    }
}

fn outcome(answer: &Answer) -> Result<Value, Refused> {
    match answer.status {
        204 => Ok(Value::Null),
        200..300 => Ok(answer.json()),
        400..500 => Err(refused(answer)),
        _ => panic!("{answer:?}"),
    }
}

/// A problem (RFC 9457).
fn refused(answer: &Answer) -> Refused {
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name: &str| problem[name].as_str().unwrap_or_default();
    let code = text("type").strip_prefix("urn:countersign:problem:").unwrap_or_default();
    Refused {
        code: code.to_owned(),
        field: Some(text("field").to_owned()),
        said: format!("{} {}", answer.status, answer.text()),
    }
}
