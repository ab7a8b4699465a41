//! The API over a real record, without a socket.

mod answers;
mod description;
mod doors;
mod faults;
mod lists;
mod versions;
mod world;
