//! Each code of a refusal, shown by name on a wrong request to `countersign dev`.
//!
//! Belongs here: making every request of the [`table`](table::ROWS) and comparing what is said.
//! Does not: what is wrong with a request (`tests/clients`), in which state the record is (see
//! `stage`).

mod prepare;
mod stage;
mod table;

use std::fmt;
use std::thread::{self, JoinHandle};

use countersign_signing::diagnose::Code;
use serde_json::{Value, json};

use crate::{Answered, Outcome, Script, Told, few_are_late, late};
use stage::Stage;
use table::{By, NOT_SHOWN, ROWS, Row};

/// What came of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that were named as they should be.
    pub passed: usize,
    /// Rows that were not.
    pub failed: usize,
    /// Answers that came before their explanation, which was waited for.
    pub late: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, late } = self;
        write!(f, "{passed} passed, {failed} failed, {late} answered before their explanation")
    }
}

/// Starts a stand-in, makes every wrong request, and tells `say` a line for each.
pub fn show(say: &mut dyn FnMut(&str)) -> Tally {
    let mut stage = Stage::furnished();
    let mut clients = Clients::start(&stage);
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
    tally.late = late();
    if let Err(why) = few_are_late() {
        tally.failed += 1;
        say(&format!("FAILED  {why}"));
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
    slow: Vec<(&'static str, JoinHandle<Outcome>)>,
}

impl Clients {
    /// Those that take long begin at once.
    fn start(stage: &Stage) -> Self {
        let slow = ROWS.iter().filter_map(|row| {
            let By::Slowly(mistake) = row.by else { return None };
            let mut question = stage.question(row.who);
            question["mistake"] = json!(mistake);
            let ask = move || Script::python("mistakes_by_hand.py").ask(&question);
            Some((mistake, thread::spawn(ask)))
        });
        Self {
            slow: slow.collect(),
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
            By::Slowly(mistake) => {
                let at = self.slow.iter().position(|(it, _)| *it == mistake).unwrap();
                return self.slow.swap_remove(at).1.join().unwrap();
            }
            By::Damage => unreachable!("it is no request"),
        };
        let mut question: Value = stage.question(row.who);
        question["mistake"] = json!(mistake);
        script.ask(&question)
    }
}

fn check(row: &Row, stage: &Stage, clients: &mut Clients) -> Result<String, String> {
    let answered = match clients.ask(row, stage) {
        Ok(answered) => answered,
        Err(error) => return Err(format!("{:<40} {error}", row.code)),
    };
    let told = Told::of(stage.address(), &answered);
    if let Some(secret) = stage.secret_in(&format!("{answered:?} {told:?}")) {
        return Err(format!("{:<40} the answer holds the {secret}", row.code));
    }
    match fault(row, &answered, &told) {
        None => Ok(line(row)),
        Some(fault) => Err(format!("{} but {fault}", line(row))),
    }
}

fn line(row: &Row) -> String {
    let Row { code, by, status, detail, .. } = row;
    let code = if code.is_empty() { "(no mistake)" } else { code };
    format!("{code:<40} {status} {detail:<34} by {by}")
}

fn fault(row: &Row, answered: &Answered, told: &Told) -> Option<String> {
    let detail = answered.header("countersign-detail").unwrap_or_default();
    let Told { codes, explanation } = told;
    let is_explained = row.code.is_empty() || !explanation.is_empty();
    let is_explained = is_explained && explanation.contains(row.says);
    if (answered.status, detail, &**codes) == (row.status, row.detail, row.code) && is_explained {
        return None;
    }
    Some(format!("it was {} {detail} {codes}: {explanation:?}", answered.status))
}
