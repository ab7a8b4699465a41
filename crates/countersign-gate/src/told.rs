//! Log lines on what may happen with every request: one now and then, and how many were left out.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// A line is written at most so often.
const EVERY: Duration = Duration::from_secs(10);

/// When a line was written last, and how many have been left out since.
#[derive(Default)]
pub(crate) struct Told(Mutex<(Option<Instant>, u64)>);

impl Told {
    /// Whether one is written now: then with the number of those that were left out before it.
    pub(crate) fn next(&self) -> Option<u64> {
        let mut told = self.0.lock().unwrap_or_else(|held| held.into_inner());
        let (last, untold) = &mut *told;
        if last.is_some_and(|last| last.elapsed() < EVERY) {
            *untold += 1;
            return None;
        }
        *last = Some(Instant::now());
        Some(std::mem::take(untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_happens_often_is_told_now_and_then_with_a_count() {
        let told = Told::default();
        assert_eq!(told.next(), Some(0));
        assert_eq!([told.next(), told.next()], [None, None]);
        tokio::time::advance(EVERY).await;
        assert_eq!(told.next(), Some(2));
        assert_eq!(told.next(), None);
    }
}
