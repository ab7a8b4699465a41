//! Who did it, as the administrative trail names them.

use std::fmt;

use crate::EntityId;

/// The author of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody on this machine, by the user id that the operating system vouches for.
    LocalUser(u32),
    /// An entity of the account that was changed.
    Entity(EntityId),
    /// Countersign itself: it was due.
    Schedule,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LocalUser(uid) => write!(f, "local:{uid}"),
            Self::Entity(id) => write!(f, "entity:{id}"),
            Self::Schedule => f.write_str("schedule"),
        }
    }
}
