//! What a form says. Values are wiped when dropped, as some are passwords.

use countersign_signing::{is_form, percent};
use http::Request;
use http::header::CONTENT_TYPE;
use zeroize::Zeroizing;

use crate::problem::Problem;

/// More than any of our forms has.
const LARGEST: usize = 16 * 1024;

/// The fields of a form or a query, in their order.
pub(crate) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    /// Of a request's body.
    pub(crate) fn of_body(request: &Request<bytes::Bytes>) -> Result<Self, Problem> {
        let content_type = request.headers().get(CONTENT_TYPE);
        if !content_type.is_some_and(|value| is_form(value.as_bytes())) {
            return Err(Problem::NotAForm);
        }
        if request.body().len() > LARGEST {
            return Err(Problem::TooLarge);
        }
        Self::parse(request.body()).ok_or(Problem::Unreadable)
    }

    /// Of a request's query.
    pub(crate) fn of_query(request: &Request<bytes::Bytes>) -> Result<Self, Problem> {
        Self::parse(request.uri().query().unwrap_or_default().as_bytes()).ok_or(Problem::Unreadable)
    }

    /// `None` where it is no text.
    fn parse(text: &[u8]) -> Option<Self> {
        let components = text.split(|byte| *byte == b'&').filter(|it| !it.is_empty());
        let fields = components.map(|component| {
            let end = component.iter().position(|byte| *byte == b'=').unwrap_or(component.len());
            let name = String::from_utf8(percent::decode_form(&component[..end])).ok()?;
            let value =
                Zeroizing::new(percent::decode_form(component.get(end + 1..).unwrap_or(&[])));
            let value = Zeroizing::new(str::from_utf8(&value).ok()?.to_owned());
            Some((name, value))
        });
        fields.collect::<Option<_>>().map(Self)
    }

    /// The value of the one field of this name.
    pub(crate) fn one(&self, name: &str) -> Result<&Zeroizing<String>, Problem> {
        let mut values = self.0.iter().filter(|(it, _)| it == name).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(Problem::Unreadable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str, name: &str) -> Option<String> {
        Some(Fields::parse(text.as_bytes())?.one(name).ok()?.to_string())
    }

    #[test]
    fn a_value_is_decoded_once() {
        for (text, value) in [
            ("a=b", Some("b")),
            ("a=1+2%2B3%253", Some("1 2+3%3")),
            ("a=%C3%BC=x", Some("ü=x")),
            ("a", Some("")),
            ("%61=b", Some("b")),
            ("b=a", None),
            ("a=1&a=2", None),
            ("a=%FF", None),
        ] {
            assert_eq!(one(text, "a").as_deref(), value, "{text}");
        }
    }
}
