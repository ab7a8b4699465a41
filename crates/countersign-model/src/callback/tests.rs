use super::*;

/// One case a line: `store URL RULE` or `match STORED URL yes|no`, see the file's first lines.
const CASES: &str = include_str!("cases.txt");

enum Case {
    Store { url: String, rule: Option<String> },
    Match { stored: String, url: String, matches: bool },
}

fn cases() -> Vec<Case> {
    let lines = CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(case).collect()
}

fn case(line: &str) -> Case {
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    match words[..] {
        ["store", url, "ok"] => Case::Store { url: unescape(url), rule: None },
        ["store", url, rule] => Case::Store { url: unescape(url), rule: Some(rule.to_owned()) },
        ["match", stored, url, answer] => {
            let matches = match answer {
                "yes" => true,
                "no" => false,
                _ => panic!("{line}"),
            };
            Case::Match { stored: unescape(stored), url: unescape(url), matches }
        }
        _ => panic!("{line}"),
    }
}

/// `{20}` stands for the character U+0020, `{}` for nothing, `{a*300}` for 300 times `a`.
fn unescape(word: &str) -> String {
    let mut text = String::new();
    let mut rest = word;
    while let Some((before, inside)) = rest.split_once('{') {
        let (code, after) = inside.split_once('}').unwrap();
        text += before;
        match code.split_once('*') {
            Some((what, times)) => text += &what.repeat(times.parse().unwrap()),
            None if code.is_empty() => {}
            None => {
                text.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
            }
        }
        rest = after;
    }
    text + rest
}

#[test]
fn each_case_of_the_table_is_stored_or_refused_by_its_rule_and_matched_or_not() {
    let wrong = cases().into_iter().filter_map(|case| match case {
        Case::Store { url, rule } => {
            let broken = CallbackUrl::parse(&url).err().map(InvalidCallbackUrl::rule);
            (broken != rule.as_deref()).then(|| format!("{url:?} breaks {broken:?}"))
        }
        Case::Match { stored, url, matches } => {
            let answer = CallbackUrl::parse(&stored).unwrap().matches(&url);
            (answer != matches).then(|| format!("{stored} and {url:?}: {answer}"))
        }
    });
    assert_eq!(wrong.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn the_table_has_two_hundred_cases_and_breaks_each_rule() {
    let cases = cases();
    assert!(cases.len() >= 200, "{} cases", cases.len());
    let matched = cases.iter().filter(|case| matches!(case, Case::Match { .. })).count();
    assert!((80..=cases.len() - 80).contains(&matched), "{matched} of {}", cases.len());
    for rule in InvalidCallbackUrl::ALL {
        let breaks = |case: &Case| match case {
            Case::Store { rule: Some(broken), .. } => broken == rule.rule(),
            _ => false,
        };
        assert!(cases.iter().any(breaks), "{}", rule.rule());
    }
}

#[test]
fn what_is_stored_without_a_wildcard_matches_itself() {
    for case in cases() {
        let Case::Store { url, rule: None } = case else { continue };
        let stored = CallbackUrl::parse(&url).unwrap();
        assert_eq!(stored.matches(&url), !url.contains('*'), "{url}");
        assert_eq!(stored.to_string(), url);
    }
}

#[test]
fn a_stored_url_that_breaks_todays_rules_matches_nothing() {
    let old = CallbackUrl::from_store("https://*.com/cb".to_owned());
    assert!(!old.matches("https://evil.com/cb"));
    assert!(!old.matches("https://*.com/cb"));
}
