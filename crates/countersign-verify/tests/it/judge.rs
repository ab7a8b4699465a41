//! The verdict, cause by cause, and the order in which the first of several is reported.

use countersign_model::{
    AccountId, AccountNumber, InstallationState, Login, Revoked, Timestamp, TokenState,
};
use countersign_signing::{Request, SignOptions};
use countersign_testkit::World;
use countersign_verify::{AccountFact, Fact, LoginFact, PublicError, Refusal, Refused, SignedAt};

/// A world in which one thing is different, and what a good request to it comes to.
fn refusal(change: impl FnOnce(&World)) -> Refusal {
    let world = World::new();
    change(&world);
    let request = world.request();
    let header = world.sign(&request, "nonce-1");
    world.judge(&request, &header).unwrap_err().refusal
}

/// What a request comes to whose header was changed after signing.
fn tampered(change: impl FnOnce(String) -> String) -> Refusal {
    let world = World::new();
    let request = world.request();
    let header = change(world.sign(&request, "nonce-1"));
    world.judge(&request, &header).unwrap_err().refusal
}

fn check(refusal: Refusal, code: &str, detail: &str, public: PublicError) {
    assert_eq!(
        (refusal.code().as_str(), refusal.detail().as_str(), refusal.public()),
        (code, detail, public)
    );
}

#[test]
fn a_good_request_is_proven_and_says_who_acts() {
    let world = World::new();
    let request = world.request();
    let principal = world.judge(&request, &world.sign(&request, "nonce-1")).unwrap();
    assert_eq!(principal.account_id.as_str(), World::ACCOUNT);
    assert_eq!((principal.entity.0, principal.role.0, principal.token.0), (1, 1000, 1));
}

#[test]
fn form_parameters_are_part_of_what_is_proven() {
    let world = World::new();
    let request = Request { method: "POST", form: Some(b"a=1&b=x+y"), ..world.request() };
    let header = world.sign(&request, "nonce-1");
    assert!(world.judge(&request, &header).is_ok());
    let changed = Request { form: Some(b"a=2&b=x+y"), ..request };
    assert_eq!(world.judge(&changed, &header).unwrap_err().refusal, Refusal::BadSignature);
}

#[test]
fn each_part_of_the_request_is_part_of_what_is_proven() {
    let world = World::new();
    let request = world.request();
    let header = world.sign(&request, "nonce-1");
    let changed = [
        Request { method: "POST", ..request },
        Request { authority: "127.0.0.1:8081", ..request },
        Request { scheme: countersign_signing::Scheme::Https, ..request },
        Request { target: "/services/rest/record/v1/customer?q=a%20b&limit=11", ..request },
        Request { target: "/services/rest/record/v1/Customer?q=a%20b&limit=10", ..request },
        Request { target: "/services/rest/record/v1/customer/?q=a%20b&limit=10", ..request },
    ];
    for changed in changed {
        let refused = world.judge(&changed, &header).unwrap_err();
        assert_eq!(refused.refusal, Refusal::BadSignature, "{changed:?}");
    }
}

#[test]
fn what_the_record_says_refuses_with_the_official_detail() {
    use PublicError::InvalidLogin;
    let installation = |state| {
        move |w: &World| {
            w.directory.learn(Fact::Installation(countersign_verify::InstallationFact {
                state,
                ..w.installation()
            }));
        }
    };
    let login = |login| {
        move |w: &World| {
            w.directory.learn(Fact::Login(LoginFact { login, ..w.login() }));
        }
    };
    let token = |state| {
        move |w: &World| {
            w.directory.learn(Fact::Token(countersign_verify::TokenFact { state, ..w.token() }));
        }
    };
    let feature_off = |w: &World| {
        let account = AccountFact { token_based_authentication: false, ..w.account() };
        w.directory.learn(Fact::Account(account));
    };
    let box_off = |w: &World| {
        let consumer = countersign_verify::ConsumerFact { token_based: false, ..w.consumer() };
        w.directory.learn(Fact::Consumer(consumer));
    };
    let other_integration = |w: &World| {
        let installation = countersign_model::InstallationId(2);
        w.directory.learn(Fact::Token(countersign_verify::TokenFact { installation, ..w.token() }));
    };
    let revoked = TokenState::Revoked(Revoked { at: Timestamp::from_seconds(1) });

    let c = |refusal, code, detail| check(refusal, code, detail, InvalidLogin);
    c(refusal(feature_off), "feature-disabled", "FeatureDisabled");
    c(refusal(box_off), "tba-not-enabled", "consumer_key_refused");
    let blocked = refusal(installation(InstallationState::Blocked));
    c(blocked, "integration-blocked", "consumer_key_refused");
    let waiting = refusal(installation(InstallationState::WaitingForApproval));
    c(waiting, "integration-awaits-approval", "consumer_key_refused");
    c(refusal(other_integration), "token-of-other-integration", "token_rejected");
    c(refusal(token(TokenState::Inactive)), "token-inactive", "token_rejected");
    c(refusal(token(revoked)), "token-revoked", "token_rejected");
    c(refusal(login(Login::RoleRemoved)), "role-removed", "permission_denied");
    c(refusal(login(Login::RoleHidden)), "role-hidden", "permission_denied");
    c(refusal(login(Login::RoleInactive)), "role-inactive", "permission_denied");
    c(refusal(login(Login::EntityInactive)), "entity-inactive", "permission_denied");
    c(refusal(login(Login::PermissionMissing)), "permission-missing", "permission_denied");
}

#[test]
fn a_role_for_web_services_calls_them_and_no_restlet() {
    let world = World::new();
    let login = Login::WebServicesOnly;
    world.directory.learn(Fact::Login(LoginFact { login, ..world.login() }));
    let asks = |target: &'static str| {
        let request = Request { target, ..world.request() };
        let header = world.sign(&request, "nonce-of-it");
        world.judge(&request, &header).map(drop).map_err(|refused| refused.refusal)
    };
    for web_service in ["/services/rest/record/v1/customer", "/services/NetSuitePort_1", "/x"] {
        assert_eq!(asks(web_service), Ok(()), "{web_service}");
    }
    let restlet = "/app/site/hosting/restlet.nl?script=1&deploy=1";
    assert_eq!(asks(restlet), Err(Refusal::WebServicesOnly));
    assert_eq!(Refusal::WebServicesOnly.public(), PublicError::InvalidLogin);
    assert_eq!(Refusal::WebServicesOnly.detail().as_str(), "permission_denied");
}

#[test]
fn what_the_header_says_refuses_with_the_official_detail() {
    use PublicError::{InvalidLogin, InvalidRequest};
    let world = World::new();
    let key = world.consumer_key.to_string();
    let token = world.token_id.to_string();
    let swap = |from: String, to: &str| {
        let to = to.to_owned();
        tampered(move |header| header.replace(&from, &to))
    };

    let unknown = "0".repeat(64);
    check(swap(key, &unknown), "consumer-key-unknown", "consumer_key_unknown", InvalidLogin);
    check(swap(token, &unknown), "token-unknown", "token_rejected", InvalidLogin);
    let c = |from: &str, to: &str, code, detail, public| {
        check(swap(from.to_owned(), to), code, detail, public);
    };
    c("HMAC-SHA256", "HMAC-SHA1", "signature-method-sha1", "UnknownAlgorithm", InvalidRequest);
    c(
        "HMAC-SHA256",
        "PLAINTEXT",
        "signature-method-unsupported",
        "UnknownAlgorithm",
        InvalidRequest,
    );
    c("\"1.0\"", "\"2.0\"", "version-rejected", "VersionRejected", InvalidRequest);
    c(
        "\"1800000000\"",
        "\"1800000000000\"",
        "timestamp-milliseconds",
        "InvalidTimestamp",
        InvalidRequest,
    );
    c("\"1800000000\"", "\"now\"", "timestamp-malformed", "InvalidTimestamp", InvalidRequest);
    c("\"1800000000\"", "\"1799999699\"", "clock-skew", "InvalidTimestamp", InvalidLogin);
    c("nonce-1", "short", "nonce-too-short", "nonce_rejected", InvalidLogin);
    c(
        "oauth_nonce",
        "oauth_once",
        "parameter-missing",
        "MissingTokenPassportRequiredFields",
        InvalidRequest,
    );
    c("\"1234567\"", "\"7654321\"", "wrong-account", "token_rejected", InvalidLogin);
    c("nonce-1", "nonce-2", "unexplained", "InvalidSignature", InvalidLogin);
    let none = tampered(|_| "Basic abc".to_owned());
    check(none, "parameter-missing", "MissingTokenPassportRequiredFields", InvalidLogin);
    let twice = tampered(|header| format!("{header}, oauth_nonce=\"abcdefg\""));
    check(twice, "parameter-repeated", "parameter_rejected", InvalidRequest);
}

#[test]
fn what_is_refused_before_the_verdict_has_a_code_a_detail_and_a_public_error() {
    use PublicError::{BadHead, CrossSite, FormTooLarge, HostNotServed, InvalidLogin, Unavailable};
    check(Refusal::Head("So."), "head-rejected", "parameter_rejected", BadHead("So."));
    check(Refusal::CrossSite, "cross-site-request", "cross-site-request", CrossSite);
    check(Refusal::HostNotServed, "host-not-served", "host-not-served", HostNotServed);
    let announced = Refusal::FormAnnouncedTooLarge;
    check(announced, "form-too-large", "parameter_rejected", FormTooLarge);
    check(Refusal::FormTooLarge, "form-too-large", "parameter_rejected", InvalidLogin);
    check(Refusal::FormMalformed, "form-malformed", "parameter_rejected", InvalidLogin);
    check(Refusal::FormTooSlow, "form-too-slow", "form-too-slow", InvalidLogin);
    check(Refusal::FormCutOff, "form-cut-off", "form-cut-off", InvalidLogin);
    check(Refusal::FormNoRoom, "form-memory-full", "form-memory-full", Unavailable);
}

#[test]
fn a_realm_in_the_form_of_a_host_name_is_recognised_as_such() {
    let world = World::new();
    let id = AccountId::parse("1234567_SB1").unwrap();
    world.directory.learn(Fact::Account(AccountFact { id, ..world.account() }));
    let request = world.request();
    let options = SignOptions {
        realm: Some("1234567-sb1"),
        ..SignOptions::new(World::NOW.seconds(), "nonce-1")
    };
    let refused = world.judge(&request, &world.sign_with(&request, &options)).unwrap_err();
    assert_eq!(refused.refusal, Refusal::AccountForm);
}

#[test]
fn without_a_realm_the_only_account_is_meant_and_with_two_none_is() {
    let world = World::new();
    let request = world.request();
    let options = SignOptions::new(World::NOW.seconds(), "nonce-1");
    let header = world.sign_with(&request, &options);
    assert!(world.judge(&request, &header).is_ok());
    world.directory.learn(Fact::Account(AccountFact {
        number: AccountNumber(2),
        id: AccountId::parse("7654321").unwrap(),
        token_based_authentication: true,
    }));
    assert_eq!(world.judge(&request, &header).unwrap_err().refusal, Refusal::RealmMissing);
}

/// Another environment of the company, with the same integration in it.
fn add_sandbox(world: &World) {
    let sandbox = AccountNumber(2);
    world.directory.learn(Fact::Account(AccountFact {
        number: sandbox,
        id: AccountId::parse("1234567_SB1").unwrap(),
        token_based_authentication: true,
    }));
    world.directory.learn(Fact::Installation(countersign_verify::InstallationFact {
        account: sandbox,
        ..world.installation()
    }));
}

fn refused_at(world: &World, realm: &str) -> Refused {
    let request = world.request();
    let options =
        SignOptions { realm: Some(realm), ..SignOptions::new(World::NOW.seconds(), "nonce-1") };
    world.judge(&request, &world.sign_with(&request, &options)).unwrap_err()
}

#[test]
fn credentials_of_another_environment_are_told_from_those_of_another_account() {
    let world = World::new();
    for (realm, code) in [
        ("1234567_SB1", "wrong-environment"),
        ("1234567-sb1", "wrong-environment"),
        ("7654321", "wrong-account"),
        ("7654321_SB1", "wrong-account"),
        ("12345678_SB1", "wrong-account"),
        ("no account", "wrong-account"),
    ] {
        // No account of this deployment has that id.
        let refused = refused_at(&world, realm);
        check(refused.refusal, code, "token_rejected", PublicError::InvalidLogin);
        assert!(refused.named.account.is_none() && refused.named.token.is_some(), "{realm}");
    }
    add_sandbox(&world);
    let refused = refused_at(&world, "1234567_SB1");
    check(refused.refusal, "wrong-environment", "token_rejected", PublicError::InvalidLogin);
    // Its owner is where the token belongs.
    assert_eq!(refused.named.token, Some((AccountNumber(1), world.token().number)));
    check(
        refused_at(&world, "1234567-sb1").refusal,
        "account-form",
        "token_rejected",
        PublicError::InvalidLogin,
    );
}

#[test]
fn a_strangers_token_has_no_environment() {
    let world = World::new();
    add_sandbox(&world);
    let request = world.request();
    let header = world.sign(&request, "nonce-1").replace(&world.token_id.to_string(), "x");
    for realm in ["1234567_SB1", "1234567_RP"] {
        let header = header.replace("\"1234567\"", &format!("\"{realm}\""));
        let code = world.judge(&request, &header).unwrap_err().refusal.code().as_str();
        assert!(matches!(code, "token-unknown" | "wrong-account"), "{realm}: {code}");
    }
}

/// A good header with these in place of consumer key and token ID.
fn refused_with_ids(world: &World, consumer_key: &str, token: &str) -> Refused {
    let request = world.request();
    let header = world.sign(&request, "nonce-1");
    let header = header.replace(&world.consumer_key.to_string(), "CONSUMER");
    let header = header.replace(&world.token_id.to_string(), token);
    world.judge(&request, &header.replace("CONSUMER", consumer_key)).unwrap_err()
}

#[test]
fn exchanged_ids_are_told_from_unknown_ones_and_charged_to_whom_they_mean() {
    let world = World::new();
    let (key, token) = (world.consumer_key.to_string(), world.token_id.to_string());
    let unknown = "0".repeat(64);
    let owner = Some((AccountNumber(1), world.token().number));
    let integration = Some(world.consumer().integration);
    for (consumer_key, as_token, token_meant, integration_meant) in [
        (&token, &key, owner, integration),
        (&token, &unknown, owner, None),
        (&token, &token, owner, None),
        (&unknown, &key, None, integration),
    ] {
        let refused = refused_with_ids(&world, consumer_key, as_token);
        assert_eq!(refused.refusal, Refusal::IdsSwapped);
        let c = PublicError::InvalidLogin;
        check(refused.refusal, "ids-swapped", "consumer_key_unknown", c);
        assert_eq!(
            (refused.named.token, refused.named.integration),
            (token_meant, integration_meant)
        );
        assert!(refused.named.is_somebody());
    }
    let twice = refused_with_ids(&world, &key, &key).refusal;
    assert_eq!(twice, Refusal::TokenUnknown, "the consumer key stands where it belongs");
    let nobody = refused_with_ids(&world, &unknown, &unknown);
    assert_eq!(nobody.refusal, Refusal::ConsumerKeyUnknown);
    assert!(!nobody.named.is_somebody());
}

#[test]
fn a_timestamp_is_proven_by_a_right_signature_only() {
    let world = World::new();
    let request = world.request();
    let judged = |timestamp: i64, nonce: &str, target: &str| {
        let options =
            SignOptions { realm: Some(World::ACCOUNT), ..SignOptions::new(timestamp, nonce) };
        let header = world.sign_with(&request, &options);
        let refused = world.judge(&Request { target, ..request }, &header).unwrap_err();
        (refused.refusal.code().as_str(), refused.signed_at)
    };
    let late = World::NOW.seconds() - 999;
    let now = World::NOW.seconds();
    let (proven, claimed) = (Some(SignedAt::Proven(late)), Some(SignedAt::Claimed(late)));
    assert_eq!(judged(late, "nonce-1", request.target), ("clock-skew", proven));
    assert_eq!(judged(late, "nonce-1", "/x"), ("clock-skew", claimed));
    assert_eq!(judged(late, "short", request.target), ("clock-skew", claimed));
    assert_eq!(judged(now, "nonce-1", "/x"), ("unexplained", Some(SignedAt::Claimed(now))));
    let unreadable = world.sign(&request, "nonce-1").replace("1800000000", "now");
    assert_eq!(world.judge(&request, &unreadable).unwrap_err().signed_at, None);
}

#[test]
fn of_several_faults_the_first_in_the_documented_order_is_reported() {
    // Everything is wrong; each step repairs the first fault, and the next one shows.
    let world = World::new();
    let facts = |learn: Fact| world.directory.learn(learn);
    facts(Fact::Account(AccountFact { token_based_authentication: false, ..world.account() }));
    facts(Fact::Installation(countersign_verify::InstallationFact {
        state: InstallationState::Blocked,
        ..world.installation()
    }));
    facts(Fact::Consumer(countersign_verify::ConsumerFact {
        token_based: false,
        ..world.consumer()
    }));
    facts(Fact::Login(LoginFact { login: Login::RoleRemoved, ..world.login() }));
    facts(Fact::Token(countersign_verify::TokenFact {
        state: TokenState::Inactive,
        ..world.token()
    }));
    let request = world.request();
    let judged = |timestamp: i64, nonce: &str, target: &str| {
        let options =
            SignOptions { realm: Some(World::ACCOUNT), ..SignOptions::new(timestamp, nonce) };
        let header = world.sign_with(&request, &options);
        let asked = Request { target, ..request };
        world.judge(&asked, &header).map_err(|refused| refused.refusal.code().as_str())
    };
    let now = World::NOW.seconds();

    assert_eq!(judged(now - 999, "short", "/x"), Err("feature-disabled"));
    facts(Fact::Account(world.account()));
    assert_eq!(judged(now - 999, "short", "/x"), Err("integration-blocked"));
    facts(Fact::Installation(world.installation()));
    assert_eq!(judged(now - 999, "short", "/x"), Err("tba-not-enabled"));
    facts(Fact::Consumer(world.consumer()));
    assert_eq!(judged(now - 999, "short", "/x"), Err("clock-skew"));
    assert_eq!(judged(now, "short", "/x"), Err("nonce-too-short"));
    assert_eq!(judged(now, "nonce-1", "/x"), Err("token-inactive"));
    facts(Fact::Token(world.token()));
    assert_eq!(judged(now, "nonce-1", "/x"), Err("unexplained"));
    assert_eq!(judged(now, "nonce-1", request.target), Err("role-removed"));
    facts(Fact::Login(world.login()));
    assert!(judged(now, "nonce-1", request.target).is_ok());
}

#[test]
fn unknown_key_unknown_token_and_bad_signature_have_the_same_public_answer() {
    let world = World::new();
    let unknown = "0".repeat(64);
    let key = tampered(|h| h.replace(&world.consumer_key.to_string(), &unknown));
    let token = tampered(|h| h.replace(&world.token_id.to_string(), &unknown));
    let signature = tampered(|h| h.replace("nonce-1", "nonce-2"));
    assert_eq!(key.public(), token.public());
    assert_eq!(token.public(), signature.public());
}
