//! CRC-32C (Castagnoli), as a PROXY header has it: of the whole header, with zeros in its place.
//!
//! Bit by bit: a header has two kilobytes at most, and most have no checksum.

/// The polynomial 0x1EDC6F41, its bits in the order in which they come.
const REVERSED: u32 = 0x82F6_3B78;
/// Bytes of a checksum.
const SIZE: usize = 4;

/// The checksum of `bytes`, the one that stands at `place` left out.
pub(super) fn without(bytes: &[u8], place: usize) -> u32 {
    let mut sum = u32::MAX;
    for (at, byte) in bytes.iter().enumerate() {
        let is_its_own = (place..place + SIZE).contains(&at);
        sum ^= if is_its_own { 0 } else { u32::from(*byte) };
        for _ in 0..8 {
            let is_odd = sum & 1 == 1;
            sum >>= 1;
            if is_odd {
                sum ^= REVERSED;
            }
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value of CRC-32C, and a vector of RFC 3720, appendix B.4.
    #[test]
    fn it_is_the_checksum_of_castagnoli() {
        assert_eq!(without(b"123456789", 9), 0xE306_9283);
        assert_eq!(without(&[0xFF; 32], 32), 0x62A8_AB43);
        assert_eq!(without(b"12\xA5\xA5\xA5\xA57", 2), without(b"12\0\0\0\x007", 2));
    }
}
