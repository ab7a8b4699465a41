//! What an answer means, and what people are told about it.

use countersign_client::Response;
use countersign_signing::visible;
use http::header::{HeaderMap, HeaderName, LOCATION, WWW_AUTHENTICATE};
use http::{Response as Message, StatusCode};

/// What an answer means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Redirected,
    Refused,
}

impl Outcome {
    pub(super) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            ..300 => Self::Done,
            300..400 => Self::Redirected,
            400.. => Self::Refused,
        }
    }

    /// What is said on standard error.
    pub(super) fn report<B>(self, answer: &Message<B>) -> Option<String> {
        match self {
            Self::Done => None,
            Self::Redirected => Some(redirection(answer)),
            Self::Refused => Some(refusal(answer)),
        }
    }
}

/// Status and headers as they came.
pub(super) fn head(answer: &Response) -> Vec<u8> {
    let mut head = format!("{:?} {}\n", answer.version(), answer.status()).into_bytes();
    for (name, value) in answer.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.push(b'\n');
    }
    head.push(b'\n');
    head
}

fn redirection<B>(answer: &Message<B>) -> String {
    let status = answer.status();
    match text(answer.headers(), &LOCATION) {
        Some(location) => format!(
            "countersign: {status}: the server points to {location}\n  Redirects are not \
             followed: a signature holds for one address only. If you trust that one, call it."
        ),
        None => format!("countersign: {status}: the server points elsewhere, and not where to"),
    }
}

fn refusal<B>(answer: &Message<B>) -> String {
    let own = |name| text(answer.headers(), &HeaderName::from_static(name));
    let detail = own("countersign-detail");
    let error = text(answer.headers(), &WWW_AUTHENTICATE).filter(|_| detail.is_none());
    let lines = [
        ("detail", detail),
        ("diagnosis", own("countersign-diagnosis")),
        ("explanation", own("countersign-explanation")),
        ("error", error.as_deref().and_then(challenge_error)),
        ("reference", own("countersign-reference")),
    ];
    let mut block = format!("countersign: refused with {}", answer.status());
    for (name, value) in lines {
        if let Some(value) = value {
            block.push_str(&format!("\n  {name:<13}{value}"));
        }
    }
    block
}

/// A header for reading. It is a stranger's text: control characters are shown, not obeyed.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| visible(&decoded(value.as_bytes())))
}

/// Escapes of what is not ASCII are undone, and no others: `"%2B" was sent as "+"` is to be read as
/// it is.
fn decoded(value: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((byte, tail)) = rest.split_first() {
        let escaped = rest.get(1..3).filter(|_| *byte == b'%').and_then(|digits| {
            u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok().filter(|it| !it.is_ascii())
        });
        bytes.push(escaped.unwrap_or(*byte));
        rest = if escaped.is_some() { &rest[3..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `error` and `error_description` of a `WWW-Authenticate` header.
fn challenge_error(challenge: &str) -> Option<String> {
    let parameter = |name: &str| {
        let start = challenge.find(&format!("{name}=\""))? + name.len() + 2;
        challenge[start..].split_once('"').map(|(value, _)| value)
    };
    let error = parameter("error")?;
    Some(match parameter("error_description") {
        Some(description) => format!("{error}: {description}"),
        None => error.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(status: u16, headers: &[(&str, &str)]) -> Option<String> {
        let answer =
            headers.iter().fold(Message::builder().status(status), |answer, (name, value)| {
                answer.header(*name, *value)
            });
        let answer = answer.body(()).unwrap();
        Outcome::of(answer.status()).report(&answer)
    }

    #[test]
    fn a_refusal_says_all_that_its_headers_say() {
        let headers = [
            ("WWW-Authenticate", r#"OAuth realm="1", error="token_rejected""#),
            ("Countersign-Reference", "ref_1"),
            ("Countersign-Detail", "InvalidSignature"),
            ("Countersign-Diagnosis", "plus-as-space"),
            ("Countersign-Explanation", r#""%2B" was sent as "+" in %C3%BC. %1B[2J"#),
        ];
        let expected = "countersign: refused with 401 Unauthorized\
            \n  detail       InvalidSignature\
            \n  diagnosis    plus-as-space\
            \n  explanation  \"%2B\" was sent as \"+\" in ü. %1B[2J\
            \n  reference    ref_1";
        assert_eq!(report(401, &headers).as_deref(), Some(expected));
    }

    #[test]
    fn another_servers_challenge_is_read() {
        let challenge =
            r#"OAuth error="token_rejected", error_description="Invalid login attempt.""#;
        let expected = "countersign: refused with 401 Unauthorized\
            \n  error        token_rejected: Invalid login attempt.";
        assert_eq!(report(401, &[("WWW-Authenticate", challenge)]).as_deref(), Some(expected));
        let expected = "countersign: refused with 500 Internal Server Error";
        assert_eq!(report(500, &[]).as_deref(), Some(expected));
    }

    #[test]
    fn a_redirect_is_told_and_a_success_is_quiet() {
        let told = report(302, &[("Location", "https://other.example/")]).unwrap();
        assert!(told.contains("points to https://other.example/"), "{told}");
        assert!(told.contains("not followed"));
        assert_eq!(report(204, &[]), None);
    }

    #[test]
    fn a_servers_text_can_not_move_the_cursor() {
        let told = refusal(
            &Message::builder()
                .status(401)
                .header("Countersign-Detail", http::HeaderValue::from_bytes(b"a%C2%9B2J").unwrap())
                .body(())
                .unwrap(),
        );
        assert!(!told.contains('\u{9b}'), "{told:?}");
    }
}
