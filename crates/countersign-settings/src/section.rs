//! A section of the file, made of one declaration.

use crate::effective::Listing;
use crate::part::Part;
use crate::reference::Reference;

/// Settings that stand together: the top of the file, or a table. Made by `section!`.
pub trait Section: Rules {
    /// The keys.
    const KEYS: &'static [&'static str];
    /// What it is about.
    fn about() -> String;
    /// Reads it, and tells the part what is wrong. Nothing, if anything is.
    fn read(part: &mut Part<'_, '_>) -> Option<Self>;
    /// Lists its values.
    fn list(&self, listing: &mut Listing<'_>);
    /// Writes its rows of the reference.
    fn describe(reference: &mut Reference);
}

/// What must hold between settings.
pub trait Rules: Sized + Clone + std::fmt::Debug + PartialEq {
    /// Checks the settings of one section.
    fn check(&self, part: &mut Part<'_, '_>) {
        let _ = part;
    }

    /// Checks sections of one kind against each other; those that could be read, with their
    /// number in the file.
    fn check_all(all: &[(usize, &Self)], part: &mut Part<'_, '_>) {
        let _ = (all, part);
    }
}

/// Makes a section of one declaration: documentation, key, kind, and the default as it would stand
/// in an environment variable. Without a default a setting is required, unless its kind knows what
/// it is when it is not set (`Optional`, `List`).
macro_rules! section {
    ($(#[doc = $about:literal])+ pub struct $name:ident {
        $($(#[doc = $meaning:literal])+ $key:ident: $kind:ty $(= $default:literal)?,)+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[doc = $meaning])+ pub $key: <$kind as $crate::field::Field>::Value,)+
        }

        impl $crate::section::Section for $name {
            const KEYS: &'static [&'static str] = &[$(stringify!($key)),+];

            fn about() -> String {
                $crate::section::paragraphs(&[$($about),+])
            }

            fn read(part: &mut $crate::part::Part<'_, '_>) -> Option<Self> {
                $(
                    let default: &[&'static str] = &[$($default)?];
                    let $key = <$kind as $crate::field::Field>::read(
                        part, stringify!($key), default.first().copied(),
                    );
                )+
                part.refuse_unknown(Self::KEYS);
                Some(Self { $($key: $key?),+ })
            }

            fn list(&self, listing: &mut $crate::effective::Listing<'_>) {
                $(<$kind as $crate::field::Field>::list(&self.$key, stringify!($key), listing);)+
            }

            fn describe(reference: &mut $crate::reference::Reference) {
                $(
                    let default: &[&'static str] = &[$($default)?];
                    <$kind as $crate::field::Field>::describe(
                        reference,
                        stringify!($key),
                        default.first().copied(),
                        &$crate::section::paragraphs(&[$($meaning),+]),
                    );
                )+
            }
        }
    };
}

pub(crate) use section;

/// The lines of a documentation comment; an empty one ends a paragraph.
pub(crate) fn paragraphs(lines: &[&str]) -> String {
    let trimmed: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    let paragraphs = trimmed.split(|line| line.is_empty()).map(|lines| lines.join(" "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}
