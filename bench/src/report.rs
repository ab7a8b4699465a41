//! Rows, what is aimed at, and how both are shown.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One number.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) detail: String,
}

/// What a row should reach. The rows with an aim are those of `report.json`.
const AIMS: [(&str, Aim); 17] = [
    ("decision_over_hmac", Aim::AtMost(4.0)),
    ("decision_with_journal_over_hmac", Aim::None),
    ("allocations_per_decision", Aim::AtMost(0.0)),
    ("bytes_per_token", Aim::AtMost(400.0)),
    ("replay_bytes_per_request", Aim::AtMost(24.0)),
    ("decision_1m_over_1k", Aim::AtMost(1.5)),
    ("startup_1m_seconds", Aim::AtMost(5.0)),
    ("page_of_1m_ms", Aim::AtMost(100.0)),
    ("reset_1m_seconds", Aim::AtMost(1.0)),
    ("delete_1m_seconds", Aim::None),
    ("gate_over_hello", Aim::AtLeast(0.3)),
    ("assertion_made_us", Aim::None),
    ("assertion_cached_ns", Aim::None),
    ("tls_over_plain", Aim::None),
    ("allocations_per_proxied_request", Aim::None),
    ("explanation_search_ms", Aim::None),
    ("good_p99_under_wrong_flood", Aim::AtMost(2.0)),
];

#[derive(Clone, Copy)]
enum Aim {
    AtMost(f64),
    AtLeast(f64),
    None,
}

impl Aim {
    fn text(self) -> String {
        match self {
            Self::AtMost(most) => format!("at most {most}"),
            Self::AtLeast(least) => format!("at least {least}"),
            Self::None => String::new(),
        }
    }

    fn verdict(self, value: f64) -> &'static str {
        let met = match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
            Self::None => return "",
        };
        if met { "met" } else { "not met" }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Markdown,
}

pub(crate) struct Report {
    machine: String,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(machine: String) -> Self {
        Self { machine, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
    }

    pub(crate) fn table(&self, form: Form) -> String {
        let head = ["row", "value", "aim", "", "detail"].map(str::to_owned);
        let lines: Vec<[String; 5]> =
            std::iter::once(head).chain(self.rows.iter().map(cells)).collect();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
        let widths: [usize; 5] = std::array::from_fn(|column| width(column).unwrap_or_default());
        let mut text = format!("\n{}\n\n", self.machine);
        for (index, line) in lines.iter().enumerate() {
            let padded: Vec<String> =
                line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            match form {
                Form::Text => text.push_str(padded.join("  ").trim_end()),
                Form::Markdown => text.push_str(&format!("| {} |", padded.join(" | "))),
            }
            text.push('\n');
            if form == Form::Markdown && index == 0 {
                text.push_str("| --- | ---: | --- | --- | --- |\n");
            }
        }
        text
    }

    /// Writes `report.json`; what was not measured is null.
    pub(crate) fn write(&self, dir: &Path) -> Result<()> {
        let number = |name: &str| {
            let row = self.rows.iter().find(|row| row.name == name);
            row.and_then(|row| serde_json::Number::from_f64(row.value))
        };
        let keys: Map<String, Value> = AIMS
            .iter()
            .map(|(name, _)| ((*name).to_owned(), number(name).map_or(Value::Null, Value::Number)))
            .collect();
        fs::create_dir_all(dir).context("can't make the folder of the report")?;
        let path = dir.join("report.json");
        fs::write(&path, serde_json::to_string_pretty(&keys)? + "\n")
            .with_context(|| format!("can't write {}", path.display()))
    }
}

fn cells(row: &Row) -> [String; 5] {
    let aim = AIMS.iter().find(|(name, _)| *name == row.name).map(|(_, aim)| *aim);
    let (name, aim) = match aim {
        Some(aim) => (row.name.clone(), aim),
        None => (format!("· {}", row.name), Aim::None),
    };
    let value = format!("{} {}", digits(row.value), row.unit);
    let verdict = aim.verdict(row.value).to_owned();
    [name, value.trim_end().to_owned(), aim.text(), verdict, row.detail.clone()]
}

/// Three digits that count.
fn digits(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(rows: &[(&str, f64)]) -> Report {
        let rows = rows.iter().map(|(name, value)| Row {
            name: (*name).to_owned(),
            value: *value,
            unit: String::new(),
            detail: "d".to_owned(),
        });
        Report { machine: "m".to_owned(), rows: rows.collect() }
    }

    #[test]
    fn a_missed_aim_is_told() {
        let table = report(&[("bytes_per_token", 401.0), ("gate_over_hello", 0.3), ("parse", 1.0)])
            .table(Form::Markdown);
        let lines: Vec<&str> = table.lines().skip(5).collect();
        assert!(lines[0].contains("not met"), "{table}");
        assert!(lines[1].contains("| met "), "{table}");
        assert!(!lines[2].contains("met"), "{table}");
    }

    #[test]
    fn the_report_has_all_keys_whatever_was_measured() {
        let dir = tempfile::tempdir().unwrap();
        report(&[("bytes_per_token", 401.0), ("parse", 1.0)]).write(dir.path()).unwrap();
        let text = fs::read_to_string(dir.path().join("report.json")).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value.as_object().unwrap().len(), AIMS.len());
        assert_eq!(value["bytes_per_token"], 401.0);
        assert_eq!(value["gate_over_hello"], Value::Null);
    }
}
