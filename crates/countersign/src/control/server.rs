//! The server's end of the control socket.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use countersign_authority::{Authority, Explanations, TokenClocks};
use countersign_model::Actor;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::{Line, MAX_LINE, Outcome, execute, execute_for_deployment, question};
use crate::folder;

/// Commands that are executed at a time.
const AT_ONCE: usize = 16;
/// How long a peer may take for its line.
const PATIENCE: Duration = Duration::from_secs(10);

/// Listens on the control socket; removes it when dropped.
pub(crate) struct Server {
    listener: UnixListener,
    path: PathBuf,
    office: Arc<Office>,
}

/// Who answers.
struct Office {
    authority: Arc<Authority>,
    clocks: Arc<dyn TokenClocks>,
    explanations: Explanations,
}

impl Server {
    /// Makes the socket. The caller holds the folder's lock: what lies there is a dead server's.
    pub(crate) fn bind(
        folder: &Path,
        authority: Arc<Authority>,
        clocks: Arc<dyn TokenClocks>,
        explanations: Explanations,
    ) -> anyhow::Result<Self> {
        let path = folder::control_socket(folder);
        // Absent after a clean stop.
        let _ = fs::remove_file(&path);
        let listener = folder::reach(folder, UnixListener::bind)
            .with_context(|| format!("can't make the control socket {}", path.display()))?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let office = Arc::new(Office { authority, clocks, explanations });
        Ok(Self { listener, path, office })
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
                if let Err(error) = answer(stream, &office).await {
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

async fn answer(mut stream: UnixStream, office: &Office) -> anyhow::Result<()> {
    let uid = stream.peer_cred()?.uid();
    let own = rustix::process::getuid().as_raw();
    let outcome = if uid == own || uid == 0 {
        let mut line = Zeroizing::new(String::new());
        let (reader, _) = stream.split();
        let mut reader = BufReader::new(reader.take(MAX_LINE));
        tokio::time::timeout(PATIENCE, reader.read_line(&mut line)).await??;
        match serde_json::from_str::<Line>(&line) {
            Ok(Line::Command(command)) => {
                let Office { authority, clocks, .. } = office;
                execute(authority, &**clocks, Actor::LocalUser(uid), command).await
            }
            Ok(Line::Deployment(command)) => {
                execute_for_deployment(&office.authority, Actor::LocalUser(uid), command).await
            }
            Ok(Line::Question(question)) => question::answer(&office.explanations, question).await,
            Err(_) => Outcome::Failed(
                "the server does not understand this command: it runs another version".to_owned(),
            ),
        }
    } else {
        Outcome::Refused("only the owner of the data folder may use its control socket".to_owned())
    };
    let answer = Zeroizing::new(serde_json::to_vec(&outcome)?);
    stream.write_all(&answer).await?;
    stream.write_all(b"\n").await?;
    Ok(())
}
