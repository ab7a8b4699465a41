//! One walk through the guide by one door: who takes part, and what a check makes on its way.

use serde_json::Value;

use super::acts::{self, Act};
use super::doors::{Door, Person, Refused};
use super::gate::Heard;
use super::stage::{Cast, Stage};
use crate::{ACCOUNT, Credentials, unique};

/// A door, and the server that it leads to.
pub(super) struct Walk<'s> {
    /// The server and what lies in its record.
    pub(super) stage: &'s Stage,
    door: &'s dyn Door,
}

/// Somebody who asks through that door.
pub(super) struct Hand<'w> {
    walk: &'w Walk<'w>,
    person: Person,
}

/// An integration record, with what was shown once.
pub(super) struct Application {
    /// Its number.
    pub(super) number: u32,
    /// Its name.
    pub(super) name: String,
    /// Its consumer key.
    pub(super) consumer_key: String,
    /// Its consumer secret.
    pub(super) consumer_secret: String,
}

/// A token, with what was shown once.
pub(super) struct Token {
    /// Its number.
    pub(super) number: u32,
    /// What a request is signed with.
    pub(super) credentials: Credentials,
}

impl<'s> Walk<'s> {
    pub(super) fn new(stage: &'s Stage, door: &'s dyn Door) -> Self {
        Self { stage, door }
    }

    /// Which door it is.
    pub(super) fn door(&self) -> &'static str {
        self.door.name()
    }

    /// All tokens of an account are gone.
    pub(super) fn forget_tokens_of(&self, account: &str) {
        self.door.forget_tokens_of(account);
    }

    fn ask(&self, person: &Person, act: &Act) -> Result<Value, Refused> {
        self.door.ask(person, act)
    }

    /// Who takes part.
    pub(super) fn cast(&self) -> &Cast {
        &self.stage.cast
    }

    /// Somebody in a role of the production account.
    pub(super) fn person(&self, entity: u32, role: u32) -> Hand<'_> {
        self.person_in(ACCOUNT, entity, role)
    }

    /// Somebody in a role of an account.
    pub(super) fn person_in(&self, account: &str, entity: u32, role: u32) -> Hand<'_> {
        Hand { walk: self, person: Person { account: account.to_owned(), entity, role } }
    }

    /// The first Administrator.
    pub(super) fn admin(&self) -> Hand<'_> {
        self.of(&self.cast().admin)
    }

    /// Another Administrator.
    pub(super) fn second_admin(&self) -> Hand<'_> {
        self.of(&self.cast().second_admin)
    }

    /// Somebody with Access Token Management, and no Administrator.
    pub(super) fn manager(&self) -> Hand<'_> {
        self.of(&self.cast().manager)
    }

    /// Somebody with Integration Application at level Full.
    pub(super) fn integrator(&self) -> Hand<'_> {
        self.of(&self.cast().integrator)
    }

    /// Somebody with Integration Application at level View.
    pub(super) fn onlooker(&self) -> Hand<'_> {
        self.of(&self.cast().onlooker)
    }

    /// Somebody with User Access Tokens.
    pub(super) fn clerk(&self) -> Hand<'_> {
        self.of(&self.cast().clerk)
    }

    /// Somebody who may log in with tokens, and nothing else.
    pub(super) fn plain(&self) -> Hand<'_> {
        self.of(&self.cast().plain)
    }

    fn of(&self, person: &Person) -> Hand<'_> {
        Hand { walk: self, person: person.clone() }
    }

    /// A new integration record.
    pub(super) fn application(&self) -> Application {
        self.admin().application()
    }

    /// A new entity of that kind with that role.
    pub(super) fn user(&self, kind: &str, role: u32) -> u32 {
        let (name, email) = (unique(), format!("{}@example.com", unique()));
        let entity = self.admin().makes(&acts::create_entity(kind, &name, &email));
        self.admin().does(&acts::assign_role(entity, role));
        entity
    }

    /// A new employee in the role of somebody who may log in with tokens, and nothing else.
    pub(super) fn plain_user(&self) -> Person {
        let role = self.cast().plain.role;
        Person { account: ACCOUNT.to_owned(), entity: self.user("employee", role), role }
    }

    /// A new token of somebody, made by the first Administrator.
    pub(super) fn token_of(&self, application: &Application, person: &Person) -> Token {
        let act = acts::create_token(application.number, person.entity, person.role);
        self.admin().token(application, &act)
    }

    /// A new token of a new employee for a new application.
    pub(super) fn some_token(&self) -> (Application, Person, Token) {
        let (application, person) = (self.application(), self.plain_user());
        let token = self.token_of(&application, &person);
        (application, person, token)
    }

    /// What the gate says to a request that is signed with `token`.
    pub(super) fn heard(&self, token: &Token) -> Heard {
        self.heard_with(&token.credentials)
    }

    /// What the gate says to a request that is signed with these.
    pub(super) fn heard_with(&self, credentials: &Credentials) -> Heard {
        Heard::of(&self.stage.deployment, credentials)
    }

    /// A token as it stands in the whole list.
    pub(super) fn listed(&self, token: &Token) -> Option<Value> {
        let all = self.admin().lists(&acts::list_tokens());
        all.into_iter().find(|it| it["token"] == token.number)
    }
}

impl Hand<'_> {
    /// Who it is.
    pub(super) fn person(&self) -> &Person {
        &self.person
    }

    /// Asks, and asserts that it is done.
    pub(super) fn does(&self, act: &Act) -> Value {
        match self.walk.ask(&self.person, act) {
            Ok(shown) => shown,
            Err(refused) => panic!("{:?} by {:?} {refused}", act.words, self.person),
        }
    }

    /// Asks, and gives the number of what is made.
    pub(super) fn makes(&self, act: &Act) -> u32 {
        number(act.noun(), &self.does(act))
    }

    /// Asks, and asserts that it is refused.
    pub(super) fn is_refused(&self, act: &Act) -> Refused {
        match self.walk.ask(&self.person, act) {
            Ok(shown) => panic!("{:?} by {:?} gave {shown}", act.words, self.person),
            Err(refused) => refused,
        }
    }

    /// The items of a list.
    pub(super) fn lists(&self, act: &Act) -> Vec<Value> {
        match self.walk.door.list(&self.person, act) {
            Ok(items) => items,
            Err(refused) => panic!("{:?} by {:?} {refused}", act.words, self.person),
        }
    }

    /// The numbers in a list.
    pub(super) fn numbers(&self, act: &Act) -> Vec<u32> {
        self.lists(act).iter().map(|item| number(act.noun(), item)).collect()
    }

    /// A new integration record.
    pub(super) fn application(&self) -> Application {
        let name = unique();
        let made = self.does(&acts::create_integration(&name));
        let shown = |name: &str| text(&made, name).to_owned();
        Application {
            number: number("integration", &made),
            name,
            consumer_key: shown("consumer_key"),
            consumer_secret: shown("consumer_secret"),
        }
    }

    /// The token that `act` makes for `application`.
    pub(super) fn token(&self, application: &Application, act: &Act) -> Token {
        let made = self.does(act);
        let credentials = Credentials {
            account: self.person.account.clone(),
            consumer_key: application.consumer_key.clone(),
            consumer_secret: application.consumer_secret.clone(),
            token_id: text(&made, "token_id").to_owned(),
            token_secret: text(&made, "token_secret").to_owned(),
        };
        Token { number: number("token", &made), credentials }
    }
}

/// The number of an integration, entity, role or token that was shown.
pub(super) fn number(noun: &str, shown: &Value) -> u32 {
    let number = shown[noun].as_u64().and_then(|number| u32::try_from(number).ok());
    number.unwrap_or_else(|| panic!("no number of the {noun}: {shown}"))
}

/// A member that is text.
pub(super) fn text<'v>(shown: &'v Value, name: &str) -> &'v str {
    shown[name].as_str().unwrap_or_else(|| panic!("no {name}: {shown}"))
}
