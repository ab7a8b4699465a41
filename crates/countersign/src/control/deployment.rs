//! The commands on what belongs to the deployment and to no account.

use countersign_authority::{Authority, PublishedKey, Requester, TakeOver};
use countersign_model::{AccountNumber, Actor, AssertionKeyState};
use serde::{Deserialize, Serialize};

use super::command::{Problem, outcome};
use super::{Field, Outcome};

/// A command. On the wire it is told from others by its only member.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeploymentCommand {
    pub(crate) deployment: DeploymentAct,
}

/// What to do.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum DeploymentAct {
    ListAssertionKeys,
    RotateAssertionKey { take_over: Hurry },
}

/// When a new key takes over, see [`TakeOver`].
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hurry {
    AfterOverlap,
    AtOnce,
    Alone,
}

impl From<Hurry> for TakeOver {
    fn from(hurry: Hurry) -> Self {
        match hurry {
            Hurry::AfterOverlap => Self::AfterOverlap,
            Hurry::AtOnce => Self::AtOnce,
            Hurry::Alone => Self::Alone,
        }
    }
}

/// Does it, as `actor`.
pub(crate) async fn execute(
    authority: &Authority,
    actor: Actor,
    command: DeploymentCommand,
) -> Outcome {
    outcome(try_execute(authority, actor, command).await)
}

async fn try_execute(
    authority: &Authority,
    actor: Actor,
    command: DeploymentCommand,
) -> Result<Vec<Field>, Problem> {
    match command.deployment {
        DeploymentAct::ListAssertionKeys => {}
        DeploymentAct::RotateAssertionKey { take_over } => {
            let requester = Requester { account: AccountNumber::NONE, actor, origin: None };
            authority.rotate_assertion_key(&requester, take_over.into()).await?;
        }
    }
    let keys = authority.assertion_keys().await?;
    Ok(keys.iter().map(|key| Field::new(&key.key_id, &described(key))).collect())
}

fn described(key: &PublishedKey) -> String {
    let PublishedKey { number, state, signs_from, until, .. } = key;
    let what = match state {
        AssertionKeyState::Next => format!("key {number}, next: signs from {signs_from}"),
        AssertionKeyState::Current => format!("key {number}, current: signs since {signs_from}"),
        AssertionKeyState::Retired => format!("key {number}, retired: signs no more"),
    };
    match until {
        Some(until) => format!("{what}, published until {until}"),
        None => what,
    }
}
