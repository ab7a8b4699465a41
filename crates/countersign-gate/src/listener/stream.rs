//! A client's socket, with an end that its client can tell apart.
//!
//! An answer that is complete ends with a close, and what the client still sends is read and thrown
//! away for a moment: closing a socket that holds unread bytes would reset the connection, and the
//! client would lose the answer. Whatever ends in another way (an upstream that died within its
//! answer, a cut connection) ends with a reset, which nobody takes for the end of an answer.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use crate::Limits;

pub(super) struct Stream {
    tcp: TcpStream,
    end: End,
    linger: Duration,
    linger_bytes: usize,
    patience: Duration,
    // Made when a write first has to wait.
    alarm: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

enum End {
    /// Both sides are open.
    Open,
    /// The client has closed its side.
    ClientClosed,
    /// We have closed ours, and wait for the client's.
    Lingering { left: usize, until: Pin<Box<Sleep>> },
    /// All is said.
    Closed,
}

impl Stream {
    pub(super) fn new(tcp: TcpStream, limits: &Limits) -> Self {
        // Without it small answers would wait for the client's acknowledgement. A failure only
        // means that they do.
        let _ = tcp.set_nodelay(true);
        Self {
            tcp,
            end: End::Open,
            linger: limits.linger,
            linger_bytes: limits.linger_bytes,
            patience: limits.idle,
            alarm: None,
            waiting: false,
        }
    }

    /// Whether the last write has not been done.
    pub(super) fn waits_to_write(&self) -> bool {
        self.waiting
    }

    /// Says as much as can be said without waiting, and closes: who is turned away must not be
    /// able to make many wait for it.
    pub(super) fn turn_away(mut self, answer: &[u8]) {
        // What was not read would reset the connection, and take the answer away.
        let mut room = [0; 8 * 1024];
        let _ = self.tcp.try_read(&mut room);
        // Who can't take it sees a connection that is closed.
        let _ = self.tcp.try_write(answer);
        self.end = End::Closed;
    }

    // A client that takes nothing for too long is gone.
    fn paced<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = false;
            return written;
        }
        let patience = self.patience;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(patience)));
        if !self.waiting {
            self.waiting = true;
            alarm.as_mut().reset(Instant::now() + patience);
        }
        ready!(alarm.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buffer))?;
        if buffer.filled().len() == before && buffer.remaining() > 0 {
            self.end = End::ClientClosed;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.paced(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, slices);
        self.paced(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { tcp, end, linger, linger_bytes, .. } = &mut *self;
        loop {
            match end {
                End::Open => {
                    ready!(Pin::new(&mut *tcp).poll_shutdown(cx))?;
                    let until = Box::pin(sleep(*linger));
                    *end = End::Lingering { left: *linger_bytes, until };
                }
                End::ClientClosed => {
                    ready!(Pin::new(&mut *tcp).poll_shutdown(cx))?;
                    *end = End::Closed;
                }
                End::Lingering { left, until } => {
                    if until.as_mut().poll(cx).is_pending() {
                        ready!(poll_discard(tcp, left, cx));
                    }
                    *end = End::Closed;
                }
                End::Closed => return Poll::Ready(Ok(())),
            }
        }
    }
}

/// Reads until the client closes its side, or `left` bytes were thrown away.
fn poll_discard(tcp: &mut TcpStream, left: &mut usize, cx: &mut Context<'_>) -> Poll<()> {
    let mut room = [0; 8 * 1024];
    while *left > 0 {
        let mut buffer = ReadBuf::new(&mut room);
        let read = ready!(Pin::new(&mut *tcp).poll_read(cx, &mut buffer));
        if read.is_err() || buffer.filled().is_empty() {
            break;
        }
        *left = left.saturating_sub(buffer.filled().len());
    }
    Poll::Ready(())
}

impl Drop for Stream {
    fn drop(&mut self) {
        if !matches!(self.end, End::Closed) {
            // Nothing can be done where it fails: the connection then ends like a complete one.
            let _ = self.tcp.set_zero_linger();
        }
    }
}
