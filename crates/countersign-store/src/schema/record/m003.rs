//! Who did something at a known time.

use sea_orm::sea_query::Index;

use crate::schema::Steps;

/// From an index of events by their number alone.
pub(super) fn steps(steps: &mut Steps) {
    steps.then(Index::create().name("event_by_time").table("event").col("account").col("at_ms"));
}
