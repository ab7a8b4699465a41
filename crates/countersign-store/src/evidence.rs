//! Whose a refusal is, and what explains its signature.

use countersign_authority::{Evidence, NamedRows, Owner, SealedPair, SealedSecret};
use countersign_model::{AccessToken, IntegrationId, Pair, Timestamp, TokenState};
use sea_orm::DatabaseTransaction;

use crate::fault::Fault;
use crate::{
    access_tokens, accounts, changes, installations, integrations, previous_secrets, retiring_pairs,
};

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    named: NamedRows,
    now: Timestamp,
) -> Result<Evidence, Fault> {
    if let Some((account, number)) = named.token
        && let Some(token) = access_tokens::find(tx, account, number).await?
    {
        return of_token(tx, named, &token, now).await;
    }
    let integration = match (named.integration, named.installation) {
        (Some(integration), _) => Some(integration),
        (None, Some((account, id))) => {
            installations::find(tx, account, id).await?.map(|it| it.integration)
        }
        (None, None) => None,
    };
    let owner = match integration {
        Some(integration) => integrations::owner(tx, integration).await?,
        None => None,
    };
    Ok(Evidence { owner: owner.map_or(Owner::Nobody, Owner::Account), ..Evidence::default() })
}

/// Another integration's secret is not the business of the token's owner, whoever named the two
/// together.
async fn of_token(
    tx: &DatabaseTransaction,
    named: NamedRows,
    token: &AccessToken,
    now: Timestamp,
) -> Result<Evidence, Fault> {
    let owner = Owner::Entity { account: token.account, entity: token.entity };
    let home = accounts::find_by_number(tx, token.account).await?;
    let of_account = home.map(|account| account.id);
    let revoked_by = match &token.state {
        TokenState::Revoked(revoked) => changes::who_revoked(tx, token, revoked.at).await?,
        TokenState::Active | TokenState::Inactive => None,
    };
    let installation = installations::find(tx, token.account, token.installation).await?;
    let own = installation.map(|it| it.integration);
    let Some(own) = own.filter(|own| named.integration.is_none_or(|named| named == *own)) else {
        return Ok(Evidence { owner, of_account, revoked_by, ..Evidence::default() });
    };
    let (consumer, before) = secrets(tx, own, named.pair, now).await?;
    let previous = match token.state {
        TokenState::Revoked(_) => None,
        TokenState::Active | TokenState::Inactive => before,
    };
    let binding = AccessToken::binding(token.account, token.number, token.secret_version);
    Ok(Evidence {
        owner,
        of_account,
        pair: consumer
            .map(|consumer| SealedPair { consumer, token: (token.token_secret, binding) }),
        previous,
        revoked_by,
        other_tokens: access_tokens::secrets_beside(tx, token, Evidence::MOST_OTHERS).await?,
    })
}

/// The consumer secret of the pair that was named, and the one before it.
async fn secrets(
    tx: &DatabaseTransaction,
    own: IntegrationId,
    named: Pair,
    now: Timestamp,
) -> Result<(Option<SealedSecret>, Option<SealedSecret>), Fault> {
    let retiring = retiring_pairs::secret(tx, own).await?;
    let older = previous_secrets::secret(tx, own, now).await?;
    match named {
        Pair::Retiring if retiring.is_some() => Ok((retiring, older)),
        Pair::Retiring | Pair::Current => {
            Ok((integrations::secret(tx, own).await?, retiring.or(older)))
        }
    }
}
