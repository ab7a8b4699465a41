//! One upgraded connection, from its change of protocol to its end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};
use tokio::sync::watch;
use tokio::time::{Instant, interval, timeout};

use super::Standing;

/// How often it is asked whether a connection may stay.
const LOOK: Duration = Duration::from_millis(500);
// It ends within a second of the change: half of that may pass until it is noticed.
const _: () = assert!(LOOK.as_millis() <= 500);

pub(super) struct Bridge {
    pub(super) client: OnUpgrade,
    pub(super) server: OnUpgrade,
    pub(super) standing: Standing,
    pub(super) idle: Duration,
    pub(super) handshake: Duration,
    pub(super) ending: watch::Receiver<bool>,
}

impl Bridge {
    /// Passes bytes until an end, also where the change of protocol hangs.
    pub(super) async fn run(self) {
        let mut ending = self.ending.clone();
        tokio::select! {
            () = self.pass() => {}
            _ = ending.wait_for(|ending| *ending) => {}
        }
    }

    async fn pass(self) {
        let both = async { tokio::try_join!(self.client, self.server) };
        let (client, server) = match timeout(self.handshake, both).await {
            Ok(Ok(both)) => both,
            Ok(Err(error)) => return tracing::debug!(%error, "a change of protocol failed"),
            Err(_) => return tracing::debug!("a change of protocol took too long"),
        };
        let (client, server) = (TokioIo::new(client), TokioIo::new(server));
        between(client, server, &self.standing, self.idle).await;
    }
}

/// Passes bytes between two sides until one of them ends, or both must. Then both are closed.
async fn between<C, S>(client: C, server: S, standing: &Standing, idle: Duration)
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let seen = Arc::new(AtomicU64::new(0));
    let mut client = Watched { stream: client, seen: Arc::clone(&seen) };
    let mut server = Watched { stream: server, seen: Arc::clone(&seen) };
    tokio::select! {
        ended = copy_bidirectional(&mut client, &mut server) => {
            if let Err(error) = ended {
                tracing::debug!(%error, "an upgraded connection broke");
            }
        }
        why = until_it_must_end(standing, &seen, idle) => {
            tracing::debug!(why, "an upgraded connection was closed");
        }
    }
}

async fn until_it_must_end(standing: &Standing, seen: &AtomicU64, idle: Duration) -> &'static str {
    let mut look = interval(LOOK);
    let (mut last, mut since) = (seen.load(Ordering::Relaxed), Instant::now());
    loop {
        look.tick().await;
        if !(standing.is_good)() {
            return "its token is no longer good";
        }
        let now = seen.load(Ordering::Relaxed);
        if now != last {
            (last, since) = (now, Instant::now());
        } else if since.elapsed() >= idle {
            return "both sides were silent for too long";
        }
    }
}

/// A stream that counts how often something was read from it.
struct Watched<S> {
    stream: S,
    seen: Arc<AtomicU64>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.seen.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
