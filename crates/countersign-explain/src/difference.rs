//! Where two base strings differ, for reading.
//!
//! Belongs here: taking them apart, finding the parts that differ, marking the place. Does not:
//! what stands around it (see `block`).
//!
//! A base string is encoded twice and sorted, which nobody reads. Here it is a list of parts:
//! method, URL, and each parameter as it was signed, decoded once.

use countersign_signing::{percent, visible};

/// How much of a part is shown.
const WIDTH: usize = 88;
/// How much of a part that is cut is shown before the difference.
const BEFORE: usize = 30;
/// Parts that are looked at: more than any request has that is signed right. Comparing goes by the
/// square of it, and a server may answer what it likes.
const MOST_PARTS: usize = 2_500;
/// Above this, comparing part by part costs more than it shows.
const MOST_CELLS: usize = 2_000_000;

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// In both.
    Same(String),
    /// The client signed it.
    Signed(String),
    /// It is right.
    Right(String),
    /// Points at a column of the two lines before it.
    Caret(usize),
    /// Parts that are the same are left out here.
    Gap,
}

/// All parts of a base string.
pub(super) fn parts(base_string: &str) -> Vec<String> {
    let mut parts = base_string.splitn(3, '&').map(readable);
    let head = parts.by_ref().take(2).collect::<Vec<_>>();
    let parameters = parts.next().unwrap_or_default();
    let parameters = parameters.split('&').filter(|it| !it.is_empty()).map(str::to_owned);
    head.into_iter().chain(parameters).take(MOST_PARTS).map(|part| visible(&part)).collect()
}

/// The values that a passport's base string joins.
pub(super) fn values(base_string: &str) -> Vec<String> {
    base_string.split('&').take(MOST_PARTS).map(visible).collect()
}

/// A part alone, cut to the width of a line.
pub(super) fn cut(part: &str) -> String {
    window(&part.chars().collect::<Vec<_>>(), 0)
}

/// The parts that differ, with one part before and after them. Empty where none does.
pub(super) fn lines(signed: &[String], right: &[String]) -> Vec<Line> {
    let steps = steps(signed, right);
    let is_change = |step: Option<&Step>| step.is_some_and(|it| !matches!(it, Step::Same(_)));
    let mut lines = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        if let Step::Same(part) = steps[at] {
            let before = at.checked_sub(1).and_then(|before| steps.get(before));
            if is_change(before) || is_change(steps.get(at + 1)) {
                lines.push(Line::Same(cut(part)));
            } else if !matches!(lines.last(), None | Some(Line::Gap)) {
                lines.push(Line::Gap);
            }
            at += 1;
        } else {
            let end = (at..steps.len()).find(|it| !is_change(steps.get(*it)));
            let end = end.unwrap_or(steps.len());
            hunk(&steps[at..end], &mut lines);
            at = end;
        }
    }
    if lines.last() == Some(&Line::Gap) {
        lines.pop();
    }
    lines
}

/// A step on the way from what was signed to what is right.
#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Same(&'p str),
    Signed { part: &'p str, index: usize },
    Right { part: &'p str, index: usize },
}

/// By the longest common subsequence.
fn steps<'p>(signed: &'p [String], right: &'p [String]) -> Vec<Step<'p>> {
    let start = signed.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (signed_rest, right_rest) = (&signed[start..], &right[start..]);
    let backwards = signed_rest.iter().rev().zip(right_rest.iter().rev());
    let end = backwards.take_while(|(a, b)| a == b).count();
    let signed_middle = &signed_rest[..signed_rest.len() - end];
    let right_middle = &right_rest[..right_rest.len() - end];

    let mut steps: Vec<Step<'p>> = signed[..start].iter().map(|it| Step::Same(it)).collect();
    let lengths = common_lengths(signed_middle, right_middle);
    let (mut a, mut b) = (0, 0);
    while a < signed_middle.len() || b < right_middle.len() {
        let (of_signed, of_right) = (signed_middle.get(a), right_middle.get(b));
        match (of_signed, of_right) {
            (Some(one), Some(other)) if one == other && !lengths.is_empty() => {
                steps.push(Step::Same(one));
                (a, b) = (a + 1, b + 1);
            }
            (Some(part), other)
                if other.is_none()
                    || lengths.is_empty()
                    || lengths[a + 1][b] >= lengths[a][b + 1] =>
            {
                steps.push(Step::Signed { part, index: start + a });
                a += 1;
            }
            (_, Some(part)) => {
                steps.push(Step::Right { part, index: start + b });
                b += 1;
            }
            _ => break,
        }
    }
    steps.extend(signed_rest[signed_middle.len()..].iter().map(|it| Step::Same(it)));
    steps
}

/// How long the longest common subsequence is from each two places on; empty where that is too
/// much to find out.
fn common_lengths(signed: &[String], right: &[String]) -> Vec<Vec<u16>> {
    if signed.len().saturating_mul(right.len()) > MOST_CELLS {
        return Vec::new();
    }
    let mut lengths = vec![vec![0_u16; right.len() + 1]; signed.len() + 1];
    for a in (0..signed.len()).rev() {
        for b in (0..right.len()).rev() {
            lengths[a][b] = if signed[a] == right[b] {
                lengths[a + 1][b + 1] + 1
            } else {
                lengths[a + 1][b].max(lengths[a][b + 1])
            };
        }
    }
    lengths
}

/// Neighbours that differ: what was signed beside what is right where both are the same thing.
fn hunk(steps: &[Step<'_>], lines: &mut Vec<Line>) {
    let mut right: Vec<(&str, usize)> = Vec::new();
    for step in steps {
        if let Step::Right { part, index } = step {
            right.push((part, *index));
        }
    }
    let mut right = right.into_iter().peekable();
    for step in steps {
        let Step::Signed { part, index } = *step else { continue };
        let name = name(part, index);
        let partner = right.clone().position(|(part, index)| self::name(part, index) == name);
        let Some(partner) = partner else {
            lines.push(Line::Signed(cut(part)));
            continue;
        };
        lines.extend(right.by_ref().take(partner).map(|(part, _)| Line::Right(cut(part))));
        if let Some((other, _)) = right.next() {
            pair(part, other, lines);
        }
    }
    lines.extend(right.map(|(part, _)| Line::Right(cut(part))));
}

/// What a part is: the method, the URL, or the parameter of a name.
fn name(part: &str, index: usize) -> (usize, &str) {
    match index {
        0 | 1 => (index, ""),
        _ => (2, part.split_once('=').map_or(part, |(name, _)| name)),
    }
}

fn pair(signed: &str, right: &str, lines: &mut Vec<Line>) {
    let (signed, right): (Vec<char>, Vec<char>) =
        (signed.chars().collect(), right.chars().collect());
    let at = signed.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let longest = signed.len().max(right.len());
    let start = if longest > WIDTH { at.saturating_sub(BEFORE) } else { 0 };
    let column = at - start + if start > 0 { ELLIPSIS.len() } else { 0 };
    lines.push(Line::Signed(window(&signed, start)));
    lines.push(Line::Right(window(&right, start)));
    lines.push(Line::Caret(column));
}

const ELLIPSIS: &str = "...";

/// As much from `start` on as fits on a line.
fn window(part: &[char], start: usize) -> String {
    let start = start.min(part.len());
    let end = part.len().min(start + WIDTH);
    let before = if start > 0 { ELLIPSIS } else { "" };
    let after = if end < part.len() { ELLIPSIS } else { "" };
    format!("{before}{}{after}", part[start..end].iter().collect::<String>())
}

fn readable(part: &str) -> String {
    let decoded = percent::decode(part.as_bytes()).unwrap_or_else(|_| part.as_bytes().into());
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(signed: &str, right: &str) -> Vec<Line> {
        super::lines(&parts(signed), &parts(right))
    }

    fn shown(signed: &str, right: &str) -> String {
        let lines = lines(signed, right).into_iter().map(|line| match line {
            Line::Same(part) => format!("  {part}"),
            Line::Signed(part) => format!("- {part}"),
            Line::Right(part) => format!("+ {part}"),
            Line::Caret(column) => format!("  {}^", " ".repeat(column)),
            Line::Gap => "  ...".to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn base(method: &str, url: &str, parameters: &str) -> String {
        let encoded = |text: &str| percent::encode(text.as_bytes());
        format!("{method}&{}&{}", encoded(url), encoded(parameters))
    }

    #[test]
    fn a_parameter_that_was_left_out_is_a_line_between_its_neighbours() {
        let right = base("GET", "https://a.b/x", "deploy=1&oauth_nonce=n&q=1&script=6&z=9");
        let signed = base("GET", "https://a.b/x", "oauth_nonce=n&z=9");
        let expected = "  https://a.b/x\n+ deploy=1\n  oauth_nonce=n\n+ q=1\n+ script=6\n  z=9";
        assert_eq!(shown(&signed, &right), expected);
    }

    #[test]
    fn a_caret_points_at_the_first_difference_of_two_parts_of_one_name() {
        let right = base("GET", "https://a.b/x", "a=1&q=a%20b&r=2&s=3&t=4&u=5");
        let signed = base("POST", "https://a.b/x", "a=1&q=a%2Bb&r=2&s=3&t=4&u=6");
        let expected = "- POST\n+ GET\n  ^\n  https://a.b/x\n  a=1\n- q=a%2Bb\n+ q=a%20b\n       \
                        ^\n  r=2\n  ...\n  t=4\n- u=6\n+ u=5\n    ^";
        assert_eq!(shown(&signed, &right), expected);
    }

    #[test]
    fn order_is_shown_as_parts_that_moved() {
        let right = base("GET", "u", "a=1&b=2&c=3");
        let signed = base("GET", "u", "b=2&c=3&a=1");
        assert_eq!(shown(&signed, &right), "  u\n+ a=1\n  b=2\n  c=3\n- a=1");
    }

    #[test]
    fn equal_base_strings_have_no_lines() {
        assert_eq!(lines("GET&u&a%3D1", "GET&u&a%3D1"), []);
    }

    #[test]
    fn a_long_part_is_cut_around_the_difference() {
        let long = |middle: &str| format!("v={}{middle}{}", "a".repeat(200), "b".repeat(200));
        let shown = shown(&base("GET", "u", &long("%2B")), &base("GET", "u", &long("%20")));
        let expected = format!(
            "  u\n- ...{0}%2B{1}...\n+ ...{0}%20{1}...\n  {2}^",
            "a".repeat(28),
            "b".repeat(57),
            " ".repeat(33),
        );
        assert_eq!(shown, expected);
    }

    /// With all of them compared, this would take hours.
    #[test]
    fn of_a_million_parts_that_all_differ_as_many_are_compared_as_a_request_has() {
        let many = |name: &str| vec![format!("{name}=1"); 1_000_000].join("&");
        let lines = lines(&base("GET", "u", &many("a")), &base("GET", "u", &many("b")));
        assert!(lines.len() <= 2 * MOST_PARTS, "{}", lines.len());
    }

    #[test]
    fn a_strangers_text_can_not_move_the_cursor() {
        let text = parts(&base("GET", "https://a.b/\u{1b}[2J", "a=\u{202e}"));
        assert_eq!(text, ["GET", "https://a.b/\\u{1b}[2J", "a=\\u{202e}"]);
        // Nor does a broken one end the program.
        for broken in ["", "&", "GET&%zz&%", "GET&&&"] {
            lines(broken, &base("GET", "u", "a=1"));
        }
    }

    #[test]
    fn very_many_parts_are_shown_without_comparing_each_with_each() {
        let many = |value: &str| {
            (0..2_000).map(|n| format!("n{n:04}={value}")).collect::<Vec<_>>().join("&")
        };
        let lines = lines(&base("GET", "u", &many("1")), &base("GET", "u", &many("2")));
        assert_eq!(lines.len(), 1 + 3 * 2_000);
    }
}
