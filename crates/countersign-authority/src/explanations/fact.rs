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

/// What the verdict knows of a refusal; `None` where the request itself shows it. `first` is when
/// and from where a nonce was used first, and `by` who revoked a token, where that is known.
pub(super) fn fact<'f>(
    refusal: Refusal,
    now: Timestamp,
    first: Option<(Timestamp, &'f str)>,
    by: Option<&'f str>,
) -> Option<Fact<'f>> {
    let ago = |at: Timestamp| (now.seconds() - at.seconds()).max(0).unsigned_abs();
    Some(match refusal {
        Refusal::BadSignature
        | Refusal::NoCredentials
        | Refusal::Header(_)
        | Refusal::Proof(_)
        | Refusal::Request(_)
        | Refusal::Nonce(_) => return None,
        Refusal::OutsideWindow(outside) => Fact::ClockSkew { seconds: outside.skew },
        Refusal::TokenRevoked { at } => Fact::TokenRevoked { seconds_ago: ago(at), by },
        Refusal::NotRemembered(NotRemembered::Used(_)) => Fact::NonceReused {
            first: first.map(|(at, from)| FirstUse { seconds_ago: ago(at), from }),
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
