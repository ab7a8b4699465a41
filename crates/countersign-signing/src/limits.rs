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

/// Most bytes of a SOAP envelope up to the end of its header. What follows is not counted.
pub const SOAP_HEADER_BYTES: usize = 64 * 1024;

/// Deepest nesting of elements up to the end of a SOAP header; a passport's fields are at 4.
pub const SOAP_DEPTH: usize = 32;

/// Most elements up to the end of a SOAP header.
pub const SOAP_ELEMENTS: usize = 256;

/// Most attributes up to the end of a SOAP header, all elements together. A namespace that is
/// declared counts as one; there are clients that declare forty.
pub const SOAP_ATTRIBUTES: usize = 512;

/// Longest field of a `tokenPassport` in bytes, with the white space around it.
pub const PASSPORT_TEXT_BYTES: usize = 512;

/// Longest nonce of a `tokenPassport`: Oracle's page section_4395630653 wants 6 to 64 characters.
pub const PASSPORT_NONCE_LONGEST: usize = 64;
