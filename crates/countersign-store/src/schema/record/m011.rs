//! Indexes for a million tokens: of those that have what few tokens have, which a start reads of
//! these alone, and of those of an integration in the order of their list.

use sea_orm::sea_query::Index;

use crate::schema::Steps;

/// From tokens that end.
pub(super) fn steps(steps: &mut Steps) {
    // Both databases have such an index, and want these very words of who goes by it.
    steps.sql(
        "CREATE INDEX access_token_special ON access_token (account, number) \
         WHERE (expires_at_ms IS NOT NULL OR addresses IS NOT NULL \
         OR lapsed_at_ms IS NOT NULL OR retiring_until_ms IS NOT NULL)",
    );
    // Without the number in it, a list of an integration that has few tokens went through all.
    steps.sql("DROP INDEX access_token_by_installation");
    steps.then(
        Index::create()
            .name("access_token_by_installation")
            .table("access_token")
            .col("account")
            .col("installation")
            .col("number"),
    );
}
