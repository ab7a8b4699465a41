//! Deleting an entity, and making it a new link for its password.

use countersign_model::{EntityId, Login, Version};
use countersign_verify::Fact;

use super::rules::login_fact;
use super::{MANAGE, PeopleFault};
use crate::Act;
use crate::authority::{Authority, Requester, SetUpLink, UseCaseFault, unchanged};

impl Authority {
    /// Deletes an entity: its tokens are gone, and requests that they sign are refused as for
    /// unknown ones. Gives how many there were.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`PeopleFault::OfAdministrator`],
    /// [`PeopleFault::Oneself`], [`UseCaseFault::LastAdministrator`].
    pub async fn delete_entity(
        &self,
        requester: &Requester,
        id: EntityId,
        if_version: Option<Version>,
    ) -> Result<usize, UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
        change.standing.is_proven_lately()?;
        let entity = change.entity_to_change(id).await?;
        unchanged("entity", id.0, if_version, entity.version)?;
        if change.standing.in_role().is_some_and(|(oneself, _)| oneself == id) {
            return Err(PeopleFault::Oneself.into());
        }
        change.check_administrators_besides(id).await?;
        for role in change.tx.roles_of(account, id).await? {
            change.learns(login_fact(&entity, role, Login::RoleRemoved));
        }
        let tokens = change.tx.remove_entity(account, id).await?;
        for token in &tokens {
            change.learns(Fact::TokenGone { account, token: *token });
        }
        let act = Act::EntityDeleted {
            entity: id.0,
            name: entity.name,
            email: entity.email.to_string(),
            tokens: tokens.iter().map(|token| token.0).collect(),
        };
        change.commit(act).await?;
        Ok(tokens.len())
    }

    /// Makes a one-time link with which an entity sets its password; links that it had before no
    /// longer work. Its password works until it sets another.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`PeopleFault::OfAdministrator`].
    pub async fn make_password_link(
        &self,
        requester: &Requester,
        id: EntityId,
    ) -> Result<SetUpLink, UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
        change.standing.is_proven_lately()?;
        change.entity_to_change(id).await?;
        change.tx.remove_links(account, id).await?;
        let link = change.add_set_up_link(account, id).await?;
        change.commit(Act::PasswordLinkMade { entity: id.0 }).await?;
        Ok(link)
    }
}
