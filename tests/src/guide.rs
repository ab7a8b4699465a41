//! The setup guide, asserted sentence by sentence: through the command line, and again through the
//! JSON API, of one server with an upstream behind it.
//!
//! Belongs here: making every check, and counting. Does not: the sentences (`statements`), what
//! is asserted (`checks`), how something is asked for (`acts`, `doors`), who asks (`stage`), what
//! the gate says to a signed request (`gate`).

mod acts;
mod checks;
mod doors;
mod gate;
mod stage;
mod statements;
mod walk;

use std::fmt;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use checks::{Check, all};
use doors::Door;
use stage::Stage;
use statements::{LEFT_OUT, statements};
use walk::Walk;

/// What came of the guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Checks that held, each counted once for each door.
    pub passed: usize,
    /// Checks that did not.
    pub failed: usize,
    /// Statements that are left out, each with its reason.
    pub left_out: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, left_out } = self;
        writeln!(f, "{left_out} left out, each with its reason above")?;
        write!(f, "{passed} passed, {failed} failed")
    }
}

/// Starts a server, makes every check through both doors, and tells `say` a line for each.
pub fn show(say: &mut dyn FnMut(&str)) -> Tally {
    let stage = Stage::furnished();
    let doors = stage.doors();
    let mut tally = Tally::default();
    for statement in statements() {
        say(&format!("{:>2}. {}", statement.number, statement.sentence));
        if let Some((_, reason)) = LEFT_OUT.iter().find(|(it, _)| *it == statement.number) {
            tally.left_out += 1;
            say(&format!("    left out       {reason}"));
        }
        for check in all().filter(|check| check.statement == statement.number) {
            for line in made(check, &stage, &doors, &mut tally) {
                say(&format!("    {line}"));
            }
        }
    }
    tally
}

/// How a check ended.
enum Outcome {
    Held,
    Failed(String),
}

/// Makes a check through each door, and gives the lines about it.
fn made(check: &Check, stage: &Stage, doors: &[Box<dyn Door>], tally: &mut Tally) -> Vec<String> {
    let outcomes = doors.iter().map(|door| (door.name(), outcome(check, stage, &**door)));
    let outcomes: Vec<(&str, Outcome)> = outcomes.collect();
    let sentence = check.sentence;
    let line = |(door, outcome)| match outcome {
        Outcome::Held => {
            tally.passed += 1;
            format!("ok        {door}  {sentence}")
        }
        Outcome::Failed(why) => {
            tally.failed += 1;
            format!("FAILED    {door}  {sentence}: {why}")
        }
    };
    outcomes.into_iter().map(line).collect()
}

/// A check that does not hold must not keep the others from being made.
fn outcome(check: &Check, stage: &Stage, door: &dyn Door) -> Outcome {
    static WHY: Mutex<Option<String>> = Mutex::new(None);
    let before = panic::take_hook();
    panic::set_hook(Box::new(|panic| *WHY.lock().unwrap() = Some(panic.to_string())));
    let held = catch_unwind(AssertUnwindSafe(|| (check.run)(&Walk::new(stage, door))));
    panic::set_hook(before);
    if held.is_ok() {
        return Outcome::Held;
    }
    Outcome::Failed(WHY.lock().unwrap().take().unwrap_or_default().replace('\n', " "))
}

/// Statements that have neither a check nor a reason, and reasons and checks of no statement.
pub fn gaps() -> Vec<String> {
    let numbers: Vec<u8> = statements().map(|it| it.number).collect();
    let reason =
        |number: u8| LEFT_OUT.iter().any(|(it, reason)| *it == number && !reason.is_empty());
    let check = |number: u8| all().any(|check| check.statement == number);
    let bare = numbers.iter().filter(|number| !check(**number) && !reason(**number));
    let named = LEFT_OUT.iter().map(|(it, _)| *it).chain(all().map(|check| check.statement));
    let unknown = named.filter(|number| !numbers.contains(number));
    let empty = all().filter(|it| it.sentence.is_empty());
    bare.map(|number| format!("statement {number} has neither a check nor a reason"))
        .chain(unknown.map(|number| format!("there is no statement {number}")))
        .chain(empty.map(|it| format!("a check of {} says nothing", it.statement)))
        .collect()
}
