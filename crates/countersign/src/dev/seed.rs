//! What a stand-in has in it: an account, an Administrator, a user with a role, an integration
//! record, a token.

use countersign_authority::{
    Authority, Founding, KeyEncryptionKey, NewEntity, NewIntegration, NewRole, NewToken, Password,
    Requester,
};
use countersign_model::{
    AccountId, AuthenticationSettings, CallbackUrl, Chance, Email, EntityKind, Level, Permission,
    RoleId, TokenLimits,
};
use zeroize::Zeroizing;

use super::credentials_file::CredentialsFile;
use crate::deployment;
use crate::folder::DataFolder;
use crate::system::{self, OsChance};

const ADMIN_EMAIL: &str = "admin@dev.example";
const LOGIN_EMAIL: &str = "developer@dev.example";
const CALLBACK_PATTERN: &str = "http://localhost:*";
const CALLBACK_URL: &str = "http://localhost:9999/callback";

pub(super) async fn plant(
    folder: &DataFolder,
    key: &KeyEncryptionKey,
    account_id: &AccountId,
) -> anyhow::Result<CredentialsFile> {
    let admin_password = random_password();
    let founding = Founding {
        id: account_id.clone(),
        admin_email: Email::parse(ADMIN_EMAIL)?,
        password: Some(password(&admin_password)?),
        data_key: None,
    };
    let (account, authority, _) = deployment::found(folder, key, founding).await?;
    let requester = system::requester(account.number);

    let login_password = random_password();
    let role = create_role(&authority, &requester).await?;
    let user = NewEntity {
        kind: EntityKind::Employee,
        name: "Developer".to_owned(),
        email: Email::parse(LOGIN_EMAIL)?,
        password: Some(password(&login_password)?),
    };
    let entity = authority.create_entity(&requester, user).await?;
    authority.assign_role(&requester, entity, role).await?;

    let callback_url = Some(CallbackUrl::parse(CALLBACK_PATTERN)?);
    let authentication = AuthenticationSettings { callback_url, ..Default::default() };
    let record = NewIntegration { authentication, ..NewIntegration::named("Dev application") };
    let integration = authority.create_integration(&requester, record).await?;
    let token = NewToken {
        installation: integration.installation,
        entity,
        role,
        name: None,
        limits: TokenLimits::default(),
    };
    let token = authority.create_token(&requester, token).await?;

    Ok(CredentialsFile {
        base_url: String::new(),
        account: account_id.to_string(),
        consumer_key: integration.consumer_key.to_string(),
        consumer_secret: integration.consumer_secret.reveal().to_string(),
        token_id: token.token_id.to_string(),
        token_secret: token.token_secret.reveal().to_string(),
        login_email: LOGIN_EMAIL.to_owned(),
        login_password: login_password.to_string(),
        role: role.0,
        callback_url: CALLBACK_URL.to_owned(),
        admin_email: ADMIN_EMAIL.to_owned(),
        admin_password: admin_password.to_string(),
    })
}

async fn create_role(authority: &Authority, requester: &Requester) -> anyhow::Result<RoleId> {
    let granted = [Permission::UserAccessTokens, Permission::LogInUsingAccessTokens];
    let permissions = granted.into_iter().map(|permission| (permission, Level::Full)).collect();
    let name = "Integration Developer".to_owned();
    let role = NewRole { name, permissions, ..NewRole::default() };
    Ok(authority.create_role(requester, role).await?)
}

fn random_password() -> Zeroizing<String> {
    let mut bytes = [0; 12];
    OsChance.fill(&mut bytes);
    Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn password(text: &Zeroizing<String>) -> anyhow::Result<Password> {
    Ok(Password::parse(text.clone())?)
}
