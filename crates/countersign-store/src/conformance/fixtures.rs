//! Values of the model, numbered.

use countersign_authority::{Act, Event, Link};
use countersign_model::{
    AccessToken, Account, AccountId, AccountNumber, Actor, ApplicationId, AuthenticationSettings,
    CallbackUrl, ConcurrencyLimit, ConsumerKey, Created, Email, Entity, EntityId, EntityKind,
    Installation, InstallationId, InstallationState, Integration, IntegrationId, Level, Permission,
    Role, RoleId, Sealed, Stamp, Timestamp, TokenHistory, TokenId, TokenLimits, TokenNumber,
    TokenPolicy, TokenState, Version,
};

pub(super) const HOME: AccountNumber = AccountNumber(1);
pub(super) const ROLE: RoleId = RoleId(1000);

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

pub(super) fn account(number: u32) -> Account {
    Account {
        number: AccountNumber(number),
        id: AccountId::parse(&format!("{}", 1_000_000 + number)).unwrap(),
        name: format!("Account {number}"),
        environment: None,
        token_based_authentication: true,
        policy: TokenPolicy { max_age_days: Some(number as u16), ..TokenPolicy::default() },
        warned_at: None,
        version: Version(4),
    }
}

pub(super) fn entity(id: u32) -> Entity {
    Entity {
        account: HOME,
        id: EntityId(id),
        kind: EntityKind::ALL[id as usize % 5],
        name: format!("Entity {id}"),
        email: Email::parse(&format!("e{id}@example.com")).unwrap(),
        active: true,
        version: Version(4),
    }
}

pub(super) fn role(id: RoleId) -> Role {
    Role {
        account: HOME,
        id,
        name: format!("Role {id}"),
        active: true,
        permissions: [
            (Permission::LogInUsingAccessTokens, Level::Full),
            (Permission::ViewLoginAuditTrail, Level::View),
        ]
        .into(),
        two_factor_required: false,
        web_services_only: false,
        version: Version(4),
    }
}

pub(super) fn sealed(seed: u32) -> Sealed {
    let byte = seed as u8;
    Sealed { data_key: seed, nonce: [byte; 12], ciphertext: [!byte; 32], tag: [byte; 16] }
}

pub(super) fn integration(id: u32) -> Integration {
    Integration {
        id: IntegrationId(id),
        owner: HOME,
        name: format!("Integration {id}"),
        description: Some(format!("What integration {id} is for")),
        application_id: ApplicationId::from_bytes([id as u8; 16]),
        consumer_key: ConsumerKey::from_bytes([id as u8; 32]),
        consumer_secret: sealed(id),
        secret_version: 3,
        authentication: AuthenticationSettings {
            token_based: true,
            authorization_flow: true,
            issue_token_endpoint: true,
            user_credentials: true,
            callback_url: CallbackUrl::parse("https://example.com/back").ok(),
        },
        version: Version(4),
    }
}

pub(super) fn installation(id: u32) -> Installation {
    Installation {
        account: HOME,
        id: InstallationId(id),
        integration: IntegrationId(id),
        name: format!("Integration {id}"),
        state: InstallationState::Enabled,
        last_state_change: Some(at(86_400).into()),
        note: Some("A note".to_owned()),
        concurrency_limit: ConcurrencyLimit::new(5).ok(),
        api_access: true,
        created: Some(Created { by: Actor::LocalUser(1000), at: at(1) }),
        version: Version(4),
    }
}

pub(super) fn token(number: u32) -> AccessToken {
    let mut id = [7; 32];
    id[..4].copy_from_slice(&number.to_be_bytes());
    AccessToken {
        account: HOME,
        number: TokenNumber(number),
        token_id: TokenId::from_bytes(id),
        token_secret: sealed(100 + number),
        secret_version: 2,
        retiring: None,
        name: format!("Token {number}"),
        installation: InstallationId(1),
        entity: EntityId(1),
        role: ROLE,
        state: TokenState::Active,
        limits: TokenLimits::default(),
        lapsed: None,
        history: TokenHistory::begins(stamp(1)),
        version: Version(4),
    }
}

pub(super) fn stamp(seconds: i64) -> Stamp {
    Stamp { at: at(seconds), by: Actor::LocalUser(1000) }
}

pub(super) fn link(seed: u8) -> Link {
    Link { digest: [seed; 32], account: HOME, entity: EntityId(1), expires: at(100) }
}

pub(super) fn event() -> Event {
    Event {
        at: at(1),
        actor: Actor::LocalUser(1000),
        origin: None,
        account: HOME,
        act: Act::TokenRevoked { token: 5 },
    }
}
