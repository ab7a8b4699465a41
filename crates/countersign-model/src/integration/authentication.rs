//! How applications may authenticate.

use crate::CallbackUrl;

/// The Authentication subtab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationSettings {
    /// *Token-Based Authentication*: checked on a new record. Unchecked, its tokens are refused.
    pub token_based: bool,
    /// *TBA: Authorization Flow*: checked on a new record. Needs Token-Based Authentication.
    pub authorization_flow: bool,
    /// *TBA: IssueToken Endpoint*. Needs Token-Based Authentication.
    pub issue_token_endpoint: bool,
    /// Where the authorization flow may return to, as registered.
    pub callback_url: Option<CallbackUrl>,
    /// *User Credentials*: the login with a password that older clients use.
    pub user_credentials: bool,
}

impl Default for AuthenticationSettings {
    fn default() -> Self {
        Self {
            token_based: true,
            authorization_flow: true,
            issue_token_endpoint: false,
            callback_url: None,
            user_credentials: false,
        }
    }
}

impl AuthenticationSettings {
    /// These settings as they are saved: without Token-Based Authentication its two ways to get a
    /// token are off, and with both ways off the callback URL is lost. (Who wants to keep it
    /// blocks the integration instead.)
    #[must_use]
    pub fn settled(self) -> Self {
        let authorization_flow = self.token_based && self.authorization_flow;
        let issue_token_endpoint = self.token_based && self.issue_token_endpoint;
        let callback_url = self.callback_url.filter(|_| authorization_flow || issue_token_endpoint);
        Self { authorization_flow, issue_token_endpoint, callback_url, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(token_based: bool, flow: bool, issue_token: bool) -> (bool, bool, bool) {
        let settings = AuthenticationSettings {
            token_based,
            authorization_flow: flow,
            issue_token_endpoint: issue_token,
            callback_url: CallbackUrl::parse("https://example.com/cb").ok(),
            user_credentials: true,
        };
        let settings = settings.settled();
        assert!(settings.user_credentials);
        (
            settings.authorization_flow,
            settings.issue_token_endpoint,
            settings.callback_url.is_some(),
        )
    }

    #[test]
    fn a_new_record_has_token_based_authentication_and_the_flow_checked_and_nothing_else() {
        let new = AuthenticationSettings::default();
        assert!(new.token_based && new.authorization_flow);
        assert!(!new.issue_token_endpoint && !new.user_credentials && new.callback_url.is_none());
    }

    #[test]
    fn clearing_the_boxes_loses_the_callback_url() {
        for ((token_based, flow, issue_token), saved) in [
            ((true, true, true), (true, true, true)),
            ((true, true, false), (true, false, true)),
            ((true, false, true), (false, true, true)),
            ((true, false, false), (false, false, false)),
            ((false, true, true), (false, false, false)),
        ] {
            assert_eq!(settled(token_based, flow, issue_token), saved);
        }
    }
}
