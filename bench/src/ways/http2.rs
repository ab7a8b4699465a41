//! HTTP/2: one connection with as many requests under way as the other clients have connections.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Result, ensure};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::fleet::{Batch, HOST};
use crate::gate::CONNECTIONS;
use crate::gate::load::Run;
use crate::{machine, tls};

type Sender = SendRequest<Empty<Bytes>>;

pub(super) struct Http2 {
    runtime: Runtime,
    sender: Sender,
}

impl Http2 {
    pub(super) fn connect(address: SocketAddr) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let sender = runtime.block_on(async {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let connector = TlsConnector::from(tls::client("h2")?);
            let stream = connector.connect(ServerName::try_from(HOST)?, stream).await?;
            let (sender, connection) =
                handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
            // What it ends with is seen by those who wait for answers.
            tokio::spawn(connection);
            anyhow::Ok(sender)
        })?;
        Ok(Self { runtime, sender })
    }

    pub(super) fn run(&mut self, batch: &Batch) -> Result<Run> {
        let mut parts: Vec<Vec<_>> = (0..CONNECTIONS).map(|_| Vec::new()).collect();
        for (index, request) in requests(batch)?.into_iter().enumerate() {
            parts[index % CONNECTIONS].push(request);
        }
        let (began, busy) = (Instant::now(), machine::thread_time());
        self.runtime.block_on(async {
            let mut streams = JoinSet::new();
            for part in parts {
                let mut sender = self.sender.clone();
                streams.spawn(async move {
                    for request in part {
                        answer(&mut sender, request).await?;
                    }
                    anyhow::Ok(())
                });
            }
            while let Some(ended) = streams.join_next().await {
                ended??;
            }
            anyhow::Ok(())
        })?;
        Ok(Run { took: began.elapsed(), client: machine::thread_time().saturating_sub(busy) })
    }

    pub(super) fn one_by_one(&mut self, batch: &Batch) -> Result<Vec<f64>> {
        let requests = requests(batch)?;
        let sender = &mut self.sender;
        self.runtime.block_on(async {
            let mut took = Vec::with_capacity(requests.len());
            for request in requests {
                let began = Instant::now();
                answer(sender, request).await?;
                took.push(began.elapsed().as_secs_f64() * 1e6);
            }
            Ok(took)
        })
    }
}

fn requests(batch: &Batch) -> Result<Vec<Request<Empty<Bytes>>>> {
    let request = |(target, authorization): (&str, &str)| {
        Ok(Request::get(format!("https://{HOST}{target}"))
            .header("user-agent", "bench/1")
            .header("accept", "application/json")
            .header("authorization", authorization)
            .body(Empty::new())?)
    };
    batch.messages().map(request).collect()
}

async fn answer(sender: &mut Sender, request: Request<Empty<Bytes>>) -> Result<()> {
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    ensure!(response.status() == StatusCode::OK, "an answer other than 200: {response:?}");
    response.into_body().collect().await?;
    Ok(())
}
