//! Connections until their end, by themselves or because the gate stops.

use std::error::Error;
use std::pin::{Pin, pin};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1::{Parts, UpgradeableConnection};
use hyper::server::conn::http2;
use hyper::service::HttpService;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::slow::{self, Writing};
use super::streams::{Streams, Taken};
use crate::Body;

/// A connection that can be asked to end after what is in flight.
pub(super) trait Graceful: Future<Output = hyper::Result<()>> {
    fn end(self: Pin<&mut Self>);
}

impl<I, S> Graceful for UpgradeableConnection<I, S>
where
    S: HttpService<Incoming, ResBody = Body>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    I: Read + Write + Send + Unpin + 'static,
{
    fn end(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<I, S> Graceful for http2::Connection<I, S, Streams>
where
    S: HttpService<Incoming, ResBody = Taken>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send + 'static,
    I: Read + Write + Unpin + 'static,
{
    fn end(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// HTTP/1.1. A head that has begun and does not come to its end in time is told of, and answered.
pub(super) async fn drive_http1<I, S>(
    mut connection: UpgradeableConnection<TokioIo<I>, S>,
    stopping: watch::Receiver<bool>,
    is_slow: impl FnOnce(),
) -> hyper::Result<()>
where
    S: HttpService<Incoming, ResBody = Body> + Unpin,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    I: Writing + AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let ended = until_end(Pin::new(&mut connection), stopping).await;
    if ended.as_ref().is_err_and(hyper::Error::is_timeout)
        && let Some(Parts { io, read_buf, .. }) = connection.into_parts()
        && !read_buf.is_empty()
    {
        is_slow();
        slow::answer(io.into_inner()).await;
    }
    ended
}

async fn until_end(
    mut connection: Pin<&mut impl Graceful>,
    mut stopping: watch::Receiver<bool>,
) -> hyper::Result<()> {
    tokio::select! {
        ended = connection.as_mut() => return ended,
        _ = stopping.wait_for(|stopping| *stopping) => connection.as_mut().end(),
    }
    connection.await
}

/// HTTP/2 has no time limit for the next request: a connection that asks for nothing during
/// `idle` is asked to end, as HTTP/1.1 ends. The client has its part in that: where it does not go,
/// it is cut, once nothing was in flight for as long again.
pub(super) async fn drive_http2(
    connection: impl Graceful,
    mut stopping: watch::Receiver<bool>,
    streams: &Streams,
    idle: Duration,
) -> hyper::Result<()> {
    let mut connection = pin!(connection);
    let mut watch = interval(idle);
    watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
    watch.tick().await;
    let mut seen = streams.begun();
    loop {
        tokio::select! {
            ended = connection.as_mut() => return ended,
            _ = stopping.wait_for(|stopping| *stopping) => break,
            _ = watch.tick() => {
                let begun = streams.begun();
                if begun == seen && !streams.are_open() {
                    break;
                }
                seen = begun;
            }
        }
    }
    connection.as_mut().end();
    let mut was_quiet = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => return ended,
            _ = watch.tick() => {
                if was_quiet && !streams.are_open() {
                    return Ok(());
                }
                was_quiet = !streams.are_open();
            }
        }
    }
}
