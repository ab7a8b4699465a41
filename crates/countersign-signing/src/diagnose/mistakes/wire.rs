//! Mistakes that the request itself shows, whatever its signature is.
//!
//! Belongs here: their codes and words. Does not: finding them (the parser, the verifier and the
//! gate do).

/// Hands its declarations to the next macro, behind those that came before.
macro_rules! wire { ([$next:ident $($others:ident)*] $($before:tt)*) => { $next! {
    [$($others)*] $($before)*
    ClockSkew {
        code: "clock-skew", topic: Clock,
        meaning: "The timestamp is too far from the server's time.",
        fix: "Set the client's clock by NTP, send seconds since 1970 in UTC, and sign right \
              before sending.",
    }
    TimestampMilliseconds {
        code: "timestamp-milliseconds", topic: Clock,
        meaning: "The client sent milliseconds, or something finer, as timestamp.",
        fix: "Divide by 1000 and round down: oauth_timestamp is seconds since 1970.",
    }
    TimestampMalformed {
        code: "timestamp-malformed", topic: Clock,
        meaning: "The timestamp is not a positive whole number.",
        fix: "Send seconds since 1970 in digits only.",
    }
    NonceReused {
        code: "nonce-reused", topic: Nonce,
        meaning: "The client sent a nonce again, with the same token and timestamp as before.",
        fix: "Sign each request anew, retries and redirects too, with a fresh nonce and timestamp.",
    }
    RestartBoundary {
        code: "restart-boundary", topic: Nonce,
        meaning: "The request was signed before the server was restarted without its replay \
              memory.",
        fix: "Sign the request anew and send it again.",
    }
    NonceTooShort {
        code: "nonce-too-short", topic: Nonce,
        meaning: "The nonce has fewer than 6 characters.",
        fix: "Send a nonce of 6 to 128 characters; 20 random letters and digits are good.",
    }
    NonceTooLong {
        code: "nonce-too-long", topic: Nonce,
        meaning: "The nonce has more characters than are accepted.",
        fix: "Send a nonce of 6 to 128 characters; 20 random letters and digits are good.",
    }
    AccountForm {
        code: "account-form", topic: Header,
        meaning: "The realm is an account ID in the form that host names have, or in lower case.",
        fix: "Send the account ID in upper case with an underscore, as in 1234567_SB1.",
        passport: passport::account,
    }
    HostOfOtherAccount {
        code: "host-of-other-account", topic: Record,
        meaning: "The host is one account's, and realm names another.",
        fix: "Call the host of the account that the token is of, and send that account's ID as \
              realm: 1234567_SB1 has the hosts that begin with 1234567-sb1.",
    }
    RealmMissing {
        code: "realm-missing", topic: Header,
        meaning: "Neither realm nor host names the account, and there is more than one here.",
        fix: "Send the account ID as realm.",
    }
    HeaderSyntax {
        code: "header-syntax", topic: Header,
        meaning: "The Authorization header can't be read.",
        fix: "Send OAuth, then name=\"value\" pairs with commas between them, values \
              percent-encoded.",
    }
    ParameterMissing {
        code: "parameter-missing", topic: Header,
        meaning: "A parameter that is required is not in the header.",
        fix: "Send oauth_consumer_key, oauth_token, oauth_signature_method, oauth_timestamp, \
              oauth_nonce and oauth_signature in the Authorization header.",
    }
    ParameterRepeated {
        code: "parameter-repeated", topic: Header,
        meaning: "A parameter stands in the header twice.",
        fix: "Send each oauth_ parameter, and realm, once.",
    }
    ParametersInTwoPlaces {
        code: "oauth-parameters-in-two-places", topic: Header,
        meaning: "Parameters of OAuth stand in the query or in the form too.",
        fix: "Send oauth_ parameters in the Authorization header only.",
    }
    TooManyParameters {
        code: "too-many-parameters", topic: Parameters,
        meaning: "The request has more parameters than can be signed over.",
        fix: "Send at most 200 parameters in header and query, and 1,000 in a form.",
    }
    VersionRejected {
        code: "version-rejected", topic: Header,
        meaning: "The client sent another oauth_version than 1.0.",
        fix: "Send oauth_version=\"1.0\", or leave it out.",
    }
    SignatureMethodUnsupported {
        code: "signature-method-unsupported", topic: Digest,
        meaning: "The client declared a signature method that is not HMAC-SHA256.",
        fix: "Declare HMAC-SHA256, with the hyphen, and compute it.",
    }
    HeadRejected {
        code: "head-rejected", topic: Header,
        meaning: "The head of the request can't be verified, whoever sent it.",
        fix: "Send one plain HTTP/1.1 head: one Host, at most one Authorization and \
              Content-Type, a path as target.",
    }
    CrossSiteRequest {
        code: "cross-site-request", topic: Record,
        meaning: "Another web site asked for a page of this server.",
        fix: "Open the page itself, and call this server from programs, not from other sites.",
    }
    HostNotServed {
        code: "host-not-served", topic: Record,
        meaning: "A page or endpoint was asked for under a host name that is not this server's.",
        fix: "Use localhost, the public host, or a host of an account that there is.",
    }
    FormTooLarge {
        code: "form-too-large", topic: Body,
        meaning: "The form body is larger than the limit; it is signed, so it is held as a whole.",
        fix: "Send less in one form, or a body of another content type, which is not signed.",
    }
    FormMemoryFull {
        code: "form-memory-full", topic: Body,
        meaning: "Too many form bodies are being read: in all, for this address or for this token.",
        fix: "Send it again, with fewer at a time.",
    }
    FormTooSlow {
        code: "form-too-slow", topic: Body,
        meaning: "The form body did not come in time; it is signed, so it is waited for.",
        fix: "Send as many bytes as Content-Length says, and send them at once.",
    }
    FormMalformed {
        code: "form-malformed", topic: Body,
        meaning: "The chunks of the form body are not as HTTP/1.1 has them.",
        fix: "Send the form with a Content-Length.",
    }
    FormCutOff {
        code: "form-cut-off", topic: Body,
        meaning: "The client ended the connection within its form body.",
        fix: "Send as many bytes as Content-Length says, and wait for the answer.",
    }
} } }

pub(super) use wire;
