//! Log lines on what may happen with every request: of each cause one now and then, with how many
//! were left out before it, and one example.
//!
//! Nothing in them was written by a stranger, and what is remembered is bounded: one time and one
//! count for each cause. What belongs to one upstream server is counted there.

mod cause;

use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use countersign_verify::Refused;
use tokio::time::Instant;
use tracing::Level;

pub(crate) use cause::Cause;
use cause::Words;

/// A line on one cause is written at most so often.
const EVERY: Duration = Duration::from_secs(10);

/// When a line on each cause was written last.
pub(crate) struct Notices(Vec<Mutex<Told>>);

/// When a line was written last, and how many have been left out since.
#[derive(Default)]
struct Told {
    last: Option<Instant>,
    left_out: u64,
}

/// An example of a cause: as much as is known of it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Example<'e> {
    /// The client's address, or that of the peer who speaks for it.
    pub(crate) source: Option<IpAddr>,
    pub(crate) account: Option<u32>,
    pub(crate) token: Option<u32>,
    /// Host and port.
    pub(crate) upstream: Option<&'e str>,
    /// How many there may be.
    pub(crate) limit: Option<usize>,
    /// More precisely, in words of ours or of a library.
    pub(crate) why: Option<&'e str>,
}

impl Example<'_> {
    pub(crate) fn from(source: IpAddr) -> Self {
        Self { source: Some(source.to_canonical()), ..Self::default() }
    }
}

impl Default for Notices {
    fn default() -> Self {
        Self(Cause::ALL.iter().map(|_| Mutex::default()).collect())
    }
}

impl Notices {
    /// Writes a line on a cause, unless one was written just now.
    pub(crate) fn tell(&self, cause: Cause, example: &Example<'_>) {
        if let Some(left_out) = self.turn(cause) {
            write(&cause.words(), example, left_out);
        }
    }

    /// The same for what is refused at the door of the verdict.
    pub(crate) fn tell_refused(&self, refused: &Refused, source: IpAddr) {
        let Some(cause) = Cause::of(refused.refusal) else { return };
        let token = refused.named.token;
        let account = token.map(|(account, _)| account.0);
        let token = token.map(|(_, number)| number.0);
        self.tell(cause, &Example { account, token, ..Example::from(source) });
    }

    /// Whether a line is written now: then with the number of those that were left out before it.
    fn turn(&self, cause: Cause) -> Option<u64> {
        let told = self.0.get(cause as usize)?;
        let mut told = told.lock().unwrap_or_else(|held| held.into_inner());
        if told.last.is_some_and(|last| last.elapsed() < EVERY) {
            told.left_out += 1;
            return None;
        }
        told.last = Some(Instant::now());
        Some(std::mem::take(&mut told.left_out))
    }
}

fn write(words: &Words, example: &Example<'_>, left_out: u64) {
    let Words { level, code, what, advice } = *words;
    let Example { source, account, token, upstream, limit, why } = *example;
    let source = source.map(tracing::field::display);
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                cause = code,
                source,
                account,
                token,
                upstream,
                limit,
                why,
                left_out,
                "{what}: {advice}"
            )
        };
    }
    match level {
        Level::ERROR => line!(error),
        Level::WARN => line!(warn),
        _ => line!(info),
    }
}

#[cfg(test)]
mod tests;
