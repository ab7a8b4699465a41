//! Colours of what is printed.

use countersign_caller::terminal;
use countersign_explain::Paint;

/// Colours, where standard output takes them and its user has not said no.
pub(crate) fn paint() -> Paint {
    if terminal::has_colours() { Paint::Coloured } else { Paint::Plain }
}
