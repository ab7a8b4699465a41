//! What is given of an entity: of a new one, and of one that is edited.

use countersign_authority::{EntityChanges, NewEntity, Password};
use countersign_model::{Email, RoleId};
use serde::Deserialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::given::{Fields, Rule};
use crate::problem::Problem;
use crate::words;

/// A new entity.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEntity)]
pub(super) struct EntityGiven {
    /// What it is to the account.
    #[serde(default = "employee")]
    #[schema(schema_with = words::kinds)]
    kind: String,
    /// What people call it.
    #[schema(example = "Ann", min_length = 1, max_length = 120)]
    name: String,
    /// Its login.
    #[schema(example = "ann@example.com", format = Email, max_length = 254)]
    email: String,
    /// Its password, if it shall have one now.
    #[schema(format = Password, min_length = 12)]
    password: Option<String>,
}

fn employee() -> String {
    "employee".to_owned()
}

impl EntityGiven {
    pub(super) fn read(self) -> Result<NewEntity, Problem> {
        let mut fields = Fields::default();
        let kind = fields.read("kind", words::kind(&self.kind));
        let email = fields.read("email", Email::parse(&self.email).map_err(Rule::of));
        let password = self
            .password
            .map(|text| Password::parse(Zeroizing::new(text)))
            .transpose()
            .map_err(Rule::of);
        let password = fields.read("password", password);
        let name = self.name;
        let whole = kind.zip(email).zip(password);
        fields.whole(whole.map(|((kind, email), password)| NewEntity {
            kind,
            name,
            email,
            password,
        }))
    }
}

/// What is to be changed of an entity; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EntityChange)]
pub(super) struct ChangeGiven {
    /// What it is to the account.
    #[schema(schema_with = words::kinds)]
    kind: Option<String>,
    /// What people call it.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Its login.
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
    /// Whether it is switched off: it can't log in by any way, and its tokens sleep.
    inactive: Option<bool>,
    /// All roles that it hides, by number, and no others: their tokens sleep.
    hidden_roles: Option<Vec<u32>>,
}

impl ChangeGiven {
    pub(super) fn read(self) -> Result<EntityChanges, Problem> {
        let mut fields = Fields::default();
        let kind = fields.read("kind", self.kind.as_deref().map(words::kind).transpose());
        let email = self.email.as_deref().map(Email::parse).transpose().map_err(Rule::of);
        let email = fields.read("email", email);
        fields.whole(Some(EntityChanges {
            kind: kind.flatten(),
            name: self.name,
            email: email.flatten(),
            active: self.inactive.map(|inactive| !inactive),
            hidden_roles: self.hidden_roles.map(|it| it.into_iter().map(RoleId).collect()),
        }))
    }
}
