//! The client's side: making a passport, or the password of SuiteAnalytics Connect.
//!
//! Belongs here: signing and writing it. Does not: the envelope around it, sending, clocks, chance
//! (timestamp and nonce are arguments).

use std::fmt;

use quick_xml::escape::escape;

use super::{Passport, PassportAlgorithm, PassportFault, check::Found};
use crate::{Credentials, Signature};

/// Signs a passport as a client does (Oracle's page section_1534941088).
///
/// The account is written as `1234567` or `1234567_SB1`, in upper case with an underscore.
///
/// It signs what it is told: a timestamp of zero too, or a nonce of one character, or no token.
/// Whoever sends the result asks [`SignedPassport::check`] first; whoever tests a verifier does
/// not.
///
/// ```
/// use countersign_signing::{Credentials, Secret, TokenCredentials, sign_passport};
///
/// let credentials = Credentials {
///     consumer_key: "ef40afdd".to_owned(),
///     consumer_secret: Secret::new("d26ad321"),
///     token: Some(TokenCredentials {
///         token: "2b0ce516".to_owned(),
///         secret: Secret::new("c29a677d"),
///     }),
/// };
/// let signed = sign_passport(&credentials, "123456", 1_508_242_306, "fjaLirsIcCGVZWzBX0pg");
/// signed.check()?;
/// let element = signed.element("urn:messages_2020_2.platform.webservices.netsuite.com");
/// assert!(element.contains("<account>123456</account>"));
/// # Ok::<(), countersign_signing::PassportFault>(())
/// ```
#[must_use]
pub fn sign_passport(
    credentials: &Credentials,
    account: &str,
    timestamp: i64,
    nonce: &str,
) -> SignedPassport {
    let token = credentials.token.as_ref().map(|token| token.token.clone());
    let mut passport = Passport {
        account: account.to_owned(),
        consumer_key: credentials.consumer_key.clone(),
        token: token.unwrap_or_default(),
        nonce: nonce.to_owned(),
        timestamp: timestamp.to_string(),
        seconds: timestamp,
        signature: String::new(),
        algorithm: PassportAlgorithm::Hyphen,
    };
    let signature = passport.sign(&credentials.signing_key());
    passport.signature = signature.to_base64();
    SignedPassport { passport, signature }
}

/// A signed passport, to be sent in one of two ways.
#[derive(Clone)]
pub struct SignedPassport {
    /// What it says; its [base string](Passport::base_string) is what was signed.
    pub passport: Passport,
    /// The signature that is in it (Oracle's page section_1534941088).
    pub signature: Signature,
}

impl SignedPassport {
    /// The element for the SOAP header (Oracle's page section_4395630653).
    ///
    /// Takes the messages namespace of the endpoint, such as
    /// `urn:messages_2020_2.platform.webservices.netsuite.com`, and declares it: no prefix of the
    /// envelope is needed. Values are escaped.
    #[must_use]
    pub fn element(&self, namespace: &str) -> String {
        let passport = &self.passport;
        format!(
            "<tokenPassport xmlns=\"{}\"><account>{}</account><consumerKey>{}</consumerKey>\
             <token>{}</token><nonce>{}</nonce><timestamp>{}</timestamp>\
             <signature algorithm=\"{}\">{}</signature></tokenPassport>",
            escape(namespace),
            escape(&passport.account),
            escape(&passport.consumer_key),
            escape(&passport.token),
            escape(&passport.nonce),
            escape(&passport.timestamp),
            passport.algorithm,
            escape(&passport.signature),
        )
    }

    /// The token password of SuiteAnalytics Connect: the base string, the signature and
    /// `HMAC-SHA256`, joined with `&` (Oracle's pages article_163240162059, article_163240164565).
    #[must_use]
    pub fn token_password(&self) -> String {
        let passport = &self.passport;
        format!("{}&{}&{}", passport.base_string(), passport.signature, passport.algorithm)
    }

    /// Whether a verifier can accept it, as far as anybody can tell without the server's clock,
    /// memory and record: fields, their characters and lengths, nonce and timestamp.
    ///
    /// # Errors
    /// [`PassportFault`]: every verifier with NetSuite's rules refuses it.
    pub fn check(&self) -> Result<(), PassportFault> {
        Found::of(&self.passport).check().map(drop)
    }
}

/// Without the signature, as with [`Passport`].
impl fmt::Debug for SignedPassport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedPassport").field("passport", &self.passport).finish_non_exhaustive()
    }
}
