//! Which run of the kernel this is: after another one the page cache of before is gone.

use std::fs;

use super::ReplayFault;

const SOURCE: &str = "/proc/sys/kernel/random/boot_id";

/// The kernel's random id of this boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootId(pub(super) [u8; 16]);

impl BootId {
    /// An id that the caller has from elsewhere.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads the id of this boot from the kernel.
    pub fn read() -> Result<Self, ReplayFault> {
        let text = fs::read_to_string(SOURCE).map_err(ReplayFault::BootIdUnreadable)?;
        parse(text.trim()).ok_or(ReplayFault::BootIdMalformed)
    }
}

fn parse(uuid: &str) -> Option<BootId> {
    let mut digits = uuid.chars().filter(|c| *c != '-').map(|c| c.to_digit(16));
    let mut bytes = [0; 16];
    for byte in &mut bytes {
        *byte = u8::try_from(digits.next()?? << 4 | digits.next()??).ok()?;
    }
    digits.next().is_none().then_some(BootId(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_read_as_the_kernel_writes_it() {
        let id = parse("0a1b2c3d-0000-4000-8000-0000000000ff").unwrap();
        assert_eq!(id.0[..4], [0x0a, 0x1b, 0x2c, 0x3d]);
        assert_eq!(id.0[15], 0xff);
        assert_eq!(BootId::read().unwrap(), BootId::read().unwrap());
    }

    #[test]
    fn anything_else_is_no_id() {
        for text in ["", "0a1b", "0a1b2c3d-0000-4000-8000-0000000000ff0", "zz1b2c3d"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
