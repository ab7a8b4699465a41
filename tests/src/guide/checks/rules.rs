//! What happens to tokens when something that they are made of goes.

use serde_json::Value;

use super::{Check, check};
use crate::guide::acts::{
    assign_role, delete_entity, delete_integration, remove_role, search_tokens, show_token,
};
use crate::guide::doors::Person;
use crate::guide::walk::{Token, Walk};

const KINDS: [&str; 4] = ["employee", "vendor", "customer", "partner"];

pub(super) const CHECKS: &[Check] = &[
    check(44, "with the record all its tokens are refused, and no other", |walk| {
        let (application, user, first) = walk.some_token();
        let second = walk.token_of(&application, &walk.plain_user());
        let another = walk.token_of(&walk.application(), &user);
        walk.admin().does(&delete_integration(application.number));
        for token in [&first, &second] {
            walk.heard(token).refused("consumer_key_unknown", "consumer-key-unknown");
        }
        walk.heard(&another).admitted();
    }),
    check(44, "they stay in the list, all of them revoked", |walk| {
        let (application, _, first) = walk.some_token();
        let second = walk.token_of(&application, &walk.plain_user());
        walk.admin().does(&delete_integration(application.number));
        for token in [first, second] {
            assert_eq!(state(walk, &token), "revoked");
        }
    }),
    check(45, "without its role a token is still active in the list", |walk| {
        let (user, token) = user_without_role(walk, "employee");
        assert_eq!(state(walk, &token), "active");
        let filter = [("entity", &*user.entity.to_string()), ("revoked", "false")];
        let listed = walk.admin().numbers(&search_tokens(&filter));
        assert_eq!(listed, [token.number]);
    }),
    check(45, "and nobody logs in with it", |walk| {
        let (_, token) = user_without_role(walk, "employee");
        walk.heard(&token).refused("permission_denied", "role-removed");
    }),
    check(46, "with the role given back the same token works at once", |walk| {
        let (user, token) = user_without_role(walk, "employee");
        walk.admin().does(&assign_role(user.entity, user.role));
        walk.heard(&token).admitted();
    }),
    check(47, "each kind of entity: the token of a role that was removed does not work", |walk| {
        for kind in KINDS {
            let (_, token) = user_without_role(walk, kind);
            let shown = walk.admin().does(&show_token(token.number));
            assert_eq!(shown["state"], "active", "{kind}");
            walk.heard(&token).refused("permission_denied", "role-removed");
        }
    }),
    check(47, "each kind of entity: it works again with the role", |walk| {
        for kind in KINDS {
            let (user, token) = user_without_role(walk, kind);
            walk.admin().does(&assign_role(user.entity, user.role));
            walk.heard(&token).admitted();
        }
    }),
    check(48, "with the entity its tokens are gone from the list, and no other", |walk| {
        let (application, user, token) = walk.some_token();
        let second = walk.token_of(&walk.application(), &user);
        let another = walk.token_of(&application, &walk.plain_user());
        walk.admin().does(&delete_entity(user.entity));
        for token in [&token, &second] {
            assert_eq!(walk.listed(token), None);
            walk.admin().is_refused(&show_token(token.number)).names("not-found");
        }
        walk.listed(&another).expect("it is listed");
    }),
    check(48, "and a request is refused as for a token that never was", |walk| {
        let (_, user, token) = walk.some_token();
        walk.heard(&token).admitted();
        walk.admin().does(&delete_entity(user.entity));
        walk.heard(&token).refused("token_rejected", "token-unknown");
    }),
];

fn state(walk: &Walk<'_>, token: &Token) -> Value {
    walk.listed(token).expect("it is listed")["state"].clone()
}

/// A new entity with a token that worked, and its role taken away.
fn user_without_role(walk: &Walk<'_>, kind: &str) -> (Person, Token) {
    let role = walk.cast().plain.role;
    let user = Person { entity: walk.user(kind, role), ..walk.cast().plain.clone() };
    let token = walk.token_of(&walk.application(), &user);
    walk.heard(&token).admitted();
    walk.admin().does(&remove_role(user.entity, role));
    (user, token)
}
