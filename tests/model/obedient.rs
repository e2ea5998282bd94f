//! A server of chat completions whose model does whatever the chart wants of it.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What the planted text wants to be answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    /// Field, page and quote.
    pub(crate) quotes: Vec<(String, u32, String)>,
    /// A whole answer in other words, such as one with keys nobody asked for.
    pub(crate) raw: Option<String>,
}

/// What arrived in one request.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) system: String,
    pub(crate) content: String,
    pub(crate) schema: Value,
    pub(crate) messages: usize,
}

#[derive(Default)]
struct Shared {
    wish: Mutex<Wish>,
    arrived: Mutex<Vec<Arrived>>,
}

/// The server; it ends with the test's runtime.
pub(crate) struct Obedient {
    pub(crate) address: String,
    shared: Arc<Shared>,
}

impl Obedient {
    pub(crate) async fn start() -> Self {
        let shared = Arc::<Shared>::default();
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/v1", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, shared }
    }

    /// From now on the model wants this.
    pub(crate) fn obey(&self, wish: Wish) {
        *self.shared.wish.lock().expect("free") = wish;
    }

    /// What arrived since this was last asked.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.shared.arrived.lock().expect("free"))
    }
}

async fn answer(State(shared): State<Arc<Shared>>, body: axum::body::Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let text = |place: &str| body.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned();
    let arrived = Arrived {
        system: text("/messages/0/content"),
        content: text("/messages/1/content"),
        schema: body["response_format"]["json_schema"]["schema"].clone(),
        messages: body["messages"].as_array().map_or(0, Vec::len),
    };
    shared.arrived.lock().expect("free").push(arrived);
    let wish = shared.wish.lock().expect("free").clone();
    let quotes = wish
        .quotes
        .iter()
        .map(|(field, page, quote)| json!({ "field": field, "page": page, "quote": quote }));
    let found = json!({ "found": quotes.collect::<Vec<_>>() }).to_string();
    let completion = json!({
        "choices": [{
            "message": { "role": "assistant", "content": wish.raw.unwrap_or(found), "refusal": null },
            "finish_reason": "stop",
        }],
        "usage": { "prompt_tokens": 900, "completion_tokens": 60 },
    });
    axum::Json(completion).into_response()
}
