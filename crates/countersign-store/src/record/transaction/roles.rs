//! Roles.

use async_trait::async_trait;
use countersign_authority::{ReadRoles, StoreFault, WriteRoles};
use countersign_model::{AccountNumber, Role, RoleId};

use super::{RecordTransaction, run};
use crate::roles;

#[async_trait]
impl ReadRoles for RecordTransaction {
    async fn role(
        &mut self,
        account: AccountNumber,
        id: RoleId,
    ) -> Result<Option<Role>, StoreFault> {
        run!(self, "finding a role", roles::find(account, id))
    }
}

#[async_trait]
impl WriteRoles for RecordTransaction {
    async fn add_role(&mut self, role: &Role) -> Result<(), StoreFault> {
        run!(self, "adding a role", roles::add(role))
    }
}
