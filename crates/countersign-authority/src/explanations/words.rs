//! The words for refusals that need no search: what happened, and what to change.

use countersign_signing::{HeaderFault, ProofFault};
use countersign_verify::Refusal;
use countersign_verify::replay::NotRemembered;

pub(super) fn of(refusal: Refusal) -> Option<(String, &'static str)> {
    let words = match refusal {
        Refusal::NoCredentials | Refusal::Header(HeaderFault::NotOAuth) => (
            "The request has no Authorization header of the scheme OAuth.".to_owned(),
            "Sign the request and send the header \"Authorization: OAuth realm=..., \
             oauth_consumer_key=..., ...\".",
        ),
        Refusal::Header(fault) => (
            format!("The Authorization header can't be read: {fault}."),
            "Send name=\"value\" pairs with commas between them; values are percent-encoded.",
        ),
        Refusal::Proof(ProofFault::Method { sha1: true }) => (
            "The client declared HMAC-SHA1, which is not accepted.".to_owned(),
            "Set the signature method to HMAC-SHA256, and compute it with SHA-256.",
        ),
        Refusal::Proof(fault) => (
            format!("A parameter of the header is not acceptable: {fault}."),
            "Send oauth_consumer_key, oauth_token, oauth_signature_method=\"HMAC-SHA256\", \
             oauth_timestamp in seconds since 1970, oauth_nonce, oauth_signature; oauth_version is \
             \"1.0\" or absent.",
        ),
        Refusal::Request(fault) => (
            format!("The parameters of the request can't be signed over: {fault}."),
            "Send oauth_ parameters in the Authorization header only, and fewer parameters.",
        ),
        Refusal::Nonce(fault) => (
            format!("The nonce is not acceptable: {fault}."),
            "Send a nonce of 6 to 128 characters; 20 random letters and digits are good.",
        ),
        Refusal::Head(why) => (
            why.to_owned(),
            "Send one plain HTTP/1.1 head: one Host, at most one Authorization and Content-Type, a \
             path as target.",
        ),
        _ => {
            let words = of_integration(refusal)
                .or_else(|| of_token(refusal))
                .or_else(|| of_page(refusal))
                .or_else(|| of_form(refusal));
            return words.map(|(sentence, fix)| (sentence.to_owned(), fix));
        }
    };
    Some(words)
}

fn of_integration(refusal: Refusal) -> Option<(&'static str, &'static str)> {
    Some(match refusal {
        Refusal::ConsumerKeyUnknown => (
            "No integration in this account has this consumer key.",
            "Copy the consumer key from the integration's confirmation page; check that realm \
             names the account it was made in, and that token ID and consumer key are not swapped.",
        ),
        Refusal::FeatureDisabled => (
            "The account has switched Token-Based Authentication off.",
            "Switch the feature on: Setup > Company > Enable Features > SuiteCloud.",
        ),
        Refusal::IntegrationBlocked => {
            ("The integration is blocked in this account.", "Set its state to Enabled.")
        }
        Refusal::IntegrationAwaitsApproval => (
            "The integration was installed by a request and waits for approval.",
            "Have an administrator set its state to Enabled.",
        ),
        Refusal::TbaNotEnabled => (
            "The integration has Token-Based Authentication unchecked.",
            "Check it on the record's Authentication subtab.",
        ),
        _ => return None,
    })
}

fn of_token(refusal: Refusal) -> Option<(&'static str, &'static str)> {
    Some(match refusal {
        Refusal::RealmMissing => (
            "The header has no realm, and there is more than one account here.",
            "Send the account ID as realm.",
        ),
        Refusal::AccountForm => (
            "The realm is an account ID in the form that host names have.",
            "Send it in upper case with an underscore, as in 1234567_SB1.",
        ),
        Refusal::WrongAccount => (
            "The credentials belong to another account than realm names.",
            "Sandboxes have credentials of their own: use those of the account that you call.",
        ),
        Refusal::TokenUnknown => (
            "No token has this ID.",
            "Copy the token ID from the token's confirmation page. Tokens of a deleted user and of \
             a refreshed sandbox are gone.",
        ),
        Refusal::TokenOfOtherIntegration => (
            "The token belongs to another integration than the consumer key.",
            "Use the consumer pair of the integration that the token was made for.",
        ),
        Refusal::TokenInactive => ("The token is inactive.", "Clear its Inactive box."),
        Refusal::EntityInactive => ("The token's user is inactive.", "Make the user active."),
        Refusal::RoleRemoved => (
            "The token's user no longer has the token's role.",
            "Assign the role to the user again: the same token then works.",
        ),
        Refusal::RoleInactive => ("The token's role is inactive.", "Make the role active."),
        Refusal::PermissionMissing => (
            "The token's role may not log in with tokens.",
            "Add the permission Log in using Access Tokens to the role.",
        ),
        Refusal::SecretUnreadable => (
            "The secrets of this integration or token can't be opened.",
            "Restore a backup, or make new credentials: the database was damaged or changed.",
        ),
        Refusal::NotRemembered(why) => of_replay_guard(why)?,
        _ => return None,
    })
}

fn of_page(refusal: Refusal) -> Option<(&'static str, &'static str)> {
    Some(match refusal {
        Refusal::CrossSite => (
            "Another web site asked for a page of this server.",
            "Open the page itself, and call this server from programs, not from other sites.",
        ),
        Refusal::HostNotServed => (
            "A page was asked for under a host name that is not this server's.",
            "Use localhost, or configure the public host.",
        ),
        _ => return None,
    })
}

fn of_form(refusal: Refusal) -> Option<(&'static str, &'static str)> {
    Some(match refusal {
        Refusal::FormAnnouncedTooLarge | Refusal::FormTooLarge => (
            "The form body is larger than the limit; it is signed, so it is held as a whole.",
            "Send less in one form, or a body of another content type, which is not signed.",
        ),
        Refusal::FormNoRoom => (
            "Too many form bodies are being read: in all, for this address or for this token.",
            "Send it again, with fewer at a time.",
        ),
        Refusal::FormTooSlow => (
            "The form body did not come in time; it is signed, so it is waited for.",
            "Send as many bytes as Content-Length says, and send them at once.",
        ),
        Refusal::FormMalformed => (
            "The chunks of the form body are not as HTTP/1.1 has them.",
            "Send the form with a Content-Length.",
        ),
        Refusal::FormCutOff => (
            "The client ended the connection within its form body.",
            "Send as many bytes as Content-Length says, and wait for the answer.",
        ),
        _ => return None,
    })
}

fn of_replay_guard(why: NotRemembered) -> Option<(&'static str, &'static str)> {
    Some(match why {
        NotRemembered::RestartBoundary { .. } => (
            "The server was restarted without its replay memory: it refuses older timestamps.",
            "Sign the request anew and send it again.",
        ),
        NotRemembered::BelowFloor { .. } | NotRemembered::AboveCeiling { .. } => (
            "The timestamp is outside of what the server can still vouch for.",
            "Set both clocks by NTP, and sign the request anew.",
        ),
        NotRemembered::HolderOverShare => (
            "This token has made as many requests as one token may in ten minutes.",
            "Slow down, or raise the capacity of the replay memory.",
        ),
        NotRemembered::Full => (
            "The replay memory is full.",
            "Wait and send again; if it happens often, raise its capacity.",
        ),
        NotRemembered::Unwritable => (
            "The replay journal can't be written, so nothing is admitted.",
            "See the server's log: the disk is full, or the data folder is not writable.",
        ),
        NotRemembered::Used => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_before_the_verdict_is_explained() {
        for refusal in [
            Refusal::Head("The Host header is missing."),
            Refusal::CrossSite,
            Refusal::HostNotServed,
            Refusal::FormAnnouncedTooLarge,
            Refusal::FormTooLarge,
            Refusal::FormNoRoom,
            Refusal::FormTooSlow,
            Refusal::FormMalformed,
            Refusal::FormCutOff,
        ] {
            let words = of(refusal);
            assert!(words.is_some_and(|(what, fix)| what.ends_with('.') && fix.ends_with('.')));
        }
        let of_head = of(Refusal::Head("The Host header is missing.")).unwrap().0;
        assert_eq!(of_head, "The Host header is missing.");
    }
}
