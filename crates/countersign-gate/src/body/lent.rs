//! A body that is lent: who asks for none of its bytes gives it back.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};

use super::{Body, BodyFault};

type Shelf = Arc<Mutex<Option<Body>>>;

/// Who has lent a body.
pub(crate) struct Lender(Shelf);

/// What was lent. Its body is taken from the shelf when a byte of it is asked for.
pub(super) struct Lent {
    shelf: Shelf,
    taken: Option<Box<Body>>,
    hint: SizeHint,
    is_empty: bool,
}

impl Lender {
    pub(crate) fn of(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Some(body))))
    }

    pub(crate) fn lend(&self) -> Body {
        let shelf = self.0.lock().unwrap_or_else(|held| held.into_inner());
        let hint = shelf.as_ref().map(Body::size_hint).unwrap_or_default();
        let is_empty = shelf.as_ref().is_none_or(Body::is_end_stream);
        drop(shelf);
        Body::lent(Lent { shelf: Arc::clone(&self.0), taken: None, hint, is_empty })
    }

    /// The body, if nobody has begun to read it.
    pub(crate) fn take_back(self) -> Option<Body> {
        self.0.lock().unwrap_or_else(|held| held.into_inner()).take()
    }
}

impl Lent {
    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        if self.taken.is_none() {
            let body = self.shelf.lock().unwrap_or_else(|held| held.into_inner()).take();
            self.taken = body.map(Box::new);
        }
        match &mut self.taken {
            Some(body) => Pin::new(&mut **body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    pub(super) fn is_end_stream(&self) -> bool {
        self.taken.as_ref().map_or(self.is_empty, |body| body.is_end_stream())
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        self.taken.as_ref().map_or_else(|| self.hint, |body| body.size_hint())
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_body_comes_back_if_nobody_asked_for_a_byte_of_it() {
        let lender = Lender::of(Body::from("text"));
        let lent = lender.lend();
        assert_eq!(lent.size_hint().exact(), Some(4));
        assert!(!lent.is_end_stream());
        drop(lent);
        let back = lender.take_back().unwrap();
        assert_eq!(back.collect().await.unwrap().to_bytes(), "text");

        let lender = Lender::of(Body::from("text"));
        let read = lender.lend().collect().await.unwrap().to_bytes();
        assert_eq!(read, "text");
        assert!(lender.take_back().is_none());
    }
}
