//! The attributes that may leave the process, in one list. `otel-collector.yaml` holds the same list, and a
//! test compares the two.
//!
//! Everything here is bounded or derived: names of stages, portals and causes, counts, keyed hashes. Texts
//! such as errors and details stay in the log on this machine.

use opentelemetry::KeyValue;
use opentelemetry::trace::Status;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use std::time::Duration;

/// Attributes of spans, their events, metrics and the resource.
pub const ALLOWED: &[&str] = &[
    "busy_ns",
    "candidates",
    "cause",
    "codes",
    "deliveries",
    "generation",
    "idle_ns",
    "items",
    "level",
    "new",
    "order",
    "otel.scope.name",
    "page",
    "pages",
    "part",
    "portal",
    "process.pid",
    "queue",
    "request",
    "result",
    "revision",
    "service.name",
    "service.version",
    "settled",
    "stage",
    "telemetry.sdk.language",
    "telemetry.sdk.name",
    "telemetry.sdk.version",
];

/// Whether an attribute may leave.
pub fn allowed(name: &str) -> bool {
    ALLOWED.binary_search(&name).is_ok()
}

/// Drops every attribute that is not allowed, and the text of failures, before handing spans on.
#[derive(Debug)]
pub struct AllowListed<E>(pub E);

impl<E: SpanExporter> SpanExporter for AllowListed<E> {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        self.0.export(batch.into_iter().map(cleared).collect())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

fn cleared(mut span: SpanData) -> SpanData {
    let keep = |attribute: &KeyValue| allowed(attribute.key.as_str());
    span.attributes.retain(keep);
    for event in &mut span.events.events {
        event.attributes.retain(keep);
    }
    for link in &mut span.links.links {
        link.attributes.retain(keep);
    }
    if let Status::Error { .. } = span.status {
        span.status = Status::error("");
    }
    span
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::{Span, Tracer, TracerProvider};
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Debug, Default)]
    struct Sink(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Sink {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().expect("the sink").extend(batch);
            Ok(())
        }
    }

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(ALLOWED.is_sorted());
    }

    #[test]
    fn nothing_but_allowed_attributes_leaves() {
        let sink = Sink::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(AllowListed(sink.clone())).build();
        let mut span = provider.tracer("test").start("stage");
        span.set_attribute(KeyValue::new("stage", "ocr"));
        span.set_attribute(KeyValue::new("patient", "Doe, Jane"));
        span.add_event("settled", vec![KeyValue::new("error", "Doe, Jane"), KeyValue::new("page", 3)]);
        span.set_status(Status::error("Doe, Jane"));
        span.end();
        let text = format!("{:?}", sink.0.lock().expect("the sink"));
        assert!(!text.contains("Doe") && text.contains("ocr") && text.contains("page"), "{text}");
    }
}
