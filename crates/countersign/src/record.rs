//! `countersign account|integration|entity|role|permission|token|audit|assertion-key`: what is in the record,
//! and changes of it, all by requests to the JSON API.
//!
//! One file for each noun: its options, the requests that it makes of them, and in which order it
//! shows what comes back. Belongs here: options and how answers look. Does not: what is meant by
//! them (`countersign-api`), and by which door the API is reached (`reach`).

mod account;
mod assertion_key;
mod audit;
mod consequences;
mod entity;
mod integration;
mod members;
mod permission;
mod place;
mod reach;
mod refusal;
mod role;
mod shown;
mod token;

pub(crate) use account::AccountCommand;
pub(crate) use assertion_key::AssertionKeyCommand;
pub(crate) use audit::AuditArgs;
pub(crate) use entity::EntityCommand;
pub(crate) use integration::IntegrationCommand;
pub(crate) use permission::PermissionCommand;
pub(crate) use role::RoleCommand;
pub(crate) use token::TokenCommand;

use place::{InAccount, Place, Seen};
use reach::Ask;
