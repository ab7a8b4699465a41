//! Whether a server lives: by asking it, and by what becomes of requests to it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use http::uri::PathAndQuery;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::remote::Remote;

/// How a server is asked.
#[derive(Clone, Debug)]
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
/// How long a server that can't be connected to is left alone, where nobody asks it.
const LEFT_ALONE: Duration = Duration::from_secs(5);

/// The health of one server.
pub(crate) struct Health {
    is_sick: AtomicBool,
    failures: AtomicU32,
    is_asked: bool,
    left_alone_until: Mutex<Option<Instant>>,
}

impl Health {
    pub(super) fn new(is_asked: bool) -> Self {
        Self {
            is_sick: AtomicBool::new(false),
            failures: AtomicU32::new(0),
            is_asked,
            left_alone_until: Mutex::new(None),
        }
    }

    pub(crate) fn is_well(&self) -> bool {
        if self.is_asked {
            return !self.is_sick.load(Ordering::Relaxed);
        }
        let until = *self.left_alone_until.lock().unwrap_or_else(|held| held.into_inner());
        until.is_none_or(|until| Instant::now() >= until)
    }

    /// A request could not be sent.
    pub(super) fn was_unreachable(&self) {
        let until = Instant::now() + LEFT_ALONE;
        *self.left_alone_until.lock().unwrap_or_else(|held| held.into_inner()) = Some(until);
    }

    /// Whether that changed something.
    fn note(&self, answered: bool) -> bool {
        if answered {
            self.failures.store(0, Ordering::Relaxed);
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
                    "an upstream server is sick: it gets requests only where no other is well"
                ),
            }
        }
    }
}
