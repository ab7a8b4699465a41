//! Planted credentials are found, all of them, and nothing else.

use countersign_model::{Chance, ConsumerKey, ConsumerSecret, TokenId, TokenSecret};
use countersign_testkit::SeededChance;

use super::*;

fn found(text: &[u8], part: usize) -> Vec<Found> {
    let (mut finder, mut all) = (Finder::default(), Vec::new());
    text.chunks(part).for_each(|part| finder.read(part, |found| all.push(found)));
    all
}

fn places(text: &str) -> Vec<(u64, u64, CredentialKind)> {
    let all = found(text.as_bytes(), text.len().max(1));
    all.iter().map(|it| (it.line, it.column, it.kind)).collect()
}

fn one_of_each(chance: &dyn Chance) -> [(CredentialKind, String); 4] {
    [
        (CredentialKind::ConsumerKey, ConsumerKey::generate(chance).to_string()),
        (CredentialKind::ConsumerSecret, ConsumerSecret::generate(chance).reveal().to_string()),
        (CredentialKind::TokenId, TokenId::generate(chance).to_string()),
        (CredentialKind::TokenSecret, TokenSecret::generate(chance).reveal().to_string()),
    ]
}

#[test]
fn each_kind_is_found_at_its_place_and_shown_by_its_first_digits() {
    for (kind, text) in one_of_each(&SeededChance::new(1)) {
        let file = format!("first line\n  key = \"{text}\"\n");
        assert_eq!(places(&file), [(2, 10, kind)]);
        let all = found(file.as_bytes(), 7);
        assert_eq!(&all[0].begins, &text.as_bytes()[..Found::SHOWN]);
    }
}

#[test]
fn what_stands_around_one_hides_none() {
    let [(kind, text), (beside, other), ..] = one_of_each(&SeededChance::new(2));
    assert_eq!(places(&text), [(1, 1, kind)]);
    assert_eq!(places(&format!("%22{text}%22")), [(1, 4, kind)]);
    assert_eq!(places(&format!("oauth_token%3D{text}%26")), [(1, 15, kind)]);
    assert_eq!(places(&text.to_uppercase()), [(1, 1, kind)]);
    assert_eq!(places(&format!("{text}{other}")), [(1, 1, kind), (1, 65, beside)]);
    assert_eq!(places(&format!("abc{text}{other}0")), [(1, 4, kind), (1, 68, beside)]);
    assert_eq!(places(&format!("{text}&{other}")), [(1, 1, kind), (1, 66, beside)]);
}

#[test]
fn half_of_one_a_changed_one_and_a_hash_are_none() {
    let [(_, text), ..] = one_of_each(&SeededChance::new(3));
    let changed = format!("{}{}", &text[..63], if text.ends_with('0') { '1' } else { '0' });
    let broken = format!("{}\n{}", &text[..32], &text[32..]);
    let (half, hash) = (text[..63].to_owned(), "5a".repeat(32));
    for none in [half, changed, broken, hash, String::new()] {
        assert_eq!(places(&none), [], "{none}");
    }
}

#[test]
fn it_does_not_matter_in_which_parts_a_file_is_read() {
    let chance = SeededChance::new(4);
    let texts = one_of_each(&chance).map(|(_, text)| text);
    let file = format!("a\n{}\n\n{} {}\nff{}", texts[0], texts[1], texts[2], texts[3]);
    let whole = found(file.as_bytes(), file.len());
    assert_eq!(whole.len(), 4);
    for part in 1..130 {
        assert_eq!(found(file.as_bytes(), part), whole, "{part}");
    }
}

/// A corpus of lines, with a random hash in every `every`-th of them, and planted credentials among
/// them: all of these are found, and nothing else.
fn corpus_of(size: usize, hashes: u64) {
    const LINE: &[u8] = b"{\"level\":\"info\",\"took\":12,\"path\":\"/services/rest/record/v1\"}\n";
    let chance = SeededChance::new(5);
    let (mut finder, mut planted, mut seen) = (Finder::default(), Vec::new(), Vec::new());
    let (mut line, mut read, mut hashed) = (1, 0, 0);
    let rest = size / usize::try_from(hashes).unwrap();
    let mut text = Vec::new();
    while hashed < hashes || read < size {
        text.clear();
        for _ in 0..1000 {
            let mut hash = [0; 32];
            chance.fill(&mut hash);
            text.extend_from_slice(b"sha256:");
            text.extend(hash.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()));
            text.push(b'\n');
            line += 1;
            hashed += 1;
            for _ in 0..rest.saturating_sub(72) / LINE.len() {
                text.extend_from_slice(LINE);
                line += 1;
            }
        }
        for (kind, credential) in one_of_each(&chance) {
            planted.push((line, 5, kind));
            text.extend_from_slice(format!("key={credential}\n").as_bytes());
            line += 1;
        }
        read += text.len();
        finder.read(&text, |found| seen.push((found.line, found.column, found.kind)));
    }
    assert!(hashed >= hashes && read >= size, "{hashed} {read}");
    assert_eq!(seen, planted);
}

#[test]
fn in_64_mib_with_a_hundred_thousand_hashes_all_planted_ones_are_found_and_nothing_else() {
    corpus_of(64 << 20, 100_000);
}

#[test]
#[ignore = "1 GiB: with --release some ten seconds"]
fn in_1_gib_with_a_million_hashes_all_planted_ones_are_found_and_nothing_else() {
    corpus_of(1 << 30, 1_000_000);
}
