//! Whether a server lives: by asking it, and by what becomes of requests to it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use http::uri::PathAndQuery;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::remote::Remote;

/// How a server is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// What is asked for by `GET`; a status of 2xx or 3xx means well. Without a signature, without
    /// an identity.
    pub path: PathAndQuery,
    /// How often.
    pub interval: Duration,
    /// How long the answer may take.
    pub timeout: Duration,
}

/// So many answers in a row that are missing or bad make a server sick. One good one heals it.
const SICK_AFTER: u32 = 2;
/// How long a server that can't be connected to is left alone, unless it answers a question before.
const LEFT_ALONE: Duration = Duration::from_secs(5);

/// The health of one server.
#[derive(Default)]
pub(crate) struct Health {
    is_sick: AtomicBool,
    failures: AtomicU32,
    left_alone_until: Mutex<Option<Instant>>,
}

impl Health {
    pub(crate) fn is_well(&self) -> bool {
        if self.is_sick.load(Ordering::Relaxed) {
            return false;
        }
        let until = *self.left_alone_until.lock().unwrap_or_else(|held| held.into_inner());
        until.is_none_or(|until| Instant::now() >= until)
    }

    /// A request could not be sent. Who is asked is left alone as well: the next question may be
    /// an hour away.
    pub(super) fn was_unreachable(&self) {
        self.leave_alone_until(Some(Instant::now() + LEFT_ALONE));
    }

    fn leave_alone_until(&self, until: Option<Instant>) {
        *self.left_alone_until.lock().unwrap_or_else(|held| held.into_inner()) = until;
    }

    /// Whether that changed something.
    fn note(&self, answered: bool) -> bool {
        if answered {
            self.failures.store(0, Ordering::Relaxed);
            self.leave_alone_until(None);
            self.is_sick.swap(false, Ordering::Relaxed)
        } else {
            let failures = self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            failures >= SICK_AFTER && !self.is_sick.swap(true, Ordering::Relaxed)
        }
    }
}

/// Asks until it is aborted.
pub(super) async fn watch(server: Arc<Remote>, check: HealthCheck) {
    let mut turns = interval(check.interval);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        let answer = server.ask(&check.path, check.timeout).await;
        if server.health().note(answer.is_ok()) {
            match answer {
                Ok(()) => {
                    tracing::info!(server = server.host(), "an upstream server is well again");
                }
                Err(why) => tracing::warn!(
                    server = server.host(),
                    why,
                    "an upstream server is sick: it gets requests only where no other is well; see \
                     whether it runs, and health_path is right"
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_server_that_can_not_be_connected_to_is_left_alone_until_it_answers_a_question() {
        let health = Health::default();
        assert!(health.is_well());
        health.was_unreachable();
        assert!(!health.is_well(), "before anybody has asked");
        assert!(!health.note(true), "it was never sick");
        assert!(health.is_well());
        health.was_unreachable();
        tokio::time::advance(LEFT_ALONE).await;
        assert!(health.is_well(), "where nobody asks, it is tried again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_sick_server_stays_so_until_it_answers_however_long_it_was_left_alone() {
        let health = Health::default();
        assert_eq!(
            [health.note(false), health.note(false), health.note(false)],
            [false, true, false]
        );
        health.was_unreachable();
        tokio::time::advance(2 * LEFT_ALONE).await;
        assert!(!health.is_well());
        assert!(health.note(true));
        assert!(health.is_well());
    }
}
