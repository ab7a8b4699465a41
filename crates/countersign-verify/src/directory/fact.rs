//! What the directory is told, at the start and with each change.

use countersign_model::{
    AccessToken, AccountId, AccountNumber, Addresses, AssertionKeys, ConcurrencyLimit, ConsumerKey,
    EntityId, Grants, InstallationId, InstallationState, IntegrationId, Login, RetiringPair,
    RetiringSecret, Role, RoleId, Sealed, Timestamp, TokenId, TokenNumber, TokenState,
};

/// One thing that holds from now on. It replaces what was known of the same thing.
#[derive(Clone, Debug)]
pub enum Fact {
    /// An account.
    Account(AccountFact),
    /// An integration's definition.
    Consumer(ConsumerFact),
    /// An integration in an account.
    Installation(InstallationFact),
    /// An integration that is gone, and with it whatever its tokens open.
    IntegrationGone {
        /// The definition.
        integration: IntegrationId,
    },
    /// What stands between an entity and a role.
    Login(LoginFact),
    /// So many tokens will be told of, so that room for them is made once.
    TokensToCome(usize),
    /// An access token.
    Token(TokenFact),
    /// A role.
    Role(RoleFact),
    /// A role that is gone.
    RoleGone {
        /// Its account.
        account: AccountNumber,
        /// Its number.
        role: RoleId,
    },
    /// A token that is gone: from now on it is one that nobody knows.
    TokenGone {
        /// Its account.
        account: AccountNumber,
        /// Its number.
        token: TokenNumber,
    },
    /// All that an account has is gone, but for itself: its tokens, at once, then its integrations,
    /// roles and logins. What it has instead is told after this.
    AccountEmptied(AccountNumber),
    /// All keys that sign assertions.
    AssertionKeys(AssertionKeys),
}

/// An account.
#[derive(Clone, Debug)]
pub struct AccountFact {
    /// Its number.
    pub number: AccountNumber,
    /// The id that `realm` names.
    pub id: AccountId,
    /// Whether the feature is on.
    pub token_based_authentication: bool,
}

/// An integration's definition.
#[derive(Clone, Debug)]
pub struct ConsumerFact {
    /// Names it on the wire.
    pub consumer_key: ConsumerKey,
    /// Its number.
    pub integration: IntegrationId,
    /// The consumer secret, sealed.
    pub secret: Sealed,
    /// Which secret over time.
    pub secret_version: u32,
    /// Whether *Token-Based Authentication* is checked.
    pub token_based: bool,
    /// The pair before, if it works beside this one.
    pub retiring: Option<RetiringPair>,
}

/// An integration in an account.
#[derive(Clone, Debug)]
pub struct InstallationFact {
    /// The account.
    pub account: AccountNumber,
    /// The definition.
    pub integration: IntegrationId,
    /// Its number in the account.
    pub id: InstallationId,
    /// Whether it is admitted.
    pub state: InstallationState,
    /// The most requests at a time.
    pub concurrency_limit: Option<ConcurrencyLimit>,
}

/// What stands between an entity and a role.
#[derive(Clone, Debug)]
pub struct LoginFact {
    /// The account.
    pub account: AccountNumber,
    /// The entity.
    pub entity: EntityId,
    /// The role.
    pub role: RoleId,
    /// The rule's answer.
    pub login: Login,
}

/// An access token.
#[derive(Clone, Debug)]
pub struct TokenFact {
    /// Names it on the wire.
    pub token_id: TokenId,
    /// The token secret, sealed.
    pub secret: Sealed,
    /// Which secret over time.
    pub secret_version: u32,
    /// The secret before, while both work.
    pub retiring: Option<RetiringSecret>,
    /// The account that it opens.
    pub account: AccountNumber,
    /// Its number in the account.
    pub number: TokenNumber,
    /// The integration it is for.
    pub installation: InstallationId,
    /// Who acts.
    pub entity: EntityId,
    /// In which role.
    pub role: RoleId,
    /// Whether it works.
    pub state: TokenState,
    /// From when on it is refused, whatever its state.
    pub ends_at: Option<Timestamp>,
    /// From where alone it may be used.
    pub addresses: Option<Addresses>,
}

impl From<&AccessToken> for TokenFact {
    fn from(token: &AccessToken) -> Self {
        Self {
            token_id: token.token_id,
            secret: token.token_secret,
            secret_version: token.secret_version,
            retiring: token.retiring,
            account: token.account,
            number: token.number,
            installation: token.installation,
            entity: token.entity,
            role: token.role,
            state: token.state,
            ends_at: token.ends_at(),
            addresses: token.limits.addresses.clone(),
        }
    }
}

/// A role.
#[derive(Clone, Debug)]
pub struct RoleFact {
    /// The account.
    pub account: AccountNumber,
    /// The role.
    pub role: RoleId,
    /// What it grants.
    pub permissions: Grants,
}

impl From<&Role> for RoleFact {
    fn from(role: &Role) -> Self {
        Self { account: role.account, role: role.id, permissions: Grants::of(role) }
    }
}
