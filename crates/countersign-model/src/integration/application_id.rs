//! The application ID of an integration.

use std::fmt;

use thiserror::Error;

use crate::Chance;

/// A UUID in upper case with dashes, made by chance (version 4 of RFC 9562). Confidential between
/// the owner account and the application, but no credential.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApplicationId([u8; 16]);

impl ApplicationId {
    /// Makes a new one.
    pub fn generate(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 16];
        chance.fill(&mut bytes);
        bytes[6] = 0x40 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        Self(bytes)
    }

    /// Reads one as it is shown, in either case.
    ///
    /// # Errors
    /// [`InvalidApplicationId`].
    pub fn parse(text: &str) -> Result<Self, InvalidApplicationId> {
        let dashes = text.match_indices('-').map(|(at, _)| at);
        if text.len() != 36 || !dashes.eq([8, 13, 18, 23]) {
            return Err(InvalidApplicationId);
        }
        let mut digits = text
            .bytes()
            .filter(|byte| *byte != b'-')
            .map(|byte| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        let mut bytes = [0; 16];
        for byte in &mut bytes {
            let mut digit = || digits.next().flatten().ok_or(InvalidApplicationId);
            *byte = digit()? << 4 | digit()?;
        }
        Ok(Self(bytes))
    }

    /// From the store.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// For the store.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if [4, 6, 8, 10].contains(&at) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApplicationId(..)")
    }
}

/// Text that is no application ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an application ID is a UUID, such as 9C29E7A5-0F43-4C2B-8B0B-3B1B8F0F3A11")]
pub struct InvalidApplicationId;

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;

    impl Chance for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn an_application_id_is_a_uuid_in_upper_case_and_is_read_back() {
        let id = ApplicationId::generate(&Ones);
        let text = "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF";
        assert_eq!(id.to_string(), text);
        assert_eq!(ApplicationId::parse(text), Ok(id));
        assert_eq!(ApplicationId::parse(&text.to_lowercase()), Ok(id));
        assert_eq!(ApplicationId::from_bytes(*id.as_bytes()), id);
        assert_eq!(format!("{id:?}"), "ApplicationId(..)");
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "FFFFFFFFFFFF4FFFBFFFFFFFFFFFFFFF",
            "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFF",
            "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFG",
            "FFFFFFF-FFFFF-4FFF-BFFF-FFFFFFFFFFFF",
            "{FFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF}",
            "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFF\u{e9}",
        ] {
            assert_eq!(ApplicationId::parse(text), Err(InvalidApplicationId), "{text}");
        }
    }
}
