//! What a key of a section stands for: a setting, a table, or several tables.

use std::fmt::Debug;

use crate::document::{Node, Value};
use crate::effective::Listing;
use crate::kinds::Setting;
use crate::part::Part;
use crate::reference::Reference;
use crate::section::Section;

/// The three are read, listed and described in their own way.
pub trait Field {
    /// What the section has in its place.
    type Value: Clone + Debug + PartialEq;
    /// Reads it; nothing if something is wrong, which the part was told.
    fn read(
        part: &mut Part<'_, '_>,
        key: &'static str,
        default: Option<&'static str>,
    ) -> Option<Self::Value>;
    /// Lists the values.
    fn list(value: &Self::Value, key: &'static str, listing: &mut Listing<'_>);
    /// Writes the rows of the reference.
    fn describe(
        reference: &mut Reference,
        key: &'static str,
        default: Option<&'static str>,
        meaning: &str,
    );
}

impl<S: Setting> Field for S {
    type Value = S::Value;

    fn read(
        part: &mut Part<'_, '_>,
        key: &'static str,
        default: Option<&'static str>,
    ) -> Option<Self::Value> {
        part.setting::<S>(key, default)
    }

    fn list(value: &Self::Value, key: &'static str, listing: &mut Listing<'_>) {
        listing.setting(key, S::show(value));
    }

    fn describe(
        reference: &mut Reference,
        key: &'static str,
        default: Option<&'static str>,
        meaning: &str,
    ) {
        reference.setting::<S>(key, default, meaning);
    }
}

/// A table that is there even if the file doesn't have it, with defaults.
#[derive(Clone, Copy, Debug)]
pub struct Table<S>(std::marker::PhantomData<S>);

impl<S: Section> Field for Table<S> {
    type Value = S;

    fn read(part: &mut Part<'_, '_>, key: &'static str, _: Option<&str>) -> Option<S> {
        let node = part.node(key);
        if let Some(node) = node
            && !is_table(node)
        {
            part.fault(key, format!("is a section: write [{}]", heading(&part.path_of(key))));
        }
        read_one(&mut part.table(key, node))
    }

    fn list(value: &S, key: &'static str, listing: &mut Listing<'_>) {
        listing.table(key, |path| format!("[{path}]"), |listing| value.list(listing));
    }

    fn describe(reference: &mut Reference, key: &'static str, _: Option<&str>, meaning: &str) {
        reference.section::<S>(key, |path| format!("[{path}]"), meaning);
    }
}

/// A table that may be left out.
#[derive(Clone, Copy, Debug)]
pub struct OptionalTable<S>(std::marker::PhantomData<S>);

impl<S: Section> Field for OptionalTable<S> {
    type Value = Option<S>;

    fn read(
        part: &mut Part<'_, '_>,
        key: &'static str,
        default: Option<&'static str>,
    ) -> Option<Option<S>> {
        match part.node(key) {
            None => Some(None),
            Some(_) => Table::<S>::read(part, key, default).map(Some),
        }
    }

    fn list(value: &Option<S>, key: &'static str, listing: &mut Listing<'_>) {
        if let Some(value) = value {
            Table::list(value, key, listing);
        }
    }

    fn describe(
        reference: &mut Reference,
        key: &'static str,
        default: Option<&'static str>,
        meaning: &str,
    ) {
        Table::<S>::describe(reference, key, default, meaning);
    }
}

/// The most tables under one name: each is compared with all others.
const MOST: usize = 1_000;

/// Tables that stand one after another under the same name, at least one.
#[derive(Clone, Copy, Debug)]
pub struct Tables<S>(std::marker::PhantomData<S>);

impl<S: Section> Field for Tables<S> {
    type Value = Vec<S>;

    fn read(part: &mut Part<'_, '_>, key: &'static str, _: Option<&str>) -> Option<Vec<S>> {
        part.is_list(key);
        let nodes = match part.node(key) {
            None => &[][..],
            Some(Node { value: Value::List(nodes), .. }) if nodes.iter().all(is_table) => nodes,
            Some(_) => {
                let sentence = format!("may stand several times: write [[{key}]], in two brackets");
                part.fault(key, sentence);
                return None;
            }
        };
        if nodes.is_empty() {
            part.missing(key, &format!("write at least one [[{key}]]"));
            return None;
        }
        if nodes.len() > MOST {
            part.fault(key, format!("stands more than {MOST} times: write fewer"));
            return None;
        }
        let numbered = nodes.iter().enumerate().map(|(n, node)| (n + 1, node));
        let read = numbered.map(|(n, node)| read_one(&mut part.one_of_several(key, n, node)));
        let read: Vec<Option<S>> = read.collect();
        let whole = read.iter().enumerate().filter_map(|(n, it)| Some((n + 1, it.as_ref()?)));
        S::check_all(&whole.collect::<Vec<_>>(), part);
        read.into_iter().collect()
    }

    fn list(values: &Vec<S>, key: &'static str, listing: &mut Listing<'_>) {
        for (n, value) in values.iter().enumerate() {
            let heading = |path: &str| format!("[[{path}]]");
            listing.table(&format!("{key}[{}]", n + 1), heading, |listing| value.list(listing));
        }
    }

    fn describe(reference: &mut Reference, key: &'static str, _: Option<&str>, meaning: &str) {
        reference.section::<S>(&format!("{key}[]"), |path| format!("[[{path}]]"), meaning);
    }
}

pub(crate) fn read_one<S: Section>(part: &mut Part<'_, '_>) -> Option<S> {
    let section = S::read(part);
    if let Some(section) = &section {
        section.check(part);
    }
    section
}

fn is_table(node: &Node) -> bool {
    matches!(node.value, Value::Table(_))
}

/// `listener.tls` of `listener[2].tls`: as the file writes it.
pub(crate) fn heading(path: &str) -> String {
    let mut parts = path.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |heading, part| heading + part.split_once(']').map_or("", |(_, after)| after))
}
