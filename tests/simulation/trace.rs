//! One request, one trace: a span for every stage, over queue hops, crashes and restarts.

use crate::hospital::stories::{Story, planted_words};
use crate::world::telemetry::{Lines, found};
use crate::world::{Trouble, World, chaos, invariants};
use memory::Dice;
use opentelemetry::trace::{SpanId, TracerProvider};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;

/// Every stage of the way, and the message it begins with.
const WAY: [&str; 7] = ["message", "scrape", "reassembly", "ocr", "parse", "route", "done"];

/// Keeps spans in this process.
#[derive(Clone, Debug, Default)]
struct Sink(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Sink {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().expect("no panic while it writes").extend(batch);
        Ok(())
    }
}

/// Runs a world under a tracer and gives back its spans; `troubled` with crashes on the way.
fn traced(stories: &[Story], troubled: bool) -> Vec<SpanData> {
    let sink = Sink::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(sink.clone()).build();
    let spans = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("simulation"))
        .with_filter(Targets::new().with_target("actors", LevelFilter::INFO));
    let guard = Lines::default().capture_with(Some(spans));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let world = World::new(3, stories);
        let dice = Dice::new(3);
        let tree = if troubled {
            let tree = chaos::unfold(&world, &dice).await;
            world.set_trouble(Trouble::default());
            tree
        } else {
            world.start().await
        };
        invariants::come_to_rest(&world).await;
        drop(tree);
    });
    drop(guard);
    let spans = std::mem::take(&mut *sink.0.lock().expect("no panic while it writes"));
    assert!(!spans.is_empty());
    spans
}

fn attribute(span: &SpanData, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    found.map_or_else(String::new, |attribute| attribute.value.to_string())
}

#[test]
fn a_request_has_one_trace_with_a_span_for_every_stage() {
    let spans = traced(&[Story::Complete], false);
    let traces: BTreeSet<String> =
        spans.iter().map(|span| span.span_context.trace_id().to_string()).collect();
    assert_eq!(traces.len(), 1, "{:?}", spans.iter().map(|span| &span.name).collect::<Vec<_>>());
    let names: BTreeSet<&str> = spans.iter().map(|span| span.name.as_ref()).collect();
    assert_eq!(names, BTreeSet::from(WAY));
    let root = spans.iter().find(|span| span.name == "message").expect("a root");
    assert_eq!(root.parent_span_id, SpanId::INVALID);
    for span in spans.iter().filter(|span| span.name != "message") {
        assert_eq!(span.parent_span_id, root.span_context.span_id(), "{} hangs elsewhere", span.name);
    }
}

#[test]
fn many_requests_have_a_trace_each_even_through_crashes() {
    let spans = traced(&[Story::Complete; 5], true);
    let mut traces: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for span in &spans {
        let request = attribute(span, "request");
        assert!(!request.is_empty(), "{} belongs to no request", span.name);
        traces.entry(request).or_default().insert(span.span_context.trace_id().to_string());
    }
    assert_eq!(traces.len(), 5);
    assert!(traces.values().all(|traces| traces.len() == 1), "{traces:?}");
}

#[test]
fn spans_show_no_patient() {
    let spans = traced(&[Story::Complete, Story::NonDme, Story::MixUp, Story::Unsigned], true);
    assert_eq!(found(&format!("{spans:?}"), &planted_words(4)), None);
}
