//! What is said to a client whose head did not come to its end in time (RFC 9110 section 15.5.9).
//! A connection on which nothing was begun is closed without a word.

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_rustls::server::TlsStream;

use super::stream::Stream;

const TOO_SLOW: &[u8] = b"HTTP/1.1 408 Request Timeout\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 45\r\ncache-control: no-store\r\n\
    connection: close\r\n\r\n\
    The head of the request did not come in time.";

/// A client's side that knows whether all that was written has gone.
pub(super) trait Writing {
    /// Whether the last write still waits for the client: then the HTTP library holds the end of an
    /// answer.
    fn is_waiting(&self) -> bool;
}

impl Writing for Stream {
    fn is_waiting(&self) -> bool {
        self.waits_to_write()
    }
}

impl<S: Writing> Writing for TlsStream<S> {
    fn is_waiting(&self) -> bool {
        self.get_ref().0.is_waiting()
    }
}

/// Says it, unless it would stand within the answer to an earlier request.
pub(super) async fn answer<S>(mut client: S)
where
    S: Writing + AsyncRead + AsyncWrite + Unpin,
{
    if client.is_waiting() {
        return;
    }
    // A client that takes nothing is given up by the stream itself, and so is one that never
    // closes its side. It has been too slow already: nobody has to know.
    if client.write_all(TOO_SLOW).await.is_ok() {
        let _ = client.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_as_long_as_it_says() {
        let text = std::str::from_utf8(TOO_SLOW).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{}", body.len());
    }
}
