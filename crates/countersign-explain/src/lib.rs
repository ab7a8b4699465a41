//! Why a request is refused, or would be: found out from a copy of it and the credentials, without
//! any server, and told to a person or as JSON.
//!
//! A copy becomes a [`Received`] ([`curl`], [`http_text`], [`har`]), and [`explain`] makes a
//! [`Report`] of it. What a server found out about a request that it refused is told by the same
//! report. Whatever is wrong is said in a sentence for whoever made the copy; where an option of
//! `countersign explain` would help, the sentence names it.
//!
//! Belongs here: reading copies, finding out (`offline`, `named`, `soap`), the report and its words
//! (`report`, `block`). Does not: the search for a mistake (`countersign-signing`), what a server
//! keeps, options, files and terminals: what a copy takes from a file is asked for, and how long to
//! search is an argument.

#![deny(missing_docs)]

mod block;
pub mod curl;
mod difference;
pub mod har;
pub mod hint;
pub mod http_text;
mod named;
mod offline;
mod received;
mod report;
mod soap;
pub mod time;

pub use block::{Paint, Style};
pub use named::{Hosts, Signer};
pub use offline::{explain, notes};
pub use received::Received;
pub use report::{Came, FirstSeen, Kind, Report};

#[cfg(test)]
mod tests;
