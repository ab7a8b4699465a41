//! Bodies pass while they come: nothing waits for an end, and nothing is gathered.

use countersign_gate::Upstream as To;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::client::{Client, PATIENCE};
use crate::wire::signed;
use crate::world::{Choices, World};

const CHUNK: usize = 64 * 1024;

/// A world whose upstream is played by the test.
async fn by_hand() -> (World, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let upstream = Some(To::parse(&url).unwrap());
    (World::with(Choices { upstream, ..Choices::default() }).await, listener)
}

async fn accept(listener: &TcpListener) -> Client {
    let (stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    Client::over(stream)
}

#[tokio::test]
async fn a_request_body_passes_chunk_by_chunk_in_both_framings() {
    let (world, listener) = by_hand().await;
    let mut client = world.client().await;
    client.send(format!("{}content-length: {}\r\n\r\n", signed("POST", "/"), 3 * CHUNK)).await;
    let mut upstream = accept(&listener).await;
    let head = upstream.receive_head().await.unwrap();
    assert!(head.contains(&format!("content-length: {}", 3 * CHUNK)));
    for letter in [b'a', b'b', b'c'] {
        // The next chunk is sent only after this one has arrived.
        client.send(vec![letter; CHUNK]).await;
        assert_eq!(upstream.take(CHUNK).await.unwrap(), vec![letter; CHUNK]);
    }
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(client.receive().await.unwrap().status(), 200);

    client.send(format!("{}transfer-encoding: chunked\r\n\r\n", signed("POST", "/"))).await;
    assert!(upstream.receive_head().await.unwrap().contains("transfer-encoding: chunked"));
    for text in ["3\r\nabc\r\n", "2\r\nde\r\n", "0\r\n\r\n"] {
        client.send(text).await;
        assert_eq!(upstream.take(text.len()).await.unwrap(), text.as_bytes());
    }
}

#[tokio::test]
async fn an_answer_passes_chunk_by_chunk() {
    let (world, listener) = by_hand().await;
    let mut client = world.client().await;
    client.send(format!("{}\r\n", signed("GET", "/"))).await;
    let mut upstream = accept(&listener).await;
    upstream.receive().await.unwrap();
    upstream.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
    assert!(client.receive_head().await.unwrap().contains("transfer-encoding: chunked"));
    for text in ["3\r\nabc\r\n", "2\r\nde\r\n", "0\r\n\r\n"] {
        upstream.send(text).await;
        assert_eq!(client.take(text.len()).await.unwrap(), text.as_bytes());
    }
}

#[tokio::test]
async fn an_upstream_that_does_not_read_holds_the_client_back() {
    let (world, listener) = by_hand().await;
    let mut client = world.client().await;
    client.send(format!("{}transfer-encoding: chunked\r\n\r\n", signed("POST", "/"))).await;
    let mut upstream = accept(&listener).await;
    upstream.receive_head().await.unwrap();
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; CHUNK], b"\r\n".to_vec()].concat();
    // What is under way is in socket buffers of the system and one buffer of the gate.
    let mut sent = 0;
    while timeout(std::time::Duration::from_millis(300), client.send(&chunk)).await.is_ok() {
        sent += CHUNK;
        assert!(sent < 100_000_000, "the gate gathered {sent} bytes");
    }
}

#[tokio::test]
async fn an_early_answer_to_a_long_upload_comes_through() {
    let (world, listener) = by_hand().await;
    let mut client = world.client().await;
    client.send(format!("{}content-length: 1000000\r\n\r\nabc", signed("POST", "/"))).await;
    let mut upstream = accept(&listener).await;
    upstream.receive_head().await.unwrap();
    upstream.send("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno").await;
    assert_eq!(client.receive().await.unwrap().status(), 413);
}

#[tokio::test]
async fn an_early_answer_comes_through_although_the_upstream_hangs_up() {
    let (world, listener) = by_hand().await;
    let mut client = world.client().await;
    client.send(format!("{}content-length: 1000000\r\n\r\nabc", signed("POST", "/"))).await;
    let mut upstream = accept(&listener).await;
    upstream.receive_head().await.unwrap();
    upstream.take(3).await.unwrap();
    upstream
        .send("HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno")
        .await;
    drop(upstream);
    assert_eq!(client.receive().await.unwrap().status(), 413);
}
