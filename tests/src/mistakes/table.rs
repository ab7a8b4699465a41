//! The wrong requests, and what is said of each. Adding one needs no code here.

use std::fmt;

use super::stage::Who;
use Who::{
    Blocked, CrossedTokens, Damaged, Developer, Elsewhere, Expired, FeatureOff, Inactive, Left,
    NoPermission, Reset, Revoked, RoleHidden, RoleOff, RoleTaken, Sandbox, ServicesOnly, Unchecked,
    Waiting,
};

/// One wrong request.
pub(super) struct Row {
    /// The diagnosis: codes joined by `+`; empty for a request that is admitted.
    pub(super) code: &'static str,
    pub(super) by: By,
    pub(super) who: Who,
    pub(super) status: u16,
    /// The official detail.
    pub(super) detail: &'static str,
    /// Words of the explanation, where they are looked at.
    pub(super) says: &'static str,
}

impl Row {
    const fn saying(self, says: &'static str) -> Row {
        Row { says, ..self }
    }
}

/// Who makes it, and the name that the mistake has there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// `mistaken_calls.py`.
    Oauthlib(&'static str),
    /// `mistakes_by_hand.py`.
    Hand(&'static str),
    /// `mistaken_calls.mjs`.
    Oauth1a(&'static str),
    /// `mistakes_by_hand.py`, in a process of its own from the first row on: it takes long.
    Slowly(&'static str),
    /// Nobody: here the replay journal is damaged while the stand-in is stopped.
    Damage,
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Oauthlib(_) => "oauthlib",
            Self::Hand(_) | Self::Slowly(_) => "hand, in Python",
            Self::Oauth1a(_) => "oauth-1.0a",
            Self::Damage => "nobody",
        })
    }
}

use By::{Hand, Oauth1a, Oauthlib, Slowly};

/// Codes without a row, and why.
pub(super) const NOT_SHOWN: &[(&str, &str)] = &[
    ("secret-not-encoded", "our secrets are hexadecimal: nothing in them is to be encoded"),
    ("locked-out", "nothing is locked by wrong passwords yet"),
    ("passport-encoded", "`dev` reads no SOAP passports yet; `countersign-signing` does"),
    ("passport-joined", "the same"),
    ("over-limit", "a token's share of the replay memory takes minutes to fill"),
    ("replay-memory-full", "the replay memory takes minutes to fill"),
    ("route-permission-missing", "`dev` has one route, which asks for none"),
    ("over-rate", "`dev` has no limits of this kind"),
    ("over-concurrency", "`dev` has no limits of this kind"),
    ("account-over-concurrency", "`dev` has no limits of this kind"),
    ("replay-journal-unwritable", "it needs a full disk"),
    ("form-cut-off", "who goes away within a form hears no answer"),
];

const fn row(code: &'static str, status: u16, detail: &'static str, who: Who, by: By) -> Row {
    Row { code, by, who, status, detail, says: "" }
}

/// A wrong signature by the user of the stand-in.
const fn signed(code: &'static str, by: By) -> Row {
    row(code, 401, "InvalidSignature", Developer, by)
}

/// A good signature in a bad state of the record.
const fn state(code: &'static str, detail: &'static str, who: Who) -> Row {
    row(code, 401, detail, who, Oauthlib("no_mistake"))
}

const MISSING: &str = "MissingTokenPassportRequiredFields";

pub(super) const ROWS: &[Row] = &[
    // Without a mistake all three get through.
    row("", 200, "", Developer, Oauthlib("no_mistake")),
    row("", 200, "", Developer, Hand("no_mistake")),
    row("", 200, "", Sandbox, Hand("no_mistake")),
    row("", 200, "", Sandbox, Hand("host_of_the_account")),
    // The digest.
    row("signature-method-sha1", 400, "UnknownAlgorithm", Developer, Oauthlib("sha1_declared")),
    signed("signature-method-sha1", Oauthlib("sha1_computed")),
    signed("signature-method-sha1", Oauth1a("sha1")),
    signed("hex-digest", Oauth1a("hex")),
    signed("hex-digest", Hand("hex_digest")),
    signed("base64url-digest", Oauth1a("base64url")),
    signed("base64url-digest", Hand("base64url_digest")),
    signed("signature-not-encoded", Hand("signature_not_encoded")),
    row(
        "signature-method-unsupported",
        400,
        "UnknownAlgorithm",
        Developer,
        Hand("method_unsupported"),
    )
    .saying("the signature itself is right"),
    // The secrets.
    signed("token-secret-missing", Oauthlib("token_secret_missing")),
    signed("consumer-secret-missing", Oauthlib("consumer_secret_missing")),
    signed("secrets-swapped", Oauthlib("secrets_swapped")),
    signed("ampersand-missing", Oauth1a("ampersand")),
    signed("ampersand-missing", Hand("ampersand_missing")),
    signed("id-used-as-secret", Oauthlib("id_used_as_secret")),
    signed("secret-whitespace", Oauthlib("secret_with_a_line_break")),
    row("previous-secret", 401, "InvalidSignature", Reset, Oauthlib("no_mistake")),
    signed("other-token-secret", Oauthlib("secret_of_another")),
    signed("unexplained", Hand("wrong_secret")),
    // Method and URL.
    signed("query-not-signed", Oauthlib("query_not_signed")),
    signed("query-in-url", Hand("query_in_url")),
    signed("wrong-scheme", Oauthlib("wrong_scheme")),
    signed("wrong-host", Hand("wrong_host")),
    signed("port-signed", Oauthlib("port_dropped")),
    signed("wrong-path", Oauthlib("wrong_path")),
    signed("wrong-path", Hand("wrong_path")),
    signed("wrong-method", Oauthlib("wrong_method")),
    // Parameters.
    signed("plus-for-space", Oauth1a("plus_in_the_query")),
    signed("plus-for-space", Oauthlib("plus_for_space")),
    signed("plus-for-space", Hand("plus_for_space")),
    signed("double-encoded", Oauthlib("double_encoded")),
    signed("not-encoded", Hand("not_encoded")),
    signed("names-double-encoded", Oauth1a("names_with_brackets")),
    signed("names-double-encoded", Hand("names_double_encoded")),
    signed("lowercase-percent-hex", Hand("lowercase_percent_hex")),
    signed("unreserved-encoded", Hand("unreserved_encoded")),
    signed("reserved-left-raw", Hand("reserved_left_raw")),
    signed("parameters-unsorted", Hand("parameters_unsorted")),
    signed("sorted-before-encoding", Hand("sorted_before_encoding")),
    signed("pairs-sorted-joined", Hand("pairs_sorted_joined")),
    signed("duplicates-collapsed", Hand("duplicates_collapsed")),
    signed("duplicates-renamed", Hand("duplicates_renamed")),
    signed("value-cut", Oauth1a("equals_signs")),
    signed("value-cut", Hand("value_cut")),
    signed("empty-parameters-dropped", Hand("empty_parameters_dropped")),
    row("too-many-parameters", 400, "parameter_rejected", Developer, Hand("too_many_parameters")),
    // The body.
    signed("body-signed", Oauth1a("json_as_data")),
    signed("body-signed", Oauth1a("json_with_a_list")),
    signed("form-body-not-signed", Oauthlib("form_not_signed")),
    signed("form-body-not-signed", Oauth1a("form_without_data")),
    signed("form-body-not-signed", Hand("form_body_not_signed")),
    row("form-too-large", 413, "parameter_rejected", Developer, Hand("form_too_large")),
    row("form-malformed", 401, "parameter_rejected", Developer, Hand("form_malformed")),
    row("form-memory-full", 503, "form-memory-full", Developer, Hand("too_many_forms_at_once")),
    row("form-too-slow", 401, "form-too-slow", Developer, Slowly("form_too_slow")),
    // The header.
    signed("realm-signed", Hand("realm_signed")),
    signed("signature-signed", Hand("signature_signed")),
    row("header-syntax", 400, "parameter_rejected", Developer, Hand("header_syntax")),
    row("parameter-missing", 401, MISSING, Developer, Hand("header_missing")),
    row("parameter-missing", 400, MISSING, Developer, Hand("parameter_missing")),
    row("parameter-repeated", 400, "parameter_rejected", Developer, Hand("parameter_repeated")),
    row(
        "oauth-parameters-in-two-places",
        400,
        "parameter_rejected",
        Developer,
        Hand("in_two_places"),
    ),
    row("version-rejected", 400, "VersionRejected", Developer, Hand("version_rejected")),
    row("head-rejected", 400, "parameter_rejected", Developer, Hand("host_repeated")),
    row("host-not-served", 403, "host-not-served", Developer, Hand("page_under_another_host")),
    row("cross-site-request", 403, "cross-site-request", Developer, Hand("page_from_another_site")),
    // Timestamp and nonce.
    row("timestamp-milliseconds", 400, "InvalidTimestamp", Developer, Oauthlib("milliseconds")),
    row("timestamp-malformed", 400, "InvalidTimestamp", Developer, Hand("timestamp_malformed")),
    row("clock-skew", 401, "InvalidTimestamp", Developer, Oauthlib("clock_skew")),
    row("clock-skew", 401, "InvalidTimestamp", Developer, Oauthlib("a_zone_away")),
    row("nonce-reused", 401, "nonce_used", Developer, Oauthlib("nonce_reused")),
    row("nonce-reused", 401, "nonce_used", Developer, Oauth1a("header_used_twice")),
    row("nonce-too-short", 401, "nonce_rejected", Developer, Oauthlib("short_nonce")),
    row("nonce-too-long", 401, "nonce_rejected", Developer, Hand("nonce_too_long")),
    // Whose credentials they are.
    row("account-form", 401, "token_rejected", Sandbox, Oauthlib("realm_in_the_form_of_hosts")),
    row("account-form", 401, "token_rejected", Sandbox, Oauthlib("realm_in_lower_case")),
    row("realm-missing", 401, "token_rejected", Developer, Hand("realm_missing")),
    row("wrong-account", 401, "token_rejected", Developer, Oauthlib("realm_of_nobody")),
    row("wrong-account", 401, "token_rejected", Developer, Hand("host_of_nobody")),
    row("host-of-other-account", 401, "token_rejected", Developer, Hand("host_of_another_account"))
        .saying("which is no host of the account 1234567 in realm."),
    row("wrong-environment", 401, "token_rejected", Developer, Oauthlib("realm_of_another")),
    row("ids-swapped", 401, "consumer_key_unknown", Developer, Oauthlib("ids_swapped")),
    row(
        "consumer-key-unknown",
        401,
        "consumer_key_unknown",
        Developer,
        Oauthlib("unknown_consumer_key"),
    ),
    row("token-unknown", 401, "token_rejected", Developer, Oauthlib("unknown_token")),
    row(
        "token-of-other-integration",
        401,
        "token_rejected",
        CrossedTokens,
        Oauthlib("token_of_another"),
    ),
    // The state of the record.
    state("token-revoked", "token_rejected", Revoked),
    state("token-inactive", "token_rejected", Inactive),
    state("token-expired", "token-expired", Expired),
    state("address-not-allowed", "address-not-allowed", Elsewhere),
    state("integration-blocked", "consumer_key_refused", Blocked),
    state("integration-awaits-approval", "consumer_key_refused", Waiting),
    state("tba-not-enabled", "consumer_key_refused", Unchecked),
    state("feature-disabled", "FeatureDisabled", FeatureOff),
    state("role-removed", "permission_denied", RoleTaken),
    state("role-hidden", "permission_denied", RoleHidden),
    state("role-inactive", "permission_denied", RoleOff),
    state("entity-inactive", "permission_denied", Left),
    state("permission-missing", "permission_denied", NoPermission),
    row("web-services-only", 401, "permission_denied", ServicesOnly, Hand("a_restlet")),
    row("", 200, "", ServicesOnly, Hand("no_mistake")),
    row("secret-unreadable", 503, "secret-unreadable", Damaged, Oauthlib("no_mistake")),
    // Two at once.
    signed("signature-method-sha1+query-not-signed", Hand("sha1_and_no_query")),
    signed("hex-digest+wrong-method", Hand("hex_and_wrong_method"))
        .saying("in hex. The client signed POST and sent GET."),
    signed("token-secret-missing+query-not-signed", Hand("no_token_secret_and_no_query")),
    signed("secrets-swapped+plus-for-space", Hand("swapped_and_plus")),
    signed("port-signed+reserved-left-raw", Hand("raw_letters_and_no_port"))
        .saying("The client signed the host without its port "),
    signed("wrong-scheme+wrong-host", Hand("host_of_the_account_with_https")).saying(
        "The client signed https and the request came over http. The client signed the host \
         1234567.suitetalk.api.netsuite.com and the request came for 127.0.0.1:",
    ),
    row(
        "clock-skew+query-not-signed",
        401,
        "InvalidTimestamp",
        Developer,
        Hand("late_and_no_query"),
    ),
    row("", 0, "", Developer, By::Damage),
    row("restart-boundary", 401, "nonce_used", Developer, Hand("signed_two_minutes_ago")),
];
