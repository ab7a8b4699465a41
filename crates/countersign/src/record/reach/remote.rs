//! A server somewhere: requests are signed with a token, and act as its entity in its role.

use anyhow::{Context, bail};
use bytes::{Bytes, BytesMut};
use countersign_client::{Address, Client, ClientOptions, RequestBody, SigningRequest};
use countersign_signing::SignOptions;
use http::Request;

use super::super::place::Place;
use crate::control::Answer;
use crate::system::{OsChance, SystemClock};
use countersign_caller::call::{advised, nonce};
use countersign_caller::credentials::Signer;
use countersign_model::Clock;

/// The longest answer.
const MAX_ANSWER: usize = 1 << 20;

/// Who signs, and where requests go.
pub(in crate::record) struct Remote {
    url: String,
    signer: Signer,
    client: Client,
}

impl Remote {
    pub(super) fn open(url: &str, place: &Place) -> anyhow::Result<Self> {
        let signer = place.credentials.load()?;
        let options = ClientOptions { certificates: place.cacert.clone(), ..Default::default() };
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { url, signer, client: Client::with(&options)? })
    }

    pub(super) fn account(&self) -> &str {
        &self.signer.realm
    }

    pub(super) async fn send(&self, request: Request<Bytes>) -> anyhow::Result<Answer> {
        let (head, body) = request.into_parts();
        // Not the URL itself: a user name in it may have a password beside it.
        let address = Address::parse(&format!("{}{}", self.url, head.uri));
        let mut signing =
            SigningRequest::new(head.method, address.context("the URL can't be used")?);
        signing.headers = head.headers;
        signing.body = RequestBody::Bytes(body);
        let nonce = nonce(&OsChance);
        let options = SignOptions {
            realm: Some(&self.signer.realm),
            ..SignOptions::new(SystemClock.now().seconds(), &nonce)
        };
        let sent = self.client.send(signing, &self.signer.credentials, &options).await;
        let (head, mut incoming) = sent.map_err(advised)?.into_parts();
        let mut body = BytesMut::new();
        while let Some(part) = incoming.chunk().await.map_err(advised)? {
            if body.len() + part.len() > MAX_ANSWER {
                bail!("the answer is longer than any of this API: is the URL right?");
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { status: head.status, headers: head.headers, body: body.freeze() })
    }
}
