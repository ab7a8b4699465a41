use super::*;

const HEADER: &str = "//! A header.\n";

fn rules(path: &str, text: &str) -> Vec<&'static str> {
    check(&Tree::of(&[(path, text)])).into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_file_without_a_name_of_its_own_is_found() {
    assert_eq!(rules("crates/a/src/utils.rs", HEADER), ["names"]);
    assert_eq!(rules("crates/a/src/helpers/dates.rs", HEADER), ["names"]);
    assert_eq!(rules("crates/a/src/judge/mod.rs", HEADER), ["names"]);
    assert_eq!(rules("crates/a/src/judge.rs", "//! H.\nmod types {}\n"), ["names"]);
    assert_eq!(rules("crates/a/src/token_types.rs", HEADER), [""; 0]);
}

#[test]
fn every_module_but_tests_has_a_header() {
    assert_eq!(rules("crates/a/src/judge.rs", "use std::fmt;\n"), ["header"]);
    assert_eq!(rules("crates/a/src/judge.rs", ""), ["header"]);
    assert_eq!(rules("crates/a/src/judge/tests.rs", "use super::*;\n"), [""; 0]);
    assert_eq!(rules("fuzz/fuzz_targets/header.rs", "#![no_main]\n//! The header.\n"), [""; 0]);
}

#[test]
fn wide_lines_are_found_unless_one_word_makes_them_wide() {
    let sentence = format!("{HEADER}// {}\n", "word ".repeat(25));
    let signature = format!("{HEADER}// {}\n", "x".repeat(120));
    let umlauts = format!("{HEADER}// {}\n", "ü ".repeat(48));
    assert_eq!(rules("crates/a/src/judge.rs", &sentence), ["width"]);
    assert_eq!(rules("crates/a/src/judge.rs", &signature), [""; 0]);
    assert_eq!(rules("crates/a/src/judge.rs", &umlauts), [""; 0]);
}

#[test]
fn the_environment_is_read_by_the_program_and_by_tests_only() {
    let code = "//! H.\nfn f() { std::env::var(\"A\"); }\n";
    let tests = "//! H.\n#[cfg(test)]\nmod tests {\n fn f() { std::env::var(\"A\"); }\n}\n";
    assert_eq!(rules("crates/countersign-gate/src/edge.rs", code), ["environment"]);
    assert_eq!(rules("crates/countersign-gate/src/edge.rs", tests), [""; 0]);
    assert_eq!(rules("crates/countersign-gate/src/edge/tests.rs", code), [""; 0]);
    assert_eq!(rules("crates/countersign-gate/build.rs", code), [""; 0]);
    assert_eq!(rules("crates/countersign/src/settings.rs", code), [""; 0]);
}
