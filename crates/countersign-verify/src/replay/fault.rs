//! Why a request isn't remembered, and why a folder can't be opened.

use std::io;

use super::Fingerprint;

/// Why the request must not be admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRemembered {
    /// The same request was admitted before, and left this fingerprint.
    #[error("this nonce was used before by this holder in this second")]
    Used(Fingerprint),
    /// This holder has 1/16 of the memory; the others go on.
    #[error("this holder has used up its share of the replay memory")]
    HolderOverShare,
    /// The capacity is reached; it frees itself as seconds leave the window.
    #[error("the replay memory is full")]
    Full,
    /// The journal or the mark can't be written; see `ReplayGuard::take_write_fault`.
    #[error("the replay journal can't be written")]
    Unwritable,
    /// It can't be known what was admitted in this second before the last start.
    #[error("timestamps up to {until} are refused since the last start")]
    RestartBoundary {
        /// The last refused second.
        until: i64,
    },
    /// The second has left the window; also when the clock has stepped back since.
    #[error("timestamps below {floor} have left the window")]
    BelowFloor {
        /// The oldest admissible second.
        floor: i64,
    },
    /// The second is further ahead than the window allows.
    #[error("timestamps above {ceiling} are ahead of the window")]
    AboveCeiling {
        /// The newest admissible second.
        ceiling: i64,
    },
}

/// Why the folder of a guard can't be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFault {
    /// `create` was called for a folder in use.
    #[error("the folder has replay files already")]
    AlreadyCreated,
    /// The folder was never created, or the key is lost: then `renew`.
    #[error("the folder has no replay key")]
    KeyMissing,
    /// The key file isn't whole: `renew`.
    #[error("the replay key is damaged")]
    KeyDamaged,
    /// The kernel doesn't tell its boot id, so a restart can't be told from a reboot.
    #[error("/proc/sys/kernel/random/boot_id can't be read")]
    BootIdUnreadable(#[source] io::Error),
    /// The kernel's boot id is no UUID.
    #[error("/proc/sys/kernel/random/boot_id holds no boot id")]
    BootIdMalformed,
    /// A file or folder can't be used.
    #[error("can't {doing}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl ReplayFault {
    pub(super) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}
