//! What is wrong with a request, found out from a copy of it and the credentials.
//!
//! Belongs here: the header that is explained, and only the time of arrival shows. Does not: whose
//! ids it names (`named`), SOAP (`soap`), the search for a mistake (`countersign-signing`, module
//! `diagnose`).

use anyhow::{Context, bail};
use countersign_model::AccountHosts;
use countersign_signing::diagnose::{Budget, Code, Evidence, Fact, Pair, Secrets, diagnose};
use countersign_signing::{Authorization, Credentials, Fields, Step};

use super::named::{Hosts, Named, SHOWN, Signer};
use super::received::{Received, is_oauth};
use super::report::{Came, Report};
use super::soap;

/// The secrets that a request should have been signed with.
pub(super) fn secrets(credentials: &Credentials) -> Secrets<'_> {
    let token_secret = credentials.token.as_ref().map(|it| it.secret.reveal()).unwrap_or_default();
    let pair = Pair { consumer_secret: credentials.consumer_secret.reveal(), token_secret };
    Secrets { pair: Some(pair), ..Secrets::default() }
}

/// Explains `received`, which was to be signed by `signer`. The client may have signed for another
/// host than it called, and the host may name an account: `hosts`. A report without codes is of a
/// right request.
///
/// # Errors
/// The copy has nothing that is explained, such as no signature: a sentence that says what to do.
pub fn explain(
    received: &Received,
    signer: Signer<'_>,
    hosts: Hosts<'_>,
    budget: Budget<'_>,
) -> anyhow::Result<Report> {
    if let Some(envelope) = soap::envelope(received) {
        return soap::explain(received, envelope, signer, budget);
    }
    let header = authorization(received)?;
    let mut fields = Fields::default();
    let parsed = Authorization::parse(header, &mut fields).ok();
    let named = parsed.as_ref().map(|parsed| named(parsed, received, hosts.of_accounts));
    let skew = parsed.as_ref().and_then(|it| skew(it, received.at?));
    let fact = match &parsed {
        _ if received.values("authorization").count() > 1 => {
            let sentence = "The request has more than one Authorization header.";
            Some(Fact::Told(Code::HeadRejected, sentence))
        }
        Some(authorization) if is_acceptable(authorization) => {
            named.as_ref().and_then(|named| named.fact(signer, skew))
        }
        _ => None,
    };
    let candidates: Vec<&str> = hosts.candidates.iter().map(String::as_str).collect();
    let evidence = Evidence {
        request: received.request(),
        body: received.other_body(),
        authorization: Some(header),
        secrets: secrets(signer.credentials),
        candidate_hosts: &candidates,
        hides_form_values: false,
    };
    let explanation = diagnose(&evidence, fact.as_ref(), budget);
    let came = Came {
        method: received.method.clone(),
        url: explanation.expected.base_uri(),
        source: None,
        user_agent: received.text("user-agent"),
    };
    let mut report = Report::of(&explanation, came);
    report.clock_skew_seconds = skew;
    if let Some(named) = named {
        named.conclude(&mut report, signer);
    }
    Ok(report)
}

fn named<'r>(
    authorization: &Authorization<'r>,
    received: &'r Received,
    hosts: &AccountHosts,
) -> Named<'r> {
    Named {
        place: "header",
        host: (&received.authority, hosts.label(&received.authority)),
        account: authorization.realm(),
        consumer_key: authorization.consumer_key().unwrap_or_default(),
        token: authorization.token().unwrap_or_default(),
    }
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

/// What is worth saying beside an explanation. Hosts `of_accounts` stand in for a realm.
///
/// # Errors
/// As of [`explain`].
pub fn notes(received: &Received, of_accounts: &AccountHosts) -> anyhow::Result<Vec<String>> {
    let mut notes = received.notes.clone();
    if soap::envelope(received).is_some() {
        return Ok(notes);
    }
    let mut fields = Fields::default();
    let parsed = Authorization::parse(authorization(received)?, &mut fields);
    let parsed = parsed.context("the header can't be read");
    let is_named = of_accounts.label(&received.authority).is_some();
    if parsed.is_ok_and(|it| it.realm().is_none()) && !is_named {
        let note = "the header has no realm: a server that can't tell the account by its host \
                    refuses it";
        notes.push(note.to_owned());
    }
    Ok(notes)
}

#[cfg(test)]
mod tests;
