//! The local control socket: how the command line talks to the server that runs on a folder.
//!
//! A socket (0600) in the data folder, which speaks HTTP/1.1: the JSON API, and what was wrong with
//! refused requests. The peer's user id, as the kernel tells it, is the credential and the actor in
//! the trail.

mod client;
mod refusals;
mod server;

pub(crate) use client::{Answer, Connection};
pub(crate) use refusals::explain;
pub(crate) use server::Server;
