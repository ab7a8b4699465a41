//! Lists that are read part by part, and text that is looked for.

use countersign_authority::{Order, Part, Slice, StoreFault};
use sea_orm::sea_query::{Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use sea_orm::{QuerySelect, Select};

/// The rows of a part, and one more where there is one. They are numbered by `number`.
pub(crate) fn slice<E: EntityTrait, C: ColumnTrait>(
    rows: Select<E>,
    number: C,
    slice: Slice,
) -> Select<E> {
    let rows = match (slice.order, slice.after) {
        (Order::OldestFirst, Some(after)) => rows.filter(number.gt(i64::from(after))),
        (Order::NewestFirst, Some(after)) => rows.filter(number.lt(i64::from(after))),
        (_, None) => rows,
    };
    let order = match slice.order {
        Order::OldestFirst => sea_orm::Order::Asc,
        Order::NewestFirst => sea_orm::Order::Desc,
    };
    rows.order_by(number, order).limit(u64::from(slice.most) + 1)
}

/// The part that these rows are.
pub(crate) fn part<R, T>(
    mut rows: Vec<R>,
    slice: Slice,
    read: impl Fn(R) -> Result<T, StoreFault>,
) -> Result<Part<T>, StoreFault> {
    let more = rows.len() > usize::from(slice.most);
    rows.truncate(slice.most.into());
    Ok(Part { rows: rows.into_iter().map(read).collect::<Result<_, _>>()?, more })
}

/// Whether one of the columns has `text` in it, whatever its case. SQLite folds only ASCII: other
/// letters are found as they are written, too.
pub(crate) fn contain<C: ColumnTrait>(
    columns: impl IntoIterator<Item = C>,
    text: &str,
) -> Condition {
    let like = |text: &str| {
        let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        LikeExpr::new(format!("%{escaped}%")).escape('\\')
    };
    columns.into_iter().fold(Condition::any(), |any, column| {
        let folded = Func::lower(column.into_expr());
        any.add(column.into_expr().like(like(text))).add(folded.like(like(&text.to_lowercase())))
    })
}
