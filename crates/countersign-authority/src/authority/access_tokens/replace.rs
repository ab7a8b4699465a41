//! The refresh assistant: tokens that an environment had before it was refreshed, and their
//! replacements, each behind a one-time link.
//!
//! A link is for one person: who is logged in as somebody else can do nothing with it. The token is
//! made when its link is taken up, so that no secret waits at rest; a link that nobody takes up
//! makes nothing.

use countersign_model::{AccessToken, Role, Timestamp, TokenNumber, TokenRule, Touch};
use zeroize::Zeroizing;

use super::{CreatedToken, MANAGE, NewToken, SEE, broken};
use crate::authority::passwords::{Prefixed, secret};
use crate::authority::{
    Authority, Change, LogInFault, Need, Requester, Standing, UseCaseFault, found,
};
use crate::{Act, FormerToken, Order, Part, Pickup, Slice, TokenUse};

const PICKUP: Prefixed = Prefixed("pickup_");

/// How long a link works.
const PICKUP_SECONDS: i64 = 24 * 60 * 60;

/// A token that an environment had, and how it was used.
#[derive(Clone, Debug)]
pub struct FormerTokenView {
    /// The token.
    pub token: FormerToken,
    /// Until when a link waits for its owner.
    pub waits_until: Option<Timestamp>,
    /// Its last use; none: it was never used, or nobody counts.
    pub used: Option<TokenUse>,
}

/// What became of a former token that was to be replaced.
pub struct Replacement {
    /// The former token.
    pub token: FormerToken,
    /// Its link, or the rule that is in the way.
    pub link: Result<PickupLink, UseCaseFault>,
}

/// A one-time link: the one time that its secret is shown.
pub struct PickupLink {
    /// The secret that goes into the link.
    pub secret: Zeroizing<String>,
    /// Until when it works.
    pub expires: Timestamp,
}

impl Authority {
    /// A part of the tokens that the account had before it was refreshed, and that were not
    /// replaced yet.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`].
    pub async fn list_former_tokens(
        &self,
        requester: &Requester,
        slice: Slice,
    ) -> Result<Part<FormerTokenView>, UseCaseFault> {
        let mut look = self.look(requester, SEE).await?;
        let part = look.record.former_tokens(requester.account, slice).await?;
        let numbers: Vec<_> = part.rows.iter().map(|token| token.number).collect();
        let mut uses = self.uses(requester.account, &numbers).await?;
        let now = self.clock.now();
        let view = |token: FormerToken| FormerTokenView {
            waits_until: token.waits_until(now),
            used: uses.remove(&token.number),
            token,
        };
        Ok(Part { rows: part.rows.into_iter().map(view).collect(), more: part.more })
    }

    /// Makes links for these former tokens; a link that one had before works no more. Without
    /// numbers, for those that no link waits for, the first [`Slice::MOST`] of them. What is in the
    /// way of one is told with it, and stops no other.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`], [`UseCaseFault::NoSuch`].
    pub async fn replace_former_tokens(
        &self,
        requester: &Requester,
        numbers: Option<&[TokenNumber]>,
    ) -> Result<Vec<Replacement>, UseCaseFault> {
        let mut change = self.begin(requester, MANAGE).await?;
        change.standing.is_proven_lately()?;
        let former = match numbers {
            Some(numbers) => change.former_tokens(numbers).await?,
            None => change.all_former_tokens().await?,
        };
        let mut replacements = Vec::with_capacity(former.len());
        let mut made = Vec::new();
        for token in former {
            let link = match change.pickup_link(&token).await {
                Err(fault @ (UseCaseFault::Store(_) | UseCaseFault::Vault(_))) => {
                    return Err(fault);
                }
                link => link,
            };
            made.extend(link.is_ok().then_some(token.number.0));
            replacements.push(Replacement { token, link });
        }
        if !made.is_empty() {
            change.commit(Act::PickupLinksMade { tokens: made }).await?;
        }
        Ok(replacements)
    }

    /// Ends the link of a former token, if it has one.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], and the rules about whose token it is.
    pub async fn revoke_pickup(
        &self,
        requester: &Requester,
        number: TokenNumber,
    ) -> Result<(), UseCaseFault> {
        let mut change = self.begin(requester, MANAGE).await?;
        let former = change.tx.former_token(requester.account, number).await?;
        let former = found(former, "former token", number.0)?;
        change.may_touch(Touch::Revoke, &former)?;
        if former.pickup.is_none() {
            return Ok(());
        }
        change.tx.save_pickup(requester.account, number, None).await?;
        change.commit(Act::PickupLinkRevoked { former_token: number.0 }).await?;
        Ok(())
    }

    /// The former token that the requester's link replaces. Looking does not use it up.
    ///
    /// # Errors
    /// [`UseCaseFault::LinkSpent`], also of a link that is somebody else's.
    pub async fn look_at_pickup(
        &self,
        requester: &Requester,
        secret: &str,
    ) -> Result<FormerToken, UseCaseFault> {
        let digest = PICKUP.digest(secret).ok_or(UseCaseFault::LinkSpent)?;
        let mut look = self.look(requester, Need::Login).await?;
        let former = look.record.former_token_of_link(&digest, self.clock.now()).await?;
        addressed(former, requester, &look.standing)
    }

    /// Makes the token that the requester's link stands for, and uses the link up.
    ///
    /// # Errors
    /// [`UseCaseFault::LinkSpent`], also of a link that is somebody else's;
    /// [`UseCaseFault::AdministratorToken`] where it is for the Administrator role, and the
    /// requester does not act in it; [`LogInFault::NotWithToken`] of a signed request,
    /// [`LogInFault::AuthenticationTooOld`], [`LogInFault::TwoFactorToBeEnrolled`] where the role
    /// demands a second factor and theirs does not; the rules for a new token. The link works on
    /// where one of these is in the way.
    pub async fn take_up(
        &self,
        requester: &Requester,
        secret: &str,
    ) -> Result<CreatedToken, UseCaseFault> {
        let digest = PICKUP.digest(secret).ok_or(UseCaseFault::LinkSpent)?;
        let mut change = self.begin(requester, Need::Login).await?;
        let former = change.tx.former_token_of_link(&digest, self.clock.now()).await?;
        let former = addressed(former, requester, &change.standing)?;
        // A token could give itself one of another role.
        change.standing.oneself(requester)?;
        change.standing.is_proven_lately()?;
        let role = change.tx.role(requester.account, former.role).await?;
        let may = may_pick_up(&change.standing, role.as_ref());
        let new = change.replaced(&former, may).await?;
        let limits = change.limits_within(new.entity, new.limits.clone()).await?;
        change.tx.remove_former_token(requester.account, former.number).await?;
        let (token, token_secret) = change.mint(&new, former.name, limits).await?;
        let AccessToken { number, name, token_id, installation, entity, role, .. } = token;
        let act = Act::TokenPickedUp {
            token: number.0,
            name: name.clone(),
            installation: installation.0,
            entity: entity.0,
            role: role.0,
            former_token: former.number.0,
        };
        change.commit(act).await?;
        Ok(CreatedToken { number, name, token_id, token_secret })
    }
}

/// The link's token, if the requester is whom the link is for.
fn addressed(
    former: Option<FormerToken>,
    requester: &Requester,
    standing: &Standing,
) -> Result<FormerToken, UseCaseFault> {
    let entity = standing.in_role().map(|(entity, _)| entity);
    let is_theirs =
        |former: &FormerToken| former.account == requester.account && Some(former.entity) == entity;
    former.filter(is_theirs).ok_or(UseCaseFault::LinkSpent)
}

/// Whoever acts in a lesser role is given no token of the Administrator role, and in one that
/// demands no second factor none of a role that does.
fn may_pick_up(standing: &Standing, role: Option<&Role>) -> Result<(), UseCaseFault> {
    let Some(role) = role else { return Ok(()) };
    let acting = standing.in_role().map(|(_, acting)| acting);
    if role.is_administrator() && !acting.is_some_and(Role::is_administrator) {
        return Err(UseCaseFault::AdministratorToken);
    }
    if role.demands_two_factors() && !acting.is_some_and(Role::demands_two_factors) {
        return Err(LogInFault::TwoFactorToBeEnrolled.into());
    }
    Ok(())
}

impl Change<'_> {
    async fn former_tokens(
        &mut self,
        numbers: &[TokenNumber],
    ) -> Result<Vec<FormerToken>, UseCaseFault> {
        let mut tokens = Vec::with_capacity(numbers.len());
        for number in numbers {
            let token = self.tx.former_token(self.requester.account, *number).await?;
            tokens.push(found(token, "former token", number.0)?);
        }
        Ok(tokens)
    }

    async fn all_former_tokens(&mut self) -> Result<Vec<FormerToken>, UseCaseFault> {
        let (now, most) = (self.authority.clock.now(), usize::from(Slice::MOST));
        let (mut tokens, mut after, mut more) = (Vec::new(), None, true);
        while more && tokens.len() < most {
            let slice = Slice { after, most: Slice::MOST, order: Order::OldestFirst };
            let part = self.tx.former_tokens(self.requester.account, slice).await?;
            after = part.rows.last().map(|token| token.number.0);
            more = part.more;
            tokens.extend(part.rows.into_iter().filter(|it| it.waits_until(now).is_none()));
        }
        tokens.truncate(most);
        Ok(tokens)
    }

    fn may_touch(&self, touch: Touch, former: &FormerToken) -> Result<(), UseCaseFault> {
        let may = self.standing.asker().may(touch, former.entity, former.role);
        may.map_err(|rule: TokenRule| broken(rule, former.number))
    }

    async fn pickup_link(&mut self, former: &FormerToken) -> Result<PickupLink, UseCaseFault> {
        let may = self.may_touch(Touch::Mint, former);
        self.replaced(former, may).await?;
        let (secret, digest) = secret(PICKUP, &*self.authority.chance);
        let made = self.stamp();
        let expires = made.at.plus_seconds(PICKUP_SECONDS);
        let pickup = Pickup { digest, expires, made };
        self.tx.save_pickup(former.account, former.number, Some(&pickup)).await?;
        Ok(PickupLink { secret, expires })
    }

    /// The token that replaces a former one, if the rules for a new token allow it, and entity and
    /// role are still who and what they were: numbers that only the environment had may have been
    /// given to others by production.
    async fn replaced(
        &mut self,
        former: &FormerToken,
        may: Result<(), UseCaseFault>,
    ) -> Result<NewToken, UseCaseFault> {
        let account = former.account;
        let entity = self.tx.entity(account, former.entity).await?;
        if entity.is_none_or(|entity| entity.email != former.entity_email) {
            return Err(UseCaseFault::NotAsBefore("entity"));
        }
        let role = self.tx.role(account, former.role).await?;
        if role.is_none_or(|role| role.name != former.role_name) {
            return Err(UseCaseFault::NotAsBefore("role"));
        }
        let installation = self.tx.installation_of(account, former.integration).await?;
        let installation = installation.ok_or(UseCaseFault::NotAsBefore("integration"))?;
        let new = NewToken {
            installation: installation.id,
            entity: former.entity,
            role: former.role,
            name: Some(former.name.clone()),
            limits: former.limits.clone(),
        };
        self.check_new_token(account, &new, may).await?;
        Ok(new)
    }
}
