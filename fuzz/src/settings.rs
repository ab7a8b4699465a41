//! Targets of `countersign-settings`.

use std::collections::BTreeMap;

use countersign_settings::{Source, read};

/// A file, and behind a zero byte lines of `NAME=VALUE`: read or refused, on lines that a terminal
/// can show. What is read can be shown and read again.
pub fn configuration(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let text = parts.next().unwrap_or_default();
    let variables = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let pairs = variables.lines().filter_map(|line| line.split_once('='));
    let environment: BTreeMap<String, String> =
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let source = Source { file: "countersign.toml", text, environment: &environment };
    match read(&source) {
        Err(faults) => {
            assert!((1..=100).contains(&faults.list().len()));
            let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
            let said = faults.to_string();
            let most = faults.list().len() + usize::from(faults.further() > 0);
            assert_eq!(said.lines().count(), most, "a fault is a line: {said:?}");
            assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:?}");
            for fault in faults.list() {
                if let countersign_settings::Place::Line(line) = fault.place {
                    assert!((1..=lines).contains(&line), "{line} of {lines} lines");
                }
            }
        }
        Ok(effective) => {
            let shown = effective.to_string();
            let source = Source { text: shown.as_bytes(), environment: &BTreeMap::new(), ..source };
            let again = read(&source).unwrap_or_else(|faults| panic!("{faults}\nin\n{shown}"));
            assert_eq!(again.settings, effective.settings);
            assert_eq!(again.warnings.len(), effective.warnings.len());
        }
    }
}
