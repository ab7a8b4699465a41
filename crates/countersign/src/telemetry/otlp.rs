//! Traces to a collector: OTLP over HTTP, in protobuf.
//!
//! Off unless a collector is named. Which requests are traced is decided before a span is made
//! (see `countersign_telemetry::trace`), so all that comes here is sent. What waits is bounded;
//! a collector that is slow or gone costs traces, never requests.

mod sender;

use std::time::Duration;

use anyhow::{Context, ensure};
use countersign_telemetry::metrics::StateMetrics;
use countersign_telemetry::trace;
use http::{HeaderName, HeaderValue, Uri};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider,
};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::{Layer, Registry};

use crate::version;
use sender::Sender;

pub(super) type Provider = SdkTracerProvider;

/// Where a collector listens for HTTP if its address has no path.
const PATH: &str = "/v1/traces";
/// Spans that may wait to be sent.
const MOST_WAITING: usize = 4_096;
/// How many are sent at once, and how often.
const AT_ONCE: usize = 512;
const EVERY: Duration = Duration::from_secs(5);
/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A collector of traces.
#[derive(Clone)]
pub(crate) struct Otlp {
    /// `http://collector:4318`; `/v1/traces` is added where there is no path.
    pub(crate) endpoint: String,
    /// The share of requests that are traced: 0 none, 1 all.
    pub(crate) sample: f64,
    /// Sent with every export; a collector's credentials, for instance.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// What this server is called there.
    pub(crate) service_name: String,
}

impl std::fmt::Debug for Otlp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Headers may be secret.
        let Self { endpoint, sample, service_name, .. } = self;
        let mut shown = f.debug_struct("Otlp");
        shown.field("endpoint", endpoint).field("sample", sample);
        shown.field("service_name", service_name).finish_non_exhaustive()
    }
}

/// Reads the address of a collector.
pub(crate) fn endpoint(text: &str) -> anyhow::Result<String> {
    let advice = "a collector's address is http:// or https://, a host and perhaps a port and a \
                  path, such as http://127.0.0.1:4318";
    let uri: Uri = text.parse().context(advice)?;
    ensure!(matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some(), advice);
    // What stands before an @ would be shown wherever the address is.
    ensure!(uri.authority().is_none_or(|it| !it.as_str().contains('@')), advice);
    Ok(if matches!(uri.path(), "" | "/") && uri.query().is_none() {
        format!("{}{PATH}", text.trim_end_matches('/'))
    } else {
        text.to_owned()
    })
}

/// Begins to send.
pub(super) fn start(otlp: &Otlp, state: &StateMetrics) -> anyhow::Result<Provider> {
    let sender = Sender::new(otlp, state.clone())?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(sender)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint(&otlp.endpoint)?)
        .with_timeout(PATIENCE)
        .build()
        .context("traces can't be sent")?;
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(MOST_WAITING)
        .with_max_export_batch_size(AT_ONCE)
        .with_scheduled_delay(EVERY)
        .build();
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
    let resource = Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", otlp.service_name.clone()),
            KeyValue::new("service.version", version::BUILD.version),
        ])
        .build();
    Ok(SdkTracerProvider::builder()
        .with_span_processor(processor)
        // The coin has fallen before.
        .with_sampler(Sampler::AlwaysOn)
        .with_resource(resource)
        .build())
}

/// Takes the spans of traces, and nothing else: a log line is no part of a trace.
pub(super) fn layer(provider: &Provider) -> Box<dyn Layer<Registry> + Send + Sync> {
    let is_traced = filter_fn(|metadata| metadata.is_span() && metadata.target() == trace::TARGET);
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("countersign"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_level(false)
        .with_tracked_inactivity(false)
        .with_context_activation(false)
        .with_filter(is_traced)
        .boxed()
}
