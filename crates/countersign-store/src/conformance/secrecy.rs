//! A fault never says what was in a row.

use countersign_authority::StoreFault;
use countersign_model::{AccountId, AccountNumber};
use sea_orm::DbErr;

use super::fixtures::{account, entity, token};
use super::for_both;
use super::furnishing::furnish;
use super::world::World;
use crate::fault::{Fault, during};

for_both!(
    a_taken_key_is_not_repeated,
    a_broken_reference_is_not_repeated,
    a_failed_check_does_not_show_its_row,
    a_wrong_type_does_not_show_its_value,
    a_row_does_not_print_its_secrets,
);

const MARK: &str = "SECRETMARK";
/// "SECRETMARK" in hex, as PostgreSQL prints bytes.
const MARK_IN_HEX: &str = "5345435245544d41524b";

fn assert_silent(fault: &StoreFault) {
    for text in [fault.to_string(), format!("{fault:?}"), format!("{fault:#?}")] {
        assert!(!text.contains(MARK), "{text}");
        assert!(!text.to_lowercase().contains(MARK_IN_HEX), "{text}");
    }
}

fn fault_of(error: DbErr) -> StoreFault {
    during("testing")(Fault::from(error))
}

async fn a_taken_key_is_not_repeated(world: World) {
    let mut marked = account(1);
    marked.id = AccountId::parse(MARK).unwrap();
    let mut tx = world.change().await;
    tx.add_account(&marked).await.unwrap();
    marked.number = AccountNumber(2);
    let fault = tx.add_account(&marked).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Taken(_)));
    assert_silent(&fault);
}

async fn a_broken_reference_is_not_repeated(world: World) {
    let mut marked = entity(1);
    marked.name = MARK.to_owned();
    let fault = world.change().await.add_entity(&marked).await.unwrap_err();
    assert!(matches!(&fault, StoreFault::Failed(why) if why.ends_with(", adding an entity")));
    assert_silent(&fault);

    let mut marked = token(1);
    marked.name = MARK.to_owned();
    let fault = world.change().await.add_token(&marked).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Failed(_)));
    assert_silent(&fault);
}

async fn a_failed_check_does_not_show_its_row(world: World) {
    furnish(&world).await;
    let broken = format!("UPDATE access_token SET name = '{MARK}', state = 'revoked'");
    let error = world.meddle(&broken).await.unwrap_err();
    let fault = fault_of(error);
    let StoreFault::Failed(why) = &fault else { panic!("{fault:?}") };
    assert!(
        ["SQLite 275, testing", "SQLSTATE 23514, constraint access_token_revoked, testing"]
            .contains(&why.as_str()),
        "{why}"
    );
    assert_silent(&fault);
}

async fn a_wrong_type_does_not_show_its_value(world: World) {
    for statement in
        [format!("SELECT {MARK} FROM account"), format!("INSERT INTO account VALUES ('{MARK}')")]
    {
        assert_silent(&fault_of(world.meddle(&statement).await.unwrap_err()));
    }
    for error in [
        DbErr::Custom(MARK.to_owned()),
        DbErr::Type(MARK.to_owned()),
        DbErr::Json(MARK.to_owned()),
        DbErr::RecordNotFound(MARK.to_owned()),
        DbErr::Query(sea_orm::RuntimeErr::Internal(MARK.to_owned())),
    ] {
        assert_silent(&fault_of(error));
    }
}

async fn a_row_does_not_print_its_secrets(world: World) {
    use sea_orm::EntityTrait;

    furnish(&world).await;
    let now = world.record.database().snapshot().await.unwrap();
    let token = crate::access_tokens::Entity::find().one(&now).await.unwrap().unwrap();
    assert_eq!(format!("{token:?}"), "access_token { id: (1, 1), .. }");
    let entity = crate::entities::Entity::find().one(&now).await.unwrap().unwrap();
    assert_eq!(format!("{entity:?}"), "entity { id: (1, 1), .. }");
    let integration = crate::integrations::Entity::find().one(&now).await.unwrap().unwrap();
    assert_eq!(format!("{integration:?}"), "integration { id: 1, .. }");
    let previous = crate::previous_secrets::Model {
        integration: 1,
        consumer_secret: MARK.as_bytes().to_vec(),
        secret_version: 1,
        until_ms: 1,
    };
    assert_eq!(format!("{previous:?}"), "previous_secret { integration: 1, .. }");
    let retiring = crate::retiring_pairs::Model {
        integration: 1,
        consumer_key: MARK.as_bytes().to_vec(),
        consumer_secret: MARK.as_bytes().to_vec(),
        secret_version: 1,
        until_ms: 1,
    };
    assert_eq!(format!("{retiring:?}"), "retiring_pair { integration: 1, .. }");
    let key = crate::assertion_keys::Model {
        number: 1,
        public_key: MARK.as_bytes().to_vec(),
        private_key: MARK.as_bytes().to_vec(),
        signs_from_ms: 1,
        until_ms: None,
    };
    assert_eq!(format!("{key:?}"), "assertion_key { number: 1, .. }");
}
