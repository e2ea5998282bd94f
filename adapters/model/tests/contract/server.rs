//! A server of chat completions that does what it is told to, and writes down what it was asked.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::{Router, body::Bytes};
use contract::Played;
use contract::model::USAGE;
use model::{HttpModel, ModelOptions, TokenLimit};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// A whole answer to anything.
pub(crate) const NOTHING_FOUND: &str = r#"{"found":[]}"#;

/// How long the client under test waits for an answer.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(400);

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// As the contract's suite plays it.
    Play(Played),
    /// This status, these headers, this body.
    Raw(u16, Vec<(&'static str, String)>, String),
    /// A body that never ends, piece by piece.
    Endless,
    /// The head of an answer, and then nothing.
    HalfAnswer,
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

#[derive(Default)]
struct Script {
    next: Mutex<VecDeque<Act>>,
    always: Mutex<Option<Act>>,
    seen: Mutex<Vec<Seen>>,
}

/// The server; it ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: String,
    script: Arc<Script>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let script = Arc::<Script>::default();
        let app = Router::new().fallback(serve).with_state(Arc::clone(&script));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/v1", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, script }
    }

    /// What it does from now on, whenever nothing else is due.
    pub(crate) fn always(&self, act: Act) {
        *self.script.always.lock().expect("free") = Some(act);
    }

    /// What it does next, once each.
    pub(crate) fn next(&self, acts: impl IntoIterator<Item = Act>) {
        self.script.next.lock().expect("free").extend(acts);
    }

    /// What has arrived.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.script.seen.lock().expect("free").clone()
    }

    /// Options of a client of this server.
    pub(crate) fn options(&self) -> ModelOptions {
        ModelOptions {
            address: self.address.clone(),
            model: "small".to_owned(),
            hosts: vec!["127.0.0.1".to_owned()],
            key: None,
            azure_api_version: None,
            token_limit: TokenLimit::MaxCompletionTokens,
            deterministic: true,
            timeout: TIMEOUT,
            connect_timeout: TIMEOUT,
            retries: 0,
            retry_wait_max: Duration::from_secs(5),
            proxy: None,
        }
    }

    /// A client of this server.
    pub(crate) fn client(&self) -> HttpModel {
        HttpModel::new(self.options()).expect("this machine is allowed")
    }
}

async fn serve(
    State(script): State<Arc<Script>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let body = serde_json::from_slice(&body).unwrap_or_default();
    script.seen.lock().expect("free").push(Seen { uri, headers, body });
    let next = script.next.lock().expect("free").pop_front();
    let act = next.or_else(|| script.always.lock().expect("free").clone());
    match act.unwrap_or(Act::Play(Played::Text(NOTHING_FOUND.to_owned()))) {
        Act::Play(played) => play(&played).await,
        Act::Raw(status, headers, body) => raw(status, &headers, body),
        Act::Endless => {
            let pieces = std::iter::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 65_536])));
            Response::new(Body::from_stream(iter(pieces)))
        }
        Act::HalfAnswer => {
            let head = std::iter::once(Ok::<_, std::io::Error>(Bytes::from_static(b"{\"choices\":")));
            Response::new(Body::from_stream(half(head)))
        }
    }
}

fn iter<I>(items: I) -> impl futures::Stream<Item = I::Item> + Send + 'static
where
    I: Iterator + Send + 'static,
{
    futures::stream::iter(items)
}

fn half<I>(items: I) -> impl futures::Stream<Item = I::Item> + Send + 'static
where
    I: Iterator + Send + 'static,
    I::Item: Send,
{
    use futures::StreamExt;
    futures::stream::iter(items).chain(futures::stream::pending())
}

fn raw(status: u16, headers: &[(&'static str, String)], body: String) -> Response<Body> {
    let mut response = Response::builder().status(StatusCode::from_u16(status).expect("a status"));
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(body)).expect("a response")
}

fn completion(message: Value, finish: &str) -> Response<Body> {
    let body = json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{ "index": 0, "message": message, "finish_reason": finish }],
        "usage": {
            "prompt_tokens": USAGE.input,
            "completion_tokens": USAGE.output,
            "total_tokens": USAGE.input + USAGE.output,
        },
    });
    raw(200, &[], body.to_string())
}

async fn play(played: &Played) -> Response<Body> {
    let content = |text: &str| json!({ "role": "assistant", "content": text, "refusal": null });
    match played {
        Played::Text(text) => completion(content(text), "stop"),
        Played::CutOff => completion(content(r#"{"found":[{"field":"tst","#), "length"),
        Played::Refusal => {
            completion(json!({ "role": "assistant", "content": null, "refusal": "I cannot." }), "stop")
        }
        Played::Filtered => {
            let error =
                json!({ "error": { "code": "content_filter", "message": contract::sample::PLANTED } });
            raw(400, &[], error.to_string())
        }
        Played::Nothing => raw(200, &[], json!({ "choices": [] }).to_string()),
        Played::Busy(seconds) => raw(429, &[("retry-after", seconds.to_string())], String::new()),
        Played::Down => raw(503, &[], contract::sample::PLANTED.to_owned()),
        Played::Slow => std::future::pending().await,
        Played::Denied => raw(401, &[], contract::sample::PLANTED.to_owned()),
    }
}
