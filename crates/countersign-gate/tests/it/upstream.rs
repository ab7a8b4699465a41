//! An upstream that keeps what it received, byte for byte, and answers as it is told.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;

use crate::client::{Client, Message};

/// What follows a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, and the next request.
    Bytes(Vec<u8>),
    /// These bytes, and the end of the connection.
    BytesThenEnd(Vec<u8>),
    /// These bytes, and then whatever comes.
    BytesThenEcho(Vec<u8>),
    /// Nothing.
    Silence,
}

#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    pub(crate) received: Arc<Mutex<Vec<Message>>>,
    pub(crate) connections: Arc<AtomicUsize>,
    reply: Arc<Mutex<Reply>>,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Self {
            address: listener.local_addr().unwrap(),
            received: Arc::default(),
            connections: Arc::default(),
            reply: Arc::new(Mutex::new(Reply::Bytes(Vec::new()))),
        };
        upstream.reply(200, "", "ok");
        let shared = upstream.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(shared.clone().serve(Client::over(stream)));
            }
        });
        upstream
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers from now on with this; `lines` are header lines, each with its end.
    pub(crate) fn reply(&self, status: u16, lines: &str, body: &str) {
        let length = body.len();
        self.reply_with(Reply::Bytes(
            format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{lines}\r\n{body}").into(),
        ));
    }

    pub(crate) fn reply_with(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    pub(crate) fn last(&self) -> Message {
        self.received.lock().unwrap().last().cloned().expect("the upstream received a request")
    }

    pub(crate) fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    async fn serve(self, mut connection: Client) {
        while let Ok(request) = connection.receive().await {
            self.received.lock().unwrap().push(request);
            let reply = self.reply.lock().unwrap().clone();
            match reply {
                Reply::Bytes(bytes) => connection.send(bytes).await,
                Reply::BytesThenEnd(bytes) => return connection.send(bytes).await,
                Reply::BytesThenEcho(bytes) => {
                    connection.send(bytes).await;
                    return connection.echo().await;
                }
                Reply::Silence => {}
            }
        }
    }
}
