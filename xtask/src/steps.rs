//! The steps of a task: what each took, and which failed.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::supervisor::Interrupted;

#[derive(Default)]
pub(crate) struct Steps {
    taken: Vec<Step>,
}

struct Step {
    name: String,
    took: Duration,
    passed: bool,
}

impl Steps {
    /// A step that the rest needs: an error ends the task.
    pub(crate) fn require<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("== {name}");
        let began = Instant::now();
        let outcome = step();
        let took = began.elapsed();
        eprintln!("== {name}: {:.1} s", took.as_secs_f64());
        self.taken.push(Step { name: name.to_owned(), took, passed: outcome.is_ok() });
        outcome
    }

    /// A step whose failure is remembered while the others go on; an interruption ends the task.
    pub(crate) fn attempt(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        match self.require(name, step) {
            Err(error) if error.is::<Interrupted>() => Err(error),
            Err(error) => {
                eprintln!("{error:#}");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Prints what each step took; whether all of them passed.
    pub(crate) fn summary(&self) -> bool {
        eprintln!();
        for step in &self.taken {
            let verdict = if step.passed { "" } else { "  FAILED" };
            eprintln!("{:>8.1} s  {}{verdict}", step.took.as_secs_f64(), step.name);
        }
        self.taken.iter().all(|step| step.passed)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_failed_attempt_lets_the_others_run_and_fails_the_task() {
        let mut steps = Steps::default();
        assert!(steps.attempt("fails", || Err(anyhow!("no"))).is_ok());
        assert_eq!(steps.require("passes", || Ok(1)).unwrap(), 1);
        assert!(!steps.summary());
    }
}
