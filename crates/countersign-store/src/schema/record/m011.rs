//! An index of the tokens that have what few tokens have: a start reads it of these alone.

use crate::schema::Steps;

/// From tokens that end.
pub(super) fn steps(steps: &mut Steps) {
    // Both databases have such an index, and want these very words of who goes by it.
    steps.sql(
        "CREATE INDEX access_token_special ON access_token (account, number) \
         WHERE (expires_at_ms IS NOT NULL OR addresses IS NOT NULL \
         OR lapsed_at_ms IS NOT NULL OR retiring_until_ms IS NOT NULL)",
    );
}
