//! Words that stand for something of the model: how they are read, and which there are.

use countersign_model::{EntityKind, InstallationState, Level, Permission, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, SchemaType, Type};

use crate::given::Rule;
use crate::problem::Problem;

const UNKNOWN: &str = "unknown-word";

pub(crate) fn kind(text: &str) -> Result<EntityKind, Rule> {
    let rule = "an entity is an employee, vendor, customer, partner or contact";
    EntityKind::parse(text).ok_or_else(|| Rule::new(UNKNOWN, &rule))
}

pub(crate) fn state(text: &str) -> Result<InstallationState, Rule> {
    InstallationState::parse(text).map_err(|fault| Rule::new(UNKNOWN, &fault))
}

pub(crate) fn level(text: &str) -> Result<Level, Rule> {
    let rule = "the levels of a permission are view, create, edit and full";
    Level::parse(text).ok_or_else(|| Rule::new(UNKNOWN, &rule))
}

/// A moment, as RFC 3339 writes it.
pub(crate) fn moment(text: &str) -> Result<Timestamp, Rule> {
    let rule = "a moment is written as in RFC 3339, such as 2027-01-15T08:00:00Z";
    let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| Rule::new(UNKNOWN, &rule))?;
    let millis = moment.unix_timestamp_nanos().div_euclid(1_000_000);
    // Years have four digits.
    Ok(Timestamp::from_millis(i64::try_from(millis).unwrap_or_default()))
}

/// The same, in a parameter of a query.
pub(crate) fn moment_of_query(
    name: &str,
    text: Option<&str>,
) -> Result<Option<Timestamp>, Problem> {
    text.map(moment).transpose().map_err(|rule| rule.of_query(name))
}

/// The schema of the kinds of entities.
pub(crate) fn kinds() -> Object {
    one_of(&EntityKind::ALL.map(EntityKind::as_str))
}

/// The schema of the states of an integration.
pub(crate) fn states() -> Object {
    one_of(&InstallationState::ALL.map(InstallationState::as_str))
}

/// The schema of what a role grants: built-in permissions, and those that the account defines.
pub(crate) fn permissions() -> Object {
    let levels = one_of(&Level::ALL.map(Level::as_str));
    let own = AdditionalProperties::RefOr(levels.clone().into());
    let mut granted = ObjectBuilder::new()
        .description(Some("What it grants, and how far; also permissions that the account defines"))
        .additional_properties(Some(own))
        .examples([serde_json::json!({ Permission::LogInUsingAccessTokens.as_str(): "full" })]);
    for permission in Permission::ALL {
        granted = granted.property(permission.as_str(), levels.clone());
    }
    granted.build()
}

fn one_of(words: &[&str]) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .enum_values(Some(words.iter().copied()))
        .build()
}
