//! What a request carries: bytes, or a file that is streamed.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use thiserror::Error;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use crate::ClientFault;

/// The body of a request.
#[derive(Debug)]
pub enum RequestBody {
    /// Bytes in memory; also for no body at all.
    Bytes(Bytes),
    /// A file.
    File(FileBody),
}

impl RequestBody {
    /// No body.
    #[must_use]
    pub const fn empty() -> Self {
        Self::Bytes(Bytes::new())
    }

    /// A file's content, from here on. Its length is taken now and announced; a pipe's is not
    /// known, so that its content is sent in chunks.
    ///
    /// # Errors
    /// [`ClientFault::File`]
    pub async fn open(path: &Path) -> Result<Self, ClientFault> {
        let fault = |fault| FileFault::new(path, fault);
        let file = File::open(path).await.map_err(fault)?;
        let metadata = file.metadata().await.map_err(fault)?;
        if metadata.is_dir() {
            return Err(FileFault::new(path, io::ErrorKind::IsADirectory.into()).into());
        }
        let left = metadata.is_file().then_some(metadata.len());
        Ok(Self::File(FileBody { file, path: path.to_owned(), left, buffer: Vec::new() }))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.is_end_stream()
    }

    /// All of it, which from now on is in memory.
    pub(crate) async fn read(&mut self) -> Result<Bytes, FileFault> {
        let bytes = match self {
            Self::Bytes(bytes) => return Ok(bytes.clone()),
            Self::File(file) => file.read().await?,
        };
        *self = Self::Bytes(bytes.clone());
        Ok(bytes)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = FileFault;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, FileFault>>> {
        match self.get_mut() {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::File(file) => {
                let read = ready!(file.poll_read(context));
                Poll::Ready(read.map(|bytes| bytes.map(Frame::data)).transpose())
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::File(file) => file.left == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::File(file) => file.left.map_or_else(SizeHint::new, SizeHint::with_exact),
        }
    }
}

/// An open file that is being sent.
#[derive(Debug)]
pub struct FileBody {
    file: File,
    path: PathBuf,
    /// What is still to be sent of the announced length.
    left: Option<u64>,
    buffer: Vec<u8>,
}

impl FileBody {
    const CHUNK: usize = 64 * 1024;

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, FileFault>> {
        let room = self.left.map_or(Self::CHUNK, |left| Self::CHUNK.min(clamped(left)));
        if room == 0 {
            return Poll::Ready(Ok(None));
        }
        self.buffer.resize(Self::CHUNK, 0);
        let mut buffer = ReadBuf::new(&mut self.buffer[..room]);
        let read = ready!(Pin::new(&mut self.file).poll_read(context, &mut buffer));
        read.map_err(|fault| FileFault::new(&self.path, fault))?;
        let bytes = Bytes::copy_from_slice(buffer.filled());
        match (&mut self.left, bytes.len() as u64) {
            (None, 0) => Poll::Ready(Ok(None)),
            (Some(_), 0) => Poll::Ready(Err(self.cut_short())),
            (left, length) => {
                *left = left.map(|left| left.saturating_sub(length));
                Poll::Ready(Ok(Some(bytes)))
            }
        }
    }

    async fn read(&mut self) -> Result<Bytes, FileFault> {
        let mut bytes = Vec::new();
        let read = match self.left {
            Some(left) => (&mut self.file).take(left).read_to_end(&mut bytes).await,
            None => self.file.read_to_end(&mut bytes).await,
        };
        read.map_err(|fault| FileFault::new(&self.path, fault))?;
        Ok(bytes.into())
    }

    fn cut_short(&self) -> FileFault {
        let fault = io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter meanwhile");
        FileFault::new(&self.path, fault)
    }
}

fn clamped(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// Why a file can't be sent.
#[derive(Debug, Error)]
#[error("{} can't be read: {fault}", path.display())]
pub struct FileFault {
    path: PathBuf,
    fault: io::Error,
}

impl FileFault {
    fn new(path: &Path, fault: io::Error) -> Self {
        Self { path: path.to_owned(), fault }
    }

    /// The same, for a caller of its own.
    pub(crate) fn again(&self) -> Self {
        Self::new(&self.path, io::Error::new(self.fault.kind(), self.fault.to_string()))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the system says.
    #[must_use]
    pub fn reason(&self) -> &io::Error {
        &self.fault
    }
}

/// A body that counts the frames it has given, so that it can be seen to move.
pub(crate) struct Outgoing {
    body: RequestBody,
    moved: Arc<AtomicU64>,
}

impl Outgoing {
    pub(crate) fn new(body: RequestBody, moved: Arc<AtomicU64>) -> Self {
        Self { body, moved }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = FileFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, FileFault>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.moved.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
