//! Entities: people and companies with access to an account. The pages say *User*.

use std::fmt;

use thiserror::Error;

use crate::{AccountNumber, EntityId, Version};

/// A user of an account.
#[derive(Clone, Debug)]
pub struct Entity {
    /// The account it belongs to.
    pub account: AccountNumber,
    /// Its number in the account.
    pub id: EntityId,
    /// Employee, vendor, customer, partner or contact.
    pub kind: EntityKind,
    /// What people call it.
    pub name: String,
    /// Its login.
    pub email: Email,
    /// An inactive entity can't log in by any way.
    pub active: bool,
    /// Which edition of this row it is.
    pub version: Version,
}

/// What is to be changed of an entity; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct EntityEdit {
    /// What it is to the account.
    pub kind: Option<EntityKind>,
    /// What people call it.
    pub name: Option<String>,
    /// Its login.
    pub email: Option<Email>,
    /// Whether it can log in.
    pub active: Option<bool>,
}

impl Entity {
    /// The entity after `edit`.
    #[must_use]
    pub fn edit(self, edit: EntityEdit) -> Self {
        Self {
            kind: edit.kind.unwrap_or(self.kind),
            name: edit.name.unwrap_or(self.name),
            email: edit.email.unwrap_or(self.email),
            active: edit.active.unwrap_or(self.active),
            ..self
        }
    }
}

/// What an entity is to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityKind {
    /// Works for the company.
    Employee,
    /// Sells to the company.
    Vendor,
    /// Buys from the company.
    Customer,
    /// Works with the company.
    Partner,
    /// A person at one of the others.
    Contact,
}

impl EntityKind {
    /// All kinds, in the order of the pages.
    pub const ALL: [Self; 5] =
        [Self::Employee, Self::Vendor, Self::Customer, Self::Partner, Self::Contact];

    /// Its name in the store, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Vendor => "vendor",
            Self::Customer => "customer",
            Self::Partner => "partner",
            Self::Contact => "contact",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An email address, as far as a login needs one: something, `@`, something; in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Longest accepted address, in bytes (RFC 5321 section 4.5.3.1.3).
    pub const MAX_LENGTH: usize = 254;

    /// Reads an address; case is folded, since logins are compared without it.
    ///
    /// # Errors
    /// [`InvalidEmail`] says what an address looks like.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let visible = |part: &str| {
            !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control())
        };
        if text.len() > Self::MAX_LENGTH || !visible(local) || !visible(domain) {
            return Err(InvalidEmail);
        }
        Ok(Self(text.to_lowercase()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that is no email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an email address has a name, an @ and a domain, no blanks, and at most 254 bytes")]
pub struct InvalidEmail;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folded_to_lower_case_and_nonsense_is_refused() {
        assert_eq!(
            Email::parse("Ann@Example.COM").map(|e| e.to_string()),
            Ok("ann@example.com".into())
        );
        for text in ["", "ann", "@x", "ann@", "a b@x", "a@x\n", &format!("{}@x", "a".repeat(260))] {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }
}
