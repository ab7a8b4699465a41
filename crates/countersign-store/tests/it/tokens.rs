//! Access tokens over a real record and a real directory: the rules of the setup guide, each by
//! its own test, and what goes beyond them.

mod guide;
mod life;
mod lists;
mod model;
mod policies;
pub(crate) mod world;
