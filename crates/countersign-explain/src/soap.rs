//! What is wrong with a SOAP request, whose `tokenPassport` stands in the place of an
//! `Authorization` header.
//!
//! Belongs here: which copies are such requests, and the words for a passport that can't be read or
//! that says something wrong. Does not: reading it, the search for a mistake
//! (`countersign-signing`).

use anyhow::bail;
use countersign_signing::diagnose::{Budget, Code, Fact};
use countersign_signing::{Passport, PassportFault, PassportNonceFault, TimestampFault};

use super::named::{Named, Signer};
use super::offline::secrets;
use super::received::{Received, is_oauth};
use super::report::{Came, Kind, Report};

/// The body, where that is what says who calls.
pub(super) fn envelope(received: &Received) -> Option<&[u8]> {
    if received.values("authorization").any(is_oauth) {
        return None;
    }
    is_envelope(&received.body).then_some(&*received.body)
}

/// Whether a body is an envelope that says who calls, as far as a glance tells.
pub(super) fn has_passport(body: &[u8]) -> bool {
    is_envelope(body) && holds(body, b"tokenPassport")
}

fn is_envelope(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    text.trim_ascii_start().starts_with(b"<") && holds(text, b"Envelope")
}

fn holds(text: &[u8], name: &[u8]) -> bool {
    text.windows(name.len()).any(|it| it == name)
}

/// Explains the passport in `envelope`, which was to be signed by `signer`.
pub(super) fn explain(
    received: &Received,
    envelope: &[u8],
    signer: Signer<'_>,
    budget: Budget<'_>,
) -> anyhow::Result<Report> {
    let path = received.target.split('?').next().unwrap_or_default();
    let came = Came {
        method: received.method.clone(),
        url: format!("{}://{}{path}", received.scheme.as_str(), received.authority),
        source: None,
        user_agent: received.text("user-agent"),
    };
    let passport = match Passport::read(envelope) {
        Ok(passport) => passport,
        Err(PassportFault::NoPassport) => bail!(
            "the SOAP envelope has no tokenPassport in its header, and the request no \
             Authorization header: copy the envelope as it is sent, or see that the client signs it"
        ),
        Err(fault) => return Ok(unreadable(&fault, came)),
    };
    let named = Named {
        place: "passport",
        // What the host of a SOAP request says does not count beside the passport.
        host: (&received.authority, None),
        account: Some(passport.account().as_bytes()),
        consumer_key: passport.consumer_key().as_bytes(),
        token: passport.token().as_bytes(),
    };
    let skew = received.at.and_then(|at| passport.timestamp().checked_sub(at));
    let secrets = secrets(signer.credentials);
    let explanation = passport.diagnose(secrets, budget);
    let mut report = Report::of(&explanation, came);
    report.kind = Kind::TokenPassport;
    report.clock_skew_seconds = skew;
    if let Some(fact) = named.fact(signer, skew) {
        begin_with(&fact, &mut report);
    }
    named.conclude(&mut report, signer);
    Ok(report)
}

/// What the signature does not show comes first.
fn begin_with(fact: &Fact<'_>, report: &mut Report) {
    let code = fact.code();
    if report.codes.iter().any(|known| *known == code.as_str()) {
        return;
    }
    let (sentence, fix) = (fact.sentence(), fix(code).to_owned());
    let is_unexplained = report.codes == [Code::Unexplained.as_str()];
    if is_unexplained {
        report.codes = vec![code.to_string()];
        report.fix = fix;
        // That no mistake makes the signature is worth knowing; that it is right is in `proof`.
        report.sentence = match report.certain {
            true => sentence,
            false => format!("{sentence} {}", report.sentence),
        };
    } else {
        report.codes.insert(0, code.to_string());
        report.sentence = format!("{sentence} {}", report.sentence);
        report.fix = format!("{fix} {}", report.fix);
    }
}

/// A passport that no server accepts, whoever signed it.
fn unreadable(fault: &PassportFault, came: Came) -> Report {
    let code = match fault {
        PassportFault::Missing(_) | PassportFault::Empty(_) => Code::ParameterMissing,
        PassportFault::Repeated(_) | PassportFault::Ambiguous(_) => Code::ParameterRepeated,
        PassportFault::Algorithm { sha1: true } => Code::SignatureMethodSha1,
        PassportFault::Algorithm { sha1: false } => Code::SignatureMethodUnsupported,
        PassportFault::Nonce(PassportNonceFault::TooShort) => Code::NonceTooShort,
        PassportFault::Nonce(PassportNonceFault::TooLong) => Code::NonceTooLong,
        PassportFault::Timestamp(TimestampFault::Milliseconds) => Code::TimestampMilliseconds,
        PassportFault::Timestamp(_) => Code::TimestampMalformed,
        _ => Code::HeaderSyntax,
    };
    let mut sentence = format!("{fault}.");
    // Not where it begins with the name of an element.
    if sentence.split(' ').next().is_some_and(|word| ["a", "an", "the"].contains(&word)) {
        sentence[..1].make_ascii_uppercase();
    }
    Report {
        kind: Kind::TokenPassport,
        sentence,
        fix: fix(code).to_owned(),
        ..Report::named(code, came)
    }
}

/// What to change in a passport, where that is said in other words than of a header.
fn fix(code: Code) -> &'static str {
    match code {
        Code::ParameterMissing => {
            "Send account, consumerKey, token, nonce, timestamp and signature in the \
             tokenPassport, and algorithm as an attribute of signature."
        }
        Code::ParameterRepeated => {
            "Send one tokenPassport with each of its elements once, and no other credential beside \
             it."
        }
        Code::SignatureMethodSha1 | Code::SignatureMethodUnsupported => {
            "Write algorithm=\"HMAC-SHA256\" at the signature, and compute that."
        }
        Code::NonceTooShort | Code::NonceTooLong => {
            "Send a nonce of 6 to 64 letters and digits; 20 random ones are good."
        }
        Code::TimestampMilliseconds => {
            "Divide by 1000 and round down: the timestamp is seconds since 1970."
        }
        Code::HeaderSyntax => {
            "Send an envelope whose first element is its header, with one tokenPassport of \
             account, consumerKey, token, nonce, timestamp and signature directly in it."
        }
        Code::IdsSwapped => "Send the consumer key as consumerKey and the token ID as token.",
        Code::AccountForm => {
            "Send and sign the account ID in upper case with an underscore, as in 1234567_SB1."
        }
        Code::WrongAccount => {
            "Use the credentials of the account that is called, and its ID as account."
        }
        other => other.fix(),
    }
}

#[cfg(test)]
mod tests;
