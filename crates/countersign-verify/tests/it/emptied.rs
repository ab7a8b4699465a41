//! An account that is emptied before it becomes a copy of another one.

use countersign_model::{AccountNumber, RoleId};
use countersign_testkit::World;
use countersign_verify::{Fact, LoginFact, RoleFact};

#[test]
fn of_an_account_that_is_emptied_nothing_is_known_but_the_account() {
    let world = World::new();
    let other = AccountNumber(2);
    let role = RoleFact { account: other, ..world.role() };
    world.directory.learn(Fact::Role(role));
    world.directory.learn(Fact::Login(LoginFact { account: other, ..world.login() }));
    let before = world.directory.sizes();
    world.directory.learn(Fact::AccountEmptied(other));
    assert_eq!(world.directory.sizes().logins, before.logins - 1);
    assert!(world.directory.role_permissions(other, RoleId(1000)).is_none());
    let request = world.request();
    assert!(world.judge(&request, &world.sign(&request, "nonce-1")).is_ok(), "another account");

    let home = AccountNumber(1);
    world.directory.learn(Fact::AccountEmptied(home));
    let sizes = world.directory.sizes();
    assert_eq!((sizes.tokens, sizes.installations, sizes.logins), (0, 0, 0));
    assert_eq!((sizes.accounts, sizes.integrations), (1, 1));
    assert!(world.judge(&request, &world.sign(&request, "nonce-2")).is_err());
    for fact in world.facts() {
        world.directory.learn(fact);
    }
    assert!(world.judge(&request, &world.sign(&request, "nonce-3")).is_ok());
}
