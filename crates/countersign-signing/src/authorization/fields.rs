//! The memory that a header is parsed into.
//!
//! Belongs here: names and values, decoded, in one buffer. Does not: syntax (see `parse`).

use super::ParameterName;
use crate::percent::{Malformed, push_decoded};

/// Room for one header's parameters, reused from request to request.
#[derive(Clone, Debug)]
pub struct Fields {
    /// The header as it came, and behind it what had to be decoded.
    text: Vec<u8>,
    entries: Vec<Entry>,
    /// Where a known name stands in `entries`.
    known: [Option<u8>; ParameterName::KNOWN],
}

impl Fields {
    /// Forgets the last header.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
        self.known = [None; ParameterName::KNOWN];
    }

    /// Takes a header over, so that what needs no decoding is where it was.
    pub(super) fn take(&mut self, header: &[u8]) {
        self.text.extend_from_slice(header);
    }

    /// Decodes a part of the header, and gives where the result is.
    pub(super) fn decode(&mut self, header: &[u8], part: Span) -> Result<Span, Malformed> {
        let start = self.text.len();
        push_decoded(&mut self.text, &header[part.start..part.end])?;
        Ok(Span { start, end: self.text.len() })
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn at(&self, span: Span) -> &[u8] {
        &self.text[span.start..span.end]
    }

    /// Whether a field of this name is there already.
    pub(super) fn holds(&self, meaning: ParameterName, name: Span) -> bool {
        match self.known.get(meaning as usize) {
            Some(slot) => slot.is_some(),
            None => self.iter().any(|field| field.name == self.at(name)),
        }
    }

    pub(super) fn push(&mut self, entry: Entry) {
        if let Some(slot) = self.known.get_mut(entry.meaning as usize) {
            *slot = u8::try_from(self.entries.len()).ok();
        }
        self.entries.push(entry);
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Field<'_>> {
        self.entries.iter().map(|entry| Field {
            meaning: entry.meaning,
            name: self.at(entry.name),
            value: self.at(entry.value),
            plain: entry.plain,
        })
    }

    pub(super) fn get(&self, meaning: ParameterName) -> Option<&[u8]> {
        let index = (*self.known.get(meaning as usize)?)?;
        self.entries.get(usize::from(index)).map(|entry| self.at(entry.value))
    }
}

impl Default for Fields {
    /// Reserves for 32 parameters.
    fn default() -> Fields {
        Fields {
            text: Vec::with_capacity(2048),
            entries: Vec::with_capacity(32),
            known: [None; ParameterName::KNOWN],
        }
    }
}

/// One parameter, decoded.
#[derive(Clone, Copy)]
pub(crate) struct Field<'s> {
    pub(crate) meaning: ParameterName,
    pub(crate) name: &'s [u8],
    pub(crate) value: &'s [u8],
    /// Name and value are made of unreserved characters only.
    pub(crate) plain: bool,
}

/// One parameter by place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) meaning: ParameterName,
    pub(super) name: Span,
    pub(super) value: Span,
    pub(super) plain: bool,
}

/// A part of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn is_empty(self) -> bool {
        self.start == self.end
    }
}
