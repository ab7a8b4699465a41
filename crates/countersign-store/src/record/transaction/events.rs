//! The administrative trail.

use async_trait::async_trait;
use countersign_authority::{ChangeNumber, EventFilter, KeptEvent, Part, ReadEvents, StoreFault};
use countersign_model::AccountNumber;

use super::{RecordTransaction, run};
use crate::changes;

#[async_trait]
impl ReadEvents for RecordTransaction {
    async fn events(
        &mut self,
        account: AccountNumber,
        filter: &EventFilter,
        before: Option<ChangeNumber>,
        most: u16,
    ) -> Result<Part<KeptEvent>, StoreFault> {
        run!(self, "listing events", changes::list(account, filter, before, most))
    }

    async fn is_made(&mut self, number: ChangeNumber) -> Result<bool, StoreFault> {
        run!(self, "looking for a change", changes::is_made(number))
    }
}
