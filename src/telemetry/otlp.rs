//! Exporters over OTLP/HTTP, and the layer that turns our spans into exported ones.

use super::Base;
use super::attributes::AllowListed;
use crate::error::Failure;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use reqwest::Url;
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{Filtered, Targets};

/// Our own crates; spans of others may hold what they handle.
pub(super) const OURS: [&str; 14] = [
    "actors",
    "aws",
    "chromium",
    "documents",
    "domain",
    "epic_connector",
    "files",
    "http_portal",
    "mail",
    "mongo",
    "process",
    "sqlite",
    "supervision",
    "understanding",
];

/// A receiver that does not answer must not hold up the end of the service.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

/// The layer that records spans.
pub(super) type SpanLayer = Filtered<OpenTelemetryLayer<Base, SdkTracer>, Targets, Base>;

fn resource() -> Resource {
    Resource::builder()
        .with_service_name("epic-connector")
        .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build()
}

fn signal_url(endpoint: &Url, signal: &str) -> String {
    format!("{}/v1/{signal}", endpoint.as_str().trim_end_matches('/'))
}

fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::usage("telemetry.otlp_endpoint", error, "give the base address of an OTLP receiver over HTTP")
}

/// Batches spans and sends them.
pub(super) fn traces(endpoint: &Url) -> Result<SdkTracerProvider, Failure> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(signal_url(endpoint, "traces"))
        .with_timeout(EXPORT_TIMEOUT)
        .build()
        .map_err(refused)?;
    let exporter = AllowListed(exporter);
    Ok(SdkTracerProvider::builder().with_resource(resource()).with_batch_exporter(exporter).build())
}

/// Sends metrics once a minute.
pub(super) fn metrics(endpoint: &Url) -> Result<SdkMeterProvider, Failure> {
    let exporter = MetricExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(signal_url(endpoint, "metrics"))
        .with_timeout(EXPORT_TIMEOUT)
        .build()
        .map_err(refused)?;
    Ok(SdkMeterProvider::builder().with_resource(resource()).with_periodic_exporter(exporter).build())
}

/// Records spans of our crates, without source locations and threads.
pub(super) fn span_layer(traces: &SdkTracerProvider) -> SpanLayer {
    let ours = OURS.iter().map(|target| (*target, LevelFilter::INFO));
    tracing_opentelemetry::layer()
        .with_tracer(traces.tracer("epic-connector"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_level(true)
        .with_filter(Targets::new().with_targets(ours))
}
