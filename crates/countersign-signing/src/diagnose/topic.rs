//! Where a mistake is mended: the part of a client's library that it concerns.
//!
//! Belongs here: hints for the usual library of each language. Does not: mistakes (see `mistakes`).

/// The part of a client that a mistake concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// The digest and the way its result is written.
    Digest,
    /// The two secrets.
    Key,
    /// Method, scheme, host, port, path and query of the URL that is signed.
    Url,
    /// Parameters: encoding, order, repetition.
    Parameters,
    /// The body.
    Body,
    /// The `Authorization` header.
    Header,
    /// `oauth_timestamp`.
    Clock,
    /// `oauth_nonce`.
    Nonce,
    /// Nothing in the client: the record, or the server.
    Record,
}

/// A language, by what its programmers usually sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// requests-oauthlib.
    Python,
    /// oauth-1.0a.
    JavaScript,
    /// oauth-subscriber for Guzzle.
    Php,
    /// RestSharp.
    CSharp,
    /// ScribeJava.
    Java,
    /// The gem oauth.
    Ruby,
}

impl Language {
    /// Every language, in the order in which they are shown.
    pub const ALL: [Language; 6] = [
        Language::Python,
        Language::JavaScript,
        Language::Php,
        Language::CSharp,
        Language::Java,
        Language::Ruby,
    ];

    /// The language with its library.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Language::Python => "Python (requests-oauthlib)",
            Language::JavaScript => "JavaScript (oauth-1.0a)",
            Language::Php => "PHP (guzzlehttp/oauth-subscriber)",
            Language::CSharp => "C# (RestSharp)",
            Language::Java => "Java (ScribeJava)",
            Language::Ruby => "Ruby (oauth)",
        }
    }
}

impl Topic {
    /// Every topic, in the order in which they are shown.
    pub const ALL: [Topic; 9] = [
        Topic::Digest,
        Topic::Key,
        Topic::Url,
        Topic::Parameters,
        Topic::Body,
        Topic::Header,
        Topic::Clock,
        Topic::Nonce,
        Topic::Record,
    ];

    /// A heading.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Topic::Digest => "Digest",
            Topic::Key => "Secrets",
            Topic::Url => "Method and URL",
            Topic::Parameters => "Parameters",
            Topic::Body => "Body",
            Topic::Header => "Header",
            Topic::Clock => "Clock",
            Topic::Nonce => "Nonce",
            Topic::Record => "Record",
        }
    }

    /// What to write, in each language; empty for [`Topic::Record`], which no client can mend.
    #[must_use]
    pub fn hints(self) -> &'static [(Language, &'static str)] {
        match self {
            Topic::Digest => &DIGEST,
            Topic::Key => &KEY,
            Topic::Url => &URL,
            Topic::Parameters => &PARAMETERS,
            Topic::Body => &BODY,
            Topic::Header => &HEADER,
            Topic::Clock => &CLOCK,
            Topic::Nonce => &NONCE,
            Topic::Record => &[],
        }
    }
}

type Hints = [(Language, &'static str); 6];

const DIGEST: Hints = [
    (
        Language::Python,
        "`OAuth1Session(..., signature_method='HMAC-SHA256')`; the default is SHA-1.",
    ),
    (
        Language::JavaScript,
        "`signature_method: 'HMAC-SHA256'` together with `hash_function: (base, key) => \
         crypto.createHmac('sha256', key).update(base).digest('base64')`.",
    ),
    (Language::Php, "`'signature_method' => Oauth1::SIGNATURE_METHOD_HMACSHA256`."),
    (
        Language::CSharp,
        "`OAuth1Authenticator.ForProtectedResource(..., OAuthSignatureMethod.HmacSha256)`.",
    ),
    (
        Language::Java,
        "Return a service for HMAC-SHA256 from `DefaultApi10a.getSignatureService()`: \
         `Mac.getInstance(\"HmacSHA256\")`, then `Base64.getEncoder()`.",
    ),
    (Language::Ruby, "`signature_method: 'HMAC-SHA256'` in the options of `OAuth::Consumer.new`."),
];

const KEY: Hints = [
    (
        Language::Python,
        "`OAuth1Session(client_key, client_secret, resource_owner_key, resource_owner_secret)`: \
         key, secret, token ID, token secret, in this order, each `.strip()`ped.",
    ),
    (
        Language::JavaScript,
        "`OAuth({ consumer: { key, secret } })` and `authorize(request, { key: tokenId, secret: \
         tokenSecret })`; the second argument is not optional.",
    ),
    (
        Language::Php,
        "All of `consumer_key`, `consumer_secret`, `token` and `token_secret`; `trim()` what comes \
         from a file.",
    ),
    (
        Language::CSharp,
        "`ForProtectedResource(consumerKey, consumerSecret, tokenId, tokenSecret, ...)`, in this \
         order.",
    ),
    (
        Language::Java,
        "`new ServiceBuilder(consumerKey).apiSecret(consumerSecret)` and `new \
         OAuth1AccessToken(tokenId, tokenSecret)`.",
    ),
    (
        Language::Ruby,
        "`OAuth::Consumer.new(key, secret)` and `OAuth::AccessToken.new(consumer, token_id, \
         token_secret)`; `.strip` what comes from a file.",
    ),
];

const URL: Hints = [
    (
        Language::Python,
        "Give the session the URL that is called, with `params=` or the query in it. \
         `OAuth1Session` signs a redirect again; `requests.get(..., auth=OAuth1(...))` does not: \
         give it `allow_redirects=False`.",
    ),
    (
        Language::JavaScript,
        "Give `authorize({ url, method })` the URL and method that `fetch` gets, with the query \
         in it or as `data`.",
    ),
    (
        Language::Php,
        "Put the query in the request's URI or its `query` option; `'auth' => 'oauth'` signs what \
         is sent. `push` the middleware onto `HandlerStack::create()`, so that a redirect is \
         signed again.",
    ),
    (
        Language::CSharp,
        "`new RestClientOptions(\"https://HOST\")` with scheme, host and port that are called, and \
         `AddQueryParameter` for the query: it must not stand in the base URL.",
    ),
    (
        Language::Java,
        "`new OAuthRequest(Verb.GET, url)` with the called URL, `addQuerystringParameter` for the \
         query, and `service.signRequest(token, request)` last.",
    ),
    (
        Language::Ruby,
        "`OAuth::Consumer.new(..., site: 'https://HOST')` with the host that is called, and the \
         query in the path.",
    ),
];

const PARAMETERS: Hints = [
    (
        Language::Python,
        "Give values to `params=` as they are, not quoted; repeat one as a list of pairs.",
    ),
    (
        Language::JavaScript,
        "Give `authorize` the URL without its query, and the query decoded as `data`: in a URL the \
         library reads `+` as a plus, keeps escapes in names, and cuts a value at its second `=`. \
         A name that is repeated has an array as value.",
    ),
    (
        Language::Php,
        "`http_build_query($query, '', '&', PHP_QUERY_RFC3986)`; `rawurlencode`, never \
         `urlencode`. Old versions sign a name that is repeated as `name[0]`, `name[1]`: update.",
    ),
    (
        Language::CSharp,
        "`Uri.EscapeDataString`, never `HttpUtility.UrlEncode` (lower-case hex, + for a blank); \
         sort by `StringComparer.Ordinal`.",
    ),
    (
        Language::Java,
        "`OAuthEncoder.encode`, never `URLEncoder.encode` alone (it writes + for a blank, %7E for \
         ~ and leaves *).",
    ),
    (
        Language::Ruby,
        "`OAuth::Helper.escape`, never `CGI.escape` (it writes + for a blank); put the query, \
         escaped once, into the path.",
    ),
];

const BODY: Hints = [
    (
        Language::Python,
        "`json=body` for JSON, which is not signed; `data={...}` for a form, which is.",
    ),
    (
        Language::JavaScript,
        "Leave `data` out of `authorize` for JSON; give it for a form, with the same values.",
    ),
    (Language::Php, "`'json' => $body` for JSON; `'form_params' => [...]` for a form."),
    (Language::CSharp, "`AddJsonBody` for JSON; `AddParameter` for a form."),
    (
        Language::Java,
        "`setPayload` with `Content-Type: application/json` for JSON; `addBodyParameter` for a \
         form.",
    ),
    (
        Language::Ruby,
        "`token.post(path, body.to_json, { 'Content-Type' => 'application/json' })` for JSON; a \
         hash in place of the text for a form.",
    ),
];

const HEADER: Hints = [
    (
        Language::Python,
        "`OAuth1Session(..., realm='1234567_SB1')`; leave the header to the session.",
    ),
    (
        Language::JavaScript,
        "`OAuth({ realm: '1234567_SB1', ... })` and `toHeader(authorize(...))` as it is.",
    ),
    (Language::Php, "`'realm' => '1234567_SB1'`, and `'request_method' => 'header'`."),
    (
        Language::CSharp,
        "`authenticator.Realm = \"1234567_SB1\"` and `ParameterHandling = \
         OAuthParameterHandling.HttpAuthorizationHeader`.",
    ),
    (
        Language::Java,
        "`request.setRealm(\"1234567_SB1\")` on the `OAuthRequest`, before it is signed.",
    ),
    (Language::Ruby, "`OAuth::Consumer.new(..., scheme: :header, realm: '1234567_SB1')`."),
];

const CLOCK: Hints = [
    (Language::Python, "`str(int(time.time()))`, signed right before sending."),
    (Language::JavaScript, "`Math.floor(Date.now() / 1000)`, never `Date.now()`."),
    (Language::Php, "`time()`; do not keep a signed request in a queue."),
    (
        Language::CSharp,
        "`DateTimeOffset.UtcNow.ToUnixTimeSeconds()`; `DateTime.Now` is local time.",
    ),
    (Language::Java, "`Instant.now().getEpochSecond()`, never `System.currentTimeMillis()`."),
    (Language::Ruby, "`Time.now.to_i`; do not keep a signed request in a queue."),
];

const NONCE: Hints = [
    (
        Language::Python,
        "Let the session make it; `Retry` of urllib3 sends the old one again, so retry around the \
         session's call.",
    ),
    (
        Language::JavaScript,
        "Call `authorize` for each attempt; never reuse the header that it gave.",
    ),
    (
        Language::Php,
        "`push` the retry middleware onto the handler stack before the OAuth middleware: what is \
         pushed first is outermost, so each attempt is signed.",
    ),
    (Language::CSharp, "Make a new `RestRequest` for each attempt."),
    (
        Language::Java,
        "Call `service.signRequest(token, request)` for each attempt, on a new `OAuthRequest`.",
    ),
    (Language::Ruby, "Call the access token's method for each attempt, not the signed request."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_but_the_record_has_a_hint_in_every_language() {
        for topic in Topic::ALL {
            let languages: Vec<Language> = topic.hints().iter().map(|(it, _)| *it).collect();
            let expected = if topic == Topic::Record { &[][..] } else { &Language::ALL[..] };
            assert_eq!(languages, expected, "{topic:?}");
        }
    }
}
