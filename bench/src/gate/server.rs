//! The two servers, each in a process of its own, on one core.
//!
//! The gate is what `countersign serve` runs: a directory, a replay guard with its journal, record
//! and login trail on SQLite, explanations of what is refused. Only its upstream is in the same
//! process, and answers at once; unless it is asked for more (see `extras`).

mod extras;
mod traces;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use clap::{Args, ValueEnum};
use countersign_authority::Vault;
use countersign_gate::{Body, BoxFuture, Gate, GateParts, InProcess, Limits, Mode, OwnPaths};
use countersign_model::Clock;
use countersign_store::{Record, Trail};
use countersign_telemetry::metrics::GateMetrics;
use countersign_testkit::SeededChance;
use countersign_trail::{Attempts, ExplanationQueue, Explanations, Occasion};
use countersign_verify::Verifier;
use countersign_verify::replay::{BootId, ReplayGuard, Settings};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::load::BODY;
use crate::child;
use crate::fleet::Fleet;
use crate::machine;
use crate::record;
use crate::steady::{NO_USES, replay_key};
use crate::system::SystemClock;
pub(crate) use extras::Extras;
use traces::Traces;

pub(crate) const TOKENS: u32 = 1_000;

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Gate,
    Hello,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Hello => "hello",
        }
    }
}

#[derive(Args)]
pub(crate) struct ServeArgs {
    kind: Kind,
    /// The core to stay on
    #[arg(long)]
    core: usize,
    /// Where journal and trail are made
    #[arg(long)]
    folder: PathBuf,
    #[command(flatten)]
    extras: Extras,
}

/// Serves until standard input ends.
pub(crate) fn run(args: &ServeArgs) -> Result<()> {
    // Before the runtime: its threads, and those of SQLite, stay there too.
    machine::stay_on(args.core)?;
    let (stop, stopped) = oneshot::channel();
    child::when_parent_ends(|| {
        // Whoever does not wait for it any more has stopped already.
        let _ = stop.send(());
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        match args.kind {
            Kind::Gate => serve_gate(listener, args, stopped).await,
            Kind::Hello => serve_hello(listener, stopped).await,
        }
    })
}

async fn serve_gate(
    listener: TcpListener,
    args: &ServeArgs,
    stopped: oneshot::Receiver<()>,
) -> Result<()> {
    let ServeArgs { folder, extras, .. } = args;
    let traces = Traces::start(extras)?;
    let fleet = Fleet::new(TOKENS)?;
    let now = SystemClock.now().seconds();
    ReplayGuard::create(folder, &replay_key())?;
    let (guard, _) = ReplayGuard::open(folder, Settings::default(), BootId::read()?, now, NO_USES)?;
    let trail = Arc::new(Trail::sqlite(folder).await?);
    let (attempts, task) = Attempts::new(trail.clone());
    let attempts = Arc::new(attempts);
    let writing = tokio::spawn(task.run());
    record::fill_plainly(folder, &fleet).await?;
    let record = Arc::new(Record::sqlite(folder).await?);
    let vault = Arc::new(Vault::open(fleet.key(), std::slice::from_ref(fleet.data_key()))?);
    let clock = Arc::new(SystemClock);
    let explanations = Explanations::new(record.clone(), trail.clone(), trail.clone(), clock);
    let (queue, worker) =
        ExplanationQueue::new(&explanations, vault.clone(), attempts.clone(), Occasion::Serve);
    let explaining = tokio::spawn(worker.run());
    let verifier = Arc::new(Verifier::new(fleet.directory()?, guard));
    let gate = Gate::new(GateParts {
        verifier: verifier.clone(),
        attempts: attempts.clone(),
        explainer: Some(Arc::new(queue)),
        observer: None,
        clock: Arc::new(SystemClock),
        chance: Arc::new(SeededChance::new(1)),
        assertions: extras.assertions(verifier, vault)?,
        rules: extras.rules(Arc::new(Constant))?,
        own: Arc::new(Nothing),
        public_hosts: Vec::new(),
        mode: Mode::Serve,
        limits: Limits::default(),
        metrics: GateMetrics::default(),
        coin: traces.coin(),
    });
    println!("{}", listener.local_addr()?);
    let stopped = async {
        let _ = stopped.await;
    };
    gate.serve(vec![extras.listener(listener)?], stopped).await;
    traces.stop().await?;
    explaining.abort();
    attempts.close().await;
    writing.await.context("the writer of the trail failed")?;
    record.close().await?;
    Ok(trail.close().await?)
}

async fn serve_hello(listener: TcpListener, mut stopped: oneshot::Receiver<()>) -> Result<()> {
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = tokio::select! {
            _ = &mut stopped => return Ok(()),
            accepted = listener.accept() => accepted?,
        };
        stream.set_nodelay(true)?;
        let hello = service_fn(hello);
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), hello));
    }
}

/// It is also what takes traces, and an upstream: whatever comes is read first.
async fn hello(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    if !request.body().is_end_stream() {
        // Whether it came whole is the sender's business.
        let _ = request.into_body().collect().await;
    }
    Ok(Response::new(Full::new(Bytes::from_static(BODY.as_bytes()))))
}

/// The upstream.
struct Constant;

impl InProcess for Constant {
    fn handle(&self, _: Request<Body>) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async { Response::new(Body::from(BODY)) })
    }
}

/// Own paths, which nobody asks for here.
struct Nothing;

impl OwnPaths for Nothing {
    fn handle(&self, _: Request<Body>, _: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        })
    }
}
