//! A record of any size, and requests that it admits.
//!
//! One account and one integration; tokens of up to 10,000 entities in up to 200 roles; secrets
//! sealed by a real vault. Nothing is kept per token: its credentials come from its number, so that
//! what is measured is the only thing in memory, and two processes know the same tokens.

mod requests;

use std::sync::Arc;

use anyhow::Result;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use countersign_authority::{KeyEncryptionKey, Vault, WrappedDataKey};
use countersign_model::{
    AccessToken, Account, AccountId, AccountNumber, Actor, ApplicationId, AssertionKey,
    AssertionKeyNumber, AuthenticationSettings, Binding, ConsumerKey, ConsumerSecret, Email,
    Entity, EntityId, EntityKind, Installation, InstallationId, InstallationState, Integration,
    IntegrationId, Level, Login, Permission, Role, RoleId, Sealed, SecretKind, Stamp, Timestamp,
    TokenHistory, TokenId, TokenLimits, TokenNumber, TokenSecret, TokenState,
};
use countersign_signing::{Credentials, Secret, TokenCredentials};
use countersign_testkit::SeededChance;
use countersign_verify::{
    AccountFact, ConsumerFact, Directory, Fact, InstallationFact, LoginFact, Principal,
};

pub(crate) use requests::{Batch, HOST};

pub(crate) const ACCOUNT: &str = "1234567";

const HOME: AccountNumber = AccountNumber(1);
const MOST_ENTITIES: u32 = 10_000;
const MOST_ROLES: u32 = 200;
const VERSION: u32 = 1;
const MADE: Stamp = Stamp { at: Timestamp::from_seconds(1_700_000_000), by: Actor::Schedule };

pub(crate) struct Fleet {
    tokens: u32,
    key: KeyEncryptionKey,
    wrapped: WrappedDataKey,
    vault: Arc<Vault>,
    consumer_key: ConsumerKey,
    consumer_secret: ConsumerSecret,
    chance: SeededChance,
}

impl Fleet {
    pub(crate) fn new(tokens: u32) -> Result<Self> {
        let chance = SeededChance::new(1);
        let key = KeyEncryptionKey::generate(&chance);
        let (vault, wrapped) = Vault::create(&key, &chance)?;
        Ok(Self {
            tokens,
            key,
            wrapped,
            vault: Arc::new(vault),
            consumer_key: ConsumerKey::generate(&chance),
            consumer_secret: ConsumerSecret::generate(&chance),
            chance,
        })
    }

    pub(crate) fn tokens(&self) -> u32 {
        self.tokens
    }

    /// A token's place, drawn by chance.
    pub(crate) fn any(&self) -> u32 {
        self.chance.below(u64::from(self.tokens)) as u32
    }

    /// The key file of this record's vault.
    pub(crate) fn key(&self) -> &KeyEncryptionKey {
        &self.key
    }

    pub(crate) fn data_key(&self) -> &WrappedDataKey {
        &self.wrapped
    }

    pub(crate) fn directory(&self) -> Result<Directory> {
        let directory = Directory::new(self.vault.clone(), &[0x11; 32]);
        let account = self.account()?;
        directory.learn(Fact::Account(AccountFact {
            number: account.number,
            id: account.id,
            token_based_authentication: account.token_based_authentication,
        }));
        let integration = self.integration()?;
        directory.learn(Fact::Consumer(ConsumerFact {
            consumer_key: integration.consumer_key,
            integration: integration.id,
            secret: integration.consumer_secret,
            secret_version: integration.secret_version,
            token_based: integration.authentication.token_based,
            retiring: None,
        }));
        let Installation { account, id, integration, state, concurrency_limit, .. } =
            self.installation();
        directory.learn(Fact::Installation(InstallationFact {
            account,
            integration,
            id,
            state,
            concurrency_limit,
        }));
        for number in 0..self.entities() {
            let (entity, role) = self.assignment(number);
            let login = Login::Allowed;
            directory.learn(Fact::Login(LoginFact { account: HOME, entity, role, login }));
        }
        self.roles().for_each(|role| directory.learn(Fact::Role((&role).into())));
        for place in 0..self.tokens {
            directory.learn(Fact::Token((&self.token(place)?).into()));
        }
        Ok(directory)
    }

    pub(crate) fn vault(&self) -> Arc<Vault> {
        Arc::clone(&self.vault)
    }

    /// A key that signs assertions.
    pub(crate) fn assertion_key(&self) -> Result<AssertionKey> {
        let (number, seed) = (AssertionKeyNumber(1), [0x22; 32]);
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed)?;
        Ok(AssertionKey {
            number,
            public_key: pair.public_key().as_ref().try_into()?,
            private_key: self.seal(&seed, &AssertionKey::binding(number))?,
            signs_from: Timestamp::from_seconds(0),
            until: None,
        })
    }

    /// Who acts with a token.
    pub(crate) fn principal(&self, place: u32) -> Result<Principal> {
        let (entity, role) = self.assignment(place % self.entities());
        Ok(Principal {
            account: HOME,
            account_id: AccountId::parse(ACCOUNT)?,
            entity,
            role,
            installation: InstallationId(1),
            token: TokenNumber(1 + place),
        })
    }

    pub(crate) fn account(&self) -> Result<Account> {
        Ok(Account {
            number: HOME,
            id: AccountId::parse(ACCOUNT)?,
            name: "Bench".to_owned(),
            environment: None,
            token_based_authentication: true,
            policy: countersign_model::TokenPolicy::default(),
            warned_at: None,
            version: countersign_model::Version::FIRST,
        })
    }

    pub(crate) fn entities(&self) -> u32 {
        self.tokens.min(MOST_ENTITIES)
    }

    pub(crate) fn entity(&self, number: u32) -> Result<Entity> {
        Ok(Entity {
            account: HOME,
            id: self.assignment(number).0,
            kind: EntityKind::Employee,
            name: format!("Entity {number}"),
            email: Email::parse(&format!("entity{number}@example.com"))?,
            active: true,
            version: countersign_model::Version::FIRST,
        })
    }

    pub(crate) fn roles(&self) -> impl Iterator<Item = Role> {
        (0..MOST_ROLES).map(|number| Role {
            account: HOME,
            id: RoleId(Role::FIRST_OWN.0 + number),
            name: format!("Role {number}"),
            active: true,
            permissions: [(Permission::LogInUsingAccessTokens, Level::Full)].into(),
            two_factor_required: false,
            web_services_only: false,
            version: countersign_model::Version::FIRST,
        })
    }

    /// An entity and its one role.
    pub(crate) fn assignment(&self, number: u32) -> (EntityId, RoleId) {
        (EntityId(1 + number), RoleId(Role::FIRST_OWN.0 + number % MOST_ROLES))
    }

    pub(crate) fn integration(&self) -> Result<Integration> {
        let id = IntegrationId(1);
        let row = u64::from(id.0);
        let binding = Binding { kind: SecretKind::Consumer, row, version: VERSION };
        Ok(Integration {
            id,
            owner: HOME,
            name: "Bench".to_owned(),
            description: None,
            application_id: ApplicationId::from_bytes([1; 16]),
            consumer_key: self.consumer_key,
            consumer_secret: self.seal(self.consumer_secret.expose_bytes(), &binding)?,
            secret_version: VERSION,
            authentication: AuthenticationSettings::default(),
            version: countersign_model::Version::FIRST,
        })
    }

    /// One that few tokens are for.
    pub(crate) fn other_integration(&self) -> Result<Integration> {
        let chance = SeededChance::new(2);
        Ok(Integration {
            id: IntegrationId(2),
            name: "Other".to_owned(),
            application_id: ApplicationId::from_bytes([2; 16]),
            consumer_key: ConsumerKey::generate(&chance),
            ..self.integration()?
        })
    }

    pub(crate) fn installation(&self) -> Installation {
        Installation {
            account: HOME,
            id: InstallationId(1),
            integration: IntegrationId(1),
            name: "Bench".to_owned(),
            state: InstallationState::Enabled,
            last_state_change: None,
            note: None,
            concurrency_limit: None,
            api_access: false,
            created: None,
            version: countersign_model::Version::FIRST,
        }
    }

    pub(crate) fn token(&self, place: u32) -> Result<AccessToken> {
        let (token_id, secret) = self.pair(place);
        let number = TokenNumber(1 + place);
        let (entity, role) = self.assignment(place % self.entities());
        let binding = AccessToken::binding(HOME, number, VERSION);
        Ok(AccessToken {
            account: HOME,
            number,
            token_id,
            token_secret: self.seal(secret.expose_bytes(), &binding)?,
            secret_version: VERSION,
            retiring: None,
            name: format!("Token {place}"),
            installation: InstallationId(1),
            entity,
            role,
            state: TokenState::Active,
            limits: TokenLimits::default(),
            lapsed: None,
            history: TokenHistory::begins(MADE),
            version: countersign_model::Version::FIRST,
        })
    }

    pub(crate) fn token_id(&self, place: u32) -> TokenId {
        TokenId::generate(&pair_chance(place))
    }

    /// What a client signs with that has this token.
    pub(crate) fn credentials(&self, place: u32) -> Credentials {
        let (token_id, secret) = self.pair(place);
        Credentials {
            consumer_key: self.consumer_key.to_string(),
            consumer_secret: Secret::new(self.consumer_secret.reveal().as_bytes()),
            token: Some(TokenCredentials {
                token: token_id.to_string(),
                secret: Secret::new(secret.reveal().as_bytes()),
            }),
        }
    }

    fn pair(&self, place: u32) -> (TokenId, TokenSecret) {
        let chance = pair_chance(place);
        (TokenId::generate(&chance), TokenSecret::generate(&chance))
    }

    fn seal(&self, secret: &[u8; 32], binding: &Binding) -> Result<Sealed> {
        Ok(self.vault.seal(secret, binding, 1, &self.chance)?)
    }
}

fn pair_chance(place: u32) -> SeededChance {
    SeededChance::new((1 << 40) + u64::from(place))
}
