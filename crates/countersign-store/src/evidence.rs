//! What explains a wrong signature.

use countersign_authority::Evidence;
use countersign_model::{AccountNumber, IntegrationId, TokenNumber};
use sea_orm::DatabaseTransaction;

use crate::fault::Fault;
use crate::{access_tokens, integrations};

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    integration: IntegrationId,
    account: AccountNumber,
    token: TokenNumber,
) -> Result<Option<Evidence>, Fault> {
    let consumer = integrations::secret(tx, integration).await?;
    let token = access_tokens::secret(tx, account, token).await?;
    Ok(consumer.zip(token).map(|(consumer, token)| Evidence { consumer, token }))
}
