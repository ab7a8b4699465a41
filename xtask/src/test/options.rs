//! What was asked of `cargo xtask test`.

use crate::refusal::Refusal;

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Options {
    /// Also the tests named `long_...`, more cases for each property, and fuzzing.
    pub(crate) long: bool,
    /// Handed to the test runner as it is.
    pub(crate) selection: Vec<String>,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Refusal> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--long" => options.long = true,
                "--" => options.selection = rest.by_ref().cloned().collect(),
                other => {
                    return Err(Refusal::new(format!(
                        "test does not know `{other}`; options of the test runner follow `--`"
                    )));
                }
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, Refusal> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn options_of_the_runner_follow_two_dashes() {
        let options = parse("--long -- --long -p countersign-store").unwrap();
        assert!(options.long);
        assert_eq!(options.selection, ["--long", "-p", "countersign-store"]);
        assert_eq!(parse("").unwrap(), Options::default());
    }

    #[test]
    fn an_unknown_option_is_refused() {
        assert!(parse("--lnog").is_err());
        assert!(parse("-p countersign-store").is_err());
    }
}
