//! What the page needs of the authority.

use async_trait::async_trait;
use countersign_authority::{Authority, Password, UseCaseFault};
use countersign_model::Email;

/// Looks at set-up links and uses them.
#[async_trait]
pub(crate) trait SetUpLinks: Send + Sync {
    /// Whose password the link sets. Doesn't use it up.
    async fn look(&self, link: &str) -> Result<Email, UseCaseFault>;

    /// Sets the password and uses the link up.
    async fn set(&self, link: &str, password: Password) -> Result<(), UseCaseFault>;
}

#[async_trait]
impl SetUpLinks for Authority {
    async fn look(&self, link: &str) -> Result<Email, UseCaseFault> {
        self.look_at_link(link).await
    }

    async fn set(&self, link: &str, password: Password) -> Result<(), UseCaseFault> {
        self.set_password_by_link(link, password).await
    }
}
