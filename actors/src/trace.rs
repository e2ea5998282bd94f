//! One trace a request, over every queue hop: the W3C trace context travels in the work item.

use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::collections::HashMap;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header's name in the W3C recommendation.
const TRACEPARENT: &str = "traceparent";

struct Carrier<'a>(&'a mut HashMap<String, String>);

impl Injector for Carrier<'_> {
    fn set(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }
}

impl Extractor for Carrier<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

fn propagator() -> TraceContextPropagator {
    TraceContextPropagator::new()
}

/// The trace context of a span, if anybody records it.
pub fn traceparent_of(span: &Span) -> Option<String> {
    let context = span.context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut headers = HashMap::new();
    propagator().inject_context(&context, &mut Carrier(&mut headers));
    headers.remove(TRACEPARENT)
}

/// Makes a span part of the request's trace.
pub fn follow(span: &Span, traceparent: Option<&str>) {
    let Some(traceparent) = traceparent else { return };
    let mut headers = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let context = propagator().extract(&Carrier(&mut headers));
    // Nobody records the span when this fails; the work goes on all the same.
    let _ = span.set_parent(context);
}
