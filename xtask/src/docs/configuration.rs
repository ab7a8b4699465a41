//! `docs/reference/configuration.md`: every setting, as it was declared.

use countersign_settings::{SectionReference, SettingReference, Usual, reference};

use super::mistakes::cell;

const INTRODUCTION: &str = "\
# Configuration

<!-- Made by `cargo xtask docs` from the declarations in countersign-settings: edit those. -->

`countersign serve --config FILE` reads one file, in [TOML](https://toml.io/en/v1.0.0).
`countersign check-config --config FILE` reads it too, starts nothing, and prints what counts, with
the origin of each value behind it; or every fault at once, with its line, and what would be right.
There is [an example](countersign.toml) with all settings.

- **Sizes** are whole numbers of `B`, `KiB`, `MiB` or `GiB`, such as `\"64 KiB\"`; a number alone is
  bytes. **Times** are whole numbers of `ms`, `s`, `min`, `h` or `d`, such as `\"30 s\"`.
- **Paths** of files are absolute.
- **Environment variables** go before the file, and the file before the default. Lists stand
  between commas there. A variable that is set to nothing is not set. One that begins with
  `COUNTERSIGN_` and is no setting is a fault; those of `countersign call`, and those that
  Kubernetes makes for a service of that name, are left alone. What stands in a section with two
  brackets has no variable.
- **Secrets** stand neither in the file nor in the environment: a setting names a file that holds
  one.
- What may stand several times is counted from 1: `listener[2].address`.
";

/// The whole document.
pub(super) fn text() -> String {
    let sections: String = reference().iter().map(section).collect();
    format!("{INTRODUCTION}{sections}")
}

fn section(section: &SectionReference) -> String {
    let SectionReference { heading, about, rows } = section;
    let heading = if heading.is_empty() { "The top".to_owned() } else { format!("`{heading}`") };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "\n## {heading}\n\n{about}\n\n| key | what it does | what can be written | default |\n\
         | --- | --- | --- | --- |\n{rows}"
    )
}

fn row(setting: &SettingReference) -> String {
    let SettingReference { key, kind, usual, variable, meaning } = setting;
    let usual = match usual {
        Usual::Required => "**required**".to_owned(),
        Usual::Nothing => "not set".to_owned(),
        Usual::Value(value) => format!("`{value}`"),
    };
    let variable = variable.as_ref().map(|name| format!("<br>`{name}`")).unwrap_or_default();
    let (meaning, kind) = (cell(meaning), cell(kind));
    format!("| `{key}`{variable} | {meaning} | {kind} | {usual} |\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_row_with_its_default_and_its_variable() {
        let text = text();
        for row in [
            "| `data_dir`<br>`COUNTERSIGN_DATA_DIR` | The folder that `countersign init` made. | \
             absolute path of a folder | **required** |",
            "| `serves` | ",
            "| `\"64 KiB\"` |",
            "| `[\"127.0.0.0/8\", \"::1/128\"]` |",
            "\n## `[listener.tls]`\n",
        ] {
            assert!(text.contains(row), "{row}");
        }
    }
}
