//! How long something took: a histogram of plain atomics.
//!
//! The one of `prometheus-client` takes a lock for each observation.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

/// Upper ends, in microseconds: a verdict takes a few, an upstream up to a minute.
const BOUNDS: [u64; 20] = [
    5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000,
    500_000, 1_000_000, 5_000_000, 15_000_000, 60_000_000,
];

/// A histogram of times, from microseconds to a minute. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Latency(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    buckets: [AtomicU64; BOUNDS.len()],
    /// What took longer than the last bound.
    longer: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Latency {
    /// Adds one.
    pub fn observe(&self, took: Duration) {
        let micros = u64::try_from(took.as_nanos().div_ceil(1_000)).unwrap_or(u64::MAX);
        let place = BOUNDS.partition_point(|bound| *bound < micros);
        self.0.buckets.get(place).unwrap_or(&self.0.longer).fetch_add(1, Relaxed);
        // Wraps after 584 years of waiting together.
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.0.nanoseconds.fetch_add(nanoseconds, Relaxed);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        let buckets = self.0.buckets.iter().chain([&self.0.longer]);
        buckets.map(|bucket| bucket.load(Relaxed)).sum()
    }
}

impl TypedMetric for Latency {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Latency {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        let ends = BOUNDS.iter().map(|micros| *micros as f64 / 1e6).chain([f64::INFINITY]);
        let counts = self.0.buckets.iter().chain([&self.0.longer]);
        // Each count is read once, so that the sum of the buckets is the count.
        let buckets: Vec<(f64, u64)> =
            ends.zip(counts).map(|(end, count)| (end, count.load(Relaxed))).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        let sum = self.0.nanoseconds.load(Relaxed) as f64 / 1e9;
        encoder.encode_histogram::<[(&str, &str); 0]>(sum, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}
