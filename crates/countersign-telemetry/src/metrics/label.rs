//! Labels whose values are all known.

/// A label. Its values are the variants of an enum.
pub trait Label: Copy + Send + Sync + 'static {
    /// The label's name.
    const NAME: &'static str;
    /// The names of its values, in the order of [`Label::index`].
    const VALUES: &'static [&'static str];

    /// The place of this value.
    fn index(self) -> usize;

    /// The name of this value.
    fn name(self) -> &'static str {
        Self::VALUES.get(self.index()).copied().unwrap_or_default()
    }
}

/// One label, or several together.
pub trait Labels: Copy + Send + Sync + 'static {
    /// How many combinations there are.
    const COUNT: usize;

    /// The place of this combination.
    fn index(self) -> usize;

    /// Names and values of the combination at a place.
    fn pairs(index: usize) -> Vec<(&'static str, &'static str)>;
}

impl<L: Label> Labels for L {
    const COUNT: usize = L::VALUES.len();

    fn index(self) -> usize {
        Label::index(self)
    }

    fn pairs(index: usize) -> Vec<(&'static str, &'static str)> {
        L::VALUES.get(index).map(|value| (L::NAME, *value)).into_iter().collect()
    }
}

impl<A: Labels, B: Labels> Labels for (A, B) {
    const COUNT: usize = A::COUNT * B::COUNT;

    fn index(self) -> usize {
        self.0.index() * B::COUNT + self.1.index()
    }

    fn pairs(index: usize) -> Vec<(&'static str, &'static str)> {
        let mut pairs = A::pairs(index / B::COUNT);
        pairs.extend(B::pairs(index % B::COUNT));
        pairs
    }
}

/// An enum that is a label.
macro_rules! label {
    (
        $(#[$about:meta])* $name:ident($label:literal) {
            $($(#[$doc:meta])* $variant:ident = $value:literal,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $crate::metrics::Label for $name {
            const NAME: &'static str = $label;
            const VALUES: &'static [&'static str] = &[$($value),+];

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

pub(crate) use label;
