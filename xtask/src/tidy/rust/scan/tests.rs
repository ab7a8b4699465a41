use super::*;

fn scan(text: &str) -> Scan {
    Scan::of(text).unwrap()
}

#[test]
fn functions_are_measured_from_their_first_word_to_their_last_brace() {
    let text = "/// Text with { and fn x() {\n\
                pub async fn first<T>(a: T) -> [u8; 2]\n\
                where\n    T: Fn(u8),\n{\n    let f: fn(u8) = g; // }\n    \"}\"\n}\n\
                fn second() {}\n\
                trait T { fn declared(&self); fn third(&self) {\n } }\n";
    let found: Vec<_> =
        scan(text).functions.into_iter().map(|f| (f.name, f.line, f.length)).collect();
    let expected = [("first", 2, 7), ("second", 9, 1), ("third", 10, 2)];
    assert_eq!(found, expected.map(|(name, line, length)| (name.to_owned(), line, length)));
}

#[test]
fn functions_within_functions_and_macros_are_seen() {
    let text =
        "fn outer() {\n fn inner() {\n }\n}\nproptest! { #[test] fn property(a in 0..9) {\n}\n}";
    let names: Vec<_> = scan(text).functions.into_iter().map(|f| f.name).collect();
    assert_eq!(names, ["outer", "inner", "property"]);
}

#[test]
fn items_for_tests_are_known_with_their_lines() {
    let text = "fn code() {}\n\
                #[cfg(test)]\n#[derive(Debug)]\nstruct Fake(u8);\n\
                #[cfg(all(test, unix))]\nmod tests {\n    fn a() {}\n}\n\
                #[cfg(not(test))]\nfn real() {}\n\
                #[cfg(test)]\nmod more;\n";
    assert_eq!(scan(text).tests, [2..=4, 5..=8, 11..=12]);
}

#[test]
fn reading_the_environment_is_found_however_it_is_imported() {
    let finds = |text: &str| !scan(text).environment.is_empty();
    assert!(finds("fn f() { std::env::var(\"HOME\"); }"));
    assert!(finds("use std::env;"));
    assert!(finds("use std::{fs, env::{self, VarError}};"));
    assert!(finds("fn f() { println!(\"{:?}\", ::std::env::args()); }"));
    assert!(!finds("// std::env::var\nconst V: &str = env!(\"CARGO_PKG_VERSION\");"));
    assert!(!finds("use std::{fmt, path::env};"));
}

#[test]
fn unsafe_is_found_in_code_only() {
    assert_eq!(scan("fn f() {\n    unsafe { g() }\n}").unsafe_words, [2]);
    assert_eq!(scan("#[unsafe(no_mangle)]\nfn f() {}").unsafe_words, [1]);
    assert!(scan("/// unsafe\nconst WORD: &str = \"unsafe\"; // unsafe").unsafe_words.is_empty());
}

#[test]
fn modules_are_listed() {
    let expected = [(1, "edge".to_owned()), (2, "inner".to_owned())];
    assert_eq!(scan("mod edge;\npub(crate) mod inner {}").modules, expected);
}

#[test]
fn what_is_no_rust_says_where() {
    assert_eq!(Scan::of("fn f() {}\nfn g() { \"no end\n").unwrap_err().line, 2);
}
