//! A certificate in use: renewing it, and telling of its end.

use std::mem;

use anyhow::Context;
use countersign_gate::{CertificateFault, Tls, TlsSettings};
use countersign_model::{Clock, Timestamp};

use super::{CertificateFiles, Stamp};
use crate::system::SystemClock;

/// What connections are given now, and where it is from.
#[derive(Clone)]
pub(crate) struct InUse {
    files: CertificateFiles,
    tls: Tls,
    /// The files as they were when they were read, also where that failed.
    seen: Stamp,
    /// The files at the last look.
    looked: Stamp,
    end: Timestamp,
    is_early: bool,
    /// When its end was told.
    told: Option<Timestamp>,
}

/// The end of a certificate that is near, or over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) is_over: bool,
    pub(crate) sentence: String,
}

/// From when on its end is told, in seconds.
const NEAR: i64 = 14 * 24 * 60 * 60;
/// How often, in seconds.
const TELL: i64 = 60 * 60;

impl InUse {
    /// What is in the files now. One that clients refuse is taken, too: who must renew it has to
    /// get in. [`Self::doubt`] has to be told.
    pub(crate) fn open(files: CertificateFiles, settings: TlsSettings) -> anyhow::Result<Self> {
        // Before they are read: what changes meanwhile is then read again.
        let seen = files.stamp();
        let (certificate, now) = (files.read()?, SystemClock.now());
        let end = certificate.not_after();
        let is_early = certificate.check(now) == Err(CertificateFault::NotYetValid);
        let tls = Tls::new(certificate, settings);
        let tls = tls.with_context(|| files.name())?;
        Ok(Self { files, tls, seen, looked: seen, end, is_early, told: Some(now) })
    }

    /// Why clients refuse it, or soon will.
    pub(crate) fn doubt(&self, now: Timestamp) -> Option<String> {
        if self.is_early {
            return Some(format!("{}: {}", self.name(), CertificateFault::NotYetValid));
        }
        self.ending(now).map(|it| it.sentence)
    }

    pub(in crate::serve) fn name(&self) -> String {
        self.files.name()
    }

    pub(in crate::serve) fn tls(&self) -> &Tls {
        &self.tls
    }

    /// The last second in which it is good.
    pub(in crate::serve) fn end(&self) -> Timestamp {
        self.end
    }

    /// Takes what is in the files if they have changed, or somebody asks for it; gives whether it
    /// could. Two files are not replaced at once: nobody asking, they must look alike twice.
    pub(in crate::serve) fn renew(&mut self, asked: bool) -> Option<anyhow::Result<()>> {
        let stamp = self.files.stamp();
        let is_still = stamp == mem::replace(&mut self.looked, stamp);
        if !asked && (stamp == self.seen || !is_still) {
            return None;
        }
        // Seen also where it fails: it is told once, and again when the files change again.
        self.seen = stamp;
        Some(self.replace())
    }

    /// Where what is in the files can't be used, what was there before stays.
    fn replace(&mut self) -> anyhow::Result<()> {
        let certificate = self.files.read()?;
        let end = certificate.not_after();
        // One that clients refuse is no better than the one before.
        certificate.check(SystemClock.now()).with_context(|| self.name())?;
        self.tls.replace(certificate).with_context(|| self.name())?;
        if mem::replace(&mut self.end, end) != end {
            self.told = None;
        }
        Ok(())
    }

    /// Its end, if it has to be told now.
    pub(in crate::serve) fn due(&mut self, now: Timestamp) -> Option<Ending> {
        let ending = self.ending(now)?;
        let since = |told: Timestamp| now.seconds() - told.seconds();
        if self.told.is_some_and(|told| (0..TELL).contains(&since(told))) {
            return None;
        }
        self.told = Some(now);
        Some(ending)
    }

    fn ending(&self, now: Timestamp) -> Option<Ending> {
        let (name, end) = (self.name(), self.end);
        let left = end.seconds() - now.seconds();
        let is_over = left < 0;
        let sentence = if is_over {
            format!("{name}: the certificate has expired ({end}): clients refuse it, renew it")
        } else {
            format!("{name}: the certificate is good until {end} only: renew it")
        };
        (left < NEAR).then_some(Ending { is_over, sentence })
    }
}
