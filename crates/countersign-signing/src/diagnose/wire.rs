//! What a request shows without its signature: faults of the header and of its parameters.
//!
//! Belongs here: naming them by code. Does not: finding them (the parser and the verifier do), nor
//! what only a server knows (see `fact`).

use super::Code;
use crate::{
    Authorization, CanonicalRequest, HeaderFault, NonceFault, Pairs, ProofFault, Request,
    RequestFault, Step, TimestampFault,
};

/// A fault with what is to be said of it.
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) sentence: String,
}

impl Fault {
    fn new(code: Code, sentence: impl Into<String>) -> Fault {
        Fault { code, sentence: sentence.into() }
    }
}

/// The first fault that a verifier reports of a header that it can read.
pub(super) fn of_parameters(
    request: &Request<'_>,
    authorization: &Authorization<'_>,
) -> Option<Fault> {
    let asks_for_request_token = authorization.callback().is_some();
    let step = if asks_for_request_token { Step::RequestToken } else { Step::Resource };
    let proof = match authorization.proof(step) {
        Ok(proof) => proof,
        Err(fault) => return Some(of_proof(fault)),
    };
    if let Err(fault) = CanonicalRequest::new(request, authorization, &mut Pairs::default()) {
        return Some(of_request(fault));
    }
    if let Err(fault) = proof.nonce.is_acceptable() {
        let code = match fault {
            NonceFault::TooShort => Code::NonceTooShort,
            NonceFault::TooLong => Code::NonceTooLong,
        };
        return Some(sentence(code, &fault));
    }
    let realm = authorization.realm()?;
    let is_of_a_host = realm.iter().any(|byte| *byte == b'-' || byte.is_ascii_lowercase());
    is_of_a_host.then(|| {
        let realm = String::from_utf8_lossy(realm);
        let sentence = format!("The realm {realm} has the form of a host name, or lower case.");
        Fault::new(Code::AccountForm, sentence)
    })
}

/// Why a header can't be read.
pub(super) fn of_header(fault: HeaderFault) -> Fault {
    match fault {
        HeaderFault::NotOAuth => {
            let sentence = "The request has no Authorization header of the scheme OAuth.";
            Fault::new(Code::ParameterMissing, sentence)
        }
        HeaderFault::Repeated(_) => sentence(Code::ParameterRepeated, &fault),
        _ => sentence(Code::HeaderSyntax, &fault),
    }
}

fn of_proof(fault: ProofFault) -> Fault {
    let code = match fault {
        ProofFault::Missing(_) => Code::ParameterMissing,
        ProofFault::Method { sha1: true } => Code::SignatureMethodSha1,
        ProofFault::Method { sha1: false } => Code::SignatureMethodUnsupported,
        ProofFault::Version => Code::VersionRejected,
        ProofFault::Timestamp(TimestampFault::Milliseconds) => Code::TimestampMilliseconds,
        ProofFault::Timestamp(_) => Code::TimestampMalformed,
    };
    sentence(code, &fault)
}

fn of_request(fault: RequestFault) -> Fault {
    let code = match fault {
        RequestFault::OAuthParametersElsewhere => Code::ParametersInTwoPlaces,
        _ => Code::TooManyParameters,
    };
    sentence(code, &fault)
}

/// The fault's own words as a sentence. Names of parameters keep their spelling.
fn sentence(code: Code, fault: &dyn std::fmt::Display) -> Fault {
    let mut words = format!("{fault}.");
    let begins_with_a_name = words.starts_with("oauth_") || words.starts_with("realm ");
    if let Some(first) = words.get_mut(..1).filter(|_| !begins_with_a_name) {
        first.make_ascii_uppercase();
    }
    Fault::new(code, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ParameterName, SyntaxFault};

    #[test]
    fn a_fault_is_one_sentence() {
        for (fault, expected) in [
            (of_proof(ProofFault::Version), "oauth_version is not 1.0."),
            (of_proof(ProofFault::Missing(ParameterName::Token)), "oauth_token is missing."),
            (
                of_proof(ProofFault::Method { sha1: true }),
                "oauth_signature_method is HMAC-SHA1, and only HMAC-SHA256 is accepted.",
            ),
            (
                of_request(RequestFault::OAuthParametersElsewhere),
                "The query or the form has oauth_ parameters, which belong in the header only.",
            ),
            (
                of_header(HeaderFault::Syntax { at: 8, why: SyntaxFault::NoOpeningQuote }),
                "A value is not in double quotes at byte 8 of the Authorization header.",
            ),
            (
                of_header(HeaderFault::Repeated(ParameterName::Realm)),
                "realm stands more than once in the Authorization header.",
            ),
            (
                sentence(Code::NonceTooShort, &NonceFault::TooShort),
                "oauth_nonce has fewer than 6 characters.",
            ),
        ] {
            assert_eq!(fault.sentence, expected);
        }
    }
}
