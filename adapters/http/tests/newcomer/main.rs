//! A portal that nothing of ours was built after: its pages were recorded first, and its profile was written from
//! `docs/portals.md` alone, by somebody who saw neither this crate's sources nor another profile.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use domain::cookies::{self, SessionCookie};
use domain::ids::Generation;
use domain::inbox::wanted_folder;
use domain::patient_scraper::Section;
use domain::ports::{PortalError, PortalSession, Refusal};
use domain::profile::Profile;
use http_portal::{Aids, HttpPortal};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

type Filed = Arc<Mutex<Vec<BTreeMap<String, String>>>>;

const FILE: &[u8] = b"%PDF-1.4\n%file\n%%EOF\n";
const INLINE: &[u8] = b"%PDF-1.4\n%inline\n%%EOF\n";

fn signed_in(headers: &HeaderMap) -> bool {
    headers.get("cookie").is_some_and(|cookie| cookie.to_str().unwrap_or_default().contains("LSC=good"))
}

fn page(headers: &HeaderMap, text: &'static str) -> Response {
    Html(if signed_in(headers) { text } else { include_str!("pages/bye.html") }).into_response()
}

async fn stream(headers: HeaderMap, Query(asked): Query<BTreeMap<String, String>>) -> Response {
    let after = asked.get("after").map(String::as_str).unwrap_or_default();
    match (asked.get("box").map(String::as_str), after) {
        (Some("b7"), "") => page(&headers, include_str!("pages/stream-1.html")),
        (Some("b7"), "c:102") => page(&headers, include_str!("pages/stream-2.html")),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn message(headers: HeaderMap, Path(id): Path<String>) -> Response {
    if id == "m-101" {
        page(&headers, include_str!("pages/message.html"))
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

async fn chart(headers: HeaderMap, Path(key): Path<String>) -> Response {
    match key.as_str() {
        "k-aa" => page(&headers, include_str!("pages/chart.html")),
        "k-bb" => page(&headers, include_str!("pages/locked-chart.html")),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn tab(headers: HeaderMap, Path((_, tab)): Path<(String, String)>) -> Response {
    match tab.as_str() {
        "rx" => page(&headers, include_str!("pages/tab-rx.html")),
        "papers" => page(&headers, include_str!("pages/tab-papers.html")),
        _ => page(&headers, include_str!("pages/tab-empty.html")),
    }
}

async fn viewer(headers: HeaderMap, Path((_, document)): Path<(String, String)>) -> Response {
    let inline = document == "50";
    page(
        &headers,
        if inline {
            include_str!("pages/viewer-inline.html")
        } else {
            include_str!("pages/viewer-object.html")
        },
    )
}

async fn finish(
    State(filed): State<Filed>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    if headers.get("x-rq").is_none_or(|token| token != "xx99-xx99-xx99") {
        return StatusCode::FORBIDDEN.into_response();
    }
    filed.lock().unwrap().push(form);
    page(&headers, include_str!("pages/app.html"))
}

async fn start(filed: Filed) -> String {
    let router = Router::new()
        .route(
            "/portal/app",
            get(|headers: HeaderMap| async move { page(&headers, include_str!("pages/app.html")) }),
        )
        .route("/portal/stream", get(stream))
        .route("/portal/m/{id}", get(message))
        .route("/portal/m/{id}/finish", post(finish))
        .route("/portal/c/{key}", get(chart))
        .route("/portal/c/{key}/tab/{tab}", get(tab))
        .route("/portal/c/{key}/d/{document}", get(viewer))
        .route("/portal/file/{file}", get(|| async { FILE }))
        .with_state(filed);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

async fn session(base: &str, cookie: &str) -> Result<Arc<dyn PortalSession>, PortalError> {
    let profile: Profile = toml::from_str(include_str!("lakeside.toml")).unwrap();
    let portal = HttpPortal::new(Arc::new(profile), base, Arc::default(), Aids::default()).unwrap();
    let cookie = SessionCookie {
        name: "LSC".into(),
        value: cookie.into(),
        domain: "127.0.0.1".into(),
        path: "/portal".into(),
        secure: false,
    };
    portal.resume(&cookies::to_text(&[cookie]).unwrap(), Generation(1)).await
}

#[tokio::test]
async fn a_portal_of_a_new_shape_is_read_by_its_profile_alone() {
    let filed = Filed::default();
    let base = start(Arc::clone(&filed)).await;
    let profile: Profile = toml::from_str(include_str!("lakeside.toml")).unwrap();
    let session = session(&base, "good").await.unwrap();
    let folders = session.folders().await.unwrap();
    let wanted: Vec<_> =
        folders.iter().filter(|folder| wanted_folder(folder, &profile.wanted_folders)).collect();
    assert_eq!((folders.len(), wanted.len()), (2, 1));
    let rows = session.messages(wanted[0]).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.message_id.reveal().as_str(), row.chart_type.as_str(), row.received.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            ("m-101", "Office Visit", "2026-11-20T09:14:00".to_owned()),
            ("m-102", "Results", "2026-11-19T16:02:00".to_owned()),
            ("m-103", "Telephone", "2026-11-18T11:40:00".to_owned()),
        ]
    );
    let (first, patient) = (&rows[0], &rows[0].patient);
    assert_eq!(
        (patient.mrn.reveal().as_str(), patient.name.reveal().as_str()),
        ("00999999", "XXXXX, XXXX X")
    );
    assert_eq!(patient.dob.as_ref().unwrap().reveal().to_string(), "1956-11-20");
    assert!(session.message_body(first).await.unwrap().reveal().contains("xxx xxxxx"));
    let chart = session.open_chart(first).await.unwrap();
    let orders = chart.list(Section::Orders).await.unwrap().rows;
    assert_eq!((orders.len(), orders[0].status.as_deref()), (1, Some("Signed")));
    assert_eq!(orders[0].title.reveal(), "DME Order");
    assert_eq!(orders[0].service_date.unwrap().to_string(), "2026-11-12");
    assert_eq!(orders[0].edited.unwrap().to_string(), "2026-11-12T16:10:00");
    let media = chart.list(Section::Media).await.unwrap().rows;
    assert_eq!(media.len(), 2);
    assert!(chart.list(Section::Notes).await.unwrap().rows.is_empty());
    assert_eq!(chart.fetch(&orders[0]).await.unwrap().files[0].bytes, FILE);
    assert_eq!(chart.fetch(&media[0]).await.unwrap().files[0].bytes, INLINE);
    session.mark_done(first).await.unwrap();
    let filed = filed.lock().unwrap().clone();
    assert_eq!(filed.len(), 1);
    assert_eq!((filed[0]["stamp"].as_str(), filed[0]["how"].as_str()), ("s-77", "filed"));
    let restricted = session.open_chart(&rows[1]).await.map(drop);
    assert!(
        matches!(restricted, Err(PortalError::NotPermitted { why: Refusal::BreakTheGlass, .. })),
        "{restricted:?}"
    );
}

#[tokio::test]
async fn its_ended_session_is_told() {
    let base = start(Filed::default()).await;
    let ended = session(&base, "old").await.map(drop);
    assert!(matches!(ended, Err(PortalError::SessionLost)), "{ended:?}");
}
