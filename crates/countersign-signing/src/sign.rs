//! The client's side: making the header, RFC 5849 sections 3.1 to 3.5.1.
//!
//! Belongs here: one function that shows every step of signing, and a check of what comes out. Does
//! not: sending, clocks, chance (timestamp and nonce are arguments).

use std::fmt;

use crate::{
    Authorization, BaseString, CanonicalRequest, Fields, HeaderFault, NonceFault, ProofFault,
    Request, RequestFault, Scratch, Secret, Signature, SigningKey, Step, percent,
};

/// Signs a request as a client does (RFC 5849 section 3.1).
///
/// Takes who signs, what is sent and what the header should say; gives the header's text together
/// with the base string and the signature in it. The header is read back by the same parser that
/// verifies, so what is signed is what a verifier sees.
///
/// It signs what it is told: a timestamp of zero too, or a nonce of one character. Whoever sends
/// the result asks [`Signed::check`] first; whoever tests a verifier does not.
///
/// # Errors
/// [`SignFault::Header`], [`SignFault::Request`]: there is nothing to sign, for example because the
/// nonce is empty or the query has `oauth_` parameters.
pub fn sign(
    credentials: &Credentials,
    request: &Request<'_>,
    options: &SignOptions<'_>,
) -> Result<Signed, SignFault> {
    let mut header = unsigned_header(credentials, options);
    let mut scratch = Scratch::default();
    let authorization = Authorization::parse(header.as_bytes(), &mut scratch.fields)?;
    let canonical = CanonicalRequest::new(request, &authorization, &mut scratch.pairs)?;
    let signature = canonical.sign(&credentials.signing_key());
    push_parameter(&mut header, "oauth_signature", &signature.to_base64());
    Ok(Signed { header, base_string: canonical.base_string(), signature })
}

/// Who signs.
#[derive(Debug)]
pub struct Credentials {
    /// Names the client.
    pub consumer_key: String,
    /// The client's half of the key.
    pub consumer_secret: Secret,
    /// The user's half; `None` when a request token is asked for (RFC 5849 section 2.1).
    pub token: Option<TokenCredentials>,
}

impl Credentials {
    /// The key that these secrets make (RFC 5849 section 3.4.2).
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        let token_secret = self.token.as_ref().map_or(&b""[..], |token| token.secret.reveal());
        SigningKey::new(self.consumer_secret.reveal(), token_secret)
    }
}

/// For whom a client signs.
#[derive(Debug)]
pub struct TokenCredentials {
    /// Names the user, the role and the client.
    pub token: String,
    /// The user's half of the key.
    pub secret: Secret,
}

/// What the header says beside the credentials.
#[derive(Clone, Copy, Debug)]
pub struct SignOptions<'o> {
    /// The account, as `1234567_SB1`; sent first, never signed.
    pub realm: Option<&'o str>,
    /// Seconds since 1970.
    pub timestamp: i64,
    /// Unique among the requests of this second, 6 to 128 characters.
    pub nonce: &'o str,
    /// `oauth_version`, which may be left out.
    pub version: Option<&'o str>,
    /// Where the resource owner returns to, at the first of three steps (RFC 5849 section 2.1).
    pub callback: Option<&'o str>,
    /// What the resource owner brought back, at the third (RFC 5849 section 2.3).
    pub verifier: Option<&'o str>,
    /// Further parameters of the header, as `role` or `oauth_body_hash`: name and value.
    pub parameters: &'o [(&'o str, &'o str)],
}

impl<'o> SignOptions<'o> {
    /// Version 1.0 and nothing that isn't required.
    #[must_use]
    pub fn new(timestamp: i64, nonce: &'o str) -> SignOptions<'o> {
        SignOptions {
            realm: None,
            timestamp,
            nonce,
            version: Some("1.0"),
            callback: None,
            verifier: None,
            parameters: &[],
        }
    }
}

/// A signed request, step by step.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The value of the `Authorization` header (RFC 5849 section 3.5.1).
    pub header: String,
    /// The text that was signed (RFC 5849 section 3.4.1).
    pub base_string: BaseString,
    /// The signature that is in the header (RFC 5849 section 3.4.2).
    pub signature: Signature,
}

impl Signed {
    /// Whether a verifier can accept the header, as far as anybody can tell without the server's
    /// clock, memory and record: size, method, version, timestamp and nonce.
    ///
    /// A header without a token passes: it is good for the first of three steps.
    ///
    /// # Errors
    /// [`SignFault`]: every verifier with NetSuite's rules refuses it.
    pub fn check(&self) -> Result<(), SignFault> {
        let mut fields = Fields::default();
        let authorization = Authorization::parse(self.header.as_bytes(), &mut fields)?;
        let proof = authorization.proof(Step::RequestToken)?;
        Ok(proof.nonce.is_acceptable()?)
    }
}

/// Why a request can't be signed, or would be refused everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignFault {
    /// The header would be refused.
    Header(HeaderFault),
    /// The request would be refused.
    Request(RequestFault),
    /// A parameter of the header would be refused.
    Proof(ProofFault),
    /// The nonce would be refused.
    Nonce(NonceFault),
}

impl fmt::Display for SignFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignFault::Header(fault) => fault.fmt(f),
            SignFault::Request(fault) => fault.fmt(f),
            SignFault::Proof(fault) => fault.fmt(f),
            SignFault::Nonce(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for SignFault {}

impl From<HeaderFault> for SignFault {
    fn from(fault: HeaderFault) -> SignFault {
        SignFault::Header(fault)
    }
}

impl From<RequestFault> for SignFault {
    fn from(fault: RequestFault) -> SignFault {
        SignFault::Request(fault)
    }
}

impl From<ProofFault> for SignFault {
    fn from(fault: ProofFault) -> SignFault {
        SignFault::Proof(fault)
    }
}

impl From<NonceFault> for SignFault {
    fn from(fault: NonceFault) -> SignFault {
        SignFault::Nonce(fault)
    }
}

fn unsigned_header(credentials: &Credentials, options: &SignOptions<'_>) -> String {
    let timestamp = options.timestamp.to_string();
    let token = credentials.token.as_ref().map(|token| token.token.as_str());
    let named = [
        ("realm", options.realm),
        ("oauth_consumer_key", Some(credentials.consumer_key.as_str())),
        ("oauth_token", token),
        ("oauth_signature_method", Some("HMAC-SHA256")),
        ("oauth_timestamp", Some(timestamp.as_str())),
        ("oauth_nonce", Some(options.nonce)),
        ("oauth_version", options.version),
        ("oauth_callback", options.callback),
        ("oauth_verifier", options.verifier),
    ];
    let mut header = String::from("OAuth ");
    let further = options.parameters.iter().map(|(name, value)| (*name, Some(*value)));
    for (name, value) in named.into_iter().chain(further) {
        if let Some(value) = value {
            push_parameter(&mut header, name, value);
        }
    }
    header
}

fn push_parameter(header: &mut String, name: &str, value: &str) {
    let separator = if header.ends_with('"') { ", " } else { "" };
    let (name, value) = (percent::encode(name.as_bytes()), percent::encode(value.as_bytes()));
    header.push_str(&format!("{separator}{name}=\"{value}\""));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scheme, TimestampFault, limits};

    const REQUEST: Request<'static> = Request {
        method: "POST",
        scheme: Scheme::Https,
        authority: "1234567.restlets.api.netsuite.com",
        target: "/rest/requesttoken",
        form: None,
    };

    fn client() -> Credentials {
        let secret = "60712990bc09623786e7047c226bcb3f86d49dca0b04efc21001dc76d97a81f5";
        Credentials {
            consumer_key: secret.to_owned(),
            consumer_secret: Secret::new(secret),
            token: None,
        }
    }

    #[test]
    fn oracles_first_step_is_signed_as_oracle_prints_it() {
        let options = SignOptions {
            realm: Some("1234567"),
            callback: Some("https://my.example.com/TBA/?callbackRequest"),
            parameters: &[("role", "45678")],
            ..SignOptions::new(1_575_998_103, "bUvpxBX93OWo0FLswq5M")
        };
        let signed = sign(&client(), &REQUEST, &options).unwrap();
        // Oracle, "Constructing the Signature for Step One".
        let expected = "7kgwwmiAylqeMdHjCBnIUUW+drDrGCbZGBkuCt39J90=";
        assert_eq!(signed.signature.to_base64(), expected);
        assert_eq!(signed.check(), Ok(()));
        assert!(signed.header.starts_with(r#"OAuth realm="1234567", oauth_consumer_key="6071"#));
        assert!(
            signed
                .header
                .ends_with(r#"oauth_signature="7kgwwmiAylqeMdHjCBnIUUW%2BdrDrGCbZGBkuCt39J90%3D""#)
        );
    }

    #[test]
    fn what_has_no_base_string_is_not_signed() {
        let empty_nonce = SignOptions::new(1, "");
        let fault = sign(&client(), &REQUEST, &empty_nonce).unwrap_err();
        assert_eq!(fault, SignFault::Header(HeaderFault::Empty(crate::ParameterName::Nonce)));
        let twice = Request { target: "/?oauth_token=x", ..REQUEST };
        let fault = sign(&client(), &twice, &SignOptions::new(1, "abcdef")).unwrap_err();
        assert_eq!(fault, SignFault::Request(RequestFault::OAuthParametersElsewhere));
    }

    #[test]
    fn what_every_verifier_refuses_is_signed_and_told() {
        let good = SignOptions::new(1, "abcdef");
        let timestamp = |why| SignFault::Proof(ProofFault::Timestamp(why));
        let long = "x".repeat(limits::NONCE_LONGEST + 1);
        // Short enough to be signed; with the signature it is too long to be sent.
        let role = "x".repeat(limits::HEADER_BYTES - 250);
        for (options, expected) in [
            (good, Ok(())),
            (SignOptions { version: None, ..good }, Ok(())),
            (SignOptions { nonce: "a", ..good }, Err(SignFault::Nonce(NonceFault::TooShort))),
            (SignOptions { nonce: &long, ..good }, Err(SignFault::Nonce(NonceFault::TooLong))),
            (SignOptions { timestamp: 0, ..good }, Err(timestamp(TimestampFault::NotPositive))),
            (
                SignOptions { timestamp: 1_508_242_306_000, ..good },
                Err(timestamp(TimestampFault::Milliseconds)),
            ),
            (
                SignOptions { version: Some("1.0a"), ..good },
                Err(SignFault::Proof(ProofFault::Version)),
            ),
            (
                SignOptions { parameters: &[("role", &role)], ..good },
                Err(SignFault::Header(HeaderFault::TooLong)),
            ),
        ] {
            let signed = sign(&client(), &REQUEST, &options).unwrap();
            assert_eq!(signed.check(), expected);
        }
    }

    #[test]
    fn a_fault_says_what_is_wrong() {
        for (fault, expected) in [
            (SignFault::Nonce(NonceFault::TooShort), "oauth_nonce has fewer than 6 characters"),
            (
                SignFault::Proof(ProofFault::Timestamp(TimestampFault::NotPositive)),
                "oauth_timestamp is not greater than zero",
            ),
        ] {
            assert_eq!(fault.to_string(), expected);
        }
    }

    #[test]
    fn credentials_print_no_secret() {
        let mut client = client();
        client.consumer_key = "key".to_owned();
        client.token =
            Some(TokenCredentials { token: "token".to_owned(), secret: Secret::new("canary") });
        let printed = format!("{client:?}");
        assert!(!printed.contains("canary") && !printed.contains("6071"), "{printed}");
    }
}
