//! What is concluded from a folder at a start: is everything known that was admitted?
//!
//! If it is, all records are in memory and nothing is refused. If it isn't, the *boundary* is the
//! last second that may have been admitted, and it is on disk before the first request: a second
//! start must not take the same folder for a whole one.

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use countersign_model::Timestamp;

use super::folder::Folder;
use super::journal::reload::{Damage, Reload};
use super::journal::{self, FileName, Journal, MINUTE, minute_of};
use super::mark::{Found, Mark, State};
use super::seconds::{Seconds, width, window};
use super::{BootId, JournaledUse, ReplayFault, ReplayKey, Settings};

/// What a start has found.
#[derive(Clone, Debug)]
pub struct Recovery {
    /// Uses read from the journal.
    pub records: usize,
    /// Those of them since the time that was asked for, in no order; at most a million. None where
    /// there is a boundary that this start has set.
    pub uses: Vec<JournaledUse>,
    /// Seconds up to here are refused; none: nothing is refused, or it has left the window.
    pub boundary: Option<i64>,
    /// Why there is a boundary.
    pub reason: Option<BoundaryReason>,
    /// Seconds below are refused. Above `now`: the clock was ahead when requests were admitted.
    pub floor: i64,
}

/// Why it can't be known what was admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoundaryReason {
    /// The machine was started anew: the last records may not have reached the disk.
    OtherBoot,
    /// A file isn't what was written.
    Damaged(String),
    /// A file that must be there isn't.
    Missing,
    /// An earlier start of this boot has set it.
    Standing,
}

/// Why not everything is known, and up to where.
struct Doubt {
    reason: BoundaryReason,
    limit: Limit,
}

enum Limit {
    Mark,
    /// The mark can't be relied on.
    Clock,
}

struct Start<'s> {
    dir: &'s Path,
    key: &'s ReplayKey,
    settings: &'s Settings,
    boot: BootId,
    now: i64,
    uses_since: Timestamp,
    names: Vec<FileName>,
}

pub(super) fn recover(
    dir: &Path,
    key: &ReplayKey,
    settings: &Settings,
    boot: BootId,
    now: i64,
    uses_since: Timestamp,
) -> Result<(Seconds, Folder, Recovery), ReplayFault> {
    let names = journal::list(dir).map_err(ReplayFault::io("list the replay journal"))?;
    let found = Mark::read(dir, key).map_err(ReplayFault::io("read the replay mark"))?;
    let start = Start { dir, key, settings, boot, now, uses_since, names };
    let (state, doubt) = start.judge(&found);
    start.finish(state, doubt)
}

impl Start<'_> {
    fn judge(&self, found: &Found) -> (State, Option<Doubt>) {
        let clock = |reason| Some(Doubt { reason, limit: Limit::Clock });
        let mark = |reason| Some(Doubt { reason, limit: Limit::Mark });
        let state = match found {
            Found::Whole(state) => *state,
            Found::Missing => return (State::FRESH, clock(BoundaryReason::Missing)),
            Found::Damaged => return (State::FRESH, clock(damaged("the mark"))),
        };
        let doubt = if self.newest().is_some_and(|minute| minute > minute_of(state.mark)) {
            clock(damaged(OLDER_MARK))
        } else if state.mark == i64::MIN {
            None
        } else if state.boot != self.boot {
            mark(BoundaryReason::OtherBoot)
        } else if self.misses_journal(&state) {
            mark(BoundaryReason::Missing)
        } else {
            None
        };
        (state, doubt)
    }

    fn finish(
        &self,
        mut state: State,
        mut doubt: Option<Doubt>,
    ) -> Result<(Seconds, Folder, Recovery), ReplayFault> {
        state.floor = state.floor.max(self.floor_by_journal());
        let mut seconds = Seconds::new(self.settings, state.floor);
        let mut uses = Vec::new();
        if doubt.is_none() {
            match self.reload(&state, &seconds) {
                Ok(known) => uses = known,
                Err(damage) => {
                    doubt = Some(damage.into());
                    seconds = Seconds::new(self.settings, state.floor);
                }
            }
        }
        if let Some(doubt) = &doubt {
            state.boundary = state.boundary.max(self.limit(&state, &doubt.limit));
            state.mark = state.mark.max(state.boundary);
        }
        state.boot = self.boot;
        let mark = Mark::begin(self.dir, self.key, state, self.settings.mark_step)
            .map_err(ReplayFault::io("write the replay mark"))?;
        let journal = Journal::new(self.dir, self.settings, self.boot, &self.names);
        let cleared = match doubt {
            // All of it is below the boundary, which is on disk now.
            Some(_) => journal::unlink(self.dir, self.names.iter().copied()),
            None => journal.unlink_below(state.floor),
        };
        cleared.map_err(ReplayFault::io("remove old journal files"))?;
        let mut recovery = self.report(seconds.budget().held(), &state, doubt);
        recovery.uses = uses;
        Ok((seconds, Folder::new(state.boundary, mark, journal), recovery))
    }

    fn reload(&self, state: &State, seconds: &Seconds) -> Result<Vec<JournaledUse>, Damage> {
        let State { mark, boundary, .. } = *state;
        let (dir, key, boot) = (self.dir, self.key, self.boot);
        let needed = self.names.iter().copied();
        let needed: Vec<_> =
            needed.filter(|name| !journal::ends_by(name.minute, state.floor)).collect();
        let (uses_since, uses) = (self.uses_since, Mutex::default());
        let reload = Reload { dir, key, boot, mark, boundary, into: seconds, uses_since, uses };
        reload.read(&needed)?;
        Ok(reload.uses.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn report(&self, records: usize, state: &State, doubt: Option<Doubt>) -> Recovery {
        let in_window = state.boundary >= self.now.saturating_sub(window(self.settings));
        let reason = doubt.map_or(BoundaryReason::Standing, |doubt| doubt.reason);
        Recovery {
            records,
            uses: Vec::new(),
            boundary: in_window.then_some(state.boundary),
            reason: in_window.then_some(reason),
            floor: state.floor,
        }
    }

    fn limit(&self, state: &State, limit: &Limit) -> i64 {
        let by_journal =
            self.newest().map_or(i64::MIN, |minute| start_of(minute).saturating_add(MINUTE - 1));
        let by_clock = self.now.saturating_add(window(self.settings));
        match limit {
            Limit::Mark => state.mark,
            Limit::Clock => state.mark.max(by_clock).max(by_journal),
        }
    }

    /// The mark was raised for a second whose minute has no file, though it can't be swept yet.
    /// (Or the process died between the two: then this is too careful.)
    fn misses_journal(&self, state: &State) -> bool {
        let second = state.raised_for;
        let minute = minute_of(second);
        second > state.boundary
            && !journal::ends_by(minute, state.floor)
            && self.names.iter().all(|name| name.minute != minute)
    }

    /// A file was begun for a second that was inside the window then. (Not the clock of now: it
    /// may be wrong until it is set, and the floor never falls.)
    fn floor_by_journal(&self) -> i64 {
        self.newest()
            .map_or(i64::MIN, |minute| start_of(minute).saturating_sub(width(self.settings)))
    }

    fn newest(&self) -> Option<i64> {
        self.names.iter().map(|name| name.minute).max()
    }
}

const OLDER_MARK: &str = "the mark is older than the journal";

fn damaged(what: &str) -> BoundaryReason {
    BoundaryReason::Damaged(what.to_owned())
}

fn start_of(minute: i64) -> i64 {
    minute.saturating_mul(MINUTE)
}

impl From<Damage> for Doubt {
    fn from(damage: Damage) -> Self {
        match damage {
            Damage::File(what) => {
                Self { reason: BoundaryReason::Damaged(what), limit: Limit::Mark }
            }
            Damage::AboveMark => Self { reason: damaged(OLDER_MARK), limit: Limit::Clock },
        }
    }
}

impl fmt::Display for BoundaryReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherBoot => f.write_str("the machine was started anew"),
            Self::Damaged(what) => write!(f, "the replay journal is damaged: {what}"),
            Self::Missing => {
                f.write_str("the replay memory was renewed, or a part of it is missing")
            }
            Self::Standing => f.write_str("an earlier start has set it"),
        }
    }
}
