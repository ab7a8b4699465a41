//! One account, one integration, one entity in one role, one token: all of it good.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use countersign_model::{
    AccountHosts, AccountId, AccountNumber, Binding, ConsumerKey, ConsumerSecret, EntityId,
    InstallationId, InstallationState, IntegrationId, Level, Login, Permission, Role, RoleId,
    Sealed, Timestamp, TokenId, TokenNumber, TokenSecret, TokenState,
};
use countersign_signing::{
    Credentials, Request, Scheme, Scratch, Secret, SignOptions, TokenCredentials, sign,
};
use countersign_verify::{
    AccountFact, ConsumerFact, Directory, Fact, InstallationFact, LoginFact, Principal, Refused,
    RoleFact, SecretOpener, SignedRequest, TokenFact, Tolerance, judge,
};

use zeroize::Zeroizing;

use crate::SeededChance;

/// A directory with one of each, and the credentials that open it.
pub struct World {
    /// What verdicts are made from.
    pub directory: Directory,
    /// The consumer's name.
    pub consumer_key: ConsumerKey,
    /// The token's name.
    pub token_id: TokenId,
    /// What the client signs with.
    pub credentials: Credentials,
    consumer_secret: [u8; 32],
    token_secret: [u8; 32],
}

impl World {
    /// The account's id.
    pub const ACCOUNT: &str = "1234567";
    /// Where requests come from in this world.
    pub const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    /// The time in this world.
    pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    /// Makes the world.
    pub fn new() -> Self {
        let chance = SeededChance::new(7);
        let consumer_secret = ConsumerSecret::generate(&chance);
        let token_secret = TokenSecret::generate(&chance);
        let consumer_key = ConsumerKey::generate(&chance);
        let token_id = TokenId::generate(&chance);
        let world = Self {
            directory: Directory::new(Arc::new(Unsealed), &[0x11; 32]),
            consumer_key,
            token_id,
            credentials: Credentials {
                consumer_key: consumer_key.to_string(),
                consumer_secret: Secret::new(consumer_secret.reveal().as_bytes()),
                token: Some(TokenCredentials {
                    token: token_id.to_string(),
                    secret: Secret::new(token_secret.reveal().as_bytes()),
                }),
            },
            consumer_secret: *consumer_secret.expose_bytes(),
            token_secret: *token_secret.expose_bytes(),
        };
        for fact in world.facts() {
            world.directory.learn(fact);
        }
        world
    }

    /// The same world, in which hosts in `domain` name accounts.
    #[must_use]
    pub fn by_host(self, domain: &str) -> Self {
        let directory = self.directory.by_host(AccountHosts::new(domain, []));
        Self { directory, ..self }
    }

    /// All facts of the good world, to be changed and learned again.
    pub fn facts(&self) -> [Fact; 6] {
        [
            Fact::Account(self.account()),
            Fact::Consumer(self.consumer()),
            Fact::Installation(self.installation()),
            Fact::Login(self.login()),
            Fact::Token(self.token()),
            Fact::Role(self.role()),
        ]
    }

    /// The account.
    pub fn account(&self) -> AccountFact {
        let Ok(id) = AccountId::parse(Self::ACCOUNT) else { unreachable!("a good id") };
        AccountFact { number: AccountNumber(1), id, token_based_authentication: true }
    }

    /// The integration's definition.
    pub fn consumer(&self) -> ConsumerFact {
        let integration = IntegrationId(1);
        ConsumerFact {
            consumer_key: self.consumer_key,
            integration,
            secret: unsealed(self.consumer_secret),
            secret_version: 1,
            token_based: true,
            retiring: None,
        }
    }

    /// The integration in the account.
    pub fn installation(&self) -> InstallationFact {
        InstallationFact {
            account: AccountNumber(1),
            integration: IntegrationId(1),
            id: InstallationId(1),
            state: InstallationState::Enabled,
            concurrency_limit: None,
        }
    }

    /// The entity in its role.
    pub fn login(&self) -> LoginFact {
        LoginFact {
            account: AccountNumber(1),
            entity: EntityId(1),
            role: RoleId(1000),
            login: Login::Allowed,
        }
    }

    /// The token.
    pub fn token(&self) -> TokenFact {
        TokenFact {
            token_id: self.token_id,
            secret: unsealed(self.token_secret),
            secret_version: 1,
            retiring: None,
            account: AccountNumber(1),
            number: TokenNumber(1),
            installation: InstallationId(1),
            entity: EntityId(1),
            role: RoleId(1000),
            state: TokenState::Active,
            ends_at: None,
            addresses: None,
        }
    }

    /// The role.
    pub fn role(&self) -> RoleFact {
        RoleFact::from(&Role {
            account: AccountNumber(1),
            id: RoleId(1000),
            name: "Importer".to_owned(),
            active: true,
            permissions: [(Permission::LogInUsingAccessTokens, Level::Full)].into(),
            two_factor_required: false,
            web_services_only: false,
            version: countersign_model::Version::FIRST,
        })
    }

    /// A plain request to this world.
    pub fn request(&self) -> Request<'static> {
        Request {
            method: "GET",
            scheme: Scheme::Http,
            authority: "127.0.0.1:8080",
            target: "/services/rest/record/v1/customer?q=a%20b&limit=10",
            form: None,
        }
    }

    /// The header for `request`, signed now.
    pub fn sign(&self, request: &Request<'_>, nonce: &str) -> String {
        let mut options = SignOptions::new(Self::NOW.seconds(), nonce);
        options.realm = Some(Self::ACCOUNT);
        self.sign_with(request, &options)
    }

    /// The header for `request`, signed as `options` say.
    pub fn sign_with(&self, request: &Request<'_>, options: &SignOptions<'_>) -> String {
        match sign(&self.credentials, request, options) {
            Ok(signed) => signed.header,
            Err(fault) => format!("can't be signed: {fault}"),
        }
    }

    /// The verdict on `request` with `header`, now.
    ///
    /// # Errors
    /// The refusal.
    pub fn judge(&self, request: &Request<'_>, header: &str) -> Result<Principal, Refused> {
        let signed = SignedRequest { request: *request, authorization: Some(header.as_bytes()) };
        let mut scratch = Scratch::default();
        judge(&signed, Self::SOURCE, &self.directory, Self::NOW, Tolerance::DEFAULT, &mut scratch)
            .map(|proven| proven.principal)
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl AsRef<Directory> for World {
    fn as_ref(&self) -> &Directory {
        &self.directory
    }
}

/// A vault with an open door, for secrets under its one data key.
struct Unsealed;

const DATA_KEY: u32 = 1;

impl SecretOpener for Unsealed {
    fn open(&self, sealed: &Sealed, _: &Binding) -> Option<Zeroizing<[u8; 32]>> {
        (sealed.data_key == DATA_KEY).then_some(Zeroizing::new(sealed.ciphertext))
    }
}

fn unsealed(secret: [u8; 32]) -> Sealed {
    Sealed { data_key: DATA_KEY, nonce: [0; 12], ciphertext: secret, tag: [0; 16] }
}
