//! Editing an integration: what its owner edits of the definition, and what each account edits.

use countersign_model::{
    AuthenticationSettings, CallbackUrl, ConcurrencyLimit, Installation, InstallationId,
    InstallationState, Integration, Version,
};

use super::{
    Authority, CONFIGURE, MAX_DESCRIPTION, MAX_NOTE, Requester, UseCaseFault, installation_fact,
    name, optional_text,
};
use crate::{Act, Edit};

/// What becomes of something that may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is emptied.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> Patch<T> {
    fn keeps(&self) -> bool {
        matches!(self, Self::Keep)
    }

    fn try_apply<U, F>(self, old: Option<U>, new: F) -> Result<Option<U>, UseCaseFault>
    where
        F: FnOnce(T) -> Result<Option<U>, UseCaseFault>,
    {
        match self {
            Self::Keep => Ok(old),
            Self::Clear => Ok(None),
            Self::Set(value) => new(value),
        }
    }
}

/// What is edited; the rest stays. The first fields are of the definition: only the account that
/// owns it edits them, and they hold in all accounts.
#[derive(Clone, Debug, Default)]
pub struct IntegrationEdit {
    /// What people call it. Accounts where it is installed keep the name that they have.
    pub name: Option<String>,
    /// What it is for.
    pub description: Patch<String>,
    /// *Token-Based Authentication*.
    pub token_based: Option<bool>,
    /// *TBA: Authorization Flow*.
    pub authorization_flow: Option<bool>,
    /// *TBA: IssueToken Endpoint*.
    pub issue_token_endpoint: Option<bool>,
    /// Where the authorization flow may return to.
    pub callback_url: Patch<String>,
    /// *User Credentials*.
    pub user_credentials: Option<bool>,
    /// Enabled or blocked, in the requester's account.
    pub state: Option<InstallationState>,
    /// What that account's administrators note about it.
    pub note: Patch<String>,
    /// The most requests at a time, in that account.
    pub concurrency_limit: Patch<u32>,
}

impl Authority {
    /// Edits an integration. Gives the version that it has then.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`]; [`UseCaseFault::NotItsOwner`] where
    /// another account's definition is edited; what is wrong with a field.
    pub async fn edit_integration(
        &self,
        requester: &Requester,
        id: InstallationId,
        if_version: Option<Version>,
        edit: IntegrationEdit,
    ) -> Result<Version, UseCaseFault> {
        let mut change = self.begin(requester, CONFIGURE).await?;
        let (old, old_definition) =
            change.seen_installation(requester.account, id, if_version).await?;
        if edit.is_of_definition() && old_definition.owner != requester.account {
            return Err(UseCaseFault::NotItsOwner(id.0));
        }
        let state = edit.state.unwrap_or(old.state);
        let (definition, installation) = edit.apply(old_definition.clone(), old.clone())?;
        let in_state = installation.in_state(state, self.clock.now());
        let installation = in_state.ok_or(UseCaseFault::StateNotChosen)?;

        let definition_edits = edits(&of_definition(&old_definition), &of_definition(&definition));
        let edited = edits(&of_installation(&old), &of_installation(&installation));
        let changes: Vec<Edit> = definition_edits.iter().cloned().chain(edited).collect();
        if changes.is_empty() {
            // Heals a directory that an earlier change, whose outcome was lost, has not reached.
            change.learns_consumer(&definition).await?;
            change.learns(installation_fact(&installation));
            change.heal();
            return Ok(old.version);
        }
        if !definition_edits.is_empty() {
            let definition = Integration { version: old_definition.version.next(), ..definition };
            change.tx.save_integration(&definition).await?;
            change.learns_consumer(&definition).await?;
        }
        let installation = Installation { version: old.version.next(), ..installation };
        change.tx.save_installation(&installation).await?;
        change.learns(installation_fact(&installation));
        change.commit(Act::IntegrationEdited { installation: id.0, changes }).await?;
        Ok(installation.version)
    }
}

impl IntegrationEdit {
    fn is_of_definition(&self) -> bool {
        let flags = [
            self.token_based,
            self.authorization_flow,
            self.issue_token_endpoint,
            self.user_credentials,
        ];
        self.name.is_some()
            || !self.description.keeps()
            || !self.callback_url.keeps()
            || flags.iter().any(Option::is_some)
    }

    /// All but the state.
    fn apply(
        self,
        definition: Integration,
        installation: Installation,
    ) -> Result<(Integration, Installation), UseCaseFault> {
        let new_name = self.name.as_deref().map(name).transpose()?;
        let description = self.description.try_apply(definition.description, |text| {
            optional_text("description", &text, MAX_DESCRIPTION)
        })?;
        let old = definition.authentication;
        let callback_url = self
            .callback_url
            .try_apply(old.callback_url, |url| Ok(Some(CallbackUrl::parse(&url)?)))?;
        let authentication = AuthenticationSettings {
            token_based: self.token_based.unwrap_or(old.token_based),
            authorization_flow: self.authorization_flow.unwrap_or(old.authorization_flow),
            issue_token_endpoint: self.issue_token_endpoint.unwrap_or(old.issue_token_endpoint),
            callback_url,
            user_credentials: self.user_credentials.unwrap_or(old.user_credentials),
        };
        let note = self
            .note
            .try_apply(installation.note, |text| optional_text("note", &text, MAX_NOTE))?;
        let concurrency_limit =
            self.concurrency_limit.try_apply(installation.concurrency_limit, |limit| {
                Ok(Some(ConcurrencyLimit::new(limit)?))
            })?;
        let definition = Integration {
            name: new_name.clone().unwrap_or(definition.name),
            description,
            authentication: authentication.settled(),
            ..definition
        };
        let name = new_name.unwrap_or(installation.name);
        Ok((definition, Installation { name, note, concurrency_limit, ..installation }))
    }
}

type Field = (&'static str, Option<String>);

fn of_definition(definition: &Integration) -> Vec<Field> {
    let settings = &definition.authentication;
    let flag = |on: bool| Some(on.to_string());
    vec![
        ("name", Some(definition.name.clone())),
        ("description", definition.description.clone()),
        ("token_based_authentication", flag(settings.token_based)),
        ("authorization_flow", flag(settings.authorization_flow)),
        ("issue_token_endpoint", flag(settings.issue_token_endpoint)),
        ("callback_url", settings.callback_url.as_ref().map(ToString::to_string)),
        ("user_credentials", flag(settings.user_credentials)),
    ]
}

fn of_installation(installation: &Installation) -> Vec<Field> {
    let limit = installation.concurrency_limit;
    vec![
        ("state", Some(installation.state.as_str().to_owned())),
        ("note", installation.note.clone()),
        ("concurrency_limit", limit.map(|limit| limit.get().to_string())),
    ]
}

/// The fields that differ.
fn edits(old: &[Field], new: &[Field]) -> Vec<Edit> {
    let both = old.iter().zip(new).filter(|((_, from), (_, to))| from != to);
    let edit = |(old, new): (&Field, &Field)| Edit {
        field: old.0,
        from: old.1.clone(),
        to: new.1.clone(),
    };
    both.map(edit).collect()
}
