//! Answers, for people and for programs.

use serde_json::{Map, Value};

use countersign_caller::terminal;

/// For programs: as the API has it.
pub(super) fn json(value: &Value) -> String {
    format!("{value:#}\n")
}

/// One thing: a line for each member, those named `first` before the others.
pub(super) fn fields(value: &Value, first: &[&str]) -> String {
    let Value::Object(members) = value else { return format!("{}\n", cell(value)) };
    let names = ordered(members, first);
    let width = names.iter().map(|name| name.len()).max().unwrap_or_default();
    let line = |name: &&str| format!("{name:width$}  {}\n", cell(&members[*name]));
    names.iter().map(line).collect()
}

/// Several things of a kind: a line for each, a column for each of `columns`.
pub(super) fn table(rows: &[Value], columns: &[&str]) -> String {
    let head = columns.iter().map(|name| name.to_uppercase().replace('_', " ")).collect();
    let cells = |row: &Value| columns.iter().map(|name| cell(&row[*name])).collect();
    let lines: Vec<Vec<String>> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| {
        lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    lines.iter().map(line).collect()
}

fn ordered<'m>(members: &'m Map<String, Value>, first: &[&str]) -> Vec<&'m str> {
    let place = |name: &str| first.iter().position(|it| *it == name).unwrap_or(first.len());
    let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
    names.sort_by_key(|name| place(name));
    names
}

/// A value in one line. Names are whatever somebody called something: they move no cursor.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(members) if members.is_empty() => "-".to_owned(),
        Value::Object(members) => {
            let pairs = members.iter().map(|(name, value)| format!("{name}={}", cell(value)));
            pairs.collect::<Vec<_>>().join(" ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    terminal::plain(&text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_thing_is_shown_line_by_line_with_what_matters_first() {
        let value = json!({ "b": null, "consumer_key": "k", "a": [1, { "x": true }], "c": {} });
        let text = "consumer_key  k\na             1, x=true\nb             -\nc             -\n";
        assert_eq!(fields(&value, &["consumer_key", "missing"]), text);
    }

    #[test]
    fn things_are_shown_in_columns() {
        let rows = [json!({ "n": 1, "full_name": "Ann" }), json!({ "n": 20, "other": 1 })];
        assert_eq!(table(&rows, &["n", "full_name"]), "N   FULL NAME\n1   Ann\n20  -\n");
    }

    #[test]
    fn a_name_moves_no_cursor() {
        let shown = fields(&json!({ "name": "a\u{1b}[2Jb\nc" }), &[]);
        assert!(!shown.contains('\u{1b}') && shown.lines().count() == 1, "{shown:?}");
    }
}
