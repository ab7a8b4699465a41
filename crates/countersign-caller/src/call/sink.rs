//! Where an answer goes: standard output, or a file that is whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::NamedTempFile;

/// Whether anybody still reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    On,
    Gone,
}

/// Where an answer goes.
#[derive(Debug)]
pub(super) enum Sink {
    StandardOutput,
    /// Takes the place of its path when it is whole.
    Unfinished {
        file: NamedTempFile,
        path: PathBuf,
    },
    /// A device or a pipe, which can't be replaced.
    Device {
        file: File,
        path: PathBuf,
    },
}

impl Sink {
    /// To a file, or without a path (or for `-`) to standard output.
    pub(super) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        match path {
            None => Ok(Self::StandardOutput),
            Some(path) if path == Path::new("-") => Ok(Self::StandardOutput),
            Some(path) => Self::file(path).with_context(|| cant_write(path)),
        }
    }

    fn file(path: &Path) -> io::Result<Self> {
        // Behind a symbolic link, the file is replaced and not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::metadata(&path).is_ok_and(|it| !it.is_file() && !it.is_dir()) {
            return Ok(Self::Device { file: OpenOptions::new().write(true).open(&path)?, path });
        }
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut options = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file: what the user's umask leaves of it.
            options.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = options.prefix(".countersign-").tempfile_in(folder.unwrap_or(Path::new(".")))?;
        Ok(Self::Unfinished { file, path })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<Flow> {
        let (written, path) = match self {
            Self::StandardOutput => return write_standard(bytes),
            Self::Unfinished { file, path } => (file.write_all(bytes), path),
            Self::Device { file, path } => (file.write_all(bytes), path),
        };
        written.with_context(|| cant_write(path))?;
        Ok(Flow::On)
    }

    /// Puts a whole file in its place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self::Unfinished { file, path } = self else {
            return Ok(());
        };
        let put = file.as_file().sync_all().and_then(|()| {
            file.persist(&path)?;
            Ok(())
        });
        put.with_context(|| cant_write(&path))
    }
}

fn write_standard(bytes: &[u8]) -> anyhow::Result<Flow> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => Ok(Flow::Gone),
        Err(fault) => Err(fault).context("standard output can't be written to"),
        Ok(()) => Ok(Flow::On),
    }
}

fn cant_write(path: &Path) -> String {
    format!("the answer can't be written to {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_when_it_is_whole_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answer.json");
        fs::write(&path, "old").unwrap();
        let mut sink = Sink::open(Some(&path)).unwrap();
        assert_eq!(sink.write(b"half").unwrap(), Flow::On);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(sink);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");

        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write(b"whole").unwrap();
        sink.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_written_to_and_links_followed() {
        let folder = tempfile::tempdir().unwrap();
        let mut sink = Sink::open(Some(Path::new("/dev/null"))).unwrap();
        assert!(matches!(sink, Sink::Device { .. }));
        sink.write(b"x").unwrap();
        sink.finish().unwrap();

        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut sink = Sink::open(Some(&link)).unwrap();
        sink.write(b"new").unwrap();
        sink.finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"new");
    }

    #[test]
    fn a_path_that_can_not_be_written_is_named() {
        let fault = Sink::open(Some(Path::new("/nonexistent/x"))).unwrap_err();
        assert!(format!("{fault:#}").contains("can't be written to /nonexistent/x: "));
        assert!(Sink::open(Some(&std::env::temp_dir())).is_err());
    }
}
