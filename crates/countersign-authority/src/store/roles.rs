//! Roles and what they grant.

use async_trait::async_trait;
use countersign_model::{AccountNumber, Role, RoleId};

use super::StoreFault;

/// What can be asked about roles.
#[async_trait]
pub trait ReadRoles {
    /// A role by number.
    async fn role(
        &mut self,
        account: AccountNumber,
        id: RoleId,
    ) -> Result<Option<Role>, StoreFault>;
}

/// How roles are changed.
#[async_trait]
pub trait WriteRoles {
    /// Adds a role with its permissions.
    async fn add_role(&mut self, role: &Role) -> Result<(), StoreFault>;
}
