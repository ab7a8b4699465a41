//! The account by host, by realm, and where the two do not go together.

use allocation_counter::measure;
use countersign_model::{AccountId, AccountNumber, TokenNumber};
use countersign_signing::{Request, Scratch, SignOptions};
use countersign_testkit::World;
use countersign_verify::{
    AccountFact, Fact, HostNames, InstallationFact, Principal, PublicError, Refusal, Refused,
    SignedRequest, Tolerance, judge,
};

const DOMAIN: &str = "example.com";

/// The account of the token and a sandbox of the same company, in which its integration is too.
fn world() -> World {
    let world = World::new().by_host(DOMAIN);
    world.directory.learn(Fact::Account(AccountFact {
        number: AccountNumber(2),
        id: AccountId::parse("1234567_SB1").unwrap(),
        token_based_authentication: true,
    }));
    world.directory.learn(Fact::Installation(InstallationFact {
        account: AccountNumber(2),
        ..world.installation()
    }));
    world
}

/// What becomes of a request that was signed for `authority` as it is.
fn asked(world: &World, authority: &str, realm: Option<&str>) -> Result<Principal, Refused> {
    let request = Request { authority, ..world.request() };
    let options = SignOptions { realm, ..SignOptions::new(World::NOW.seconds(), "nonce-1") };
    world.judge(&request, &world.sign_with(&request, &options))
}

fn refusal(world: &World, authority: &str, realm: Option<&str>) -> Refusal {
    let refused = asked(world, authority, realm).unwrap_err();
    // Whatever it is, the caller and the official detail say no more than this.
    assert_eq!(refused.refusal.public(), PublicError::InvalidLogin, "{authority} {realm:?}");
    assert_eq!(refused.refusal.detail().as_str(), "token_rejected", "{authority} {realm:?}");
    refused.refusal
}

#[test]
fn the_host_names_the_account_in_any_case_and_with_any_port() {
    let world = world();
    for host in [
        "1234567.example.com",
        "1234567.app.example.com",
        "1234567.restlets.api.example.com",
        "1234567.SuiteTalk.API.Example.Com:8443",
        "1234567.app.example.com.",
    ] {
        for realm in [None, Some("1234567")] {
            let principal = asked(&world, host, realm).unwrap();
            assert_eq!(principal.account_id.as_str(), "1234567", "{host} {realm:?}");
        }
    }
}

#[test]
fn the_sandbox_is_found_under_its_own_label() {
    let world = world();
    let refused = asked(&world, "1234567-sb1.restlets.api.example.com", None).unwrap_err();
    assert_eq!(refused.named.account.unwrap().1.as_str(), "1234567_SB1");
    assert_eq!(refused.refusal, Refusal::WrongEnvironment, "the token is of production");
}

#[test]
fn what_is_signed_is_the_host_as_it_was_received() {
    let world = world();
    let sent = Request { authority: "1234567.app.example.com", ..world.request() };
    for signed in ["1234567.restlets.api.example.com", "1234567.app.example.com:8443"] {
        let header = world.sign(&Request { authority: signed, ..sent }, "nonce-1");
        assert_eq!(world.judge(&sent, &header).unwrap_err().refusal, Refusal::BadSignature);
    }
}

#[test]
fn a_host_and_a_realm_that_mean_two_accounts_are_refused_whoever_there_is() {
    let world = world();
    for (host, realm) in [
        ("1234567-sb1.example.com", "1234567"),
        ("1234567.example.com", "1234567_SB1"),
        ("7654321.example.com", "1234567"),
        ("1234567.example.com", "7654321"),
        ("7654321.example.com", "7654322"),
        ("a-b-c.example.com", "1234567"),
        ("1234567_sb1.example.com", "1234567_SB1"),
    ] {
        let why = refusal(&world, host, Some(realm));
        assert_eq!(why, Refusal::HostOfOtherAccount, "{host} {realm}");
        let refused = asked(&world, host, Some(realm)).unwrap_err();
        assert_eq!(refused.named.account, None, "{host} {realm}");
        assert_eq!(refused.named.token, Some((AccountNumber(1), TokenNumber(1))));
    }
    assert_eq!(Refusal::HostOfOtherAccount.code().as_str(), "host-of-other-account");
}

#[test]
fn a_realm_in_another_form_is_no_better_for_the_right_host() {
    let world = world();
    for realm in ["1234567-sb1", "1234567_sb1"] {
        let why = refusal(&world, "1234567-sb1.app.example.com", Some(realm));
        assert_eq!(why, Refusal::AccountForm, "{realm}");
    }
}

#[test]
fn a_host_of_no_account_is_refused_with_and_without_its_realm() {
    let world = world();
    for (host, realm, expected) in [
        ("7654321.example.com", None, Refusal::WrongAccount),
        ("7654321.example.com", Some("7654321"), Refusal::WrongAccount),
        ("1234567-sb2.example.com", None, Refusal::WrongEnvironment),
        ("1234567-sb2.example.com", Some("1234567_SB2"), Refusal::WrongEnvironment),
        ("a-b-c.example.com", None, Refusal::WrongAccount),
    ] {
        assert_eq!(refusal(&world, host, realm), expected, "{host} {realm:?}");
    }
    let alone = World::new().by_host(DOMAIN);
    assert_eq!(refusal(&alone, "7654321.example.com", None), Refusal::WrongAccount);
}

#[test]
fn hosts_that_name_no_account_leave_it_to_the_realm() {
    let world = world();
    for host in ["system.example.com", "rest.example.com", "example.com", "elsewhere.test", "[::1]"]
    {
        assert!(asked(&world, host, Some("1234567")).is_ok(), "{host}");
        assert_eq!(refusal(&world, host, None), Refusal::RealmMissing, "{host}");
    }
    let alone = World::new().by_host(DOMAIN);
    assert!(asked(&alone, "system.example.com", None).is_ok());
}

#[test]
fn without_a_domain_no_host_names_an_account() {
    let world = World::new();
    assert!(asked(&world, "7654321.example.com", Some("1234567")).is_ok());
    assert_eq!(world.directory.host_names("1234567.example.com"), HostNames::Nothing);
}

#[test]
fn the_directory_says_which_hosts_it_knows_and_repeats_what_any_says() {
    let world = world();
    for (host, names, id) in [
        ("1234567-sb1.app.example.com:1", HostNames::Account, Some("1234567_SB1")),
        ("7654321.example.com", HostNames::NoAccount, Some("7654321")),
        ("a-b-c.example.com", HostNames::NoAccount, None),
        ("system.example.com", HostNames::Nothing, None),
    ] {
        assert_eq!(world.directory.host_names(host), names, "{host}");
        let said = world.directory.id_of_host(host);
        assert_eq!(said.as_ref().map(AccountId::as_str), id, "{host}");
    }
}

#[test]
fn judging_by_host_allocates_nothing_once_warm() {
    let world = world();
    let request = Request { authority: "1234567.restlets.api.example.com:8443", ..world.request() };
    for realm in [None, Some("1234567")] {
        let options = SignOptions { realm, ..SignOptions::new(World::NOW.seconds(), "nonce-1") };
        let header = world.sign_with(&request, &options);
        let signed = SignedRequest { request, authorization: Some(header.as_bytes()) };
        let mut scratch = Scratch::default();
        let mut judged = || {
            let tolerance = Tolerance::DEFAULT;
            judge(&signed, World::SOURCE, &world.directory, World::NOW, tolerance, &mut scratch)
                .is_ok()
        };
        assert!(judged());
        let counted = measure(|| assert!(judged()));
        assert_eq!(counted.count_total, 0, "{realm:?}");
    }
}

/// The order of faults: what is wrong with host or realm comes where the token is looked at.
#[test]
fn an_unknown_consumer_key_comes_before_a_host_of_another_account() {
    let world = world();
    let request = Request { authority: "7654321.example.com", ..world.request() };
    let header = world.sign(&request, "nonce-1");
    let header = header.replace(&world.consumer_key.to_string(), &"0".repeat(64));
    let refused = world.judge(&request, &header).unwrap_err();
    assert_eq!(refused.refusal, Refusal::ConsumerKeyUnknown);
}
