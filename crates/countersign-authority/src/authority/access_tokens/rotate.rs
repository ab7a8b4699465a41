//! A new secret for a token, beside the old one for some time.

use countersign_model::{
    AccessToken, Overlap, Timestamp, TokenNumber, TokenSecret, Touch, Version,
};

use crate::Act;
use crate::authority::{Authority, Requester, UseCaseFault, found, unchanged};

/// The new secret of a token: the one time that it is shown.
pub struct RotatedSecret {
    /// The token's number.
    pub number: TokenNumber,
    /// The new secret. The token id stays.
    pub token_secret: TokenSecret,
    /// Until when the old one works; none: it is dead.
    pub until: Option<Timestamp>,
    /// The version that the token has now.
    pub version: Version,
}

impl Authority {
    /// Gives a token a new secret. The old one works for `overlap` seconds beside it; at 0 it is
    /// dead at once. It works no longer than the account's policy about age lets it. One that
    /// retires already is given up.
    ///
    /// # Errors
    /// [`UseCaseFault::Overlap`], [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`],
    /// [`UseCaseFault::RevokedAlready`], and the rules about whose token it is: those for a new
    /// token.
    pub async fn rotate_token_secret(
        &self,
        requester: &Requester,
        number: TokenNumber,
        if_version: Option<Version>,
        overlap: i64,
    ) -> Result<RotatedSecret, UseCaseFault> {
        let overlap = if overlap == 0 { None } else { Some(Overlap::seconds(overlap)?) };
        let (mut change, token) = self.begin_with_token(requester, number, Touch::Mint).await?;
        change.standing.is_proven_lately()?;
        unchanged("token", number.0, if_version, token.version)?;
        if token.is_revoked() {
            return Err(UseCaseFault::RevokedAlready(number.0));
        }
        let role = change.tx.role(token.account, token.role).await?;
        change.standing.may_hand_out(&found(role, "role", token.role.0)?)?;
        let (stamp, next) = (change.stamp(), token.secret_version.saturating_add(1));
        let home = change.tx.account_of(token.account).await?;
        let policy = found(home, "account", token.account.0)?.policy;
        // An overlap is no way around the policy about age.
        let end = policy.end_of_secret(token.history.secret_since);
        let until = overlap.map(|overlap| overlap.until(stamp.at));
        let until = until.map(|until| end.map_or(until, |end| until.min(end)));
        let until = until.filter(|until| *until > stamp.at);
        let token_secret = TokenSecret::generate(&*self.chance);
        let binding = AccessToken::binding(token.account, number, next);
        let sealed = change.seal(token_secret.expose_bytes(), &binding).await?;
        let Some(rotated) = token.rotate(sealed, until, stamp) else {
            return Err(UseCaseFault::RevokedAlready(number.0));
        };
        change.save(&rotated).await?;
        let told = until.map(|until| until.to_string());
        change.commit(Act::TokenSecretRotated { token: number.0, until: told }).await?;
        Ok(RotatedSecret { number, token_secret, until, version: rotated.version })
    }

    /// Ends the time of a token's old secret.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSecretRotation`] where none retires; [`UseCaseFault::NoSuch`],
    /// [`UseCaseFault::Changed`].
    pub async fn end_secret_rotation(
        &self,
        requester: &Requester,
        number: TokenNumber,
        if_version: Option<Version>,
    ) -> Result<(), UseCaseFault> {
        let (mut change, token) = self.begin_with_token(requester, number, Touch::Revoke).await?;
        unchanged("token", number.0, if_version, token.version)?;
        let Some(ended) = token.end_rotation(change.stamp()) else {
            return Err(UseCaseFault::NoSecretRotation(number.0));
        };
        change.save(&ended).await?;
        change.commit(Act::TokenSecretRetired { token: number.0 }).await?;
        Ok(())
    }

    /// Erases token secrets whose time to retire is over. Nothing that anybody sees changes, so it
    /// is no event.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`].
    pub async fn erase_retired_secrets(&self) -> Result<u64, UseCaseFault> {
        Ok(self.store.erase_retired_secrets(self.clock.now()).await?)
    }
}
