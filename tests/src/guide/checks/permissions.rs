//! Who may do what.

use serde_json::json;

use super::{Check, check};
use crate::guide::acts::{
    block_integration, create_integration, create_own_token, create_token, edit_integration,
    edit_token, list_integrations, list_own_tokens, list_tokens, revoke_token, show_integration,
    show_token,
};
use crate::guide::walk::Hand;
use crate::unique;

pub(super) const CHECKS: &[Check] = &[
    check(1, "an Administrator creates a record and configures it", |walk| {
        creates_and_configures(&walk.admin());
    }),
    check(2, "somebody with Integration Application (Full) does", |walk| {
        creates_and_configures(&walk.integrator());
    }),
    check(2, "without the permission nobody creates one, and it is named", |walk| {
        walk.plain().is_refused(&create_integration(&unique())).lacks(INTEGRATIONS);
    }),
    check(2, "without the permission nobody configures one, and it is named", |walk| {
        let edit = edit_integration(walk.application().number, json!({ "note": "x" }));
        walk.plain().is_refused(&edit).lacks(INTEGRATIONS);
    }),
    check(2, "without the permission nobody looks at them, and it is named", |walk| {
        let show = show_integration(walk.application().number);
        walk.plain().is_refused(&show).lacks(INTEGRATIONS);
    }),
    check(2, "without the permission nobody lists them, and it is named", |walk| {
        walk.plain().is_refused(&list_integrations()).lacks(INTEGRATIONS);
    }),
    check(2, "at level View nobody creates or blocks one, but looks", |walk| {
        let number = walk.application().number;
        walk.onlooker().does(&show_integration(number));
        walk.onlooker().is_refused(&create_integration(&unique())).lacks(INTEGRATIONS);
        walk.onlooker().is_refused(&block_integration(number)).lacks(INTEGRATIONS);
    }),
    check(2, "at level View nobody edits one", |walk| {
        let edit = edit_integration(walk.application().number, json!({ "note": "x" }));
        walk.onlooker().is_refused(&edit).lacks(INTEGRATIONS);
    }),
    check(3, "somebody with Access Token Management creates a token for another", |walk| {
        let (application, other) = (walk.application(), walk.plain_user());
        let act = create_token(application.number, other.entity, other.role);
        let token = walk.manager().token(&application, &act);
        walk.heard(&token).admitted();
        assert!(walk.manager().numbers(&list_tokens()).contains(&token.number));
    }),
    check(3, "without the permission nobody creates one for another, and it is named", |walk| {
        let (application, other) = (walk.application(), walk.plain_user());
        let act = create_token(application.number, other.entity, other.role);
        for hand in [walk.plain(), walk.integrator(), walk.clerk()] {
            hand.is_refused(&act).lacks(TOKENS);
        }
    }),
    check(3, "without the permission nobody lists them, and it is named", |walk| {
        for hand in [walk.plain(), walk.integrator(), walk.clerk()] {
            hand.is_refused(&list_tokens()).lacks(TOKENS);
        }
    }),
    check(4, "somebody with User Access Tokens creates an own one", |walk| {
        let application = walk.application();
        let token = walk.clerk().token(&application, &create_own_token(application.number));
        walk.heard(&token).admitted();
    }),
    check(4, "without the permission nobody does, and it is named", |walk| {
        let act = create_own_token(walk.application().number);
        for hand in [walk.plain(), walk.integrator(), walk.manager()] {
            hand.is_refused(&act).lacks(OWN_TOKENS);
        }
    }),
    check(4, "their list has no tokens of others", |walk| {
        let application = walk.application();
        let own = walk.clerk().token(&application, &create_own_token(application.number));
        let (_, _, another) = walk.some_token();
        let listed = walk.clerk().numbers(&list_own_tokens());
        assert!(listed.contains(&own.number), "{listed:?}");
        assert!(!listed.contains(&another.number), "{listed:?}");
    }),
    check(4, "they can't look at one of somebody else, nor revoke it", |walk| {
        let (_, _, another) = walk.some_token();
        for act in [show_token(another.number), revoke_token(another.number)] {
            walk.clerk().is_refused(&act).names("not-found");
        }
        walk.heard(&another).admitted();
    }),
    check(4, "nor edit it", |walk| {
        let (_, _, another) = walk.some_token();
        let edit = edit_token(another.number, json!({ "inactive": true }));
        walk.clerk().is_refused(&edit).names("not-found");
        walk.heard(&another).admitted();
    }),
];

const INTEGRATIONS: &str = "integration-application";
const TOKENS: &str = "access-token-management";
const OWN_TOKENS: &str = "user-access-tokens";

fn creates_and_configures(hand: &Hand<'_>) {
    let application = hand.application();
    let edit = json!({ "description": "Takes orders", "callback_url": "https://example.com/cb" });
    hand.does(&edit_integration(application.number, edit));
    let shown = hand.does(&show_integration(application.number));
    assert_eq!(shown["integration"], application.number);
    assert_eq!(shown["description"], "Takes orders");
    assert_eq!(shown["callback_url"], "https://example.com/cb");
}
