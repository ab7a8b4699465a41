//! Which spans are made.

use std::sync::{Arc, Mutex};

use tracing::span::{Attributes, Id};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

use super::*;

/// A span and the one above it.
type Named = (String, Option<String>);

#[derive(Clone, Default)]
struct Made(Arc<Mutex<Vec<Named>>>);

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Made {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let metadata: &Metadata<'_> = attributes.metadata();
        assert_eq!(metadata.target(), TARGET);
        let parent = context.span(id).and_then(|span| span.parent().map(|it| it.name().to_owned()));
        self.0.lock().unwrap().push((metadata.name().to_owned(), parent));
    }
}

fn made(walk: impl FnOnce()) -> Vec<Named> {
    let made = Made::default();
    tracing::subscriber::with_default(Registry::default().with(made.clone()), walk);
    let made = made.0.lock().unwrap();
    made.clone()
}

#[test]
fn a_request_for_which_the_coin_does_not_fall_makes_no_span_and_none_of_its_steps_does() {
    let spans = made(|| {
        for _ in 0..1_000 {
            let request = request(&Coin::never(), "GET");
            let _step = step(&request, Step::Decide).entered();
            ended(&request, "rest", 200, "admitted");
        }
    });
    assert_eq!(spans, []);
}

#[test]
fn steps_stand_below_their_request_and_requests_below_nothing() {
    let spans = made(|| {
        let other = tracing::info_span!(target: TARGET, "other");
        let _inside = other.enter();
        let request = request(&Coin::new(1.0, 0), "GET");
        step(&request, Step::Upstream);
    });
    let of = |name: &str| spans.iter().find(|(it, _)| it == name).unwrap().1.as_deref();
    assert_eq!((of("request"), of("upstream")), (None, Some("request")));
}

#[test]
fn the_coin_falls_for_its_share() {
    let falls = |share: f64| {
        let coin = Coin::new(share, 7);
        (0..100_000).filter(|_| coin.falls()).count()
    };
    assert_eq!((falls(0.0), falls(-3.0), falls(f64::NAN)), (0, 0, 0));
    assert_eq!((falls(1.0), falls(7.5)), (100_000, 100_000));
    // Five standard deviations.
    assert!(falls(0.01).abs_diff(1_000) < 160, "{}", falls(0.01));
    assert!(falls(0.5).abs_diff(50_000) < 800, "{}", falls(0.5));
}

#[test]
fn a_strangers_method_is_not_written_down() {
    assert_eq!(known_method("GET"), "GET");
    assert_eq!(known_method("0123456789abcdef"), "_OTHER");
}
