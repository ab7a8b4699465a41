//! The refresh assistant: former tokens, and the links behind which they are replaced.

use std::sync::Arc;

use countersign_authority::{
    FormerTokenView, IntegrationEdit, Order, PickupLink, Replacement, Slice,
};
use countersign_model::{Role, TokenLimits, TokenNumber};
use countersign_store::Record;

use super::*;
use crate::tokens::world::{ADMINISTRATOR, START};

const ALL: Slice = Slice { after: None, most: 100, order: Order::OldestFirst };
const DAY: i64 = 24 * 60 * 60;

impl Pair {
    async fn former(&self) -> Vec<FormerTokenView> {
        self.world.authority.list_former_tokens(&self.there(), ALL).await.unwrap().rows
    }

    async fn replace(&self) -> Vec<Replacement> {
        self.world.authority.replace_former_tokens(&self.there(), None).await.unwrap()
    }

    /// A link for a token that ann had before a refresh.
    async fn link(&self) -> PickupLink {
        self.token_there().await;
        self.refresh().await;
        let [replacement] = self.replace().await.try_into().ok().unwrap();
        replacement.link.unwrap()
    }

    fn ann_there(&self) -> Requester {
        self.acts_there(self.ann.0, self.ann.1)
    }
}

#[tokio::test]
async fn former_tokens_are_told_and_replaced_in_one_go() {
    let pair = Pair::new(1).await;
    let it = &pair.world;
    let (used, _) = pair.token_there().await;
    let (revoked, _) = pair.token_there().await;
    it.authority.revoke_token(&pair.there(), revoked.number, None).await.unwrap();
    pair.refresh().await;
    let [former] = pair.former().await.try_into().unwrap();
    assert_eq!(former.token.number, used.number);
    assert_eq!(former.token.name, "Orders - ann, ann's role");
    assert_eq!(former.token.integration_name, "Orders");
    assert_eq!((former.token.entity, former.token.role), pair.ann);
    assert_eq!((former.waits_until, former.token.ended_at), (None, START));

    let [replacement] = pair.replace().await.try_into().ok().unwrap();
    let link = replacement.link.unwrap();
    assert!(link.secret.starts_with("pickup_"));
    assert_eq!(link.expires, START.plus_seconds(DAY));
    assert_eq!(pair.former().await[0].waits_until, Some(link.expires));
    assert!(pair.replace().await.is_empty(), "a link waits for it");
    assert_eq!(pair.count("SELECT count(*) FROM access_token WHERE account = 2").await, 0);

    let seen = it.authority.look_at_pickup(&pair.ann_there(), &link.secret).await.unwrap();
    assert_eq!(seen.number, used.number);
    let made = it.authority.take_up(&pair.ann_there(), &link.secret).await.unwrap();
    assert_eq!(made.name, "Orders - ann, ann's role");
    assert!(pair.asks_there(&Client::new(&pair.consumer, &made)).is_ok());
    assert!(pair.former().await.is_empty());
}

#[tokio::test]
async fn looking_at_a_link_does_not_use_it_up_and_taking_it_up_does() {
    let pair = Pair::new(2).await;
    let it = &pair.world;
    let link = pair.link().await;
    let ann = pair.ann_there();
    for _ in 0..5 {
        assert!(it.authority.look_at_pickup(&ann, &link.secret).await.is_ok());
    }
    assert!(it.authority.take_up(&ann, &link.secret).await.is_ok());
    assert_eq!(refused(it.authority.take_up(&ann, &link.secret).await), "link-spent");
    assert_eq!(refused(it.authority.look_at_pickup(&ann, &link.secret).await), "link-spent");
    assert_eq!(pair.count("SELECT count(*) FROM access_token WHERE account = 2").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_take_a_link_up_at_once_one_is_given_the_token() {
    let pair = Arc::new(Pair::new(3).await);
    let link = pair.link().await;
    let secret = Arc::new(link.secret);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (pair, secret) = (pair.clone(), secret.clone());
        all.spawn(
            async move { pair.world.authority.take_up(&pair.ann_there(), &secret).await.is_ok() },
        );
    }
    let given = all.join_all().await.into_iter().filter(|given| *given).count();
    assert_eq!(given, 1);
    assert_eq!(pair.count("SELECT count(*) FROM access_token WHERE account = 2").await, 1);
}

#[tokio::test]
async fn a_link_is_for_its_addressee_alone() {
    let pair = Pair::new(4).await;
    let it = &pair.world;
    let bob = it.person("bob", &[Permission::AccessTokenManagement]).await;
    let link = pair.link().await;
    let others = [
        pair.acts_there(bob.0, bob.1),
        pair.acts_there(ADMINISTRATOR, Role::ADMINISTRATOR),
        pair.there(),
        // The same number, in production.
        it.session(pair.ann.0, pair.ann.1),
    ];
    for other in others {
        let code = "link-spent";
        assert_eq!(refused(it.authority.look_at_pickup(&other, &link.secret).await), code);
        assert_eq!(refused(it.authority.take_up(&other, &link.secret).await), code);
    }
    // Who says to be ann in a role that she does not have is not logged in.
    let pretended = pair.acts_there(pair.ann.0, bob.1);
    assert_eq!(refused(it.authority.take_up(&pretended, &link.secret).await), "not-logged-in");
    assert!(it.authority.take_up(&pair.ann_there(), &link.secret).await.is_ok());
}

#[tokio::test]
async fn a_link_works_for_24_hours_and_makes_nothing_after() {
    let pair = Pair::new(5).await;
    let it = &pair.world;
    let link = pair.link().await;
    it.clock.advance_seconds(DAY - 1);
    assert!(it.authority.look_at_pickup(&pair.ann_there(), &link.secret).await.is_ok());
    it.clock.advance_seconds(1);
    assert_eq!(refused(it.authority.take_up(&pair.ann_there(), &link.secret).await), "link-spent");
    assert_eq!(pair.count("SELECT count(*) FROM access_token WHERE account = 2").await, 0);
    // It can be made anew, and the old one stays dead.
    let [again] = pair.replace().await.try_into().ok().unwrap();
    assert_eq!(refused(it.authority.take_up(&pair.ann_there(), &link.secret).await), "link-spent");
    let again = again.link.unwrap();
    assert!(it.authority.take_up(&pair.ann_there(), &again.secret).await.is_ok());
}

#[tokio::test]
async fn a_link_is_ended_by_an_administrator_a_newer_link_or_a_refresh() {
    let pair = Pair::new(6).await;
    let it = &pair.world;
    let link = pair.link().await;
    let number = pair.former().await[0].token.number;
    it.authority.revoke_pickup(&pair.there(), number).await.unwrap();
    it.authority.revoke_pickup(&pair.there(), number).await.unwrap();
    let spent = async |link: &PickupLink| {
        refused(it.authority.take_up(&pair.ann_there(), &link.secret).await) == "link-spent"
    };
    assert!(spent(&link).await);
    let make = async || {
        let made = it.authority.replace_former_tokens(&pair.there(), Some(&[number])).await;
        made.unwrap().remove(0).link.unwrap()
    };
    let (second, third) = (make().await, make().await);
    assert!(spent(&second).await);
    pair.refresh().await;
    assert!(spent(&third).await);
    let fourth = make().await;
    assert!(it.authority.take_up(&pair.ann_there(), &fourth.secret).await.is_ok());
    let unknown = it.authority.revoke_pickup(&pair.there(), TokenNumber(99)).await;
    assert_eq!(refused(unknown), "not-found");
    let ann = it.authority.revoke_pickup(&pair.ann_there(), number).await;
    assert_eq!(refused(ann), "permission-missing");
}

#[tokio::test]
async fn of_a_link_only_the_digest_is_kept() {
    let pair = Pair::new(7).await;
    let link = pair.link().await;
    let secret = link.secret.trim_start_matches("pickup_").to_owned();
    pair.world.record.close().await.unwrap();
    for file in std::fs::read_dir(pair.world.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "a secret at rest");
    }
    let record = Record::sqlite(pair.world.dir.path()).await.unwrap();
    record.close().await.unwrap();
}

#[tokio::test]
async fn the_rules_of_new_tokens_hold_for_replacements_and_their_links() {
    let pair = Pair::new(8).await;
    let it = &pair.world;
    let manager = it.person("bob", &[Permission::AccessTokenManagement, LOG_IN[0]]).await;
    pair.refresh().await;
    // Tokens of ann, of the administrator and of the manager.
    pair.token_there().await;
    let administrator = pair.acts_there(ADMINISTRATOR, Role::ADMINISTRATOR);
    let theirs = (ADMINISTRATOR, Role::ADMINISTRATOR);
    it.token(&administrator, pair.integration, theirs).await.unwrap();
    it.token(&administrator, pair.integration, manager).await.unwrap();
    pair.refresh().await;
    let outcomes = async |by: &Requester| -> Vec<_> {
        let made = it.authority.replace_former_tokens(by, None).await.unwrap();
        let code = |it: Replacement| it.link.map_or_else(|fault| fault.code(), |_| "link");
        made.into_iter().map(code).collect()
    };
    let unlink = async || {
        for former in pair.former().await {
            it.authority.revoke_pickup(&pair.there(), former.token.number).await.unwrap();
        }
    };
    let acting = pair.acts_there(manager.0, manager.1);
    assert_eq!(outcomes(&acting).await, ["link", "administrator-token", "own-token"]);
    unlink().await;
    assert_eq!(outcomes(&pair.there()).await, ["link", "administrator-token", "link"]);
    unlink().await;
    assert_eq!(outcomes(&administrator).await, ["link", "link", "link"]);
    let none = it.authority.replace_former_tokens(&pair.ann_there(), None).await;
    assert_eq!(refused(none), "permission-missing");
}

#[tokio::test]
async fn a_link_for_the_administrator_role_is_taken_up_in_that_role() {
    let pair = Pair::new(9).await;
    let it = &pair.world;
    let lesser = it.role("lesser", LOG_IN).await;
    it.assign(ADMINISTRATOR, lesser).await;
    pair.refresh().await;
    let administrator = pair.acts_there(ADMINISTRATOR, Role::ADMINISTRATOR);
    let theirs = (ADMINISTRATOR, Role::ADMINISTRATOR);
    it.token(&administrator, pair.integration, theirs).await.unwrap();
    pair.refresh().await;
    let made = it.authority.replace_former_tokens(&administrator, None).await.unwrap();
    let link = made.into_iter().next().unwrap().link.unwrap();
    let in_lesser = pair.acts_there(ADMINISTRATOR, lesser);
    let refusal = it.authority.take_up(&in_lesser, &link.secret).await;
    assert_eq!(refused(refusal), "administrator-token");
    assert!(it.authority.take_up(&administrator, &link.secret).await.is_ok());
}

#[tokio::test]
async fn what_stands_in_the_way_of_a_replacement_is_told_and_stops_no_other() {
    let pair = Pair::new(10).await;
    let it = &pair.world;
    // Who and what only the sandbox had.
    let zoe = countersign_authority::NewEntity {
        kind: countersign_model::EntityKind::Vendor,
        name: "zoe".into(),
        email: countersign_model::Email::parse("zoe@example.com").unwrap(),
        password: None,
    };
    let zoe = it.authority.create_entity(&pair.there(), zoe).await.unwrap();
    it.authority.assign_role(&pair.there(), zoe, pair.ann.1).await.unwrap();
    let new = countersign_authority::NewIntegration::named("Only there");
    let only = it.authority.create_integration(&pair.there(), new).await.unwrap();
    it.token(&pair.there(), pair.integration, (zoe, pair.ann.1)).await.unwrap();
    it.token(&pair.there(), only.installation, pair.ann).await.unwrap();
    pair.token_there().await;
    // Production gives zoe's number to somebody else.
    let bob = it.person("bob", LOG_IN).await;
    assert_eq!(bob.0, zoe);
    it.assign(bob.0, pair.ann.1).await;
    pair.refresh().await;
    let made = pair.replace().await;
    let told: Vec<_> = made
        .iter()
        .map(|it| match &it.link {
            Ok(_) => ("link", None),
            Err(fault) => (fault.code(), fault.field()),
        })
        .collect();
    let gone = "not-as-before";
    assert_eq!(told, [(gone, Some("entity")), (gone, Some("integration")), ("link", None)]);
}

#[tokio::test]
async fn what_stands_in_the_way_when_a_link_is_taken_up_leaves_it_as_it_is() {
    let pair = Pair::new(11).await;
    let it = &pair.world;
    let link = pair.link().await;
    let blocked = countersign_model::InstallationState::Blocked;
    let state = async |state| {
        let (by, id) = (pair.there(), pair.integration);
        let edit = IntegrationEdit { state: Some(state), ..IntegrationEdit::default() };
        it.authority.edit_integration(&by, id, None, edit).await.unwrap();
    };
    state(blocked).await;
    let refusal = it.authority.take_up(&pair.ann_there(), &link.secret).await;
    assert_eq!(refused(refusal), "integration-not-enabled");
    state(countersign_model::InstallationState::Enabled).await;
    assert!(it.authority.take_up(&pair.ann_there(), &link.secret).await.is_ok());
}

#[tokio::test]
async fn a_replacement_is_bounded_as_the_token_was() {
    let pair = Pair::new(12).await;
    let it = &pair.world;
    let limits = TokenLimits {
        expires_at: Some(START.plus_seconds(30 * DAY)),
        idle_days: Some(7),
        addresses: Some(countersign_model::Addresses::parse("192.0.2.0/24").unwrap()),
    };
    let (entity, role) = pair.ann;
    let new = countersign_authority::NewToken {
        installation: pair.integration,
        entity,
        role,
        name: Some("nightly".into()),
        limits: limits.clone(),
    };
    it.authority.create_token(&pair.there(), new).await.unwrap();
    pair.refresh().await;
    let [replacement] = pair.replace().await.try_into().ok().unwrap();
    let link = replacement.link.unwrap();
    let made = it.authority.take_up(&pair.ann_there(), &link.secret).await.unwrap();
    let token = it.authority.get_token(&pair.there(), made.number).await.unwrap();
    assert_eq!((token.name.as_str(), token.limits), ("nightly", limits));
}

/// Else a token of a small role could give itself one of a larger.
#[tokio::test]
async fn a_signed_request_takes_no_link_up() {
    let pair = Pair::new(31).await;
    let it = &pair.world;
    let link = pair.link().await;
    let made = pair.token_there().await.0;
    it.authority.set_api_access(&pair.there(), pair.integration, None, true).await.unwrap();
    let (entity, role) = pair.ann;
    let by = Requester::token(pair.sandbox, entity, role, made.number, HERE);
    assert_eq!(refused(it.authority.take_up(&by, &link.secret).await), "not-with-token");
    assert!(it.authority.take_up(&pair.ann_there(), &link.secret).await.is_ok());
}
