//! What the operating system knows of this process and of the data folder's disk.

use std::fs;
use std::path::Path;

use rustix::process::{Resource, getrlimit};

/// Memory in use, in bytes.
pub(super) fn memory() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// Open files and sockets.
pub(super) fn open_files() -> Option<usize> {
    // Less the folder that is read for it.
    Some(fs::read_dir("/proc/self/fd").ok()?.count().saturating_sub(1))
}

/// How many may be open.
pub(super) fn most_files() -> usize {
    let most = getrlimit(Resource::Nofile).current;
    most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX))
}

/// Bytes that are free for this user on the disk that holds `folder`, and all there are.
pub(super) fn disk(folder: &Path) -> Option<(u64, u64)> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Some((bytes(disk.f_bavail), bytes(disk.f_blocks)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_everything() {
        assert!(memory().unwrap() > 1 << 20);
        let before = open_files().unwrap();
        let _file = fs::File::open("/proc/self/status").unwrap();
        // Other tests in this process open files, too.
        assert!(before > 0 && most_files() >= before);
        let (free, size) = disk(Path::new("/")).unwrap();
        assert!(free <= size && size > 0);
        assert_eq!(disk(Path::new("/nowhere")), None);
    }
}
