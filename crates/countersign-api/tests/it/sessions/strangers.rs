//! Strangers who try to leave no room for others.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::task::{Context, Poll};

use bytes::Bytes;
use countersign_api::{Arrival, Door};
use http::Request;
use http_body::{Body, Frame};

use super::*;

/// A body that never comes, and counts that it was waited for.
struct Awaited {
    count: Arc<AtomicUsize>,
    is_counted: bool,
}

impl Body for Awaited {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !std::mem::replace(&mut self.is_counted, true) {
            self.count.fetch_add(1, SeqCst);
        }
        Poll::Pending
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn log_ins_whose_bodies_do_not_come_keep_nobody_out() {
    let world = World::furnished().await;
    let mut person = ann(&world).await;
    let waited_for = Arc::new(AtomicUsize::new(0));
    let slow: Vec<_> = (0..=255u8)
        .map(|n| {
            // Of these one is the network that others come from.
            let client = Ipv4Addr::new(192, 0, 2, n / 16).into();
            let host = "auth.example.com".into();
            let door = Door::Browser(Arrival { client, is_https: true, is_loopback: false, host });
            let request = Request::post(format!("{BASE}/session"))
                .header("sec-fetch-site", "same-origin")
                .header("content-type", "application/json")
                .body(Awaited { count: waited_for.clone(), is_counted: false });
            let api = world.api.clone();
            tokio::spawn(async move { api.answer(request.unwrap(), Some(door)).await })
        })
        .collect();
    while waited_for.load(SeqCst) < slow.len() {
        tokio::task::yield_now().await;
    }
    let mut other = Person::stranger(&world);
    other.does("POST", "session", typed("bea@example.com", PASSWORD)).await;
    other.does("DELETE", "session", Value::Null).await;
    person.does("DELETE", "session", Value::Null).await;
    slow.iter().for_each(tokio::task::JoinHandle::abort);
}
