//! What stands in the way of a request that may be well made: credentials, record, server.
//!
//! Belongs here: its codes and words. Does not: finding it out (see `fact`).

/// Hands its declarations to the next macro, behind those that came before.
macro_rules! record { ([$next:ident $($others:ident)*] $($before:tt)*) => { $next! {
    [$($others)*] $($before)*
    WrongAccount {
        code: "wrong-account", topic: Record,
        meaning: "The credentials belong to another account than host or realm name.",
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
              realm, or the host, names the account it was made in.",
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
    RoleHidden {
        code: "role-hidden", topic: Record,
        meaning: "The token's user has hidden the token's role.",
        fix: "Have the user, or an administrator, show the role again on View My Roles.",
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
    WebServicesOnly {
        code: "web-services-only", topic: Record,
        meaning: "The token's role is for web services only, and a RESTlet was called.",
        fix: "Use a token of another role, or clear Web Services Only on this one.",
    }
    RoutePermissionMissing {
        code: "route-permission-missing", topic: Record,
        meaning: "The token's role does not grant the permission that this route asks for.",
        fix: "Add the permission to the role, at the level that the route asks for.",
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
    OverLimit {
        code: "over-limit", topic: Record,
        meaning: "The token has made as many requests as one token may in ten minutes.",
        fix: "Slow down, or spread the calls over more than one token.",
    }
    OverRate {
        code: "over-rate", topic: Record,
        meaning: "The token, or the address that it is used from, has asked too often.",
        fix: "Wait as long as Retry-After says, then sign the request again; or raise \
              rate_per_token or rate_per_source.",
    }
    OverConcurrency {
        code: "over-concurrency", topic: Record,
        meaning: "The integration has as many requests at a time in this account as it may.",
        fix: "Send fewer at a time: wait for an answer, then sign the request again; or raise \
              concurrency_per_integration, or the limit that the account gives the integration.",
    }
    AccountOverConcurrency {
        code: "account-over-concurrency", topic: Record,
        meaning: "All integrations of the account together have as many requests at a time as it \
                  may have.",
        fix: "Send fewer at a time, or at other times than the account's other integrations, and \
              sign a request again after it was refused; or raise concurrency_per_account.",
    }
    ReplayMemoryFull {
        code: "replay-memory-full", topic: Record,
        meaning: "The server's replay memory is full.",
        fix: "Wait and send again; if it happens often, bound busy tokens (`rate_per_token`).",
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
    Unexplained {
        code: "unexplained", topic: Key,
        meaning: "No known mistake explains the signature.",
        fix: "Compare the fingerprints of the secrets with those of the client's (countersign \
              sign --show prints them): a wrong secret is the usual remaining cause.",
    }
} } }

pub(super) use record;
