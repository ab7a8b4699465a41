//! The administrative trail, as it is read.

use async_trait::async_trait;
use countersign_model::{AccountNumber, Actor, EntityId, Timestamp};

use super::{ChangeNumber, Part, StoreFault};

/// What can be asked about the trail of changes.
#[async_trait]
pub trait ReadEvents {
    /// At most `most` events of an account that pass `filter`, newest first, from before the
    /// change `before` on.
    async fn events(
        &mut self,
        account: AccountNumber,
        filter: &EventFilter,
        before: Option<ChangeNumber>,
        most: u16,
    ) -> Result<Part<KeptEvent>, StoreFault>;

    /// Whether there was a change of that number, in any account.
    async fn is_made(&mut self, number: ChangeNumber) -> Result<bool, StoreFault>;
}

/// Which events. What is not named is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// What was done, by the name of the act, such as `token-revoked`.
    pub act: Option<String>,
    /// Which entity did it, by any means.
    pub by: Option<EntityId>,
    /// What it was done to.
    pub concerns: Option<(Concern, u32)>,
    /// At this moment or later.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// What an event may be about, besides a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// An integration in the account.
    Installation,
    /// An entity.
    Entity,
    /// A role.
    Role,
    /// A token.
    Token,
}

impl Concern {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Installation, Self::Entity, Self::Role, Self::Token];

    /// The member of an act that holds its number.
    pub fn member(self) -> &'static str {
        match self {
            Self::Installation => "installation",
            Self::Entity => "entity",
            Self::Role => "role",
            Self::Token => "token",
        }
    }
}

/// An event, as the trail keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEvent {
    /// The number of its change.
    pub number: ChangeNumber,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// From which address, as it was written down.
    pub origin: Option<String>,
    /// What: an [`Act`](crate::Act) as JSON. Events outlive the version that wrote them.
    pub act: serde_json::Value,
}
