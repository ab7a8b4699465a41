//! The form in which a mistake is declared.
//!
//! Belongs here: making an enum and its words of the declarations. Does not: any mistake.

use super::{super::clues::Clues, super::recipe::Recipe, changes::Change};

/// One declaration.
pub(super) struct Mistake {
    pub(super) code: &'static str,
    pub(super) meaning: &'static str,
    pub(super) fix: &'static str,
    pub(super) change: for<'e> fn(&Recipe<'e>, &Clues) -> Vec<Change<'e>>,
}

/// Makes [`Code`](super::Code) of declarations.
macro_rules! mistakes {
    ($($name:ident {
        code: $code:literal,
        meaning: $meaning:literal,
        fix: $fix:literal,
        change: $change:path,
    })*) => {
        /// A mistake by name. The order is the order in which they are looked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: ", $meaning)] $name,)*
        }

        impl Code {
            /// Every code.
            pub fn all() -> impl Iterator<Item = Code> {
                [$(Code::$name),*].into_iter()
            }

            /// The name that is shown and searched for.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                self.mistake().code
            }

            /// What the client did, one sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                self.mistake().meaning
            }

            /// What to change, one sentence.
            #[must_use]
            pub fn fix(self) -> &'static str {
                self.mistake().fix
            }

            fn mistake(self) -> &'static declare::Mistake {
                match self {
                    $(Code::$name => &declare::Mistake {
                        code: $code,
                        meaning: $meaning,
                        fix: $fix,
                        change: $change,
                    },)*
                }
            }
        }

        impl std::fmt::Display for Code {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(super) use mistakes;
