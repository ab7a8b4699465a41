//! Method B: tokens that users make for themselves.

use serde_json::{Value, json};

use super::{Check, check};
use crate::guide::acts::{
    assign_role, create_own_token, create_own_token_with, list_changes_of, list_own_tokens,
    show_token,
};
use crate::guide::doors::Person;
use crate::guide::gate::Heard;
use crate::guide::walk::{Walk, number};

pub(super) const CHECKS: &[Check] = &[
    check(29, "somebody with the permission sees the own tokens", |walk| {
        walk.clerk().lists(&list_own_tokens());
    }),
    check(29, "without the permission nobody does, and it is named", |walk| {
        for hand in [walk.plain(), walk.manager(), walk.integrator()] {
            hand.is_refused(&list_own_tokens()).lacks("user-access-tokens");
        }
    }),
    check(30, "the list has the own tokens of the current role", |walk| {
        let (application, clerk) = (walk.application(), clerk_in_two_roles(walk));
        let hand = walk.person(clerk.entity, clerk.role);
        let token = hand.token(&application, &create_own_token(application.number));
        assert!(hand.numbers(&list_own_tokens()).contains(&token.number));
    }),
    check(30, "and none of another role", |walk| {
        let (application, clerk) = (walk.application(), clerk_in_two_roles(walk));
        let hand = walk.person(clerk.entity, clerk.role);
        let token = hand.token(&application, &create_own_token(application.number));
        let other = walk.person(clerk.entity, walk.cast().second_clerk_role);
        assert!(!other.numbers(&list_own_tokens()).contains(&token.number));
    }),
    check(31, "application and name make one, or application alone", |walk| {
        let application = walk.application();
        let members = json!({ "integration": application.number, "name": "Mine" });
        let made = walk.clerk().does(&create_own_token_with(members));
        assert_eq!(walk.clerk().does(&show_token(number("token", &made)))["name"], "Mine");
        let made = walk.clerk().does(&create_own_token(application.number));
        let expected = format!("{} - Clerk, Clerk", application.name);
        assert_eq!(
            walk.clerk().does(&show_token(number("token", &made)))["name"],
            expected.as_str()
        );
    }),
    check(31, "nobody chooses user or role with it", |walk| {
        let application = walk.application();
        for (member, value) in [("entity", walk.cast().plain.entity), ("role", 3)] {
            let mut members = json!({ "integration": application.number });
            members[member] = value.into();
            walk.clerk().is_refused(&create_own_token_with(members)).says(member);
        }
    }),
    check(32, "it is bound to the user and to the current role", |walk| {
        let clerk = clerk_in_two_roles(walk);
        assert_eq!(who_acts(walk, &clerk), (clerk.entity.to_string(), clerk.role.to_string()));
    }),
    check(32, "made in another role it is bound to that one", |walk| {
        let clerk = clerk_in_two_roles(walk);
        let second = Person { role: walk.cast().second_clerk_role, ..clerk };
        assert_eq!(who_acts(walk, &second), (second.entity.to_string(), second.role.to_string()));
    }),
    check(33, "token ID and secret are shown to who makes it", |walk| {
        let application = walk.application();
        let token = walk.clerk().token(&application, &create_own_token(application.number));
        assert_eq!(token.credentials.token_id.len(), 64);
        assert_eq!(token.credentials.token_secret.len(), 64);
    }),
    check(33, "no later look shows them", |walk| {
        let application = walk.application();
        let token = walk.clerk().token(&application, &create_own_token(application.number));
        let shown = walk.clerk().does(&show_token(token.number));
        let listed = Value::from(walk.clerk().lists(&list_own_tokens()));
        for said in [shown, listed] {
            assert!(!said.to_string().contains(&token.credentials.token_secret), "shown again");
        }
    }),
    check(34, "the trail has the user alone as who made it", |walk| {
        let application = walk.application();
        let token = walk.clerk().token(&application, &create_own_token(application.number));
        let changes = walk.admin().lists(&list_changes_of("token", token.number));
        let making = changes.iter().find(|it| it["act"] == "token-created");
        let making = making.expect("the making is in the trail");
        assert_eq!(making["by"]["entity"], walk.cast().clerk.entity, "{making}");
        assert_eq!(making["by"]["role"], walk.cast().clerk.role, "{making}");
    }),
];

/// A new user with two roles that have the permission; as in the first of them.
fn clerk_in_two_roles(walk: &Walk<'_>) -> Person {
    let role = walk.cast().clerk.role;
    let entity = walk.user("employee", role);
    walk.admin().does(&assign_role(entity, walk.cast().second_clerk_role));
    Person { entity, role, ..walk.cast().clerk.clone() }
}

/// Entity and role that the API behind the gate is told, by a token that `person` makes.
fn who_acts(walk: &Walk<'_>, person: &Person) -> (String, String) {
    let application = walk.application();
    let hand = walk.person(person.entity, person.role);
    let token = hand.token(&application, &create_own_token(application.number));
    match walk.heard(&token) {
        Heard::Admitted { entity, role, .. } => (entity, role),
        refused @ Heard::Refused { .. } => panic!("{refused:?}"),
    }
}
