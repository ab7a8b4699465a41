//! The data folder: whose it is, that nobody else uses it, and where things lie in it.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// What a folder was made for. A folder of one kind is never opened as the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A stand-in on somebody's machine.
    Dev,
    /// A real deployment.
    Serve,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Serve => "serve",
        }
    }
}

/// A data folder that this process alone uses.
pub(crate) struct DataFolder {
    path: PathBuf,
    // Whether it was there, empty, before.
    was_there: bool,
    _lock: File,
}

const MARKER: &str = "countersign.folder";
const FORMAT: &str = "countersign data folder, format 1, for ";

impl DataFolder {
    /// Makes a folder (0700), which must not exist, or be empty. It is no data folder before
    /// [`Self::complete`].
    pub(crate) fn create(path: &Path) -> anyhow::Result<Self> {
        let was_there = path.exists();
        if was_there && !path.is_dir() {
            bail!("{} is a file, not a folder: name a folder", path.display());
        }
        let mut make = DirBuilder::new();
        make.recursive(true).mode(0o700);
        make.create(path).with_context(|| format!("can't make the folder {}", path.display()))?;
        // Locked before it is looked at: who looks first and locks later takes another's for empty.
        let folder = Self { path: path.to_owned(), was_there, _lock: lock(path)? };
        if Self::exists(path) {
            bail!(
                "{} is a data folder already: start `countersign serve` on it, or name a new one",
                path.display()
            );
        }
        let entries = fs::read_dir(path);
        let mut entries = entries.with_context(|| format!("can't read {}", path.display()))?;
        if entries.next().is_some() {
            bail!("{} is not empty: name a new folder", path.display());
        }
        fs::set_permissions(path, Permissions::from_mode(0o700))
            .with_context(|| format!("can't make {} private", path.display()))?;
        Ok(folder)
    }

    /// Marks the folder as made for `purpose`, when all else in it is made.
    pub(crate) fn complete(&self, purpose: Purpose) -> anyhow::Result<()> {
        let marker = format!("{FORMAT}{}\n", purpose.as_str());
        write_private(&self.path.join(MARKER), marker.as_bytes())
    }

    /// Takes back a folder that could not be completed: all that was made, and nothing else.
    pub(crate) fn discard(self) {
        // The failure that led here is the one to tell.
        let _ = fs::remove_dir_all(&self.path);
        if self.was_there {
            let _ = DirBuilder::new().mode(0o700).create(&self.path);
        }
    }

    /// Opens a folder that was made for `purpose`.
    pub(crate) fn open(path: &Path, purpose: Purpose) -> anyhow::Result<Self> {
        let found = Self::purpose_of(path)?;
        if found != purpose {
            bail!(
                "{} was made for `countersign {}` and can't be used by `countersign {}`",
                path.display(),
                found.as_str(),
                purpose.as_str()
            );
        }
        Ok(Self { path: path.to_owned(), was_there: true, _lock: lock(path)? })
    }

    /// What a folder was made for.
    pub(crate) fn purpose_of(path: &Path) -> anyhow::Result<Purpose> {
        let marker = match fs::read_to_string(path.join(MARKER)) {
            Ok(marker) => marker,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                bail!("{} can't be read by this user: run as its owner", path.display())
            }
            Err(_) => bail!(
                "{} is not a data folder of Countersign: make one with `countersign init`",
                path.display()
            ),
        };
        let purpose = marker.trim_end().strip_prefix(FORMAT);
        let known = [Purpose::Dev, Purpose::Serve].into_iter();
        known.into_iter().find(|known| Some(known.as_str()) == purpose).with_context(|| {
            format!(
                "{} was made by another version of Countersign: use that version",
                path.display()
            )
        })
    }

    /// Whether `path` is a data folder.
    pub(crate) fn exists(path: &Path) -> bool {
        path.join(MARKER).exists()
    }

    /// The folder itself; the databases lie in it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The replay journal's folder.
    pub(crate) fn replay(&self) -> PathBuf {
        self.path.join("replay")
    }

    /// Makes the replay journal's folder.
    pub(crate) fn make_replay(&self) -> anyhow::Result<()> {
        let path = self.replay();
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.with_context(|| format!("can't make the folder {}", path.display()))
    }
}

/// The control socket of the server that runs on a folder.
pub(crate) fn control_socket(folder: &Path) -> PathBuf {
    folder.join("control.sock")
}

/// Binds or connects the control socket of `folder`. The address of a socket has room for about
/// 100 bytes, so the folder is named by a descriptor that is open meanwhile.
pub(crate) fn reach<T>(
    folder: &Path,
    open: impl FnOnce(PathBuf) -> io::Result<T>,
) -> io::Result<T> {
    let opened = File::open(folder)?;
    open(control_socket(&PathBuf::from(format!("/proc/self/fd/{}", opened.as_raw_fd()))))
}

fn lock(path: &Path) -> anyhow::Result<File> {
    // The folder itself: a file in it could be deleted by whoever tidies up.
    let file = File::open(path).with_context(|| format!("can't open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("{} is in use by another countersign: stop that one first", path.display())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("can't lock {}", path.display()))
        }
    }
}

/// Writes a new file (0600), durably, or leaves none.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let write = || {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
        let written = file.write_all(content).and_then(|()| file.sync_all());
        if written.is_err() {
            // The first failure is the one to tell.
            let _ = fs::remove_file(path);
        }
        written
    };
    write().with_context(|| format!("can't write {}", path.display()))
}

/// Whether others than its owner may read a file that is a secret.
pub(crate) fn is_open_to_others(file: &Path) -> bool {
    let open = |metadata: fs::Metadata| metadata.permissions().mode() & 0o077 != 0;
    fs::metadata(file).is_ok_and(open) && !is_credential(file)
}

/// Whether a service manager hands it to this service alone: it gives the right to read it by an
/// access list, which shows as a right of the group.
fn is_credential(file: &Path) -> bool {
    env::var_os("CREDENTIALS_DIRECTORY").is_some_and(|folder| file.starts_with(folder))
}

#[cfg(test)]
mod tests;
