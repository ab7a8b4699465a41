//! The record itself, and its Authentication subtab.

use serde_json::{Value, json};

use super::{Check, check};
use crate::guide::acts::{
    create_integration, create_integration_with, create_token, edit_integration, list_applications,
    list_integrations, show_integration,
};
use crate::guide::walk::{Application, Walk, number};
use crate::unique;

pub(super) const CHECKS: &[Check] = &[
    check(5, "the record is in the list, and has its authentication settings", |walk| {
        let application = walk.application();
        let listed = walk.admin().numbers(&list_integrations());
        assert!(listed.contains(&application.number));
        let shown = walk.admin().does(&show_integration(application.number));
        for setting in [TBA, "authorization_flow", "issue_token_endpoint", "user_credentials"] {
            assert!(shown[setting].is_boolean(), "{setting}: {shown}");
        }
    }),
    check(6, "on a new record Token-Based Authentication is checked", |walk| {
        assert_eq!(new_record(walk)[TBA], true);
    }),
    check(7, "with it checked a token is created and works", |walk| {
        let (_, _, token) = walk.some_token();
        walk.heard(&token).admitted();
    }),
    check(7, "with it unchecked the record is not offered for a token", |walk| {
        let application = walk.application();
        assert!(offered(walk).contains(&application.number));
        uncheck(walk, &application);
        assert!(!offered(walk).contains(&application.number));
    }),
    check(7, "with it unchecked no token is created", |walk| {
        let (application, user) = (walk.application(), walk.plain_user());
        uncheck(walk, &application);
        let act = create_token(application.number, user.entity, user.role);
        let refused = walk.admin().is_refused(&act);
        refused.names("token-based-authentication-off").about("integration");
    }),
    check(
        7,
        "with it unchecked a token that exists is refused, until it is checked again",
        |walk| {
            let (application, _, token) = walk.some_token();
            walk.heard(&token).admitted();
            uncheck(walk, &application);
            walk.heard(&token).refused("consumer_key_refused", "tba-not-enabled");
            let check = edit_integration(application.number, json!({ TBA: true }));
            walk.admin().does(&check);
            walk.heard(&token).admitted();
        },
    ),
    check(9, "on a new record the IssueToken Endpoint is unchecked", |walk| {
        assert_eq!(new_record(walk)["issue_token_endpoint"], false);
    }),
    check(11, "http://localhost:* is stored, with a path too", |walk| {
        for url in ["http://localhost:*", "http://localhost:*/tba", "http://localhost:7777/tba"] {
            stores(walk, url);
        }
    }),
    check(11, "no other host has any port, or is without TLS", |walk| {
        refuses(walk, "http://127.0.0.1:*", "`*` as the port is for http://localhost only");
        refuses(walk, "http://example.com:*", "`*` as the port is for http://localhost only");
        refuses(walk, "http://example.com/cb", "begins with https://, or with http://localhost");
        refuses(walk, "https://example.com:*/cb", "`*` as the port is for http://localhost only");
    }),
    check(12, "https://*.example.com/callback is stored", |walk| {
        stores(walk, "https://*.example.com/callback");
    }),
    check(12, "the star is the whole first label, of a domain that somebody holds", |walk| {
        for url in [
            "https://a.*.example.com/callback",
            "https://a*.example.com/callback",
            "https://*.*.example.com/callback",
        ] {
            refuses(walk, url, "stands for the whole first label of an https host");
        }
        for url in ["https://*.com/callback", "https://*.co.uk/callback"] {
            refuses(walk, url, "a domain that one organisation holds");
        }
        refuses(walk, "http://*.example.com/callback", "begins with https://");
    }),
    check(13, "a callback URL that is none is refused when the record is made", |walk| {
        let members = json!({ "callback_url": "nonsense" });
        let refused = walk.admin().is_refused(&create_integration_with(&unique(), members));
        refused.names("invalid-callback-url").about("callback_url");
    }),
    check(13, "and when it is edited, with the rule; what was stored stays", |walk| {
        for (url, rule) in [
            ("ftp://example.com/", "begins with https://"),
            ("https://example.com/#part", "has no fragment"),
            ("https://me@example.com/", "has no user name"),
            ("https://example.com/a b", "has no spaces"),
        ] {
            refuses(walk, url, rule);
        }
    }),
    check(14, "on a new record User Credentials is clear, and a setting of its own", |walk| {
        let application = walk.application();
        let shown = walk.admin().does(&show_integration(application.number));
        assert_eq!(shown["user_credentials"], false);
        let act = edit_integration(application.number, json!({ "user_credentials": true }));
        walk.admin().does(&act);
        let shown = walk.admin().does(&show_integration(application.number));
        assert_eq!((&shown["user_credentials"], &shown[TBA]), (&json!(true), &json!(true)));
    }),
    check(56, "a record is made of name, description, state and note alone", |walk| {
        let name = unique();
        let members = json!({ "description": "Takes orders", "state": "blocked", "note": "Ann's" });
        let made = walk.integrator().does(&create_integration_with(&name, members));
        let shown = walk.integrator().does(&show_integration(number("integration", &made)));
        assert_eq!(shown["name"], name.as_str());
        assert_eq!(shown["description"], "Takes orders");
        assert_eq!(shown["state"], "blocked");
        assert_eq!(shown["note"], "Ann's");
    }),
    check(56, "without a name it is not made", |walk| {
        walk.admin().is_refused(&create_integration("")).names("invalid-name").about("name");
    }),
    check(56, "nobody makes one that waits for approval", |walk| {
        let members = json!({ "state": "waiting-for-approval" });
        let refused = walk.admin().is_refused(&create_integration_with(&unique(), members));
        refused.names("state-not-chosen").about("state");
    }),
];

const TBA: &str = "token_based_authentication";

fn new_record(walk: &Walk<'_>) -> Value {
    walk.admin().does(&show_integration(walk.application().number))
}

/// What a token can be made for.
fn offered(walk: &Walk<'_>) -> Vec<u32> {
    walk.admin().numbers(&list_applications())
}

fn uncheck(walk: &Walk<'_>, application: &Application) {
    walk.admin().does(&edit_integration(application.number, json!({ TBA: false })));
}

fn stores(walk: &Walk<'_>, url: &str) -> Application {
    let application = walk.application();
    let admin = walk.admin();
    admin.does(&edit_integration(application.number, json!({ "callback_url": url })));
    let shown = admin.does(&show_integration(application.number));
    assert_eq!(shown["callback_url"], url);
    application
}

/// Asserts that no record stores `url`, that the answer says which rule is broken, and that what
/// was stored stays.
fn refuses(walk: &Walk<'_>, url: &str, rule: &str) {
    let application = stores(walk, "https://example.com/cb");
    let act = edit_integration(application.number, json!({ "callback_url": url }));
    let refused = walk.admin().is_refused(&act);
    refused.names("invalid-callback-url").about("callback_url").says(rule);
    let shown = walk.admin().does(&show_integration(application.number));
    assert_eq!(shown["callback_url"], "https://example.com/cb");
}
