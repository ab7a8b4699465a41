//! OAuth 1.0a signatures (RFC 5849) as NetSuite's Token-Based Authentication uses them.
//!
//! Belongs here: the text of a request and what a signature says about it. Does not: who owns a
//! key, whether a timestamp is fresh, whether a nonce was seen, any clock, any socket.
//!
//! Verifying takes four steps, and each step is a type:
//!
//! 1. [`Authorization::parse`] reads the header (RFC 5849 section 3.5.1), and
//!    [`Authorization::proof`] checks what can be checked without knowing anybody (section 3.2).
//! 2. [`CanonicalRequest::new`] collects, encodes and sorts the parameters (section 3.4.1.3).
//! 3. [`CanonicalRequest::base_string`] shows the text that is signed (section 3.4.1.1).
//! 4. [`CanonicalRequest::sign`] computes the signature with a [`SigningKey`] (section 3.4.2), and
//!    [`Signature::matches`] compares it in constant time.
//!
//! ```
//! use countersign_signing::{
//!     Authorization, CanonicalRequest, Request, Scheme, Scratch, Signature, SigningKey, Step,
//! };
//!
//! let header = br#"OAuth realm="123456",
//!     oauth_consumer_key="ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
//!     oauth_token="2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
//!     oauth_signature_method="HMAC-SHA256", oauth_timestamp="1508242306",
//!     oauth_nonce="fjaLirsIcCGVZWzBX0pg", oauth_version="1.0",
//!     oauth_signature="B5OIWznZ2YP0OB7VrJrGkYsTh%2B8H%2B5T9Hag%2Bo92q0zY%3D""#;
//! let header: Vec<u8> = header.iter().copied().filter(|byte| *byte != b'\n').collect();
//! let request = Request {
//!     method: "GET",
//!     scheme: Scheme::Https,
//!     authority: "123456.suitetalk.api.netsuite.com",
//!     target: "/services/rest/record/v1/employee/40",
//!     form: None,
//! };
//! let key = SigningKey::new(
//!     b"d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
//!     b"c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
//! );
//!
//! let mut scratch = Scratch::default();
//! let authorization = Authorization::parse(&header, &mut scratch.fields)?;
//! let proof = authorization.proof(Step::Resource)?;
//! let canonical = CanonicalRequest::new(&request, &authorization, &mut scratch.pairs)?;
//! let sent = Signature::parse(proof.signature).ok_or("not a signature")?;
//! assert!(canonical.sign(&key).matches(&sent));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The client's side is [`sign()`] and [`Signed::check`]; what a client did when its signature is
//! wrong is [`diagnose`]. SOAP web services have no header but a [`Passport`] in the envelope;
//! [`sign_passport`] makes one.

#![deny(missing_docs)]

mod authorization;
mod base_string;
mod canonical;
pub mod diagnose;
mod key;
pub mod limits;
mod passport;
pub mod percent;
mod request;
mod secret;
mod sign;
mod signature;
mod visible;

pub use authorization::{
    Authorization, Fields, HeaderFault, Nonce, NonceFault, ParameterName, Proof, ProofFault, Step,
    SyntaxFault, TimestampFault,
};
pub use base_string::BaseString;
pub use canonical::{CanonicalRequest, Pairs, RequestFault, Scratch};
pub use key::SigningKey;
pub use passport::{
    EnvelopeFault, Passport, PassportAlgorithm, PassportFault, PassportField, PassportNonceFault,
    SignedPassport, SoapCredential, XmlFault, sign_passport,
};
pub use request::{Request, Scheme, is_form, split_form};
pub use secret::{Secret, fingerprint};
pub use sign::{Credentials, SignFault, SignOptions, Signed, TokenCredentials, sign};
pub use signature::Signature;
pub use visible::{misleads, visible};

/// The example of the README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
