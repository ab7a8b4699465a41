//! The record and the login trail on SQLite and PostgreSQL.
//!
//! Belongs here: the two databases behind the ports of `countersign-authority` ([`Record`] is its
//! `Store`) and `countersign-trail` ([`Trail`] is its `AttemptStore` and `ExplanationStore`), their
//! schemas, and what a database's failure may say. Does not: rules of who may change what, and when
//! a change is told to whom.
//!
//! Every query is written once, for both. What only one database can do is in `database/sqlite.rs`
//! and `database/postgres.rs`: opening it, and recognising what isn't ours. One file per
//! aggregate: its table, how a row becomes a value of the model, its queries. One suite
//! (`conformance`) holds both databases to what the ports promise.
//!
//! A table is changed by a new migration in `schema`, never by editing an old one.

mod access_tokens;
mod accounts;
mod assertion_keys;
mod changes;
mod columns;
#[cfg(test)]
mod conformance;
mod data_keys;
mod database;
mod entities;
mod environments;
mod evidence;
mod fault;
mod former_tokens;
mod installations;
mod installed_integrations;
mod integrations;
mod links;
mod list;
mod own_permissions;
mod previous_secrets;
mod record;
mod retiring_pairs;
mod role_assignments;
mod roles;
mod schema;
mod second_factors;
mod series;
mod sessions;
mod trail;

pub use record::Record;
pub use trail::Trail;

/// Who is told the facts of the record.
type Learn<'a> = &'a (dyn Fn(countersign_verify::Fact) + Send + Sync);
