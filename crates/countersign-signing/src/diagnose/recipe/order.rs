//! The order of a recipe's parameters.
//!
//! Belongs here: RFC 5849 section 3.4.1.3.2 and other orders. Does not: which of them are mistakes.

use super::{Encoding, Parameter, Source};

/// In which order parameters are signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Order {
    /// By encoded name, then by encoded value (RFC 5849 section 3.4.1.3.2).
    Encoded,
    /// By encoded name; parameters of one name as they came.
    NamesOnly,
    /// By name and value before they are encoded.
    Decoded,
    /// By the joined text `name=value`.
    Joined,
    /// As they came.
    Arrival,
    /// As they came, but those of the header last.
    HeaderLast,
    /// By encoded name within header, query and form, one after the other.
    BySource,
    /// The same, but those of the header last.
    BySourceHeaderLast,
}

impl Order {
    /// Encodes and orders parameters.
    pub(super) fn arrange(
        self,
        parameters: &[Parameter],
        encoding: &Encoding,
    ) -> Vec<(Source, String, String)> {
        let mut order: Vec<&Parameter> = parameters.iter().collect();
        if self == Order::Decoded {
            order.sort_by(|a, b| (&a.name, &a.value).cmp(&(&b.name, &b.value)));
        }
        let encode =
            |it: &Parameter| (it.source, encoding.name(&it.name), encoding.value(&it.value));
        let mut pairs: Vec<_> = order.into_iter().map(encode).collect();
        match self {
            Order::Encoded => pairs.sort_by(|a, b| (&a.1, &a.2).cmp(&(&b.1, &b.2))),
            Order::NamesOnly => pairs.sort_by(|a, b| a.1.cmp(&b.1)),
            Order::Joined => pairs.sort_by_cached_key(|(_, name, value)| format!("{name}={value}")),
            Order::HeaderLast => pairs.sort_by_key(|pair| pair.0 == Source::Header),
            Order::BySource | Order::BySourceHeaderLast => {
                let is_last = |pair: &(Source, String, String)| {
                    (pair.0 == Source::Header) == (self == Order::BySourceHeaderLast)
                };
                pairs.sort_by(|a, b| (is_last(a), &a.1, &a.2).cmp(&(is_last(b), &b.1, &b.2)));
            }
            Order::Decoded | Order::Arrival => {}
        }
        pairs
    }
}
