//! Why a request was refused: precise inside, uniform outside.
//!
//! Each cause has a code (ours, for explanations), an official detail (for the login audit trail)
//! and one of a few public errors. Only the public error reaches the caller.

use countersign_model::Timestamp;
use countersign_signing::diagnose::Code;
use countersign_signing::{HeaderFault, NonceFault, ProofFault, RequestFault, TimestampFault};

use crate::OutsideWindow;
use crate::replay::NotRemembered;

mod named;

pub use named::{Named, Refused, SignedAt};

/// Everything that can stand between a request and its admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The head can't be verified, whoever sent it: why, as a sentence for its sender.
    Head(&'static str),
    /// Another web site asked for one of our pages.
    CrossSite,
    /// One of our pages or endpoints was asked for under a host that is not ours.
    HostNotServed,
    /// A form said in its head that it is larger than a form may be. No id is needed to see it.
    FormAnnouncedTooLarge,
    /// A form came that is larger than a form may be, and had not said so.
    FormTooLarge,
    /// There is no memory for another form, in all or for this sender.
    FormNoRoom,
    /// A form did not come in time.
    FormTooSlow,
    /// The framing of a form is wrong.
    FormMalformed,
    /// The client went away within its form.
    FormCutOff,
    /// No `Authorization: OAuth ...` header.
    NoCredentials,
    /// The header can't be read.
    Header(HeaderFault),
    /// A protocol parameter is missing or not acceptable.
    Proof(ProofFault),
    /// The parameters of the request can't be signed over.
    Request(RequestFault),
    /// No integration has this consumer key in this account.
    ConsumerKeyUnknown,
    /// Consumer key and token ID have changed places.
    IdsSwapped,
    /// The account has switched Token-Based Authentication off.
    FeatureDisabled,
    /// The integration is blocked.
    IntegrationBlocked,
    /// The integration waits for an administrator.
    IntegrationAwaitsApproval,
    /// The record has *Token-Based Authentication* unchecked.
    TbaNotEnabled,
    /// The timestamp is outside the window.
    OutsideWindow(OutsideWindow),
    /// The nonce is too short or too long.
    Nonce(NonceFault),
    /// Neither host nor realm names an account, and there is more than one.
    RealmMissing,
    /// The realm is an account's id in another form.
    AccountForm,
    /// Host and realm name two accounts.
    HostOfOtherAccount,
    /// Realm or host names another account than the token's, or none.
    WrongAccount,
    /// Realm or host names another environment of the company that the token is of.
    WrongEnvironment,
    /// No token has this id.
    TokenUnknown,
    /// The token is another integration's.
    TokenOfOtherIntegration,
    /// The token is switched off.
    TokenInactive,
    /// The token was ended for good.
    TokenRevoked {
        /// When.
        at: Timestamp,
    },
    /// The token's time is over, or it has run out.
    TokenExpired,
    /// The token may not be used from there.
    AddressNotAllowed,
    /// A secret of ours can't be opened: damaged or moved data, or a wrong key file.
    SecretUnreadable,
    /// The signature is wrong.
    BadSignature,
    /// The entity is switched off.
    EntityInactive,
    /// The role is not assigned to the entity.
    RoleRemoved,
    /// The entity has hidden the role from itself.
    RoleHidden,
    /// The role is switched off.
    RoleInactive,
    /// The role may not log in with tokens.
    PermissionMissing,
    /// The role is for web services, and a RESTlet was called.
    WebServicesOnly,
    /// The role does not grant what the route asks for.
    RoutePermissionMissing,
    /// The replay guard could not take the request in.
    NotRemembered(NotRemembered),
    /// One address asks too often.
    SourceOverRate {
        /// Until when it may ask again.
        seconds: u32,
    },
    /// One token asks too often.
    TokenOverRate {
        /// Until when it may ask again.
        seconds: u32,
    },
    /// One integration has as many requests at a time as it may.
    IntegrationOverConcurrency,
    /// One account has.
    AccountOverConcurrency,
}

/// What a caller may learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicError {
    /// The head of the request is wrong: why, as a sentence.
    BadHead(&'static str),
    /// The request can't be understood, and no id is needed to see it.
    InvalidRequest,
    /// Our pages answer to no other site.
    CrossSite,
    /// Our pages answer for no other host.
    HostNotServed,
    /// A form is larger than the limit, by its own announcement.
    FormTooLarge,
    /// The login failed.
    InvalidLogin,
    /// One token or address asks too often.
    TooManyRequests {
        /// After which it is worth trying again.
        seconds: u32,
    },
    /// An integration or account has as many requests at a time as it may.
    TooManyAtATime,
    /// Who has logged in may not do this.
    InsufficientPermission,
    /// Countersign can't be sure, so it refuses.
    Unavailable,
}

/// The official cause, for the login audit trail. The names are documented ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Detail(&'static str);

impl Detail {
    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl Refusal {
    /// Our code for the cause. Where a signature is wrong, the diagnosis knows better.
    pub fn code(self) -> Code {
        match self {
            Self::Head(_) => Code::HeadRejected,
            Self::CrossSite => Code::CrossSiteRequest,
            Self::HostNotServed => Code::HostNotServed,
            Self::FormAnnouncedTooLarge | Self::FormTooLarge => Code::FormTooLarge,
            Self::FormNoRoom => Code::FormMemoryFull,
            Self::FormTooSlow => Code::FormTooSlow,
            Self::FormMalformed => Code::FormMalformed,
            Self::FormCutOff => Code::FormCutOff,
            Self::NoCredentials | Self::Proof(ProofFault::Missing(_)) => Code::ParameterMissing,
            Self::Header(HeaderFault::NotOAuth) => Code::ParameterMissing,
            Self::Header(HeaderFault::Repeated(_)) => Code::ParameterRepeated,
            Self::Header(_) => Code::HeaderSyntax,
            Self::Proof(ProofFault::Method { sha1: true }) => Code::SignatureMethodSha1,
            Self::Proof(ProofFault::Method { sha1: false }) => Code::SignatureMethodUnsupported,
            Self::Proof(ProofFault::Version) => Code::VersionRejected,
            Self::Proof(ProofFault::Timestamp(TimestampFault::Milliseconds)) => {
                Code::TimestampMilliseconds
            }
            Self::Proof(ProofFault::Timestamp(_)) => Code::TimestampMalformed,
            Self::Request(RequestFault::OAuthParametersElsewhere) => Code::ParametersInTwoPlaces,
            Self::Request(_) => Code::TooManyParameters,
            Self::ConsumerKeyUnknown => Code::ConsumerKeyUnknown,
            Self::IdsSwapped => Code::IdsSwapped,
            Self::FeatureDisabled => Code::FeatureDisabled,
            Self::IntegrationBlocked => Code::IntegrationBlocked,
            Self::IntegrationAwaitsApproval => Code::IntegrationAwaitsApproval,
            Self::TbaNotEnabled => Code::TbaNotEnabled,
            Self::OutsideWindow(_) => Code::ClockSkew,
            Self::Nonce(NonceFault::TooShort) => Code::NonceTooShort,
            Self::Nonce(NonceFault::TooLong) => Code::NonceTooLong,
            Self::RealmMissing => Code::RealmMissing,
            Self::AccountForm => Code::AccountForm,
            Self::HostOfOtherAccount => Code::HostOfOtherAccount,
            Self::WrongAccount => Code::WrongAccount,
            Self::WrongEnvironment => Code::WrongEnvironment,
            Self::TokenUnknown => Code::TokenUnknown,
            Self::TokenOfOtherIntegration => Code::TokenOfOtherIntegration,
            Self::TokenInactive => Code::TokenInactive,
            Self::TokenRevoked { .. } => Code::TokenRevoked,
            Self::TokenExpired => Code::TokenExpired,
            Self::AddressNotAllowed => Code::AddressNotAllowed,
            Self::SecretUnreadable => Code::SecretUnreadable,
            Self::BadSignature => Code::Unexplained,
            Self::EntityInactive => Code::EntityInactive,
            Self::RoleRemoved => Code::RoleRemoved,
            Self::RoleHidden => Code::RoleHidden,
            Self::RoleInactive => Code::RoleInactive,
            Self::PermissionMissing => Code::PermissionMissing,
            Self::WebServicesOnly => Code::WebServicesOnly,
            Self::RoutePermissionMissing => Code::RoutePermissionMissing,
            Self::SourceOverRate { .. } | Self::TokenOverRate { .. } => Code::OverRate,
            Self::IntegrationOverConcurrency => Code::OverConcurrency,
            Self::AccountOverConcurrency => Code::AccountOverConcurrency,
            Self::NotRemembered(why) => not_remembered_code(why),
        }
    }

    /// The official detail.
    pub fn detail(self) -> Detail {
        Detail(match self {
            Self::NoCredentials
            | Self::Header(HeaderFault::NotOAuth)
            | Self::Proof(ProofFault::Missing(_)) => "MissingTokenPassportRequiredFields",
            Self::Header(_)
            | Self::Request(_)
            | Self::Head(_)
            | Self::FormAnnouncedTooLarge
            | Self::FormTooLarge
            | Self::FormMalformed => "parameter_rejected",
            Self::Proof(ProofFault::Method { .. }) => "UnknownAlgorithm",
            Self::Proof(ProofFault::Version) => "VersionRejected",
            Self::Proof(ProofFault::Timestamp(_)) | Self::OutsideWindow(_) => "InvalidTimestamp",
            Self::NotRemembered(why) => not_remembered_detail(why),
            Self::ConsumerKeyUnknown | Self::IdsSwapped => "consumer_key_unknown",
            Self::FeatureDisabled => "FeatureDisabled",
            Self::IntegrationBlocked | Self::IntegrationAwaitsApproval | Self::TbaNotEnabled => {
                "consumer_key_refused"
            }
            Self::Nonce(_) => "nonce_rejected",
            Self::RealmMissing
            | Self::AccountForm
            | Self::HostOfOtherAccount
            | Self::WrongAccount
            | Self::WrongEnvironment
            | Self::TokenUnknown
            | Self::TokenOfOtherIntegration
            | Self::TokenInactive
            | Self::TokenRevoked { .. } => "token_rejected",
            Self::BadSignature => "InvalidSignature",
            Self::EntityInactive
            | Self::RoleRemoved
            | Self::RoleHidden
            | Self::RoleInactive
            | Self::PermissionMissing
            | Self::WebServicesOnly
            | Self::RoutePermissionMissing => "permission_denied",
            // No official name exists for what is not the caller's fault, for how a message
            // travelled, nor for what only our tokens have: our code stands in.
            Self::SecretUnreadable
            | Self::TokenExpired
            | Self::AddressNotAllowed
            | Self::SourceOverRate { .. }
            | Self::TokenOverRate { .. }
            | Self::IntegrationOverConcurrency
            | Self::AccountOverConcurrency
            | Self::CrossSite
            | Self::HostNotServed
            | Self::FormNoRoom
            | Self::FormTooSlow
            | Self::FormCutOff => self.code().as_str(),
        })
    }

    /// What the caller is told. Only the form of somebody known is waited for, so what happens to
    /// it meanwhile looks like any failed login.
    pub fn public(self) -> PublicError {
        match self {
            Self::Head(why) => PublicError::BadHead(why),
            Self::CrossSite => PublicError::CrossSite,
            Self::HostNotServed => PublicError::HostNotServed,
            Self::FormAnnouncedTooLarge => PublicError::FormTooLarge,
            Self::Header(HeaderFault::NotOAuth) => PublicError::InvalidLogin,
            Self::Header(_) | Self::Proof(_) | Self::Request(_) => PublicError::InvalidRequest,
            Self::NotRemembered(NotRemembered::HolderOverShare) => {
                PublicError::TooManyRequests { seconds: 1 }
            }
            Self::SourceOverRate { seconds } | Self::TokenOverRate { seconds } => {
                PublicError::TooManyRequests { seconds }
            }
            Self::IntegrationOverConcurrency | Self::AccountOverConcurrency => {
                PublicError::TooManyAtATime
            }
            Self::RoutePermissionMissing => PublicError::InsufficientPermission,
            Self::SecretUnreadable
            | Self::FormNoRoom
            | Self::NotRemembered(NotRemembered::Full | NotRemembered::Unwritable) => {
                PublicError::Unavailable
            }
            _ => PublicError::InvalidLogin,
        }
    }
}

fn not_remembered_detail(why: NotRemembered) -> &'static str {
    match why {
        NotRemembered::BelowFloor { .. } | NotRemembered::AboveCeiling { .. } => "InvalidTimestamp",
        NotRemembered::Used(_) | NotRemembered::RestartBoundary { .. } => "nonce_used",
        NotRemembered::HolderOverShare | NotRemembered::Full | NotRemembered::Unwritable => {
            not_remembered_code(why).as_str()
        }
    }
}

fn not_remembered_code(why: NotRemembered) -> Code {
    match why {
        NotRemembered::Used(_) => Code::NonceReused,
        NotRemembered::HolderOverShare => Code::OverLimit,
        NotRemembered::Full => Code::ReplayMemoryFull,
        NotRemembered::Unwritable => Code::ReplayJournalUnwritable,
        NotRemembered::RestartBoundary { .. } => Code::RestartBoundary,
        NotRemembered::BelowFloor { .. } | NotRemembered::AboveCeiling { .. } => Code::ClockSkew,
    }
}

impl From<HeaderFault> for Refusal {
    fn from(fault: HeaderFault) -> Self {
        Self::Header(fault)
    }
}

impl From<ProofFault> for Refusal {
    fn from(fault: ProofFault) -> Self {
        Self::Proof(fault)
    }
}

impl From<RequestFault> for Refusal {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault)
    }
}

impl From<NonceFault> for Refusal {
    fn from(fault: NonceFault) -> Self {
        Self::Nonce(fault)
    }
}

impl From<OutsideWindow> for Refusal {
    fn from(outside: OutsideWindow) -> Self {
        Self::OutsideWindow(outside)
    }
}

impl From<NotRemembered> for Refusal {
    fn from(why: NotRemembered) -> Self {
        Self::NotRemembered(why)
    }
}
