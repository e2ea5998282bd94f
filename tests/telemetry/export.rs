//! Spans on their way out, received by a sink in this process.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use epic_connector::settings::{LogFormat, TelemetrySettings};
use epic_connector::telemetry;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use std::sync::{Arc, Mutex};

type Received = Arc<Mutex<Vec<Bytes>>>;

async fn sink() -> (String, Received) {
    let received = Received::default();
    let take = |State(received): State<Received>, body: Bytes| async move {
        received.lock().expect("the sink").push(body);
    };
    let app = Router::new()
        .route("/v1/traces", post(take))
        .route("/v1/metrics", post(|| async {}))
        .with_state(Arc::clone(&received));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    (format!("http://{address}"), received)
}

/// One test, because a process has one subscriber.
#[tokio::test(flavor = "multi_thread")]
async fn our_spans_leave_with_allowed_attributes_and_logs_stay_here() {
    let (endpoint, received) = sink().await;
    let folder = tempfile::tempdir().expect("a folder");
    let settings = TelemetrySettings {
        otlp_endpoint: Some(endpoint.parse().expect("a url")),
        log_format: LogFormat::Json,
        log_filter: "info".into(),
    };
    let log = folder.path().join("service.log");
    let guard = telemetry::init_to_file(&settings, &log).expect("telemetry");
    tracing::info_span!(target: "actors", "stage", stage = "ocr", patient = "Zyxwvutsky").in_scope(|| {
        tracing::warn!(target: "actors", error = "Zyxwvutsky", page = 3, "not finished");
        tracing::info_span!(target: "foreign", "page of Zyxwvutsky").in_scope(|| {});
    });
    guard.shut_down().await;

    let bodies = received.lock().expect("the sink");
    let spans: Vec<_> = bodies
        .iter()
        .flat_map(|body| ExportTraceServiceRequest::decode(body.clone()).expect("OTLP").resource_spans)
        .flat_map(|resource| resource.scope_spans)
        .flat_map(|scope| scope.spans)
        .collect();
    assert_eq!(spans.len(), 1, "spans of other crates stay here");
    assert_eq!(spans[0].name, "stage");
    let text = format!("{spans:?}");
    assert!(
        !text.contains("Zyxwvutsky") && text.contains("\"ocr\"") && text.contains("not finished"),
        "{text}"
    );
    assert!(std::fs::read_to_string(log).expect("a log").contains("not finished"));
}
