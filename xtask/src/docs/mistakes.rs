//! `docs/integrator/mistakes.md`: every code, what it means, how to fix it, and where in the usual
//! library of each language.

use countersign_signing::diagnose::{Code, Language, Topic};

const INTRODUCTION: &str = "\
# Mistakes and how to fix them

<!-- Made by `cargo xtask docs` from the declarations in countersign-signing: edit those. -->

Every refused request has a code. In `countersign dev` it stands in the header
`Countersign-Diagnosis`, with a sentence in `Countersign-Explanation` and all of it in the terminal.
Codes joined by `+` are all wrong with one request: each has to be mended.

Where the signature was reproduced, the code is a fact and not a guess: the request was signed again
with this mistake, and that gave the signature that came. Where several mistakes give it, the code
is the first of them and the sentence names them all. `unexplained` says that nothing known does,
and names the secrets on our side by fingerprint.

The last column leads to what to write in the library that is usual in each language.
";

/// Codes of states that the record does not have yet.
const NOT_YET: [Code; 1] = [Code::LockedOut];

/// The whole document.
pub(super) fn text() -> String {
    let rows = Code::all().map(row);
    let sections = Topic::ALL.into_iter().filter(|topic| !topic.hints().is_empty()).map(section);
    let table = "\n## Codes\n\n| code | what it means | how to fix it | where |\n\
                 | --- | --- | --- | --- |\n";
    let heading = "\n## In the client\n";
    let parts = [INTRODUCTION.to_owned(), table.to_owned()].into_iter().chain(rows);
    parts.chain([heading.to_owned()]).chain(sections).collect()
}

fn row(code: Code) -> String {
    let topic = code.topic();
    let place = if topic.hints().is_empty() {
        topic.name().to_owned()
    } else {
        format!("[{}](#{})", topic.name(), anchor(topic))
    };
    let (name, meaning, fix) = (code.as_str(), cell(code.meaning()), cell(code.fix()));
    let note = if NOT_YET.contains(&code) { " *Not yet given by this version.*" } else { "" };
    format!("| <a id=\"{name}\"></a>`{name}` | {meaning}{note} | {fix} | {place} |\n")
}

fn section(topic: Topic) -> String {
    let hint = |(language, hint): &(Language, &str)| {
        format!("| {} | {} |\n", cell(language.name()), cell(hint))
    };
    let hints: String = topic.hints().iter().map(hint).collect();
    let codes = Code::all().filter(|code| code.topic() == topic);
    let codes = codes.map(|code| format!("[`{0}`](#{0})", code.as_str()));
    let codes = codes.collect::<Vec<_>>().join(", ");
    format!(
        "\n### {}\n\nFor {codes}.\n\n| language | write |\n| --- | --- |\n{hints}",
        topic.name()
    )
}

/// As Markdown readers make one of a heading.
fn anchor(topic: Topic) -> String {
    topic.name().to_lowercase().replace(' ', "-")
}

/// Text in a cell of a table. Outside of backticks a few characters mean something.
pub(super) fn cell(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        let part = part.replace('|', "\\|");
        let is_code = at % 2 == 1;
        if is_code {
            part
        } else {
            part.replace('*', "\\*").replace('<', "&lt;").replace('_', "\\_")
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_row_and_every_topic_of_a_client_a_section() {
        let text = text();
        for code in Code::all() {
            assert!(text.contains(&format!("<a id=\"{0}\"></a>`{0}` | ", code.as_str())));
        }
        for topic in Topic::ALL.into_iter().filter(|topic| *topic != Topic::Record) {
            assert!(text.contains(&format!("\n### {}\n", topic.name())));
            assert!(text.contains(&format!("(#{})", anchor(topic))));
        }
    }

    #[test]
    fn what_is_not_given_yet_is_said_so_and_nothing_gives_it() {
        let path = "/../crates/countersign-verify/src/refusal.rs";
        let refusals = std::fs::read_to_string(format!("{}{path}", env!("CARGO_MANIFEST_DIR")));
        let refusals = refusals.unwrap();
        for code in NOT_YET {
            assert!(!refusals.contains(&format!("Code::{code:?}")), "{code} is given: take it out");
        }
        let said = text().matches("*Not yet given by this version.*").count();
        assert_eq!(said, NOT_YET.len());
    }

    #[test]
    fn what_markdown_would_take_for_its_own_is_escaped_outside_of_code() {
        assert_eq!(cell("a|b *c* `d|e *f*` g_h"), "a\\|b \\*c\\* `d\\|e *f*` g\\_h");
    }
}
