//! Whether everything that a login hangs on is in order. The rules are here once: for the verdict
//! on a request, and for a connection that outlives the request it began with.

use std::net::IpAddr;

use countersign_model::{InstallationState, Login, Timestamp, TokenState};

use crate::directory::{AccountEntry, ConsumerEntry, TokenEntry};
use crate::{Directory, Principal, Refusal};

impl Directory {
    /// Whether `principal`, who was admitted from `source`, would be admitted at `now`, but for a
    /// signature. For connections that last: whoever holds one asks again and again.
    ///
    /// A reset of the consumer secret is no reason to end one: tokens survive it.
    ///
    /// # Errors
    /// The [`Refusal`] that its next request would get.
    pub fn stands(
        &self,
        principal: &Principal,
        source: IpAddr,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let reader = self.reader();
        let account = reader.account_of(principal.account).ok_or(Refusal::WrongAccount)?;
        let installed = reader.installed(principal.account, principal.installation);
        let (installation, consumer) = installed.ok_or(Refusal::ConsumerKeyUnknown)?;
        let token = reader.token_of(principal.account, principal.token);
        let token = token.ok_or(Refusal::TokenUnknown)?;

        account_stands(account)?;
        installation_stands(installation.state)?;
        consumer_stands(consumer)?;
        token_stands(token, now)?;
        if token.installation != principal.installation {
            return Err(Refusal::TokenOfOtherIntegration);
        }
        if (token.entity, token.role) != (principal.entity, principal.role) {
            return Err(Refusal::RoleRemoved);
        }
        address_stands(token, source)?;
        login_stands(reader.login(token))
    }
}

pub(crate) fn account_stands(account: &AccountEntry) -> Result<(), Refusal> {
    if account.token_based_authentication { Ok(()) } else { Err(Refusal::FeatureDisabled) }
}

pub(crate) fn installation_stands(state: InstallationState) -> Result<(), Refusal> {
    match state {
        InstallationState::Enabled => Ok(()),
        InstallationState::Blocked => Err(Refusal::IntegrationBlocked),
        InstallationState::WaitingForApproval => Err(Refusal::IntegrationAwaitsApproval),
    }
}

pub(crate) fn consumer_stands(consumer: &ConsumerEntry) -> Result<(), Refusal> {
    if consumer.token_based { Ok(()) } else { Err(Refusal::TbaNotEnabled) }
}

pub(crate) fn token_stands(token: &TokenEntry, now: Timestamp) -> Result<(), Refusal> {
    match token.state() {
        TokenState::Active if token.has_ended(now) => Err(Refusal::TokenExpired),
        TokenState::Active => Ok(()),
        TokenState::Inactive => Err(Refusal::TokenInactive),
        TokenState::Revoked(revoked) => Err(Refusal::TokenRevoked { at: revoked.at }),
    }
}

pub(crate) fn address_stands(token: &TokenEntry, source: IpAddr) -> Result<(), Refusal> {
    if token.may_come_from(source) { Ok(()) } else { Err(Refusal::AddressNotAllowed) }
}

/// RESTlets are no web services: a role that is for these only calls none.
pub(crate) fn surface_stands(login: Login, path: &str) -> Result<(), Refusal> {
    let is_restlet = path.eq_ignore_ascii_case("/app/site/hosting/restlet.nl");
    let refused = login == Login::WebServicesOnly && is_restlet;
    if refused { Err(Refusal::WebServicesOnly) } else { Ok(()) }
}

pub(crate) fn login_stands(login: Login) -> Result<(), Refusal> {
    match login {
        Login::Allowed | Login::WebServicesOnly => Ok(()),
        Login::EntityInactive => Err(Refusal::EntityInactive),
        Login::RoleRemoved => Err(Refusal::RoleRemoved),
        Login::RoleHidden => Err(Refusal::RoleHidden),
        Login::RoleInactive => Err(Refusal::RoleInactive),
        Login::PermissionMissing => Err(Refusal::PermissionMissing),
    }
}
