//! Environments: what a refresh copies and ends, and how tokens are replaced after it.

mod assistant;
mod copied;
mod guide;
mod interleaved;
mod large;

use countersign_authority::{CreatedToken, NewEnvironment, Refreshed, Requester, UseCaseFault};
use countersign_model::{AccountId, AccountNumber, EntityId, InstallationId, Permission, RoleId};
use countersign_verify::{Refusal, Retiring};
use sqlx::{ConnectOptions, Connection, Row};

use crate::tokens::world::{Client, HERE, World};

const LOG_IN: &[Permission] = &[Permission::LogInUsingAccessTokens];

/// A production account with an integration and somebody who has a role, and a sandbox of it.
struct Pair {
    world: World,
    integration: InstallationId,
    consumer: (String, String),
    ann: (EntityId, RoleId),
    sandbox: AccountNumber,
}

fn id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn sandbox_id() -> AccountId {
    id("1234567_SB1")
}

impl Pair {
    async fn new(seed: u64) -> Self {
        let world = World::found(seed).await;
        let (integration, consumer) = world.integration("Orders").await;
        let ann = world.person("ann", LOG_IN).await;
        let new = NewEnvironment::default();
        let made = world.authority.create_environment(&world.administrator(), new).await.unwrap();
        assert_eq!(made.account.id, sandbox_id());
        Self { world, integration, consumer, ann, sandbox: made.account.number }
    }

    /// The operator, in the sandbox.
    fn there(&self) -> Requester {
        Requester::operator(self.sandbox, 7)
    }

    /// Somebody in the sandbox.
    fn acts_there(&self, entity: EntityId, role: RoleId) -> Requester {
        Requester::operator_as(self.sandbox, 7, entity, role)
    }

    async fn refresh(&self) -> Refreshed {
        let by = self.world.administrator();
        self.world.authority.refresh_environment(&by, &sandbox_id(), None).await.unwrap()
    }

    /// A token of ann's in the sandbox.
    async fn token_there(&self) -> (CreatedToken, Client) {
        let made = self.world.token(&self.there(), self.integration, self.ann).await.unwrap();
        let client = Client::new(&self.consumer, &made);
        (made, client)
    }

    fn asks_there(&self, client: &Client) -> Result<Retiring, Refusal> {
        self.world.asks_in("1234567_SB1", client, HERE)
    }

    /// What a query for one number says.
    async fn count(&self, query: &'static str) -> i64 {
        let file = self.world.dir.path().join("record.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let mut connection = options.connect().await.unwrap();
        let row = sqlx::query(query).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        row.get(0)
    }
}

/// The rule that was in the way.
fn refused<T>(outcome: Result<T, UseCaseFault>) -> &'static str {
    outcome.err().unwrap().code()
}
