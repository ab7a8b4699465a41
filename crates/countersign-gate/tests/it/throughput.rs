//! How many requests per second pass, beside a bare server of the same HTTP library. The clients
//! run in the same process, and cost about as much as the bare server.
//!
//! `cargo test --release -p countersign-gate --test it measure_throughput -- --ignored --nocapture`

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use countersign_gate::Upstream as To;
use http::Response;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::wire::signed;
use crate::world::{Choices, Echo, World};

const CONNECTIONS: usize = 32;
const EACH: usize = 2_000;

async fn bare() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let hello = service_fn(|_| async {
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"ok"))))
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), hello));
        }
    });
    address
}

/// Requests per second, all of them signed before the clock starts.
async fn measure(address: SocketAddr) -> f64 {
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let messages: Vec<_> =
            (0..EACH).map(|_| format!("{}\r\n", signed("GET", "/a?b=c"))).collect();
        clients.push((TcpStream::connect(address).await.unwrap(), messages));
    }
    let start = Instant::now();
    let mut running = Vec::new();
    for (mut client, messages) in clients {
        running.push(tokio::spawn(async move {
            for message in messages {
                client.write_all(message.as_bytes()).await.unwrap();
                let mut answer = [0; 1024];
                let length = client.read(&mut answer).await.unwrap();
                assert!(answer[..length].ends_with(b"\r\n\r\nok"), "a whole answer at once");
            }
        }));
    }
    for client in running {
        client.await.unwrap();
    }
    (CONNECTIONS * EACH) as f64 / start.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn measure_throughput() {
    let bare = bare().await;
    let upstream = Some(To::in_process(Arc::new(Echo)));
    let gate = World::with(Choices { upstream, ..Choices::default() }).await;
    let proxy = World::start().await;
    for _ in 0..3 {
        let (bare, gate, proxy) =
            (measure(bare).await, measure(gate.address).await, measure(proxy.address).await);
        println!(
            "bare {bare:.0}/s  gate with echo {gate:.0}/s ({:.2})  as proxy {proxy:.0}/s ({:.2})",
            gate / bare,
            proxy / bare
        );
    }
}
