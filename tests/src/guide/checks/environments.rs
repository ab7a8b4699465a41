//! Sandboxes: accounts of their own.

use serde_json::Value;

use super::{Check, check};
use crate::guide::acts::{
    create_sandbox, create_token, list_tokens, refresh_sandbox, revoke_token,
};
use crate::guide::doors::Person;
use crate::guide::walk::{Application, Token, Walk};
use crate::{ACCOUNT, Credentials, wait_for};

pub(super) const CHECKS: &[Check] = &[
    check(49, "a production token does not work in the sandbox", |walk| {
        let (sandbox, application, user) = refreshed(walk);
        let token = walk.token_of(&application, &user);
        let elsewhere = in_account(&token, &sandbox);
        walk.heard_with(&elsewhere).refused("token_rejected", "wrong-environment");
        walk.heard(&token).admitted();
    }),
    check(49, "the explanation says whose it is", |walk| {
        let (sandbox, application, user) = refreshed(walk);
        let token = walk.token_of(&application, &user);
        let elsewhere = in_account(&token, &sandbox);
        let whose = format!("of the account {ACCOUNT}.");
        // Of one address so many refusals a second are looked into, and others were refused before.
        wait_for("a refusal is looked into", || {
            let heard = walk.heard_with(&elsewhere);
            let reference = heard.refused("token_rejected", "wrong-environment");
            let said = walk.stage.explanation(reference);
            let words: Vec<&str> = said.split_whitespace().collect();
            words.join(" ").contains(&whose).then_some(())
        });
    }),
    check(50, "a refresh ends the tokens that the sandbox had", |walk| {
        let (sandbox, application, user) = refreshed(walk);
        let token = token_in(walk, &sandbox, &application, &user);
        walk.heard(&token).admitted();
        refresh(walk, &sandbox);
        walk.heard(&token).refused("token_rejected", "token-unknown");
    }),
    check(50, "and copies none from production", |walk| {
        let (sandbox, application, user) = refreshed(walk);
        let token = walk.token_of(&application, &user);
        refresh(walk, &sandbox);
        assert_eq!(walk.stage.tokens_in(&sandbox), [Value::Null; 0]);
        let elsewhere = in_account(&token, &sandbox);
        walk.heard_with(&elsewhere).refused("token_rejected", "wrong-environment");
    }),
    check(51, "after a refresh a new token is made there, and works", |walk| {
        let (sandbox, application, user) = refreshed(walk);
        refresh(walk, &sandbox);
        let token = token_in(walk, &sandbox, &application, &user);
        walk.heard(&token).admitted();
    }),
    check(52, "production tokens work on through a refresh", |walk| {
        let (sandbox, application, user) = refreshed(walk);
        let (working, ended) =
            (walk.token_of(&application, &user), walk.token_of(&application, &user));
        walk.admin().does(&revoke_token(ended.number));
        refresh(walk, &sandbox);
        walk.heard(&working).admitted();
        walk.heard(&ended).refused("token_rejected", "token-revoked");
        let listed = walk.admin().numbers(&list_tokens());
        assert!(listed.contains(&working.number) && listed.contains(&ended.number));
    }),
    check(53, "the consumer pair of production signs in the sandbox, too", |walk| {
        let (sandbox, application, user) = refreshed(walk);
        let (there, here) =
            (token_in(walk, &sandbox, &application, &user), walk.token_of(&application, &user));
        assert_eq!(there.credentials.consumer_key, here.credentials.consumer_key);
        walk.heard(&there).admitted();
        walk.heard(&here).admitted();
    }),
];

/// The token's credentials, used for another account.
fn in_account(token: &Token, account: &str) -> Credentials {
    Credentials { account: account.to_owned(), ..token.credentials.clone() }
}

/// A sandbox of this door's own, refreshed after an application and a user were made in
/// production.
fn refreshed(walk: &Walk<'_>) -> (String, Application, Person) {
    let (application, user) = (walk.application(), walk.plain_user());
    let sandbox = sandbox(walk);
    refresh(walk, &sandbox);
    (sandbox, application, user)
}

/// The sandbox of this door; its number is none that another door uses.
fn sandbox(walk: &Walk<'_>) -> String {
    let sandbox = format!("{ACCOUNT}_SB{}", if walk.door() == "CLI" { 1 } else { 2 });
    if !walk.stage.is_account(&sandbox) {
        walk.admin().does(&create_sandbox(&sandbox));
    }
    sandbox
}

fn refresh(walk: &Walk<'_>, sandbox: &str) {
    walk.admin().does(&refresh_sandbox(sandbox));
    walk.forget_tokens_of(sandbox);
}

/// A token of somebody in the sandbox, made there by the first Administrator.
fn token_in(walk: &Walk<'_>, sandbox: &str, of: &Application, user: &Person) -> Token {
    let admin = &walk.cast().admin;
    let there = walk.person_in(sandbox, admin.entity, admin.role);
    there.token(of, &create_token(of.number, user.entity, user.role))
}
