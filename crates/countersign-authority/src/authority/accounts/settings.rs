//! What an account is called, its feature, and what it asks of its tokens.

use countersign_model::{Account, Timestamp, TokenPolicy, Version};
use countersign_verify::{AccountFact, Fact};

use crate::authority::{Authority, Change, Need, Requester, UseCaseFault, found, name, unchanged};
use crate::{Act, Edit};

/// What is to be different about an account; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountEdit {
    /// What people call it.
    pub name: Option<String>,
    /// The account feature *Token-based Authentication*. Off: every signed request is refused,
    /// and tokens are kept.
    pub token_based_authentication: Option<bool>,
    /// What it asks of its tokens, also of those that it has.
    pub policy: Option<TokenPolicy>,
}

impl Authority {
    /// Changes an account. Gives the version that it has then.
    ///
    /// # Errors
    /// [`UseCaseFault::Name`], [`UseCaseFault::Policy`], [`UseCaseFault::Changed`].
    pub async fn edit_account(
        &self,
        requester: &Requester,
        if_version: Option<Version>,
        edit: AccountEdit,
    ) -> Result<Version, UseCaseFault> {
        let name = edit.name.as_deref().map(name).transpose()?;
        let policy = edit.policy.map(TokenPolicy::checked).transpose()?;
        let mut change = self.begin(requester, Need::Administrator).await?;
        let before = change.account().await?;
        unchanged("account", before.number.0, if_version, before.version)?;
        let mut after = before.clone();
        after.name = name.unwrap_or(after.name);
        after.policy = policy.unwrap_or(after.policy);
        after.token_based_authentication =
            edit.token_based_authentication.unwrap_or(after.token_based_authentication);
        let changes = changes(&before, &after);
        if changes.is_empty() {
            self.projection.learn(account_fact(&before));
            return Ok(before.version);
        }
        after.version = before.version.next();
        change.tx.save_account(&after).await?;
        change.learns(account_fact(&after));
        change.commit(Act::AccountEdited { changes }).await?;
        Ok(after.version)
    }
}

impl Change<'_> {
    /// The account that is changed, or changed in.
    pub(in crate::authority) async fn account(&mut self) -> Result<Account, UseCaseFault> {
        let number = self.requester.account;
        found(self.tx.account_of(number).await?, "account", number.0)
    }
}

pub(super) fn account_fact(account: &Account) -> Fact {
    Fact::Account(AccountFact {
        number: account.number,
        id: account.id.clone(),
        token_based_authentication: account.token_based_authentication,
    })
}

fn changes(before: &Account, after: &Account) -> Vec<Edit> {
    let fields = |account: &Account| {
        let policy = account.policy;
        let days = |days: Option<u16>| days.map(|days| days.to_string());
        let date = |at: Option<Timestamp>| at.map(|at| at.to_string());
        [
            ("name", Some(account.name.clone())),
            ("token_based_authentication", Some(account.token_based_authentication.to_string())),
            ("policy.max_age_days", days(policy.max_age_days)),
            ("policy.max_idle_days", days(policy.max_idle_days)),
            ("policy.warn_from", date(policy.warn_from)),
            ("policy.block_from", date(policy.block_from)),
            ("policy.revoke_from", date(policy.revoke_from)),
        ]
    };
    let pairs = fields(before).into_iter().zip(fields(after));
    let edits = pairs.map(|((field, from), (_, to))| Edit { field, from, to });
    edits.filter(|edit| edit.from != edit.to).collect()
}
