//! The server's end of the control socket.

use std::convert::Infallible;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use countersign_api::{Api, Door, refuse};
use countersign_trail::Explanations;
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::refusals;
use crate::folder;

/// Connections that are answered at a time.
const AT_ONCE: usize = 16;
/// How long a peer may take to say something.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection may last: a change waits for others, and for a disk.
const LONGEST: Duration = Duration::from_secs(120);

/// Listens on the control socket; removes it when dropped.
pub(crate) struct Server {
    listener: UnixListener,
    path: PathBuf,
    office: Arc<Office>,
}

/// Who answers.
struct Office {
    api: Api,
    explanations: Explanations,
}

impl Server {
    /// Makes the socket. The caller holds the folder's lock: what lies there is a dead server's.
    pub(crate) fn bind(
        folder: &Path,
        api: Api,
        explanations: Explanations,
    ) -> anyhow::Result<Self> {
        let path = folder::control_socket(folder);
        // Absent after a clean stop.
        let _ = fs::remove_file(&path);
        let listener = folder::reach(folder, UnixListener::bind)
            .with_context(|| format!("can't make the control socket {}", path.display()))?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Self { listener, path, office: Arc::new(Office { api, explanations }) })
    }

    /// Answers until it is dropped.
    pub(crate) async fn run(self) {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let stream = match self.listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "the control socket can't accept");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let office = Arc::clone(&self.office);
            tokio::spawn(async move {
                let _place = place;
                if let Err(error) = attend(stream, office).await {
                    tracing::warn!(%error, "a control connection failed");
                }
            });
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whoever starts next removes it otherwise.
        let _ = fs::remove_file(&self.path);
    }
}

async fn attend(stream: UnixStream, office: Arc<Office>) -> anyhow::Result<()> {
    let uid = stream.peer_cred()?.uid();
    let own = rustix::process::getuid().as_raw();
    let door = (uid == own || uid == 0).then_some(Door::Operator(uid));
    let service = service_fn(|request| {
        let (office, door) = (Arc::clone(&office), door.clone());
        async move { Ok::<_, Infallible>(answer(&office, door, request).await.map(Full::new)) }
    });
    let mut http = http1::Builder::new();
    let http = http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    match timeout(LONGEST, connection).await {
        // One that says nothing more is closed, too.
        Ok(Err(error)) if !error.is_timeout() => Err(error.into()),
        Ok(_) | Err(_) => Ok(()),
    }
}

async fn answer(
    office: &Office,
    door: Option<Door>,
    request: Request<Incoming>,
) -> Response<Bytes> {
    if door.is_none() {
        let rule = "only the owner of the data folder may use its control socket";
        return refuse("operator-only", rule);
    }
    let path = request.uri().path();
    match refusals::reference(path) {
        Some(reference) if request.method() == Method::GET => {
            refusals::answer(&office.explanations, reference).await
        }
        _ => office.api.answer(request, door).await,
    }
}
