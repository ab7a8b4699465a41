//! Lists that are read part by part.

/// Which part of a list, by the numbers of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Behind the row with this number; from the first one without.
    pub after: Option<u32>,
    /// At most so many rows.
    pub most: u16,
    /// Which row is the first.
    pub order: Order,
}

/// In which order rows are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By rising numbers.
    #[default]
    OldestFirst,
    /// By falling numbers.
    NewestFirst,
}

impl Slice {
    /// The most rows of a part.
    pub const MOST: u16 = 1000;

    /// Whether a row with that number stands behind the row `after`.
    pub fn is_behind(self, number: u32, after: u32) -> bool {
        match self.order {
            Order::OldestFirst => number > after,
            Order::NewestFirst => number < after,
        }
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there are more behind them.
    pub more: bool,
}
