//! Why no passport can be read.
//!
//! Belongs here: faults of XML, of the envelope and of the passport, and their words. Does not:
//! finding them (see `xml`, `envelope`, `check`).

use std::fmt;

use super::{PassportField, SoapCredential};
use crate::{TimestampFault, limits};

/// Why an envelope offers no passport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassportFault {
    /// The text is no XML, or no envelope with a header, or too large.
    Envelope(EnvelopeFault),
    /// The header has no `tokenPassport`. One in the body doesn't count.
    NoPassport,
    /// A `tokenPassport` stands in the header or around it, but not directly in the header.
    Misplaced,
    /// This stands beside a `tokenPassport`: NetSuite answers "Ambiguous authentication"
    /// (Oracle's page section_1509544929). A second `tokenPassport` is one such.
    Ambiguous(SoapCredential),
    /// An element stands in the passport that is none of its fields, or in a field.
    UnknownElement,
    /// A field is not there; all are compulsory (Oracle's page section_4395630653).
    Missing(PassportField),
    /// A field is there twice.
    Repeated(PassportField),
    /// A field is empty, or blank.
    Empty(PassportField),
    /// A field has more than [`limits::PASSPORT_TEXT_BYTES`].
    TooLong(PassportField),
    /// Account, consumer key or token have a blank, a control character, an `&` or something that
    /// is not ASCII: no account and no key of NetSuite has, and with an `&` the base string could
    /// be read in two ways.
    Malformed(PassportField),
    /// The attribute `algorithm` is neither `HMAC-SHA256` nor `HMAC_SHA256`
    /// (Oracle's page section_4395625838).
    Algorithm {
        /// It is HMAC-SHA1, which NetSuite ended in 2023.
        sha1: bool,
    },
    /// The nonce is not 6 to 64 letters and digits (Oracle's page section_4395630653).
    Nonce(PassportNonceFault),
    /// The timestamp is not a positive number of seconds (Oracle's page section_4395630653).
    Timestamp(TimestampFault),
}

impl fmt::Display for PassportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PassportFault::Envelope(fault) => fault.fmt(f),
            PassportFault::NoPassport => f.write_str("the SOAP header has no tokenPassport"),
            PassportFault::Misplaced => {
                f.write_str("a tokenPassport does not stand directly in the SOAP header")
            }
            PassportFault::Ambiguous(SoapCredential::TokenPassport) => {
                f.write_str("ambiguous authentication: tokenPassport stands in the header twice")
            }
            PassportFault::Ambiguous(other) => {
                write!(f, "ambiguous authentication: {other} stands beside tokenPassport")
            }
            PassportFault::UnknownElement => {
                f.write_str("the tokenPassport has an element that is none of its fields")
            }
            PassportFault::Missing(field) => write!(f, "{field} is missing in the tokenPassport"),
            PassportFault::Repeated(field) => {
                write!(f, "{field} stands more than once in the tokenPassport")
            }
            PassportFault::Empty(field) => write!(f, "{field} in the tokenPassport is empty"),
            PassportFault::TooLong(field) => write!(
                f,
                "{field} in the tokenPassport is longer than {} bytes",
                limits::PASSPORT_TEXT_BYTES
            ),
            PassportFault::Malformed(field) => write!(
                f,
                "{field} in the tokenPassport has a blank, an & or a character that is not ASCII"
            ),
            PassportFault::Algorithm { sha1: true } => {
                f.write_str("algorithm is HMAC-SHA1, and only HMAC-SHA256 is accepted")
            }
            PassportFault::Algorithm { sha1: false } => {
                f.write_str("algorithm is neither HMAC-SHA256 nor HMAC_SHA256")
            }
            PassportFault::Nonce(why) => write!(f, "nonce {why}"),
            PassportFault::Timestamp(why) => write!(f, "timestamp {why}"),
        }
    }
}

impl std::error::Error for PassportFault {}

impl From<EnvelopeFault> for PassportFault {
    fn from(fault: EnvelopeFault) -> PassportFault {
        PassportFault::Envelope(fault)
    }
}

/// Why a passport's nonce is refused (Oracle's page section_4395630653). Narrower than
/// [`NonceFault`](crate::NonceFault), as SOAP's rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassportNonceFault {
    /// Under [`limits::NONCE_SHORTEST`] characters.
    TooShort,
    /// Over [`limits::PASSPORT_NONCE_LONGEST`] characters.
    TooLong,
    /// It has other characters than ASCII letters and digits.
    NotAlphanumeric,
}

impl fmt::Display for PassportNonceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PassportNonceFault::TooShort => {
                write!(f, "has fewer than {} characters", limits::NONCE_SHORTEST)
            }
            PassportNonceFault::TooLong => {
                write!(f, "has more than {} characters", limits::PASSPORT_NONCE_LONGEST)
            }
            PassportNonceFault::NotAlphanumeric => {
                f.write_str("has other characters than letters and digits")
            }
        }
    }
}

impl std::error::Error for PassportNonceFault {}

/// Why a text can't be read as an envelope up to the end of its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvelopeFault {
    /// The header does not end within [`limits::SOAP_HEADER_BYTES`] of the envelope's start.
    TooLong,
    /// Elements are nested deeper than [`limits::SOAP_DEPTH`].
    TooDeep,
    /// There are more than [`limits::SOAP_ELEMENTS`] before the header ends.
    TooManyElements,
    /// There are more than [`limits::SOAP_ATTRIBUTES`] before the header ends.
    TooManyAttributes,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The XML declaration names another encoding than UTF-8.
    Encoding,
    /// There is a document type, which SOAP forbids (SOAP 1.1 section 3, SOAP 1.2 part 1 section 5)
    /// and which is where entities are defined that grow.
    Doctype,
    /// There is a processing instruction, which SOAP forbids (the same sections).
    ProcessingInstruction,
    /// The text is not well-formed (XML 1.0, fifth edition).
    Xml {
        /// Where that was noticed, in bytes from the start of the envelope.
        at: usize,
        /// What is wrong there.
        why: XmlFault,
    },
    /// The outermost element is no `Envelope` (SOAP 1.1 section 4, SOAP 1.2 part 1 section 5.1).
    NotAnEnvelope,
    /// The first child of the envelope is no `Header` (SOAP 1.1 section 4.2).
    NoHeader,
    /// A second `Header` stands between the first and the body (SOAP 1.1 section 4, SOAP 1.2 part 1
    /// section 5.1): whoever reads that one must not see another passport than we do.
    SecondHeader,
    /// Text stands between the elements of envelope, header or passport.
    StrayText,
}

impl fmt::Display for EnvelopeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EnvelopeFault::TooLong => {
                write!(f, "the SOAP header does not end within {} bytes", limits::SOAP_HEADER_BYTES)
            }
            EnvelopeFault::TooDeep => {
                write!(f, "elements are nested deeper than {}", limits::SOAP_DEPTH)
            }
            EnvelopeFault::TooManyElements => {
                write!(f, "there are more than {} elements", limits::SOAP_ELEMENTS)
            }
            EnvelopeFault::TooManyAttributes => {
                write!(f, "there are more than {} attributes", limits::SOAP_ATTRIBUTES)
            }
            EnvelopeFault::NotUtf8 => f.write_str("the envelope is not UTF-8"),
            EnvelopeFault::Encoding => {
                f.write_str("the envelope declares another encoding than UTF-8")
            }
            EnvelopeFault::Doctype => f.write_str("the envelope has a document type"),
            EnvelopeFault::ProcessingInstruction => {
                f.write_str("the envelope has a processing instruction")
            }
            EnvelopeFault::Xml { at, why } => write!(f, "{why} at byte {at} of the envelope"),
            EnvelopeFault::NotAnEnvelope => f.write_str("the text is no SOAP envelope"),
            EnvelopeFault::NoHeader => {
                f.write_str("the SOAP envelope does not begin with a header")
            }
            EnvelopeFault::SecondHeader => f.write_str("the SOAP envelope has two headers"),
            EnvelopeFault::StrayText => {
                f.write_str("text stands between the elements of the SOAP header")
            }
        }
    }
}

impl std::error::Error for EnvelopeFault {}

/// What is not well-formed at a place of the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum XmlFault {
    /// The text ends before the header does.
    EndsEarly,
    /// A tag, comment or CDATA section is not written as XML wants it.
    Markup,
    /// An end tag does not belong to the element that is open.
    EndTag,
    /// The name of an element or attribute is none.
    Name,
    /// An attribute has no value, no quotes or a `<` in them, or is there twice.
    Attribute,
    /// A reference is not closed, or is none of XML's five, or names no character. Others would
    /// need a document type.
    Reference,
    /// A control character, or another one that XML forbids.
    Character,
    /// The XML declaration is malformed, out of place or of another version than 1.0.
    Declaration,
}

impl fmt::Display for XmlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            XmlFault::EndsEarly => "the text ends too early",
            XmlFault::Markup => "a tag, comment or CDATA section is malformed",
            XmlFault::EndTag => "an end tag does not belong to the open element",
            XmlFault::Name => "a name is malformed",
            XmlFault::Attribute => "an attribute is malformed or repeated",
            XmlFault::Reference => "a reference is malformed or unknown",
            XmlFault::Character => "a character stands that XML forbids",
            XmlFault::Declaration => "the XML declaration is malformed or out of place",
        })
    }
}
