//! `docs/reference/metrics.md`: every family of metrics, its labels, and when to act.

use countersign_telemetry::metrics::{Declaration, DeclaredLabel, GROUPS, Group, Kind, Values};

const INTRODUCTION: &str = "\
# Metrics

<!-- Made by `cargo xtask docs` from the declarations in countersign-telemetry: edit those. -->

`GET /countersign/metrics` answers in the OpenMetrics text format, to peers in the networks that the
settings allow; without any, to this machine only. Everybody else gets what a path that does not
exist gets. It shows no id, address, name or path.

Each family's alarm is a proposal for an installation of usual size: when to look, and at what.
";

/// The whole document.
pub(super) fn text() -> String {
    GROUPS.iter().fold(INTRODUCTION.to_owned(), |text, group| text + &section(group))
}

fn section(Group { title, families }: &Group) -> String {
    let rows: String = families.iter().map(row).collect();
    format!(
        "\n## {title}\n\n| name | kind | labels | what it says | when to act |\n\
         | --- | --- | --- | --- | --- |\n{rows}"
    )
}

fn row(family: &Declaration) -> String {
    let kind = match family.kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
        Kind::Info => "info",
    };
    let labels: Vec<String> = family.labels.iter().map(label).collect();
    format!(
        "| `{}` | {kind} | {} | {} | {} |\n",
        family.full_name(),
        labels.join("; "),
        family.help,
        family.alarm.unwrap_or_default()
    )
}

fn label(label: &DeclaredLabel) -> String {
    let values = match label.values {
        Values::Fixed(values) => {
            values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
        }
        Values::Elsewhere(words) => words.to_owned(),
    };
    format!("`{}`: {values}", label.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_a_row_with_all_values_of_its_labels() {
        let text = text();
        for family in GROUPS.iter().flat_map(|group| group.families) {
            let start = format!("| `{}` | ", family.full_name());
            let row = text.lines().find(|line| line.starts_with(&start)).unwrap();
            assert_eq!(row.matches(" | ").count(), 4, "{row}");
            for label in family.labels {
                if let Values::Fixed(values) = label.values {
                    assert!(values.iter().all(|value| row.contains(&format!("`{value}`"))));
                }
            }
        }
    }
}
