//! XML as far as a SOAP header needs it, with limits.
//!
//! Belongs here: what is XML and what is too much of it. Does not: what elements mean (see
//! `envelope`).
//!
//! The reader that is used splits text into tags and leaves most of well-formedness to its caller.
//! It is checked here: nobody else who reads the envelope must see other elements in it than we do.

use std::borrow::Cow;

use quick_xml::{
    Error, Reader, XmlVersion,
    errors::{IllFormedError, SyntaxError},
    escape::resolve_xml_entity,
    events::{
        BytesDecl, BytesRef, BytesStart, Event,
        attributes::{Attribute, Attributes},
    },
};

use super::{EnvelopeFault, XmlFault};
use crate::limits;

/// What comes next.
pub(super) enum Piece<'x> {
    /// An element begins.
    Open(Tag<'x>),
    /// The innermost open element ends.
    Close,
    /// Text, of which more may follow: references, comments and CDATA sections part it.
    Text(Cow<'x, str>),
}

/// A start tag, checked.
pub(super) struct Tag<'x>(BytesStart<'x>);

impl Tag<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// The values of all attributes of this name, without regard to prefixes.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        let attributes = self.0.attributes().filter_map(Result::ok);
        attributes
            .filter(|it| local(it.key.0) == name && it.key.as_namespace_binding().is_none())
            .filter_map(|it| value(&it))
            .map(Cow::into_owned)
            .collect()
    }
}

/// Reads the start of a text piece by piece, and nothing of it twice.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    /// How much of the text is read at most.
    length: usize,
    /// What it means that there is no more.
    at_end: AtEnd,
    /// Bytes before the first that the reader counts.
    before: usize,
    depth: usize,
    elements: usize,
    attributes: usize,
}

#[derive(Clone, Copy)]
enum AtEnd {
    Over,
    TooLong,
    NotUtf8,
}

impl<'x> Xml<'x> {
    pub(super) fn new(envelope: &'x [u8]) -> Xml<'x> {
        let (text, at_end) = readable(envelope);
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.enable_all_checks(true);
        // The byte order mark, which the reader skips.
        let before = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let length = text.len() - before;
        Xml { reader, length, at_end, before, depth: 0, elements: 0, attributes: 0 }
    }

    /// The next piece. There is always one before the outermost element ends: no more is a fault.
    pub(super) fn next(&mut self) -> Result<Piece<'x>, EnvelopeFault> {
        loop {
            let start = self.position();
            let at = self.before + start;
            let malformed = |why| EnvelopeFault::Xml { at, why };
            return match self.reader.read_event() {
                Ok(Event::Eof) => Err(self.end()),
                Err(error) => Err(self.fault(&error)),
                // Empty elements never come: they are expanded.
                Ok(Event::Start(tag) | Event::Empty(tag)) => self.open(tag, at).map(Piece::Open),
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    Ok(Piece::Close)
                }
                Ok(Event::Text(text)) => {
                    // XML 1.0 section 2.4: the end of a CDATA section stands nowhere else.
                    let is_legal = is_legal(&text) && !text.contains("]]>");
                    let text = is_legal.then(|| text.into_inner());
                    text.map(Piece::Text).ok_or(malformed(XmlFault::Character))
                }
                Ok(Event::CData(text)) if is_legal(&text) => Ok(Piece::Text(text.into_inner())),
                Ok(Event::CData(_)) => Err(malformed(XmlFault::Character)),
                Ok(Event::GeneralRef(reference)) => {
                    let text = resolve(&reference).map(Piece::Text);
                    text.ok_or(malformed(XmlFault::Reference))
                }
                Ok(Event::Comment(text)) if is_legal(&text) => continue,
                Ok(Event::Comment(_)) => Err(malformed(XmlFault::Character)),
                Ok(Event::Decl(_)) if start > 0 => Err(malformed(XmlFault::Declaration)),
                Ok(Event::Decl(declaration)) => {
                    check_declaration(&declaration, malformed(XmlFault::Declaration))?;
                    continue;
                }
                Ok(Event::PI(_)) => Err(EnvelopeFault::ProcessingInstruction),
                Ok(Event::DocType(_)) => Err(EnvelopeFault::Doctype),
            };
        }
    }

    fn open(&mut self, tag: BytesStart<'x>, at: usize) -> Result<Tag<'x>, EnvelopeFault> {
        let malformed = |why| EnvelopeFault::Xml { at, why };
        self.depth += 1;
        self.elements += 1;
        if self.depth > limits::SOAP_DEPTH {
            return Err(EnvelopeFault::TooDeep);
        }
        if self.elements > limits::SOAP_ELEMENTS {
            return Err(EnvelopeFault::TooManyElements);
        }
        if !is_name(tag.name().into_inner()) {
            return Err(malformed(XmlFault::Name));
        }
        if !is_spaced(tag.attributes_raw()) {
            return Err(malformed(XmlFault::Attribute));
        }
        for attribute in tag.attributes() {
            self.attributes += 1;
            if self.attributes > limits::SOAP_ATTRIBUTES {
                return Err(EnvelopeFault::TooManyAttributes);
            }
            let attribute = attribute.map_err(|_| malformed(XmlFault::Attribute))?;
            check(&attribute).map_err(malformed)?;
        }
        Ok(Tag(tag))
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn fault(&self, error: &Error) -> EnvelopeFault {
        let why = match error {
            // Refused for what it is, whatever is wrong with it besides.
            Error::Syntax(SyntaxError::UnclosedDoctype)
            | Error::IllFormed(IllFormedError::MissingDoctypeName) => {
                return EnvelopeFault::Doctype;
            }
            Error::Encoding(_) => return EnvelopeFault::NotUtf8,
            Error::IllFormed(IllFormedError::UnclosedReference) => XmlFault::Reference,
            Error::IllFormed(
                IllFormedError::MismatchedEndTag { .. } | IllFormedError::UnmatchedEndTag(_),
            ) => XmlFault::EndTag,
            _ => XmlFault::Markup,
        };
        // What is cut off is gone through to the end, unless it is no more than `<` or `<!`.
        let is_cut_off = self.position() + 2 >= self.length;
        match self.at_end {
            AtEnd::TooLong | AtEnd::NotUtf8 if is_cut_off => self.end(),
            _ => {
                let at = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
                EnvelopeFault::Xml { at: self.before.saturating_add(at), why }
            }
        }
    }

    /// The fault of a text that ends where more is needed.
    fn end(&self) -> EnvelopeFault {
        let at = self.before + self.length;
        match self.at_end {
            AtEnd::Over => EnvelopeFault::Xml { at, why: XmlFault::EndsEarly },
            AtEnd::TooLong => EnvelopeFault::TooLong,
            AtEnd::NotUtf8 => EnvelopeFault::NotUtf8,
        }
    }
}

/// The start of an envelope that is read at most, and what it means to arrive at its end.
///
/// What is behind the header need not be UTF-8: it is not ours to read.
fn readable(envelope: &[u8]) -> (&str, AtEnd) {
    let near = &envelope[..envelope.len().min(limits::SOAP_HEADER_BYTES)];
    let text = near.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let at_end = if text.len() == envelope.len() {
        AtEnd::Over
    } else if limits::SOAP_HEADER_BYTES - text.len() < 4 {
        // The limit may part a character, of up to four bytes.
        AtEnd::TooLong
    } else {
        AtEnd::NotUtf8
    };
    (text, at_end)
}

/// Version, encoding and standalone, in this order (XML 1.0 section 2.8).
fn check_declaration(
    declaration: &BytesDecl<'_>,
    malformed: EnvelopeFault,
) -> Result<(), EnvelopeFault> {
    let begins_well = matches!(declaration.xml_version(), Ok(XmlVersion::Explicit1_0));
    if !begins_well || !is_spaced(declaration) {
        return Err(malformed);
    }
    let mut names = ["version", "encoding", "standalone"].into_iter();
    for attribute in Attributes::new(declaration, "xml".len()) {
        let attribute = attribute.map_err(|_| malformed)?;
        match (names.find(|name| *name == attribute.key.0), &*attribute.value) {
            (Some("version"), _) | (Some("standalone"), "yes" | "no") => {}
            (Some("encoding"), name) if name.eq_ignore_ascii_case("utf-8") => {}
            (Some("encoding"), _) => return Err(EnvelopeFault::Encoding),
            _ => return Err(malformed),
        }
    }
    Ok(())
}

/// Whether white space parts the attributes from each other (XML 1.0 section 3.1).
fn is_spaced(attributes: &str) -> bool {
    let mut rest = attributes;
    while let Some(open) = rest.find(['"', '\'']) {
        let (quote, value) = rest[open..].split_at(1);
        rest = value.split_once(quote).map_or("", |(_, rest)| rest);
        if !rest.is_empty() && !rest.starts_with([' ', '\t', '\r', '\n']) {
            return false;
        }
    }
    true
}

fn check(attribute: &Attribute<'_>) -> Result<(), XmlFault> {
    if !is_name(attribute.key.0) {
        return Err(XmlFault::Name);
    }
    if attribute.value.contains('<') {
        return Err(XmlFault::Attribute);
    }
    let value = value(attribute).ok_or(XmlFault::Reference)?;
    is_legal(&value).then_some(()).ok_or(XmlFault::Character)
}

/// The value with its references resolved (XML 1.0 section 3.3.3).
fn value<'x>(attribute: &Attribute<'x>) -> Option<Cow<'x, str>> {
    // The five are replaced by one character each: there is nothing to resolve again.
    attribute.normalized_value_with(XmlVersion::Explicit1_0, 1, resolve_xml_entity).ok()
}

/// What a reference in text stands for (XML 1.0 sections 4.1 and 4.6).
fn resolve(reference: &BytesRef<'_>) -> Option<Cow<'static, str>> {
    if let Some(text) = resolve_xml_entity(reference) {
        return Some(Cow::Borrowed(text));
    }
    let text = reference.resolve_char_ref().ok()??.to_string();
    is_legal(&text).then_some(Cow::Owned(text))
}

/// Only characters of XML 1.0 section 2.2.
fn is_legal(text: &str) -> bool {
    let is_control = |c| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
    !text.contains(|c| is_control(c) || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// A name, with a prefix or without (XML 1.0 section 2.3). Beyond ASCII every character passes:
/// such names mean nothing to us.
fn is_name(name: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    let is_inner = |c: char| is_start(c) || c.is_ascii_digit() || matches!(c, '-' | '.');
    let is_part = |part: &str| part.starts_with(is_start) && part.chars().all(is_inner);
    match name.split_once(':') {
        Some((prefix, local)) => is_part(prefix) && is_part(local),
        None => is_part(name),
    }
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

#[cfg(test)]
mod tests;
