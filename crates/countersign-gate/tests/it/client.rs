//! A client that sends exactly the bytes of a test and reads answers one by one.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Longer than anything takes that isn't broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Client {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
}

/// What bytes go over.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One message, its body without framing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }

    pub(crate) fn first_line(&self) -> &str {
        self.head.lines().next().expect("a first line")
    }

    /// All values of a header, by its lower-case name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let pairs = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        pairs.filter(|(given, _)| *given == name).map(|(_, value)| value).collect()
    }

    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() <= 1, "{name} stands once at most: {all:?}");
        all.first().copied()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    pub(crate) fn over(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), read: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref()).await
    }

    /// Says that nothing more will be sent.
    pub(crate) async fn finish(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// The next message. `Err` where the connection ends before it does.
    pub(crate) async fn receive(&mut self) -> io::Result<Message> {
        self.receive_for("GET").await
    }

    pub(crate) async fn receive_for(&mut self, method: &str) -> io::Result<Message> {
        let head = self.receive_head().await?;
        let mut message = Message { head, body: Vec::new() };
        let is_answer = message.head.starts_with("HTTP/");
        if is_answer && (method == "HEAD" || matches!(message.status(), 100 | 101 | 204 | 304)) {
            return Ok(message);
        }
        if message.one("transfer-encoding").is_some() {
            message.body = self.receive_chunks().await?;
        } else if let Some(length) = message.one("content-length") {
            message.body = self.take(length.parse().unwrap()).await?;
        } else if is_answer {
            message.body = self.rest().await?;
        }
        Ok(message)
    }

    pub(crate) async fn receive_head(&mut self) -> io::Result<String> {
        let end = self.find(b"\r\n\r\n").await?;
        let head = self.take(end + 4).await?;
        Ok(String::from_utf8_lossy(&head).trim_end().to_owned())
    }

    /// Sends back what comes, until the other side ends.
    pub(crate) async fn echo(mut self) {
        loop {
            let bytes = std::mem::take(&mut self.read);
            if self.try_send(bytes).await.is_err() || self.fill().await.is_err() {
                return;
            }
        }
    }

    /// Exactly so many bytes.
    pub(crate) async fn take(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.read.len() < count {
            self.fill().await?;
        }
        Ok(self.read.drain(..count).collect())
    }

    /// All bytes until the other side closes. `Err` where it resets.
    pub(crate) async fn rest(&mut self) -> io::Result<Vec<u8>> {
        loop {
            match self.fill().await {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(std::mem::take(&mut self.read));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether the other side ends the connection now, without another byte.
    pub(crate) async fn is_ended(&mut self) -> bool {
        self.read.is_empty() && self.fill().await.is_err()
    }

    async fn receive_chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = self.find(b"\r\n").await?;
            let line = String::from_utf8(self.take(end + 2).await?).unwrap();
            let size = usize::from_str_radix(line.trim_end(), 16).expect("a plain chunk size");
            let chunk = self.take(size + 2).await?;
            if size == 0 {
                assert_eq!(chunk, b"\r\n", "no trailers");
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }

    async fn find(&mut self, wanted: &[u8]) -> io::Result<usize> {
        loop {
            if let Some(at) = self.read.windows(wanted.len()).position(|it| it == wanted) {
                return Ok(at);
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> io::Result<()> {
        let mut room = vec![0; 64 * 1024];
        let read = timeout(PATIENCE, self.stream.read(&mut room)).await.expect("a byte in time")?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.read.extend_from_slice(&room[..read]);
        Ok(())
    }
}
