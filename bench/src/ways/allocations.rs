//! How often one request that is passed on asks for memory, from its bytes to those of its answer.
//! Gate and client share a thread, which is what is counted; the client asks for nothing. The trail
//! takes what it is given and keeps nothing, so it counts as well.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use countersign_gate::{
    Body, BoxFuture, Gate, GateParts, InProcess, Limits, Listener, Mode, OwnPaths, PathPattern,
    Route, Rules, Upstream,
};
use countersign_model::{Clock, Timestamp};
use countersign_signing::Scheme;
use countersign_telemetry::metrics::GateMetrics;
use countersign_telemetry::trace::Coin;
use countersign_testkit::SeededChance;
use countersign_verify::replay::{ReplayGuard, Settings};
use countersign_verify::{Admitted, AttemptSink, RefusedAttempt, TrailUnwritable, Verifier};
use http::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::bench::Bench;
use crate::child::Child;
use crate::fleet::Fleet;
use crate::gate::messages::Messages;
use crate::gate::server::Kind;
use crate::gate::{PATIENCE, start_server};
use crate::machine;
use crate::steady::replay_key;
use crate::system::SystemClock;

const TOKENS: u32 = 100;
const REQUESTS: usize = 5_000;

pub(crate) fn allocations(bench: &mut Bench) -> Result<()> {
    let folder = bench.folder()?;
    let core = machine::cores()?.first().copied().context("no core")?;
    let (upstream, address) = start_server(Kind::Hello, core, folder.path())?;
    let remote = || Upstream::parse(&format!("http://{address}"));
    let here = || Upstream::in_process(Arc::new(Nobody));
    let passed_on = count(bench, Rules::one(remote()?))?;
    let name = "allocations_per_proxied_request";
    bench.row(name, passed_on, "", "HTTP/1.1, to a server behind it, one route");
    let in_process = count(bench, Rules::one(here()))?;
    bench.row("to an upstream in the same process", in_process, "", "one route");
    let routes = count(bench, many(here())?)?;
    bench.row("with 50 routes", routes, "", "of these, the same upstream");
    Child::stop(upstream, PATIENCE)
}

fn many(upstream: Upstream) -> Result<Rules> {
    let below = |number: usize| {
        let path = PathPattern::parse(&format!("/other/{number}/"))?;
        Ok(Route { path, ..Route::all("upstream") })
    };
    let mut routes = (1..50).map(below).collect::<Result<Vec<_>>>()?;
    routes.push(Route::all("upstream"));
    Ok(Rules::new(routes, vec![("upstream".to_owned(), upstream)])?)
}

fn count(bench: &Bench, rules: Rules) -> Result<f64> {
    let fleet = Fleet::new(TOKENS)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut client = runtime.block_on(connect(&fleet, rules))?;
    let batch = |count: usize| {
        let places = (0..count).map(|index| (index % TOKENS as usize) as u32);
        anyhow::Ok(Messages::new(&fleet.sign(SystemClock.now(), Scheme::Http, places)?))
    };
    // Keys are made, connections opened, tables grown.
    send(&runtime, &mut client, &batch(REQUESTS)?)?;
    let messages = batch(REQUESTS)?;
    let mut sent = Ok(());
    let counted = bench.count(|| sent = send(&runtime, &mut client, &messages))?;
    sent?;
    Ok(counted.allocations as f64 / REQUESTS as f64)
}

async fn connect(fleet: &Fleet, rules: Rules) -> Result<TcpStream> {
    let guard = ReplayGuard::in_memory(Settings::default(), replay_key());
    let gate = Gate::new(GateParts {
        verifier: Arc::new(Verifier::new(fleet.directory()?, guard)),
        attempts: Arc::new(Nobody),
        explainer: None,
        observer: None,
        clock: Arc::new(SystemClock),
        chance: Arc::new(SeededChance::new(1)),
        assertions: None,
        rules,
        own: Arc::new(Nobody),
        public_hosts: Vec::new(),
        mode: Mode::Serve,
        limits: Limits::default(),
        metrics: GateMetrics::default(),
        coin: Arc::new(Coin::never()),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(gate.serve(vec![Listener::plain(listener)], std::future::pending()));
    Ok(TcpStream::connect(address).await?)
}

fn send(runtime: &Runtime, client: &mut TcpStream, messages: &Messages) -> Result<()> {
    runtime.block_on(async {
        let mut answer = [0; 1024];
        for message in messages.iter() {
            client.write_all(message).await?;
            let mut length = 0;
            while !answer[..length].ends_with(b"\r\n\r\nok") {
                let read = client.read(&mut answer[length..]).await?;
                ensure!(read > 0, "no answer");
                length += read;
            }
            ensure!(answer.starts_with(b"HTTP/1.1 200 "), "an answer other than 200");
        }
        Ok(())
    })
}

/// The trail, an upstream, and own paths.
struct Nobody;

#[async_trait]
impl AttemptSink for Nobody {
    fn admitted(&self, _: Admitted) -> Result<(), TrailUnwritable> {
        Ok(())
    }

    async fn refused(&self, _: RefusedAttempt) -> Result<(), TrailUnwritable> {
        Ok(())
    }

    fn malformed(&self, _: std::net::IpAddr, _: Timestamp) {}
}

impl InProcess for Nobody {
    fn handle(&self, _: Request<Body>) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async { Response::new(Body::from("ok")) })
    }
}

impl OwnPaths for Nobody {
    fn handle(&self, _: Request<Body>, _: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async { Response::new(Body::empty()) })
    }
}
