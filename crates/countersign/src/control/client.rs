//! The command line's end of the control socket.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{MAX_ANSWER, Outcome};
use crate::folder;

/// How long a server may take: a change waits for others, and for a disk.
const PATIENCE: Duration = Duration::from_secs(60);

/// Has the server that runs on `folder` answer a command or a question. `None` where no server
/// runs.
pub(crate) async fn ask(folder: &Path, line: &impl Serialize) -> anyhow::Result<Option<Outcome>> {
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
    let mut stream = UnixStream::from_std(stream)?;
    let mut line = Zeroizing::new(serde_json::to_vec(line)?);
    line.push(b'\n');
    let mut answer = Zeroizing::new(Vec::new());
    let exchange = async {
        stream.write_all(&line).await?;
        stream.take(MAX_ANSWER).read_to_end(&mut answer).await
    };
    timeout(PATIENCE, exchange)
        .await
        .context("the server does not answer: look at its log; it may still do it when it can")?
        .context("the server hung up")?;
    let outcome = serde_json::from_slice(&answer)
        .context("the server's answer can't be read: it runs another version, or has stopped")?;
    Ok(Some(outcome))
}
