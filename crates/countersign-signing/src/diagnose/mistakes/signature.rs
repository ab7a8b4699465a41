//! Mistakes that a signature shows: each is a change of a recipe.
//!
//! Belongs here: their codes and words, in the order in which they are looked for: likely and cheap
//! first. Does not: how the recipe changes (the modules beside this one).

/// Hands its declarations to the next macro, behind those that came before.
macro_rules! signature { ([$next:ident $($others:ident)*] $($before:tt)*) => { $next! {
    [$($others)*] $($before)*
    SignatureNotEncoded {
        code: "signature-not-encoded", topic: Header,
        meaning: "The client did not percent-encode the signature, so that a + in it arrived as \
              a blank.",
        fix: "Percent-encode oauth_signature in the header: + is %2B, / is %2F, = is %3D.",
        change: output::not_encoded,
    }
    HexDigest {
        code: "hex-digest", topic: Digest,
        meaning: "The client sent the digest in hex.",
        fix: "Send the bytes of the digest in base64, then percent-encoded.",
        change: output::hex,
        passport: passport::hex,
    }
    Base64urlDigest {
        code: "base64url-digest", topic: Digest,
        meaning: "The client sent the digest in base64url, or without its padding.",
        fix: "Use the standard alphabet with + and /, and keep the = at the end.",
        both: output::base64url,
    }
    SignatureMethodSha1 {
        code: "signature-method-sha1", topic: Digest,
        meaning: "The client computed HMAC-SHA1 where HMAC-SHA256 is required.",
        fix: "Compute HMAC-SHA256, and declare it in oauth_signature_method.",
        change: output::sha1,
        passport: passport::sha1,
    }
    TokenSecretMissing {
        code: "token-secret-missing", topic: Key,
        meaning: "The client left the token secret out of the key.",
        fix: "Use as key the consumer secret, then &, then the token secret.",
        both: key::without_token_secret,
    }
    ConsumerSecretMissing {
        code: "consumer-secret-missing", topic: Key,
        meaning: "The client left the consumer secret out of the key.",
        fix: "Use as key the consumer secret, then &, then the token secret.",
        both: key::without_consumer_secret,
    }
    SecretsSwapped {
        code: "secrets-swapped", topic: Key,
        meaning: "The client put the token secret before the consumer secret.",
        fix: "Use as key the consumer secret first, then &, then the token secret.",
        both: key::swapped,
    }
    AmpersandMissing {
        code: "ampersand-missing", topic: Key,
        meaning: "The client joined the two secrets without the & between them.",
        fix: "Use as key the consumer secret, then &, then the token secret.",
        both: key::without_ampersand,
    }
    IdUsedAsSecret {
        code: "id-used-as-secret", topic: Key,
        meaning: "The client used the token ID or the consumer key where its secret belongs.",
        fix: "Use the secrets, which were shown once beside the ids.",
        both: key::ids,
    }
    QueryNotSigned {
        code: "query-not-signed", topic: Url,
        meaning: "The client left the query string out of the base string.",
        fix: "Sign the parameters of the query too, such as a RESTlet's script and deploy.",
        change: url::without_query,
    }
    QueryInUrl {
        code: "query-in-url", topic: Url,
        meaning: "The client kept the query string in the URL part of the base string.",
        fix: "End the URL part before the ?; the query's parameters are sorted among the others.",
        change: url::query_in_url,
    }
    FormBodyNotSigned {
        code: "form-body-not-signed", topic: Body,
        meaning: "The client left the parameters of its form body out of the base string.",
        fix: "Sign the parameters of an application/x-www-form-urlencoded body like those of the \
              query.",
        change: body::form_left_out,
    }
    BodySigned {
        code: "body-signed", topic: Body,
        meaning: "The client put a body that is not a form into the base string.",
        fix: "Sign no body but a form: JSON never enters the base string.",
        change: body::signed,
    }
    RealmSigned {
        code: "realm-signed", topic: Header,
        meaning: "The client put realm into the base string.",
        fix: "Leave realm out of the base string; it stands in the header only.",
        change: header::realm,
    }
    SignatureSigned {
        code: "signature-signed", topic: Header,
        meaning: "The client put an empty oauth_signature into the base string.",
        fix: "Compute the signature before oauth_signature is added to the parameters.",
        change: header::signature,
    }
    WrongScheme {
        code: "wrong-scheme", topic: Url,
        meaning: "The client signed another scheme than the request came with.",
        fix: "Sign the URL that is called; a proxy that ends TLS must pass the scheme on.",
        change: url::other_scheme,
    }
    PortSigned {
        code: "port-signed", topic: Url,
        meaning: "The client signed the default port, or left another one out.",
        fix: "Sign the port if and only if it is not the default one of the scheme.",
        change: url::port,
    }
    WrongMethod {
        code: "wrong-method", topic: Url,
        meaning: "The client signed another method than the one it sent.",
        fix: "Sign the method that is sent; sign again after a redirect.",
        change: url::other_method,
    }
    WrongHost {
        code: "wrong-host", topic: Url,
        meaning: "The client signed another host than the request came for.",
        fix: "Sign the host and port of the URL that is called; a proxy must keep the Host header.",
        change: url::other_host,
    }
    WrongPath {
        code: "wrong-path", topic: Url,
        meaning: "The client signed another path than the one it called.",
        fix: "Sign the path as it is sent: slashes, letter case and escapes included.",
        change: url::other_path,
    }
    PlusForSpace {
        code: "plus-for-space", topic: Parameters,
        meaning: "The client signed + for a blank, which is signed as %20.",
        fix: "Read + in a query or form as a blank, and encode each blank as %20.",
        change: encoding::plus,
    }
    DoubleEncoded {
        code: "double-encoded", topic: Parameters,
        meaning: "The client percent-encoded values of parameters once more than it should.",
        fix: "Decode each value of query and form, then encode it once; only the finished list \
              is encoded again.",
        change: encoding::twice,
    }
    NamesDoubleEncoded {
        code: "names-double-encoded", topic: Parameters,
        meaning: "The client percent-encoded names of parameters twice, or did not decode them \
              first.",
        fix: "Decode each name of query and form, as filter%5Bname%5D, then encode it once.",
        change: encoding::names_twice,
    }
    LowercasePercentHex {
        code: "lowercase-percent-hex", topic: Parameters,
        meaning: "The client percent-encoded with lower-case hex digits.",
        fix: "Write escapes in upper case: %2F, not %2f.",
        change: encoding::lower_case,
    }
    UnreservedEncoded {
        code: "unreserved-encoded", topic: Parameters,
        meaning: "The client percent-encoded characters that stand for themselves.",
        fix: "Leave A-Z a-z 0-9 - . _ ~ as they are; some encoders turn ~ into %7E.",
        change: encoding::too_much,
    }
    ReservedLeftRaw {
        code: "reserved-left-raw", topic: Parameters,
        meaning: "The client left characters as they are that have to be percent-encoded.",
        fix: "Encode everything but A-Z a-z 0-9 - . _ ~; encodeURIComponent leaves !'()* and \
              URLEncoder leaves *.",
        change: encoding::too_little,
    }
    NotEncoded {
        code: "not-encoded", topic: Parameters,
        meaning: "The client put values of parameters into the list without percent-encoding them.",
        fix: "Encode each name and value before they are joined; the finished list is encoded \
              again.",
        change: encoding::never,
    }
    ParametersUnsorted {
        code: "parameters-unsorted", topic: Parameters,
        meaning: "The client did not sort the parameters.",
        fix: "Sort by encoded name, and parameters of one name by encoded value.",
        change: order::unsorted,
    }
    SortedBeforeEncoding {
        code: "sorted-before-encoding", topic: Parameters,
        meaning: "The client sorted the parameters before it encoded them.",
        fix: "Encode names and values first, then sort, by bytes.",
        change: order::before_encoding,
    }
    PairsSortedJoined {
        code: "pairs-sorted-joined", topic: Parameters,
        meaning: "The client sorted the joined texts name=value, so that id2= came before id=.",
        fix: "Sort by name first, then by value; join with = after that.",
        change: order::joined,
    }
    DuplicatesCollapsed {
        code: "duplicates-collapsed", topic: Parameters,
        meaning: "The client signed a repeated parameter once.",
        fix: "Sign a repeated parameter as often as it is sent.",
        change: order::collapsed,
    }
    DuplicatesRenamed {
        code: "duplicates-renamed", topic: Parameters,
        meaning: "The client signed a repeated parameter under numbered names, as name[0] and \
              name[1].",
        fix: "Sign a repeated parameter under the name that is sent.",
        change: order::renamed,
    }
    ValueCut {
        code: "value-cut", topic: Parameters,
        meaning: "The client signed a value only up to an = in it.",
        fix: "Split a parameter at its first = only.",
        change: order::cut,
    }
    EmptyParametersDropped {
        code: "empty-parameters-dropped", topic: Parameters,
        meaning: "The client left parameters without a value out of the base string.",
        fix: "Sign parameters with an empty value too, as name=.",
        change: order::without_empty,
    }
    SecretWhitespace {
        code: "secret-whitespace", topic: Key,
        meaning: "The client kept a blank or line break around a secret.",
        fix: "Trim the secrets after reading them from a file or an environment variable.",
        both: key::whitespace,
    }
    SecretNotEncoded {
        code: "secret-not-encoded", topic: Key,
        meaning: "The client did not percent-encode the secrets in the key.",
        fix: "Percent-encode each secret before they are joined with &.",
        both: key::not_encoded,
    }
    PreviousSecret {
        code: "previous-secret", topic: Key,
        meaning: "The client signed with a secret that was valid before the last reset or \
              rotation.",
        fix: "Give the client the new pair, and restart what has read the old one.",
        both: key::previous,
    }
    OtherTokenSecret {
        code: "other-token-secret", topic: Key,
        meaning: "The client used the secret of another token of the same integration.",
        fix: "Use the token ID and token secret that were shown together.",
        both: key::of_other_token,
    }
    PassportEncoded {
        code: "passport-encoded", topic: Parameters,
        meaning: "The client percent-encoded the values in the base string of a SOAP passport.",
        fix: "Join account, consumer key, token, nonce and timestamp with & as they are.",
        passport: passport::encoded,
    }
    PassportJoined {
        code: "passport-joined", topic: Parameters,
        meaning: "The client joined the values of a SOAP passport in another order, or with \
              something else than &.",
        fix: "Join account, consumer key, token, nonce and timestamp, in this order, with & and \
              nothing else.",
        passport: passport::joined,
    }
} } }

pub(super) use signature;
