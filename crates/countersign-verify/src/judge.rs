//! The verdict on one signed request: pure, total, no I/O, no allocation once warm.
//!
//! Faults that need no id (syntax, method, version, format of the timestamp) are found before any
//! key is touched. From there on exactly one HMAC is computed, with a key that nobody has where an
//! id is unknown (and one more for a token whose secret retires beside its successor), and the
//! *first* fault in the documented order is reported, so that neither the answer nor its time tells
//! which ids exist. Exactly one base string counts: RFC 5849's.

use std::net::IpAddr;

use countersign_model::{
    AccountId, AccountLabel, AccountNumber, ConcurrencyLimit, EntityId, InstallationId, Pair,
    RoleId, Timestamp, TokenId, TokenNumber,
};
use countersign_signing::{
    Authorization, CanonicalRequest, Proof, Request, Scratch, Signature, SigningKey, Step,
};

use crate::directory::{AccountEntry, Asked, ConsumerEntry, InstallationEntry, Reader, TokenEntry};
use crate::replay::{Use, UsedBy};
use crate::standing::{
    account_stands, address_stands, consumer_stands, installation_stands, login_stands,
    surface_stands, token_stands,
};
use crate::{Directory, Named, Refusal, Refused, SignedAt, Surface, Tolerance};

/// A request as it came, with the one header that matters here.
#[derive(Clone, Copy)]
pub struct SignedRequest<'r> {
    /// Method, scheme, authority, target, form body.
    pub request: Request<'r>,
    /// The value of `Authorization`, if there was one.
    pub authorization: Option<&'r [u8]>,
}

/// A request whose signature is right and whose owner may log in. Not yet admitted: the replay
/// guard has to remember it first.
pub struct Proven<'s> {
    /// Who acts.
    pub principal: Principal,
    /// The most requests at a time of the integration in the account.
    pub concurrency_limit: Option<ConcurrencyLimit>,
    /// What of it was signed with that is about to retire.
    pub retiring: Retiring,
    token_id: TokenId,
    second: i64,
    nonce: &'s [u8],
}

/// What a request was signed with that works for some time only, beside its successor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retiring {
    /// The consumer pair.
    pub pair: bool,
    /// The token secret.
    pub secret: bool,
}

impl Retiring {
    /// Which consumer pair it was.
    pub fn which(self) -> Pair {
        if self.pair { Pair::Retiring } else { Pair::Current }
    }
}

impl Proven<'_> {
    /// What the replay guard must never see again: used `at` that time, from `source`.
    pub fn used(&self, at: Timestamp, source: IpAddr, surface: Surface) -> Use<'_> {
        let Principal { account, token, .. } = self.principal;
        let by = UsedBy { at, account, token, source, surface, retiring: self.retiring };
        let holder = self.token_id.as_bytes();
        Use { holder, second: self.second, nonce: self.nonce, by: Some(by) }
    }

    /// Whom a refusal by the replay guard is charged to.
    pub fn named(&self) -> Named {
        let Principal { account, ref account_id, installation, token, .. } = self.principal;
        Named {
            account: Some((account, account_id.clone())),
            installation: Some(installation),
            integration: None,
            pair: self.retiring.which(),
            token: Some((account, token)),
        }
    }

    /// The signed timestamp, in seconds.
    pub fn second(&self) -> i64 {
        self.second
    }
}

/// Who acts, in internal numbers. Holds no credential of the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The account.
    pub account: AccountNumber,
    /// Its public id.
    pub account_id: AccountId,
    /// The entity.
    pub entity: EntityId,
    /// The role it acts in.
    pub role: RoleId,
    /// The integration, as installed in the account.
    pub installation: InstallationId,
    /// The token.
    pub token: TokenNumber,
}

/// Judges `request`, which came from `source`, at `now`.
///
/// # Errors
/// [`Refused`]: the first fault in the documented order, and whom the request named.
pub fn judge<'s>(
    request: &SignedRequest<'_>,
    source: IpAddr,
    directory: &Directory,
    now: Timestamp,
    tolerance: Tolerance,
    scratch: &'s mut Scratch,
) -> Result<Proven<'s>, Refused> {
    let Scratch { fields, pairs } = scratch;
    let header = request.authorization.ok_or_else(|| Refused::nobody(Refusal::NoCredentials))?;
    let authorization =
        Authorization::parse(header, fields).map_err(|fault| Refused::nobody(fault.into()))?;

    let reader = directory.reader();
    let case = Case::look_up(&reader, &request.request, &authorization, now);
    let proof = match authorization.proof(Step::Resource) {
        Ok(proof) => proof,
        Err(fault) => return Err(case.refuse(fault.into())),
    };
    let canonical = match CanonicalRequest::new(&request.request, &authorization, pairs) {
        Ok(canonical) => canonical,
        Err(fault) => {
            let signed_at = Some(SignedAt::Claimed(proof.timestamp));
            return Err(Refused { signed_at, ..case.refuse(fault.into()) });
        }
    };

    let signature = case.check_signature(&proof, &canonical, now);
    match case.first_fault(&proof, (tolerance, now), source, signature) {
        Err(refusal) => {
            let signed_at = match signature {
                Some(SignatureCheck::Right(_)) => SignedAt::Proven(proof.timestamp),
                Some(SignatureCheck::Wrong) | None => SignedAt::Claimed(proof.timestamp),
            };
            Err(Refused { signed_at: Some(signed_at), ..case.refuse(refusal) })
        }
        Ok((principal, token_id, retiring)) => Ok(Proven {
            principal,
            concurrency_limit: case.installation.and_then(|it| it.concurrency_limit),
            retiring,
            token_id,
            second: proof.timestamp,
            nonce: proof.nonce.as_bytes(),
        }),
    }
}

/// Host, path and ids in one request, as sent.
#[derive(Clone, Copy)]
struct Ids<'d> {
    authority: &'d str,
    path: &'d str,
    realm: Option<&'d [u8]>,
    consumer_key: Option<&'d [u8]>,
    token: Option<&'d [u8]>,
}

/// What the directory says of them.
struct Case<'d> {
    reader: &'d Reader<'d>,
    ids: Ids<'d>,
    now: Timestamp,
    asked: Asked<'d>,
    consumer: Option<&'d ConsumerEntry>,
    installation: Option<InstallationEntry>,
    token: Option<(TokenId, &'d TokenEntry)>,
}

impl<'d> Case<'d> {
    fn look_up(
        reader: &'d Reader<'d>,
        request: &Request<'d>,
        authorization: &Authorization<'d>,
        now: Timestamp,
    ) -> Self {
        let ids = Ids {
            authority: request.authority,
            path: request.path(),
            realm: authorization.realm(),
            consumer_key: authorization.consumer_key(),
            token: authorization.token(),
        };
        Self::of(reader, ids, now)
    }

    fn of(reader: &'d Reader<'d>, ids: Ids<'d>, now: Timestamp) -> Self {
        let asked = reader.asked(ids.authority, ids.realm);
        let consumer = ids.consumer_key.and_then(|key| reader.consumer(key));
        // A pair whose time is over is as unknown as one that was reset.
        let consumer = consumer.filter(|consumer| consumer.works_at(now));
        let installation = match (asked, consumer) {
            (Asked::Account(number, _), Some(consumer)) => {
                reader.installation(number, consumer.integration)
            }
            _ => None,
        };
        let token = ids.token.and_then(|id| reader.token(id));
        Self { reader, ids, now, asked, consumer, installation, token }
    }

    /// What the directory says of the same ids with consumer key and token ID in each other's
    /// place, if it knows either of them there. For a refusal only.
    fn exchanged(&self) -> Option<Self> {
        let Ids { consumer_key, token, .. } = self.ids;
        let exchanged = Ids { consumer_key: token, token: consumer_key, ..self.ids };
        let case = Self::of(self.reader, exchanged, self.now);
        (case.consumer.is_some() || case.token.is_some()).then_some(case)
    }

    /// Computes the one HMAC; for a token whose secret retires the other one, too, whatever the
    /// first has shown. `None` where a secret of ours can't be opened.
    fn check_signature(
        &self,
        proof: &Proof<'_>,
        canonical: &CanonicalRequest<'_>,
        now: Timestamp,
    ) -> Option<SignatureCheck> {
        if proof.nonce.is_acceptable().is_err() {
            return Some(SignatureCheck::Wrong);
        }
        let nobody = self.reader.nobody();
        let given = Signature::parse(proof.signature);
        let is_by = |key: &SigningKey| {
            let expected = canonical.sign(key);
            given.as_ref().is_some_and(|given| given.matches(&expected))
        };
        let (Some(consumer), Some((id, token))) = (self.consumer, self.own_token()) else {
            let _nobodys = is_by(nobody);
            return Some(SignatureCheck::Wrong);
        };
        let keys = self.reader.keys(consumer, &id, token);
        let current = is_by(keys.map_or(nobody, |keys| &keys.key));
        let before = keys.and_then(|keys| keys.retiring.as_deref()).is_some_and(is_by);
        keys?;
        let before = before && token.retires_at().is_some_and(|until| now < until);
        Some(match (current, before) {
            (true, _) => SignatureCheck::Right(Retiring::default()),
            (false, true) => SignatureCheck::Right(Retiring { secret: true, pair: false }),
            (false, false) => SignatureCheck::Wrong,
        })
    }

    fn account(&self) -> Option<(AccountNumber, &'d AccountEntry)> {
        match self.asked {
            Asked::Account(number, entry) => Some((number, entry)),
            _ => None,
        }
    }

    /// The token, if it is of this account and this integration.
    fn own_token(&self) -> Option<(TokenId, &'d TokenEntry)> {
        let (account, _) = self.account()?;
        let installation = self.installation?;
        self.token.filter(|(_, t)| t.account == account && t.installation == installation.id)
    }

    /// The order is the documented one (consumer key, feature, state, box, window, nonce, token,
    /// signature, address, entity and role).
    fn first_fault(
        &self,
        proof: &Proof<'_>,
        (tolerance, now): (Tolerance, Timestamp),
        source: IpAddr,
        signature: Option<SignatureCheck>,
    ) -> Result<(Principal, TokenId, Retiring), Refusal> {
        self.check_integration()?;
        tolerance.check(proof.timestamp, now.seconds())?;
        proof.nonce.is_acceptable()?;
        let (id, token) = self.check_token(now)?;
        let retiring = match signature.ok_or(Refusal::SecretUnreadable)? {
            SignatureCheck::Wrong => return Err(Refusal::BadSignature),
            SignatureCheck::Right(retiring) => retiring,
        };
        let (account, entry) = self.account().ok_or(Refusal::RealmMissing)?;
        address_stands(token, source)?;
        let login = self.reader.login(token);
        login_stands(login)?;
        surface_stands(login, self.ids.path)?;
        let principal = Principal {
            account,
            account_id: entry.id.clone(),
            entity: token.entity,
            role: token.role,
            installation: token.installation,
            token: token.number,
        };
        let retiring = Retiring { pair: self.pair() == Pair::Retiring, ..retiring };
        Ok((principal, id, retiring))
    }

    fn check_integration(&self) -> Result<(), Refusal> {
        let Some(consumer) = self.consumer else {
            let exchanged = self.exchanged().map(|_| Refusal::IdsSwapped);
            return Err(exchanged.unwrap_or(Refusal::ConsumerKeyUnknown));
        };
        if let Some((_, account)) = self.account() {
            account_stands(account)?;
            installation_stands(self.installation.ok_or(Refusal::ConsumerKeyUnknown)?.state)?;
        }
        consumer_stands(consumer)
    }

    fn check_token(&self, now: Timestamp) -> Result<(TokenId, &'d TokenEntry), Refusal> {
        let (number, account) = match self.asked {
            Asked::Account(number, account) => (number, account),
            Asked::Unsaid => return Err(Refusal::RealmMissing),
            Asked::NoRealm(realm) => return Err(self.wrong_realm(realm)),
            Asked::NoHost(label) => return Err(self.wrong_host(label)),
            Asked::HostOfOther => return Err(Refusal::HostOfOtherAccount),
        };
        let (_, token) = self.token.ok_or(Refusal::TokenUnknown)?;
        if number != token.account {
            return Err(self.wrong_account(&account.id));
        }
        let (id, token) = self.own_token().ok_or(Refusal::TokenOfOtherIntegration)?;
        token_stands(token, now)?;
        Ok((id, token))
    }

    fn wrong_realm(&self, realm: &[u8]) -> Refusal {
        let meant = str::from_utf8(realm).ok().and_then(AccountId::meant_by);
        match meant {
            Some(id) if self.reader.has_account(&id) => Refusal::AccountForm,
            Some(id) => self.wrong_account(&id),
            None => Refusal::WrongAccount,
        }
    }

    fn wrong_host(&self, label: AccountLabel<'_>) -> Refusal {
        label.id().map_or(Refusal::WrongAccount, |id| self.wrong_account(&id))
    }

    /// Host or realm means `asked`, and the token is none of that account's.
    fn wrong_account(&self, asked: &AccountId) -> Refusal {
        let of_token = self.token.and_then(|(_, token)| self.reader.account_of(token.account));
        match of_token {
            Some(of_token) if of_token.id.is_of_same_company(asked) => Refusal::WrongEnvironment,
            _ => Refusal::WrongAccount,
        }
    }

    fn refuse(&self, refusal: Refusal) -> Refused {
        let meant = if refusal == Refusal::IdsSwapped { self.exchanged() } else { None };
        let named = meant.as_ref().unwrap_or(self).named();
        Refused { refusal, named, signed_at: None, remembered: None }
    }

    fn pair(&self) -> Pair {
        self.consumer.map(ConsumerEntry::pair).unwrap_or_default()
    }

    fn named(&self) -> Named {
        Named {
            account: self.account().map(|(number, entry)| (number, entry.id.clone())),
            installation: self.installation.map(|installation| installation.id),
            integration: self.consumer.map(|consumer| consumer.integration),
            pair: self.pair(),
            token: self.token.map(|(_, token)| (token.account, token.number)),
        }
    }
}

#[derive(Clone, Copy)]
enum SignatureCheck {
    Right(Retiring),
    Wrong,
}
