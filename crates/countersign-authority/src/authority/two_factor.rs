//! Second factors: codes of an authenticator app (RFC 6238), and recovery codes for a lost one.

use countersign_model::{
    Chance, EntityId, SecondFactor, SecondFactorState, Session, SessionNumber,
};
use countersign_verify::SecretOpener;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Authority, Change, LogInFault, Need, PeopleFault, Requester, UseCaseFault, found};
use crate::{Act, Series, Sessions, StoreFault, Transaction};

use countersign_secrets::codes::{self, normal, recovery_code, step_of, to_base32, uri};

/// How many recovery codes there are at a time.
const RECOVERY_CODES: usize = 10;

/// A new second factor: the one time that its secret is shown.
pub struct NewTwoFactor {
    /// The secret, in base32, to be typed into an app.
    pub secret: Zeroizing<String>,
    /// The same as `otpauth` URI, to be shown as a picture.
    pub uri: Zeroizing<String>,
}

/// Codes that each stand in for a code of the app, once. Shown once.
pub struct RecoveryCodes(pub Vec<Zeroizing<String>>);

impl Authority {
    /// Makes the requester a new secret for an authenticator app. It counts when it is confirmed
    /// with a code; until then it may be made anew.
    ///
    /// # Errors
    /// [`LogInFault::TwoFactorEnrolled`], [`LogInFault::NotWithToken`],
    /// [`LogInFault::AuthenticationTooOld`].
    pub async fn begin_two_factor(
        &self,
        requester: &Requester,
    ) -> Result<NewTwoFactor, UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, Need::Enrolment).await?;
        change.standing.is_proven_lately()?;
        let id = change.standing.oneself(requester)?;
        let entity = found(change.tx.entity(account, id).await?, "entity", id.0)?;
        let old = change.tx.second_factor(account, id).await?;
        if old.is_some_and(|factor| factor.is_confirmed()) {
            return Err(LogInFault::TwoFactorEnrolled.into());
        }
        let version = change.tx.next(Series::SecondFactors(account)).await?;
        let mut secret = Zeroizing::new([0; 32]);
        self.chance.fill(&mut secret[..codes::SECRET]);
        let binding = SecondFactor::binding(account, id, version);
        let factor = SecondFactor {
            account,
            entity: id,
            secret: change.seal(&secret, &binding).await?,
            secret_version: version,
            state: SecondFactorState::Pending,
        };
        change.tx.save_second_factor(&factor).await?;
        change.tx.settle().await?;
        let secret = to_base32(&secret[..codes::SECRET]);
        let uri = uri(&secret, entity.email.as_str());
        Ok(NewTwoFactor { secret, uri })
    }

    /// Confirms the new second factor with a code of it; the requester's sessions end, but for
    /// `current`, which has proven it with this. Gives the recovery codes.
    ///
    /// # Errors
    /// [`LogInFault::NothingToConfirm`], [`LogInFault::WrongCode`],
    /// [`LogInFault::TooManyAttempts`], [`LogInFault::NotWithToken`].
    pub async fn confirm_two_factor(
        &self,
        requester: &Requester,
        current: Option<SessionNumber>,
        code: &str,
    ) -> Result<RecoveryCodes, UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, Need::Enrolment).await?;
        let id = change.standing.oneself(requester)?;
        let entity = found(change.tx.entity(account, id).await?, "entity", id.0)?;
        let pending = change.tx.second_factor(account, id).await?;
        let pending = pending.filter(|factor| !factor.is_confirmed());
        let pending = pending.ok_or(LogInFault::NothingToConfirm)?;
        let user = (account, entity.email);
        let attempt = self.throttle.begin(user, requester.origin, self.clock.now())?;
        if !self.prove_second_factor(&mut *change.tx, pending, code).await? {
            return Err(LogInFault::WrongCode.into());
        }
        // A code alone doesn't forget how often somebody guessed before.
        attempt.forgiven();
        let codes = change.make_recovery_codes(id).await?;
        change.keep_session(id, current).await?;
        change.commit(Act::TwoFactorEnrolled { entity: id.0 }).await?;
        Ok(codes)
    }

    /// Makes the requester new recovery codes for a code of the app; the old ones no longer work.
    ///
    /// # Errors
    /// [`LogInFault::NoTwoFactor`], [`LogInFault::WrongCode`], [`LogInFault::TooManyAttempts`],
    /// [`LogInFault::NotWithToken`].
    pub async fn make_recovery_codes(
        &self,
        requester: &Requester,
        code: &str,
    ) -> Result<RecoveryCodes, UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, Need::Login).await?;
        change.standing.is_proven_lately()?;
        let id = change.standing.oneself(requester)?;
        let entity = found(change.tx.entity(account, id).await?, "entity", id.0)?;
        let factor = change.tx.second_factor(account, id).await?.filter(|it| it.is_confirmed());
        let factor = factor.ok_or(LogInFault::NoTwoFactor(id.0))?;
        let user = (account, entity.email);
        let attempt = self.throttle.begin(user, requester.origin, self.clock.now())?;
        if !self.prove_second_factor(&mut *change.tx, factor, code).await? {
            return Err(LogInFault::WrongCode.into());
        }
        // A code alone doesn't forget how often somebody guessed before.
        attempt.forgiven();
        let codes = change.make_recovery_codes(id).await?;
        change.commit(Act::RecoveryCodesMade { entity: id.0 }).await?;
        Ok(codes)
    }

    /// Removes the second factor of somebody who has lost it; its sessions end.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`LogInFault::NoTwoFactor`],
    /// [`PeopleFault::OfAdministrator`], [`PeopleFault::Oneself`].
    pub async fn remove_two_factor(
        &self,
        requester: &Requester,
        id: EntityId,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, super::entities::MANAGE).await?;
        change.standing.is_proven_lately()?;
        change.entity_to_change(id).await?;
        if change.standing.in_role().is_some_and(|(oneself, _)| oneself == id) {
            return Err(PeopleFault::Oneself.into());
        }
        if !change.tx.remove_second_factor(account, id).await? {
            return Err(LogInFault::NoTwoFactor(id.0).into());
        }
        change.tx.end_sessions(account, id, Sessions::All).await?;
        change.commit(Act::TwoFactorRemoved { entity: id.0 }).await?;
        Ok(())
    }

    /// Whether the code is one of the app that wasn't used before, or a recovery code. It is used
    /// up with the change.
    pub(super) async fn prove_second_factor(
        &self,
        tx: &mut dyn Transaction,
        factor: SecondFactor,
        code: &str,
    ) -> Result<bool, UseCaseFault> {
        let SecondFactor { account, entity, .. } = factor;
        let code = normal(code);
        let binding = SecondFactor::binding(account, entity, factor.secret_version);
        let secret = self.vault.open(&factor.secret, &binding);
        let secret = secret.ok_or(StoreFault::Damaged("a second factor"))?;
        let seconds = u64::try_from(self.clock.now().seconds()).unwrap_or_default();
        let step = step_of(&secret[..codes::SECRET], &code, seconds);
        if let Some(accepted) = step.and_then(|step| factor.accept(step)) {
            tx.save_second_factor(&accepted).await?;
            return Ok(true);
        }
        if !factor.is_confirmed() {
            return Ok(false);
        }
        Ok(tx.use_recovery_code(account, entity, &digest(&code)).await?)
    }
}

impl Change<'_> {
    async fn make_recovery_codes(&mut self, id: EntityId) -> Result<RecoveryCodes, UseCaseFault> {
        let chance: &dyn Chance = &*self.authority.chance;
        let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| recovery_code(chance)).collect();
        let digests: Vec<_> = codes.iter().map(|code| digest(&normal(code))).collect();
        self.tx.save_recovery_codes(self.requester.account, id, &digests).await?;
        Ok(RecoveryCodes(codes))
    }

    /// Ends all sessions of an entity but `current`, which has proven its second factor.
    async fn keep_session(
        &mut self,
        id: EntityId,
        current: Option<SessionNumber>,
    ) -> Result<(), UseCaseFault> {
        let account = self.requester.account;
        let which = current.map_or(Sessions::All, Sessions::Except);
        self.tx.end_sessions(account, id, which).await?;
        for session in self.tx.sessions_of(account, id).await? {
            self.tx.save_session(&Session { two_factor: true, ..session }).await?;
        }
        Ok(())
    }
}

// A recovery code has 80 random bits: nobody guesses one from its digest.
fn digest(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}
