//! Families of metrics, by who counts: the gate, the trail, the state of the program, the process.

mod attempts;
mod declaration;
mod gate;
mod label;
mod latency;
mod process;
mod state;
mod table;
#[cfg(test)]
mod tests;

pub use attempts::{AttemptMetrics, Surface};
pub use declaration::{Declaration, DeclaredLabel, Group, Kind, Values};
pub use gate::{
    Begun, Forwarded, GateMetrics, Limit, Open, Plane, Reload, Route, StatusClass, TlsResult,
    UpstreamResult, UpstreamState,
};
pub use label::{Label, Labels};
pub use latency::Latency;
pub use process::{Build, ProcessMetrics};
pub use prometheus_client::encoding::text::encode;
pub use prometheus_client::metrics::counter::Counter;
pub use prometheus_client::metrics::gauge::Gauge;
pub use prometheus_client::registry::Registry;
pub use state::{Check, Entry, StateMetrics, Waiting};
pub use table::Table;

/// All families, in the order of the reference.
pub const GROUPS: &[Group] = &[gate::GROUP, attempts::GROUP, state::GROUP, process::GROUP];
