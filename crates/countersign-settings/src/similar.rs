//! The name that was probably meant.

/// The nearest of the names, if it is near enough to be worth a question.
pub(crate) fn nearest<'n>(
    written: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    // Longer than any name: whatever was meant, it is not one of them.
    if written.len() > 64 {
        return None;
    }
    let written = written.to_lowercase().replace('-', "_");
    let distances = names.into_iter().map(|name| (distance(&written, &name.to_lowercase()), name));
    let (least, name) = distances.min_by_key(|(distance, _)| *distance)?;
    (least <= name.len() / 3).then_some(name)
}

/// How many bytes have to be inserted, removed or replaced (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (n, a) in from.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], n + 1);
        for (m, b) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[m + 1];
            row[m + 1] = replaced.min(row[m] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let names = ["head_bytes", "head_read", "idle"];
        assert_eq!(nearest("head_byte", names), Some("head_bytes"));
        assert_eq!(nearest("Head-Bytes", names), Some("head_bytes"));
        assert_eq!(nearest("idl", names), Some("idle"));
        assert_eq!(nearest("timeout", names), None);
        assert_eq!(nearest(&"head_bytes".repeat(10), names), None);
    }
}
