//! What is secret: sealed at rest, hashed, or typed from an app.
//!
//! Belongs here: the vault, passwords, codes of second factors; each a calculation. Does not: where
//! they are kept and who may use them (`countersign-authority`), the secrets that sign requests
//! (`countersign-signing`).

pub mod codes;
mod passwords;
mod vault;

pub use passwords::{Password, PasswordFault, PasswordHash};
pub use vault::{KeyEncryptionKey, Vault, VaultFault, WrappedDataKey};
