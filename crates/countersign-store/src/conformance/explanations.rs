//! Explanations of refusals.

use countersign_authority::{Owner, StoreFault, Unique};

use countersign_model::{AccountNumber, EntityId};
use countersign_trail::{ExplanationStore, FirstSeen, KeptExplanation, Told};

use super::fixtures::at;
use super::for_both;
use super::world::World;

for_both!(
    an_explanation_is_found_by_its_reference_as_it_was,
    the_newest_of_an_account_are_kept,
    those_of_nobody_are_trimmed_apart,
    what_is_old_is_forgotten,
    a_reference_names_one_explanation,
    an_explanation_is_there_after_reopening,
);

const MOST: u64 = 1_000;

fn explanation(reference: &str, owner: Owner) -> KeptExplanation {
    let told = Told {
        detail: "InvalidSignature".to_owned(),
        codes: vec!["wrong-path".to_owned(), "wrong-host".to_owned()],
        certain: true,
        signature_is_right: false,
        sentence: "It was so.".to_owned(),
        fix: "Do this.".to_owned(),
        method: "GET".to_owned(),
        url: "http://localhost/a".to_owned(),
        source: "127.0.0.1".to_owned(),
        user_agent: Some("odd \0 \u{1F600} \" \\ '".to_owned()),
        expected: Some("GET&a".to_owned()),
        signed: Some("GET&b".to_owned()),
        first_difference: Some(4),
        clock_skew_seconds: Some(-90),
        nonce_first_seen: Some(FirstSeen { at_ms: 5, from: "192.0.2.1".to_owned() }),
    };
    KeptExplanation { reference: reference.to_owned(), at: at(60), owner, told }
}

fn of_account(number: u32) -> Owner {
    Owner::Account(AccountNumber(number))
}

async fn keep(world: &World, explanation: &KeptExplanation, most: u64) {
    world.trail.keep_explanation(explanation, most).await.unwrap();
}

async fn is_kept(world: &World, reference: &str) -> bool {
    world.trail.find_explanation(reference).await.unwrap().is_some()
}

async fn an_explanation_is_found_by_its_reference_as_it_was(world: World) {
    let entity = Owner::Entity { account: AccountNumber(1), entity: EntityId(2) };
    let mut bare = explanation("ref_d", of_account(3));
    bare.told = Told::default();
    let all = [
        explanation("ref_a", entity),
        explanation("ref_b", of_account(1)),
        explanation("ref_c", Owner::Nobody),
        bare,
    ];
    for it in &all {
        keep(&world, it, MOST).await;
    }
    for it in all {
        assert_eq!(world.trail.find_explanation(&it.reference).await.unwrap(), Some(it));
    }
    assert!(!is_kept(&world, "ref_e").await);
    assert!(!is_kept(&world, "").await);
}

async fn the_newest_of_an_account_are_kept(world: World) {
    let entity = Owner::Entity { account: AccountNumber(1), entity: EntityId(2) };
    keep(&world, &explanation("other", of_account(2)), 3).await;
    for number in 0..5 {
        let owner = if number % 2 == 0 { entity } else { of_account(1) };
        keep(&world, &explanation(&format!("ref_{number}"), owner), 3).await;
    }
    for (reference, kept) in
        [("ref_0", false), ("ref_1", false), ("ref_2", true), ("ref_4", true), ("other", true)]
    {
        assert_eq!(is_kept(&world, reference).await, kept, "{reference}");
    }
}

async fn those_of_nobody_are_trimmed_apart(world: World) {
    keep(&world, &explanation("other", of_account(1)), 1).await;
    for number in 0..3 {
        keep(&world, &explanation(&format!("ref_{number}"), Owner::Nobody), 2).await;
    }
    let kept = [is_kept(&world, "ref_0").await, is_kept(&world, "ref_1").await];
    assert_eq!((kept, is_kept(&world, "other").await), ([false, true], true));
}

async fn what_is_old_is_forgotten(world: World) {
    for seconds in [10, 20, 30] {
        let explanation = explanation(&format!("ref_{seconds}"), of_account(1));
        keep(&world, &KeptExplanation { at: at(seconds), ..explanation }, MOST).await;
    }
    assert_eq!(world.trail.forget_explanations(at(9)).await, Ok(0));
    assert_eq!(world.trail.forget_explanations(at(20)).await, Ok(2));
    let kept = [is_kept(&world, "ref_20").await, is_kept(&world, "ref_30").await];
    assert_eq!(kept, [false, true]);
}

async fn a_reference_names_one_explanation(world: World) {
    keep(&world, &explanation("ref_a", of_account(1)), MOST).await;
    let again = world.trail.keep_explanation(&explanation("ref_a", of_account(2)), MOST).await;
    assert_eq!(again, Err(StoreFault::Taken(Unique::Key)));
}

async fn an_explanation_is_there_after_reopening(world: World) {
    keep(&world, &explanation("ref_a", of_account(1)), MOST).await;
    world.trail.close().await.unwrap();
    let trail = world.second_trail().await.unwrap();
    assert!(trail.find_explanation("ref_a").await.unwrap().is_some());
}
