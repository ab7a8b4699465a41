//! Names that mean something in the header of an envelope.
//!
//! Belongs here: fields of a passport, other credentials, spellings of the algorithm. Does not: the
//! names of SOAP's own elements (see `envelope`).

use std::fmt;

/// A part of a `tokenPassport`; all are compulsory (Oracle's page section_4395630653).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PassportField {
    /// `account`
    Account,
    /// `consumerKey`
    ConsumerKey,
    /// `token`
    Token,
    /// `nonce`
    Nonce,
    /// `timestamp`
    Timestamp,
    /// `signature`
    Signature,
    /// The attribute `algorithm` of `signature`.
    Algorithm,
}

impl PassportField {
    /// The child elements of a passport, in the order of Oracle's page.
    const ELEMENTS: [PassportField; 6] = [
        PassportField::Account,
        PassportField::ConsumerKey,
        PassportField::Token,
        PassportField::Nonce,
        PassportField::Timestamp,
        PassportField::Signature,
    ];

    /// The child element of this local name.
    pub(super) fn of_element(name: &str) -> Option<PassportField> {
        PassportField::ELEMENTS.into_iter().find(|field| field.as_str() == name)
    }

    /// The name on the wire, without a prefix.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PassportField::Account => "account",
            PassportField::ConsumerKey => "consumerKey",
            PassportField::Token => "token",
            PassportField::Nonce => "nonce",
            PassportField::Timestamp => "timestamp",
            PassportField::Signature => "signature",
            PassportField::Algorithm => "algorithm",
        }
    }
}

impl fmt::Display for PassportField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A header block that says who calls. A request may have one only: two are an "Ambiguous
/// authentication" (Oracle's page section_1509544929).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoapCredential {
    /// `tokenPassport`
    TokenPassport,
    /// `passport`: e-mail address and password.
    Passport,
    /// `ssoPassport`: single sign-on.
    SsoPassport,
    /// `applicationInfo`: an application ID, which must not accompany a token.
    ApplicationInfo,
}

impl SoapCredential {
    const ALL: [SoapCredential; 4] = [
        SoapCredential::TokenPassport,
        SoapCredential::Passport,
        SoapCredential::SsoPassport,
        SoapCredential::ApplicationInfo,
    ];

    /// The credential of this local name.
    pub(super) fn of_element(name: &str) -> Option<SoapCredential> {
        SoapCredential::ALL.into_iter().find(|credential| credential.as_str() == name)
    }

    /// The name on the wire, without a prefix.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            SoapCredential::TokenPassport => "tokenPassport",
            SoapCredential::Passport => "passport",
            SoapCredential::SsoPassport => "ssoPassport",
            SoapCredential::ApplicationInfo => "applicationInfo",
        }
    }
}

impl fmt::Display for SoapCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The one algorithm in its two spellings. RESTlets and REST web services know the hyphen only
/// (Oracle's page section_4395625838).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PassportAlgorithm {
    /// `HMAC-SHA256`
    Hyphen,
    /// `HMAC_SHA256`
    Underscore,
}

impl PassportAlgorithm {
    /// The algorithm of exactly this name.
    pub(super) fn named(name: &str) -> Option<PassportAlgorithm> {
        let spellings = [PassportAlgorithm::Hyphen, PassportAlgorithm::Underscore];
        spellings.into_iter().find(|algorithm| algorithm.as_str() == name)
    }

    /// The spelling on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PassportAlgorithm::Hyphen => "HMAC-SHA256",
            PassportAlgorithm::Underscore => "HMAC_SHA256",
        }
    }
}

impl fmt::Display for PassportAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
