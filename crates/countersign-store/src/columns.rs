//! How values of the model stand in columns, and the way back.
//!
//! Numbers and times are `bigint`: neither database has an unsigned type.

use countersign_authority::StoreFault;
use countersign_model::{Sealed, Version};

/// A number of the model.
pub(crate) fn number(column: i64) -> Result<u32, StoreFault> {
    column.try_into().map_err(|_| StoreFault::Damaged("a number"))
}

/// The version of a row.
pub(crate) fn version(column: i64) -> Result<Version, StoreFault> {
    number(column).map(Version)
}

/// A count. What no column can hold has never been counted.
pub(crate) fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count, from its column.
pub(crate) fn counted(column: i64) -> Result<u64, StoreFault> {
    column.try_into().map_err(|_| StoreFault::Damaged("a count"))
}

/// Bytes of a fixed length.
pub(crate) fn bytes<const N: usize>(
    column: &[u8],
    what: &'static str,
) -> Result<[u8; N], StoreFault> {
    column.try_into().map_err(|_| StoreFault::Damaged(what))
}

/// A sealed secret.
pub(crate) fn sealed(column: &[u8]) -> Result<Sealed, StoreFault> {
    Sealed::from_bytes(column).ok_or(StoreFault::Damaged("a sealed secret"))
}
