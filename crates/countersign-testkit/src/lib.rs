//! For tests and benchmarks: a clock that is set by hand, chance that repeats itself, a small
//! world to judge requests in, and what a few of them need of the machine.

mod chance;
mod clock;
mod surroundings;
mod world;

pub use chance::SeededChance;
pub use clock::FakeClock;
pub use surroundings::{must_have, succeeds};
pub use world::World;
