//! One row of the record as it is now, with the names of what its numbers stand for.

use countersign_model::{
    AccessToken, Entity, EntityId, Level, Permission, Role, RoleId, TokenNumber,
};

use super::{Authority, Need, Requester, UseCaseFault, found};

const SEE_TOKENS: Need = Need::Permission(Permission::AccessTokenManagement, Level::View);

/// An entity and its roles.
#[derive(Clone, Debug)]
pub struct EntityRow {
    /// The entity.
    pub entity: Entity,
    /// The roles that it has.
    pub roles: Vec<Role>,
}

/// A token, and the names of whom it is for.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// The token.
    pub token: AccessToken,
    /// The name of its integration.
    pub integration: String,
    /// The name of its entity.
    pub entity: String,
    /// The name of its role.
    pub role: String,
}

impl Authority {
    /// An entity of the account.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::AdministratorOnly`].
    pub async fn get_entity(
        &self,
        requester: &Requester,
        id: EntityId,
    ) -> Result<EntityRow, UseCaseFault> {
        let account = requester.account;
        let mut look = self.look(requester, Need::Administrator).await?;
        let entity = found(look.record.entity(account, id).await?, "entity", id.0)?;
        let mut roles = Vec::new();
        for role in look.record.roles_of(account, id).await? {
            roles.extend(look.record.role(account, role).await?);
        }
        Ok(EntityRow { entity, roles })
    }

    /// A role of the account.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::AdministratorOnly`].
    pub async fn get_role(&self, requester: &Requester, id: RoleId) -> Result<Role, UseCaseFault> {
        let mut look = self.look(requester, Need::Administrator).await?;
        found(look.record.role(requester.account, id).await?, "role", id.0)
    }

    /// A token of the account.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::PermissionMissing`].
    pub async fn get_token(
        &self,
        requester: &Requester,
        number: TokenNumber,
    ) -> Result<TokenRow, UseCaseFault> {
        let account = requester.account;
        let mut look = self.look(requester, SEE_TOKENS).await?;
        let record = &mut *look.record;
        let token = found(record.token(account, number).await?, "token", number.0)?;
        let installation = record.installation(account, token.installation).await?;
        let installation = found(installation, "integration", token.installation.0)?;
        let entity = record.entity(account, token.entity).await?;
        let role = record.role(account, token.role).await?;
        Ok(TokenRow {
            integration: installation.name,
            entity: found(entity, "entity", token.entity.0)?.name,
            role: found(role, "role", token.role.0)?.name,
            token,
        })
    }
}
