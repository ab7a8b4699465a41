//! What is wrong with a request, found out from a copy of it and the credentials.
//!
//! Belongs here: what only the credentials show (whose ids the header names) and only the time of
//! arrival. Does not: the search for a mistake (`countersign-signing`, module `diagnose`).

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use countersign_model::AccountId;
use countersign_signing::diagnose::{
    Budget, Code, Evidence, Explanation, Fact, Pair, Secrets, diagnose,
};
use countersign_signing::{Authorization, Credentials, Fields, Step};

use super::received::{Received, is_oauth};
use super::report::{Came, Report};
use crate::credentials::Signer;

/// How far a timestamp may be off.
const WINDOW_SECONDS: u64 = 300;

/// Nobody else waits: more than a server spends.
const SEARCH: Duration = Duration::from_secs(10);
const TRIES: usize = 500_000;

/// Most of an id that a sentence shows.
const SHOWN: usize = 80;

/// Explains `received`, which was to be signed by `signer`.
pub(super) fn explain(
    received: &Received,
    signer: &Signer,
    candidate_hosts: &[String],
) -> anyhow::Result<Report> {
    let header = authorization(received)?;
    let mut fields = Fields::default();
    let parsed = Authorization::parse(header, &mut fields).ok();
    let skew = parsed.as_ref().and_then(|it| skew(it, received.at?));
    let fact = match &parsed {
        _ if received.values("authorization").count() > 1 => {
            let sentence = "The request has more than one Authorization header.";
            Some(Fact::Told(Code::HeadRejected, sentence))
        }
        Some(authorization) if is_acceptable(authorization) => fact(authorization, signer, skew),
        _ => None,
    };
    let credentials = &signer.credentials;
    let token_secret = credentials.token.as_ref().map(|it| it.secret.reveal()).unwrap_or_default();
    let hosts: Vec<&str> = candidate_hosts.iter().map(String::as_str).collect();
    let evidence = Evidence {
        request: received.request(),
        body: received.other_body(),
        authorization: Some(header),
        secrets: Secrets {
            pair: Some(Pair {
                consumer_secret: credentials.consumer_secret.reveal(),
                token_secret,
            }),
            ..Secrets::default()
        },
        candidate_hosts: &hosts,
        hides_form_values: false,
    };
    let start = Instant::now();
    let budget = Budget { tries: TRIES, keep_going: &|| start.elapsed() < SEARCH };
    let explanation = diagnose(&evidence, fact.as_ref(), budget);
    let came = Came {
        method: received.method.clone(),
        url: explanation.expected.base_uri(),
        source: None,
        user_agent: received.text("user-agent"),
    };
    let mut report = Report::of(&explanation, came);
    report.clock_skew_seconds = skew;
    if let Some(authorization) = parsed {
        conclude(&mut report, &explanation, &authorization, signer);
    }
    Ok(report)
}

/// The header that is explained. Without one there is nothing to explain, and most often the copy
/// is at fault.
fn authorization(received: &Received) -> anyhow::Result<&[u8]> {
    let signed = received.values("authorization").find(|value| is_oauth(value));
    if let Some(header) = signed {
        if header.windows(2).any(|it| matches!(it, b"$(" | b"${" | b"\"$")) {
            bail!(
                "the Authorization header has a $ in it, as of a shell variable that was not \
                 filled in: give the header as it was sent"
            );
        }
        return Ok(header);
    }
    if let Some(other) = received.values("authorization").next() {
        let scheme = other.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
        let scheme = scheme.get(..SHOWN.min(scheme.len())).unwrap_or_default().escape_ascii();
        // What stands alone is no scheme: it may be a password.
        let scheme = match other.contains(&b' ') {
            true => format!("of the scheme {scheme}"),
            false => "without a scheme".to_owned(),
        };
        bail!(
            "the Authorization header is {scheme}, and Token-Based Authentication takes `OAuth \
             realm=\"...\", oauth_consumer_key=\"...\", ...`: sign the request with OAuth 1.0a"
        );
    }
    let elsewhere = received.target.contains("oauth_signature=")
        || received.body.windows(16).any(|it| it == b"oauth_signature=");
    if elsewhere {
        bail!(
            "the oauth_ parameters stand in the query or the body, and Token-Based Authentication \
             takes them in an `Authorization: OAuth` header only: have the client sign there"
        );
    }
    Err(anyhow::anyhow!(
        "the request has no Authorization header: copy it together with that header (browsers and \
         tools may leave it out), or see that the client signs it"
    ))
}

/// What a server checks before it looks anybody up. Where it fails, the search says how.
fn is_acceptable(authorization: &Authorization<'_>) -> bool {
    let proof = authorization.proof(Step::Resource);
    proof.is_ok_and(|proof| proof.nonce.is_acceptable().is_ok())
}

/// Timestamp minus arrival.
fn skew(authorization: &Authorization<'_>, at: i64) -> Option<i64> {
    let timestamp = std::str::from_utf8(authorization.timestamp()?).ok()?;
    timestamp.parse::<i64>().ok()?.checked_sub(at)
}

/// The first cause that no signature shows, in the order in which a server looks.
fn fact(
    authorization: &Authorization<'_>,
    signer: &Signer,
    skew: Option<i64>,
) -> Option<Fact<'static>> {
    match Ids::of(authorization, &signer.credentials) {
        Ids::Right => {}
        Ids::Swapped => return Some(Fact::Known(Code::IdsSwapped)),
        Ids::Others(_) => return None,
    }
    let realm = authorization.realm().map(String::from_utf8_lossy);
    if let Some(code) = realm.and_then(|realm| wrong_realm(&realm, &signer.realm)) {
        return Some(Fact::Known(code));
    }
    let seconds = skew.filter(|it| it.unsigned_abs() > WINDOW_SECONDS)?;
    Some(Fact::ClockSkew { seconds })
}

fn wrong_realm(realm: &str, account: &str) -> Option<Code> {
    if realm == account {
        return None;
    }
    let (Some(named), Some(own)) = (AccountId::meant_by(realm), AccountId::meant_by(account))
    else {
        return Some(Code::WrongAccount);
    };
    let company = |id: &AccountId| id.as_str().split('_').next().map(str::to_owned);
    if named == own {
        // Else it is the credentials that have it in another form.
        AccountId::parse(realm).is_err().then_some(Code::AccountForm)
    } else if company(&named) == company(&own) {
        Some(Code::WrongEnvironment)
    } else {
        Some(Code::WrongAccount)
    }
}

/// Whose ids the header has.
enum Ids {
    Right,
    Swapped,
    /// What it has where something else belongs, as a sentence.
    Others(String),
}

impl Ids {
    fn of(authorization: &Authorization<'_>, credentials: &Credentials) -> Self {
        let key = authorization.consumer_key().unwrap_or_default();
        let token = authorization.token().unwrap_or_default();
        let own_key = credentials.consumer_key.as_bytes();
        let own_token =
            credentials.token.as_ref().map(|it| it.token.as_bytes()).unwrap_or_default();
        if (key, token) == (own_token, own_key) {
            return Self::Swapped;
        }
        // That one is missing is another fault.
        let ids = [("consumer key", key, own_key), ("token ID", token, own_token)];
        let others = ids.into_iter().filter(|(_, sent, own)| !sent.is_empty() && sent != own);
        let said = others.map(|(what, sent, own)| {
            let (sent, own) = (shown(sent, credentials), shown(own, credentials));
            format!("the {what} {sent}, where these credentials have {own}")
        });
        let said = said.collect::<Vec<_>>().join(", and ");
        match &*said {
            "" => Self::Right,
            _ => Self::Others(format!("The header names {said}.")),
        }
    }
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

/// Says what the search can't know: that nothing is wrong, or that it had the wrong secrets.
fn conclude(
    report: &mut Report,
    explanation: &Explanation,
    authorization: &Authorization<'_>,
    signer: &Signer,
) {
    let is_unexplained = explanation.codes == [Code::Unexplained];
    let realm = shown(authorization.realm().unwrap_or_default(), &signer.credentials);
    match Ids::of(authorization, &signer.credentials) {
        Ids::Others(said) if is_unexplained && !explanation.certain => {
            report.sentence = format!(
                "{said} These credentials belong to other ids, so they can't tell whether the \
                 signature is right."
            );
            report.fix = "Give the credentials of the ids that the request names; or, if these \
                          are the right ones, have the client send their ids."
                .to_owned();
        }
        Ids::Others(said) if is_unexplained => {
            report.sentence = format!(
                "{said} The signature is right for the secrets of these credentials, which belong \
                 to other ids."
            );
            report.fix = "Have the client send the ids that were shown together with its secrets."
                .to_owned();
        }
        Ids::Others(said) => report.sentence = format!("{} {said}", report.sentence),
        Ids::Right if is_unexplained && explanation.certain => report.codes.clear(),
        _ => {}
    }
    let of_account = [Code::WrongAccount, Code::WrongEnvironment];
    if explanation.codes.iter().any(|code| of_account.contains(code)) {
        report.sentence = format!(
            "{} The header names {realm}, and the credentials are of {}.",
            report.sentence, signer.realm
        );
    }
}

/// What is worth saying beside an explanation.
pub(super) fn notes(received: &Received) -> anyhow::Result<Vec<String>> {
    let mut notes = received.notes.clone();
    let mut fields = Fields::default();
    let parsed = Authorization::parse(authorization(received)?, &mut fields);
    let parsed = parsed.context("the header can't be read");
    if parsed.is_ok_and(|it| it.realm().is_none()) {
        let note = "the header has no realm: a server that can't tell the account by its host \
                    refuses it";
        notes.push(note.to_owned());
    }
    Ok(notes)
}

#[cfg(test)]
mod tests;
