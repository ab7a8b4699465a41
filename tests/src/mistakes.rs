//! Each code of a refusal, shown by name on a wrong request to `countersign dev`.
//!
//! Belongs here: making every request of the [`table`](table::ROWS) and comparing what is said.
//! Does not: what is wrong with a request (`tests/clients`), in which state the record is (see
//! `stage`).

mod prepare;
mod stage;
mod table;

use std::fmt;

use countersign_signing::diagnose::Code;
use serde_json::{Value, json};

use crate::{Answered, Outcome, Script};
use stage::Stage;
use table::{By, NOT_SHOWN, ROWS, Row};

/// How often a request is made until it is named. An answer waits at most 50 ms for its diagnosis:
/// on a busy machine the search may need another try.
const TRIES: usize = 20;

/// What came of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that were named as they should be.
    pub passed: usize,
    /// Rows that were not.
    pub failed: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Starts a stand-in, makes every wrong request, and tells `say` a line for each.
pub fn show(say: &mut dyn FnMut(&str)) -> Tally {
    let mut stage = Stage::furnished();
    let mut clients = Clients::start();
    let mut tally = Tally::default();
    for row in ROWS {
        if row.by == By::Damage {
            stage.damage_replay_journal();
            continue;
        }
        match check(row, &stage, &mut clients) {
            Ok(line) => {
                tally.passed += 1;
                say(&format!("ok      {line}"));
            }
            Err(line) => {
                tally.failed += 1;
                say(&format!("FAILED  {line}"));
            }
        }
    }
    tally
}

/// Codes that neither a row shows nor a reason excuses, and excuses that are not needed.
pub fn gaps() -> Vec<String> {
    let shown = |code: &str| ROWS.iter().any(|row| row.code.split('+').any(|it| it == code));
    let excused = |code: &str| NOT_SHOWN.iter().any(|(it, why)| *it == code && !why.is_empty());
    let names = Code::all().map(Code::as_str);
    let gaps = names.filter(|code| shown(code) == excused(code)).map(str::to_owned);
    let unknown = ROWS.iter().flat_map(|row| row.code.split('+'));
    let unknown = unknown.filter(|code| !code.is_empty() && Code::parse(code).is_none());
    gaps.chain(unknown.map(str::to_owned)).collect()
}

struct Clients {
    oauthlib: Script,
    by_hand: Script,
    oauth1a: Script,
}

impl Clients {
    fn start() -> Self {
        Self {
            oauthlib: Script::python("mistaken_calls.py"),
            by_hand: Script::python("mistakes_by_hand.py"),
            oauth1a: Script::node("mistaken_calls.mjs"),
        }
    }

    fn ask(&mut self, row: &Row, stage: &Stage) -> Outcome {
        let (script, mistake) = match row.by {
            By::Oauthlib(mistake) => (&mut self.oauthlib, mistake),
            By::Hand(mistake) => (&mut self.by_hand, mistake),
            By::Oauth1a(mistake) => (&mut self.oauth1a, mistake),
            By::Damage => unreachable!("it is no request"),
        };
        let mut question: Value = stage.question(row.who);
        question["mistake"] = json!(mistake);
        script.ask(&question)
    }
}

fn check(row: &Row, stage: &Stage, clients: &mut Clients) -> Result<String, String> {
    let mut last = String::new();
    for _ in 0..TRIES {
        match clients.ask(row, stage) {
            Err(error) => return Err(format!("{:<40} {error}", row.code)),
            Ok(answered) => {
                if let Some(secret) = stage.secret_in(&format!("{answered:?}")) {
                    return Err(format!("{:<40} the answer holds the {secret}", row.code));
                }
                let fault = fault(row, &answered);
                let Some(fault) = fault else { return Ok(line(row)) };
                last = fault;
            }
        }
    }
    Err(format!("{} but {last}", line(row)))
}

fn line(row: &Row) -> String {
    let Row { code, by, status, detail, .. } = row;
    let code = if code.is_empty() { "(no mistake)" } else { code };
    format!("{code:<40} {status} {detail:<34} by {by}")
}

fn fault(row: &Row, answered: &Answered) -> Option<String> {
    let header = |name: &str| answered.header(name).unwrap_or_default();
    let (detail, code) = (header("countersign-detail"), header("countersign-diagnosis"));
    let explanation = header("countersign-explanation");
    let is_explained = row.code.is_empty() || !explanation.is_empty();
    let is_explained = is_explained && explanation.contains(row.says);
    if (answered.status, detail, code) == (row.status, row.detail, row.code) && is_explained {
        return None;
    }
    Some(format!("it was {} {detail} {code}: {explanation:?}", answered.status))
}
