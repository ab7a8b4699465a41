//! Lists, part by part: `?limit=50&cursor=...`, and in the answer `next`, the cursor of the part
//! behind it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_authority::{Order, Slice};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Rows of a part, if nobody says.
const USUAL: u16 = 50;
/// The most rows of a part.
pub(crate) const MOST: u16 = 200;

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// The cursor of the next part; null where this is the last one.
    #[schema(example = json!(null))]
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// A part of `list`: the last of its rows has the number `last`, where there are more.
    pub(crate) fn of(list: &str, items: Vec<T>, last: Option<u32>) -> Self {
        Self { items, next: last.map(|last| cursor(list, last.into())) }
    }
}

/// Which part, and nothing else: the query of a list that has no criteria.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartQuery {
    /// At most so many rows. A part may have fewer, or none, and go on.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// `next` of the part before.
    cursor: Option<String>,
}

impl PartQuery {
    /// The part of `list` that it asks for.
    pub(crate) fn slice(&self, list: &str) -> Result<Slice, Problem> {
        slice(list, self.limit, self.cursor.as_deref())
    }
}

/// The part of a list, oldest first, that a query asks for.
pub(crate) fn slice(
    list: &str,
    limit: Option<u16>,
    cursor: Option<&str>,
) -> Result<Slice, Problem> {
    let Wanted { after, most } = Wanted::of(list, limit, cursor)?;
    let after = after.map(|after| u32::try_from(after).unwrap_or(u32::MAX));
    Ok(Slice { after, most, order: Order::OldestFirst })
}

/// Which part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Behind the row with this number.
    pub(crate) after: Option<u64>,
    /// At most so many rows.
    pub(crate) most: u16,
}

impl Wanted {
    /// As the query of the list `list` says.
    pub(crate) fn of(
        list: &str,
        limit: Option<u16>,
        cursor: Option<&str>,
    ) -> Result<Self, Problem> {
        let most = limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&most) {
            let detail = format!("a part of a list has 1 to {MOST} rows");
            return Err(Problem::new("invalid-query", detail).at("limit"));
        }
        let unknown = || {
            let detail = "this is no cursor of this list: take one from `next` of an answer, or \
                          begin without one";
            Problem::new("invalid-query", detail).at("cursor")
        };
        let after = cursor.map(|cursor| read(list, cursor).ok_or_else(unknown)).transpose()?;
        Ok(Self { after, most })
    }
}

/// The cursor of what stands behind row `number` of `list`. Nobody is meant to read it.
pub(crate) fn cursor(list: &str, number: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{number}"))
}

fn read(list: &str, cursor: &str) -> Option<u64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix(list)?.strip_prefix(':')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_by_its_own_list_alone() {
        let own = cursor("events", 12);
        let wanted = Wanted::of("events", Some(7), Some(&own)).ok();
        assert_eq!(wanted, Some(Wanted { after: Some(12), most: 7 }));
        for cursor in [cursor("tokens", 12), "MTI".into(), "%".into(), String::new()] {
            assert!(Wanted::of("events", None, Some(&cursor)).is_err(), "{cursor}");
        }
    }

    #[test]
    fn a_part_has_no_more_rows_than_it_may() {
        assert_eq!(Wanted::of("x", None, None).ok(), Some(Wanted { after: None, most: USUAL }));
        assert!(Wanted::of("x", Some(MOST), None).is_ok());
        for limit in [0, MOST + 1] {
            assert!(Wanted::of("x", Some(limit), None).is_err(), "{limit}");
        }
    }
}
