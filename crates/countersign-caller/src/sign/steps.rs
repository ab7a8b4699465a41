//! The steps of a signature, as a person compares them with those of another program.

use std::borrow::Cow;

use countersign_client::{RequestBody, SigningRequest};
use countersign_signing::{
    Authorization, Credentials, Fields, Secret, Signed, is_form, percent, split_form, visible,
};
use http::header::CONTENT_TYPE;

/// Everything but the header itself. No secret is in it.
pub(super) fn text(request: &SigningRequest, credentials: &Credentials, signed: &Signed) -> String {
    let base = &signed.base_string;
    let mut text = String::from("1. Parameters, decoded (realm is never signed)\n");
    for parameter in parameters(request, signed) {
        text.push_str(&parameter.line());
    }
    text.push_str("\n2. Normalised parameters: each encoded, then sorted\n");
    for pair in base.parameters().split('&') {
        text.push_str(&format!("   {pair}\n"));
    }
    let (method, uri) = (base.method(), base.base_uri());
    text.push_str(&format!(
        "\n3. Base string: method, address ({method} {uri}) and 2, each encoded, joined with &\n   \
         {base}\n"
    ));
    text.push_str("\n4. Key: consumer secret & token secret, each encoded\n");
    text.push_str(&secret_line("consumer secret", Some(&credentials.consumer_secret)));
    let token_secret = credentials.token.as_ref().map(|token| &token.secret);
    text.push_str(&secret_line("token secret", token_secret));
    let signature = signed.signature.to_base64();
    text.push_str(&format!("\n5. Signature: HMAC-SHA256 of 3 with 4, in base64\n   {signature}\n"));
    text.push_str("\n6. Header\n");
    text
}

struct Parameter<'p> {
    source: &'static str,
    name: Cow<'p, str>,
    value: Cow<'p, str>,
}

impl Parameter<'_> {
    fn line(&self) -> String {
        let (name, value) = (visible(&self.name), visible(&self.value));
        format!("   {:<7}{name:<23} {value}\n", self.source)
    }
}

fn parameters(request: &SigningRequest, signed: &Signed) -> Vec<Parameter<'static>> {
    let mut fields = Fields::default();
    let mut parameters = Vec::new();
    // The header was read back when it was made, so it can be read.
    if let Ok(authorization) = Authorization::parse(signed.header.as_bytes(), &mut fields) {
        let signed = authorization.parameters().filter(|(name, _)| *name != b"oauth_signature");
        parameters.extend(signed.map(|(name, value)| parameter("header", name, value)));
    }
    let query = request.address.target().split_once('?').map_or("", |(_, query)| query);
    parameters.extend(pairs("query", query.as_bytes()));
    let content_type = request.headers.get(CONTENT_TYPE);
    if let RequestBody::Bytes(body) = &request.body
        && content_type.is_some_and(|value| is_form(value.as_bytes()))
    {
        parameters.extend(pairs("form", body));
    }
    parameters
}

fn pairs(source: &'static str, text: &[u8]) -> impl Iterator<Item = Parameter<'static>> {
    split_form(text).map(move |(name, value)| {
        parameter(source, &percent::decode_form(name), &percent::decode_form(value))
    })
}

fn parameter(source: &'static str, name: &[u8], value: &[u8]) -> Parameter<'static> {
    let text = |bytes: &[u8]| Cow::Owned(String::from_utf8_lossy(bytes).into_owned());
    Parameter { source, name: text(name), value: text(value) }
}

fn secret_line(name: &str, secret: Option<&Secret>) -> String {
    match secret {
        Some(secret) => {
            let (length, fingerprint) = (secret.reveal().len(), secret.fingerprint());
            format!("   {name:<16} {length} characters, fingerprint {fingerprint}\n")
        }
        None => format!("   {name:<16} none, so that nothing follows the &\n"),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use countersign_client::Address;
    use countersign_signing::{SignOptions, TokenCredentials};
    use http::{HeaderValue, Method};

    use super::*;

    #[tokio::test]
    async fn every_step_is_shown_and_no_secret() {
        let credentials = Credentials {
            consumer_key: "ck".into(),
            consumer_secret: Secret::new("canary1"),
            token: Some(TokenCredentials { token: "ti".into(), secret: Secret::new("canary2") }),
        };
        let address = Address::parse("https://a.b/x?script=6&q=a+b%21").unwrap();
        let mut request = SigningRequest::new(Method::POST, address);
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers.insert(CONTENT_TYPE, form);
        request.body = Bytes::from_static(b"f=%C3%BC").into();
        let options = SignOptions { realm: Some("1"), ..SignOptions::new(7, "nonce-1") };
        let signed = request.sign(&credentials, &options).await.unwrap();

        let text = text(&request, &credentials, &signed);
        for expected in [
            "   header oauth_nonce             nonce-1\n",
            "   header realm                   1\n",
            "   query  q                       a b!\n",
            "   form   f                       ü\n",
            "\n   f=%C3%BC\n   oauth_consumer_key=ck\n",
            "address (POST https://a.b/x)",
            "\n   POST&https%3A%2F%2Fa.b%2Fx&f%3D%25C3%25BC%26oauth",
            "   consumer secret  7 characters, fingerprint ",
            &credentials.consumer_secret.fingerprint(),
            &signed.signature.to_base64(),
        ] {
            assert!(text.contains(expected), "{expected:?} is not in\n{text}");
        }
        assert!(!text.contains("canary"), "{text}");
    }
}
