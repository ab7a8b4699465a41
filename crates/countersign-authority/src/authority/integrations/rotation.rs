//! How far a rotation of a consumer pair has come: who signs with the old one still.

use countersign_model::{AccountNumber, InstallationId, Timestamp};

use super::{Authority, LOOK, Requester, UseCaseFault, found};
use crate::authority::access_tokens::{TokenView, views};
use crate::{Order, Slice, Snapshot, StateFilter, TokenFilter};

/// Where a rotation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Until when the old pair works; none: there is one pair only.
    pub until: Option<Timestamp>,
    /// How many tokens the integration has that are not revoked: in all accounts, for its owner.
    pub tokens: u64,
    /// Of these so many were last used with an old pair.
    pub signing_with_old: u64,
    /// The first of them, in the requester's account.
    pub first: Vec<TokenView>,
}

/// Tokens that are told one by one.
const TOLD: usize = 50;

impl Authority {
    /// Who signs with the old consumer pair still. All tokens of the integration are gone through.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`].
    pub async fn get_rotation(
        &self,
        requester: &Requester,
        id: InstallationId,
    ) -> Result<Rotation, UseCaseFault> {
        let account = requester.account;
        let mut look = self.look(requester, LOOK).await?;
        let record = &mut *look.record;
        let integration = record.installed_integration(account, id).await?;
        let integration = found(integration, "integration", id.0)?;
        let until = integration.retiring_until.filter(|until| *until > self.clock.now());
        let mut rotation = Rotation { until, tokens: 0, signing_with_old: 0, first: Vec::new() };
        self.add_to(&mut rotation, record, account, account, id).await?;
        if integration.is_owned() {
            let mut slice = Slice { after: None, most: Slice::MOST, order: Order::OldestFirst };
            loop {
                let definition = integration.installation.integration;
                let part = record.installed_in(definition, slice).await?;
                for there in part.rows.iter().filter(|there| there.account != account) {
                    let id = there.installation;
                    self.add_to(&mut rotation, record, account, there.account, id).await?;
                }
                slice.after = part.rows.last().map(|last| last.account.0);
                if !part.more {
                    break;
                }
            }
        }
        Ok(rotation)
    }

    /// Adds the tokens of an installation; those of other accounts are counted, and not shown.
    async fn add_to(
        &self,
        rotation: &mut Rotation,
        record: &mut dyn Snapshot,
        own: AccountNumber,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<(), UseCaseFault> {
        let state = Some(StateFilter::NotRevoked);
        let filter = TokenFilter { state, installation: Some(id), ..TokenFilter::default() };
        let mut slice = Slice { after: None, most: Slice::MOST, order: Order::OldestFirst };
        loop {
            let part = record.tokens(account, &filter, slice).await?;
            let numbers: Vec<_> = part.rows.iter().map(|token| token.number).collect();
            let uses = self.uses(account, &numbers).await?;
            rotation.tokens += part.rows.len() as u64;
            let mut old = part.rows;
            old.retain(|token| uses.get(&token.number).is_some_and(|it| it.is_of_old_pair()));
            rotation.signing_with_old += old.len() as u64;
            if account == own {
                old.truncate(TOLD.saturating_sub(rotation.first.len()));
                rotation.first.extend(views(self, record, account, old).await?);
            }
            slice.after = part.next;
            if part.next.is_none() {
                return Ok(());
            }
        }
    }
}
