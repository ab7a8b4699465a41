//! The JSON API: what is asked of the record and done to it, over HTTP messages.
//!
//! | path below [`BASE`] | file |
//! | --- | --- |
//! | `accounts`, `accounts/{account}` | `accounts` |
//! | `.../integrations`, `/{integration}`, `/reset-credentials` | `integrations` |
//! | `.../entities`, `/{entity}`, `/roles/{role}` | `entities` |
//! | `.../roles`, `/{role}` | `roles` |
//! | `.../permissions`, `/{permission}` | `permissions` |
//! | `.../tokens`, `/{token}`, `/revoke`, `/clock` | `tokens` |
//! | `.../consequences` | `consequences` |
//! | `.../environments`, `/{environment}`, `/refresh`, `/consequences` | `environments` |
//! | `.../former-tokens`, `/replace`, `.../pickups/{pickup}` | `former_tokens` |
//! | `.../events` | `events` |
//! | `session`, `/role`, `/authentication`, `/password`, `/two-factor`, ...; `sessions`; `password-link` | `session` |
//! | `assertion-keys` | `assertion_keys` |
//! | `openapi.json` | `document` |
//!
//! One file for each noun: what is sent and shown (`...Given`, `...Shown`), and handlers of three
//! lines: take, do, show. A new noun is one more file, and one line in `router`. What is wrong with
//! a request is answered by what takes it apart (`ask`, `given`, `version`), so a handler only sees
//! what can be meant. A handler can't forget who asks: [`Door`] becomes a requester before it runs,
//! and each use case names what it needs.
//!
//! Belongs here: words of the API, HTTP, its description ([`document`]). Does not: rules
//! (`countersign-authority`), sockets, signatures, and how a request came in: whoever has a door
//! says so with each request.

#![deny(missing_docs)]
#![expect(unused_qualifications, reason = "what utoipa makes of parameters has some")]

mod accounts;
mod api;
mod ask;
mod assertion_keys;
mod consequences;
mod document;
mod door;
mod entities;
mod environments;
mod events;
mod former_tokens;
mod given;
mod integrations;
mod page;
mod permissions;
mod problem;
mod roles;
mod router;
mod session;
mod shown;
mod tokens;
mod version;
mod words;

pub use api::Api;
pub use document::document;
pub use door::{ACT_AS_ENTITY, ACT_AS_ROLE, Door};
pub use problem::refuse;
pub use session::visit::Arrival;

/// Where all paths of the API begin.
pub const BASE: &str = "/countersign/api/v1";
