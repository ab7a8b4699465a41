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

pub(super) struct Load {
    connections: Vec<TcpStream>,
}

/// What a round took.
pub(super) struct Run {
    pub(super) took: Duration,
    /// How long the client was busy meanwhile. Less than all of it: the server was waited for.
    pub(super) client: Duration,
}

impl Load {
    pub(super) fn connect(address: SocketAddr) -> Result<Self> {
        let connect = |_| {
            let connection = TcpStream::connect(address)?;
            connection.set_nodelay(true)?;
            connection.set_read_timeout(Some(PATIENCE))?;
            Ok(connection)
        };
        Ok(Self { connections: (0..CONNECTIONS).map(connect).collect::<Result<_>>()? })
    }

    /// Sends all of them; every answer must be 200.
    pub(super) fn run(&mut self, messages: &Messages) -> Result<Run> {
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
pub(crate) fn check_answer(connection: &mut TcpStream) -> Result<()> {
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
