//! The flood: requests that name what is known and are signed wrongly, on many connections from
//! many addresses of this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval_at};

use super::{WRONG_RATE, WRONG_REQUESTS};
use crate::gate::messages::Messages;

/// Each a /24 of its own, which is what the trail counts by.
pub(super) const NETWORKS: u8 = 64;
/// A refusal is answered 10 to 20 ms later, so as many have to be under way.
const CONNECTIONS: usize = 512;

pub(super) struct Flood {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Poured>>,
}

/// What has poured.
pub(super) struct Poured {
    /// Requests that were answered, a second.
    pub(super) rate: f64,
    /// Answers other than 401.
    pub(super) other_answers: u64,
}

struct Shared {
    messages: Messages,
    stop: Arc<AtomicBool>,
    answers: AtomicU64,
    others: AtomicU64,
}

impl Flood {
    pub(super) fn start(address: SocketAddr, messages: Messages) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let shared = Arc::new(Shared {
            messages,
            stop: Arc::clone(&stop),
            answers: AtomicU64::new(0),
            others: AtomicU64::new(0),
        });
        Self { stop, thread: thread::spawn(move || pour(address, &shared)) }
    }

    pub(super) fn stop(self) -> Result<Poured> {
        self.stop.store(true, Relaxed);
        match self.thread.join() {
            Ok(poured) => poured,
            Err(_) => bail!("the flood has panicked"),
        }
    }
}

fn pour(address: SocketAddr, shared: &Arc<Shared>) -> Result<Poured> {
    // The good client goes before, on the core that they share.
    rustix::process::setpriority_process(Some(rustix::thread::gettid()), 19)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connections = JoinSet::new();
        for index in 0..CONNECTIONS {
            let connection = connect(address, index).await?;
            connections.spawn(send(connection, index, Arc::clone(shared)));
        }
        // Counted from here: all of them are there.
        let (began, before) = (Instant::now(), shared.answers.load(Relaxed));
        let mut poured = 0.0;
        while let Some(ended) = connections.join_next().await {
            ended.context("a connection of the flood has panicked")??;
            if poured == 0.0 {
                let answers = shared.answers.load(Relaxed) - before;
                poured = answers as f64 / began.elapsed().as_secs_f64();
            }
        }
        Ok(Poured { rate: poured, other_answers: shared.others.load(Relaxed) })
    })
}

async fn connect(address: SocketAddr, index: usize) -> Result<TcpStream> {
    let network = 1 + (index % usize::from(NETWORKS)) as u8;
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 0, network, 1), 0).into())?;
    let connection = socket.connect(address).await.context("the flood can't connect")?;
    connection.set_nodelay(true)?;
    Ok(connection)
}

/// One request after the other, each at its time.
async fn send(mut connection: TcpStream, index: usize, shared: Arc<Shared>) -> Result<()> {
    let period = Duration::from_secs(1) * CONNECTIONS as u32 / WRONG_RATE as u32;
    let offset = period * index as u32 / CONNECTIONS as u32;
    let mut turn = interval_at(tokio::time::Instant::now() + offset, period);
    turn.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut buffer = Vec::with_capacity(2048);
    let mut next = index;
    while !shared.stop.load(Relaxed) {
        turn.tick().await;
        let message = shared.messages.get(next % WRONG_REQUESTS).context("no message")?;
        next += CONNECTIONS;
        connection.write_all(message).await?;
        let status = read_answer(&mut connection, &mut buffer).await?;
        shared.answers.fetch_add(1, Relaxed);
        shared.others.fetch_add(u64::from(status != *b"401"), Relaxed);
    }
    Ok(())
}

/// Reads one answer; gives its status.
async fn read_answer(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<[u8; 3]> {
    buffer.clear();
    while !is_whole(buffer) {
        if connection.read_buf(buffer).await? == 0 {
            bail!("the gate has closed a connection of the flood");
        }
    }
    let status = buffer.get(9..12).context("no status")?;
    Ok(status.try_into()?)
}

/// Whether that is a head and as much body as it says.
fn is_whole(answer: &[u8]) -> bool {
    const END: &[u8] = b"\r\n\r\n";
    let Some(end) = answer.windows(END.len()).position(|window| window == END) else {
        return false;
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or_default();
    answer.len() >= end + END.len() + length
}
