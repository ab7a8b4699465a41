//! Targets of `countersign-signing`.

use countersign_signing::{
    Authorization, CanonicalRequest, Credentials, EnvelopeFault, Fields, HeaderFault, Passport,
    PassportFault, Request, Scheme, Scratch, Secret, SignFault, SignOptions, Signature, Step,
    TokenCredentials,
    diagnose::{Budget, Pair, Secrets},
    limits, percent, sign, sign_passport,
};

/// A header is read or refused; what is read holds to what the parser promises.
pub fn authorization_header(data: &[u8]) {
    let mut fields = Fields::default();
    let authorization = match Authorization::parse(data, &mut fields) {
        Ok(authorization) => authorization,
        Err(HeaderFault::Syntax { at, .. }) => return assert!(at <= data.len()),
        Err(_) => return,
    };
    let names: Vec<&[u8]> = authorization.parameters().map(|(name, _)| name).collect();
    assert!(names.len() <= limits::PARAMETERS);
    let ours = || names.iter().filter(|name| name.starts_with(b"oauth_"));
    let mut distinct: Vec<_> = ours().collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), ours().count(), "a repeated oauth_ parameter was accepted");
    if let Ok(proof) = authorization.proof(Step::Resource) {
        assert!(proof.timestamp > 0 && proof.token.is_some());
        assert!(!proof.consumer_key.is_empty() && !proof.signature.is_empty());
    }
}

/// Strict decoding is undone by encoding, and lenient decoding agrees with it where both succeed.
pub fn percent_decoding(data: &[u8]) {
    assert_eq!(percent::decode(percent::encode(data).as_bytes()).as_deref(), Ok(data));
    let lenient = percent::decode_form(data);
    match percent::decode(data) {
        Ok(strict) if !data.contains(&b'+') => assert_eq!(strict, lenient),
        Ok(strict) => assert_eq!(strict.len(), lenient.len()),
        Err(fault) => assert_eq!(data[fault.at], b'%'),
    }
}

/// An envelope is read or refused; what is read can be written and read again.
pub fn soap_envelope(data: &[u8]) {
    let passport = match Passport::read(data) {
        Ok(passport) => passport,
        Err(PassportFault::Envelope(EnvelopeFault::Xml { at, .. })) => {
            return assert!(at <= data.len().min(limits::SOAP_HEADER_BYTES));
        }
        Err(_) => return,
    };
    assert!(
        (limits::NONCE_SHORTEST..=limits::PASSPORT_NONCE_LONGEST).contains(&passport.nonce().len())
    );
    assert!(passport.timestamp() > 0 && !passport.signature().is_empty());
    assert_eq!(passport.base_string().matches('&').count(), 4);
    let secrets = [&b"consumer secret"[..], b"token secret"];
    let pair = Some(Pair { consumer_secret: secrets[0], token_secret: secrets[1] });
    let ours = Secrets { pair, ..Secrets::default() };
    assert!(!passport.diagnose(ours, Budget::of_tries(50)).certain);

    let credentials = Credentials {
        consumer_key: passport.consumer_key().to_owned(),
        consumer_secret: Secret::new(secrets[0]),
        token: Some(TokenCredentials {
            token: passport.token().to_owned(),
            secret: Secret::new(secrets[1]),
        }),
    };
    let (account, timestamp) = (passport.account(), passport.timestamp());
    let signed = sign_passport(&credentials, account, timestamp, passport.nonce());
    assert_eq!(signed.check(), Ok(()));
    let element = signed.element("urn:messages");
    let written = format!("<Envelope><Header>{element}</Header></Envelope>");
    let again = Passport::read(written.as_bytes());
    assert!(again.is_ok_and(|again| again.is_signed_with(&credentials.signing_key())));
}

/// Lines of the input are method, authority, target, form and nonce: what is signed verifies.
pub fn base_string(data: &[u8]) {
    let mut parts = data.splitn(5, |byte| *byte == b'\n');
    let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (method, authority, target, form, nonce) = (text(), text(), text(), text(), text());
    let request = Request {
        method: &method,
        scheme: Scheme::Https,
        authority: &authority,
        target: &target,
        form: (!form.is_empty()).then_some(form.as_bytes()),
    };
    let credentials = Credentials {
        consumer_key: "key".to_owned(),
        consumer_secret: Secret::new("consumer secret"),
        token: Some(TokenCredentials {
            token: "token".to_owned(),
            secret: Secret::new("token secret"),
        }),
    };
    let options = SignOptions::new(1_508_242_306, &nonce);
    let Ok(signed) = sign(&credentials, &request, &options) else { return };
    assert!(signed.base_string.as_str().is_ascii());
    assert_eq!(signed.base_string.as_str().matches('&').count(), 2);
    match signed.check() {
        Ok(()) | Err(SignFault::Nonce(_)) => {
            assert!(verifies(&signed.header, &request, &credentials));
        }
        // The signature itself makes the header longer.
        Err(fault) => assert_eq!(fault, SignFault::Header(HeaderFault::TooLong)),
    }
}

fn verifies(header: &str, request: &Request<'_>, credentials: &Credentials) -> bool {
    let mut scratch = Scratch::default();
    let Ok(authorization) = Authorization::parse(header.as_bytes(), &mut scratch.fields) else {
        return false;
    };
    let Ok(proof) = authorization.proof(Step::Resource) else { return false };
    let canonical = CanonicalRequest::new(request, &authorization, &mut scratch.pairs);
    let Ok(canonical) = canonical else { return false };
    let ours = canonical.sign(&credentials.signing_key());
    Signature::parse(proof.signature).is_some_and(|sent| sent.matches(&ours))
}
