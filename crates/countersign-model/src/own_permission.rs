//! Permissions that an account defines itself: Countersign hands them on and gives them no meaning.

use std::borrow::Borrow;
use std::fmt;

use thiserror::Error;

use crate::{AccountNumber, Permission, Version};

/// A permission that the owner of an API has defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPermission {
    /// The account it belongs to.
    pub account: AccountNumber,
    /// What routes and assertions call it.
    pub name: PermissionName,
    /// What it is for.
    pub description: String,
    /// Which edition of this row it is.
    pub version: Version,
}

/// The name of an own permission, `orders` or `orders.read`. Never that of a built-in one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionName(String);

impl PermissionName {
    /// The longest name, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// Reads a name.
    ///
    /// # Errors
    /// [`InvalidPermissionName`] says what a name looks like.
    pub fn parse(text: &str) -> Result<Self, InvalidPermissionName> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let ends = |byte: Option<&u8>| byte.is_some_and(|byte| plain(*byte));
        let bytes = text.as_bytes();
        let written = bytes.iter().all(|byte| plain(*byte) || b".-_".contains(byte));
        let bounded = bytes.len() <= Self::MAX_LENGTH && ends(bytes.first()) && ends(bytes.last());
        if !written || !bounded {
            return Err(InvalidPermissionName::Form);
        }
        if Permission::parse(text).is_ok() {
            return Err(InvalidPermissionName::BuiltIn);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for PermissionName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PermissionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that can't name an own permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidPermissionName {
    /// It isn't written like one.
    #[error(
        "the name of a permission has 1 to 64 of a-z, 0-9, `.`, `-` and `_`, and begins and ends \
         with a letter or digit"
    )]
    Form,
    /// A built-in permission is called so.
    #[error("a built-in permission has this name already: choose another")]
    BuiltIn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_no_built_in_one() {
        for good in ["orders", "orders.read", "a", "7", "x-1_y", &"a".repeat(64)] {
            assert_eq!(PermissionName::parse(good).map(|name| name.to_string()), Ok(good.into()));
        }
        for bad in ["", ".a", "a.", "Orders", "a b", "a:full", "ä", "a/b", &"a".repeat(65)] {
            assert_eq!(PermissionName::parse(bad), Err(InvalidPermissionName::Form), "{bad:?}");
        }
        for built_in in Permission::ALL {
            let name = PermissionName::parse(built_in.as_str());
            assert_eq!(name, Err(InvalidPermissionName::BuiltIn));
        }
    }
}
