//! The use cases of the record: every rule of who may change what, each in one transaction with
//! one event.
//!
//! Belongs here: the use cases ([`Authority`]), what they need from outside ([`Store`],
//! [`TokenUses`], [`Projection`]). Does not: the vault and passwords
//! (`countersign-secrets`), the signed assertion of who was
//! admitted (`countersign-assertions`), the login trail and what explains it (`countersign-
//! trail`), SQL, HTTP, files, the command line.
//!
//! A use case reads the record, applies a rule of `countersign-model`, writes rows and one
//! [`Event`], commits, and tells the [`Projection`] what changed before it returns: what was
//! acknowledged holds for the next request.

mod authority;
mod event;
mod store;

pub use authority::{
    AccountEdit, ActiveSession, Authority, Consequences, CreatedIntegration, CreatedToken,
    Enforced, EntityChanges, EntityView, FormerTokenView, Founding, IntegrationEdit,
    IntegrationView, LogIn, LogInFault, LogInNote, LoggedIn, LoginView, Named, NewEntity,
    NewEnvironment, NewIntegration, NewOwnToken, NewRole, NewToken, NewTwoFactor, Of, OwnLogin,
    OwnRole, Patch, PeopleFault, PickupLink, Projection, PublishedKey, RecoveryCodes, Refreshed,
    Replacement, Requester, RoleChanges, RoleOfEntity, RoleView, RotatedSecret, Rotation,
    SessionState, SessionView, SetUpLink, TakeOver, TokenList, TokenQuery, TokenView, Unattended,
    UseCaseFault, key_id,
};
pub use countersign_secrets::{
    KeyEncryptionKey, Password, PasswordFault, PasswordHash, Vault, VaultFault, WrappedDataKey,
};
pub use event::{Act, Edit, Event};
pub use store::{
    Assignment, ChangeNumber, Concern, Copied, EntityFilter, EventFilter, Evidence, FormerToken,
    Holder, InstalledIn, InstalledIntegration, IntegrationFilter, KeptEvent, Link, NamedRows,
    Order, Owner, Part, Pickup, ReadAccounts, ReadEntities, ReadEnvironments, ReadEvents,
    ReadIntegrations, ReadKeys, ReadLinks, ReadRoles, ReadSessions, ReadTokens, RoleFilter,
    RoleUse, SealedPair, SealedSecret, Series, Sessions, Slice, Snapshot, StateFilter, Store,
    StoreFault, TokenFilter, TokenPart, TokenUse, TokenUses, Transaction, Unique, UseMark,
    WriteAccounts, WriteEntities, WriteEnvironments, WriteIntegrations, WriteKeys, WriteLinks,
    WriteRoles, WriteSessions, WriteTokens,
};
