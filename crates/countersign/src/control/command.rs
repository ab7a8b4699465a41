//! The commands on the record, as data: the same whether a server executes them or the command
//! line itself does.

use countersign_authority::{
    Authority, CreatedIntegration, NewEntity, NewIntegration, NewRole, NewToken, Password,
    PasswordFault, Requester, StoreFault, TokenClocks, UseCaseFault,
};
use countersign_model::{
    AccountId, Actor, AuthenticationSettings, CallbackUrl, Email, EntityId, EntityKind,
    InstallationId, InstallationState, Level, Permission, Permissions, RoleId, TokenLimits,
    TokenNumber,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Field, Outcome, clock};

/// A change of the record of `account`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Command {
    pub(crate) account: String,
    pub(crate) act: Act,
}

/// What to change.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Act {
    CreateIntegration { name: String, callback_url: Option<String> },
    ResetCredentials { integration: u32 },
    SetIntegrationState { integration: u32, state: String },
    CreateEntity { kind: String, name: String, email: String, password: Option<String> },
    CreateRole { name: String, permissions: Vec<(String, String)> },
    AssignRole { entity: u32, role: u32 },
    RemoveRole { entity: u32, role: u32 },
    CreateToken { integration: u32, entity: u32, role: u32, name: Option<String> },
    RevokeToken { token: u32 },
    TokenClock { token: u32 },
}

/// Does it, as `actor`.
pub(crate) async fn execute(
    authority: &Authority,
    clocks: &dyn TokenClocks,
    actor: Actor,
    command: Command,
) -> Outcome {
    outcome(try_execute(authority, clocks, actor, command).await)
}

/// What is answered.
pub(super) fn outcome(result: Result<Vec<Field>, Problem>) -> Outcome {
    match result {
        Ok(fields) => Outcome::Done(fields),
        Err(Problem::Words(sentence)) => Outcome::Refused(sentence),
        Err(Problem::UseCase(fault)) => match fault {
            UseCaseFault::Store(StoreFault::Taken(_) | StoreFault::Gone) => {
                Outcome::Refused(fault.to_string())
            }
            UseCaseFault::Store(_)
            | UseCaseFault::Vault(_)
            | UseCaseFault::Interrupted
            | UseCaseFault::Password(PasswordFault::Hashing) => Outcome::Failed(fault.to_string()),
            rule => Outcome::Refused(rule.to_string()),
        },
    }
}

pub(super) enum Problem {
    Words(String),
    UseCase(UseCaseFault),
}

impl From<UseCaseFault> for Problem {
    fn from(fault: UseCaseFault) -> Self {
        Self::UseCase(fault)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the error over")]
fn words(error: impl ToString) -> Problem {
    Problem::Words(error.to_string())
}

async fn try_execute(
    authority: &Authority,
    clocks: &dyn TokenClocks,
    actor: Actor,
    command: Command,
) -> Result<Vec<Field>, Problem> {
    let id = AccountId::parse(&command.account).map_err(words)?;
    let account = authority.account(&id).await?.number;
    let requester = &Requester { account, actor, origin: None };
    match command.act {
        Act::CreateIntegration { name, callback_url } => {
            create_integration(authority, requester, name, callback_url).await
        }
        Act::ResetCredentials { integration } => {
            let id = InstallationId(integration);
            Ok(shown_once(&authority.reset_credentials(requester, id, None).await?))
        }
        Act::SetIntegrationState { integration, state } => {
            let state = InstallationState::parse(&state).map_err(words)?;
            let id = InstallationId(integration);
            authority.set_installation_state(requester, id, None, state).await?;
            Ok(vec![Field::new("integration", &integration), Field::new("state", &state.as_str())])
        }
        Act::CreateEntity { kind, name, email, password } => {
            let new = new_entity(&kind, name, &email, password)?;
            let entity = authority.create_entity(requester, new).await?;
            Ok(vec![Field::new("entity", &entity)])
        }
        Act::CreateRole { name, permissions } => {
            create_role(authority, requester, name, permissions).await
        }
        Act::AssignRole { entity, role } => {
            authority.assign_role(requester, EntityId(entity), RoleId(role)).await?;
            Ok(vec![Field::new("entity", &entity), Field::new("role", &role)])
        }
        Act::RemoveRole { entity, role } => {
            authority.remove_role(requester, EntityId(entity), RoleId(role)).await?;
            Ok(vec![Field::new("entity", &entity), Field::new("role", &role)])
        }
        Act::CreateToken { integration, entity, role, name } => {
            let new = NewToken {
                installation: InstallationId(integration),
                entity: EntityId(entity),
                role: RoleId(role),
                name,
                limits: TokenLimits::default(),
            };
            create_token(authority, requester, new).await
        }
        Act::RevokeToken { token } => {
            authority.revoke_token(requester, TokenNumber(token)).await?;
            Ok(vec![Field::new("token", &token), Field::new("state", &"revoked")])
        }
        Act::TokenClock { token } => {
            let number = TokenNumber(token);
            let clock = clocks.token_clock(account, number).await.map_err(UseCaseFault::from)?;
            Ok(clock::shown(number, clock.as_ref()))
        }
    }
}

async fn create_token(
    authority: &Authority,
    requester: &Requester,
    new: NewToken,
) -> Result<Vec<Field>, Problem> {
    let token = authority.create_token(requester, new).await?;
    Ok(vec![
        Field::new("token", &token.number),
        Field::new("name", &token.name),
        Field::new("token_id", &token.token_id),
        Field::new("token_secret", &*token.token_secret.reveal()),
    ])
}

async fn create_integration(
    authority: &Authority,
    requester: &Requester,
    name: String,
    callback_url: Option<String>,
) -> Result<Vec<Field>, Problem> {
    let callback_url = callback_url.map(|url| CallbackUrl::parse(&url)).transpose();
    let callback_url = callback_url.map_err(words)?;
    let authentication = AuthenticationSettings { callback_url, ..Default::default() };
    let new = NewIntegration { authentication, ..NewIntegration::named(name) };
    Ok(shown_once(&authority.create_integration(requester, new).await?))
}

fn shown_once(created: &CreatedIntegration) -> Vec<Field> {
    vec![
        Field::new("integration", &created.installation),
        Field::new("consumer_key", &created.consumer_key),
        Field::new("consumer_secret", &*created.consumer_secret.reveal()),
    ]
}

fn new_entity(
    kind: &str,
    name: String,
    email: &str,
    password: Option<String>,
) -> Result<NewEntity, Problem> {
    let kind = EntityKind::parse(kind)
        .ok_or_else(|| words("an entity is an employee, vendor, customer, partner or contact"))?;
    let email = Email::parse(email).map_err(words)?;
    let password = password.map(|text| Password::parse(Zeroizing::new(text)));
    let password = password.transpose().map_err(words)?;
    Ok(NewEntity { kind, name, email, password })
}

async fn create_role(
    authority: &Authority,
    requester: &Requester,
    name: String,
    permissions: Vec<(String, String)>,
) -> Result<Vec<Field>, Problem> {
    let mut granted = Permissions::default();
    for (permission, level) in &permissions {
        let level = Level::parse(level)
            .ok_or_else(|| words("the levels of a permission are view, create, edit and full"))?;
        granted.grant(permission, level).map_err(words)?;
    }
    let new = NewRole { name, permissions: granted, ..NewRole::default() };
    let role = authority.create_role(requester, new).await?;
    Ok(vec![Field::new("role", &role)])
}
