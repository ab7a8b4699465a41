//! `countersign token ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::json;

use super::members::{Members, query, seconds};
use super::place::Hit;
use super::{Ask, InAccount, Seen};

const FIRST: &[&str] = &["token", "name", "state", "token_id", "token_secret"];
const COLUMNS: &[&str] = &["token", "name", "state", "dormant", "expires_at", "used"];

/// `countersign token ...`
#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// List the tokens that meet all of the criteria
    List(Box<ListTokens>),
    /// List your own tokens, in the role that you act in
    ListOwn(ListOwnTokens),
    /// Create a token; prints its ID and secret, once
    Create(CreateToken),
    /// Create a token for yourself, in the role that you act in; prints its ID and secret, once
    CreateOwn(CreateOwnToken),
    /// Show a token
    Show(OneToken),
    /// Change a token: its name, whether it is switched off, until when and from where it works
    Edit(EditToken),
    /// End a token, for good
    Revoke(Hit<ChangeToken>),
    /// Give a token a new secret; the old one works until the overlap is over, if at all. Prints
    /// the new one, once
    RotateSecret(RotateToken),
    /// End the time of its old secret: it is refused from then on
    EndRotation(ChangeToken),
    /// Show how far the clock of who uses it is off: by the last request, and at worst
    Clock(OneToken),
}

#[derive(Args)]
pub(crate) struct CreateToken {
    /// The integration it is for, by number
    #[arg(long, value_name = "NUMBER")]
    integration: u32,
    /// Who acts, by number
    #[arg(long, value_name = "NUMBER")]
    entity: u32,
    /// In which role, by number
    #[arg(long, value_name = "NUMBER")]
    role: u32,
    /// What people call it; without, "application - user, role"
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct CreateOwnToken {
    /// The integration it is for, by number
    #[arg(long, value_name = "NUMBER")]
    integration: u32,
    /// What people call it; without, "application - user, role"
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    place: InAccount,
}

/// Until when, after which rest and from where a token works.
#[derive(Args)]
struct Limits {
    /// Until when it works, such as 2028-01-15T08:00:00Z; without, it has no end
    #[arg(long, value_name = "TIME")]
    expires_at: Option<String>,
    /// After so many days without use it runs out
    #[arg(long, value_name = "DAYS")]
    idle_days: Option<u32>,
    /// From where alone it may be used: an address or a network; give it once for each
    #[arg(long, value_name = "NETWORK")]
    addresses: Vec<String>,
}

impl Limits {
    fn put(self, members: &mut Members) {
        members.put("expires_at", self.expires_at);
        members.put("idle_days", self.idle_days);
        members.put("addresses", (!self.addresses.is_empty()).then_some(self.addresses));
    }
}

#[derive(Args)]
pub(crate) struct ListTokens {
    /// Only revoked ones (true), or only the others (false)
    #[arg(long, value_name = "BOOL")]
    revoked: Option<bool>,
    /// Only inactive ones (true), or only active ones (false)
    #[arg(long, value_name = "BOOL")]
    inactive: Option<bool>,
    /// Only those of this integration, by number
    #[arg(long, value_name = "NUMBER")]
    integration: Option<u32>,
    /// Only those of this entity, by number
    #[arg(long, value_name = "NUMBER")]
    entity: Option<u32>,
    /// Only those in this role, by number
    #[arg(long, value_name = "NUMBER")]
    role: Option<u32>,
    /// Only those with this in the name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Only those made at this moment or later, such as 2027-01-15T08:00:00Z
    #[arg(long, value_name = "TIME")]
    created_from: Option<String>,
    /// Only those made before this moment
    #[arg(long, value_name = "TIME")]
    created_before: Option<String>,
    /// Only those revoked at this moment or later
    #[arg(long, value_name = "TIME")]
    revoked_from: Option<String>,
    /// Only those revoked before this moment
    #[arg(long, value_name = "TIME")]
    revoked_before: Option<String>,
    /// Only those not used since this moment, or never
    #[arg(long, value_name = "TIME")]
    unused_since: Option<String>,
    /// Only those that are active, and unable to log in
    #[arg(long)]
    dormant: bool,
    /// Only those that end by themselves within so many days
    #[arg(long, value_name = "DAYS")]
    expiring_within: Option<u32>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct ListOwnTokens {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct EditToken {
    /// What people shall call it
    #[arg(long)]
    name: Option<String>,
    /// Switch it off (true), or on again (false); that wakes one that has run out
    #[arg(long, value_name = "BOOL")]
    inactive: Option<bool>,
    #[command(flatten)]
    limits: Limits,
    /// Without end
    #[arg(long, conflicts_with = "expires_at")]
    no_expires_at: bool,
    /// Never for want of use
    #[arg(long, conflicts_with = "idle_days")]
    no_idle_days: bool,
    /// From everywhere
    #[arg(long, conflicts_with = "addresses")]
    no_addresses: bool,
    #[command(flatten)]
    change: ChangeToken,
}

#[derive(Args)]
pub(crate) struct OneToken {
    /// Its number in the account
    token: u32,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct RotateToken {
    /// For how long the old one works: such as 12h or 7d, a minute to 90 days; 0: not at all
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    overlap: i64,
    #[command(flatten)]
    change: ChangeToken,
}

#[derive(Args)]
pub(crate) struct ChangeToken {
    #[command(flatten)]
    of: OneToken,
    #[command(flatten)]
    seen: Seen,
}

impl TokenCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run().await,
            Self::ListOwn(ListOwnTokens { limit, place }) => {
                place.open().await?.list("/tokens/mine", &[], limit, COLUMNS).await
            }
            Self::Create(create) => create.run().await,
            Self::CreateOwn(create) => create.run().await,
            Self::Edit(edit) => edit.run().await,
            Self::Show(OneToken { token, place }) => {
                place.open().await?.ask(Ask::get(row(token)), FIRST).await
            }
            Self::Revoke(hit) if hit.dry_run => hit.change.consequences().await,
            Self::Revoke(Hit { change, .. }) => {
                let ask = change.post("revoke");
                change.make(ask).await
            }
            Self::RotateSecret(RotateToken { overlap, change }) => {
                let ask = change.post("rotate-secret").with(&json!({ "overlap": overlap }))?;
                change.make(ask).await
            }
            Self::EndRotation(change) => {
                let ask = change.post("end-rotation");
                change.make(ask).await
            }
            Self::Clock(OneToken { token, place }) => {
                let ask = Ask::get(format!("{}/clock", row(token)));
                place.open().await?.ask(ask, FIRST).await
            }
        }
    }
}

impl ListTokens {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let query = query([
            ("revoked", self.revoked.map(|it| it.to_string())),
            ("inactive", self.inactive.map(|it| it.to_string())),
            ("integration", self.integration.map(|it| it.to_string())),
            ("entity", self.entity.map(|it| it.to_string())),
            ("role", self.role.map(|it| it.to_string())),
            ("name", self.name),
            ("created_from", self.created_from),
            ("created_before", self.created_before),
            ("revoked_from", self.revoked_from),
            ("revoked_before", self.revoked_before),
            ("unused_since", self.unused_since),
            ("dormant", self.dormant.then(|| "true".to_owned())),
            ("expiring_within", self.expiring_within.map(|it| it.to_string())),
        ]);
        self.place.open().await?.list("/tokens", &query, self.limit, COLUMNS).await
    }
}

impl CreateToken {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("integration", Some(self.integration));
        members.put("entity", Some(self.entity));
        members.put("role", Some(self.role));
        members.put("name", self.name);
        self.limits.put(&mut members);
        let ask = Ask::new(Method::POST, "/tokens").with(&members)?;
        self.place.open().await?.ask(ask, FIRST).await
    }
}

impl CreateOwnToken {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("integration", Some(self.integration));
        members.put("name", self.name);
        self.limits.put(&mut members);
        let ask = Ask::new(Method::POST, "/tokens/mine").with(&members)?;
        self.place.open().await?.ask(ask, FIRST).await
    }
}

impl EditToken {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("name", self.name);
        members.put("inactive", self.inactive);
        self.limits.put(&mut members);
        members.empty("expires_at", self.no_expires_at);
        members.empty("idle_days", self.no_idle_days);
        members.empty("addresses", self.no_addresses);
        let ask = Ask::new(Method::PATCH, row(self.change.of.token)).with(&members)?;
        self.change.make(ask).await
    }
}

impl ChangeToken {
    fn post(&self, what: &str) -> Ask {
        Ask::new(Method::POST, format!("{}/{what}", row(self.of.token)))
    }

    async fn consequences(self) -> anyhow::Result<ExitCode> {
        let OneToken { token, place } = self.of;
        place.consequences(&[("token", token.to_string())]).await
    }

    async fn make(self, ask: Ask) -> anyhow::Result<ExitCode> {
        let OneToken { token, place } = self.of;
        place.open().await?.change(&row(token), &self.seen, ask, FIRST).await
    }
}

fn row(token: u32) -> String {
    format!("/tokens/{token}")
}
