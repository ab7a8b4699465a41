//! How a gate ends: what is in flight is answered, and nothing makes it last longer than it may.

use std::time::Duration;

use countersign_gate::{Drained, Limits};
use tokio::time::timeout;

use crate::client::PATIENCE;
use crate::connections::in_flight;
use crate::upstream::Reply;
use crate::websocket;
use crate::wire::Wire;
use crate::world::{Choices, World};

/// What only the gate's end ends: no other time in it is shorter.
const NEVER: Duration = Duration::from_secs(3600);

fn patient(drain: Duration) -> Limits {
    let times = Choices::default().limits;
    let linger = Duration::ZERO;
    Limits { head_read: NEVER, handshake: NEVER, idle: NEVER, linger, drain, ..times }
}

#[tokio::test]
async fn a_stopping_gate_answers_what_is_in_flight_and_nothing_else() {
    let (world, mut client, mut upstream) = in_flight(|_| {}).await;
    let mut idle = world.client().await;
    let address = world.address;
    let served = world.stop();
    assert!(idle.is_ended().await);
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone").await;
    assert_eq!(client.receive().await.unwrap().text(), "done");
    assert!(client.is_ended().await);
    drop(client);
    assert_eq!(timeout(PATIENCE, served).await.unwrap().unwrap(), Drained { cut: 0 });
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn what_takes_too_long_is_cut_at_the_end() {
    let (world, mut client, _upstream) =
        in_flight(|limits| limits.drain = Duration::from_millis(50)).await;
    let served = world.stop();
    assert_eq!(timeout(PATIENCE, served).await.unwrap().unwrap(), Drained { cut: 1 });
    assert!(client.is_ended().await);
}

#[tokio::test]
async fn a_handshake_that_hangs_and_a_slow_head_last_no_longer_than_the_drain() {
    let limits = patient(Duration::from_millis(100));
    let world = World::with(Choices { limits, ..Choices::over(Wire::Tls) }).await;
    let silent = world.tcp().await;
    let mut slow = world.client().await;
    slow.send("GET / HTTP/1.1\r\nhost: gate").await;
    let mut asked = world.client().await;
    asked.send(format!("{}\r\n", world.signed("GET", "/"))).await;
    // What came before it is there as well.
    assert_eq!(asked.receive().await.unwrap().status(), 200);
    let drained = timeout(PATIENCE, world.stop()).await.unwrap().unwrap();
    assert_eq!(drained, Drained { cut: 2 });
    assert!(slow.is_ended().await);
    drop(silent);
}

#[tokio::test]
async fn a_change_of_protocol_that_hangs_ends_with_the_gate() {
    let world = websocket::world_with(true, patient(NEVER)).await;
    // The server changes over and says no more; the client is never told to the end.
    world.upstream.reply_with(Reply::Bytes(websocket::CHANGED.to_vec()));
    let mut client = websocket::open(&world).await;
    let drained = timeout(PATIENCE, world.stop()).await.unwrap().unwrap();
    assert_eq!(drained, Drained { cut: 0 });
    assert!(client.is_ended().await);
}

#[tokio::test]
async fn who_has_no_time_to_drain_cuts_what_is_in_flight() {
    let (world, mut client, _upstream) = in_flight(|limits| *limits = patient(NEVER)).await;
    let gate = world.gate.clone();
    let served = world.stop();
    gate.cut();
    assert_eq!(timeout(PATIENCE, served).await.unwrap().unwrap(), Drained { cut: 1 });
    assert!(client.is_ended().await);
}
