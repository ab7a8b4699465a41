//! The mistakes that clients make, and everything else that a request is refused for: each declared
//! once with its code, its words and, where a signature shows it, its change of a recipe.
//!
//! Belongs here: what people do wrong. Does not: how a signature is made (see `recipe`), how
//! mistakes are combined (see `search`).

mod body;
mod change;
mod declare;
mod encoding;
mod header;
mod key;
mod order;
mod output;
mod passport;
mod record;
mod signature;
mod url;
mod wire;

use super::{
    Topic,
    clues::Clues,
    recipe::{OfPassport, OfRequest, Recipe},
};
pub(super) use change::{Change, Made};
pub(super) use declare::MakeChange;
use declare::mistakes;
use record::record;
use signature::signature;
use wire::wire;

// Each hands what it declares to the next; the last makes the enum of all.
signature! { [wire record mistakes] }

impl Code {
    pub(super) fn change_of_request(self) -> Option<MakeChange<OfRequest>> {
        self.mistake().request
    }

    pub(super) fn change_of_passport(self) -> Option<MakeChange<OfPassport>> {
        self.mistake().passport
    }
}
