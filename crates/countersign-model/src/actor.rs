//! Who did it, as the administrative trail names them.

use std::fmt;

use crate::{EntityId, RoleId, SessionNumber, TokenNumber};

/// The author of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody on this machine, by the user id that the operating system vouches for.
    LocalUser(u32),
    /// An entity of the account that was changed.
    Entity {
        /// Who.
        entity: EntityId,
        /// How that was known.
        by: Means,
    },
    /// Countersign itself: it was due.
    Schedule,
}

/// How it was known who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// By a one-time link, in no role.
    Link,
    /// Logged in, in this role, by this session.
    Session(RoleId, SessionNumber),
    /// By a request that this token signed, in this role.
    Token(RoleId, TokenNumber),
    /// Somebody on this machine acted for the entity in this role, by that user id.
    LocalUser(RoleId, u32),
}

impl Means {
    /// The role that is acted in.
    pub fn role(self) -> Option<RoleId> {
        match self {
            Self::Link => None,
            Self::Session(role, _) | Self::Token(role, _) | Self::LocalUser(role, _) => Some(role),
        }
    }
}

impl Actor {
    /// The actor that was written so.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "schedule" {
            return Some(Self::Schedule);
        }
        let mut words = text.split(' ');
        let (kind, number) = words.next()?.split_once(':')?;
        let number = number.parse().ok()?;
        let means = [words.next(), words.next()];
        if words.next().is_some() {
            return None;
        }
        match (kind, means) {
            ("local", [None, None]) => Some(Self::LocalUser(number)),
            ("entity", means) => {
                let by = parse_means(means)?;
                Some(Self::Entity { entity: EntityId(number), by })
            }
            _ => None,
        }
    }
}

fn parse_means(words: [Option<&str>; 2]) -> Option<Means> {
    let [Some(role), by] = words else { return Some(Means::Link) };
    let role = RoleId(role.strip_prefix("role:")?.parse().ok()?);
    let by = by?;
    let (kind, number) = by.split_once(':')?;
    let number = number.parse().ok()?;
    match kind {
        "session" => Some(Means::Session(role, SessionNumber(number))),
        "token" => Some(Means::Token(role, TokenNumber(number))),
        "local" => Some(Means::LocalUser(role, number)),
        _ => None,
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LocalUser(uid) => write!(f, "local:{uid}"),
            Self::Entity { entity, by } => {
                write!(f, "entity:{entity}")?;
                match by {
                    Means::Link => Ok(()),
                    Means::Session(role, session) => write!(f, " role:{role} session:{session}"),
                    Means::Token(role, token) => write!(f, " role:{role} token:{token}"),
                    Means::LocalUser(role, uid) => write!(f, " role:{role} local:{uid}"),
                }
            }
            Self::Schedule => f.write_str("schedule"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_read_as_it_was_written() {
        let entity = |by| Actor::Entity { entity: EntityId(7), by };
        let role = RoleId(3);
        for actor in [
            Actor::LocalUser(0),
            entity(Means::Link),
            entity(Means::Session(role, SessionNumber(4))),
            entity(Means::Token(role, TokenNumber(9))),
            entity(Means::LocalUser(role, 1000)),
            Actor::Schedule,
        ] {
            assert_eq!(Actor::parse(&actor.to_string()), Some(actor));
        }
        for text in [
            "",
            "local",
            "local:",
            "local:-1",
            "robot:1",
            "entity:7 role:3",
            "entity:7 role:3 token:9 x",
        ] {
            assert_eq!(Actor::parse(text), None, "{text}");
        }
    }
}
