//! The client whose requests are right: one connection, one request at a time, at a steady rate.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::GOOD_RATE;
use crate::gate::load::{check_answer, connect};
use crate::gate::messages::Messages;

pub(super) struct Good(TcpStream);

impl Good {
    pub(super) fn connect(address: SocketAddr) -> Result<Self> {
        Ok(Self(connect(address)?))
    }

    /// Microseconds that each took. A request that waits for the one before it counts from when it
    /// was due.
    pub(super) fn run(&mut self, messages: &Messages) -> Result<Vec<f64>> {
        let mut took = Vec::with_capacity(messages.len());
        let mut due = Instant::now();
        for message in messages.iter() {
            due += Duration::from_secs(1) / GOOD_RATE as u32;
            let early = due.saturating_duration_since(Instant::now());
            sleep(early);
            let began = if early.is_zero() { due } else { Instant::now() };
            self.0.write_all(message)?;
            check_answer(&mut self.0)?;
            took.push(began.elapsed().as_secs_f64() * 1e6);
        }
        Ok(took)
    }
}
