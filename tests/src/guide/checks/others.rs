//! Method A: tokens that are made for somebody else.

use serde_json::{Value, json};

use super::{Check, check};
use crate::guide::acts::{
    assign_role, block_integration, create_role, create_token, create_token_with, edit_integration,
    edit_role, edit_token, list_applications, list_entities, list_tokens, show_entity, show_token,
};
use crate::guide::doors::Person;
use crate::guide::gate::Heard;
use crate::guide::walk::{Token, Walk, number, text};
use crate::unique;

pub(super) const CHECKS: &[Check] = &[
    check(18, "somebody with the permission lists tokens and makes one", |walk| {
        let (application, user) = (walk.application(), walk.plain_user());
        let act = create_token(application.number, user.entity, user.role);
        let token = walk.manager().token(&application, &act);
        assert!(walk.manager().numbers(&list_tokens()).contains(&token.number));
    }),
    check(19, "application, user, role and a name make a token", |walk| {
        let (application, user) = (walk.application(), walk.plain_user());
        let name = unique();
        let mut members = members(application.number, &user);
        members["name"] = name.as_str().into();
        let made = walk.manager().does(&create_token_with(members));
        let shown = walk.manager().does(&show_token(number("token", &made)));
        assert_eq!(shown["integration"], application.number);
        assert_eq!(shown["entity"], user.entity);
        assert_eq!(shown["role"], user.role);
        assert_eq!(shown["name"], name.as_str());
    }),
    check(19, "without one of the three it is not made, and the answer says which", |walk| {
        let (application, user) = (walk.application(), walk.plain_user());
        for missing in ["integration", "entity", "role"] {
            let mut members = members(application.number, &user);
            members.as_object_mut().unwrap().remove(missing);
            walk.manager().is_refused(&create_token_with(members)).says(missing);
        }
    }),
    check(20, "records that are enabled and have TBA checked are offered", |walk| {
        let application = walk.application();
        assert!(walk.manager().numbers(&list_applications()).contains(&application.number));
    }),
    check(20, "a record with TBA unchecked is not, nor one that is blocked", |walk| {
        for setting in
            [json!({ "token_based_authentication": false }), json!({ "state": "blocked" })]
        {
            let application = walk.application();
            walk.admin().does(&edit_integration(application.number, setting));
            let offered = walk.manager().numbers(&list_applications());
            assert!(!offered.contains(&application.number));
        }
    }),
    check(20, "no token is made for a record that is blocked", |walk| {
        let (application, user) = (walk.application(), walk.plain_user());
        walk.admin().does(&block_integration(application.number));
        let act = create_token(application.number, user.entity, user.role);
        let refused = walk.manager().is_refused(&act);
        refused.names("integration-not-enabled").about("integration");
    }),
    check(21, "a user's roles are those that were assigned", |walk| {
        let user = walk.plain_user();
        assert_eq!(roles(walk, user.entity), [user.role]);
        walk.admin().does(&assign_role(user.entity, walk.cast().clerk.role));
        assert_eq!(roles(walk, user.entity).len(), 2);
    }),
    check(21, "who manages tokens, and nothing else, finds the user and these roles", |walk| {
        let user = walk.plain_user();
        assert!(walk.manager().numbers(&list_entities()).contains(&user.entity));
        assert_eq!(offered(walk, user.entity), [user.role]);
    }),
    check(21, "a role in which no token could log in is not offered, nor Administrator", |walk| {
        let role = walk.admin().makes(&create_role(&unique(), &[("core-administration", "view")]));
        let user = walk.user("employee", role);
        let plain = walk.cast().plain.role;
        walk.admin().does(&assign_role(user, plain));
        walk.admin().does(&assign_role(user, walk.cast().admin.role));
        assert_eq!(offered(walk, user), [plain]);
        assert_eq!(roles(walk, user).len(), 3);
        let own = walk.admin().makes(&create_role(&unique(), &[("user-access-tokens", "full")]));
        let user = walk.user("employee", own);
        assert_eq!(offered(walk, user), [own]);
        walk.admin().does(&edit_role(own, json!({ "inactive": true })));
        assert_eq!(offered(walk, user), [0; 0]);
    }),
    check(21, "no token is made in a role that the user doesn't have", |walk| {
        let (application, user) = (walk.application(), walk.plain_user());
        let act = create_token(application.number, user.entity, walk.cast().clerk.role);
        walk.manager().is_refused(&act).names("role-not-assigned").about("role");
    }),
    check(22, "a token's name is made of application, user and role", |walk| {
        let (application, user, token) = walk.some_token();
        let entity = walk.admin().does(&show_entity(user.entity));
        let expected = format!("{} - {}, Plain", application.name, text(&entity, "name"));
        assert_eq!(walk.admin().does(&show_token(token.number))["name"], expected.as_str());
    }),
    check(22, "the name can be another, and be changed", |walk| {
        let (application, user) = (walk.application(), walk.plain_user());
        let mut members = members(application.number, &user);
        members["name"] = "Nightly".into();
        let made = walk.manager().makes(&create_token_with(members));
        assert_eq!(walk.manager().does(&show_token(made))["name"], "Nightly");
        walk.manager().does(&edit_token(made, json!({ "name": "Hourly" })));
        assert_eq!(walk.manager().does(&show_token(made))["name"], "Hourly");
    }),
    check(
        23,
        "the API behind the gate is told the token's role, not another of the user",
        |walk| {
            let user = user_of_two_roles(walk);
            let token = walk.token_of(&walk.application(), &user);
            acts_as(walk, &token, &user);
        },
    ),
    check(23, "in this role the user can't do what only the other one grants", |walk| {
        let plain = user_of_two_roles(walk);
        let manager = Person { role: walk.cast().manager.role, ..plain.clone() };
        walk.person(manager.entity, manager.role).does(&list_tokens());
        let hand = walk.person(plain.entity, plain.role);
        hand.is_refused(&list_tokens()).lacks("access-token-management");
    }),
    check(24, "no manager makes a token in the Administrator role, for anyone", |walk| {
        let application = walk.application();
        let both = walk.user("employee", walk.cast().admin.role);
        walk.admin().does(&assign_role(both, walk.cast().manager.role));
        let itself = walk.person(both, walk.cast().manager.role);
        for (hand, entity) in [(&walk.manager(), walk.cast().admin.entity), (&itself, both)] {
            let act = create_token(application.number, entity, walk.cast().admin.role);
            hand.is_refused(&act).names("administrator-token").about("role");
        }
    }),
    check(25, "an Administrator makes an own token in the Administrator role", |walk| {
        let (application, admin) = (walk.application(), walk.admin());
        let person = admin.person();
        let act = create_token(application.number, person.entity, person.role);
        let token = admin.token(&application, &act);
        acts_as(walk, &token, person);
    }),
    check(26, "no Administrator makes one in another's Administrator role", |walk| {
        let application = walk.application();
        for (hand, other) in
            [(walk.admin(), &walk.cast().second_admin), (walk.second_admin(), &walk.cast().admin)]
        {
            let act = create_token(application.number, other.entity, other.role);
            hand.is_refused(&act).names("administrator-token").about("role");
        }
    }),
    check(27, "an Administrator makes one in another role of somebody", |walk| {
        let (_, user, token) = walk.some_token();
        acts_as(walk, &token, &user);
    }),
    check(27, "also of another Administrator", |walk| {
        let other = walk.user("employee", walk.cast().admin.role);
        let role = walk.cast().plain.role;
        walk.admin().does(&assign_role(other, role));
        let person = Person { entity: other, role, ..walk.cast().admin.clone() };
        let token = walk.token_of(&walk.application(), &person);
        acts_as(walk, &token, &person);
    }),
    check(28, "token ID and secret are shown to who makes it", |walk| {
        let (_, _, token) = walk.some_token();
        assert_eq!(token.credentials.token_id.len(), 64);
        assert_eq!(token.credentials.token_secret.len(), 64);
    }),
    check(28, "no later look shows them", |walk| {
        let (_, _, token) = walk.some_token();
        let shown = walk.admin().does(&show_token(token.number));
        assert!(!shown.to_string().contains(&token.credentials.token_secret), "shown again");
    }),
    check(28, "nor does the list, nor the answer to a change", |walk| {
        let (_, _, token) = walk.some_token();
        let listed = Value::from(walk.admin().lists(&list_tokens()));
        let edited = walk.admin().does(&edit_token(token.number, json!({ "name": "Again" })));
        for said in [listed, edited] {
            assert!(!said.to_string().contains(&token.credentials.token_secret), "shown again");
        }
    }),
];

fn members(application: u32, user: &Person) -> Value {
    json!({ "integration": application, "entity": user.entity, "role": user.role })
}

fn roles(walk: &Walk<'_>, entity: u32) -> Vec<u32> {
    let shown = walk.admin().does(&show_entity(entity));
    shown["roles"]
        .as_array()
        .unwrap_or_else(|| panic!("{shown}"))
        .iter()
        .map(|it| number("role", it))
        .collect()
}

/// The roles that the form of a new token offers for a user.
fn offered(walk: &Walk<'_>, entity: u32) -> Vec<u32> {
    let shown = walk.manager().does(&show_entity(entity));
    let roles = shown["roles"].as_array().unwrap_or_else(|| panic!("{shown}"));
    let offered = roles.iter().filter(|it| it["offers_tokens"] == true);
    offered.map(|it| number("role", it)).collect()
}

/// In the one role nothing but to log in is granted, in the other to manage tokens.
fn user_of_two_roles(walk: &Walk<'_>) -> Person {
    let user = walk.plain_user();
    walk.admin().does(&assign_role(user.entity, walk.cast().manager.role));
    user
}

/// Asserts who the API behind the gate is told.
fn acts_as(walk: &Walk<'_>, token: &Token, person: &Person) {
    let told = Heard::Admitted {
        entity: person.entity.to_string(),
        role: person.role.to_string(),
        token: token.number.to_string(),
    };
    assert_eq!(walk.heard(token), told);
}
