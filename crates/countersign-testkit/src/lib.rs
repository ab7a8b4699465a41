//! For tests and benchmarks: a clock that is set by hand, chance that repeats itself, and a small
//! world to judge requests in.

mod chance;
mod clock;
mod world;

pub use chance::SeededChance;
pub use clock::FakeClock;
pub use world::World;
