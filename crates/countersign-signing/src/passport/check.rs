//! What a client must send in a passport, Oracle's page section_4395630653.
//!
//! Belongs here: checks that need no knowledge of the client, and no clock. Does not: where in the
//! envelope the fields are, whether key, token and signature are right.

use super::{Passport, PassportAlgorithm, PassportFault, PassportField, PassportNonceFault};
use crate::{
    authorization::{is_sha1, seconds},
    limits,
};

/// Fields as they were found, in order of arrival; none of them twice.
#[derive(Default)]
pub(super) struct Found(Vec<(PassportField, String)>);

impl Found {
    /// What a passport says, once more.
    pub(super) fn of(passport: &Passport) -> Found {
        Found(vec![
            (PassportField::Account, passport.account.clone()),
            (PassportField::ConsumerKey, passport.consumer_key.clone()),
            (PassportField::Token, passport.token.clone()),
            (PassportField::Nonce, passport.nonce.clone()),
            (PassportField::Timestamp, passport.timestamp.clone()),
            (PassportField::Signature, passport.signature.clone()),
            (PassportField::Algorithm, passport.algorithm.to_string()),
        ])
    }

    pub(super) fn put(&mut self, field: PassportField, text: String) -> Result<(), PassportFault> {
        if self.0.iter().any(|(there, _)| *there == field) {
            return Err(PassportFault::Repeated(field));
        }
        self.0.push((field, text));
        Ok(())
    }

    /// All are there, then each has its form: as with a header, the first fault is told.
    pub(super) fn check(mut self) -> Result<Passport, PassportFault> {
        let account = self.take(PassportField::Account)?;
        let consumer_key = self.take(PassportField::ConsumerKey)?;
        let token = self.take(PassportField::Token)?;
        let nonce = self.take(PassportField::Nonce)?;
        let timestamp = self.take(PassportField::Timestamp)?;
        let signature = self.take(PassportField::Signature)?;
        let algorithm = self.take(PassportField::Algorithm)?;

        check_plain(PassportField::Account, &account)?;
        check_plain(PassportField::ConsumerKey, &consumer_key)?;
        check_plain(PassportField::Token, &token)?;
        check_nonce(&nonce).map_err(PassportFault::Nonce)?;
        let seconds = seconds(timestamp.as_bytes()).map_err(PassportFault::Timestamp)?;
        let algorithm = PassportAlgorithm::named(&algorithm)
            .ok_or_else(|| PassportFault::Algorithm { sha1: is_sha1(algorithm.as_bytes()) })?;
        Ok(Passport {
            account,
            consumer_key,
            token,
            nonce,
            timestamp,
            seconds,
            signature,
            algorithm,
        })
    }

    fn take(&mut self, field: PassportField) -> Result<String, PassportFault> {
        let place = self.0.iter().position(|(there, _)| *there == field);
        let (_, text) = self.0.swap_remove(place.ok_or(PassportFault::Missing(field))?);
        match text.len() {
            0 => Err(PassportFault::Empty(field)),
            1..=limits::PASSPORT_TEXT_BYTES => Ok(text),
            _ => Err(PassportFault::TooLong(field)),
        }
    }
}

/// See [`PassportFault::Malformed`].
fn check_plain(field: PassportField, text: &str) -> Result<(), PassportFault> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'&');
    is_plain.then_some(()).ok_or(PassportFault::Malformed(field))
}

fn check_nonce(nonce: &str) -> Result<(), PassportNonceFault> {
    if !nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(PassportNonceFault::NotAlphanumeric);
    }
    match nonce.len() {
        ..limits::NONCE_SHORTEST => Err(PassportNonceFault::TooShort),
        limits::NONCE_SHORTEST..=limits::PASSPORT_NONCE_LONGEST => Ok(()),
        _ => Err(PassportNonceFault::TooLong),
    }
}
