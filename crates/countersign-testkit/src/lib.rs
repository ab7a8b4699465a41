//! For tests and benchmarks: a clock that is set by hand, chance that repeats itself, an
//! authenticator app, and a small world to judge requests in.

mod app;
mod chance;
mod clock;
mod world;

pub use app::code_of_app;
pub use chance::SeededChance;
pub use clock::FakeClock;
pub use world::World;
