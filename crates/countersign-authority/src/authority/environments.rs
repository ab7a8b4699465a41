//! Environments: sandboxes and the release preview of a production account, as copies of it.
//!
//! A refresh ends every token that the environment had and copies none. Who makes and refreshes
//! environments acts in the production account; their tokens are replaced in the environment itself
//! (`access_tokens::replace`).

use countersign_model::{
    Account, AccountId, AccountNumber, Environment, EnvironmentKind, EnvironmentRule, SecondFactor,
    Version,
};
use countersign_verify::{Fact, SecretOpener};

use super::{Authority, Change, Need, Requester, UseCaseFault, unchanged};
use crate::{Act, Copied, Event, Part, Series, Slice, Snapshot, StoreFault};

/// A new environment.
#[derive(Clone, Debug, Default)]
pub struct NewEnvironment {
    /// Which kind; without, that of the id, else a sandbox.
    pub kind: Option<EnvironmentKind>,
    /// Its id; without, the first of its kind that is free.
    pub id: Option<AccountId>,
}

/// An environment, and what was copied and ended.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The environment as it is now.
    pub account: Account,
    /// What it has now, and what it had.
    pub copied: Copied,
}

impl Authority {
    /// A part of the environments of the requester's account.
    ///
    /// # Errors
    /// [`UseCaseFault::NotLoggedIn`].
    pub async fn list_environments(
        &self,
        requester: &Requester,
        slice: Slice,
    ) -> Result<Part<Account>, UseCaseFault> {
        let mut look = self.look(requester, Need::Login).await?;
        Ok(look.record.environments(requester.account, slice).await?)
    }

    /// An environment of the requester's account.
    ///
    /// # Errors
    /// [`UseCaseFault::NoAccount`], also of an account that is none of its environments.
    pub async fn get_environment(
        &self,
        requester: &Requester,
        id: &AccountId,
    ) -> Result<Account, UseCaseFault> {
        let mut look = self.look(requester, Need::Login).await?;
        environment(&mut *look.record, requester.account, id).await
    }

    /// Makes an environment, as a copy of the requester's account.
    ///
    /// # Errors
    /// [`UseCaseFault::AdministratorOnly`], [`UseCaseFault::Environment`];
    /// [`StoreFault::Taken`] where the id is in use.
    pub async fn create_environment(
        &self,
        requester: &Requester,
        new: NewEnvironment,
    ) -> Result<Refreshed, UseCaseFault> {
        let mut change = self.begin(requester, Need::Administrator).await?;
        change.standing.is_proven_lately()?;
        let production = change.account().await?;
        let (kind, id) = change.id_of_environment(&production, new).await?;
        let number = AccountNumber(change.tx.next(Series::Accounts).await?);
        let refreshed_at = Some(self.clock.now());
        let account = Account {
            number,
            name: id.to_string(),
            id,
            environment: Some(Environment { kind, production: production.number, refreshed_at }),
            token_based_authentication: production.token_based_authentication,
            policy: production.policy,
            warned_at: None,
            version: Version::FIRST,
        };
        change.tx.add_account(&account).await?;
        let copied = change.copy(&production, &account).await?;
        let environment = account.id.to_string();
        change.commit(Act::EnvironmentCreated { environment, kind: kind.as_str() }).await?;
        Ok(Refreshed { account, copied })
    }

    /// Makes an environment a copy of the requester's account again. It keeps nothing of its own
    /// but its name; every token that it had is ended, and can be replaced there. A refresh whose
    /// outcome was lost is made again: it tells the directory all of it once more.
    ///
    /// # Errors
    /// [`UseCaseFault::AdministratorOnly`], [`UseCaseFault::NoAccount`],
    /// [`UseCaseFault::Changed`].
    pub async fn refresh_environment(
        &self,
        requester: &Requester,
        id: &AccountId,
        if_version: Option<Version>,
    ) -> Result<Refreshed, UseCaseFault> {
        let mut change = self.begin(requester, Need::Administrator).await?;
        change.standing.is_proven_lately()?;
        let production = change.account().await?;
        let old = environment(&mut *change.tx, requester.account, id).await?;
        unchanged("environment", old.number.0, if_version, old.version)?;
        let refreshed_at = Some(self.clock.now());
        let account = Account {
            environment: old.environment.map(|it| Environment { refreshed_at, ..it }),
            token_based_authentication: production.token_based_authentication,
            policy: production.policy,
            warned_at: None,
            version: old.version.next(),
            ..old
        };
        change.tx.save_account(&account).await?;
        let copied = change.copy(&production, &account).await?;
        let environment = account.id.to_string();
        change.commit(Act::EnvironmentRefreshed { environment, tokens: copied.tokens }).await?;
        Ok(Refreshed { account, copied })
    }
}

/// The environment of `production` that has this id.
async fn environment(
    record: &mut (impl Snapshot + ?Sized),
    production: AccountNumber,
    id: &AccountId,
) -> Result<Account, UseCaseFault> {
    let account = record.account(id).await?;
    let is_of_it = |of: &Environment| of.production == production;
    account
        .filter(|account| account.environment.as_ref().is_some_and(is_of_it))
        .ok_or_else(|| UseCaseFault::NoAccount(id.to_string()))
}

impl Change<'_> {
    async fn id_of_environment(
        &mut self,
        production: &Account,
        new: NewEnvironment,
    ) -> Result<(EnvironmentKind, AccountId), UseCaseFault> {
        if let Some(id) = new.id {
            let kind = production.id.has_environment(&id)?;
            if new.kind.is_some_and(|wanted| wanted != kind) {
                let production = production.id.clone();
                return Err(EnvironmentRule::OtherId { id, production }.into());
            }
            return Ok((kind, id));
        }
        let kind = new.kind.unwrap_or(EnvironmentKind::Sandbox);
        let mut number = 1;
        loop {
            let id = production.id.of_environment(kind, number)?;
            if self.tx.account(&id).await?.is_none() {
                return Ok((kind, id));
            }
            number += 1;
        }
    }

    /// Copies all that an environment takes over, tells its own trail, and has the directory learn
    /// it: first that nothing of what was there holds, then what is there instead.
    async fn copy(
        &mut self,
        production: &Account,
        environment: &Account,
    ) -> Result<Copied, UseCaseFault> {
        let (from, to, stamp) = (production.number, environment.number, self.stamp());
        let copied = self.tx.copy_production(from, to, stamp).await?;
        self.copy_second_factors(from, to).await?;
        self.learns(Fact::AccountEmptied(to));
        for integration in copied.deleted.iter().copied() {
            self.learns(Fact::IntegrationGone { integration });
        }
        let facts = self.tx.facts_of(to).await?;
        self.facts.extend(facts);
        let act = Act::CopiedFromProduction {
            production: production.id.to_string(),
            entities: copied.entities,
            roles: copied.roles,
            integrations: copied.integrations,
            tokens: copied.tokens,
        };
        let Requester { actor, origin, .. } = self.requester;
        self.tx.add_event(&Event { at: stamp.at, actor, origin, account: to, act }).await?;
        Ok(copied)
    }

    /// Whoever needs two factors in production needs the same two in its copy. The secret is sealed
    /// anew: a seal is bound to its row.
    async fn copy_second_factors(
        &mut self,
        from: AccountNumber,
        to: AccountNumber,
    ) -> Result<(), UseCaseFault> {
        for factor in self.tx.second_factors(from).await? {
            let SecondFactor { entity, secret_version, .. } = factor;
            let binding = SecondFactor::binding(from, entity, secret_version);
            let secret = self.authority.vault.open(&factor.secret, &binding);
            let secret = secret.ok_or(StoreFault::Damaged("a second factor"))?;
            let secret_version = self.tx.next(Series::SecondFactors(to)).await?;
            let binding = SecondFactor::binding(to, entity, secret_version);
            let secret = self.seal(&secret, &binding).await?;
            let copy = SecondFactor { account: to, secret, secret_version, ..factor };
            self.tx.save_second_factor(&copy).await?;
        }
        Ok(())
    }
}
