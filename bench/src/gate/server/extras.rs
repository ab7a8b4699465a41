//! What a gate may do beside its least: TLS, assertions, traces, upstreams in other processes.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use clap::Args;
use countersign_assertions::SignedAssertions;
use countersign_authority::Vault;
use countersign_gate::{
    Certificate, InProcess, Listener, Rules, Tls, TlsSettings, TlsVersion, Upstream,
    UpstreamSettings,
};
use countersign_model::{AssertionKey, AssertionKeyNumber, AssertionKeys, Clock};
use countersign_testkit::SeededChance;
use countersign_verify::{Assertions, Fact, Verifier};
use tokio::net::TcpListener;

use crate::fleet::HOST;
use crate::system::SystemClock;

#[derive(Args)]
pub(crate) struct Extras {
    /// Speak TLS, HTTP/2 or HTTP/1.1, as the client likes
    #[arg(long)]
    tls: bool,
    /// Give upstreams signed assertions
    #[arg(long)]
    assertions: bool,
    /// Where traces are sent
    #[arg(long, value_name = "ADDRESS")]
    pub(super) collector: Option<SocketAddr>,
    /// The share of requests that are traced
    #[arg(long, default_value_t = 0.0)]
    pub(super) sample: f64,
    /// Servers behind it, in other processes
    #[arg(long, value_name = "ADDRESS")]
    upstream: Vec<SocketAddr>,
}

impl Extras {
    pub(super) fn listener(&self, socket: TcpListener) -> Result<Listener> {
        let tls = self.tls.then(tls).transpose()?;
        Ok(Listener { tls, ..Listener::plain(socket) })
    }

    pub(super) fn rules(&self, otherwise: Arc<dyn InProcess>) -> Result<Rules> {
        let servers: Vec<String> = self.upstream.iter().map(|it| format!("http://{it}")).collect();
        Ok(Rules::one(if servers.is_empty() {
            Upstream::in_process(otherwise)
        } else {
            Upstream::new(&servers, UpstreamSettings::default())?
        }))
    }

    pub(super) fn assertions(
        &self,
        verifier: Arc<Verifier>,
        vault: Arc<Vault>,
    ) -> Result<Option<Arc<dyn Assertions>>> {
        if !self.assertions {
            return Ok(None);
        }
        let keys = AssertionKeys::new(vec![assertion_key(&vault)?]);
        verifier.directory().learn(Fact::AssertionKeys(keys));
        let issuer = "https://countersign.example";
        Ok(Some(Arc::new(SignedAssertions::new(issuer, verifier, vault))))
    }
}

fn tls() -> Result<Tls> {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed([HOST.to_owned()])?;
    let pem = (cert.pem(), signing_key.serialize_pem());
    let certificate = Certificate::from_pem(pem.0.as_bytes(), pem.1.as_bytes())?;
    Ok(Tls::new(certificate, TlsSettings { oldest: TlsVersion::Tls12, http2: true })?)
}

fn assertion_key(vault: &Vault) -> Result<AssertionKey> {
    let (seed, number) = ([7; 32], AssertionKeyNumber(1));
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| anyhow!("no key pair"))?;
    let binding = AssertionKey::binding(number);
    Ok(AssertionKey {
        number,
        public_key: pair.public_key().as_ref().try_into().context("a key of another size")?,
        private_key: vault.seal(&seed, &binding, 1, &SeededChance::new(2))?,
        signs_from: SystemClock.now(),
        until: None,
    })
}
