//! The requests of one HTTP/2 connection: how many there are, and giving up the one whose answer
//! its client doesn't take.
//!
//! A client of HTTP/2 may hold one answer back while all else goes on (RFC 9113 section 5.2). The
//! HTTP library waits for it without end, and with it a connection to the upstream. A client that
//! reads nothing at all is given up by [`super::stream`], as with HTTP/1.1.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use hyper::rt::Executor;
use tokio::task_local;
use tokio::time::sleep;

use crate::Body;
use crate::body::BodyFault;
use crate::walk::Connection;

/// How much of an answer its client must take at least in [`Limits::idle`](crate::Limits::idle).
const PIECE: usize = 16 * 1024;

task_local! {
    /// Of the request that a task answers.
    static TURN: Arc<Turn>;
}

/// Runs each request of one connection as a task, and counts them. Clones are the same connection.
#[derive(Clone)]
pub(super) struct Streams {
    counts: Arc<Counts>,
    connection: Arc<Connection>,
    idle: Duration,
}

#[derive(Default)]
struct Counts {
    begun: AtomicU64,
    ended: AtomicU64,
}

impl Streams {
    pub(super) fn new(connection: Arc<Connection>, idle: Duration) -> Self {
        Self { counts: Arc::default(), connection, idle }
    }

    /// Requests, from the first on.
    pub(super) fn begun(&self) -> u64 {
        self.counts.begun.load(Ordering::Relaxed)
    }

    /// Whether one is not answered to its end.
    pub(super) fn are_open(&self) -> bool {
        self.begun() != self.counts.ended.load(Ordering::Relaxed)
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, request: F) {
        self.counts.begun.fetch_add(1, Ordering::Relaxed);
        let ending = Ending(Arc::clone(&self.counts));
        let (connection, idle) = (Arc::clone(&self.connection), self.idle);
        tokio::spawn(async move {
            let _ending = ending;
            let turn = Arc::<Turn>::default();
            tokio::select! {
                biased;
                () = TURN.scope(Arc::clone(&turn), request) => {}
                // Dropping the request resets it.
                () = turn.client_is_idle(idle) => connection.takes_nothing(),
            }
        });
    }
}

/// Counts the end of a request, however it comes.
struct Ending(Arc<Counts>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whose turn it is: odd while the client has a piece of the answer to take. It grows, so that one
/// turn can be told from the next.
#[derive(Default)]
struct Turn(AtomicU64);

impl Turn {
    fn is_clients(turn: u64) -> bool {
        turn % 2 == 1
    }

    fn hand_over(&self, to_client: bool) {
        // Nobody else writes: a request is one task.
        let turn = self.0.load(Ordering::Relaxed);
        if Self::is_clients(turn) != to_client {
            self.0.store(turn + 1, Ordering::Relaxed);
        }
    }

    /// Ends when one turn of the client has lasted for `idle`, or a part of the next.
    async fn client_is_idle(&self, idle: Duration) {
        loop {
            let before = self.0.load(Ordering::Relaxed);
            sleep(idle).await;
            if Self::is_clients(before) && self.0.load(Ordering::Relaxed) == before {
                return;
            }
        }
    }
}

/// The body of an answer, in pieces: the HTTP library asks for the next when the client has begun
/// to take the last.
pub(super) struct Taken {
    body: Body,
    rest: Bytes,
    turn: Option<Arc<Turn>>,
}

impl Taken {
    pub(super) fn new(body: Body) -> Self {
        Self { body, rest: Bytes::new(), turn: TURN.try_with(Arc::clone).ok() }
    }

    fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                end => return Poll::Ready(end),
            }
        }
        let piece = self.rest.split_to(self.rest.len().min(PIECE));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl http_body::Body for Taken {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        let piece = self.poll_piece(cx);
        if let Some(turn) = &self.turn {
            turn.hand_over(false);
            if matches!(piece, Poll::Ready(Some(Ok(_)))) {
                turn.hand_over(true);
            }
        }
        piece
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(hint.lower().saturating_add(rest));
        hint
    }
}
