//! Whom a request names, beside whose credentials it was to be signed with.
//!
//! Belongs here: consumer key, token and account, in a header or a SOAP passport, and what only the
//! credentials show of them. Does not: reading them, the signature.

use countersign_model::{AccountHosts, AccountId, AccountLabel};
use countersign_signing::Credentials;
use countersign_signing::diagnose::{Code, Fact};

use super::report::Report;

/// Whose credentials a request was to be signed with.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'s> {
    /// The account.
    pub realm: &'s str,
    /// Keys and secrets.
    pub credentials: &'s Credentials,
}

/// Hosts that say something of a request beside its own.
#[derive(Clone, Copy, Debug)]
pub struct Hosts<'h> {
    /// For which the client may have signed.
    pub candidates: &'h [String],
    /// Which name accounts.
    pub of_accounts: &'h AccountHosts,
}

/// How far a timestamp may be off.
const WINDOW_SECONDS: u64 = 300;

/// Most of an id that a sentence shows.
pub(super) const SHOWN: usize = 80;

/// What a request says of who calls. Ids that it lacks are empty: that is another fault.
pub(super) struct Named<'r> {
    /// Where it says so, as a word.
    pub(super) place: &'static str,
    /// The host that was called, and what it says of the account.
    pub(super) host: (&'r str, Option<AccountLabel<'r>>),
    pub(super) account: Option<&'r [u8]>,
    pub(super) consumer_key: &'r [u8],
    pub(super) token: &'r [u8],
}

impl Named<'_> {
    /// The first cause that no signature shows, in the order in which a server looks.
    pub(super) fn fact(&self, signer: Signer<'_>, skew: Option<i64>) -> Option<Fact<'_>> {
        match self.ids(signer.credentials) {
            Ids::Right => {}
            Ids::Swapped => return Some(Fact::Known(Code::IdsSwapped)),
            Ids::Others(_) => return None,
        }
        if let Some(fact) = self.wrong_account(signer.realm) {
            return Some(fact);
        }
        let seconds = skew.filter(|it| it.unsigned_abs() > WINDOW_SECONDS)?;
        Some(Fact::ClockSkew { seconds })
    }

    /// As a server that tells accounts by host and realm does it.
    fn wrong_account(&self, own: &str) -> Option<Fact<'_>> {
        let (host, label) = self.host;
        let code = match (label, self.account) {
            (Some(label), Some(realm)) if !label.means(realm) => {
                let realm = str::from_utf8(&realm[..realm.len().min(SHOWN)]);
                let known = Fact::Known(Code::HostOfOtherAccount);
                return Some(realm.map_or(known, |realm| Fact::HostOfOtherAccount { host, realm }));
            }
            (Some(label), None) => wrong_account(label.id()?.as_str(), own),
            (_, Some(realm)) => wrong_account(&String::from_utf8_lossy(realm), own),
            (None, None) => None,
        };
        code.map(Fact::Known)
    }

    /// Says what the search can't know: that nothing is wrong, or that it had the wrong secrets.
    pub(super) fn conclude(&self, report: &mut Report, signer: Signer<'_>) {
        let is_unexplained = report.codes == [Code::Unexplained.as_str()];
        match self.ids(signer.credentials) {
            Ids::Others(said) if is_unexplained && !report.certain => {
                report.sentence = format!(
                    "{said} These credentials belong to other ids, so they can't tell whether the \
                     signature is right."
                );
                report.fix = "Give the credentials of the ids that the request names; or, if \
                              these are the right ones, have the client send their ids."
                    .to_owned();
            }
            Ids::Others(said) if is_unexplained => {
                report.sentence = format!(
                    "{said} The signature is right for the secrets of these credentials, which \
                     belong to other ids."
                );
                report.fix =
                    "Have the client send the ids that were shown together with its secrets."
                        .to_owned();
            }
            Ids::Others(said) => report.sentence = format!("{} {said}", report.sentence),
            Ids::Right if is_unexplained && report.certain => report.codes.clear(),
            _ => {}
        }
        let of_account = [Code::WrongAccount, Code::WrongEnvironment].map(Code::as_str);
        if report.codes.iter().any(|code| of_account.contains(&&**code)) {
            let (place, account) = match self.account {
                Some(account) => (self.place, account),
                None => ("host", self.host.0.as_bytes()),
            };
            let account = shown(account, signer.credentials);
            report.sentence = format!(
                "{} The {place} names {account}, and the credentials are of {}.",
                report.sentence, signer.realm
            );
        }
        if report.codes.iter().any(|code| code == Code::HostOfOtherAccount.as_str()) {
            report.sentence =
                format!("{} The credentials are of {}.", report.sentence, signer.realm);
        }
    }

    fn ids(&self, credentials: &Credentials) -> Ids {
        let (key, token) = (self.consumer_key, self.token);
        let own_key = credentials.consumer_key.as_bytes();
        let own_token =
            credentials.token.as_ref().map(|it| it.token.as_bytes()).unwrap_or_default();
        if (key, token) == (own_token, own_key) {
            return Ids::Swapped;
        }
        let ids = [("consumer key", key, own_key), ("token ID", token, own_token)];
        let others = ids.into_iter().filter(|(_, sent, own)| !sent.is_empty() && sent != own);
        let said = others.map(|(what, sent, own)| {
            let (sent, own) = (shown(sent, credentials), shown(own, credentials));
            format!("the {what} {sent}, where these credentials have {own}")
        });
        let said = said.collect::<Vec<_>>().join(", and ");
        match &*said {
            "" => Ids::Right,
            _ => Ids::Others(format!("The {} names {said}.", self.place)),
        }
    }
}

fn wrong_account(sent: &str, own: &str) -> Option<Code> {
    if sent == own {
        return None;
    }
    let meant = AccountId::meant_by(sent).zip(AccountId::meant_by(own));
    let Some((named, own)) = meant else { return Some(Code::WrongAccount) };
    let company = |id: &AccountId| id.as_str().split('_').next().map(str::to_owned);
    if named == own {
        // Else it is the credentials that have it in another form.
        AccountId::parse(sent).is_err().then_some(Code::AccountForm)
    } else if company(&named) == company(&own) {
        Some(Code::WrongEnvironment)
    } else {
        Some(Code::WrongAccount)
    }
}

/// Whose ids a request has.
enum Ids {
    Right,
    Swapped,
    /// What it has where something else belongs, as a sentence.
    Others(String),
}

/// An id, unless a secret stands in it.
fn shown(id: &[u8], credentials: &Credentials) -> String {
    let token_secret = credentials.token.as_ref().map(|it| it.secret.reveal()).unwrap_or_default();
    let secrets = [credentials.consumer_secret.reveal(), token_secret];
    let holds =
        |secret: &[u8]| !secret.is_empty() && id.windows(secret.len()).any(|it| it == secret);
    if secrets.into_iter().any(holds) {
        return "[a secret]".to_owned();
    }
    id[..id.len().min(SHOWN)].escape_ascii().to_string()
}
