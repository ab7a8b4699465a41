//! A family as a table: one metric for each combination of its labels.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

use super::label::Labels;

/// All metrics of a family; clones share them. Finding one is an index.
#[derive(Debug)]
pub struct Table<L, M> {
    cells: Arc<[M]>,
    labels: PhantomData<L>,
}

impl<L: Labels, M> Table<L, M> {
    /// The metric of these labels.
    pub fn at(&self, labels: L) -> &M {
        // An index is less than the count by the contract of `Labels`.
        &self.cells[labels.index()]
    }
}

impl<L: Labels, M: Default> Default for Table<L, M> {
    fn default() -> Self {
        Self { cells: (0..L::COUNT).map(|_| M::default()).collect(), labels: PhantomData }
    }
}

impl<L, M> Clone for Table<L, M> {
    fn clone(&self) -> Self {
        Self { cells: Arc::clone(&self.cells), labels: PhantomData }
    }
}

impl<L: Labels, M: EncodeMetric + TypedMetric> EncodeMetric for Table<L, M> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        for (index, cell) in self.cells.iter().enumerate() {
            let labels = L::pairs(index);
            cell.encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}
