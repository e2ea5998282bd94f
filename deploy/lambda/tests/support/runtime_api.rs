//! The Lambda runtime API as far as a function uses it: it asks for the next event and answers each.
//! Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// What the function answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// The event was handled.
    Response(Value),
    /// Lambda would run the event again.
    Error(Value),
}

#[derive(Clone)]
struct Waiting {
    events: Arc<Mutex<UnboundedReceiver<Value>>>,
    outcomes: UnboundedSender<Outcome>,
}

/// A runtime API on a free port.
pub(crate) struct RuntimeApi {
    pub(crate) address: SocketAddr,
    events: UnboundedSender<Value>,
    outcomes: UnboundedReceiver<Outcome>,
    server: JoinHandle<()>,
}

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        let (events, waiting_events) = unbounded_channel();
        let (answered, outcomes) = unbounded_channel();
        let waiting = Waiting { events: Arc::new(Mutex::new(waiting_events)), outcomes: answered };
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .with_state(waiting);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
        Self { address, events, outcomes, server }
    }

    pub(crate) fn hand_over(&self, event: Value) {
        self.events.send(event).expect("the server runs");
    }

    pub(crate) async fn outcome(&mut self) -> Outcome {
        self.outcomes.recv().await.expect("the server runs")
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn next(State(waiting): State<Waiting>) -> impl IntoResponse {
    let event = waiting.events.lock().await.recv().await.expect("the test runs");
    let headers = AppendHeaders([
        ("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("Lambda-Runtime-Deadline-Ms", "4102444800000"),
        ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:1:function:mail"),
        (
            "Lambda-Runtime-Trace-Id",
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
        ),
        ("Content-Type", "application/json"),
    ]);
    (headers, event.to_string())
}

async fn response(State(waiting): State<Waiting>, Path(_): Path<String>, body: String) -> StatusCode {
    tell(&waiting, &body, Outcome::Response)
}

async fn error(State(waiting): State<Waiting>, Path(_): Path<String>, body: String) -> StatusCode {
    tell(&waiting, &body, Outcome::Error)
}

fn tell(waiting: &Waiting, body: &str, outcome: impl Fn(Value) -> Outcome) -> StatusCode {
    let body = serde_json::from_str(body).expect("JSON");
    waiting.outcomes.send(outcome(body)).expect("the test runs");
    StatusCode::ACCEPTED
}
