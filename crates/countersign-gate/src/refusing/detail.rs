//! What `dev` says about a refusal beside the public error.

use countersign_verify::{Explanation, Refusal};
use http::header::{HeaderMap, HeaderName, HeaderValue};

const DETAIL: HeaderName = HeaderName::from_static("countersign-detail");
const DIAGNOSIS: HeaderName = HeaderName::from_static("countersign-diagnosis");
const EXPLANATION: HeaderName = HeaderName::from_static("countersign-explanation");

/// Bytes of `Countersign-Explanation`; some clients give up on long headers.
const LONGEST: usize = 300;

/// Adds the official detail, the codes, and the explanation if there is one.
pub(super) fn add(headers: &mut HeaderMap, refusal: Refusal, explanation: Option<&Explanation>) {
    headers.insert(DETAIL, HeaderValue::from_static(refusal.detail().as_str()));
    let codes = explanation
        .map(|it| it.codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join("+"));
    let codes = codes.and_then(|codes| HeaderValue::try_from(codes).ok());
    let codes = codes.unwrap_or_else(|| HeaderValue::from_static(refusal.code().as_str()));
    headers.insert(DIAGNOSIS, codes);
    if let Some(Explanation { sentence, fix, .. }) = explanation {
        let text = visible(format!("{sentence} {fix}").trim());
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(EXPLANATION, value);
        }
    }
}

/// ASCII as it is, other characters percent-encoded, cut before the character that is too much.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len().min(LONGEST));
    for character in text.chars() {
        let before = visible.len();
        if character.is_ascii() && !character.is_ascii_control() {
            visible.push(character);
        } else {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                visible.push_str(&format!("%{byte:02X}"));
            }
        }
        if visible.len() > LONGEST {
            visible.truncate(before);
            break;
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use countersign_signing::diagnose::{Budget, Code, Evidence, Secrets, diagnose};
    use countersign_signing::{Request, Scheme};

    use super::*;

    #[test]
    fn an_explanation_is_ascii_of_300_bytes_cut_between_characters() {
        assert_eq!(visible("\"%2B\" was sent as \"+\"."), "\"%2B\" was sent as \"+\".");
        assert_eq!(visible("ü\n→"), "%C3%BC%0A%E2%86%92");
        assert_eq!(visible(&"x".repeat(400)).len(), 300);
        // 49 whole characters of 6 bytes are 294; with "xxx" in front, a 50th would be cut.
        assert_eq!(visible(&format!("xxx{}", "ü".repeat(60))).len(), 297);
    }

    #[test]
    fn without_an_explanation_the_refusals_own_code_stands() {
        let mut headers = HeaderMap::new();
        add(&mut headers, Refusal::BadSignature, None);
        assert_eq!(headers[DETAIL], "InvalidSignature");
        assert_eq!(headers[DIAGNOSIS], "unexplained");
        assert!(!headers.contains_key(EXPLANATION));
    }

    #[test]
    fn an_explanations_codes_are_joined() {
        let evidence = Evidence {
            request: Request {
                method: "GET",
                scheme: Scheme::Http,
                authority: "localhost",
                target: "/",
                form: None,
            },
            body: None,
            authorization: None,
            secrets: Secrets::default(),
            candidate_hosts: &[],
            hides_form_values: true,
        };
        let mut explanation = diagnose(&evidence, None, Budget::of_tries(0));
        explanation.codes = vec![Code::WrongPath, Code::WrongHost];
        explanation.sentence = "It was so.".into();
        explanation.fix = "Do this.".into();
        let mut headers = HeaderMap::new();
        add(&mut headers, Refusal::BadSignature, Some(&explanation));
        assert_eq!(headers[DIAGNOSIS], "wrong-path+wrong-host");
        assert_eq!(headers[EXPLANATION], "It was so. Do this.");
    }
}
