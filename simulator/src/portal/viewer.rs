//! The shell, the document viewer and the documents' bytes.

use std::io;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt;

use super::chart::current_chart;
use super::{Shared, gate, pages};
use crate::chart::{DocumentEntry, Format};
use crate::generator::date_text;
use crate::layout::html_body;

/// The shell.
pub(super) async fn home(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    let key = match gate::logged_in(&portal, &headers) {
        Ok(key) => key,
        Err(answer) => return *answer,
    };
    let csrf = portal.state().sessions.get(&key).map(|session| session.csrf.clone()).unwrap_or_default();
    Html(pages::home(&csrf)).into_response()
}

/// The viewer of one document of the current chart.
pub(super) async fn view(
    State(portal): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (chart, entry) = match allowed(&portal, &headers, &id) {
        Ok(found) => found,
        Err(Refusal::Answer(answer)) => return *answer,
        Err(Refusal::NotFound) => return pages::not_found().await,
    };
    let inner = if entry.format == Format::Html {
        let body = portal.library.draft(&id).map(|draft| html_body(&draft)).unwrap_or_default();
        format!("<article class=\"note\">\n{body}<p class=\"document-id\">Doc {id}</p></article>\n")
    } else {
        format!(
            "<iframe id=\"document\" title=\"Document\" src=\"/EpicCareLink/documents/{id}/content\"></iframe>\n"
        )
    };
    let patient = &portal.hospital.charts[chart].patient;
    let page = pages::viewer(
        &entry.title,
        &patient.name.last_first(),
        &patient.mrn,
        &date_text(patient.dob),
        &inner,
    );
    Html(page).into_response()
}

/// The bytes of one document of the current chart.
pub(super) async fn content(
    State(portal): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let entry = match allowed(&portal, &headers, &id) {
        Ok((_, entry)) => entry,
        Err(Refusal::Answer(answer)) => return *answer,
        Err(Refusal::NotFound) => return pages::not_found().await,
    };
    let kind = if entry.format == Format::Html { "text/html; charset=utf-8" } else { "application/pdf" };
    // Drawing a scan takes a while and must not hold up other visitors.
    let (library, wanted) = (portal.library.clone(), id.clone());
    let Ok(Some(bytes)) = tokio::task::spawn_blocking(move || library.bytes(&wanted)).await else {
        return (StatusCode::INTERNAL_SERVER_ERROR, Html(pages::server_error())).into_response();
    };
    let truncated = {
        let mut state = portal.state();
        state.downloads += 1;
        let truncated = state.faults.truncated(portal.hospital.seed, state.downloads);
        let counts =
            if truncated { &mut state.stats.documents_truncated } else { &mut state.stats.documents_served };
        *counts.entry(id).or_default() += 1;
        truncated
    };
    if truncated { cut(kind, &bytes) } else { ([(CONTENT_TYPE, kind)], bytes).into_response() }
}

enum Refusal {
    /// Not logged in: where to go.
    Answer(Box<Response>),
    /// Another patient's, or nobody's.
    NotFound,
}

fn allowed<'a>(
    portal: &'a Shared,
    headers: &HeaderMap,
    id: &str,
) -> Result<(usize, &'a DocumentEntry), Refusal> {
    let key = gate::logged_in(portal, headers).map_err(Refusal::Answer)?;
    let found = current_chart(portal, &key).and_then(|chart| Some((chart, portal.library.entry(chart, id)?)));
    found.ok_or_else(|| {
        portal.state().stats.documents_refused += 1;
        Refusal::NotFound
    })
}

/// Promises the whole document, sends half of it and breaks the connection.
fn cut(kind: &'static str, bytes: &Bytes) -> Response {
    let half = bytes.slice(..bytes.len() / 2);
    let first = futures::stream::iter([Ok(half)]);
    let body = Body::from_stream(first.chain(futures::stream::once(async {
        // The server sends what it has only when the body makes it wait.
        tokio::task::yield_now().await;
        Err(io::Error::new(io::ErrorKind::ConnectionAborted, "truncated on purpose"))
    })));
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_LENGTH, bytes.len().to_string())], body).into_response()
}
