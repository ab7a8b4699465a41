//! What the request and the caller know about how the client may have signed.
//!
//! Belongs here: candidates for the mistakes that need some. Does not: trying them.

mod sent;

pub(super) use sent::Sent;

use super::{Evidence, Secrets};
use crate::{Authorization, Passport, authorization::is_sha1, request::split_authority};

/// Candidates for the search.
pub(super) struct Clues<'e> {
    /// Hosts, likeliest first, each with a port where it isn't the default one.
    pub(super) hosts: Vec<String>,
    /// The signature that was sent.
    pub(super) sent: Sent,
    /// `oauth_signature_method` says HMAC-SHA1.
    pub(super) declares_sha1: bool,
    /// `oauth_consumer_key` and `oauth_token`, which may have been taken for secrets.
    pub(super) ids: [Option<&'e [u8]>; 2],
    /// The realm.
    pub(super) realm: Option<&'e [u8]>,
    /// A body that is no form.
    pub(super) body: Option<&'e [u8]>,
    /// The query as it came.
    pub(super) query: Option<&'e str>,
    /// Secrets that are not the right ones.
    pub(super) secrets: Secrets<'e>,
}

impl<'e> Clues<'e> {
    pub(super) fn new(
        evidence: &Evidence<'e>,
        authorization: &Authorization<'e>,
        sent: &[u8],
    ) -> Clues<'e> {
        let given = evidence.candidate_hosts.iter().map(|host| (*host).to_owned());
        let realm = authorization.realm().map(String::from_utf8_lossy);
        let of_account = realm.iter().flat_map(|account| account_hosts(account));
        let mut hosts: Vec<String> = Vec::new();
        let usual = own_names(evidence.request.authority).chain(of_account);
        for host in given.chain(usual).chain(GENERIC_HOSTS.map(str::to_owned)) {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        Clues {
            hosts,
            sent: Sent::new(sent),
            declares_sha1: authorization.signature_method().is_some_and(is_sha1),
            ids: [authorization.consumer_key(), authorization.token()],
            realm: authorization.realm(),
            body: evidence.body.filter(|body| !body.is_empty()),
            query: evidence.request.query(),
            secrets: evidence.secrets,
        }
    }
}

impl<'e> Clues<'e> {
    /// Those of a SOAP passport: it depends on nothing else of its request.
    pub(super) fn of_passport(passport: &'e Passport, secrets: Secrets<'e>) -> Clues<'e> {
        Clues {
            hosts: Vec::new(),
            sent: Sent::new(passport.signature().as_bytes()),
            declares_sha1: false,
            ids: [passport.consumer_key(), passport.token()].map(|id| Some(id.as_bytes())),
            realm: None,
            body: None,
            query: None,
            secrets,
        }
    }
}

/// NetSuite's hosts that name no account.
const GENERIC_HOSTS: [&str; 3] =
    ["rest.netsuite.com", "system.netsuite.com", "webservices.netsuite.com"];

/// The other names of the client's own machine, with the port that was called, where that is what
/// was called.
fn own_names(authority: &str) -> impl Iterator<Item = String> {
    const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
    let (host, port) = split_authority(authority);
    let is_own = NAMES.iter().any(|name| name.eq_ignore_ascii_case(host));
    let names = NAMES.into_iter().filter(move |name| is_own && !name.eq_ignore_ascii_case(host));
    names.map(move |name| if port.is_empty() { name.into() } else { format!("{name}:{port}") })
}

/// The hosts of an account, given by its ID: those of `1234567_SB1` begin with `1234567-sb1`.
pub fn account_hosts(account: &str) -> impl Iterator<Item = String> + use<> {
    let label = account.to_ascii_lowercase().replace('_', "-");
    let services = ["restlets.api", "suitetalk.api", "app"];
    services.into_iter().map(move |service| format!("{label}.{service}.netsuite.com"))
}
