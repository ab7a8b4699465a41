//! Who sends what: clients that stay, over HTTP/1.1 and HTTP/2, and clients that come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST as HOST_NAME, UPGRADE};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::Part;
use super::deployment::Deployment;
use super::network::{Network, Outgoing, Protocol, Sender};
use super::signer::{Fault, HOST, Signer};

/// Clients that stay, of each protocol.
const STAYING: u32 = 2;
/// Of a second: how much of the rate those have that come and go.
const GUESTS: u32 = 10;
/// How long a WebSocket is open.
const OPEN: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(10);
const FORM: &str = "customer=1234&memo=a%20b&lines=one+two+three&amount=12.50";

pub(super) struct Traffic {
    signer: Signer,
    network: Network,
    answered: AtomicU64,
    unexpected: AtomicU64,
    is_over: AtomicBool,
    without: Vec<Part>,
}

impl Traffic {
    pub(super) fn new(deployment: &Deployment, without: Vec<Part>) -> Result<Self> {
        Ok(Self {
            signer: Signer::new(deployment.credentials(), deployment.credentials()),
            network: Network::new(deployment.secure)?,
            answered: AtomicU64::new(0),
            unexpected: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            without,
        })
    }

    pub(super) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    pub(super) fn unexpected(&self) -> u64 {
        self.unexpected.load(Ordering::Relaxed)
    }

    /// From here on the server may be gone.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Sends as many a second until the runtime ends.
    pub(super) fn start(self: &Arc<Self>, rate: u32) {
        let guests = (rate / GUESTS).max(1);
        let each = (rate.saturating_sub(guests) / (2 * STAYING)).max(1);
        for protocol in [Protocol::Http1, Protocol::Http2] {
            for _ in 0..STAYING {
                tokio::spawn(Arc::clone(self).stay(protocol, each));
            }
        }
        if self.has(Part::Guests) {
            tokio::spawn(Arc::clone(self).come_and_go(guests));
        }
    }

    fn has(&self, part: Part) -> bool {
        !self.without.contains(&part)
    }

    async fn stay(self: Arc<Self>, protocol: Protocol, rate: u32) {
        let mut due = every(rate);
        let mut sender: Option<Sender> = None;
        for turn in 0_u64.. {
            due.tick().await;
            let open = sender.take().filter(|it| !it.is_closed());
            let sent = async {
                let mut open = match open {
                    Some(open) => open,
                    None => self.network.connect(protocol).await?,
                };
                self.exchange(&mut open, turn).await?;
                anyhow::Ok(open)
            };
            sender = self.note(timeout(PATIENCE, sent).await.context("nothing came").flatten());
        }
    }

    async fn come_and_go(self: Arc<Self>, rate: u32) {
        let mut due = every(rate);
        for turn in 0_u64.. {
            due.tick().await;
            let this = Arc::clone(&self);
            tokio::spawn(async move {
                let visit = if turn.is_multiple_of(5) && this.has(Part::Sockets) {
                    this.talk().await
                } else {
                    this.visit(turn).await
                };
                this.note(visit);
            });
        }
    }

    /// One connection, one request.
    async fn visit(&self, turn: u64) -> Result<()> {
        let protocol = if turn.is_multiple_of(2) { Protocol::Http1 } else { Protocol::Http2 };
        self.exchange(&mut self.network.connect(protocol).await?, turn).await
    }

    async fn exchange(&self, sender: &mut Sender, turn: u64) -> Result<()> {
        let (fault, expected) = match turn % 20 {
            7 | 13 if self.has(Part::Refusals) => (Fault::Signature, StatusCode::UNAUTHORIZED),
            17 if self.has(Part::Refusals) => (Fault::Token, StatusCode::UNAUTHORIZED),
            _ => (Fault::None, StatusCode::OK),
        };
        let request = if turn % 8 == 3 && self.has(Part::Forms) {
            self.request(sender, "POST", "/services/rest/orders", Some(FORM), fault)?
        } else {
            let target = format!("/services/rest/record/v1/customer?limit=50&offset={turn}");
            self.request(sender, "GET", &target, None, fault)?
        };
        let response = sender.send(request).await?;
        let status = response.status();
        response.into_body().collect().await?;
        ensure!(status == expected, "{status} rather than {expected}");
        self.answered.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// A WebSocket that is open for a while.
    async fn talk(&self) -> Result<()> {
        let mut sender = self.network.connect(Protocol::Http1).await?;
        let mut request = self.request(&sender, "GET", "/live", None, Fault::None)?;
        let headers = request.headers_mut();
        headers.insert(CONNECTION, "upgrade".parse()?);
        headers.insert(UPGRADE, "websocket".parse()?);
        headers.insert("sec-websocket-version", "13".parse()?);
        headers.insert("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".parse()?);
        let response = sender.send(request).await?;
        let status = response.status();
        ensure!(status == StatusCode::SWITCHING_PROTOCOLS, "{status} rather than a WebSocket");
        let mut stream = TokioIo::new(hyper::upgrade::on(response).await?);
        for _ in 0..4 {
            stream.write_all(b"a word").await?;
            stream.read_exact(&mut [0; 6]).await?;
            sleep(OPEN / 4).await;
        }
        self.answered.fetch_add(1, Ordering::Relaxed);
        Ok(stream.shutdown().await?)
    }

    fn request(
        &self,
        sender: &Sender,
        method: &str,
        target: &str,
        form: Option<&str>,
        fault: Fault,
    ) -> Result<Outgoing> {
        let authorization = self.signer.sign(method, target, form, fault)?;
        let request = match sender {
            Sender::Http1(_) => Request::builder().uri(target).header(HOST_NAME, HOST),
            Sender::Http2(_) => Request::builder().uri(format!("https://{HOST}{target}")),
        };
        let mut request = request.method(method).header(AUTHORIZATION, authorization);
        if form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = form.map(|form| Bytes::copy_from_slice(form.as_bytes())).unwrap_or_default();
        Ok(request.body(Full::new(body))?)
    }

    fn note<T>(&self, result: Result<T>) -> Option<T> {
        result
            .inspect_err(|error| {
                if self.is_over.load(Ordering::Relaxed) {
                    return;
                }
                // The first ones say enough.
                if self.unexpected.fetch_add(1, Ordering::Relaxed) < 10 {
                    eprintln!("unexpected: {error:#}");
                }
            })
            .ok()
    }
}

fn every(rate: u32) -> tokio::time::Interval {
    let mut due = interval(Duration::from_secs(1) / rate);
    // Who is late makes up for it: the rate in all is kept.
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    due
}
