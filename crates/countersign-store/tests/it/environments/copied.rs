//! What a refresh copies, and what it takes away.

use std::collections::BTreeSet;

use countersign_authority::{
    AccountEdit, EventFilter, Founding, IntegrationEdit, IntegrationFilter, NewEntity,
    NewIntegration, Of, Order, Password, Patch, RoleFilter, Slice, Store,
};
use countersign_model::{Actor, Email, EntityKind, EnvironmentKind, InstallationState, Role};
use zeroize::Zeroizing;

use super::*;
use crate::tokens::world::ADMINISTRATOR;

const ALL: Slice = Slice { after: None, most: 100, order: Order::OldestFirst };

#[tokio::test]
async fn entities_roles_and_integrations_are_production_s_under_the_same_numbers() {
    let pair = Pair::new(1).await;
    let it = &pair.world;
    // Only there: gone after the refresh.
    let only = |name: &str| NewEntity {
        kind: EntityKind::Vendor,
        name: name.into(),
        email: Email::parse(&format!("{name}@example.com")).unwrap(),
        password: None,
    };
    let zoe = it.authority.create_entity(&pair.there(), only("zoe")).await.unwrap();
    let own = it.authority.create_integration(&pair.there(), NewIntegration::named("Only")).await;
    let own = own.unwrap();
    // Only in production until then.
    let (bob, auditor) = it.person("bob", LOG_IN).await;
    let (second, _) = it.integration("Invoices").await;
    let hidden: BTreeSet<_> = [auditor].into();
    let hide =
        countersign_authority::EntityChanges { hidden_roles: Some(hidden), ..Default::default() };
    it.authority.edit_entity(&it.operator(), bob, None, hide).await.unwrap();
    let policy = countersign_model::TokenPolicy {
        max_age_days: Some(90),
        warn_from: Some(crate::tokens::world::START),
        ..Default::default()
    };
    let edit = AccountEdit { policy: Some(policy), ..AccountEdit::default() };
    it.authority.edit_account(&it.operator(), None, edit).await.unwrap();

    let refreshed = pair.refresh().await;
    assert_eq!(refreshed.account.policy, policy);
    assert_eq!(refreshed.copied.deleted.len(), 1);
    let mut look = it.record.look().await.unwrap();
    let (here, there) = (it.account, pair.sandbox);
    for number in [ADMINISTRATOR, pair.ann.0, bob] {
        let mut copy = look.entity(there, number).await.unwrap().unwrap();
        let original = look.entity(here, number).await.unwrap().unwrap();
        (copy.account, copy.version) = (here, original.version);
        assert_eq!(format!("{copy:?}"), format!("{original:?}"));
        let roles = look.assignments(there, number).await.unwrap();
        assert_eq!(roles, look.assignments(here, number).await.unwrap());
    }
    assert!(look.assignments(there, bob).await.unwrap()[0].hidden);
    assert_eq!(zoe, bob, "the number is somebody else's since");
    let zoe = look.entity_by_email(there, &Email::parse("zoe@example.com").unwrap()).await;
    assert!(zoe.unwrap().is_none());
    let roles = look.roles(here, &RoleFilter::default(), ALL).await.unwrap().rows;
    let copies = look.roles(there, &RoleFilter::default(), ALL).await.unwrap().rows;
    let shown = |rows: &[(Role, u64)]| -> Vec<_> {
        rows.iter()
            .map(|(role, n)| (role.id, role.name.clone(), role.permissions.to_text(), *n))
            .collect()
    };
    assert_eq!(shown(&copies), shown(&roles));
    let filter = IntegrationFilter { show_blocked: true, ..IntegrationFilter::default() };
    let names = look.installed_integrations(there, &filter, ALL).await.unwrap().rows;
    let names: Vec<_> =
        names.into_iter().map(|it| (it.installation.id, it.installation.name)).collect();
    assert_eq!(names, [(pair.integration, "Orders".into()), (second, "Invoices".into())]);
    // The definition that the sandbox owned is gone, with its key.
    let key = own.consumer_key.to_string();
    let client = Client {
        consumer: (key, own.consumer_secret.reveal().to_string()),
        token: ("0".repeat(64), "0".repeat(64)),
    };
    assert_eq!(pair.asks_there(&client), Err(Refusal::ConsumerKeyUnknown));
}

#[tokio::test]
async fn people_log_in_to_the_copy_with_production_s_password_and_their_sessions_there_end() {
    let pair = Pair::new(2).await;
    let it = &pair.world;
    let hashes = async |account| {
        let mut look = it.record.look().await.unwrap();
        look.password(account, pair.ann.0).await.unwrap().map(|hash| hash.as_str().to_owned())
    };
    let link = it.authority.make_password_link(&it.operator(), pair.ann.0).await.unwrap();
    let password = Password::parse(Zeroizing::new("correct horse battery".into())).unwrap();
    it.authority.set_password_by_link(&link.secret, password).await.unwrap();
    let stale = it.authority.make_password_link(&pair.there(), pair.ann.0).await.unwrap();
    assert_eq!(hashes(pair.sandbox).await, None);
    pair.refresh().await;
    assert!(hashes(pair.sandbox).await.is_some());
    assert_eq!(hashes(pair.sandbox).await, hashes(it.account).await);
    assert_eq!(refused(it.authority.look_at_link(&stale.secret).await), "link-spent");
    for table in [
        "SELECT count(*) FROM session WHERE account = 2",
        "SELECT count(*) FROM link WHERE account = 2",
        "SELECT count(*) FROM recovery_code WHERE account = 2",
    ] {
        assert_eq!(pair.count(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn state_and_note_are_copied_of_own_records_and_begin_anew_for_others() {
    let pair = Pair::new(3).await;
    let it = &pair.world;
    let founding = Founding {
        id: id("7654321"),
        admin_email: Email::parse("x@example.com").unwrap(),
        password: None,
        data_key: None,
    };
    let (other, ..) = it.authority.found_account(Actor::LocalUser(7), founding).await.unwrap();
    let other = Requester::operator(other.number, 7);
    let made = it.authority.create_integration(&other, NewIntegration::named("Foreign")).await;
    let shown = it.authority.get_integration(&other, made.unwrap().installation).await.unwrap();
    let application = shown.integration.application_id.unwrap();
    let foreign = it.authority.install_integration(&it.operator(), &application).await.unwrap();
    for number in [pair.integration, foreign] {
        let edit = IntegrationEdit {
            state: Some(InstallationState::Blocked),
            note: Patch::Set("watch it".into()),
            ..IntegrationEdit::default()
        };
        it.authority.edit_integration(&it.operator(), number, None, edit).await.unwrap();
    }
    pair.refresh().await;
    let there = async |number| {
        it.authority.get_integration(&pair.there(), number).await.unwrap().integration.installation
    };
    let (own, foreign) = (there(pair.integration).await, there(foreign).await);
    assert_eq!((own.state, own.note.as_deref()), (InstallationState::Blocked, Some("watch it")));
    assert_eq!((foreign.state, foreign.note), (InstallationState::Enabled, None));
}

#[tokio::test]
async fn a_definition_of_the_sandbox_that_production_uses_stays_and_its_tokens_work_on() {
    let pair = Pair::new(4).await;
    let it = &pair.world;
    let made = it.authority.create_integration(&pair.there(), NewIntegration::named("Ours")).await;
    let made = made.unwrap();
    let consumer = (made.consumer_key.to_string(), made.consumer_secret.reveal().to_string());
    let shown = it.authority.get_integration(&pair.there(), made.installation).await.unwrap();
    let application = shown.integration.application_id.unwrap();
    let here = it.authority.install_integration(&it.operator(), &application).await.unwrap();
    let token = it.token(&it.operator(), here, pair.ann).await.unwrap();
    let client = Client::new(&consumer, &token);
    assert!(it.asks(&client).is_ok());
    assert_eq!(pair.refresh().await.copied.deleted, []);
    assert!(it.asks(&client).is_ok());
    it.reload().await;
    assert!(it.asks(&client).is_ok());
    let filter = IntegrationFilter { owned: Some(true), ..IntegrationFilter::default() };
    let owned = it.authority.list_integrations(&pair.there(), &filter, ALL).await.unwrap();
    assert_eq!(owned.rows.len(), 1);
}

#[tokio::test]
async fn both_trails_tell_of_a_refresh_with_one_event_each() {
    let pair = Pair::new(5).await;
    let it = &pair.world;
    pair.token_there().await;
    pair.refresh().await;
    let newest = async |by: &Requester| {
        let events = it.authority.list_events(by, &EventFilter::default(), None, 2).await.unwrap();
        let event = &events.rows[0];
        (event.number.0, event.act.to_string())
    };
    let (here, told_here) = newest(&it.operator()).await;
    let (there, told_there) = newest(&pair.there()).await;
    assert_eq!(here, there + 1, "two events of one change");
    assert!(told_here.contains(r#""act":"environment-refreshed""#), "{told_here}");
    assert!(told_here.contains("1234567_SB1"), "{told_here}");
    assert!(told_there.contains(r#""act":"copied-from-production""#), "{told_there}");
    assert!(told_there.contains(r#""tokens":1"#), "{told_there}");
}

#[tokio::test]
async fn ids_follow_production_s_and_what_is_no_environment_is_refused() {
    let pair = Pair::new(6).await;
    let it = &pair.world;
    let by = it.administrator();
    let make = async |kind: Option<EnvironmentKind>, text: Option<&str>| {
        let new = NewEnvironment { kind, id: text.map(id) };
        it.authority.create_environment(&by, new).await.map(|made| made.account.id.to_string())
    };
    assert_eq!(make(None, None).await.unwrap(), "1234567_SB2");
    let preview = Some(EnvironmentKind::ReleasePreview);
    assert_eq!(make(preview, None).await.unwrap(), "1234567_RP");
    assert_eq!(make(None, Some("1234567_SB5")).await.unwrap(), "1234567_SB5");
    assert_eq!(refused(make(None, Some("1234567_SB1")).await), "taken");
    for other in ["7654321_SB1", "1234567_TEST", "1234567"] {
        assert_eq!(refused(make(None, Some(other)).await), "invalid-environment-id", "{other}");
    }
    assert_eq!(refused(make(preview, Some("1234567_SB7")).await), "invalid-environment-id");
    let listed = it.authority.list_environments(&by, ALL).await.unwrap().rows;
    let listed: Vec<_> = listed.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(listed, ["1234567_SB1", "1234567_SB2", "1234567_RP", "1234567_SB5"]);
    let alone = Founding {
        id: id("1234567_SB9"),
        admin_email: Email::parse("x@example.com").unwrap(),
        password: None,
        data_key: None,
    };
    let alone = it.authority.found_account(Actor::LocalUser(7), alone).await.map(|_| ());
    assert_eq!(refused(alone), "invalid-environment-id");
    let refreshed = it.authority.refresh_environment(&by, &id("1234567"), None).await;
    assert_eq!(refused(refreshed), "no-such-account");
}

#[tokio::test]
async fn what_was_seen_before_a_refresh_is_not_edited_after_it() {
    let pair = Pair::new(7).await;
    let it = &pair.world;
    let environment = it.authority.get_environment(&it.administrator(), &sandbox_id()).await;
    let seen = environment.unwrap().version;
    let entity = it.authority.get_entity(&pair.there(), pair.ann.0).await.unwrap().entity.version;
    let role = it.authority.get_role(&pair.there(), pair.ann.1).await.unwrap().role.version;
    pair.refresh().await;
    let (by, id, there) = (it.administrator(), sandbox_id(), pair.there());
    let late = it.authority.refresh_environment(&by, &id, Some(seen)).await;
    assert_eq!(refused(late), "changed-meanwhile");
    let late = it.authority.delete_entity(&pair.there(), pair.ann.0, Some(entity)).await;
    assert_eq!(refused(late), "changed-meanwhile");
    let late = it.authority.edit_role(&there, pair.ann.1, Some(role), Default::default()).await;
    assert_eq!(refused(late), "changed-meanwhile");
}

#[tokio::test]
async fn whom_a_refresh_would_hit_is_told_before_it() {
    let pair = Pair::new(8).await;
    let it = &pair.world;
    let (token, client) = pair.token_there().await;
    it.token(&it.operator(), pair.integration, pair.ann).await.unwrap();
    let of = Of::Refresh(pair.sandbox);
    let told = it.authority.consequences(&it.administrator(), of).await.unwrap();
    assert_eq!((told.tokens, told.active, told.first.len()), (1, 1, 1));
    assert_eq!(told.first[0].number, token.number);
    assert_eq!(told.first[0].entity.name.as_deref(), Some("ann"));
    assert!(pair.asks_there(&client).is_ok());
    let elsewhere = it.authority.consequences(&it.administrator(), Of::Refresh(it.account)).await;
    assert_eq!(refused(elsewhere), "not-found");
}
