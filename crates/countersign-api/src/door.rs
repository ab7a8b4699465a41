//! How a request came in, and so who asks.

use std::net::IpAddr;

use axum::http::HeaderMap;
use countersign_authority::Requester;
use countersign_model::{AccountNumber, EntityId, RoleId};
use countersign_verify::Principal;
use http::header::HeaderName;

use crate::problem::Problem;
use crate::session::visit::{Arrival, Visit};

/// The header by which the operator acts for an entity: its number.
pub const ACT_AS_ENTITY: HeaderName = HeaderName::from_static("countersign-act-as-entity");
/// The header that goes with [`ACT_AS_ENTITY`]: in which of its roles, by number.
pub const ACT_AS_ROLE: HeaderName = HeaderName::from_static("countersign-act-as-role");

/// How a request came in. Whoever has a door says so with each request; a header can't.
#[derive(Clone, Debug)]
pub enum Door {
    /// By the control socket, or on the folder itself: its owner, by user id.
    Operator(u32),
    /// Over a network, signed with a token, admitted and remembered; from that address.
    Token(Principal, IpAddr),
    /// Over a network, signed by nobody: a cookie may say who is logged in.
    Browser(Arrival),
}

impl Door {
    /// Who asks about `account`, as which the operator may name somebody else.
    pub(crate) fn requester(
        &self,
        account: AccountNumber,
        headers: &HeaderMap,
        visit: Option<&Visit>,
    ) -> Result<Requester, Problem> {
        let acting_as = acting_as(headers)?;
        match (self, acting_as) {
            (Self::Operator(uid), None) => Ok(Requester::operator(account, *uid)),
            (Self::Operator(uid), Some((entity, role))) => {
                Ok(Requester::operator_as(account, *uid, entity, role))
            }
            (Self::Token(principal, from), None) => {
                let Principal { entity, role, token, .. } = principal;
                Ok(Requester::token(account, *entity, *role, *token, *from))
            }
            (Self::Browser(_), None) => {
                let visit = visit.ok_or_else(Problem::unauthenticated)?;
                Ok(visit.active()?.requester)
            }
            (Self::Token(..) | Self::Browser(_), Some(_)) => Err(Problem::new(
                "operator-only",
                "only the owner of the data folder may act for somebody else, on the server",
            )),
        }
    }
}

fn acting_as(headers: &HeaderMap) -> Result<Option<(EntityId, RoleId)>, Problem> {
    let number = |name: &HeaderName| {
        let value = headers.get(name)?;
        let number = value.to_str().ok().and_then(|text| text.parse::<u32>().ok());
        Some(number.ok_or_else(|| {
            Problem::new("invalid-header", format!("the header {name} holds a number"))
        }))
    };
    match (number(&ACT_AS_ENTITY).transpose()?, number(&ACT_AS_ROLE).transpose()?) {
        (None, None) => Ok(None),
        (Some(entity), Some(role)) => Ok(Some((EntityId(entity), RoleId(role)))),
        _ => Err(Problem::new(
            "invalid-header",
            format!("who acts for somebody names both {ACT_AS_ENTITY} and {ACT_AS_ROLE}"),
        )),
    }
}
