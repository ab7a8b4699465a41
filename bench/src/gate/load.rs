//! The client: one thread, two system calls per request.
//!
//! Connections take turns. Each has one request under way, so the server always has as many to
//! choose from as there are connections, less one.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use super::messages::Messages;
use super::{CONNECTIONS, PATIENCE};
use crate::machine;

/// What both servers answer.
pub(super) const BODY: &str = "ok";

const END: &[u8] = b"\r\n\r\nok";

pub(crate) struct Load<S> {
    connections: Vec<S>,
}

/// What a round took.
pub(crate) struct Run {
    pub(crate) took: Duration,
    /// How long the client was busy meanwhile. Less than all of it: the server was waited for.
    pub(crate) client: Duration,
}

/// A connection that does not wait for ever.
pub(crate) fn connect(address: SocketAddr) -> Result<TcpStream> {
    let connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    Ok(connection)
}

impl<S: Read + Write> Load<S> {
    pub(crate) fn connect(connect: impl Fn() -> Result<S>) -> Result<Self> {
        Ok(Self { connections: (0..CONNECTIONS).map(|_| connect()).collect::<Result<_>>()? })
    }

    /// Sends them over one connection, each after the answer to the one before; microseconds.
    pub(crate) fn one_by_one(&mut self, messages: &Messages) -> Result<Vec<f64>> {
        let Some(connection) = self.connections.first_mut() else { return Ok(Vec::new()) };
        let mut took = Vec::with_capacity(messages.len());
        for message in messages.iter() {
            let began = Instant::now();
            connection.write_all(message)?;
            check_answer(connection)?;
            took.push(began.elapsed().as_secs_f64() * 1e6);
        }
        Ok(took)
    }

    /// Sends all of them; every answer must be 200.
    pub(crate) fn run(&mut self, messages: &Messages) -> Result<Run> {
        let began = Instant::now();
        let busy = machine::thread_time();
        let turns = self.connections.len();
        for (index, connection) in self.connections.iter_mut().enumerate() {
            if let Some(message) = messages.get(index) {
                connection.write_all(message)?;
            }
        }
        for index in 0..messages.len() {
            let connection = &mut self.connections[index % turns];
            check_answer(connection)?;
            if let Some(message) = messages.get(index + turns) {
                connection.write_all(message)?;
            }
        }
        Ok(Run { took: began.elapsed(), client: machine::thread_time().saturating_sub(busy) })
    }
}

/// Reads one answer, which must be 200.
pub(crate) fn check_answer(connection: &mut impl Read) -> Result<()> {
    let mut answer = [0; 1024];
    let mut length = 0;
    while !answer[..length].ends_with(END) {
        let read = connection.read(&mut answer[length..])?;
        if read == 0 {
            bail!("no answer, but {:?}", String::from_utf8_lossy(&answer[..length]));
        }
        length += read;
        ensure!(
            answer.starts_with(b"HTTP/1.1 200 "),
            "an answer other than 200: {:?}",
            String::from_utf8_lossy(&answer[..length])
        );
    }
    Ok(())
}
