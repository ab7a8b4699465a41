//! Whether an integration's tokens may use our own API.

use countersign_model::{Installation, InstallationId, Version};

use super::{Authority, Need, Requester, UseCaseFault};
use crate::Act;

impl Authority {
    /// Lets requests that tokens of an integration sign use Countersign's own API, or not. Each
    /// can do there what the token's role grants.
    ///
    /// # Errors
    /// [`UseCaseFault::AdministratorOnly`], [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`].
    pub async fn set_api_access(
        &self,
        requester: &Requester,
        id: InstallationId,
        if_version: Option<Version>,
        on: bool,
    ) -> Result<(), UseCaseFault> {
        let mut change = self.begin(requester, Need::Administrator).await?;
        change.standing.is_proven_lately()?;
        let (old, _) = change.seen_installation(requester.account, id, if_version).await?;
        if old.api_access == on {
            return Ok(());
        }
        let new = Installation { api_access: on, version: old.version.next(), ..old };
        change.tx.save_installation(&new).await?;
        change.commit(Act::ApiAccessSwitched { installation: id.0, on }).await?;
        Ok(())
    }
}
