//! Access tokens.

mod create;
mod edit;
mod read;
mod replace;
mod rotate;
mod view;

use countersign_model::{
    AccessToken, Asker, Level, Permission, Role, Stamp, TokenNumber, TokenRule, Touch,
};
use countersign_verify::{Fact, TokenFact};

use super::{Authority, Change, Need, Requester, Standing, UseCaseFault, found};

pub use create::{CreatedToken, NewOwnToken, NewToken};
pub use read::{TokenList, TokenQuery};
pub use replace::{FormerTokenView, PickupLink, Replacement};
pub use rotate::RotatedSecret;
pub(super) use view::views;
pub use view::{Named, TokenView};

/// To make tokens for others, and change them.
const MANAGE: Need = Need::Permission(Permission::AccessTokenManagement, Level::Full);
/// To see all of them.
const SEE: Need = Need::Permission(Permission::AccessTokenManagement, Level::View);
/// To make tokens for oneself, and end them.
const OWN: Need = Need::Permission(Permission::UserAccessTokens, Level::Full);
/// Any of these: what may be done with whose token the rules say.
const EITHER: Need = Need::OneOf(&[
    (Permission::AccessTokenManagement, Level::Full),
    (Permission::UserAccessTokens, Level::Full),
]);
const SEE_EITHER: Need = Need::OneOf(&[
    (Permission::AccessTokenManagement, Level::View),
    (Permission::UserAccessTokens, Level::View),
]);

fn token_fact(token: &AccessToken) -> Fact {
    Fact::Token(TokenFact::from(token))
}

impl Standing {
    /// Who asks, as the rules about tokens have it.
    pub(super) fn asker(&self) -> Asker<'_> {
        self.in_role().map_or(Asker::Above, |(entity, role)| Asker::InRole(entity, role))
    }

    /// Whether a secret that acts in `role` may be given to who asks.
    fn may_hand_out(&self, role: &Role) -> Result<(), UseCaseFault> {
        self.asker().may_hand_out(role).map_err(|rule| broken(rule, TokenNumber(0)))
    }

    fn may(&self, touch: Touch, token: &AccessToken) -> Result<(), UseCaseFault> {
        let may = self.asker().may(touch, token.entity, token.role);
        may.map_err(|rule| broken(rule, token.number))
    }
}

/// Whoever may not see a token is told that there is none.
fn broken(rule: TokenRule, number: TokenNumber) -> UseCaseFault {
    match rule {
        TokenRule::AdministratorsOwn => UseCaseFault::AdministratorToken,
        TokenRule::AdministratorOnly => UseCaseFault::AdministratorOnly,
        TokenRule::OthersOnly => UseCaseFault::OwnToken,
        TokenRule::CoreAdministration => UseCaseFault::PermissionMissing {
            permission: Permission::CoreAdministration,
            level: Level::Full,
        },
        TokenRule::NotTheirs => UseCaseFault::NoSuch { what: "token", number: number.0 },
    }
}

impl Change<'_> {
    pub(super) fn stamp(&self) -> Stamp {
        Stamp { at: self.authority.clock.now(), by: self.requester.actor }
    }

    /// The token, if the requester may do that with it.
    async fn token(
        &mut self,
        number: TokenNumber,
        touch: Touch,
    ) -> Result<AccessToken, UseCaseFault> {
        let token = self.tx.token(self.requester.account, number).await?;
        let token = found(token, "token", number.0)?;
        self.standing.may(touch, &token)?;
        Ok(token)
    }

    /// Saves a token, and has the directory learn it.
    pub(super) async fn save(&mut self, token: &AccessToken) -> Result<(), UseCaseFault> {
        self.tx.save_token(token).await?;
        self.learns(token_fact(token));
        Ok(())
    }
}

impl Authority {
    /// Begins a change of a token.
    async fn begin_with_token(
        &self,
        requester: &Requester,
        number: TokenNumber,
        touch: Touch,
    ) -> Result<(Change<'_>, AccessToken), UseCaseFault> {
        let mut change = self.begin(requester, EITHER).await?;
        let token = change.token(number, touch).await?;
        Ok((change, token))
    }
}
