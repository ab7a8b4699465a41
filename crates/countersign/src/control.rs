//! The local control socket: how the command line talks to the server that runs on a folder.
//!
//! A socket (0600) in the data folder. The peer's user id, as the kernel tells it, is the
//! credential and the actor in the trail. One connection carries one line of JSON each way: a
//! command, which changes something, or a question, which doesn't.

mod client;
mod clock;
mod command;
mod deployment;
mod question;
mod server;

use countersign_explain::Report;
use serde::{Deserialize, Serialize};

pub(crate) use client::ask;
pub(crate) use command::{Act, Command, execute};
pub(crate) use deployment::{
    DeploymentAct, DeploymentCommand, Hurry, execute as execute_for_deployment,
};
pub(crate) use question::explain;
pub(crate) use server::Server;

use question::Question;

/// The longest line that is taken in.
const MAX_LINE: u64 = 64 * 1024;
/// The longest line that is answered: two base strings of 32 KiB, and everything escaped.
const MAX_ANSWER: u64 = 512 * 1024;

/// A line that is taken in.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Command(Command),
    Deployment(DeploymentCommand),
    Question(Question),
}

/// What came of a line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// It was done; what there is to show, in order.
    Done(Vec<Field>),
    /// What is known about a refusal; nothing where there is none with that reference.
    Explained(Option<Box<Report>>),
    /// A rule was against it: one sentence.
    Refused(String),
    /// Something broke: one sentence.
    Failed(String),
}

/// A line of what a command shows.
#[derive(Serialize, Deserialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Field {
    fn new(name: &str, value: &dyn ToString) -> Self {
        Self { name: name.to_owned(), value: value.to_string() }
    }
}

impl Drop for Field {
    // It may be a secret, on its way to the one who is shown it.
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.value);
    }
}
