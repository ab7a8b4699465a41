//! The `Authorization: OAuth ...` header, RFC 5849 section 3.5.1.
//!
//! Belongs here: what the header says. Does not: what it proves (see `canonical`, `signature`), nor
//! where else OAuth parameters may stand (they may not: see `canonical`).

mod fault;
mod fields;
mod name;
mod parse;
mod proof;

pub use fault::{HeaderFault, SyntaxFault};
pub(crate) use fields::Field;
pub use fields::Fields;
pub use name::ParameterName;
pub(crate) use parse::is_oauth;
pub use proof::{Nonce, NonceFault, Proof, ProofFault, Step, TimestampFault};
pub(crate) use proof::{is_sha1, seconds};

/// A parsed header: all of its parameters, decoded, in order of arrival.
///
/// Borrows from the [`Fields`] that it was parsed into. `oauth_` parameters and `realm` are present
/// at most once and not empty; none of them is checked further before [`Authorization::proof`].
#[derive(Clone, Copy)]
pub struct Authorization<'s> {
    fields: &'s Fields,
}

impl<'s> Authorization<'s> {
    /// Parses the value of an `Authorization` header (RFC 5849 section 3.5.1).
    ///
    /// Any order of parameters, `realm` anywhere or nowhere, commas with or without blanks, empty
    /// list elements and unknown parameters are accepted; names and values are percent-decoded.
    /// The memory of `fields` is reused and overwritten.
    ///
    /// # Errors
    /// [`HeaderFault`]: another scheme, more than [`HEADER_BYTES`](crate::limits::HEADER_BYTES),
    /// text that is not a list of `name="value"`, a repeated or empty OAuth parameter, a bad
    /// percent-encoding, more than [`PARAMETERS`](crate::limits::PARAMETERS).
    pub fn parse(header: &[u8], fields: &'s mut Fields) -> Result<Authorization<'s>, HeaderFault> {
        parse::parse(header, fields)?;
        Ok(Authorization { fields })
    }

    /// The parameters that a client must send, checked as far as they can be without knowing the
    /// client: required ones present, method, version, form of the timestamp, in this order
    /// (RFC 5849 sections 3.1 and 3.2).
    ///
    /// # Errors
    /// [`ProofFault`], the first of these in this order. The nonce is not checked: see
    /// [`Nonce::is_acceptable`].
    pub fn proof(&self, step: Step) -> Result<Proof<'s>, ProofFault> {
        proof::proof(self, step)
    }

    /// The account that the client names (RFC 5849 section 3.5.1); never signed.
    #[must_use]
    pub fn realm(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::Realm)
    }

    /// `oauth_consumer_key`: who the client is (RFC 5849 section 3.1).
    #[must_use]
    pub fn consumer_key(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::ConsumerKey)
    }

    /// `oauth_token`: for whom it acts (RFC 5849 section 3.1).
    #[must_use]
    pub fn token(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::Token)
    }

    /// `oauth_nonce`, not yet checked (RFC 5849 section 3.3).
    #[must_use]
    pub fn nonce(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::Nonce)
    }

    /// `oauth_timestamp` as sent (RFC 5849 section 3.3); as a number it is in [`Proof`].
    #[must_use]
    pub fn timestamp(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::Timestamp)
    }

    /// `oauth_signature_method` as sent (RFC 5849 section 3.1).
    #[must_use]
    pub fn signature_method(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::SignatureMethod)
    }

    /// `oauth_version` as sent (RFC 5849 section 3.1).
    #[must_use]
    pub fn version(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::Version)
    }

    /// `oauth_signature`, percent-decoded and otherwise as sent (RFC 5849 section 3.5.1).
    #[must_use]
    pub fn signature(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::Signature)
    }

    /// `oauth_callback`: where the resource owner returns to (RFC 5849 section 2.1).
    #[must_use]
    pub fn callback(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::Callback)
    }

    /// `oauth_verifier`: what the resource owner brought back (RFC 5849 section 2.3).
    #[must_use]
    pub fn verifier(&self) -> Option<&'s [u8]> {
        self.get(ParameterName::Verifier)
    }

    /// Every parameter with its value, decoded, in order of arrival, `realm` and
    /// `oauth_signature` included.
    pub fn parameters(&self) -> impl Iterator<Item = (&'s [u8], &'s [u8])> + use<'s> {
        self.fields.iter().map(|field| (field.name, field.value))
    }

    pub(crate) fn fields(&self) -> &'s Fields {
        self.fields
    }

    fn get(&self, name: ParameterName) -> Option<&'s [u8]> {
        self.fields.get(name)
    }
}

impl std::fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lossy = |(name, value)| (String::from_utf8_lossy(name), String::from_utf8_lossy(value));
        f.debug_map().entries(self.parameters().map(lossy)).finish()
    }
}

#[cfg(test)]
mod tests;
