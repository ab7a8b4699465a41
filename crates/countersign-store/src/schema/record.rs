//! The schema of the record.

mod m001;
mod m002;
mod m003;
mod m004;
mod m005;
mod m006;
mod m007;
pub(crate) mod m008;
mod m009;
mod m011;

use super::Schema;

/// The record.
pub(crate) const RECORD: Schema = Schema {
    name: "record",
    file: "record.db",
    application_id: i32::from_be_bytes(*b"CsRe"),
    foreign: "record.db is not a record of countersign",
    migrations: &[
        m001::steps,
        m002::steps,
        m003::steps,
        m004::steps,
        m005::steps,
        m006::steps,
        m007::steps,
        m008::steps,
        m009::steps,
        m011::steps,
    ],
};
