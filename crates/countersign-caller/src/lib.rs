//! The commands of who calls a server, or holds credentials for one: sign a request, send it, look
//! for credentials that lie about. They ask no server of ours, and know no folder.
//!
//! Belongs here: these commands with their options, where their credentials come from, and how all
//! commands speak to people. Does not: signatures (`countersign-signing`), the client
//! (`countersign-client`), the record and its server.

pub mod call;
pub mod credentials;
pub mod scan;
pub mod sign;
pub mod terminal;

/// The exit code of what can't work before something is changed: usage, a file, the environment.
pub const EXIT_ENVIRONMENT: u8 = 2;
