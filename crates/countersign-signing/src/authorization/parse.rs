//! The grammar of the header, RFC 5849 section 3.5.1 and RFC 9110 section 5.6.1.
//!
//! Belongs here: reading text into `Fields`. Does not: what the values mean (see `proof`).

use super::{
    Fields, HeaderFault, ParameterName, SyntaxFault,
    fields::{Entry, Span},
};
use crate::{limits, percent};

/// Parses a header into `fields`.
pub(super) fn parse(header: &[u8], fields: &mut Fields) -> Result<(), HeaderFault> {
    fields.clear();
    let mut reader = Reader { header, at: 0 };
    reader.scheme()?;
    if header.len() > limits::HEADER_BYTES {
        return Err(HeaderFault::TooLong);
    }
    fields.take(header);
    while reader.next_element() {
        if fields.len() == limits::PARAMETERS {
            return Err(HeaderFault::TooManyParameters);
        }
        reader.parameter(fields)?;
        reader.end_of_element()?;
    }
    Ok(())
}

/// A name or a value, decoded.
struct Part {
    span: Span,
    /// It is made of unreserved characters only.
    plain: bool,
}

struct Reader<'h> {
    header: &'h [u8],
    at: usize,
}

impl<'h> Reader<'h> {
    fn scheme(&mut self) -> Result<(), HeaderFault> {
        self.skip(is_blank);
        let start = self.at;
        self.skip(|byte| !is_blank(byte));
        if self.header[start..self.at].eq_ignore_ascii_case(b"OAuth") {
            Ok(())
        } else {
            Err(HeaderFault::NotOAuth)
        }
    }

    /// Moves over separators and empty elements; false at the end of the header.
    fn next_element(&mut self) -> bool {
        self.skip(|byte| is_blank(byte) || byte == b',');
        self.at < self.header.len()
    }

    fn parameter(&mut self, fields: &mut Fields) -> Result<(), HeaderFault> {
        let name = self.name(fields)?;
        let meaning = ParameterName::of(fields.at(name.span));
        let is_ours = meaning != ParameterName::Other || is_oauth(fields.at(name.span));
        if is_ours && fields.holds(meaning, name.span) {
            return Err(HeaderFault::Repeated(meaning));
        }
        let value = self.value(fields, meaning)?;
        if is_ours && value.span.is_empty() {
            return Err(HeaderFault::Empty(meaning));
        }
        let plain = name.plain && value.plain;
        fields.push(Entry { meaning, name: name.span, value: value.span, plain });
        Ok(())
    }

    /// Decodes a name and moves behind its `=`.
    fn name(&mut self, fields: &mut Fields) -> Result<Part, HeaderFault> {
        let start = self.at;
        self.at += percent::unreserved_run(self.rest());
        let plain_end = self.at;
        self.skip(|byte| percent::is_unreserved(byte) || is_other_name_byte(byte));
        let raw = Span { start, end: self.at };
        if raw.is_empty() {
            return Err(self.syntax(SyntaxFault::NoName));
        }
        let plain = self.at == plain_end;
        self.skip(is_blank);
        self.expect(b'=', SyntaxFault::NoEquals)?;
        self.skip(is_blank);
        self.part(fields, raw, plain, ParameterName::Other)
    }

    /// Decodes a value and moves behind its closing quote.
    fn value(&mut self, fields: &mut Fields, name: ParameterName) -> Result<Part, HeaderFault> {
        self.expect(b'"', SyntaxFault::NoOpeningQuote)?;
        let start = self.at;
        self.at += percent::unreserved_run(self.rest());
        let plain = self.peek() == Some(b'"');
        if !plain {
            self.skip(|byte| byte != b'"' && !is_control(byte));
        }
        let raw = Span { start, end: self.at };
        let unclosed = match self.peek() {
            None => SyntaxFault::NoClosingQuote,
            Some(_) => SyntaxFault::ControlByte,
        };
        self.expect(b'"', unclosed)?;
        self.part(fields, raw, plain, name)
    }

    fn part(
        &self,
        fields: &mut Fields,
        raw: Span,
        plain: bool,
        name: ParameterName,
    ) -> Result<Part, HeaderFault> {
        let span = if plain {
            raw
        } else {
            fields.decode(self.header, raw).map_err(|_| HeaderFault::Malformed(name))?
        };
        Ok(Part { span, plain })
    }

    fn end_of_element(&mut self) -> Result<(), HeaderFault> {
        self.skip(is_blank);
        match self.peek() {
            None | Some(b',') => Ok(()),
            Some(_) => Err(self.syntax(SyntaxFault::NoComma)),
        }
    }

    fn expect(&mut self, byte: u8, otherwise: SyntaxFault) -> Result<(), HeaderFault> {
        if self.peek() != Some(byte) {
            return Err(self.syntax(otherwise));
        }
        self.at += 1;
        Ok(())
    }

    fn skip(&mut self, belongs: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.at += rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len());
    }

    fn peek(&self) -> Option<u8> {
        self.header.get(self.at).copied()
    }

    fn rest(&self) -> &'h [u8] {
        &self.header[self.at..]
    }

    fn syntax(&self, why: SyntaxFault) -> HeaderFault {
        HeaderFault::Syntax { at: self.at, why }
    }
}

/// The protocol's own names (RFC 5849 section 3.1).
pub(crate) fn is_oauth(name: &[u8]) -> bool {
    name.starts_with(b"oauth_")
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A tab is a blank, not a control byte (RFC 9110 section 5.5).
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

/// Characters of a token (RFC 9110 section 5.6.2) that are not unreserved, and brackets, which
/// clients leave raw in names such as `filter[name]`.
fn is_other_name_byte(byte: u8) -> bool {
    b"%!#$&'*+^`|[]".contains(&byte)
}
