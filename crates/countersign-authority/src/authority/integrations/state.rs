//! What is switched on and off in an account.

use countersign_model::{Installation, InstallationId, InstallationState, Version};

use super::{Authority, CONFIGURE, Need, Requester, UseCaseFault, installation_fact};
use crate::Act;

impl Authority {
    /// Blocks, or enables, an integration in an account.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::StateNotChosen`].
    pub async fn set_installation_state(
        &self,
        requester: &Requester,
        id: InstallationId,
        if_version: Option<Version>,
        state: InstallationState,
    ) -> Result<(), UseCaseFault> {
        let mut change = self.begin(requester, CONFIGURE).await?;
        let (old, _) = change.seen_installation(requester.account, id, if_version).await?;
        let from = old.state;
        let new = old.in_state(state, self.clock.now()).ok_or(UseCaseFault::StateNotChosen)?;
        if from == state {
            // Heals a directory that an earlier change, whose outcome was lost, has not reached.
            self.projection.learn(installation_fact(&new));
            return Ok(());
        }
        change.tx.save_installation(&new).await?;
        change.learns(installation_fact(&new));
        let act = Act::InstallationStateChanged {
            installation: id.0,
            from: from.as_str(),
            to: state.as_str(),
        };
        change.commit(act).await?;
        Ok(())
    }

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
