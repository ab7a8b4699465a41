//! Form bodies, which are signed and therefore read before the verdict.
//!
//! A form is read only if nothing is wrong with its request but that its signature, without the
//! form, is not right: who is refused whatever the form holds isn't waited for. A stranger, and who
//! names a revoked or inactive token, can't make the gate hold memory. All other bodies stay on
//! the wire.
//!
//! What can be seen without ids is answered alike to everybody, before ids count: a form that
//! announces more than the limit, and no room in all or for its address. What happens to a form
//! after that looks like any failed login, but for a lack of room, which its owner must be told.
//! That a form is waited for at all can be seen: ids are no secrets.

mod budget;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use countersign_model::{AccountNumber, Timestamp, TokenNumber};
use countersign_signing::Scratch;
use countersign_verify::{
    Directory, Named, Refusal, Refused, SignedAt, SignedRequest, Tolerance, judge,
};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;

use crate::Limits;
use crate::body::{BodyFault, Paced};
pub(crate) use budget::Share;
use budget::{Budget, NoRoom};

/// The body of a request that can be verified.
pub(crate) enum Payload {
    /// Is not signed.
    Stream(Incoming),
    /// Is signed, and was read.
    Form(Bytes, Share),
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

/// What is known of a request before its form is read.
pub(crate) struct Foreseen {
    named: Named,
    signed_at: Option<SignedAt>,
    /// Why it will be refused, whatever its form holds.
    refusal: Option<Refusal>,
}

impl Foreseen {
    /// Judges `request` from `source`, which comes without its form. Nothing is remembered of it.
    pub(crate) fn of(
        request: &SignedRequest<'_>,
        source: IpAddr,
        directory: &Directory,
        now: Timestamp,
        scratch: &mut Scratch,
    ) -> Self {
        match judge(request, source, directory, now, Tolerance::DEFAULT, scratch) {
            Ok(proven) => {
                let signed_at = Some(SignedAt::Claimed(proven.second()));
                Self { named: proven.named(), signed_at, refusal: None }
            }
            Err(Refused { refusal, named, signed_at, .. }) => {
                let refusal = Some(refusal).filter(|it| *it != Refusal::BadSignature);
                Self { named, signed_at, refusal }
            }
        }
    }
}

/// Reads forms, within a budget for all of them.
pub(crate) struct FormReader {
    budget: Arc<Budget>,
    longest: usize,
    patience: Duration,
}

impl FormReader {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            budget: Arc::new(Budget::new(limits.form_memory, limits.form_bytes)),
            longest: limits.form_bytes,
            patience: limits.form_read,
        }
    }

    /// Bytes that are held now.
    pub(crate) fn memory(&self) -> usize {
        self.budget.in_all()
    }

    /// Reads the form of a request that can still be admitted.
    ///
    /// # Errors
    /// [`Refused`]: what was foreseen, or why the form could not be read.
    pub(crate) async fn take(
        &self,
        incoming: Incoming,
        source: IpAddr,
        foreseen: Foreseen,
    ) -> Result<Payload, Refused> {
        let Foreseen { named, signed_at, refusal } = foreseen;
        let form = match self.check_announced(&incoming).err().or(refusal) {
            Some(refusal) => Err(refusal),
            None => self.read(incoming, self.budget.share(source), named.token).await,
        };
        form.map_err(|refusal| Refused { refusal, named, signed_at, remembered: None })
    }

    /// Memory is held for what has come, not for what is announced, which costs nothing to say.
    fn check_announced(&self, incoming: &Incoming) -> Result<(), Refusal> {
        let announced = usize::try_from(incoming.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > self.longest { Err(Refusal::FormAnnouncedTooLarge) } else { Ok(()) }
    }

    async fn read(
        &self,
        incoming: Incoming,
        mut share: Share,
        token: Option<(AccountNumber, TokenNumber)>,
    ) -> Result<Payload, Refusal> {
        if let Some(token) = token {
            share.charge(token)?;
        }
        let reading = timeout(self.patience, self.collect(incoming, &mut share));
        let bytes = reading.await.map_err(|_| Refusal::FormTooSlow)??;
        Ok(Payload::Form(bytes, share))
    }

    async fn collect(&self, incoming: Incoming, share: &mut Share) -> Result<Bytes, Refusal> {
        let mut form = BytesMut::new();
        let mut incoming = crate::Body::paced(Paced::new(incoming, self.patience));
        while let Some(frame) = incoming.frame().await {
            let Ok(data) = frame?.into_data() else { break };
            let length = form.len() + data.len();
            if length > self.longest {
                return Err(Refusal::FormTooLarge);
            }
            share.hold(length)?;
            form.extend_from_slice(&data);
        }
        Ok(form.freeze())
    }
}

impl From<NoRoom> for Refusal {
    fn from(NoRoom: NoRoom) -> Self {
        Self::FormNoRoom
    }
}

impl From<BodyFault> for Refusal {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::Idle => Self::FormTooSlow,
            BodyFault::Malformed(_) => Self::FormMalformed,
            BodyFault::Broken(_) | BodyFault::Other(_) => Self::FormCutOff,
        }
    }
}
