//! `countersign assertion-key ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::{Map, Value, json};

use super::{Ask, Place, reach, shown};
use countersign_caller::terminal;

const PATH: &str = "/assertion-keys";

/// `countersign assertion-key ...`
#[derive(Subcommand)]
pub(crate) enum AssertionKeyCommand {
    /// Show the published keys and what each is for
    List(ListAssertionKeys),
    /// Have a new key sign: published at once, it signs ten minutes later, when all upstreams know
    /// it
    Rotate(RotateAssertionKey),
}

#[derive(Args)]
pub(crate) struct ListAssertionKeys {
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(crate) struct RotateAssertionKey {
    /// Sign with it at once: upstreams that don't look again for an unknown key refuse assertions
    /// for up to five minutes
    #[arg(long)]
    now: bool,
    /// Somebody else may know a key: sign with a new one at once, and withdraw all others at once
    #[arg(long, conflicts_with = "now")]
    compromised: bool,
    #[command(flatten)]
    place: Place,
}

impl AssertionKeyCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let (place, ask) = match self {
            Self::List(ListAssertionKeys { place }) => (place, Ask::get(PATH)),
            Self::Rotate(RotateAssertionKey { now, compromised, place }) => {
                let take_over = match (now, compromised) {
                    (_, true) => "alone",
                    (true, false) => "at-once",
                    (false, false) => "after-overlap",
                };
                let body = json!({ "take_over": take_over });
                (place, Ask::new(Method::POST, PATH).with(&body)?)
            }
        };
        let mut desk = place.open().await?;
        let answer = desk.send(ask).await?;
        if let Some(code) = desk.refused(&answer) {
            return Ok(code);
        }
        let mut keys = reach::value(&answer)?;
        if !desk.json {
            keys = described(&keys["keys"]);
        }
        let text = if desk.json { shown::json(&keys) } else { shown::fields(&keys, &[]) };
        terminal::say(&text);
        Ok(ExitCode::SUCCESS)
    }
}

/// Each key's id, and in words what the key is for.
fn described(keys: &Value) -> Value {
    let text = |key: &Value, name: &str| key[name].as_str().unwrap_or_default().to_owned();
    let describe = |key: &Value| {
        let (number, from) = (&key["key"], text(key, "signs_from"));
        let what = match text(key, "state").as_str() {
            "next" => format!("key {number}, next: signs from {from}"),
            "current" => format!("key {number}, current: signs since {from}"),
            state => format!("key {number}, {state}: signs no more"),
        };
        let until = key["until"].as_str().map(|until| format!(", published until {until}"));
        (text(key, "key_id"), Value::from(what + &until.unwrap_or_default()))
    };
    keys.as_array().into_iter().flatten().map(describe).collect::<Map<_, _>>().into()
}
