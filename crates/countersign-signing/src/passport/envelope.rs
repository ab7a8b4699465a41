//! Where in an envelope the passport is, SOAP 1.1 section 4 and SOAP 1.2 part 1 section 5.
//!
//! Belongs here: envelope, header, its blocks and the fields of one of them. Does not: what may
//! stand in a field (see `check`), what is XML (see `xml`).

use super::{
    EnvelopeFault, PassportFault, PassportField, SoapCredential,
    check::Found,
    xml::{Piece, Tag, Xml},
};
use crate::limits;

const PASSPORT: &str = SoapCredential::TokenPassport.as_str();

/// Finds the one passport of an envelope; reads up to the body.
pub(super) fn read(envelope: &[u8]) -> Result<Found, PassportFault> {
    let mut xml = Xml::new(envelope);
    enter(&mut xml, "Envelope", EnvelopeFault::NotAnEnvelope)?;
    enter(&mut xml, "Header", EnvelopeFault::NoHeader)?;

    let mut passport = None;
    let mut beside = None;
    while let Some(block) = child(&mut xml)? {
        match SoapCredential::of_element(block.name()) {
            Some(again @ SoapCredential::TokenPassport) if passport.is_some() => {
                return Err(PassportFault::Ambiguous(again));
            }
            Some(SoapCredential::TokenPassport) => passport = Some(fields(&mut xml)?),
            other => {
                beside = beside.or(other);
                skip(&mut xml)?;
            }
        }
    }
    check_what_follows(&mut xml)?;
    match (passport, beside) {
        (None, _) => Err(PassportFault::NoPassport),
        (Some(_), Some(beside)) => Err(PassportFault::Ambiguous(beside)),
        (Some(passport), None) => Ok(passport),
    }
}

/// Refuses a second header, or a passport, between header and body. What is no XML there is
/// somebody else's to refuse, as in the body.
fn check_what_follows(xml: &mut Xml<'_>) -> Result<(), PassportFault> {
    match follows(xml) {
        Err(PassportFault::Envelope(EnvelopeFault::Xml { .. } | EnvelopeFault::NotUtf8)) => Ok(()),
        other => other,
    }
}

fn follows(xml: &mut Xml<'_>) -> Result<(), PassportFault> {
    loop {
        match xml.next()? {
            Piece::Open(tag) => match tag.name() {
                "Body" => return Ok(()),
                "Header" => return Err(EnvelopeFault::SecondHeader.into()),
                PASSPORT => return Err(PassportFault::Misplaced),
                _ => skip(xml)?,
            },
            Piece::Close => return Ok(()),
            Piece::Text(_) => {}
        }
    }
}

/// Goes into the first child, which must have this name.
fn enter(xml: &mut Xml<'_>, name: &str, otherwise: EnvelopeFault) -> Result<(), PassportFault> {
    match child(xml)? {
        Some(tag) if tag.name() == name => Ok(()),
        Some(tag) if tag.name() == PASSPORT => Err(PassportFault::Misplaced),
        _ => Err(otherwise.into()),
    }
}

/// The next child of an element that has elements only; `None` when the element ends.
fn child<'x>(xml: &mut Xml<'x>) -> Result<Option<Tag<'x>>, EnvelopeFault> {
    loop {
        match xml.next()? {
            Piece::Open(tag) => return Ok(Some(tag)),
            Piece::Close => return Ok(None),
            Piece::Text(text) if text.trim_ascii().is_empty() => {}
            Piece::Text(_) => return Err(EnvelopeFault::StrayText),
        }
    }
}

/// Leaves out a block that is not ours, but not a passport hidden in it.
fn skip(xml: &mut Xml<'_>) -> Result<(), PassportFault> {
    let mut open = 1;
    while open > 0 {
        match xml.next()? {
            Piece::Open(tag) if tag.name() == PASSPORT => return Err(PassportFault::Misplaced),
            Piece::Open(_) => open += 1,
            Piece::Close => open -= 1,
            Piece::Text(_) => {}
        }
    }
    Ok(())
}

/// The fields of a passport, in any order.
fn fields(xml: &mut Xml<'_>) -> Result<Found, PassportFault> {
    let mut found = Found::default();
    while let Some(tag) = child(xml)? {
        let field = PassportField::of_element(tag.name()).ok_or(PassportFault::UnknownElement)?;
        if field == PassportField::Signature {
            for algorithm in tag.values(PassportField::Algorithm.as_str()) {
                found.put(PassportField::Algorithm, algorithm)?;
            }
        }
        found.put(field, text(xml, field)?)?;
    }
    Ok(found)
}

/// The text of a field, trimmed once its references are resolved: a line break may be `&#10;`.
fn text(xml: &mut Xml<'_>, field: PassportField) -> Result<String, PassportFault> {
    let mut text = String::new();
    loop {
        match xml.next()? {
            Piece::Text(more) if text.len() + more.len() <= limits::PASSPORT_TEXT_BYTES => {
                text.push_str(&more);
            }
            Piece::Text(_) => return Err(PassportFault::TooLong(field)),
            Piece::Open(_) => return Err(PassportFault::UnknownElement),
            Piece::Close => return Ok(text.trim_ascii().to_owned()),
        }
    }
}
