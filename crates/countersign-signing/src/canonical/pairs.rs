//! The memory that a request is canonicalised in.
//!
//! Belongs here: encoded pairs and their order, RFC 5849 section 3.4.1.3.2. Does not: where
//! parameters come from (see `collect`).

use crate::Fields;

/// Working memory for one request at a time. Reused, it makes verifying free of allocations.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// For [`Authorization::parse`](crate::Authorization::parse).
    pub fields: Fields,
    /// For [`CanonicalRequest::new`](crate::CanonicalRequest::new).
    pub pairs: Pairs,
}

/// Room for one request's base string, reused from request to request.
#[derive(Clone, Debug)]
pub struct Pairs {
    /// Method and base URI as they begin the base string, then all pairs in order of arrival, each
    /// with the separator before it, as they stand in the base string: encoded twice.
    text: Vec<u8>,
    /// Where the pairs begin.
    first: usize,
    spans: Vec<Span>,
}

impl Pairs {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(KEPT);
        self.spans.clear();
    }

    /// Where text is appended to.
    pub(super) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    /// Ends method and base URI; what follows is pairs.
    pub(super) fn begin_pairs(&mut self) {
        self.first = self.text.len();
    }

    /// Appends one pair, name and value each by its own writer, and gives back the name.
    pub(super) fn push(
        &mut self,
        name: impl FnOnce(&mut Vec<u8>),
        value: impl FnOnce(&mut Vec<u8>),
    ) -> &[u8] {
        self.text.extend_from_slice(AMPERSAND);
        let start = self.text.len();
        name(&mut self.text);
        let equals = self.text.len();
        self.text.extend_from_slice(EQUALS);
        value(&mut self.text);
        let name = &self.text[start..equals];
        self.spans.push(Span { head: head(name), start, equals, end: self.text.len() });
        name
    }

    /// Sorts by encoded name, then by encoded value (RFC 5849 section 3.4.1.3.2).
    // Encoding again turns each `%` into `%25` and leaves the rest, so that the twice encoded texts
    // have the order of the once encoded ones.
    pub(super) fn sort(&mut self) {
        let text = &self.text;
        self.spans.sort_unstable_by(|a, b| {
            a.head
                .cmp(&b.head)
                .then_with(|| text[a.start..a.equals].cmp(&text[b.start..b.equals]))
                .then_with(|| text[a.equals..a.end].cmp(&text[b.equals..b.end]))
        });
    }

    /// The base string in pieces, once sorted.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let start = std::iter::once(&self.text[..self.first]);
        start.chain(self.spans.iter().enumerate().map(|(index, span)| {
            let separator = if index == 0 { 0 } else { AMPERSAND.len() };
            &self.text[span.start - separator..span.end]
        }))
    }
}

impl Default for Pairs {
    /// Reserves for 32 parameters.
    fn default() -> Pairs {
        Pairs { text: Vec::with_capacity(4096), first: 0, spans: Vec::with_capacity(32) }
    }
}

/// Most text that is kept for the next request, so that one huge form isn't paid for ever after.
const KEPT: usize = 256 * 1024;

/// `&` and `=` between parameters, encoded as they stand in a base string.
const AMPERSAND: &[u8] = b"%26";
const EQUALS: &[u8] = b"%3D";

/// Where a pair stands in the text, without the separator before it.
#[derive(Clone, Copy, Debug)]
struct Span {
    head: u64,
    start: usize,
    equals: usize,
    end: usize,
}

/// The first eight bytes of a name as a number of the same order; most names differ in them. No
/// encoded name has a zero byte, so a shorter name comes first.
fn head(name: &[u8]) -> u64 {
    let mut head = [0; 8];
    let length = name.len().min(head.len());
    head[..length].copy_from_slice(&name[..length]);
    u64::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_for_one_huge_form_is_given_back() {
        let mut pairs = Pairs::default();
        pairs.text.resize(16 * KEPT, b'x');
        pairs.clear();
        assert!(pairs.text.capacity() < 2 * KEPT);
    }

    #[test]
    fn names_that_share_their_first_eight_bytes_are_still_in_order() {
        for (a, b) in [("oauth_token", "oauth_to"), ("b", "a"), ("aa", "a"), ("a", "")] {
            let mut pairs = Pairs::default();
            for name in [a, b] {
                pairs.push(|text| text.extend_from_slice(name.as_bytes()), |_| ());
            }
            pairs.sort();
            let pieces: Vec<&[u8]> = pairs.pieces().skip(1).collect();
            assert_eq!(pieces, [format!("{b}%3D").as_bytes(), format!("%26{a}%3D").as_bytes()]);
        }
    }
}
