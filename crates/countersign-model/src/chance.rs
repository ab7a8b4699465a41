//! Randomness as an argument.

/// A source of random bytes. The real one, from the operating system, lives in the binary; tests
/// hand in a seeded one.
pub trait Chance: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}
