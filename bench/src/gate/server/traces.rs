//! Traces, made and sent as `countersign serve` does: the same coin, layer and batches. Only what
//! carries a batch is simpler, and has a thread of its own to wait on.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use countersign_telemetry::trace::{self, Coin};
use http::{Request, Response};
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider,
};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::Extras;

const PATIENCE: Duration = Duration::from_secs(10);

/// Traces are sent as long as it is kept.
pub(super) struct Traces {
    coin: Arc<Coin>,
    provider: Option<SdkTracerProvider>,
}

impl Traces {
    /// Begins, once in a process.
    pub(super) fn start(extras: &Extras) -> Result<Self> {
        let Some(collector) = extras.collector else {
            return Ok(Self { coin: Arc::new(Coin::never()), provider: None });
        };
        let provider = provider(collector)?;
        let is_traced = filter_fn(|it| it.is_span() && it.target() == trace::TARGET);
        let spans = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("countersign"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_context_activation(false)
            .with_filter(is_traced);
        tracing_subscriber::registry().with(spans).init();
        Ok(Self { coin: Arc::new(Coin::new(extras.sample, 1)), provider: Some(provider) })
    }

    pub(super) fn coin(&self) -> Arc<Coin> {
        Arc::clone(&self.coin)
    }

    pub(super) async fn stop(self) -> Result<()> {
        let Some(provider) = self.provider else { return Ok(()) };
        let stopped = tokio::task::spawn_blocking(move || provider.shutdown()).await?;
        stopped.context("the last traces were not taken")
    }
}

fn provider(collector: SocketAddr) -> Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Sender(collector))
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("http://{collector}/v1/traces"))
        .with_timeout(PATIENCE)
        .build()?;
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(4_096)
        .with_max_export_batch_size(512)
        .with_scheduled_delay(Duration::from_secs(5))
        .build();
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
    Ok(SdkTracerProvider::builder()
        .with_span_processor(processor)
        .with_sampler(Sampler::AlwaysOn)
        .build())
}

#[derive(Debug)]
struct Sender(SocketAddr);

#[async_trait::async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // Called on the exporter's own thread, which has nothing else to do.
        let mut connection = TcpStream::connect(self.0)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        let (target, body) = (request.uri().path(), request.body());
        let head = format!(
            "POST {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
             content-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
            self.0,
            body.len()
        );
        connection.write_all(&[head.as_bytes(), body].concat())?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer)?;
        if answer.starts_with(b"HTTP/1.1 200 ") {
            Ok(Response::new(Bytes::new()))
        } else {
            Err("the collector did not take them".into())
        }
    }
}
