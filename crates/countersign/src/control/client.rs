//! The command line's end of the control socket.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::folder;

/// The longest answer: two base strings of 32 KiB, and everything escaped.
const MAX_ANSWER: usize = 1 << 20;

/// How long a server may take: a change waits for others, and for a disk.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to the server that runs on a folder.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

/// An answer of the API, by whichever door.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Connection {
    /// Connects to the server that runs on `folder`. `None` where no server runs.
    pub(crate) async fn open(folder: &Path) -> anyhow::Result<Option<Self>> {
        let connected = folder::reach(folder, std::os::unix::net::UnixStream::connect);
        let stream = match connected {
            Ok(stream) => stream,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) =>
            {
                return Ok(None);
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => bail!(
                "the server on {} belongs to another user: run this as that user",
                folder.display()
            ),
            Err(error) => return Err(error).context("can't reach the server's control socket"),
        };
        stream.set_nonblocking(true)?;
        let stream = TokioIo::new(UnixStream::from_std(stream)?);
        let (sender, connection) = handshake(stream).await.context(HUNG_UP)?;
        // Its end is seen by whoever waits for an answer.
        tokio::spawn(connection);
        Ok(Some(Self { sender }))
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) async fn send(&mut self, request: Request<Bytes>) -> anyhow::Result<Answer> {
        let mut request = request.map(Full::new);
        request.headers_mut().insert(HOST, HeaderValue::from_static("localhost"));
        let exchange = async {
            self.sender.ready().await.context(HUNG_UP)?;
            received(self.sender.send_request(request).await.context(HUNG_UP)?).await
        };
        timeout(PATIENCE, exchange).await.context(
            "the server does not answer: look at its log; it may still do it when it can",
        )?
    }
}

const HUNG_UP: &str = "the server hung up: it has stopped, or runs another version";

async fn received(response: Response<Incoming>) -> anyhow::Result<Answer> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MAX_ANSWER).collect().await;
    let Ok(body) = body else { bail!(HUNG_UP) };
    Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
}

impl Answer {
    /// What it holds.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        serde_json::from_slice(&self.body)
            .context("the server's answer can't be read: it runs another version")
    }

    /// Why it was refused, in one line: the sentence of each field that is wrong, or the one of the
    /// whole.
    pub(crate) fn sentence(&self) -> String {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let errors = problem["errors"].as_array().filter(|errors| errors.len() > 1);
        if let Some(errors) = errors {
            let of_field =
                |it: &Value| Some(format!("{}: {}", text(&it["field"])?, text(&it["detail"])?));
            return errors.iter().filter_map(of_field).collect::<Vec<_>>().join("; ");
        }
        // A gate in front of the API has a shape of its own.
        let sentence = text(&problem["detail"]).or_else(|| text(&problem["error"]["message"]));
        sentence.unwrap_or_else(|| format!("the server answered {}", self.status))
    }
}
