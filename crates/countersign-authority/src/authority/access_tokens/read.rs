//! Looking at tokens.

use std::collections::HashMap;

use countersign_model::{AccessToken, AccountNumber, Timestamp, TokenNumber, Touch};

use super::{OWN, SEE, SEE_EITHER, TokenView, views};
use crate::authority::{Authority, Requester, UseCaseFault, found};
use crate::{Slice, Snapshot, TokenFilter, TokenPart, TokenUse};

/// Which tokens a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenQuery {
    /// What the record says of them.
    pub filter: TokenFilter,
    /// Not used since then; never used ones as well.
    pub unused_since: Option<Timestamp>,
    /// Active, and unable to log in.
    pub dormant: bool,
    /// Ending by themselves within so many days.
    pub expiring_within: Option<u32>,
}

/// A part of a list of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenList {
    /// The tokens.
    pub rows: Vec<TokenView>,
    /// Behind which number the list goes on; none: it ends here. A part may have few rows, or
    /// none, and go on: so many are looked through at a time.
    pub next: Option<u32>,
}

/// Parts of the record that are looked through for tokens that were not used: each takes about 15
/// ms where it is full.
const MOST_PARTS: usize = 4;

impl Authority {
    /// Tokens of the account.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`].
    pub async fn list_tokens(
        &self,
        requester: &Requester,
        query: &TokenQuery,
        slice: Slice,
    ) -> Result<TokenList, UseCaseFault> {
        let mut look = self.look(requester, SEE).await?;
        self.list(&mut *look.record, requester.account, query, slice).await
    }

    /// Tokens of whoever asks, in the role that they act in.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`]; [`UseCaseFault::NotLoggedIn`] where they act in none.
    pub async fn list_own_tokens(
        &self,
        requester: &Requester,
        slice: Slice,
    ) -> Result<TokenList, UseCaseFault> {
        let mut look = self.look(requester, OWN).await?;
        let (entity, role) = look.standing.in_role().ok_or(UseCaseFault::NotLoggedIn)?;
        let (entity, role) = (Some(entity), Some(role.id));
        let filter = TokenFilter { entity, role, ..TokenFilter::default() };
        let query = TokenQuery { filter, ..TokenQuery::default() };
        self.list(&mut *look.record, requester.account, &query, slice).await
    }

    /// A token.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], also where the requester may not see it.
    pub async fn get_token(
        &self,
        requester: &Requester,
        number: TokenNumber,
    ) -> Result<TokenView, UseCaseFault> {
        let account = requester.account;
        let mut look = self.look(requester, SEE_EITHER).await?;
        let token = found(look.record.token(account, number).await?, "token", number.0)?;
        look.standing.may(Touch::See, &token)?;
        let view = views(self, &mut *look.record, account, vec![token]).await?.pop();
        found(view, "token", number.0)
    }

    pub(in crate::authority) async fn list(
        &self,
        record: &mut dyn Snapshot,
        account: AccountNumber,
        query: &TokenQuery,
        slice: Slice,
    ) -> Result<TokenList, UseCaseFault> {
        let now = self.clock.now();
        let mut filter = query.filter.clone();
        filter.dormant = query.dormant.then_some(now);
        if let Some(days) = query.expiring_within {
            filter.expiring_before = Some(now.plus_seconds(i64::from(days) * 24 * 60 * 60));
        }
        let TokenPart { rows, next } = match query.unused_since {
            Some(since) => self.unused(record, account, &filter, since, slice).await?,
            None => record.tokens(account, &filter, slice).await?,
        };
        Ok(TokenList { rows: views(self, record, account, rows).await?, next })
    }

    /// Tokens that were not used since then. What the record knows nothing of is asked for part by
    /// part.
    async fn unused(
        &self,
        record: &mut dyn Snapshot,
        account: AccountNumber,
        filter: &TokenFilter,
        since: Timestamp,
        slice: Slice,
    ) -> Result<TokenPart, UseCaseFault> {
        let most = usize::from(slice.most.clamp(1, Slice::MOST));
        let mut part = TokenPart { rows: Vec::new(), next: slice.after };
        for _ in 0..MOST_PARTS {
            let slice = Slice { after: part.next, most: Slice::MOST, ..slice };
            let TokenPart { rows, next } = record.tokens(account, filter, slice).await?;
            let numbers: Vec<_> = rows.iter().map(|token| token.number).collect();
            let uses = self.uses(account, &numbers).await?;
            let is_unused = |token: &AccessToken| {
                uses.get(&token.number).is_none_or(|used| used.last.at < since)
            };
            part.rows.extend(rows.into_iter().filter(is_unused));
            part.next = next;
            if part.rows.len() > most {
                part.rows.truncate(most);
                part.next = part.rows.last().map(|token| token.number.0);
            }
            if part.rows.len() == most || part.next.is_none() {
                break;
            }
        }
        Ok(part)
    }

    /// The uses of these tokens, as far as anybody counts them.
    pub(in crate::authority) async fn uses(
        &self,
        account: AccountNumber,
        tokens: &[TokenNumber],
    ) -> Result<HashMap<TokenNumber, TokenUse>, UseCaseFault> {
        let Some(uses) = &self.uses else { return Ok(HashMap::new()) };
        let uses = uses.token_uses(account, tokens).await?;
        Ok(uses.into_iter().map(|used| (used.token, used)).collect())
    }
}
