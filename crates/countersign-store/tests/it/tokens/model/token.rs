//! A token as the model has it.

use countersign_model::Breach;

const DAY: i64 = 24 * 60 * 60;
/// A secret without end.
pub(super) const ALWAYS: i64 = i64::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Active,
    Inactive,
    Revoked,
    /// Deleted with its entity.
    Gone,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) integration: u32,
    pub(super) entity: u32,
    pub(super) role: u32,
    pub(super) state: State,
    pub(super) ends: Option<i64>,
    pub(super) is_elsewhere: bool,
    /// Secrets that were ever made, and until when each works; the last works without end.
    pub(super) secrets: Vec<i64>,
    pub(super) secret_since: i64,
    pub(super) awake_since: i64,
    pub(super) used: Option<i64>,
    pub(super) idle_days: Option<u16>,
    /// It has run out, for that.
    pub(super) lapsed: Option<Breach>,
}

/// A token's row: state, end, days of rest, and why it has run out.
type Row = (&'static str, Option<i64>, Option<u16>, Option<Breach>);

impl Token {
    /// Whether it is in the record at all.
    pub(super) fn is_there(&self) -> bool {
        self.state != State::Gone
    }

    pub(super) fn is_for_good(&self) -> bool {
        matches!(self.state, State::Revoked | State::Gone)
    }

    pub(super) fn has_ended(&self, now: i64) -> bool {
        self.lapsed.is_some() || self.ends.is_some_and(|end| end <= now)
    }

    pub(super) fn is_too_old(&self, days: u16, now: i64) -> bool {
        self.secret_since + i64::from(days) * DAY < now
    }

    /// Rest begins with the making of the token, its last use or its waking.
    pub(super) fn has_rested(&self, days: u16, now: i64) -> bool {
        let since = self.used.map_or(self.awake_since, |used| used.max(self.awake_since));
        since + i64::from(days) * DAY < now
    }

    pub(super) fn wake(&mut self, now: i64) {
        self.state = State::Active;
        if self.lapsed.take().is_some() {
            self.awake_since = now;
        }
    }

    /// It has a new secret: who was too old isn't any more, who has rested has.
    pub(super) fn renewed(&mut self, now: i64) {
        self.secret_since = now;
        self.lapsed = self.lapsed.filter(|why| *why == Breach::Idle);
    }

    pub(super) fn row(&self) -> Option<Row> {
        let state = match self.state {
            State::Active => "active",
            State::Inactive => "inactive",
            State::Revoked => "revoked",
            State::Gone => return None,
        };
        Some((state, self.ends, self.idle_days, self.lapsed))
    }
}
