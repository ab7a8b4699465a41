//! Who asks, about which account, with which query: the first argument of every handler.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use countersign_authority::{Authority, Requester, UseCaseFault};
use countersign_model::{AccountId, AccountNumber};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Door;
use crate::api::Office;
use crate::problem::Problem;
use crate::session::visit::Visit;

/// The parameter of a path that names the account.
const ACCOUNT: &str = "account";

/// A request that somebody makes, with the query that it may have.
pub(crate) struct Ask<Q = NoQuery> {
    /// Who asks.
    pub(crate) by: Requester,
    /// The query. A parameter that a route doesn't know is refused.
    pub(crate) query: Q,
    pub(crate) office: Arc<Office>,
}

impl<Q> Ask<Q> {
    pub(crate) fn authority(&self) -> &Authority {
        &self.office.authority
    }
}

/// A route without parameters in its query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoQuery {}

impl<Q: DeserializeOwned> FromRequestParts<Arc<Office>> for Ask<Q> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let door = parts.extensions.get::<Door>().cloned().ok_or_else(Problem::unauthenticated)?;
        let visit = parts.extensions.get::<Visit>().cloned();
        let office = Arc::clone(office);
        let path = params(parts, &office).await?;
        let account = match path.iter().find(|(name, _)| *name == ACCOUNT) {
            Some((_, id)) => account(&office, &door, visit.as_ref(), id).await?,
            None => match &door {
                Door::Operator(_) | Door::Browser(_) => AccountNumber::NONE,
                Door::Token(principal, _) => principal.account,
            },
        };
        let by = door.requester(account, &parts.headers, visit.as_ref())?;
        let query = Query::try_from_uri(&parts.uri);
        let Query(query) =
            query.map_err(|fault| Problem::new("invalid-query", fault.body_text()))?;
        Ok(Self { by, query, office })
    }
}

/// The account that a path names. A token opens its own and learns nothing of others; neither does
/// who is logged in.
async fn account(
    office: &Office,
    door: &Door,
    visit: Option<&Visit>,
    text: &str,
) -> Result<AccountNumber, Problem> {
    let own = match (door, visit) {
        (Door::Browser(_), Some(visit)) => Some(visit.active()?.session.account),
        (Door::Browser(_), None) => return Err(Problem::unauthenticated()),
        _ => None,
    };
    let unknown = || Problem::new("no-such-account", "there is no such account here");
    let id = AccountId::parse(text).map_err(|_| unknown())?;
    match door {
        Door::Operator(_) => Ok(office.authority.account(&id).await?.number),
        Door::Token(principal, _) if principal.account_id == id => Ok(principal.account),
        Door::Token(..) => Err(unknown()),
        Door::Browser(_) => {
            let asked = office.authority.account(&id).await.map_err(|fault| match fault {
                UseCaseFault::NoAccount(_) => unknown(),
                fault => fault.into(),
            })?;
            Some(asked.number).filter(|asked| Some(*asked) == own).ok_or_else(unknown)
        }
    }
}

/// The id of the account in a path, for the address of what is made in it.
pub(crate) struct Account(pub(crate) String);

impl FromRequestParts<Arc<Office>> for Account {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let path = params(parts, office).await?;
        let account = path.iter().find(|(name, _)| *name == ACCOUNT);
        Ok(Self(account.map(|(_, id)| id.to_owned()).unwrap_or_default()))
    }
}

/// The numbers in a path behind the account, in their order.
pub(crate) struct Numbers<const N: usize>(pub(crate) [u32; N]);

impl<const N: usize> FromRequestParts<Arc<Office>> for Numbers<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let mut numbers = [0; N];
        let path = params(parts, office).await?;
        let texts = path.iter().filter(|(name, _)| *name != ACCOUNT);
        for (number, (name, text)) in numbers.iter_mut().zip(texts) {
            // In one spelling only: what is signed or logged is the same everywhere.
            *number =
                text.parse().ok().filter(|it: &u32| it.to_string() == text).ok_or_else(|| {
                    Problem::new("not-found", format!("there is no such {name}: name its number"))
                })?;
        }
        Ok(Self(numbers))
    }
}

/// The word in a path behind the account.
pub(crate) struct Word(pub(crate) String);

impl FromRequestParts<Arc<Office>> for Word {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let path = params(parts, office).await?;
        let word = path.iter().find(|(name, _)| *name != ACCOUNT);
        Ok(Self(word.map(|(_, word)| word.to_owned()).unwrap_or_default()))
    }
}

async fn params(parts: &mut Parts, office: &Arc<Office>) -> Result<RawPathParams, Problem> {
    RawPathParams::from_request_parts(parts, office)
        .await
        .map_err(|_| Problem::new("not-found", "this path can't be read"))
}
