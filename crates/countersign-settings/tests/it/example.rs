//! The example of the reference is right, and has all settings.

use countersign_settings::{Usual, reference};

use crate::world::read_with;

const EXAMPLE: &str = include_str!("../../../../docs/reference/countersign.toml");

#[test]
fn the_example_is_right() {
    let effective = read_with(EXAMPLE, &[]).unwrap();
    let keys: Vec<&str> = effective.warnings.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, [""; 0]);
}

#[test]
fn the_example_is_right_with_all_defaults_and_optional_settings_written_out() {
    let is_setting = |line: &str| line.starts_with("# ") && line.contains(" = ");
    let lines = EXAMPLE.lines().map(|line| if is_setting(line) { &line[2..] } else { line });
    let written: Vec<&str> = lines.collect();
    let written = read_with(&written.join("\n"), &[]).unwrap();
    let example = read_with(EXAMPLE, &[]).unwrap();
    assert_eq!(written.settings.limits.idle, example.settings.limits.idle);
    assert!(written.settings.domain.is_some());
}

#[test]
fn the_example_has_every_setting_with_its_default() {
    let mut sections = EXAMPLE.split("\n[");
    let top = sections.next().unwrap();
    let sections: Vec<&str> = sections.collect();
    for section in reference() {
        let heading = section.heading.trim_start_matches('[');
        let here: Vec<&str> = match heading {
            "" => vec![top],
            _ => {
                let is_here = |it: &&&str| it.trim_start_matches('[').starts_with(heading);
                sections.iter().filter(is_here).copied().collect()
            }
        };
        for row in section.rows {
            let lines = here.iter().flat_map(|text| text.lines());
            let mut values = lines.filter_map(|line| {
                let (key, value) = line.split_once(" = ")?;
                (key.trim_start_matches("# ") == row.key).then_some((key.starts_with('#'), value))
            });
            let (is_comment, value) =
                values.next().unwrap_or_else(|| panic!("{}.{} is missing", heading, row.key));
            if let (true, Usual::Value(usual)) = (is_comment, &row.usual) {
                assert_eq!(usual.to_string(), value, "{}", row.key);
            }
        }
    }
}
