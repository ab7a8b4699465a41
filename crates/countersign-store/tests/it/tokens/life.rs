//! The life of a token: changes, ends, and a secret that retires.

use countersign_authority::{AccountEdit, IntegrationEdit, Of, UseCaseFault};
use countersign_model::{
    Addresses, InstallationState, Overlap, Permission, TokenEdit, TokenLimits, TokenState, Version,
};
use countersign_verify::{Refusal, Retiring};

use super::world::{Client, HERE, START, World};

const LOG_IN: &[Permission] = &[Permission::LogInUsingAccessTokens];

/// A world with one token.
async fn one(seed: u64) -> (World, countersign_model::TokenNumber, Client) {
    let world = World::found(seed).await;
    let (orders, pair) = world.integration("Orders").await;
    let ann = world.person("ann", LOG_IN).await;
    let token = world.token(&world.administrator(), orders, ann).await.unwrap();
    let client = Client::new(&pair, &token);
    (world, token.number, client)
}

fn active(active: bool) -> TokenEdit {
    TokenEdit { active: Some(active), ..TokenEdit::default() }
}

#[tokio::test]
async fn an_inactive_token_is_refused_and_works_again_when_it_is_active() {
    let (world, number, client) = one(1).await;
    let by = world.administrator();
    world.authority.edit_token(&by, number, None, active(false)).await.unwrap();
    assert_eq!(world.asks(&client), Err(Refusal::TokenInactive));
    world.authority.edit_token(&by, number, None, active(true)).await.unwrap();
    assert!(world.asks(&client).is_ok());
}

#[tokio::test]
async fn a_revoked_token_is_refused_stays_in_the_list_and_is_never_active_again() {
    let (world, number, client) = one(2).await;
    let by = world.administrator();
    world.authority.revoke_token(&by, number, None).await.unwrap();
    assert_eq!(world.asks(&client), Err(Refusal::TokenRevoked { at: START }));
    let again = world.authority.edit_token(&by, number, None, active(true)).await.err();
    assert_eq!(again, Some(UseCaseFault::RevokedAlready(number.0)));
    let shown = world.authority.get_token(&by, number).await.unwrap();
    assert!(matches!(shown.state, TokenState::Revoked(_)));
    assert_eq!((shown.dormant, shown.name.as_str()), (None, "Orders - ann, ann's role"));
}

#[tokio::test]
async fn an_edit_is_made_to_what_its_maker_has_seen_or_not_at_all() {
    let (world, number, _) = one(3).await;
    let by = world.administrator();
    let rename = |name: &str| TokenEdit { name: Some(name.into()), ..TokenEdit::default() };
    let seen = Some(Version::FIRST);
    let next = world.authority.edit_token(&by, number, seen, rename("one")).await;
    assert_eq!(next, Ok(Version(2)));
    let late = world.authority.edit_token(&by, number, seen, rename("two")).await;
    assert_eq!(late, Err(UseCaseFault::Changed { what: "token", number: number.0 }));
    let same = world.authority.edit_token(&by, number, None, rename(" one ")).await;
    assert_eq!(same, Ok(Version(2)), "nothing is different, so nothing is written");
    let shown = world.authority.get_token(&by, number).await.unwrap();
    assert_eq!((shown.name.as_str(), shown.version), ("one", Version(2)));
    let empty = world.authority.edit_token(&by, number, None, rename(" ")).await;
    assert_eq!(empty, Err(UseCaseFault::Name));
}

#[tokio::test]
async fn a_token_ends_when_it_expires_and_not_before_also_after_a_start() {
    let (world, number, client) = one(4).await;
    let by = world.administrator();
    let end = |seconds| TokenEdit {
        expires_at: Some(Some(START.plus_seconds(seconds))),
        ..TokenEdit::default()
    };
    let past = world.authority.edit_token(&by, number, None, end(0)).await;
    assert_eq!(past, Err(UseCaseFault::ExpiresInThePast));
    world.authority.edit_token(&by, number, None, end(60)).await.unwrap();
    assert!(world.asks(&client).is_ok());
    world.clock.advance_seconds(60);
    assert_eq!(world.asks(&client), Err(Refusal::TokenExpired));
    let shown = world.authority.get_token(&by, number).await.unwrap();
    assert_eq!(shown.dormant.map(|it| it.as_str()), Some("token-expired"));
    world.reload().await;
    assert_eq!(world.asks(&client), Err(Refusal::TokenExpired));
    let without = TokenEdit { expires_at: Some(None), ..TokenEdit::default() };
    world.authority.edit_token(&by, number, None, without).await.unwrap();
    assert!(world.asks(&client).is_ok());
}

#[tokio::test]
async fn a_token_that_is_bound_to_addresses_is_refused_from_elsewhere_also_after_a_start() {
    let (world, number, client) = one(5).await;
    let addresses = Some(Addresses::parse("192.0.2.0/24").ok());
    let edit = TokenEdit { addresses, ..TokenEdit::default() };
    world.authority.edit_token(&world.administrator(), number, None, edit).await.unwrap();
    let elsewhere = "198.51.100.1".parse().unwrap();
    for _ in 0..2 {
        assert!(world.asks_from(&client, HERE).is_ok());
        assert_eq!(world.asks_from(&client, elsewhere), Err(Refusal::AddressNotAllowed));
        world.reload().await;
    }
}

#[tokio::test]
async fn a_new_secret_works_beside_the_old_one_until_its_time() {
    let (world, number, old) = one(6).await;
    let by = world.administrator();
    let rotated = world.authority.rotate_token_secret(&by, number, None, 3600).await.unwrap();
    let new = old.with_secret(&rotated.token_secret);
    let until = START.plus_seconds(3600);
    assert_eq!(rotated.until, Some(until));
    for _ in 0..2 {
        assert_eq!(world.asks(&new), Ok(Retiring::default()));
        assert_eq!(world.asks(&old), Ok(Retiring { secret: true, pair: false }));
        world.reload().await;
    }
    let shown = world.authority.get_token(&by, number).await.unwrap();
    assert_eq!(shown.retires_at, Some(until));
    assert_eq!(world.authority.erase_retired_secrets().await, Ok(0));
    world.clock.advance_seconds(3600);
    assert_eq!(world.asks(&old), Err(Refusal::BadSignature));
    assert!(world.asks(&new).is_ok());
    assert_eq!(world.authority.erase_retired_secrets().await, Ok(1));
    world.reload().await;
    assert!(world.asks(&new).is_ok());
}

#[tokio::test]
async fn the_old_secret_is_ended_early_or_is_dead_at_once() {
    let (world, number, first) = one(7).await;
    let by = world.administrator();
    let long = 91 * 24 * 60 * 60;
    let too_long = world.authority.rotate_token_secret(&by, number, None, long).await.err();
    assert_eq!(too_long, Some(UseCaseFault::Overlap(countersign_model::InvalidOverlap)));
    let none = world.authority.end_secret_rotation(&by, number, None).await;
    assert_eq!(none, Err(UseCaseFault::NoSecretRotation(number.0)));

    let second = world.authority.rotate_token_secret(&by, number, None, 3600).await.unwrap();
    let second = first.with_secret(&second.token_secret);
    world.authority.end_secret_rotation(&by, number, None).await.unwrap();
    assert_eq!(world.asks(&first), Err(Refusal::BadSignature));
    let third = world.authority.rotate_token_secret(&by, number, None, 0).await.unwrap();
    assert_eq!(third.until, None);
    assert_eq!(world.asks(&second), Err(Refusal::BadSignature));
    assert!(world.asks(&first.with_secret(&third.token_secret)).is_ok());
}

#[tokio::test]
async fn uses_are_shown_and_are_no_change_of_the_token() {
    let (world, number, _) = one(8).await;
    let by = world.administrator();
    assert_eq!(world.authority.get_token(&by, number).await.unwrap().used, None);
    world.used(number).await;
    world.clock.advance_seconds(5);
    world.used(number).await;
    let used = world.authority.get_token(&by, number).await.unwrap().used.unwrap();
    assert_eq!((used.count, used.last.at, used.last.source), (2, START.plus_seconds(5), HERE));
    assert_eq!(world.version(number).await, Version::FIRST);
}

#[tokio::test]
async fn with_the_feature_off_every_token_is_refused_and_kept() {
    let (world, number, client) = one(9).await;
    let by = world.administrator();
    let switch = |on| AccountEdit { token_based_authentication: Some(on), ..Default::default() };
    let seen = world.authority.get_account(&by).await.unwrap().version;
    world.authority.edit_account(&by, Some(seen), switch(false)).await.unwrap();
    assert_eq!(world.asks(&client), Err(Refusal::FeatureDisabled));
    let shown = world.authority.get_token(&by, number).await.unwrap();
    assert_eq!(shown.state, TokenState::Active);
    assert_eq!(shown.dormant.map(|it| it.as_str()), Some("feature-disabled"));
    let refused = world.token(&by, shown.installation.id, (shown.entity.id, shown.role.id)).await;
    assert_eq!(refused.err(), Some(UseCaseFault::FeatureOff));
    let late = world.authority.edit_account(&by, Some(seen), switch(true)).await;
    assert_eq!(late, Err(UseCaseFault::Changed { what: "account", number: 1 }));
    world.authority.edit_account(&by, None, switch(true)).await.unwrap();
    assert!(world.asks(&client).is_ok());
}

#[tokio::test]
async fn accounts_are_changed_by_administrators_and_listed_by_the_operator() {
    let (world, ..) = one(10).await;
    let (bob, role) = world.person("bob", &[Permission::AccessTokenManagement]).await;
    let rename = || AccountEdit { name: Some("Acme".into()), ..Default::default() };
    let by = world.session(bob, role);
    let refused = world.authority.edit_account(&by, None, rename()).await;
    assert_eq!(refused, Err(UseCaseFault::AdministratorOnly));
    world.authority.edit_account(&world.administrator(), None, rename()).await.unwrap();
    let all = countersign_authority::Slice {
        after: None,
        most: 10,
        order: countersign_authority::Order::OldestFirst,
    };
    let listed = world.authority.list_accounts(&world.operator(), all).await.unwrap();
    assert_eq!(listed.rows.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["Acme"]);
    let own = world.authority.list_accounts(&world.administrator(), all).await.unwrap();
    assert_eq!(own.rows.len(), 1, "the only one is one's own");
}

#[tokio::test]
async fn what_a_change_would_hit_is_told_before_and_nothing_is_changed() {
    let (world, number, client) = one(11).await;
    let by = world.administrator();
    let shown = world.authority.get_token(&by, number).await.unwrap();
    let second = world.token(&by, shown.installation.id, (shown.entity.id, shown.role.id)).await;
    world.authority.edit_token(&by, second.unwrap().number, None, active(false)).await.unwrap();
    world.used(number).await;
    let (entity, role) = (shown.entity.id, shown.role.id);
    for of in [
        Of::Integration(shown.installation.id),
        Of::Entity(entity),
        Of::Role(role),
        Of::Assignment(entity, role),
        Of::Feature,
    ] {
        let told = world.authority.consequences(&by, of).await.unwrap();
        assert_eq!((told.tokens, told.active), (2, 1), "{of:?}");
        assert_eq!(told.first[0].entity.name.as_deref(), Some("ann"));
        assert_eq!(told.first[0].used.map(|used| used.count), Some(1));
    }
    let told = world.authority.consequences(&by, Of::Token(number)).await.unwrap();
    assert_eq!((told.tokens, told.active, told.first.len()), (1, 1, 1));
    assert!(world.asks(&client).is_ok());
}

#[tokio::test]
async fn each_thing_that_makes_a_token_sleep_is_named() {
    let (world, number, client) = one(12).await;
    let by = world.administrator();
    let installation = world.authority.get_token(&by, number).await.unwrap().installation.id;
    let state = |state| {
        let edit = IntegrationEdit { state: Some(state), ..IntegrationEdit::default() };
        world.authority.edit_integration(&by, installation, None, edit)
    };
    state(InstallationState::Blocked).await.unwrap();
    let shown = world.authority.get_token(&by, number).await.unwrap();
    let code = "integration-blocked";
    assert_eq!(shown.dormant.map(|it| it.as_str()), Some(code));
    assert_eq!(world.asks(&client).unwrap_err().code().as_str(), code, "as the verdict says");
    state(InstallationState::Enabled).await.unwrap();
    assert_eq!(world.authority.get_token(&by, number).await.unwrap().dormant, None);
}

#[tokio::test]
async fn limits_are_given_with_a_new_token_as_well() {
    let (world, number, _) = one(13).await;
    let by = world.administrator();
    let shown = world.authority.get_token(&by, number).await.unwrap();
    assert_eq!(shown.limits, TokenLimits::default(), "off by default");
    let limits = TokenLimits { idle_days: Some(3), expires_at: Some(START), addresses: None };
    let new = countersign_authority::NewToken {
        installation: shown.installation.id,
        entity: shown.entity.id,
        role: shown.role.id,
        name: None,
        limits,
    };
    let refused = world.authority.create_token(&by, new).await.err();
    assert_eq!(refused, Some(UseCaseFault::ExpiresInThePast));
}

#[tokio::test]
async fn a_token_that_signs_for_another_one_of_its_entity_passes_on_its_own_bounds() {
    let (world, number, _) = one(13).await;
    let administrator = world.administrator();
    let installation =
        world.authority.get_token(&administrator, number).await.unwrap().installation;
    let installation = installation.id;
    world.authority.set_api_access(&world.operator(), installation, None, true).await.unwrap();
    let (bob, role) = world.person("bob", &[Permission::UserAccessTokens]).await;
    let end = countersign_model::Clock::now(&*world.clock).plus_seconds(60);
    let limits = TokenLimits { expires_at: Some(end), ..TokenLimits::default() };
    let new = countersign_authority::NewOwnToken { installation, name: None, limits };
    let first = world.authority.create_own_token(&world.session(bob, role), new).await.unwrap();
    let signed = countersign_authority::Requester::token(
        world.account,
        bob,
        role,
        first.number,
        [192, 0, 2, 1].into(),
    );
    let unbounded = || countersign_authority::NewOwnToken {
        installation,
        name: None,
        limits: TokenLimits::default(),
    };
    let second = world.authority.create_own_token(&signed, unbounded()).await.unwrap();
    let second = world.authority.get_token(&administrator, second.number).await.unwrap();
    assert_eq!(second.limits.expires_at, Some(end));

    world.clock.advance_seconds(60);
    let late = world.authority.create_own_token(&signed, unbounded()).await.err();
    assert_eq!(late, Some(UseCaseFault::NotLoggedIn), "though the verdict came before");
}

#[tokio::test]
async fn who_signs_with_the_old_pair_still_is_counted_until_they_sign_with_the_new_one() {
    let (world, first, _) = one(14).await;
    let by = world.administrator();
    let shown = world.authority.get_token(&by, first).await.unwrap();
    let (id, of) = (shown.installation.id, (shown.entity.id, shown.role.id));
    let second = world.token(&by, id, of).await.unwrap().number;
    let signing = async || {
        let rotation = world.authority.get_rotation(&by, id).await.unwrap();
        assert_eq!(rotation.tokens, 2);
        let first: Vec<_> = rotation.first.iter().map(|token| token.number).collect();
        assert_eq!(rotation.signing_with_old, first.len() as u64);
        (rotation.until.is_some(), first)
    };
    world.used(first).await;
    assert_eq!(signing().await, (false, vec![]));
    let overlap = Overlap::seconds(3600).unwrap();
    world.authority.rotate_credentials(&by, id, None, overlap).await.unwrap();
    world.clock.advance_seconds(1);
    let with_old = Retiring { pair: true, ..Retiring::default() };
    world.used_with(first, with_old).await;
    world.used_with(second, with_old).await;
    assert_eq!(signing().await, (true, vec![first, second]));
    world.clock.advance_seconds(1);
    world.used(first).await;
    assert_eq!(signing().await, (true, vec![second]));
    let used = world.authority.get_token(&by, first).await.unwrap().used.unwrap();
    assert_eq!(used.retiring_pair.unwrap().at, START.plus_seconds(1));
    world.clock.advance_seconds(3600);
    assert_eq!(signing().await, (false, vec![second]));
}
