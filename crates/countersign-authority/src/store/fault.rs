//! Why the store could not do it.

use thiserror::Error;

use super::ChangeNumber;
#[cfg(doc)]
use super::ReadEvents;

/// Why the store could not do it. Never holds a row's content: databases like to print it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreFault {
    /// Something with this name or number exists already.
    #[error("{0} is taken")]
    Taken(Unique),
    /// What should be changed is gone.
    #[error("it does not exist any more")]
    Gone,
    /// The disk is full.
    #[error("the disk that holds the data folder is full: free some space")]
    DiskFull,
    /// The database was written by a newer version.
    #[error(
        "the database has schema version {found}, and this program knows {known}: \
         run the version of countersign that wrote it, or a newer one"
    )]
    NewerSchema {
        /// The version found.
        found: u32,
        /// The newest version known.
        known: u32,
    },
    /// The copy that is made before a schema is changed could not be made.
    #[error(
        "{file} is copied before its schema is brought up to date, and that failed ({why}): free \
         about {megabytes} MB on the disk of the data folder and start again; nothing was changed"
    )]
    NotCopied {
        /// The database's file.
        file: &'static str,
        /// How much room the copy may need.
        megabytes: u64,
        /// Why, without data.
        why: String,
    },
    /// The file is another program's, or another of ours.
    #[error("{0}: it was left alone; name the right folder")]
    Foreign(&'static str),
    /// The database is damaged.
    #[error("the database holds something unreadable ({0}): restore a backup")]
    Damaged(&'static str),
    /// A change's commit failed, so that it may be durable or not: [`ReadEvents::is_made`] knows.
    #[error("change {} could not be committed ({why}): look whether it was made", number.0)]
    Lost {
        /// The number that it has if it was made.
        number: ChangeNumber,
        /// Why.
        why: Box<StoreFault>,
    },
    /// Anything else. The text is a code and what was being done, never data.
    #[error("the database failed ({0})")]
    Failed(String),
}

/// What must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// The public id of an account.
    AccountId,
    /// The email of an entity, within its account.
    Email,
    /// The name of a role, within its account.
    RoleName,
    /// The name of an own permission, within its account.
    PermissionName,
    /// Anything else that is a key.
    Key,
}

impl std::fmt::Display for Unique {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AccountId => "this account ID",
            Self::Email => "this email address",
            Self::RoleName => "this role name",
            Self::PermissionName => "this permission name",
            Self::Key => "this key",
        })
    }
}
