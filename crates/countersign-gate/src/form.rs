//! Form bodies, which are signed and therefore read before the verdict.
//!
//! Only the form of a request that names a known consumer key and a known token is read: a
//! stranger can't make the gate hold memory. All other bodies stay on the wire.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use countersign_signing::{Authorization, is_form};
use countersign_verify::Directory;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::Limits;
use crate::body::{BodyFault, Paced, Reserved};
use crate::head::Head;
use crate::scratch::with_scratch;

/// The body of a request that can be verified.
pub(crate) enum Payload {
    /// Is not signed.
    Stream(Incoming),
    /// Is signed, and was read.
    Form(Bytes, Reserved),
}

impl Payload {
    /// What the signature covers of it.
    pub(crate) fn signed(&self) -> Option<&[u8]> {
        match self {
            Self::Form(bytes, _) => Some(bytes),
            Self::Stream(_) => None,
        }
    }
}

/// Why a form could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormFault {
    TooLarge,
    NoRoom,
    TooSlow,
    Malformed,
    Gone,
}

/// Reads forms, within a budget for all of them.
pub(crate) struct FormReader {
    budget: Arc<Semaphore>,
    longest: usize,
    patience: Duration,
}

impl FormReader {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            budget: Arc::new(Semaphore::new(limits.form_memory.min(Semaphore::MAX_PERMITS))),
            longest: limits.form_bytes,
            patience: limits.form_read,
        }
    }

    /// Reads the body if it is a form. `None` where it is one that nobody known is charged for: it
    /// is not read, so its request can't be admitted.
    pub(crate) async fn take(
        &self,
        head: &Head<'_>,
        incoming: Incoming,
        directory: &Directory,
    ) -> Result<Option<Payload>, FormFault> {
        if !head.content_type.is_some_and(is_form) {
            return Ok(Some(Payload::Stream(incoming)));
        }
        if !names_somebody(head, directory) {
            return Ok(None);
        }
        let (bytes, reserved) =
            timeout(self.patience, self.read(incoming)).await.map_err(|_| FormFault::TooSlow)??;
        Ok(Some(Payload::Form(bytes, reserved)))
    }

    async fn read(&self, incoming: Incoming) -> Result<(Bytes, Reserved), FormFault> {
        let size = incoming.size_hint();
        if size.lower() > self.longest as u64 {
            return Err(FormFault::TooLarge);
        }
        let mut held = Held { bytes: BytesMut::new(), reserved: None };
        // What was announced is reserved at once; chunks as they come.
        held.reserve(&self.budget, size.lower() as usize)?;
        let mut incoming = crate::Body::paced(Paced::new(incoming, self.patience));
        while let Some(frame) = incoming.frame().await {
            let Ok(data) = frame?.into_data() else { break };
            if held.bytes.len() + data.len() > self.longest {
                return Err(FormFault::TooLarge);
            }
            held.reserve(&self.budget, data.len())?;
            held.bytes.extend_from_slice(&data);
        }
        Ok((held.bytes.freeze(), held.reserved))
    }
}

struct Held {
    bytes: BytesMut,
    reserved: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Makes room for `more` bytes beyond those that are held.
    fn reserve(&mut self, budget: &Arc<Semaphore>, more: usize) -> Result<(), FormFault> {
        let reserved = self.reserved.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = (self.bytes.len() + more).saturating_sub(reserved);
        if missing == 0 {
            return Ok(());
        }
        let missing = u32::try_from(missing).map_err(|_| FormFault::TooLarge)?;
        let permit = Arc::clone(budget).try_acquire_many_owned(missing);
        let permit = permit.map_err(|_| FormFault::NoRoom)?;
        match &mut self.reserved {
            Some(reserved) => reserved.merge(permit),
            None => self.reserved = Some(permit),
        }
        Ok(())
    }
}

fn names_somebody(head: &Head<'_>, directory: &Directory) -> bool {
    let Some(header) = head.authorization else { return false };
    with_scratch(|scratch| {
        let Ok(authorization) = Authorization::parse(header, &mut scratch.fields) else {
            return false;
        };
        let ids = authorization.consumer_key().zip(authorization.token());
        ids.is_some_and(|(consumer_key, token)| directory.knows(consumer_key, token))
    })
}

impl From<BodyFault> for FormFault {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::Idle => Self::TooSlow,
            BodyFault::Malformed(_) => Self::Malformed,
            BodyFault::Broken(_) | BodyFault::Other(_) => Self::Gone,
        }
    }
}
