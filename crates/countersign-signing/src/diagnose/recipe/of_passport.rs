//! What is signed of a SOAP passport (Oracle's page section_1534941088).
//!
//! Belongs here: a passport taken apart, and putting it together again. Does not: key and digest.

use std::rc::Rc;

use super::Text;
use crate::{
    Passport, PassportField,
    diagnose::{Code, mistakes::MakeChange},
    percent,
};

/// A passport, taken apart.
#[derive(Clone)]
pub(in super::super) struct OfPassport {
    /// In the order in which they are signed.
    pub(in super::super) values: Vec<(PassportField, Rc<str>)>,
    /// What stands between them.
    pub(in super::super) joint: &'static str,
    pub(in super::super) encoded: Encoded,
}

/// What is percent-encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Encoded {
    Nothing,
    /// Each value.
    Values,
    /// All that they are joined into.
    Whole,
}

impl OfPassport {
    /// What is to be signed.
    pub(in super::super) fn expected(passport: &Passport) -> OfPassport {
        let values = passport.signed_values().map(|(field, value)| (field, value.into()));
        OfPassport { values: values.to_vec(), joint: "&", encoded: Encoded::Nothing }
    }

    /// The value of a field, where it is signed.
    pub(in super::super) fn value(&self, field: PassportField) -> &str {
        self.values.iter().find(|it| it.0 == field).map_or("", |it| &it.1)
    }
}

impl Text for OfPassport {
    fn base_string(&self) -> String {
        let value = |(_, value): &(PassportField, Rc<str>)| match self.encoded {
            Encoded::Values => percent::encode(value.as_bytes()),
            Encoded::Nothing | Encoded::Whole => value.to_string(),
        };
        let joined = self.values.iter().map(value).collect::<Vec<_>>().join(self.joint);
        match self.encoded {
            Encoded::Whole => percent::encode(joined.as_bytes()),
            Encoded::Nothing | Encoded::Values => joined,
        }
    }

    fn change(code: Code) -> Option<MakeChange<OfPassport>> {
        code.change_of_passport()
    }
}
