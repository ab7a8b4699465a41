//! Every kind of problem: its code, its status, its title.

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Its stable name: of a use case's fault, or of ours.
    pub(crate) code: &'static str,
    /// The status of its answer.
    pub(crate) status: u16,
    /// It, in a few words.
    pub(crate) title: &'static str,
}

impl Kind {
    /// The kind of that code. A rule that the table doesn't know yet is still a rule.
    pub(crate) fn of(code: &'static str) -> Self {
        let known = TABLE.iter().find(|kind| kind.code == code).copied();
        known.unwrap_or(Self { code, status: 409, title: "A rule is against it" })
    }
}

const fn kind(code: &'static str, status: u16, title: &'static str) -> Kind {
    Kind { code, status, title }
}

/// All kinds, by status.
pub(crate) const TABLE: &[Kind] = &[
    kind("invalid-json", 400, "The body is no JSON"),
    kind("body-cut-off", 400, "The body is not whole"),
    kind("invalid-query", 400, "The query is wrong"),
    kind("invalid-header", 400, "A header is wrong"),
    kind("invalid-cookie", 400, "A cookie is wrong"),
    kind("two-credentials", 400, "There are two credentials"),
    kind("unauthenticated", 401, "Nobody is known to ask"),
    kind("not-logged-in", 401, "Nobody acts in a role"),
    kind("log-in-failed", 401, "The log-in failed"),
    kind("two-factor-needed", 401, "A code is needed"),
    kind("session-ended", 401, "The session has ended"),
    kind("permission-missing", 403, "The role may not do this"),
    kind("administrator-only", 403, "Only an Administrator may do this"),
    kind("operator-only", 403, "Only the operator may do this"),
    kind("api-access-off", 403, "The integration may not use this API"),
    kind("cross-site", 403, "Another site may have asked"),
    kind("insecure-connection", 403, "The connection is not secure"),
    kind("not-with-token", 403, "This is for people"),
    kind("no-role", 403, "No role can be used"),
    kind("two-factor-to-be-enrolled", 403, "A second factor is to be enrolled"),
    kind("authentication-too-old", 403, "Prove once more who you are"),
    kind("not-found", 404, "There is no such thing"),
    kind("no-such-account", 404, "There is no such account"),
    kind("no-such-application", 404, "There is no such application"),
    kind("method-not-allowed", 405, "This can't be done here"),
    kind("too-slow", 408, "It took too long"),
    kind("taken", 409, "It is in use already"),
    kind("integration-not-enabled", 409, "The integration is not enabled"),
    kind("token-based-authentication-off", 409, "The integration uses no tokens"),
    kind("not-its-owner", 409, "Another account owns it"),
    kind("role-not-assigned", 409, "The entity does not have the role"),
    kind("entity-inactive", 409, "The entity is inactive"),
    kind("role-cannot-log-in", 409, "The role may not log in with tokens"),
    kind("administrator-token", 409, "Administrators make their own tokens"),
    kind("revoked-already", 409, "The token is revoked already"),
    kind("last-administrator", 409, "Somebody must be an Administrator"),
    kind("rotation-under-way", 409, "A new key waits already"),
    kind("role-inactive", 409, "The role is inactive"),
    kind("own-token", 409, "The token is one's own"),
    kind("overlap-under-way", 409, "A rotation is under way"),
    kind("no-rotation", 409, "No rotation is under way"),
    kind("installed-already", 409, "It is installed already"),
    kind("oneself", 409, "It is oneself"),
    kind("built-in-role", 409, "The role is built in"),
    kind("role-in-use", 409, "Something hangs on the role"),
    kind("permission-granted", 409, "Roles grant the permission"),
    kind("feature-off", 409, "The feature is off"),
    kind("role-not-available", 409, "The role can not be used here"),
    kind("two-factor-enrolled", 409, "There is a second factor"),
    kind("no-two-factor", 409, "There is no second factor"),
    kind("nothing-to-confirm", 409, "Nothing waits for a code"),
    kind("not-production", 409, "It is no production account"),
    kind("not-as-before", 409, "It is not what it was"),
    kind("link-spent", 410, "The link was used"),
    kind("changed-meanwhile", 412, "Somebody else has changed it"),
    kind("body-too-large", 413, "The body is too large"),
    kind("unsupported-media-type", 415, "The body is of another type"),
    kind("invalid-body", 422, "The body has another shape"),
    kind("invalid-name", 422, "A name is wrong"),
    kind("invalid-email", 422, "An email address is wrong"),
    kind("invalid-password", 422, "A password is not taken"),
    kind("wrong-password", 422, "The password is wrong"),
    kind("wrong-code", 422, "The code is wrong"),
    kind("invalid-callback-url", 422, "A callback URL is wrong"),
    kind("state-not-chosen", 422, "A state is not for you to choose"),
    kind("invalid-environment-id", 422, "An environment can't have this id"),
    kind("invalid-text", 422, "A text is wrong"),
    kind("invalid-policy", 422, "A policy is wrong"),
    kind("invalid-overlap", 422, "An overlap is wrong"),
    kind("invalid-concurrency-limit", 422, "A limit is wrong"),
    kind("invalid-idle-days", 422, "A number of days is wrong"),
    kind("invalid-addresses", 422, "Allowed addresses are wrong"),
    kind("expires-in-the-past", 422, "The end is in the past"),
    kind("unknown-word", 422, "A word is not known"),
    kind("invalid-permission-name", 422, "A permission can't be called so"),
    kind("invalid-description", 422, "A description is wrong"),
    kind("unknown-permission", 422, "A permission is not known"),
    kind("version-required", 428, "Say which version you have seen"),
    kind("too-many-attempts", 429, "Too many attempts have failed"),
    kind("store-failed", 503, "It can't be done at the moment"),
    kind("vault-failed", 503, "It can't be done at the moment"),
    kind("secret-unreadable", 503, "A secret can't be opened"),
    kind("interrupted", 503, "It was interrupted"),
    kind("busy", 503, "Too many log in at once"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_in_the_order_of_statuses() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].status <= pair[1].status, "{pair:?}");
        }
        for (index, kind) in TABLE.iter().enumerate() {
            assert!(TABLE[index + 1..].iter().all(|other| other.code != kind.code), "{kind:?}");
        }
    }

    #[test]
    fn a_rule_that_is_not_in_the_table_is_a_conflict() {
        assert_eq!(Kind::of("something-new").status, 409);
    }
}
