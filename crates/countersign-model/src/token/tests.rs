use super::*;

const DAY: i64 = 24 * 60 * 60;

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

fn stamp(second: i64) -> Stamp {
    Stamp { at: at(second), by: Actor::LocalUser(7) }
}

fn sealed(byte: u8) -> Sealed {
    Sealed { data_key: 1, nonce: [byte; 12], ciphertext: [byte; 32], tag: [byte; 16] }
}

fn token(state: TokenState) -> AccessToken {
    AccessToken {
        account: AccountNumber(1),
        number: TokenNumber(2),
        token_id: TokenId::from_bytes([0; 32]),
        token_secret: sealed(0),
        secret_version: 1,
        retiring: None,
        name: "t".into(),
        installation: InstallationId(1),
        entity: EntityId(1),
        role: RoleId(1000),
        state,
        limits: TokenLimits::default(),
        lapsed: None,
        history: TokenHistory::begins(stamp(1)),
        version: Version::FIRST,
    }
}

#[test]
fn a_revoked_token_cannot_be_revoked_again_and_keeps_its_first_moment() {
    let revoked = token(TokenState::Inactive).revoke(stamp(5)).unwrap();
    assert_eq!(revoked.state, TokenState::Revoked(Revoked { at: at(5) }));
    assert_eq!((revoked.history.changed, revoked.version), (stamp(5), Version(2)));
    assert!(revoked.revoke(stamp(9)).is_none());
}

#[test]
fn a_revoked_token_is_changed_in_no_way() {
    let revoked = || token(TokenState::Active).revoke(stamp(5)).unwrap();
    let wake = TokenEdit { active: Some(true), ..TokenEdit::default() };
    assert!(revoked().edit(wake, stamp(6)).is_none());
    assert!(revoked().rotate(sealed(1), None, stamp(6)).is_none());
    assert!(revoked().lapse(Breach::Idle, stamp(6)).is_none());
}

#[test]
fn an_edit_changes_what_it_names_and_counts_once() {
    let edit = TokenEdit {
        name: Some("other".into()),
        active: Some(false),
        expires_at: Some(Some(at(50))),
        idle_days: None,
        addresses: Some(Addresses::parse("192.0.2.0/24").ok()),
    };
    let edited = token(TokenState::Active).edit(edit.clone(), stamp(5)).unwrap();
    assert_eq!((edited.name.as_str(), edited.state), ("other", TokenState::Inactive));
    assert_eq!((edited.ends_at(), edited.version), (Some(at(50)), Version(2)));
    assert_eq!(edited.history.created, stamp(1));
    let again = edited.edit(edit, stamp(6)).unwrap();
    assert_eq!((again.version, again.history.changed), (Version(2), stamp(5)));
    let without = TokenEdit { expires_at: Some(None), ..TokenEdit::default() };
    assert_eq!(again.edit(without, stamp(7)).unwrap().ends_at(), None);
}

#[test]
fn a_token_that_has_run_out_is_woken_by_setting_it_active_and_by_nothing_else() {
    let lapsed = || token(TokenState::Active).lapse(Breach::Idle, stamp(5)).unwrap();
    assert_eq!(lapsed().ends_at(), Some(at(5)));
    assert!(lapsed().lapse(Breach::Age, stamp(6)).is_none());
    let renamed = TokenEdit { name: Some("x".into()), ..TokenEdit::default() };
    assert_eq!(lapsed().edit(renamed, stamp(6)).unwrap().ends_at(), Some(at(5)));
    let wake = TokenEdit { active: Some(true), ..TokenEdit::default() };
    let woken = lapsed().edit(wake, stamp(8)).unwrap();
    assert_eq!((woken.lapsed, woken.version), (None, Version(3)));
    assert_eq!((woken.history.awake_since, woken.history.secret_since), (at(8), at(1)));
}

#[test]
fn the_secret_before_works_until_its_time_and_a_second_rotation_gives_it_up() {
    let rotated = token(TokenState::Active).rotate(sealed(1), Some(at(90)), stamp(5)).unwrap();
    let retiring = RetiringSecret { secret: sealed(0), version: 1, until: at(90) };
    assert_eq!(rotated.retiring, Some(retiring));
    assert_eq!((rotated.token_secret, rotated.secret_version), (sealed(1), 2));
    let again = rotated.clone().rotate(sealed(2), Some(at(95)), stamp(6)).unwrap();
    assert_eq!(again.retiring.map(|retiring| retiring.version), Some(2));
    let ended = rotated.end_rotation(stamp(7)).unwrap();
    assert_eq!((ended.retiring, ended.secret_version, ended.version), (None, 2, Version(3)));
    assert!(ended.clone().end_rotation(stamp(8)).is_none());
    assert_eq!(ended.rotate(sealed(3), None, stamp(9)).unwrap().retiring, None);
}

#[test]
fn a_new_secret_makes_a_token_young_but_does_not_wake_it() {
    let of = |why| token(TokenState::Active).lapse(why, stamp(5)).unwrap();
    let rotated = |why| of(why).rotate(sealed(1), None, stamp(6)).unwrap();
    assert_eq!(rotated(Breach::Age).lapsed, None);
    assert_eq!(rotated(Breach::Age).history.secret_since, at(6));
    assert!(rotated(Breach::Idle).lapsed.is_some());
}

#[test]
fn a_policy_names_what_is_too_old_and_what_has_rested_for_too_long() {
    let policy =
        TokenPolicy { max_age_days: Some(10), max_idle_days: Some(3), ..TokenPolicy::default() };
    let now = |days: i64, seconds: i64| at(1 + days * DAY + seconds);
    let breach = |used, now| policy.breach(&token(TokenState::Active), used, now);
    assert_eq!(breach(None, now(3, 0)), None);
    assert_eq!(breach(None, now(3, 1)), Some(Breach::Idle));
    assert_eq!(breach(Some(now(2, 0)), now(5, 0)), None);
    assert_eq!(breach(Some(now(2, 0)), now(5, 1)), Some(Breach::Idle));
    assert_eq!(breach(Some(now(10, 0)), now(10, 0)), None);
    assert_eq!(breach(Some(now(10, 0)), now(10, 1)), Some(Breach::Age));
    // By its own rule; the policy asks for itself.
    let lapsed = token(TokenState::Active).lapse(Breach::Idle, stamp(2)).unwrap();
    assert_eq!(policy.breach(&lapsed, None, now(0, 5)), None);
}

#[test]
fn a_policy_does_more_from_date_to_date() {
    let policy = TokenPolicy {
        max_age_days: Some(10),
        warn_from: Some(at(10)),
        block_from: Some(at(20)),
        revoke_from: Some(at(30)),
        ..TokenPolicy::default()
    };
    assert_eq!(policy.checked(), Ok(policy));
    let steps = [9, 10, 20, 29, 30].map(|second| policy.step(at(second)));
    let [warn, block] = [Some(PolicyStep::Warn), Some(PolicyStep::Block)];
    assert_eq!(steps, [None, warn, block, block, Some(PolicyStep::Revoke)]);
}

#[test]
fn a_policy_has_days_and_dates_in_their_order_or_nothing() {
    let off = TokenPolicy::default();
    assert_eq!(off.checked(), Ok(off));
    let days = TokenPolicy { max_idle_days: Some(3), ..off };
    assert_eq!(days.checked(), Err(InvalidPolicy::Half));
    let dates = TokenPolicy { warn_from: Some(at(1)), ..off };
    assert_eq!(dates.checked(), Err(InvalidPolicy::Half));
    let zero = TokenPolicy { max_age_days: Some(0), ..dates };
    assert_eq!(zero.checked(), Err(InvalidPolicy::Days));
    let early =
        TokenPolicy { revoke_from: Some(at(0)), ..TokenPolicy { warn_from: Some(at(1)), ..days } };
    assert_eq!(early.checked(), Err(InvalidPolicy::Order));
}

#[test]
fn tokens_with_the_same_number_in_two_accounts_have_different_bindings() {
    let of = |account| AccessToken::binding(AccountNumber(account), TokenNumber(7), 1);
    assert_ne!(of(1), of(2));
}
