//! The form in which a mistake is declared.
//!
//! Belongs here: making an enum and its words of the declarations. Does not: any mistake.

use super::{
    super::recipe::{OfPassport, OfRequest},
    Change, Clues, Recipe, Topic,
};

/// One declaration.
pub(super) struct Mistake {
    pub(super) code: &'static str,
    pub(super) topic: Topic,
    pub(super) meaning: &'static str,
    pub(super) fix: &'static str,
    /// How a request is changed.
    pub(super) request: Option<MakeChange<OfRequest>>,
    /// How a SOAP passport is changed.
    pub(super) passport: Option<MakeChange<OfPassport>>,
}

/// Gives all the ways of making a mistake, likeliest first.
pub(in super::super) type MakeChange<T> =
    for<'e> fn(&Recipe<'e, T>, &Clues<'e>) -> Vec<Change<'e, T>>;

/// The one that is declared.
pub(super) const fn declared<F: Copy>(changes: &[F]) -> Option<F> {
    match changes {
        [] => None,
        [change, ..] => Some(*change),
    }
}

/// Makes [`Code`](super::Code) of declarations.
macro_rules! mistakes {
    ([] $($name:ident {
        code: $code:literal, topic: $topic:ident,
        meaning: $meaning:literal,
        fix: $fix:literal,
        // Of a request and a passport, or of one of them.
        $(both: $both:path,)?
        $(change: $change:path,)?
        $(passport: $passport:path,)?
    })*) => {
        // Words such as name[0] are no links.
        #[allow(rustdoc::broken_intra_doc_links)]
        /// Why a request is refused, by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

            /// The code of this name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Code> {
                match name {
                    $($code => Some(Code::$name),)*
                    _ => None,
                }
            }

            /// The part of a client that it concerns.
            #[must_use]
            pub fn topic(self) -> Topic {
                self.mistake().topic
            }

            /// What the client did, or what stands in its way, one sentence.
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
                    $(Code::$name => &const {
                        declare::Mistake {
                            code: $code,
                            topic: Topic::$topic,
                            meaning: $meaning,
                            fix: $fix,
                            request: declare::declared(&[$($both,)? $($change,)?]),
                            passport: declare::declared(&[$($both,)? $($passport,)?]),
                        }
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
