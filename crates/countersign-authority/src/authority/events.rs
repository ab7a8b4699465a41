//! The administrative trail, for those who may read it.

use super::{Authority, Need, Requester, UseCaseFault};
use crate::{ChangeNumber, EventFilter, KeptEvent, Part};

impl Authority {
    /// A part of an account's administrative trail, newest first: what was done before the change
    /// `before`. For Administrators.
    ///
    /// # Errors
    /// [`UseCaseFault::AdministratorOnly`].
    pub async fn list_events(
        &self,
        requester: &Requester,
        filter: &EventFilter,
        before: Option<ChangeNumber>,
        most: u16,
    ) -> Result<Part<KeptEvent>, UseCaseFault> {
        let mut look = self.look(requester, Need::Administrator).await?;
        Ok(look.record.events(requester.account, filter, before, most).await?)
    }
}
