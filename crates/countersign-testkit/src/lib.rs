//! For tests and benchmarks: a clock that is set by hand, chance that repeats itself, an
//! authenticator app, a small world to judge requests in, and what a few of them need of the
//! machine.

mod app;
mod chance;
mod clock;
mod surroundings;
mod world;

pub use app::code_of_app;
pub use chance::SeededChance;
pub use clock::FakeClock;
pub use surroundings::{must_have, succeeds};
pub use world::World;
