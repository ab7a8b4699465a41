//! Why a request got no answer, each reason in a sentence of its own.
//!
//! Belongs here: telling the reasons apart. Does not: refusals, which are answers.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use countersign_signing::SignFault;
use http::header::HeaderName;

use crate::FileFault;

/// Why a request got no answer, or not all of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientFault {
    /// Every verifier would refuse the request. The source says why.
    #[error("every server would refuse the request")]
    Sign(#[from] SignFault),
    /// The caller set a header that the client makes.
    #[error("the header {0} is made by the client: leave it out")]
    OwnHeader(HeaderName),
    /// A header that decides what is signed stands there twice.
    #[error("the header {0} is there twice, and only one of them could be signed by")]
    RepeatedHeader(HeaderName),
    /// The `Host` header is not ASCII.
    #[error("the Host header is not ASCII: write it in its xn-- form")]
    Host,
    /// The method is `CONNECT`.
    #[error("CONNECT asks for a tunnel: there is no address in it that could be signed")]
    Method,
    /// A body can't be read.
    #[error(transparent)]
    File(#[from] FileFault),
    /// A file of certificates can't be used.
    #[error("{} is no file of PEM certificates: {reason}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS can't be set up at all.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
    /// There is no connection. Nothing was sent.
    #[error("no connection to {authority}: {why}")]
    Connect {
        /// Host and port.
        authority: String,
        /// The reason.
        why: ConnectFault,
    },
    /// Nothing moved for too long. The server may have carried the request out.
    #[error("{authority} was silent for {} seconds", silence.as_secs_f32())]
    Silent {
        /// Host and port.
        authority: String,
        /// How long was waited.
        silence: Duration,
    },
    /// The connection broke. The server may have carried the request out.
    #[error("the connection to {authority} broke: {reason}")]
    Broken {
        /// Host and port.
        authority: String,
        /// What the HTTP library says.
        reason: String,
    },
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectFault {
    /// Nothing listens there.
    #[error("nothing listens there (connection refused)")]
    Refused,
    /// The name has no address.
    #[error("the name has no address ({0})")]
    UnknownHost(String),
    /// The other side did not answer in time.
    #[error("it did not answer in time")]
    Silent,
    /// There is somebody, but no TLS with them.
    #[error("TLS failed ({0})")]
    Tls(String),
    /// Another reason of the network's.
    #[error("{0}")]
    Other(String),
}

impl ClientFault {
    /// From what the HTTP library says about a request to `authority`.
    pub(crate) fn of(authority: &str, fault: &hyper_util::client::legacy::Error) -> Self {
        let authority = authority.to_owned();
        if let Some(file) = chain(fault).find_map(|it| it.downcast_ref::<FileFault>()) {
            return Self::File(file.again());
        }
        if fault.is_connect() {
            return Self::Connect { authority, why: ConnectFault::of(fault) };
        }
        Self::Broken { authority, reason: innermost(fault) }
    }

    /// From what the HTTP library says about an answer of `authority`.
    pub(crate) fn broken(authority: &str, fault: &hyper::Error) -> Self {
        Self::Broken { authority: authority.to_owned(), reason: innermost(fault) }
    }
}

impl ConnectFault {
    fn of(fault: &(dyn Error + 'static)) -> Self {
        if let Some(tls) = chain(fault).find_map(|it| it.downcast_ref::<rustls::Error>()) {
            return Self::Tls(tls.to_string());
        }
        // The connector's own type is private: it has nothing but its text.
        if chain(fault).any(|it| it.to_string() == "dns error") {
            return Self::UnknownHost(innermost(fault));
        }
        match chain(fault).find_map(|it| it.downcast_ref::<io::Error>()).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => Self::Refused,
            Some(io::ErrorKind::TimedOut) => Self::Silent,
            _ => Self::Other(innermost(fault)),
        }
    }
}

/// The fault and what is below it. What an [`io::Error`] wraps is not its source, but a part of it.
fn chain<'f>(fault: &'f (dyn Error + 'static)) -> impl Iterator<Item = &'f (dyn Error + 'static)> {
    std::iter::successors(Some(fault), |fault| {
        let fault: &'f (dyn Error + 'static) = *fault;
        let wrapped = fault.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => fault.source(),
        }
    })
}

fn innermost(fault: &(dyn Error + 'static)) -> String {
    chain(fault).last().map(ToString::to_string).unwrap_or_default()
}
