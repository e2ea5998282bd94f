//! Planted names, birth dates and record numbers stand nowhere but in what is sealed: not in logs, spans,
//! metrics, errors, reasons, queue bodies, ids or cache keys.

use crate::hospital::documents::Papers;
use crate::hospital::portal::Moods;
use crate::hospital::stories::{Story, planted_words};
use crate::world::telemetry::{Lines, found};
use crate::world::{Trouble, World, chaos, invariants};
use domain::ports::OrderStore;
use domain::request::RequestStatus;
use domain::retry::{Cause, RetryPolicy};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{SdkMeterProvider, Temporality};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Writes metrics down as text.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<String>>);

impl PushMetricExporter for Written {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.0.lock().expect("no panic while it writes").push_str(&format!("{metrics:?}"));
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

/// Everything that goes wrong at once, so that every error text comes up.
const WORST: Trouble = Trouble {
    stores: memory::Faults {
        fail_before: 40,
        fail_after: 40,
        deliver_twice: 0,
        expire_early: 0,
        yields_max: 3,
    },
    queue: memory::Faults {
        fail_before: 40,
        fail_after: 40,
        deliver_twice: 40,
        expire_early: 40,
        yields_max: 3,
    },
    portal: Moods { unavailable: 60, throttled: 30, ends_stay: 20, latency_max: Duration::from_millis(300) },
    workers: Papers { dies: 150, panics: 150, takes: Duration::ZERO },
};

async fn everything_told(world: &World, lines: &Lines) -> String {
    let requests = invariants::requests(&world.stores);
    let mut told = vec![lines.text()];
    for request in requests.values() {
        told.push(format!("{request:?}"));
        told.push(serde_json::to_string(&request.status).expect("written"));
        told.push(serde_json::to_string(&request.order_states).expect("written"));
        told.push(serde_json::to_string(&request.failures).expect("written"));
    }
    for item in world.stores.queue.items() {
        told.push(serde_json::to_string(&item).expect("written"));
    }
    for set in world.stores.orders.list().await.expect("listed") {
        told.push(format!("{set:?}"));
        for record in &set.orders {
            told.push(record.order.findings.iter().map(|finding| finding.message.clone()).collect());
        }
    }
    for record in world.stores.audit.records() {
        told.push(serde_json::to_string(&record).expect("written"));
    }
    for delivery in world.folder.deliveries() {
        told.push(format!("{delivery:?} {}", delivery.key.name()));
    }
    told.join("\n")
}

#[test]
fn planted_words_stand_nowhere_but_in_what_is_sealed() {
    let metrics = Written::default();
    let meters = SdkMeterProvider::builder().with_periodic_exporter(metrics.clone()).build();
    opentelemetry::global::set_meter_provider(meters.clone());
    let words = planted_words(Story::ALL.len());
    let lines = Lines::default();
    let guard = lines.capture();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let told = runtime.expect("a runtime").block_on(async {
        let world = World::new(12, &Story::ALL);
        world.set_trouble(WORST);
        let tree = world.start().await;
        let tree = chaos::pass(&world, tree, Duration::from_secs(1_800)).await;
        let halfway = everything_told(&world, &lines).await;
        world.set_trouble(Trouble::default());
        let tree = chaos::pass(&world, tree, Duration::from_secs(120)).await;
        invariants::come_to_rest(&world).await;
        invariants::hold(&world);
        drop(tree);
        assert_eq!(found(&String::from_utf8_lossy(&world.stores.blobs.at_rest()), &words), None);
        halfway + &everything_told(&world, &lines).await
    });
    drop(guard);
    meters.force_flush().expect("flushed");
    let metrics = metrics.0.lock().expect("no panic while it writes").clone();
    assert!(metrics.contains("epic_connector.stage.settled"), "metrics were recorded");
    for trouble in ["panicked", "injected fault"] {
        assert!(told.contains(trouble), "the trouble was told of: {trouble}");
    }
    for text in [told, metrics] {
        let shown = found(&text, &words);
        let line = shown.and_then(|word| text.lines().find(|line| line.contains(word)));
        assert_eq!(shown, None, "in {line:?}");
    }
}

/// A panic can quote what is at hand: its text goes nowhere.
#[test]
fn a_stage_that_always_panics_parks_its_requests_without_a_word_of_them() {
    let lines = Lines::default();
    let guard = lines.capture();
    let words = planted_words(3);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let mut world = World::new(12, &[Story::Complete; 3]);
        world.attempts_max = RetryPolicy::default().attempts_max;
        world.set_trouble(Trouble {
            workers: Papers { panics: 1_000, ..Papers::default() },
            ..Trouble::default()
        });
        let tree = world.start().await;
        invariants::come_to_rest(&world).await;
        for request in invariants::requests(&world.stores).values() {
            let RequestStatus::Parked(park) = &request.status else {
                panic!("not parked: {:?}", request.status)
            };
            assert_eq!(park.cause, Cause::Panicked);
        }
        let told = everything_told(&world, &lines).await;
        assert_eq!(found(&told, &words), None);
        drop(tree);
    });
    drop(guard);
}
