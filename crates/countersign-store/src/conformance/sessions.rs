//! Sessions, second factors, and that what is settled stays.

use std::net::IpAddr;

use countersign_authority::{Sessions, StoreFault};
use countersign_model::{
    AccountNumber, EntityId, RoleId, SecondFactor, SecondFactorState, Session, SessionNumber,
};

use super::fixtures::{HOME, ROLE, at, role, sealed};
use super::for_both;
use super::furnishing::{furnish, furnish_in};
use super::world::{World, commit};

for_both!(
    a_session_is_found_by_its_digest_as_it_was,
    sessions_are_ended_one_by_one_and_all_but_one,
    sessions_whose_time_is_over_are_forgotten,
    what_is_settled_stays_and_has_no_number,
    a_second_factor_is_kept_replaced_and_removed_with_its_codes,
    a_recovery_code_is_used_up_once,
);

fn session(number: u32) -> Session {
    Session {
        account: HOME,
        number: SessionNumber(number),
        entity: EntityId(1),
        role: ROLE,
        two_factor: true,
        started: at(10),
        authenticated: at(20),
        used: at(30),
        origin: Some(IpAddr::from([192, 0, 2, 1])),
    }
}

fn factor(state: SecondFactorState, version: u32) -> SecondFactor {
    let secret = sealed(version);
    SecondFactor { account: HOME, entity: EntityId(1), secret, secret_version: version, state }
}

async fn a_session_is_found_by_its_digest_as_it_was(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_role(&role(RoleId(14))).await.unwrap();
    tx.add_session(&session(1), &[1; 32]).await.unwrap();
    assert_eq!(tx.session(&[1; 32]).await.unwrap(), Some(session(1)));
    assert_eq!(tx.session(&[2; 32]).await.unwrap(), None);
    let (used, authenticated) = (at(50), at(40));
    let role = RoleId(14);
    let later = Session { role, two_factor: false, used, authenticated, ..session(1) };
    tx.save_session(&later).await.unwrap();
    assert_eq!(tx.session(&[1; 32]).await.unwrap(), Some(later));
    assert_eq!(tx.save_session(&session(2)).await, Err(StoreFault::Gone));
    let nowhere = Session { origin: None, ..session(2) };
    tx.add_session(&nowhere, &[2; 32]).await.unwrap();
    assert_eq!(tx.session(&[2; 32]).await.unwrap(), Some(nowhere));
    commit(tx).await;
}

async fn sessions_are_ended_one_by_one_and_all_but_one(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_role(&role(RoleId(14))).await.unwrap();
    for (number, role) in [(1, ROLE), (2, RoleId(14)), (3, ROLE), (4, ROLE)] {
        let session = Session { role, ..session(number) };
        tx.add_session(&session, &[number as u8; 32]).await.unwrap();
    }
    let who = EntityId(1);
    assert!(tx.end_session(HOME, who, SessionNumber(4)).await.unwrap());
    assert!(!tx.end_session(HOME, who, SessionNumber(4)).await.unwrap());
    assert!(!tx.end_session(HOME, EntityId(2), SessionNumber(1)).await.unwrap());
    for (which, expected, left) in [
        (Sessions::InRole(RoleId(14)), 1, vec![1, 3]),
        (Sessions::Except(SessionNumber(3)), 1, vec![3]),
        (Sessions::All, 1, vec![]),
    ] {
        assert_eq!(tx.end_sessions(HOME, who, which).await.unwrap(), expected);
        let sessions = tx.sessions_of(HOME, who).await.unwrap();
        let numbers: Vec<_> = sessions.iter().map(|session| session.number.0).collect();
        assert_eq!(numbers, left);
    }
}

async fn sessions_whose_time_is_over_are_forgotten(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_session(&session(1), &[1; 32]).await.unwrap();
    assert_eq!(tx.forget_sessions(HOME, at(9), at(29)).await.unwrap(), 0);
    assert_eq!(tx.forget_sessions(AccountNumber(2), at(99), at(99)).await.unwrap(), 0);
    assert_eq!(tx.forget_sessions(HOME, at(9), at(30)).await.unwrap(), 1);
    tx.add_session(&session(1), &[1; 32]).await.unwrap();
    assert_eq!(tx.forget_sessions(HOME, at(10), at(29)).await.unwrap(), 1);
}

async fn what_is_settled_stays_and_has_no_number(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_session(&session(1), &[1; 32]).await.unwrap();
    tx.settle().await.unwrap();
    let mut tx = world.change().await;
    assert_eq!(tx.session(&[1; 32]).await.unwrap(), Some(session(1)));
    tx.end_session(HOME, EntityId(1), SessionNumber(1)).await.unwrap();
    assert_eq!(commit(tx).await, 2, "the next number is the next change's");
}

async fn a_second_factor_is_kept_replaced_and_removed_with_its_codes(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let who = EntityId(1);
    assert!(tx.second_factor(HOME, who).await.unwrap().is_none());
    let confirmed = SecondFactorState::Confirmed { last_step: 60_000_000 };
    for it in [factor(SecondFactorState::Pending, 1), factor(confirmed, 2)] {
        tx.save_second_factor(&it).await.unwrap();
        let found = tx.second_factor(HOME, who).await.unwrap().unwrap();
        assert_eq!(format!("{found:?}"), format!("{it:?}"));
    }
    tx.save_recovery_codes(HOME, who, &[[1; 32], [2; 32]]).await.unwrap();
    assert_eq!(tx.recovery_codes(HOME, who).await.unwrap(), 2);
    assert!(tx.remove_second_factor(HOME, who).await.unwrap());
    assert!(!tx.remove_second_factor(HOME, who).await.unwrap());
    assert_eq!(tx.recovery_codes(HOME, who).await.unwrap(), 0);
}

async fn a_recovery_code_is_used_up_once(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let who = EntityId(1);
    tx.save_second_factor(&factor(SecondFactorState::Pending, 1)).await.unwrap();
    tx.save_recovery_codes(HOME, who, &[[1; 32], [2; 32]]).await.unwrap();
    assert!(tx.use_recovery_code(HOME, who, &[1; 32]).await.unwrap());
    assert!(!tx.use_recovery_code(HOME, who, &[1; 32]).await.unwrap());
    tx.save_recovery_codes(HOME, who, &[[3; 32]]).await.unwrap();
    assert!(!tx.use_recovery_code(HOME, who, &[2; 32]).await.unwrap());
    assert!(tx.use_recovery_code(HOME, who, &[3; 32]).await.unwrap());
}
