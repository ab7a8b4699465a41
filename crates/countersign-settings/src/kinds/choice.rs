//! One of a few words.

/// Makes an enum whose variants are words.
macro_rules! choice {
    ($(#[$about:meta])* pub enum $name:ident {
        $($(#[$meaning:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl $name {
            /// As it is written.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl $crate::kinds::Setting for $name {
            type Value = Self;
            const EXAMPLE: &'static str = [$(concat!("\"", $word, "\"")),+][0];

            fn kind() -> String {
                [$(concat!("`\"", $word, "\"`")),+].join(", ")
            }

            fn read(
                given: $crate::kinds::Given<'_>,
            ) -> Result<Self, Vec<$crate::kinds::Wrong>> {
                match given.text() {
                    $(Some($word) => Ok(Self::$variant),)+
                    _ => {
                        let words = [$(concat!("\"", $word, "\"")),+].join(", ");
                        Err(given.wrong(format!("is none of the choices: write one of {words}")))
                    }
                }
            }

            fn show(value: &Self) -> $crate::shown::Shown {
                $crate::shown::Shown::text(value.as_str())
            }
        }
    };
}

pub(crate) use choice;
