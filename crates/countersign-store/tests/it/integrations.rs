//! Integration records: the fields, who may change which, rotation, deletion, installation.

use countersign_authority::{
    CreatedIntegration, IntegrationEdit, IntegrationFilter, NamedRows, NewIntegration, NewToken,
    Order, Patch, Requester, Slice, Store, UseCaseFault,
};
use countersign_model::{
    AccountNumber, ApplicationId, AuthenticationSettings, CallbackUrl, Clock, ConcurrencyLimit,
    EntityId, InstallationId, InstallationState, Integration, IntegrationId, InvalidCallbackUrl,
    Level, Overlap, Pair, Permission, Role, RoleId, TokenNumber, TokenState, Version,
};
use countersign_verify::{ConsumerFact, Fact, SecretOpener};

use crate::fixtures::{account, event};
use crate::use_cases::World;

const ALL: Slice = Slice { after: None, most: 50, order: Order::OldestFirst };
const FIRST: EntityId = EntityId(1);

fn administrator(world: &World) -> Requester {
    Requester::operator_as(world.account, 1000, FIRST, Role::ADMINISTRATOR)
}

/// Somebody with the Integration Application permission and no other.
async fn configurer(world: &World, level: Level) -> Requester {
    let new = countersign_authority::NewRole {
        name: format!("Integrations {}", level.as_str()),
        permissions: [(Permission::IntegrationApplication, level)].into(),
        two_factor_required: false,
        web_services_only: false,
    };
    let role = world.authority.create_role(&world.requester(), new).await.unwrap();
    let email = format!("{}@example.com", level.as_str());
    let entity = world.entity(&email).await.unwrap();
    world.authority.assign_role(&world.requester(), entity, role).await.unwrap();
    Requester::operator_as(world.account, 1000, entity, role)
}

/// Another account, with integration 1 installed in it; its operator, and the number there.
async fn installed_elsewhere(world: &World) -> (Requester, InstallationId) {
    let mut tx = world.record.begin().await.unwrap();
    tx.add_account(&account(2)).await.unwrap();
    tx.commit(&event()).await.unwrap();
    let elsewhere = Requester { account: AccountNumber(2), ..world.requester() };
    let own = world.authority.get_integration(&world.requester(), InstallationId(1)).await.unwrap();
    let application = own.integration.application_id.unwrap();
    let id = world.authority.install_integration(&elsewhere, &application).await.unwrap();
    (elsewhere, id)
}

fn consumer(world: &World) -> ConsumerFact {
    let learned = world.learned.0.lock().unwrap();
    let of_consumers = learned.iter().rev().find_map(|fact| match fact {
        Fact::Consumer(fact) => Some(fact.clone()),
        _ => None,
    });
    of_consumers.unwrap()
}

async fn version(world: &World, id: InstallationId) -> Version {
    let view = world.authority.get_integration(&world.requester(), id).await.unwrap();
    view.integration.installation.version
}

#[tokio::test]
async fn a_new_record_has_its_fields_and_the_defaults_of_the_form() {
    let world = World::found().await;
    let by = administrator(&world);
    let plain = NewIntegration::named("Plain");
    let id = world.authority.create_integration(&by, plain).await.unwrap().installation;
    let view = world.authority.get_integration(&by, id).await.unwrap();
    let record = view.integration;
    assert_eq!(record.installation.name, "Plain");
    assert_eq!(record.installation.state, InstallationState::Enabled);
    assert_eq!(record.installation.last_state_change.unwrap().to_string(), "2027-01-15");
    assert_eq!(record.authentication, AuthenticationSettings::default());
    assert!(record.authentication.token_based && !record.installation.api_access);
    assert!(record.description.is_none() && record.installation.note.is_none());
    assert_eq!(view.created_by, Some((FIRST, "Administrator".to_owned())));
    assert_eq!(record.application_id.unwrap().to_string().len(), 36);

    let full = NewIntegration {
        description: " Reads orders ".into(),
        note: "ask Ann\nfirst".into(),
        state: InstallationState::Blocked,
        concurrency_limit: ConcurrencyLimit::new(7).ok(),
        authentication: AuthenticationSettings {
            callback_url: CallbackUrl::parse("http://localhost:*").ok(),
            ..Default::default()
        },
        ..NewIntegration::named("Full")
    };
    let id = world.authority.create_integration(&by, full).await.unwrap().installation;
    let record = world.authority.get_integration(&by, id).await.unwrap().integration;
    assert_eq!(record.description.as_deref(), Some("Reads orders"));
    assert_eq!(record.installation.note.as_deref(), Some("ask Ann\nfirst"));
    assert_eq!(record.installation.state, InstallationState::Blocked);
    assert_eq!(record.installation.concurrency_limit.map(ConcurrencyLimit::get), Some(7));
    assert_eq!(record.authentication.callback_url.unwrap().as_str(), "http://localhost:*");
    let Fact::Installation(fact) = world.last_fact() else { panic!() };
    assert_eq!(fact.concurrency_limit.map(ConcurrencyLimit::get), Some(7));
}

#[tokio::test]
async fn what_a_new_record_may_not_have_is_named() {
    let world = World::found().await;
    let try_new = async |new| {
        let created = world.authority.create_integration(&world.requester(), new).await;
        created.map(|created| created.installation).unwrap_err()
    };
    let plain = || NewIntegration::named("Plain");
    let waiting = InstallationState::WaitingForApproval;
    for (new, code, field) in [
        (NewIntegration::named(" "), "invalid-name", "name"),
        (NewIntegration { state: waiting, ..plain() }, "state-not-chosen", "state"),
        (NewIntegration { note: "a\0".into(), ..plain() }, "invalid-text", "note"),
        (
            NewIntegration { description: "a".repeat(1001), ..plain() },
            "invalid-text",
            "description",
        ),
    ] {
        let fault = try_new(new).await;
        assert_eq!((fault.code(), fault.field()), (code, Some(field)), "{fault}");
    }
}

#[tokio::test]
async fn integration_application_at_full_configures_and_at_view_looks() {
    let world = World::found().await;
    let full = configurer(&world, Level::Full).await;
    let id = world.authority.create_integration(&full, NewIntegration::named("A")).await;
    let id = id.unwrap().installation;
    let viewer = configurer(&world, Level::View).await;
    assert!(world.authority.get_integration(&viewer, id).await.is_ok());
    let rename = || IntegrationEdit { name: Some("B".into()), ..Default::default() };
    let missing = UseCaseFault::PermissionMissing {
        permission: Permission::IntegrationApplication,
        level: Level::Full,
    };
    let edit = world.authority.edit_integration(&viewer, id, None, rename()).await;
    assert_eq!(edit, Err(missing.clone()));
    let delete = world.authority.delete_integration(&viewer, id, None).await;
    assert_eq!(delete, Err(missing));
    let reset = world.authority.reset_credentials(&full, id, None).await.err();
    assert_eq!(reset, Some(UseCaseFault::AdministratorOnly));
    let overlap = Overlap::seconds(60).unwrap();
    let rotate = world.authority.rotate_credentials(&full, id, None, overlap).await.err();
    assert_eq!(rotate, Some(UseCaseFault::AdministratorOnly));
    let access = world.authority.set_api_access(&full, id, None, true).await;
    assert_eq!(access, Err(UseCaseFault::AdministratorOnly));
    assert!(world.authority.edit_integration(&full, id, None, rename()).await.is_ok());
    assert!(world.authority.delete_integration(&full, id, None).await.is_ok());
}

#[tokio::test]
async fn an_edit_saves_what_differs_and_its_event_has_old_and_new() {
    let world = World::found().await;
    let id = world.integration().await;
    let by = world.requester();
    let edit = || IntegrationEdit {
        name: Some("Orders 2".into()),
        description: Patch::Set("New".into()),
        issue_token_endpoint: Some(true),
        callback_url: Patch::Set("https://*.example.com/cb".into()),
        state: Some(InstallationState::Blocked),
        note: Patch::Set("mind".into()),
        concurrency_limit: Patch::Set(3),
        ..Default::default()
    };
    let first = world.authority.edit_integration(&by, id, Some(Version::FIRST), edit()).await;
    assert_eq!(first, Ok(Version(2)));
    let record = world.authority.get_integration(&by, id).await.unwrap().integration;
    assert_eq!(record.installation.name, "Orders 2");
    assert!(record.authentication.issue_token_endpoint);
    assert_eq!(record.installation.state, InstallationState::Blocked);
    let same = world.authority.edit_integration(&by, id, Some(Version(2)), edit()).await;
    assert_eq!(same, Ok(Version(2)), "an edit that changes nothing writes nothing");
    let now = world.authority.get_integration(&by, id).await.unwrap().integration;
    assert_eq!(now.installation.version, Version(2));
    let stale = world.authority.edit_integration(&by, id, Some(Version::FIRST), edit()).await;
    assert_eq!(stale, Err(UseCaseFault::Changed { what: "integration", number: id.0 }));

    let clear = IntegrationEdit {
        description: Patch::Clear,
        callback_url: Patch::Clear,
        note: Patch::Clear,
        concurrency_limit: Patch::Clear,
        ..Default::default()
    };
    world.authority.edit_integration(&by, id, None, clear).await.unwrap();
    let record = world.authority.get_integration(&by, id).await.unwrap().integration;
    assert!(record.description.is_none() && record.authentication.callback_url.is_none());
    assert!(record.installation.note.is_none());
    assert!(record.installation.concurrency_limit.is_none());
}

#[tokio::test]
async fn clearing_token_based_authentication_loses_the_callback_url_and_blocking_keeps_it() {
    let world = World::found().await;
    let id = world.integration().await;
    let by = world.requester();
    let edit = async |edit| world.authority.edit_integration(&by, id, None, edit).await.unwrap();
    let callback_url = Patch::Set("https://example.com/cb".to_owned());
    edit(IntegrationEdit { callback_url, ..Default::default() }).await;
    let state = Some(InstallationState::Blocked);
    edit(IntegrationEdit { state, ..Default::default() }).await;
    let settings = async || {
        let view = world.authority.get_integration(&by, id).await.unwrap();
        view.integration.authentication
    };
    assert!(settings().await.callback_url.is_some());
    edit(IntegrationEdit { token_based: Some(false), ..Default::default() }).await;
    let cleared = settings().await;
    assert!(!cleared.authorization_flow && cleared.callback_url.is_none());
    assert!(!consumer(&world).token_based);
}

#[tokio::test]
async fn a_field_that_breaks_a_rule_is_named_with_the_rule() {
    let world = World::found().await;
    let id = world.integration().await;
    let by = world.requester();
    let refused =
        async |edit| world.authority.edit_integration(&by, id, None, edit).await.unwrap_err();
    let callback_url = Patch::Set("https://*.co.uk/cb".to_owned());
    let fault = refused(IntegrationEdit { callback_url, ..Default::default() }).await;
    assert_eq!(fault, UseCaseFault::CallbackUrl(InvalidCallbackUrl::PublicSuffix));
    assert_eq!(fault.field(), Some("callback_url"));
    let concurrency_limit = Patch::Set(0);
    let fault = refused(IntegrationEdit { concurrency_limit, ..Default::default() }).await;
    assert_eq!(fault.code(), "invalid-concurrency-limit");
    let waiting = InstallationState::WaitingForApproval;
    let fault = refused(IntegrationEdit { state: Some(waiting), ..Default::default() }).await;
    assert_eq!(fault, UseCaseFault::StateNotChosen);
}

#[tokio::test]
async fn an_account_where_it_is_installed_edits_its_own_fields_only() {
    let world = World::found().await;
    let own = world.integration().await;
    let (elsewhere, there) = installed_elsewhere(&world).await;
    let authority = &world.authority;
    let not_ours = UseCaseFault::NotItsOwner(there.0);
    for edit in [
        IntegrationEdit { name: Some("X".into()), ..Default::default() },
        IntegrationEdit { description: Patch::Clear, ..Default::default() },
        IntegrationEdit { token_based: Some(true), ..Default::default() },
        IntegrationEdit { callback_url: Patch::Clear, ..Default::default() },
    ] {
        let edited = authority.edit_integration(&elsewhere, there, None, edit).await;
        assert_eq!(edited, Err(not_ours.clone()));
    }
    let delete = authority.delete_integration(&elsewhere, there, None).await;
    assert_eq!(delete, Err(not_ours.clone()));
    let rotate = authority.end_rotation(&elsewhere, there, None).await;
    assert_eq!(rotate, Err(not_ours.clone()));
    let list = authority.list_installations(&elsewhere, there, ALL).await;
    assert_eq!(list, Err(not_ours));
    let note = IntegrationEdit { note: Patch::Set("ours".into()), ..Default::default() };
    authority.edit_integration(&elsewhere, there, None, note).await.unwrap();

    let rename = IntegrationEdit {
        name: Some("New name".into()),
        description: Patch::Set("pushed".into()),
        ..Default::default()
    };
    authority.edit_integration(&world.requester(), own, None, rename).await.unwrap();
    let record = authority.get_integration(&elsewhere, there).await.unwrap().integration;
    assert_eq!(record.application_id, None, "for its owner only");
    assert_eq!(record.installation.name, "Orders", "a rename is not pushed");
    assert_eq!(record.description.as_deref(), Some("pushed"));
    assert_eq!(record.installation.note.as_deref(), Some("ours"));
    let record = authority.get_integration(&world.requester(), own).await.unwrap().integration;
    assert_eq!((record.installation.note, record.installation.name.as_str()), (None, "New name"));
}

#[tokio::test]
async fn an_application_is_installed_once_and_by_its_id() {
    let world = World::found().await;
    let own = world.integration().await;
    let (elsewhere, there) = installed_elsewhere(&world).await;
    let view = world.authority.get_integration(&world.requester(), own).await.unwrap();
    let application = view.integration.application_id.unwrap();
    let again = world.authority.install_integration(&elsewhere, &application).await;
    assert_eq!(again, Err(UseCaseFault::InstalledAlready(there.0)));
    let unknown = ApplicationId::from_bytes([9; 16]);
    let unknown = world.authority.install_integration(&elsewhere, &unknown).await;
    assert_eq!(unknown, Err(UseCaseFault::NoSuchApplication));
    let list = world.authority.list_installations(&world.requester(), own, ALL).await.unwrap();
    let accounts: Vec<_> = list.rows.iter().map(|row| row.account).collect();
    assert_eq!(accounts, [world.account, AccountNumber(2)]);
}

#[tokio::test]
async fn blocked_records_are_listed_when_asked_for() {
    let world = World::found().await;
    let id = world.integration().await;
    let by = configurer(&world, Level::View).await;
    let listed = async |show_blocked| {
        let filter = IntegrationFilter { show_blocked, ..Default::default() };
        world.authority.list_integrations(&by, &filter, ALL).await.unwrap().rows.len()
    };
    assert_eq!(listed(false).await, 1);
    let state = Some(InstallationState::Blocked);
    let block = IntegrationEdit { state, ..Default::default() };
    world.authority.edit_integration(&world.requester(), id, None, block).await.unwrap();
    assert_eq!((listed(false).await, listed(true).await), (0, 1));
}

#[tokio::test]
async fn a_token_uses_the_api_only_where_an_administrator_lets_its_integration() {
    let world = World::found().await;
    let id = world.integration().await;
    let configurer = configurer(&world, Level::Full).await;
    let countersign_model::Actor::Entity { entity, by } = configurer.actor else { panic!() };
    let role = by.role().unwrap();
    let token = add_token(&world, id, entity, role).await;
    let origin = std::net::IpAddr::from([192, 0, 2, 1]);
    let by = Requester::token(world.account, entity, role, token, origin);
    let look = async || world.authority.get_integration(&by, id).await.map(|_| ());
    assert_eq!(look().await, Err(UseCaseFault::ApiAccessOff(id.0)));
    assert!(
        UseCaseFault::ApiAccessOff(1).to_string().contains("an Administrator can switch it on")
    );
    let admin = administrator(&world);
    let set = async |on| world.authority.set_api_access(&admin, id, None, on).await.unwrap();
    set(true).await;
    assert_eq!(look().await, Ok(()));
    set(false).await;
    assert_eq!(look().await, Err(UseCaseFault::ApiAccessOff(id.0)));
    set(true).await;
    world.authority.revoke_token(&world.requester(), token, None).await.unwrap();
    assert_eq!(look().await, Err(UseCaseFault::NotLoggedIn), "the token is no more");
}

/// A token as the store has it, for a role that no rule of new tokens lets have one.
async fn add_token(
    world: &World,
    installation: InstallationId,
    entity: EntityId,
    role: RoleId,
) -> TokenNumber {
    let mut tx = world.record.begin().await.unwrap();
    let token = countersign_model::AccessToken {
        account: world.account,
        installation,
        entity,
        role,
        ..crate::fixtures::token(500)
    };
    tx.add_token(&token).await.unwrap();
    tx.commit(&event()).await.unwrap();
    token.number
}

#[tokio::test]
async fn deleting_revokes_all_tokens_in_the_same_moment_and_keeps_them_visible() {
    let world = World::found().await;
    let new = world.ready().await;
    let id = new.installation;
    let token = world.token(new).await.unwrap();
    let by = world.requester();
    let stale = world.authority.delete_integration(&by, id, Some(Version(9))).await;
    assert_eq!(stale, Err(UseCaseFault::Changed { what: "integration", number: id.0 }));
    assert_eq!(world.authority.delete_integration(&by, id, None).await, Ok(1));
    let Fact::IntegrationGone { integration } = world.last_fact() else { panic!() };
    assert_eq!(integration, IntegrationId(1));
    let mut look = world.record.look().await.unwrap();
    let token = look.token(world.account, token).await.unwrap().unwrap();
    assert!(matches!(token.state, TokenState::Revoked(_)));
    drop(look);
    let gone = UseCaseFault::NoSuch { what: "integration", number: id.0 };
    assert_eq!(world.authority.get_integration(&by, id).await.err(), Some(gone.clone()));
    assert_eq!(world.authority.delete_integration(&by, id, None).await, Err(gone.clone()));
    let refused = NewToken {
        installation: id,
        entity: token.entity,
        role: token.role,
        name: None,
        limits: Default::default(),
    };
    assert_eq!(world.token(refused).await, Err(gone));
}

async fn rotate(world: &World, id: InstallationId, seconds: i64) -> CreatedIntegration {
    let overlap = Overlap::seconds(seconds).unwrap();
    let by = administrator(world);
    world.authority.rotate_credentials(&by, id, None, overlap).await.unwrap()
}

#[tokio::test]
async fn a_rotation_makes_a_new_pair_beside_the_old_one() {
    let world = World::found().await;
    let id = world.integration().await;
    let old = consumer(&world);
    let new = rotate(&world, id, 3600).await;
    let fact = consumer(&world);
    assert_eq!((fact.consumer_key, fact.secret_version), (new.consumer_key, 2));
    let retiring = fact.retiring.unwrap();
    assert_eq!((retiring.consumer_key, retiring.version), (old.consumer_key, 1));
    assert_eq!(retiring.until.seconds(), 1_800_003_600);
    let open = |binding| world.vault.open(&retiring.secret, &binding);
    let was = world.vault.open(&old.secret, &Integration::binding(IntegrationId(1), 1)).unwrap();
    let now = open(Integration::retiring_binding(IntegrationId(1), 1)).unwrap();
    assert_eq!(*was, *now);
    assert!(open(Integration::binding(IntegrationId(1), 1)).is_none(), "not moved back");
    assert!(open(Integration::previous_binding(IntegrationId(1), 1)).is_none());
    let view = world.authority.get_integration(&world.requester(), id).await.unwrap();
    assert_eq!(view.integration.retiring_until, Some(retiring.until));
    assert_eq!(view.integration.installation.version, Version(2));

    let overlap = Overlap::seconds(60).unwrap();
    let by = administrator(&world);
    let again = world.authority.rotate_credentials(&by, id, None, overlap).await.err();
    assert_eq!(again, Some(UseCaseFault::OverlapUnderWay(retiring.until)));
}

#[tokio::test]
async fn the_end_of_a_rotation_keeps_the_old_secret_as_evidence() {
    for by_schedule in [false, true] {
        let world = World::found().await;
        let new = world.ready().await;
        let id = new.installation;
        let token = world.token(new).await.unwrap();
        rotate(&world, id, 60).await;
        if by_schedule {
            assert_eq!(world.authority.end_due_rotations().await, Ok(0));
            world.clock.advance_seconds(60);
            assert_eq!(world.authority.end_due_rotations().await, Ok(1));
            assert_eq!(world.authority.end_due_rotations().await, Ok(0));
        } else {
            world.authority.end_rotation(&administrator(&world), id, None).await.unwrap();
        }
        assert!(consumer(&world).retiring.is_none());
        let named = NamedRows { token: Some((world.account, token)), ..NamedRows::default() };
        let evidence = world.record.evidence(named, world.clock.now()).await.unwrap();
        let (sealed, binding) = evidence.previous.unwrap();
        assert_eq!(binding, Integration::previous_binding(IntegrationId(1), 1));
        assert!(world.vault.open(&sealed, &binding).is_some());
        let again = world.authority.end_rotation(&administrator(&world), id, None).await;
        assert_eq!(again, Err(UseCaseFault::NoRotation(id.0)));
        assert_eq!(version(&world, id).await, Version(3));
        // And there can be another one.
        rotate(&world, id, 60).await;
    }
}

#[tokio::test]
async fn a_rotation_that_is_over_and_not_yet_ended_gives_way_to_the_next() {
    let world = World::found().await;
    let id = world.integration().await;
    rotate(&world, id, 60).await;
    world.clock.advance_seconds(60);
    let second = rotate(&world, id, 60).await;
    let fact = consumer(&world);
    assert_eq!((fact.consumer_key, fact.secret_version), (second.consumer_key, 3));
    assert_eq!(fact.retiring.unwrap().version, 2);
}

#[tokio::test]
async fn a_reset_during_a_rotation_kills_both_pairs() {
    let world = World::found().await;
    let id = world.integration().await;
    rotate(&world, id, 3600).await;
    let by = administrator(&world);
    let stale = world.authority.reset_credentials(&by, id, Some(Version::FIRST)).await.err();
    assert_eq!(stale, Some(UseCaseFault::Changed { what: "integration", number: id.0 }));
    let reset = world.authority.reset_credentials(&by, id, None).await.unwrap();
    let fact = consumer(&world);
    assert_eq!((fact.consumer_key, fact.secret_version), (reset.consumer_key, 3));
    assert!(fact.retiring.is_none());
    let mut look = world.record.look().await.unwrap();
    assert_eq!(look.retiring_pair(IntegrationId(1)).await, Ok(None));
    assert_eq!(NamedRows::default().pair, Pair::Current);
}
