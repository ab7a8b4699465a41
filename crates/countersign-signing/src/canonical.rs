//! The request in the one form that is signed, RFC 5849 section 3.4.1.
//!
//! Belongs here: method, base URI and parameters in order, and signing them. Does not: reading the
//! header (see `authorization`), nor any other form than the RFC's (see `diagnose`).

mod collect;
mod fault;
mod pairs;

pub use fault::RequestFault;
pub use pairs::{Pairs, Scratch};

use crate::{Authorization, BaseString, Request, Signature, SigningKey, percent};

/// A request with its parameters collected, encoded and sorted.
///
/// Borrows from the [`Pairs`] that it was made in.
#[derive(Clone, Copy, Debug)]
pub struct CanonicalRequest<'s> {
    pairs: &'s Pairs,
}

impl<'s> CanonicalRequest<'s> {
    /// Collects the parameters of header, query and form, encodes and sorts them (RFC 5849 sections
    /// 3.4.1.2 and 3.4.1.3).
    ///
    /// `realm` and `oauth_signature` of the header are left out, all else is kept: unknown names,
    /// repeated names, empty names and values. The path is not folded. The memory of `pairs` is
    /// reused and overwritten.
    ///
    /// # Errors
    /// [`RequestFault`]: `oauth_` parameters outside of the header, or more parameters than
    /// [`PARAMETERS`](crate::limits::PARAMETERS) in header and query or
    /// [`FORM_PARAMETERS`](crate::limits::FORM_PARAMETERS) in the form.
    pub fn new(
        request: &Request<'_>,
        authorization: &Authorization<'_>,
        pairs: &'s mut Pairs,
    ) -> Result<CanonicalRequest<'s>, RequestFault> {
        collect::collect(request, authorization, pairs)?;
        Ok(CanonicalRequest { pairs })
    }

    /// The text that is signed (RFC 5849 section 3.4.1.1).
    #[must_use]
    pub fn base_string(&self) -> BaseString {
        BaseString::new(percent::ascii(self.pairs.pieces().flatten().copied().collect()))
    }

    /// The signature that this request should carry (RFC 5849 section 3.4.2).
    ///
    /// The base string is fed to the HMAC in pieces; nothing is allocated.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signature {
        key.sign_pieces(self.pairs.pieces())
    }
}

#[cfg(test)]
mod tests;
