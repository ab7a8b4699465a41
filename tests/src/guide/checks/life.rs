//! The life of a token.

use serde_json::{Value, json};

use super::{Check, check};
use crate::guide::acts::{
    create_own_token, edit_token, list_tokens, revoke_token, search_tokens, show_token,
};
use crate::guide::walk::Walk;

pub(super) const CHECKS: &[Check] = &[
    check(35, "the list has the tokens of all users, whoever made them", |walk| {
        let (application, _, first) = walk.some_token();
        let (_, _, second) = walk.some_token();
        let own = walk.clerk().token(&application, &create_own_token(application.number));
        let listed = walk.admin().numbers(&list_tokens());
        for token in [first, second, own] {
            assert!(listed.contains(&token.number), "{} is not listed", token.number);
        }
    }),
    check(36, "a token can be looked at", |walk| {
        let (application, user, token) = walk.some_token();
        let shown = walk.admin().does(&show_token(token.number));
        assert_eq!(shown["integration"], application.number);
        assert_eq!(shown["entity"], user.entity);
        assert_eq!(shown["role"], user.role);
        assert_eq!(shown["state"], "active");
    }),
    check(36, "its secret is not shown", |walk| {
        let (_, _, token) = walk.some_token();
        let shown = walk.admin().does(&show_token(token.number));
        assert!(shown.get("token_secret").is_none(), "a member for it");
        assert!(!shown.to_string().contains(&token.credentials.token_secret), "the secret itself");
    }),
    check(37, "a token's name is changed", |walk| {
        let (_, _, token) = walk.some_token();
        walk.admin().does(&edit_token(token.number, json!({ "name": "Orders at night" })));
        assert_eq!(walk.admin().does(&show_token(token.number))["name"], "Orders at night");
        walk.heard(&token).admitted();
    }),
    check(37, "an inactive token is refused, until it is active again", |walk| {
        let (_, _, token) = walk.some_token();
        walk.admin().does(&edit_token(token.number, json!({ "inactive": true })));
        walk.heard(&token).refused("token_rejected", "token-inactive");
        walk.admin().does(&edit_token(token.number, json!({ "inactive": false })));
        walk.heard(&token).admitted();
    }),
    check(38, "the list is filtered by revoked: all, yes, no", |walk| {
        let ((_, _, active), (_, _, revoked)) = (walk.some_token(), walk.some_token());
        walk.admin().does(&revoke_token(revoked.number));
        let listed = |filter: &[(&str, &str)]| {
            let numbers = walk.admin().numbers(&search_tokens(filter));
            (numbers.contains(&active.number), numbers.contains(&revoked.number))
        };
        assert_eq!(listed(&[]), (true, true));
        assert_eq!(listed(&[("revoked", "true")]), (false, true));
        assert_eq!(listed(&[("revoked", "false")]), (true, false));
    }),
    check(39, "criteria are combined: each token that meets all of them, and no other", |walk| {
        let (application, user) = (walk.application(), walk.plain_user());
        let (other_application, other_user) = (walk.application(), walk.plain_user());
        let wanted = walk.token_of(&application, &user);
        walk.token_of(&application, &other_user);
        walk.token_of(&other_application, &user);
        let found = walk.admin().numbers(&search_tokens(&[
            ("integration", &application.number.to_string()),
            ("entity", &user.entity.to_string()),
            ("role", &user.role.to_string()),
            ("revoked", "false"),
        ]));
        assert_eq!(found, [wanted.number]);
    }),
    check(39, "tokens are found by a part of their name", |walk| {
        let (application, _, token) = walk.some_token();
        let found = walk.admin().numbers(&search_tokens(&[("name", &application.name)]));
        assert_eq!(found, [token.number]);
    }),
    check(40, "a revoked token is refused from the next request on, with its detail", |walk| {
        let (_, _, token) = walk.some_token();
        walk.heard(&token).admitted();
        walk.manager().does(&revoke_token(token.number));
        walk.heard(&token).refused("token_rejected", "token-revoked");
    }),
    check(41, "a revoked token is revoked for good: to revoke it again is refused, too", |walk| {
        let (_, _, token) = walk.some_token();
        walk.admin().does(&revoke_token(token.number));
        walk.admin().is_refused(&revoke_token(token.number)).names("revoked-already");
        walk.heard(&token).refused("token_rejected", "token-revoked");
    }),
    check(41, "no edit does", |walk| {
        let (_, _, token) = walk.some_token();
        walk.admin().does(&revoke_token(token.number));
        for edit in [json!({ "inactive": false }), json!({ "name": "Again" })] {
            let refused = walk.admin().is_refused(&edit_token(token.number, edit));
            refused.names("revoked-already");
        }
        walk.heard(&token).refused("token_rejected", "token-revoked");
    }),
    check(41, "it can be looked at still, as revoked", |walk| {
        let (_, _, token) = walk.some_token();
        walk.admin().does(&revoke_token(token.number));
        assert_eq!(walk.admin().does(&show_token(token.number))["state"], "revoked");
    }),
    check(41, "it stays in the list, as revoked", |walk| {
        let (_, _, token) = walk.some_token();
        walk.admin().does(&revoke_token(token.number));
        let listed = walk.listed(&token).expect("it is listed");
        assert_eq!(listed["state"], "revoked");
    }),
    check(42, "a new token has no end", |walk| {
        let (_, _, token) = walk.some_token();
        assert_eq!(walk.admin().does(&show_token(token.number))["expires_at"], Value::Null);
    }),
    check(43, "a second one for the same three works beside the first, and after it", |walk| {
        let (application, user, first) = walk.some_token();
        let second = walk.token_of(&application, &user);
        walk.heard(&first).admitted();
        walk.heard(&second).admitted();
        walk.admin().does(&revoke_token(first.number));
        walk.heard(&first).refused("token_rejected", "token-revoked");
        walk.heard(&second).admitted();
    }),
    check(43, "the search finds both", |walk| {
        let (application, user, first) = walk.some_token();
        let second = walk.token_of(&application, &user);
        assert_eq!(of_application(walk, application.number), [first.number, second.number]);
    }),
];

fn of_application(walk: &Walk<'_>, application: u32) -> Vec<u32> {
    let filter = [("integration", &*application.to_string())];
    let mut found = walk.admin().numbers(&search_tokens(&filter));
    found.sort_unstable();
    found
}
