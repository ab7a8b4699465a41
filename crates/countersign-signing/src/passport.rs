//! The `tokenPassport` of NetSuite's SOAP web services: Token-Based Authentication inside the
//! envelope instead of an `Authorization` header.
//!
//! Belongs here: what a passport says, what its signature covers, how a client makes one. Does not:
//! the body of the envelope (never read), whether account, key and token exist, clocks, memories.
//!
//! Source of every rule that is not XML's or SOAP's own: Oracle's NetSuite help, pages
//! "TokenPassport Complex Type" (section_4395630653), "Updating a SOAP Web Services Integration to
//! Send TBA Details" (section_4395625838), "The Signature for Web Services and RESTlets"
//! (section_1534941088).

mod check;
mod envelope;
mod fault;
mod names;
mod sign;
mod xml;

pub use fault::{EnvelopeFault, PassportFault, PassportNonceFault, XmlFault};
pub use names::{PassportAlgorithm, PassportField, SoapCredential};
pub use sign::{SignedPassport, sign_passport};

use std::fmt;

use crate::{
    Signature, SigningKey,
    diagnose::{Budget, Explanation, Secrets, diagnose_passport},
};

/// What a `tokenPassport` says, checked for form (Oracle's page section_4395630653).
///
/// Every value is without surrounding white space, which some clients send: the signature of a
/// Ruby client ends in a line break. Account, consumer key and token hold visible ASCII characters
/// other than `&`, and the nonce letters and digits, so that a base string can be read in one way
/// only.
#[derive(Clone)]
pub struct Passport {
    account: String,
    consumer_key: String,
    token: String,
    nonce: String,
    /// As sent, since that is signed.
    timestamp: String,
    seconds: i64,
    signature: String,
    algorithm: PassportAlgorithm,
}

impl Passport {
    /// Reads the one `tokenPassport` in the header of a SOAP 1.1 or 1.2 envelope.
    ///
    /// Names are compared without their prefix, so that the children may be in the messages
    /// namespace, as in Oracle's samples, or in the core namespace, as in the WSDL; they may stand
    /// in any order. Reading stops where the body begins, which is not even checked for being XML;
    /// between header and body neither another header nor another passport may stand. This
    /// allocates, in the measure of [`limits`](crate::limits).
    ///
    /// ```
    /// use countersign_signing::{Passport, SigningKey};
    ///
    /// let envelope = br#"<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
    /// <soap:Header>
    ///   <tokenPassport xmlns="urn:messages_2020_2.platform.webservices.netsuite.com">
    ///     <account>123456</account>
    ///     <consumerKey>ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4</consumerKey>
    ///     <token>2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc</token>
    ///     <nonce>fjaLirsIcCGVZWzBX0pg</nonce>
    ///     <timestamp>1508242306</timestamp>
    ///     <signature algorithm="HMAC-SHA256">tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U=</signature>
    ///   </tokenPassport>
    /// </soap:Header>
    /// <soap:Body/>
    /// </soap:Envelope>"#;
    /// let key = SigningKey::new(
    ///     b"d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
    ///     b"c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
    /// );
    /// let passport = Passport::read(envelope)?;
    /// assert!(passport.is_signed_with(&key));
    /// # Ok::<(), countersign_signing::PassportFault>(())
    /// ```
    ///
    /// # Errors
    /// [`PassportFault`]: the text up to the end of the header is no XML or no envelope, there is
    /// another header, there is no passport, there is more than one credential, or a field is
    /// missing or of the wrong form.
    pub fn read(envelope: &[u8]) -> Result<Passport, PassportFault> {
        envelope::read(envelope)?.check()
    }

    /// The account as the client names it, and signs it; usually `1234567` or `1234567_SB1`
    /// (section_4395630653).
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// `consumerKey`: who the client is (section_4395630653).
    #[must_use]
    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    /// `token`: for whom it acts (section_4395630653).
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// `nonce`: 6 to 64 letters and digits (section_4395630653).
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// `timestamp`: seconds since 1970, more than zero (section_4395630653).
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.seconds
    }

    /// `signature` as sent, without surrounding white space; not yet checked for anything, see
    /// [`Passport::is_signed_with`] (section_4395630653).
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// How the client spells the one accepted algorithm (section_4395625838).
    #[must_use]
    pub fn algorithm(&self) -> PassportAlgorithm {
        self.algorithm
    }

    /// The text that is signed: account, consumer key, token, nonce and timestamp as they are,
    /// joined with `&` (section_1534941088, the sample in Java; every known client does the same).
    ///
    /// Holds no secret.
    #[must_use]
    pub fn base_string(&self) -> String {
        self.signed_values().map(|(_, value)| value).join("&")
    }

    /// Signs the [base string](Passport::base_string) (section_1534941088; the key is that of
    /// RFC 5849 section 3.4.2).
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signature {
        key.sign_pieces([self.base_string().as_bytes()])
    }

    /// Whether the signature that was sent is the one that this key makes. Compares in constant
    /// time; what is not a signature at all is `false`.
    #[must_use]
    pub fn is_signed_with(&self, key: &SigningKey) -> bool {
        let sent = Signature::parse(self.signature.as_bytes());
        sent.is_some_and(|sent| self.sign(key).matches(&sent))
    }

    /// What the client did whose signature is wrong: mistakes are tried, alone and in pairs, until
    /// one reproduces it with the secrets that it should have been made with.
    ///
    /// As with [`diagnose`](crate::diagnose::diagnose()), `signature_is_right` says where nothing
    /// is wrong with it. The base strings are those of a passport: they have no parts of a request,
    /// and are for reading and comparing as a whole.
    #[must_use]
    pub fn diagnose(&self, secrets: Secrets<'_>, budget: Budget<'_>) -> Explanation {
        diagnose_passport(self, secrets, budget)
    }

    /// What is signed, in its order.
    pub(crate) fn signed_values(&self) -> [(PassportField, &str); 5] {
        [
            (PassportField::Account, &self.account),
            (PassportField::ConsumerKey, &self.consumer_key),
            (PassportField::Token, &self.token),
            (PassportField::Nonce, &self.nonce),
            (PassportField::Timestamp, &self.timestamp),
        ]
    }
}

/// Without the signature, which is as good as a password until its nonce is used.
impl fmt::Debug for Passport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passport")
            .field("account", &self.account)
            .field("consumer_key", &self.consumer_key)
            .field("token", &self.token)
            .field("nonce", &self.nonce)
            .field("timestamp", &self.timestamp)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
