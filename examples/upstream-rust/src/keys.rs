//! The published keys of Countersign: fetched, kept for five minutes, and looked at again for a key
//! that is not among them, but not more often than strangers may make us.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// As `Cache-Control` of the keys says.
const KEPT: Duration = Duration::from_secs(5 * 60);
/// Between two looks for an unknown key, and after one that failed.
const PAUSE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(5);
const MAX_LENGTH: usize = 64 * 1024;

pub(crate) struct Keys {
    url: Uri,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    by_id: HashMap<String, Vec<u8>>,
    looked: Option<Instant>,
    fetched: Option<Instant>,
}

impl Keys {
    pub(crate) fn at(url: &str) -> anyhow::Result<Self> {
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            url: url.parse().context("the keys need a URL")?,
            client: Client::builder(TokioExecutor::new()).build(connector),
            known: Mutex::default(),
        })
    }

    /// The public key of that name, if it is published.
    pub(crate) async fn find(&self, id: &str) -> Option<Vec<u8>> {
        let mut known = self.known.lock().await;
        let is_old = known.fetched.is_none_or(|at| at.elapsed() >= KEPT);
        let may_look = known.looked.is_none_or(|at| at.elapsed() >= PAUSE);
        if (is_old || !known.by_id.contains_key(id)) && may_look {
            known.looked = Some(Instant::now());
            match timeout(PATIENCE, self.fetch()).await {
                Ok(Ok(by_id)) => {
                    known.by_id = by_id;
                    known.fetched = Some(Instant::now());
                }
                // What was withdrawn meanwhile must not be believed for ever.
                Ok(Err(_)) | Err(_) if is_old => known.by_id.clear(),
                Ok(Err(_)) | Err(_) => {}
            }
        }
        known.by_id.get(id).cloned()
    }

    async fn fetch(&self) -> anyhow::Result<HashMap<String, Vec<u8>>> {
        let answer = self.client.get(self.url.clone()).await?;
        ensure!(answer.status().is_success(), "the keys are not there: {}", answer.status());
        let body = Limited::new(answer.into_body(), MAX_LENGTH).collect().await;
        let body = body.map_err(|_| anyhow::anyhow!("the keys can't be read"))?.to_bytes();
        let set: KeySet = serde_json::from_slice(&body)?;
        let keys = set.keys.into_iter().filter(|key| key.kty == "OKP" && key.crv == "Ed25519");
        let decoded = keys.filter_map(|key| Some((key.kid, URL_SAFE_NO_PAD.decode(key.x).ok()?)));
        Ok(decoded.collect())
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    x: String,
    #[serde(default)]
    kid: String,
}
