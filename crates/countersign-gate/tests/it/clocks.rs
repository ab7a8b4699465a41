//! What `dev` says of a client's clock, and the trail is told of it.

use std::sync::{Arc, Mutex};

use countersign_gate::{Mode, RefusalObserver};
use countersign_verify::{Caller, Explanation, RefusedAttempt, SignedAt};

use crate::wire::signed_at;
use crate::world::{Choices, NOW, World};

#[derive(Default)]
struct Terminal(Mutex<Vec<(String, i64)>>);

impl RefusalObserver for Terminal {
    fn refused(&self, _: &RefusedAttempt, _: Option<&Explanation>) {}

    fn clock_is_off(&self, caller: &Caller, skew: i64) {
        self.0.lock().unwrap().push((caller.path.clone(), skew));
    }
}

/// What the answers to requests signed so many seconds from now warn of, and what is watched.
async fn warnings(
    mode: Mode,
    requests: &[(&str, i64)],
) -> (Vec<(u16, Option<String>)>, Vec<(String, i64)>) {
    let terminal = Arc::new(Terminal::default());
    let choices = Choices { mode, observer: Some(terminal.clone()), ..Choices::default() };
    let world = World::with(choices).await;
    let mut answers = Vec::new();
    for (target, skew) in requests {
        let answer = world.answer(signed_at(target, NOW + skew)).await;
        let warning = answer.one("countersign-warning").map(str::to_owned);
        answers.push((answer.status(), warning));
    }
    let watched = terminal.0.lock().unwrap().clone();
    (answers, watched)
}

#[tokio::test]
async fn dev_warns_of_a_clock_that_is_off_by_more_than_a_minute() {
    let requests = [("/ahead", 75), ("/behind", -61), ("/near", 60), ("/out", 301)];
    let (answers, watched) = warnings(Mode::Dev, &requests).await;
    let warning = |seconds: i64| Some(format!("clock-skew; seconds={seconds}"));
    let expected = [(200, warning(75)), (200, warning(-61)), (200, None), (401, warning(301))];
    assert_eq!(answers, expected);
    // That it was refused for its clock is told with the refusal.
    assert_eq!(watched, [("/ahead".to_owned(), 75), ("/behind".to_owned(), -61)]);
}

#[tokio::test]
async fn serve_says_nothing_of_clocks_to_a_client() {
    let (answers, watched) = warnings(Mode::Serve, &[("/ahead", 75), ("/out", 301)]).await;
    assert_eq!(answers, [(200, None), (401, None)]);
    assert!(watched.is_empty());
}

#[tokio::test]
async fn a_request_refused_for_another_cause_is_warned_of_its_clock_too() {
    let world = World::with(Choices { mode: Mode::Dev, ..Choices::default() }).await;
    let wrong = signed_at("/a", NOW - 90).replace("GET /a", "GET /b");
    let answer = world.answer(wrong).await;
    assert_eq!(answer.one("countersign-diagnosis"), Some("unexplained"));
    assert_eq!(answer.one("countersign-warning"), Some("clock-skew; seconds=-90"));
    let unreadable = signed_at("/a", NOW - 90).replace(&(NOW - 90).to_string(), "soon");
    assert_eq!(world.answer(unreadable).await.one("countersign-warning"), None);
}

#[tokio::test]
async fn the_trail_is_told_when_a_request_was_signed_and_whether_that_is_proven() {
    let world = World::start().await;
    world.answer(signed_at("/a", NOW + 75)).await;
    world.answer(signed_at("/a", NOW + 400)).await;
    world.answer(signed_at("/a", NOW + 400).replace("GET /a", "GET /b")).await;
    let skews: Vec<_> =
        world.attempts.admitted.lock().unwrap().iter().map(|it| it.skew()).collect();
    assert_eq!(skews, [75]);
    let refused = world.attempts.refused.lock().unwrap();
    let times: Vec<_> = refused.iter().map(|it| it.refused.signed_at).collect();
    let at = NOW + 400;
    assert_eq!(times, [Some(SignedAt::Proven(at)), Some(SignedAt::Claimed(at))]);
}
