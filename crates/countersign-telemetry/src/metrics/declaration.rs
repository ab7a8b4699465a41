//! A family as it is declared: once, for the registry and for the reference.

use prometheus_client::registry::{Metric, Registry, Unit};

use super::label::Label;

/// What a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only rises, until the program is started again.
    Counter,
    /// It rises and falls.
    Gauge,
    /// Counts by size, with their sum.
    Histogram,
    /// Text in labels; the value is always 1.
    Info,
}

/// What a label may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// These.
    Fixed(&'static [&'static str]),
    /// A fixed set that is declared elsewhere, in these words.
    Elsewhere(&'static str),
}

/// A label of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclaredLabel {
    /// Its name.
    pub name: &'static str,
    /// Its values.
    pub values: Values,
}

/// A family of metrics.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// Its name, without the ending that kind and unit give it.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// The unit, `seconds` or `bytes`: a part of the whole name.
    pub unit: Option<&'static str>,
    /// The labels, in the order of its series.
    pub labels: &'static [DeclaredLabel],
    /// What it says; no full stop at the end.
    pub help: &'static str,
    /// When somebody should be woken, or look at it.
    pub alarm: Option<&'static str>,
}

/// Families that are counted by the same part of the program.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The heading in the reference.
    pub title: &'static str,
    /// Its families.
    pub families: &'static [Declaration],
}

/// The declaration of a label that is an enum.
pub(super) const fn of<L: Label>() -> DeclaredLabel {
    DeclaredLabel { name: L::NAME, values: Values::Fixed(L::VALUES) }
}

impl Declaration {
    /// A family without labels, unit and alarm.
    pub(super) const fn new(kind: Kind, name: &'static str, help: &'static str) -> Self {
        Self { name, kind, unit: None, labels: &[], help, alarm: None }
    }

    pub(super) const fn unit(self, unit: &'static str) -> Self {
        Self { unit: Some(unit), ..self }
    }

    pub(super) const fn labels(self, labels: &'static [DeclaredLabel]) -> Self {
        Self { labels, ..self }
    }

    pub(super) const fn alarm(self, alarm: &'static str) -> Self {
        Self { alarm: Some(alarm), ..self }
    }

    /// The name in what is served and in queries; a histogram has `_bucket`, `_sum` and `_count`
    /// behind it.
    pub fn full_name(&self) -> String {
        let unit = self.unit.map(|unit| format!("_{unit}")).unwrap_or_default();
        let ending = match self.kind {
            Kind::Counter => "_total",
            Kind::Info => "_info",
            Kind::Gauge | Kind::Histogram => "",
        };
        format!("{}{unit}{ending}", self.name)
    }

    /// Has `registry` serve `metric` as this family.
    pub(super) fn register(&self, registry: &mut Registry, metric: impl Metric) {
        match self.unit {
            Some(unit) => {
                let unit = Unit::Other(unit.to_owned());
                registry.register_with_unit(self.name, self.help, unit, metric);
            }
            None => registry.register(self.name, self.help, metric),
        }
    }
}
