//! An upstream behind Countersign: it believes a signed assertion, and no header of anybody.
//!
//! `assertion.rs` is what there is to copy. Settings come from the environment, see `README.md`.

mod assertion;
mod keys;

use std::env;
use std::io::Write;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

use assertion::{Claims, Expected, Refused, Unproven};
use keys::Keys;

struct Upstream {
    keys: Keys,
    expected: Expected,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let upstream = Arc::new(Upstream {
        keys: Keys::at(&setting("COUNTERSIGN_JWKS_URL")?)?,
        expected: Expected {
            issuer: setting("COUNTERSIGN_ISSUER")?,
            audience: setting("COUNTERSIGN_AUDIENCE")?,
        },
    });
    let listener = TcpListener::bind(setting("LISTEN")?).await?;
    writeln!(std::io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let upstream = Arc::clone(&upstream);
        tokio::spawn(async move {
            let answer = |request| {
                let upstream = Arc::clone(&upstream);
                async move { Ok::<_, std::convert::Infallible>(upstream.answer(&request).await) }
            };
            let served =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
            // A client that went away.
            let _ = served.await;
        });
    }
}

impl Upstream {
    async fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        match self.who_acts(request).await {
            // Here an API would look whether `claims.permissions` allow what is asked for.
            Ok(claims) => json_answer(StatusCode::OK, &json!({ "who": claims })),
            Err(refused) => {
                let error = json!({ "error": refused.to_string() });
                json_answer(StatusCode::UNAUTHORIZED, &error)
            }
        }
    }

    async fn who_acts(&self, request: &Request<Incoming>) -> Result<Claims, Refused> {
        let mut found = request.headers().get_all("countersign-assertion").iter();
        let (Some(token), None) = (found.next(), found.next()) else {
            return Err(Refused::Malformed);
        };
        let unproven = Unproven::read(token.to_str().map_err(|_| Refused::Malformed)?)?;
        let key = self.keys.find(&unproven.key_id).await.ok_or(Refused::UnknownKey)?;
        unproven.prove(&key, &self.expected, now())
    }
}

fn json_answer(status: StatusCode, content: &serde_json::Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(content.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn setting(name: &str) -> anyhow::Result<String> {
    env::var(name).with_context(|| format!("{name} is not set: see README.md"))
}

#[expect(clippy::disallowed_methods, reason = "this is a program of its own, with no other clock")]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}
