//! The sentences of the guide, and which of them are not asserted, with the reason.

/// A sentence of the guide.
pub(super) struct Statement {
    /// Its number.
    pub(super) number: u8,
    /// What is promised.
    pub(super) sentence: &'static str,
}

/// All of them, in their order.
pub(super) fn statements() -> impl Iterator<Item = Statement> {
    include_str!("../../guide/statements.md").lines().filter_map(|line| {
        let (number, sentence) = line.split_once(". ")?;
        Some(Statement { number: number.parse().ok()?, sentence })
    })
}

const FLOWS: &str = "asked with the delegated flows, which are not built yet";
const PAGES: &str = "a page, and there are none yet";

/// What is not asserted, or only in part, and why.
pub(super) const LEFT_OUT: &[(u8, &str)] = &[
    (5, "where the page is: with the pages; what it is made of is asked here"),
    (8, FLOWS),
    (9, FLOWS),
    (10, PAGES),
    (
        11,
        "which callback it takes: with the delegated flows; what a record may store is asked here",
    ),
    (12, "the same"),
    (18, "where the page is: with the pages; that the list and the form's act exist is asked here"),
    (29, "the portlet: with the pages; who may see the list is asked here"),
    (35, "where the page is: with the pages; the list is asked here"),
    (54, FLOWS),
    (55, FLOWS),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_are_numbered_without_a_gap() {
        let numbers: Vec<u8> = statements().map(|it| it.number).collect();
        assert_eq!(numbers, (1..=56).collect::<Vec<u8>>());
    }
}
