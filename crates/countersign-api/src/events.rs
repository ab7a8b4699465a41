//! The administrative trail of an account: each change, newest first.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{ChangeNumber, Concern, EventFilter, KeptEvent};
use countersign_model::{Actor, EntityId, Means};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::Ask;
use crate::page::{Page, Wanted, cursor};
use crate::problem::Problem;
use crate::{shown, words};

const LIST: &str = "events";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// What was done.
    #[param(example = "token-revoked")]
    act: Option<String>,
    /// Which entity did it, by number.
    by: Option<u32>,
    /// To which integration, by number. At most one of these four.
    integration: Option<u32>,
    /// To which entity, by number.
    entity: Option<u32>,
    /// To which role, by number.
    role: Option<u32>,
    /// To which token, by number.
    token: Option<u32>,
    /// At this moment or later (RFC 3339).
    #[param(format = DateTime)]
    since: Option<String>,
    /// Before this moment (RFC 3339).
    #[param(format = DateTime)]
    until: Option<String>,
    /// At most so many rows.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// `next` of the part before.
    cursor: Option<String>,
}

impl ListQuery {
    fn filter(&self) -> Result<EventFilter, Problem> {
        let named = [self.integration, self.entity, self.role, self.token];
        let mut concerns = Concern::ALL
            .into_iter()
            .zip(named)
            .filter_map(|(concern, number)| Some((concern, number?)));
        let filter = EventFilter {
            act: self.act.clone(),
            by: self.by.map(EntityId),
            concerns: concerns.next(),
            since: words::moment_of_query("since", self.since.as_deref())?,
            until: words::moment_of_query("until", self.until.as_deref())?,
        };
        if concerns.next().is_some() {
            let rule = "ask about one integration, entity, role or token at a time";
            return Err(Problem::new("invalid-query", rule));
        }
        Ok(filter)
    }
}

/// A change that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
struct EventShown {
    /// The number of the change.
    #[schema(minimum = 1)]
    event: u64,
    /// When.
    #[schema(format = DateTime, example = "2027-01-15T08:00:00Z")]
    at: String,
    /// Who.
    by: ActorShown,
    /// From which address, if it came over a network.
    from: Option<String>,
    /// What was done.
    #[schema(example = "token-revoked")]
    act: String,
    /// To what, and how: never a secret.
    #[schema(value_type = Object, example = json!({ "token": 7 }))]
    details: serde_json::Value,
}

/// Who made a change.
#[derive(Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct ActorShown {
    /// How it was known who that is.
    means: MeansShown,
    /// An entity of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    entity: Option<u32>,
    /// The role that it acted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<u32>,
    /// The token that it signed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<u32>,
    /// The session that it was logged in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<u32>,
    /// Somebody on the server, by user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    local_user: Option<u32>,
}

/// How it was known who acts.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = Means)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MeansShown {
    /// The owner of the data folder; with an entity, acting for it.
    LocalUser,
    /// By a request that a token signed.
    Token,
    /// Logged in.
    Session,
    /// By a one-time link.
    Link,
    /// Countersign itself: it was due.
    Schedule,
}

impl From<Actor> for ActorShown {
    fn from(actor: Actor) -> Self {
        let nobody = Self {
            means: MeansShown::Schedule,
            entity: None,
            role: None,
            token: None,
            session: None,
            local_user: None,
        };
        let (entity, by) = match actor {
            Actor::Schedule => return nobody,
            Actor::LocalUser(uid) => {
                return Self { means: MeansShown::LocalUser, local_user: Some(uid), ..nobody };
            }
            Actor::Entity { entity, by } => (entity, by),
        };
        let role = by.role().map(|role| role.0);
        let nobody = Self { entity: Some(entity.0), role, ..nobody };
        match by {
            Means::Link => Self { means: MeansShown::Link, ..nobody },
            Means::Session(_, session) => {
                Self { means: MeansShown::Session, session: Some(session.0), ..nobody }
            }
            Means::Token(_, token) => {
                Self { means: MeansShown::Token, token: Some(token.0), ..nobody }
            }
            Means::LocalUser(_, uid) => {
                Self { means: MeansShown::LocalUser, local_user: Some(uid), ..nobody }
            }
        }
    }
}

impl From<KeptEvent> for EventShown {
    fn from(event: KeptEvent) -> Self {
        let mut details = event.act;
        let act = details.as_object_mut().and_then(|members| members.remove("act"));
        Self {
            event: event.number.0,
            at: event.at.to_string(),
            by: event.actor.into(),
            from: event.origin,
            act: act.as_ref().and_then(|act| act.as_str()).unwrap_or_default().to_owned(),
            details,
        }
    }
}

/// The administrative trail: what was changed, by whom, from where, newest first
#[utoipa::path(get, path = "/events", tag = "events", operation_id = "listEvents",
    params(InAccount, ListQuery),
    responses((status = 200, description = "A part of the list", body = Page<EventShown>)))]
async fn list(ask: Ask<ListQuery>) -> Result<Response, Problem> {
    let Wanted { after, most } = Wanted::of(LIST, ask.query.limit, ask.query.cursor.as_deref())?;
    let (filter, before) = (ask.query.filter()?, after.map(ChangeNumber));
    let part = ask.authority().list_events(&ask.by, &filter, before, most).await?;
    let next = part.rows.last().filter(|_| part.more).map(|last| cursor(LIST, last.number.0));
    shown::plain(&Page { items: part.rows.into_iter().map(EventShown::from).collect(), next })
}
