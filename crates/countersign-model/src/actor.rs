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

impl Actor {
    /// The actor that was written so.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "schedule" {
            return Some(Self::Schedule);
        }
        let (kind, number) = text.split_once(':')?;
        let number = number.parse().ok()?;
        match kind {
            "local" => Some(Self::LocalUser(number)),
            "entity" => Some(Self::Entity(EntityId(number))),
            _ => None,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_read_as_it_was_written() {
        for actor in [Actor::LocalUser(0), Actor::Entity(EntityId(7)), Actor::Schedule] {
            assert_eq!(Actor::parse(&actor.to_string()), Some(actor));
        }
        for text in ["", "local", "local:", "local:-1", "robot:1"] {
            assert_eq!(Actor::parse(text), None, "{text}");
        }
    }
}
