//! The client's side of Token-Based Authentication (OAuth 1.0a with HMAC-SHA256): an HTTP/1.1
//! client that signs each request, and sends byte for byte what it signed.
//!
//! A request is a [`SigningRequest`]: method, [`Address`], headers and a [`RequestBody`].
//! [`Client::send`] signs it, sends it, and streams the answer. [`SigningRequest::sign`] signs
//! alone, for somebody else to send.
//!
//! - **The URL is not tidied up.** No dots are folded, no escapes are changed, no parameters are
//!   reordered. See [`Address::parse`] for the few bytes that have to be changed, and how.
//! - **A form body is signed** (RFC 5849 section 3.4.1.3.1), other bodies are not: they are
//!   streamed.
//! - **Redirects are not followed.** A signature holds for one address; the answer comes back as it
//!   is.
//! - **Nothing is sent twice.** A nonce is good for one request: it is the caller who signs and
//!   sends anew.
//! - **Time and chance are arguments** ([`SignOptions`]): this crate reads no clock to sign by.
//!
//! Belongs here: addresses, bodies, the connection. Does not: signatures (`countersign-signing`),
//! where credentials are kept, what an answer means.
//!
//! ```no_run
//! use countersign_client::signing::{Credentials, Secret, SignOptions, TokenCredentials};
//! use countersign_client::{Address, Client, SigningRequest};
//!
//! # async fn example(now: i64, nonce: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = Credentials {
//!     consumer_key: "ef40afdd".to_owned(),
//!     consumer_secret: Secret::new("d26ad321"),
//!     token: Some(TokenCredentials { token: "2b0ce516".into(), secret: Secret::new("c29a677d") }),
//! };
//! let address = Address::parse("https://123456.suitetalk.api.netsuite.com/services/rest/x?y=1")?;
//! let request = SigningRequest::new(http::Method::GET, address);
//! let options = SignOptions { realm: Some("123456"), ..SignOptions::new(now, nonce) };
//!
//! let mut answer = Client::new()?.send(request, &credentials, &options).await?;
//! println!("{}", answer.status());
//! while let Some(bytes) = answer.body_mut().chunk().await? {
//!     println!("{} bytes", bytes.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`SignOptions`]: countersign_signing::SignOptions

#![deny(missing_docs)]

mod address;
mod client;
mod fault;
mod request;

pub use address::{Address, InvalidUrl};
pub use client::{Client, ClientOptions, Response, ResponseBody};
/// What signs: credentials, options, the steps of a signature.
pub use countersign_signing as signing;
pub use fault::{ClientFault, ConnectFault};
pub use request::{FileBody, FileFault, RequestBody, SigningRequest};

/// The example of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
