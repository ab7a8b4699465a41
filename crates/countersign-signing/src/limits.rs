//! How large a request may be before it is refused without any arithmetic.
//!
//! Belongs here: numbers that hold for every caller. Does not: limits of an installation.

/// Longest `Authorization` header in bytes; a longer one is
/// [`HeaderFault::TooLong`](crate::HeaderFault::TooLong).
pub const HEADER_BYTES: usize = 8 * 1024;

/// Most parameters in header and query together.
pub const PARAMETERS: usize = 200;

/// Most parameters in a form body.
pub const FORM_PARAMETERS: usize = 1000;

/// Shortest nonce in bytes after decoding. NetSuite refuses fewer than 6 characters.
pub const NONCE_SHORTEST: usize = 6;

/// Longest nonce in bytes after decoding. Clients send up to 44.
pub const NONCE_LONGEST: usize = 128;
