//! The small portal: two patients, one folder, a server that remembers whose chart is open, and switches.

use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The good cookie.
pub(crate) const SESSION: &str = "good";

const LOGIN: &str =
    r#"<title>EpicCare Link - Login</title><form id="login-form"><input name="userid"></form>"#;

const KICKED: &str = "<div role=alert>Your session was ended because this account logged in elsewhere.</div>";

/// How an ended session shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Redirect,
    LoginPage,
}

/// What stands between a request and its good answer.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    Status(u16),
    /// The body is shorter than its announced length.
    Truncated,
    /// These bytes as HTML.
    Html(&'static str),
    /// These bytes under this label.
    Bytes(&'static str, &'static [u8]),
    /// Another patient's banner.
    WrongBanner,
}

#[derive(Default)]
pub(crate) struct Switches {
    pub(crate) ended: Option<Ended>,
    /// It ended because the account logged in elsewhere.
    pub(crate) kicked: bool,
    /// By part of the path.
    pub(crate) faults: HashMap<&'static str, Fault>,
    pub(crate) token: u32,
    pub(crate) done: Vec<String>,
    pub(crate) asked: Vec<String>,
    current: String,
}

pub(crate) struct Fake {
    pub(crate) base: String,
    switches: Arc<Mutex<Switches>>,
}

type Shared = State<Arc<Mutex<Switches>>>;

impl Fake {
    pub(crate) async fn start() -> Self {
        let switches = Arc::new(Mutex::new(Switches::default()));
        let api = Router::new()
            .route("/home", get(home))
            .route("/login", get(home))
            .route("/api/inbasket/folders", get(folders))
            .route("/api/inbasket/folders/{id}/messages", get(messages))
            .route("/api/inbasket/messages/{id}", get(message))
            .route("/api/inbasket/messages/{id}/done", post(done))
            .route("/api/chart/open", post(open))
            .route("/api/chart/{chart}/{section}", get(section))
            .route("/viewer/{id}", get(viewer))
            .route("/documents/{id}/content", get(content))
            .layer(middleware::from_fn_with_state(Arc::clone(&switches), guard))
            .with_state(Arc::clone(&switches));
        let router = Router::new().nest("/EpicCareLink", api);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, switches }
    }

    pub(crate) fn set<T>(&self, change: impl FnOnce(&mut Switches) -> T) -> T {
        change(&mut self.switches.lock().unwrap())
    }
}

/// Session, token and faults, before any page.
async fn guard(State(switches): Shared, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let cookie = request.headers().get(header::COOKIE).map(|c| c.to_str().unwrap().to_owned());
    let token = request.headers().get("x-csrf-token").map(|t| t.to_str().unwrap().to_owned());
    let (ended, kicked, fault, good_token) = {
        let mut switches = switches.lock().unwrap();
        switches.asked.push(path.clone());
        let fault = switches.faults.iter().find(|(part, _)| path.contains(**part)).map(|(_, fault)| *fault);
        (switches.ended, switches.kicked, fault, format!("t{}", switches.token))
    };
    let login = if kicked { format!("{LOGIN}{KICKED}") } else { LOGIN.to_owned() };
    if path.ends_with("/login") {
        return Html(login).into_response();
    }
    let known = cookie.as_deref() == Some("ECLSESSION=good");
    match ended.or((!known).then_some(Ended::Redirect)) {
        Some(Ended::Redirect) => {
            return (StatusCode::FOUND, [(header::LOCATION, "/EpicCareLink/login?expired=1")])
                .into_response();
        }
        Some(Ended::LoginPage) => return Html(login).into_response(),
        None => {}
    }
    if request.method() == "POST" && token != Some(good_token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match fault {
        Some(Fault::Status(status)) => {
            (StatusCode::from_u16(status).unwrap(), [("retry-after", "9")], Html("<h1>Oops</h1>"))
                .into_response()
        }
        Some(Fault::Html(page)) => Html(page).into_response(),
        Some(Fault::Bytes(kind, bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Some(Fault::Truncated) => {
            let half = futures_of(Bytes::from_static(b"%PDF-1.7 half"));
            ([(header::CONTENT_LENGTH, "5000"), (header::CONTENT_TYPE, "application/pdf")], half)
                .into_response()
        }
        Some(Fault::WrongBanner) | None => next.run(request).await,
    }
}

/// A body of unknown length, so that the announced one stands.
fn futures_of(bytes: Bytes) -> Body {
    let (to, body) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        let mut to = to;
        tokio::io::AsyncWriteExt::write_all(&mut to, &bytes).await.unwrap();
    });
    Body::from_stream(tokio_stream_of(body))
}

fn tokio_stream_of(
    body: tokio::io::DuplexStream,
) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> {
    futures::stream::unfold(body, |mut body| async move {
        let mut buffer = vec![0; 4096];
        match tokio::io::AsyncReadExt::read(&mut body, &mut buffer).await {
            Ok(0) => None,
            Ok(read) => Some((Ok(Bytes::copy_from_slice(&buffer[..read])), body)),
            Err(error) => Some((Err(error), body)),
        }
    })
}

fn person(id: &str) -> Value {
    if id == "Z2" {
        json!({"name": "Roe, Richard", "mrn": "E2", "dob": "01/05/1960", "patId": "Z2", "sex": "M"})
    } else {
        json!({"name": "Doe, Jane A", "mrn": "E1", "dob": "12/01/1956", "patId": "Z1", "sex": "F"})
    }
}

fn row(id: &str) -> Value {
    let patient = person(if id == "M2" { "Z2" } else { "Z1" });
    json!({"messageId": id, "subject": "CPAP", "chartType": "Office Visit", "from": "Dr. Lee",
        "received": "11/20/2026 9:14 AM", "patient": patient, "body": "Please see the order."})
}

fn banner(switches: &Switches, place: &str) -> Value {
    let wrong = matches!(switches.faults.get(place), Some(Fault::WrongBanner));
    let other = if switches.current == "Z1" { "Z2" } else { "Z1" };
    person(if wrong { other } else { &switches.current })
}

async fn home(State(switches): Shared) -> Html<String> {
    let token = switches.lock().unwrap().token;
    Html(format!(
        r#"<title>EpicCare Link</title><meta name="csrf-token" content="t{token}"><main id=app></main>"#
    ))
}

async fn folders() -> Json<Value> {
    Json(json!({"folders": [{"id": "f-12", "name": "CC'd Charts", "total": 2, "unread": 1}]}))
}

async fn messages(Path(folder): Path<String>, Query(query): Query<HashMap<String, u32>>) -> Json<Value> {
    assert_eq!(folder, "f-12");
    let rows = if query["page"] == 1 { json!([row("M1"), row("M2")]) } else { json!([row("M3")]) };
    Json(json!({"page": query["page"], "pageCount": 2, "total": 3, "rows": rows}))
}

async fn message(Path(id): Path<String>) -> Json<Value> {
    Json(row(&id))
}

async fn done(State(switches): Shared, Path(id): Path<String>) -> StatusCode {
    switches.lock().unwrap().done.push(id);
    StatusCode::NO_CONTENT
}

async fn open(State(switches): Shared, Json(body): Json<Value>) -> Json<Value> {
    let mut switches = switches.lock().unwrap();
    switches.current = body["patId"].as_str().unwrap().to_owned();
    Json(json!({"banner": banner(&switches, "/chart/open")}))
}

async fn section(State(switches): Shared, Path((_, section)): Path<(String, String)>) -> Json<Value> {
    let banner = banner(&switches.lock().unwrap(), "/api/chart/");
    let rows = json!([
        {"id": "D1", "title": "Office Visit", "type": "Progress Notes", "serviceDate": "11/2/2026", "author": "Lee",
         "status": "Signed", "edited": "11/12/2026 4:10 PM", "format": "pdf"},
        {"id": "D2", "title": "Scan", "type": section, "serviceDate": null, "author": null, "status": null,
         "edited": null, "format": "html"},
    ]);
    Json(json!({"banner": banner, "page": 1, "pageCount": 1, "rows": rows}))
}

async fn viewer(State(switches): Shared, Path(id): Path<String>) -> Html<String> {
    let shown = banner(&switches.lock().unwrap(), "/viewer/");
    let text = |key: &str| shown[key].as_str().unwrap().to_owned();
    let content = match id.as_str() {
        "D2" => "<article class=note>Note</article>".to_owned(),
        "D3" => "<iframe id=document src='http://elsewhere.example/x'></iframe>".to_owned(),
        id => format!("<iframe id=document src='../documents/{id}/content'></iframe>"),
    };
    Html(format!(
        "<header class=patient-header><span class=patient-name>{}</span> <span class=patient-mrn>\n {}</span>
         <span class=patient-dob>{}</span></header>{content}",
        text("name"),
        text("mrn"),
        text("dob")
    ))
}

async fn content(Path(id): Path<String>) -> (HeaderMap, Vec<u8>) {
    let (kind, bytes) = match id.as_str() {
        "D2" => ("text/html", b"<html><article>Note</article></html>".to_vec()),
        "D4" => ("application/pdf", vec![b'x'; 200_000]),
        _ => ("application/octet-stream", b"%PDF-1.7 whole".to_vec()),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
    (headers, bytes)
}
