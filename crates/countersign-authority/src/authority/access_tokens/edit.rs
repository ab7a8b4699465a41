//! Changes of a token, and its end.

use countersign_model::{AccessToken, TokenEdit, TokenNumber, Touch, Version};

use super::token_fact;
use crate::authority::{Authority, Requester, UseCaseFault, name, unchanged};
use crate::{Act, Edit};

impl Authority {
    /// Changes a token's name, whether it works, and what bounds it. Gives the version that it
    /// has then.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::Name`],
    /// [`UseCaseFault::ExpiresInThePast`], [`UseCaseFault::RevokedAlready`], and the rules about
    /// whose token it is.
    pub async fn edit_token(
        &self,
        requester: &Requester,
        number: TokenNumber,
        if_version: Option<Version>,
        edit: TokenEdit,
    ) -> Result<Version, UseCaseFault> {
        let name = edit.name.as_deref().map(name).transpose()?;
        let edit = TokenEdit { name, ..edit };
        if edit.expires_at.flatten().is_some_and(|end| end <= self.clock.now()) {
            return Err(UseCaseFault::ExpiresInThePast);
        }
        let (mut change, before) = self.begin_with_token(requester, number, Touch::Edit).await?;
        unchanged("token", number.0, if_version, before.version)?;
        let Some(after) = before.clone().edit(edit, change.stamp()) else {
            return Err(UseCaseFault::RevokedAlready(number.0));
        };
        if after.version == before.version {
            self.projection.learn(token_fact(&before));
            return Ok(before.version);
        }
        change.save(&after).await?;
        let changes = changes(&before, &after);
        change.commit(Act::TokenEdited { token: number.0, changes }).await?;
        Ok(after.version)
    }

    /// Revokes a token, for good. It stays in the record.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::RevokedAlready`], and
    /// the rules about whose token it is.
    pub async fn revoke_token(
        &self,
        requester: &Requester,
        number: TokenNumber,
        if_version: Option<Version>,
    ) -> Result<(), UseCaseFault> {
        let (mut change, token) = self.begin_with_token(requester, number, Touch::Revoke).await?;
        unchanged("token", number.0, if_version, token.version)?;
        let Some(revoked) = token.clone().revoke(change.stamp()) else {
            // Heals a directory that an earlier change, whose outcome was lost, has not reached.
            self.projection.learn(token_fact(&token));
            return Err(UseCaseFault::RevokedAlready(number.0));
        };
        change.save(&revoked).await?;
        change.commit(Act::TokenRevoked { token: number.0 }).await?;
        Ok(())
    }
}

fn changes(before: &AccessToken, after: &AccessToken) -> Vec<Edit> {
    let fields = |token: &AccessToken| {
        let limits = &token.limits;
        [
            ("name", Some(token.name.clone())),
            ("state", Some(token.state.as_str().to_owned())),
            ("expires_at", limits.expires_at.map(|at| at.to_string())),
            ("idle_days", limits.idle_days.map(|days| days.to_string())),
            ("addresses", limits.addresses.as_ref().map(ToString::to_string)),
            ("lapsed", token.lapsed.map(|lapsed| lapsed.why.as_str().to_owned())),
        ]
    };
    let pairs = fields(before).into_iter().zip(fields(after));
    let edits = pairs.map(|((field, from), (_, to))| Edit { field, from, to });
    edits.filter(|edit| edit.from != edit.to).collect()
}
