//! The mistakes that clients make, and everything else that a request is refused for: each declared
//! once with its code, its words and, where a signature shows it, its change of a recipe.
//!
//! Belongs here: what people do wrong. Does not: how a signature is made (see `recipe`), how
//! mistakes are combined (see `search`).

mod body;
mod change;
mod declare;
mod encoding;
mod header;
mod key;
mod order;
mod output;
mod url;

use super::{Topic, clues::Clues, recipe::Recipe};
pub(super) use change::{Change, Made};
use declare::mistakes;

mistakes! {
    // What a signature shows, in the order in which it is looked for: likely and cheap first.
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
    }
    Base64urlDigest {
        code: "base64url-digest", topic: Digest,
        meaning: "The client sent the digest in base64url, or without its padding.",
        fix: "Use the standard alphabet with + and /, and keep the = at the end.",
        change: output::base64url,
    }
    SignatureMethodSha1 {
        code: "signature-method-sha1", topic: Digest,
        meaning: "The client computed HMAC-SHA1 where HMAC-SHA256 is required.",
        fix: "Compute HMAC-SHA256, and declare it in oauth_signature_method.",
        change: output::sha1,
    }
    TokenSecretMissing {
        code: "token-secret-missing", topic: Key,
        meaning: "The client left the token secret out of the key.",
        fix: "Use as key the consumer secret, then &, then the token secret.",
        change: key::without_token_secret,
    }
    ConsumerSecretMissing {
        code: "consumer-secret-missing", topic: Key,
        meaning: "The client left the consumer secret out of the key.",
        fix: "Use as key the consumer secret, then &, then the token secret.",
        change: key::without_consumer_secret,
    }
    SecretsSwapped {
        code: "secrets-swapped", topic: Key,
        meaning: "The client put the token secret before the consumer secret.",
        fix: "Use as key the consumer secret first, then &, then the token secret.",
        change: key::swapped,
    }
    AmpersandMissing {
        code: "ampersand-missing", topic: Key,
        meaning: "The client joined the two secrets without the & between them.",
        fix: "Use as key the consumer secret, then &, then the token secret.",
        change: key::without_ampersand,
    }
    IdUsedAsSecret {
        code: "id-used-as-secret", topic: Key,
        meaning: "The client used the token ID or the consumer key where its secret belongs.",
        fix: "Use the secrets, which were shown once beside the ids.",
        change: key::ids,
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
        change: key::whitespace,
    }
    SecretNotEncoded {
        code: "secret-not-encoded", topic: Key,
        meaning: "The client did not percent-encode the secrets in the key.",
        fix: "Percent-encode each secret before they are joined with &.",
        change: key::not_encoded,
    }
    PreviousSecret {
        code: "previous-secret", topic: Key,
        meaning: "The client signed with a secret that was valid before the last reset or \
              rotation.",
        fix: "Give the client the new pair, and restart what has read the old one.",
        change: key::previous,
    }
    OtherTokenSecret {
        code: "other-token-secret", topic: Key,
        meaning: "The client used the secret of another token of the same integration.",
        fix: "Use the token ID and token secret that were shown together.",
        change: key::of_other_token,
    }
    // What no signature shows: the wire does, or somebody who knows it says so.
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
    }
    RealmMissing {
        code: "realm-missing", topic: Header,
        meaning: "The header has no realm, and there is more than one account here.",
        fix: "Send the account ID as realm.",
    }
    WrongAccount {
        code: "wrong-account", topic: Record,
        meaning: "The credentials belong to another account than realm names.",
        fix: "Use the credentials of the account that is called, and its ID as realm.",
    }
    WrongEnvironment {
        code: "wrong-environment", topic: Record,
        meaning: "The credentials belong to another environment of the same company, such as \
              production instead of sandbox.",
        fix: "Create a token in the environment that is called: tokens are never copied between \
              them.",
    }
    IdsSwapped {
        code: "ids-swapped", topic: Header,
        meaning: "The client exchanged consumer key and token ID.",
        fix: "Send the consumer key as oauth_consumer_key and the token ID as oauth_token.",
    }
    ConsumerKeyUnknown {
        code: "consumer-key-unknown", topic: Record,
        meaning: "No integration in this account has this consumer key.",
        fix: "Copy the consumer key from the integration's confirmation page, and check that \
              realm names the account it was made in.",
    }
    TokenUnknown {
        code: "token-unknown", topic: Record,
        meaning: "No token has this ID.",
        fix: "Copy the token ID from the token's confirmation page; tokens of a deleted user and \
              of a refreshed sandbox are gone.",
    }
    TokenOfOtherIntegration {
        code: "token-of-other-integration", topic: Record,
        meaning: "The token belongs to another integration than the consumer key.",
        fix: "Use the consumer pair of the integration that the token was made for.",
    }
    TokenRevoked {
        code: "token-revoked", topic: Record,
        meaning: "The client used a token that is revoked.",
        fix: "Create a new access token and give it to the client.",
    }
    TokenInactive {
        code: "token-inactive", topic: Record,
        meaning: "The token is inactive.",
        fix: "Clear the token's Inactive box.",
    }
    TokenExpired {
        code: "token-expired", topic: Record,
        meaning: "The token has expired.",
        fix: "Create a new access token and give it to the client.",
    }
    IntegrationBlocked {
        code: "integration-blocked", topic: Record,
        meaning: "The integration is blocked in this account.",
        fix: "Set the integration's state to Enabled.",
    }
    IntegrationAwaitsApproval {
        code: "integration-awaits-approval", topic: Record,
        meaning: "The integration was installed by a request and waits for approval.",
        fix: "Have an administrator set the integration's state to Enabled.",
    }
    TbaNotEnabled {
        code: "tba-not-enabled", topic: Record,
        meaning: "The integration has Token-based Authentication unchecked.",
        fix: "Check it on the record's Authentication subtab.",
    }
    FeatureDisabled {
        code: "feature-disabled", topic: Record,
        meaning: "The account has switched Token-based Authentication off.",
        fix: "Switch the feature on: Setup > Company > Enable Features > SuiteCloud.",
    }
    RoleRemoved {
        code: "role-removed", topic: Record,
        meaning: "The token's user no longer has the token's role.",
        fix: "Assign the role to the user again: the same token then works.",
    }
    RoleInactive {
        code: "role-inactive", topic: Record,
        meaning: "The token's role is inactive.",
        fix: "Make the role active.",
    }
    EntityInactive {
        code: "entity-inactive", topic: Record,
        meaning: "The token's user is inactive.",
        fix: "Make the user active.",
    }
    PermissionMissing {
        code: "permission-missing", topic: Record,
        meaning: "The token's role may not log in with tokens.",
        fix: "Add the permission Log in using Access Tokens, or User Access Tokens, to the role.",
    }
    AddressNotAllowed {
        code: "address-not-allowed", topic: Record,
        meaning: "The request came from an address that the token may not be used from.",
        fix: "Call from an allowed address, or add this one to the allowed addresses.",
    }
    LockedOut {
        code: "locked-out", topic: Record,
        meaning: "The user is locked after five wrong passwords.",
        fix: "Wait until the lock ends, or have an administrator unlock the user.",
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
    PassportEncoded {
        code: "passport-encoded", topic: Parameters,
        meaning: "The client percent-encoded the values in the base string of a SOAP passport.",
        fix: "Join account, consumer key, token, nonce and timestamp with & as they are.",
    }
    OverLimit {
        code: "over-limit", topic: Record,
        meaning: "The token has made as many requests as one token may in ten minutes.",
        fix: "Slow down, or raise the capacity of the replay memory.",
    }
    ReplayMemoryFull {
        code: "replay-memory-full", topic: Record,
        meaning: "The server's replay memory is full.",
        fix: "Wait and send again; if it happens often, raise its capacity.",
    }
    ReplayJournalUnwritable {
        code: "replay-journal-unwritable", topic: Record,
        meaning: "The server's replay journal can't be written, so nothing is admitted.",
        fix: "See the server's log: the disk is full, or the data folder is not writable.",
    }
    SecretUnreadable {
        code: "secret-unreadable", topic: Record,
        meaning: "The secrets of this integration or token can't be opened.",
        fix: "Restore a backup, or make new credentials: the database was damaged or changed.",
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
        meaning: "A page was asked for under a host name that is not this server's.",
        fix: "Use localhost, or configure the public host.",
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
    Unexplained {
        code: "unexplained", topic: Key,
        meaning: "No known mistake explains the signature.",
        fix: "Compare the fingerprints of the secrets with those of the client's (countersign \
              sign --show prints them): a wrong secret is the usual remaining cause.",
    }
}

impl Code {
    /// The recipe with this mistake made in it, in each way in which it can be made; none when it
    /// can't be.
    pub(super) fn changes<'e>(self, recipe: &Recipe<'e>, clues: &Clues<'e>) -> Vec<Change<'e>> {
        self.mistake().change.map(|change| change(recipe, clues)).unwrap_or_default()
    }

    /// Every code that a signature can show, in the order in which they are looked for.
    pub(super) fn searched() -> impl Iterator<Item = Code> {
        Code::all().filter(|code| code.mistake().change.is_some())
    }
}
