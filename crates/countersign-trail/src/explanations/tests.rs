mod world;

use std::time::Duration;

use countersign_model::{AccountId, AccountNumber};
use countersign_verify::Refusal;
use countersign_verify::replay::{Fingerprint, NotRemembered};

use super::*;
pub(super) use world::attempt;
use world::{NONCE, OWNER, SELF, STRANGER, World};

#[tokio::test(start_paused = true)]
async fn a_refusal_is_explained_after_its_answer_and_kept_for_its_owner_for_fourteen_days() {
    let mut world = World::new(Occasion::Serve);
    let attempt = attempt([10, 0, 0, 1], Some(1));
    let explaining = world.take(&attempt).unwrap();
    let before = tokio::time::Instant::now();
    world.work();
    assert!(explaining.await.is_some());
    assert!(before.elapsed() >= Duration::from_millis(20), "the answer is sent first");
    tokio::time::sleep(Duration::from_secs(10)).await;

    let kept = world.find(SELF, &attempt).await.unwrap();
    assert_eq!((kept.owner, kept.at), (OWNER, attempt.caller.at));
    let Told { url, source, user_agent, clock_skew_seconds, expected, .. } = &kept.told;
    assert_eq!((&**url, &**source), ("http://localhost/a", "10.0.0.1"));
    assert_eq!(user_agent.as_deref(), Some("curl/8\\u{1b}[2J"));
    assert_eq!(*clock_skew_seconds, Some(90));
    assert!(expected.as_ref().is_some_and(|text| text.starts_with("GET&http%3A%2F%2Flocalhost")));
    assert_eq!(world.find(STRANGER, &attempt).await, None);

    world.clock.advance_seconds(14 * 24 * 60 * 60 - 1);
    assert!(world.find(SELF, &attempt).await.is_some());
    world.clock.advance_seconds(1);
    assert_eq!(world.find(SELF, &attempt).await, None);
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert!(world.memory.kept.lock().unwrap().is_empty(), "and then forgotten");
}

#[tokio::test(start_paused = true)]
async fn in_a_deployment_nobodys_refusal_is_not_taken_in_and_in_a_stand_in_it_is_its_operators() {
    let stranger = attempt([10, 0, 0, 1], None);
    assert!(World::new(Occasion::Serve).take(&stranger).is_none());

    let mut world = World::new(Occasion::Dev);
    world.work();
    world.take(&stranger).unwrap().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(world.find(Viewer::Operator, &stranger).await.is_some());
    assert_eq!(world.find(SELF, &stranger).await, None);
}

#[tokio::test(start_paused = true)]
async fn five_a_second_are_explained_in_a_deployment_and_the_others_are_said_not_to_be() {
    let world = World::new(Occasion::Serve);
    let taken = (0..20).filter(|_| world.take(&attempt([10, 0, 0, 1], Some(1))).is_some());
    assert_eq!(taken.count(), 5);
    let refused = attempt([10, 0, 0, 2], Some(1));
    world.has_row(&refused);
    assert!(world.take(&refused).is_none());
    let said = world.find(SELF, &refused).await.unwrap();
    assert!(said.told.sentence.contains("at most 5 refusals a second"), "{said:?}");
    assert_eq!(said.told.codes, ["unexplained"]);
    assert!(!said.told.fix.is_empty());
    assert_eq!(world.find(STRANGER, &refused).await, None);

    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(world.take(&refused).is_some());
    let dev = World::new(Occasion::Dev);
    assert_eq!((0..20).filter(|_| dev.take(&attempt([1; 4], Some(1))).is_some()).count(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_drops_and_says_so() {
    let world = World::new(Occasion::Dev);
    let taken = (0..1_000_u32).filter(|number| {
        let [_, _, a, b] = number.to_be_bytes();
        world.take(&attempt([10, 0, a, b], Some(*number))).is_some()
    });
    assert_eq!(taken.count(), queue::MOST_WAITING);
    let dropped = attempt([10, 0, 200, 200], Some(1));
    world.has_row(&dropped);
    assert!(world.take(&dropped).is_none());
    assert_eq!((world.queue.waiting(), world.queue.dropped()), (queue::MOST_WAITING, 873));
    assert!(world.sentence(&dropped).await.contains("too many refusals were waiting"));
}

/// How many of 20 are taken in, five a second: `of` gives address and token of each.
async fn taken_in(world: &World, of: impl Fn(u8) -> ([u8; 4], u32)) -> usize {
    let mut taken = 0;
    for number in 0..20 {
        let (source, token) = of(number);
        taken += usize::from(world.take(&attempt(source, Some(token))).is_some());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    taken
}

#[tokio::test(start_paused = true)]
async fn in_a_deployment_one_token_and_one_address_have_eight_places_and_leave_the_others() {
    let mut world = World::new(Occasion::Serve);
    assert_eq!(taken_in(&world, |n| ([10, 0, 0, n], 1)).await, 8, "one token");
    assert_eq!(taken_in(&world, |n| ([10, 0, 1, 1], 100 + u32::from(n))).await, 8, "one address");
    let without_place = attempt([10, 0, 9, 9], Some(1));
    world.has_row(&without_place);
    assert!(world.take(&without_place).is_none());
    assert!(world.sentence(&without_place).await.contains("of its token, of its address, or"));
    assert_eq!(taken_in(&world, |n| ([10, 0, 2, n], 200 + u32::from(n))).await, 20, "others");

    world.work();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(world.take(&without_place).is_some(), "what is explained leaves its place");
}

#[tokio::test(start_paused = true)]
async fn the_worker_rests_three_times_as_long_as_all_of_its_work_took() {
    let mut world = World::new(Occasion::Serve);
    *world.memory.slowness.lock().unwrap() = Duration::from_millis(100);
    let [first, second] =
        [1, 2].map(|n| world.take(&attempt([10, 0, 0, n], Some(n.into()))).unwrap());
    world.work();
    first.await.unwrap();
    let answered = tokio::time::Instant::now();
    second.await.unwrap();
    // It is kept, then three times evidence and keeping, then the evidence of the second.
    assert!(answered.elapsed() >= Duration::from_millis(100 + 600 + 100), "{answered:?}");
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_said_to_wait_and_what_was_lost_to_be_lost() {
    let world = World::new(Occasion::Serve);
    let waiting = attempt([10, 0, 0, 1], Some(1));
    world.has_row(&waiting);
    assert!(world.sentence(&waiting).await.contains("kept for 14 days"));
    let _explaining = world.take(&waiting).unwrap();
    assert!(world.sentence(&waiting).await.contains("ask again in a moment"));
}

#[tokio::test(start_paused = true)]
async fn a_record_that_can_not_be_read_is_said_to_be_the_reason() {
    let mut world = World::new(Occasion::Serve);
    let attempt = attempt([10, 0, 0, 1], Some(1));
    world.has_row(&attempt);
    world.memory.is_broken.store(true, std::sync::atomic::Ordering::SeqCst);
    world.work();
    world.take(&attempt).unwrap().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(world.sentence(&attempt).await.contains("could not be looked into"));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_too_large_is_explained_by_its_code_alone() {
    let mut world = World::new(Occasion::Serve);
    let attempt = attempt([10, 0, 0, 1], Some(1));
    world.work();
    let explaining = world.take_with(&attempt, &format!("/{}", "x".repeat(10_000))).unwrap();
    assert!(explaining.await.is_none());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let told = world.find(SELF, &attempt).await.unwrap().told;
    assert!(told.sentence.contains("too large"), "{told:?}");
    assert_eq!((told.codes.as_slice(), told.expected), (&["unexplained".to_owned()][..], None));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_reference_is_not_looked_for() {
    let world = World::new(Occasion::Dev);
    for text in ["", "ref_", "ref_%", &format!("ref_{}", "A".repeat(26)), &"x".repeat(100_000)] {
        assert_eq!(world.explanations.find(Viewer::Operator, text).await, Ok(None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reused_nonce_is_told_with_when_and_from_where_it_was_first_seen() {
    let mut world = World::new(Occasion::Dev);
    world.work();
    for (nonce, is_known) in [(NONCE, true), (Fingerprint::from_bits(10), false)] {
        let mut attempt = attempt([10, 0, 0, nonce.to_bits() as u8], Some(1));
        attempt.refused.refusal = Refusal::NotRemembered(NotRemembered::Used(nonce));
        let explanation = world.take(&attempt).unwrap().await.unwrap();
        let said = "The client sent a nonce that was already used 12 seconds ago, from 192.0.2.7.";
        assert_eq!(explanation.sentence.starts_with(said), is_known, "{}", explanation.sentence);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let first = world.find(SELF, &attempt).await.unwrap().told.nonce_first_seen;
        let known = FirstSeen { at_ms: 1_799_999_988_000, from: "192.0.2.7".to_owned() };
        assert_eq!(first, is_known.then_some(known));
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_revoked_token_it_is_said_since_when_and_by_whom() {
    let mut world = World::new(Occasion::Serve);
    world.work();
    let mut attempt = attempt([10, 0, 0, 1], Some(1));
    let at = attempt.caller.at.plus_seconds(-90);
    attempt.refused.refusal = Refusal::TokenRevoked { at };
    let said = world.take(&attempt).unwrap().await.unwrap().sentence;
    let words = "a token that was revoked 1 minute 30 seconds ago by user 3 of the account.";
    assert!(said.contains(words), "{said}");
}

#[tokio::test(start_paused = true)]
async fn of_another_account_the_tokens_owner_learns_only_that_it_is_another_one() {
    let mut world = World::new(Occasion::Serve);
    world.work();
    let elsewhere = (AccountNumber(2), AccountId::parse("7654321").unwrap());
    for (number, refusal) in
        [Refusal::ConsumerKeyUnknown, Refusal::FeatureDisabled, Refusal::IntegrationBlocked]
            .into_iter()
            .enumerate()
    {
        let mut attempt = attempt([10, 0, 1, number as u8], Some(1));
        attempt.refused.refusal = refusal;
        attempt.refused.named.account = Some(elsewhere.clone());
        world.take(&attempt).unwrap().await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let told = world.find(SELF, &attempt).await.unwrap().told;
        assert_eq!((told.codes, &*told.detail), (vec!["wrong-account".into()], "token_rejected"));
    }
}
