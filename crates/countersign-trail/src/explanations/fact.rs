//! What is known of a refusal without looking into its signature.

use countersign_model::{Actor, EntityId, Timestamp};
use countersign_signing::diagnose::{Fact, FirstUse};
use countersign_verify::replay::NotRemembered;
use countersign_verify::{Named, Refusal, Refused};

/// The refusal as the owner of the named token may know it. Where realm names another account than
/// the token's, only that is told: what stands in the way in there is that account's business.
pub(super) fn as_told(refused: &Refused) -> Refusal {
    let Named { account, token, .. } = &refused.named;
    let realm = account.as_ref().map(|(number, _)| *number);
    let is_elsewhere = realm.zip(*token).is_some_and(|(realm, (own, _))| realm != own);
    match refused.refusal {
        told @ (Refusal::WrongAccount
        | Refusal::WrongEnvironment
        | Refusal::IdsSwapped
        | Refusal::Head(_)
        | Refusal::Header(_)
        | Refusal::Proof(_)
        | Refusal::Request(_)) => told,
        _ if is_elsewhere => Refusal::WrongAccount,
        told => told,
    }
}

/// What else is known of a refused request, where it is.
#[derive(Clone, Copy, Default)]
pub(super) struct Known<'f> {
    /// When and from where its nonce was used first.
    pub(super) first_use: Option<(Timestamp, &'f str)>,
    /// Who revoked its token.
    pub(super) revoked_by: Option<&'f str>,
    /// The account that its token is of.
    pub(super) of_account: Option<&'f str>,
    /// Its host and its realm.
    pub(super) host_and_realm: Option<(&'f str, &'f str)>,
}

/// What the verdict knows of a refusal; `None` where the request itself shows it.
pub(super) fn fact<'f>(refusal: Refusal, now: Timestamp, known: Known<'f>) -> Option<Fact<'f>> {
    let ago = |at: Timestamp| (now.seconds() - at.seconds()).max(0).unsigned_abs();
    Some(match refusal {
        Refusal::BadSignature
        | Refusal::NoCredentials
        | Refusal::Header(_)
        | Refusal::Proof(_)
        | Refusal::Request(_)
        | Refusal::Nonce(_) => return None,
        Refusal::OutsideWindow(outside) => Fact::ClockSkew { seconds: outside.skew },
        Refusal::TokenRevoked { at } => {
            Fact::TokenRevoked { seconds_ago: ago(at), by: known.revoked_by }
        }
        Refusal::NotRemembered(NotRemembered::Used(_)) => Fact::NonceReused {
            first: known.first_use.map(|(at, from)| FirstUse { seconds_ago: ago(at), from }),
        },
        Refusal::WrongAccount | Refusal::WrongEnvironment => match known.of_account {
            Some(of) => Fact::OtherAccount { code: refusal.code(), of },
            None => Fact::Known(refusal.code()),
        },
        Refusal::HostOfOtherAccount => match known.host_and_realm {
            Some((host, realm)) => Fact::HostOfOtherAccount { host, realm },
            None => Fact::Known(refusal.code()),
        },
        Refusal::Head(why) => Fact::Told(refusal.code(), why),
        other => Fact::Known(other.code()),
    })
}

/// Who did something, for whoever owns what it was done to.
pub(super) fn in_words(actor: Actor) -> String {
    match actor {
        Actor::LocalUser(uid) => format!("user {uid} of the server's machine"),
        Actor::Entity { entity: EntityId(id), .. } => format!("user {id} of the account"),
        Actor::Schedule => "Countersign itself".to_owned(),
    }
}
