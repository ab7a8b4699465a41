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
mod record;
mod signature;
mod url;
mod wire;

use super::{Topic, clues::Clues, recipe::Recipe};
pub(super) use change::{Change, Made};
use declare::mistakes;
use record::record;
use signature::signature;
use wire::wire;

// Each hands what it declares to the next; the last makes the enum of all.
signature! { [wire record mistakes] }

impl Code {
    /// The recipe with this mistake made in it, in each way in which it can be made; none when it
    /// can't be.
    pub(super) fn changes<'e>(self, recipe: &Recipe<'e>, clues: &Clues<'e>) -> Vec<Change<'e>> {
        self.mistake().change.map(|change| change(recipe, clues)).unwrap_or_default()
    }

    /// Every code that a signature can show, in the order in which they are looked for.
    pub(super) fn searched() -> impl Iterator<Item = Code> {
        Code::all().filter(|code| code.mistake().change.is_some())
    }
}
