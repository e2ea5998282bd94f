//! The shell, the document viewer and the documents' bytes.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::chart::opened_charts;
use super::{gate, pages};
use crate::chart::{DocumentEntry, Format};
use crate::dice::Dice;
use crate::generator::date_text;
use crate::layout::html_body;
use crate::portal::{Shared, download, redirect};

/// The shell, or once a session the news over it.
pub(super) async fn home(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    let key = match gate::logged_in(&portal, &headers) {
        Ok(key) => key,
        Err(answer) => return *answer,
    };
    let state = portal.state();
    let Some(session) = state.sessions.get(&key) else { return redirect("/EpicCareLink/login") };
    if session.news_waiting {
        return Html(pages::whats_new(&session.csrf)).into_response();
    }
    let mut sections = ["snapshot", "orders", "notes", "media", "encounters"];
    if state.faults.tabs_reordered {
        let purpose = format!("tabs/{}", state.stats.requests);
        Dice::of(portal.hospital.seed, &purpose).shuffle(&mut sections);
    }
    Html(pages::home(&session.csrf, &sections.join(" "))).into_response()
}

/// "Got it".
pub(super) async fn close_news(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    let key = match gate::logged_in(&portal, &headers) {
        Ok(key) => key,
        Err(answer) => return *answer,
    };
    if let Some(session) = portal.state().sessions.get_mut(&key) {
        session.news_waiting = false;
    }
    redirect("/EpicCareLink/home")
}

/// The viewer of one document of a chart that was opened.
pub(super) async fn view(
    State(portal): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Allowed { chart, entry, .. } = match allowed(&portal, &headers, &id) {
        Ok(found) => found,
        Err(Refusal::Answer(answer)) => return *answer,
        Err(Refusal::NotFound) => return pages::not_found().await,
    };
    let inner = match entry.format {
        Format::Html => {
            let body = portal.library.draft(&id).map(|draft| html_body(&draft)).unwrap_or_default();
            format!("<article class=\"note\">\n{body}<p class=\"document-id\">Doc {id}</p></article>\n")
        }
        _ if entry.parts > 1 => frames_of_parts(entry),
        _ => format!(
            "<iframe id=\"document\" title=\"Document\" src=\"/EpicCareLink/documents/{id}/content\"></iframe>\n"
        ),
    };
    let patient = portal.shown_patient(chart);
    let page = pages::viewer(
        &entry.title,
        &patient.name.last_first(),
        &patient.mrn,
        &date_text(patient.dob),
        &inner,
    );
    Html(page).into_response()
}

/// One frame a part; the first carries the id a whole document's frame would have.
fn frames_of_parts(entry: &DocumentEntry) -> String {
    let frames: String = (1..=entry.parts)
        .map(|part| {
            let id = if part == 1 { " id=\"document\"" } else { "" };
            format!(
                "<iframe{id} class=\"document-part\" data-part=\"{part}\" title=\"Part {part}\" \
                 src=\"/EpicCareLink/documents/{}/content?part={part}\"></iframe>\n",
                entry.id
            )
        })
        .collect();
    format!("<p><span class=\"document-parts\">Part 1 of {}</span></p>\n{frames}", entry.parts)
}

/// Which part of a document.
#[derive(Deserialize)]
pub(super) struct Part {
    part: Option<u8>,
}

/// The bytes of one document of a chart that was opened, or of one part.
pub(super) async fn content(
    State(portal): State<Shared>,
    Path(id): Path<String>,
    Query(Part { part }): Query<Part>,
    headers: HeaderMap,
) -> Response {
    let Allowed { key, entry, .. } = match allowed(&portal, &headers, &id) {
        Ok(found) => found,
        Err(Refusal::Answer(answer)) => return *answer,
        Err(Refusal::NotFound) => return pages::not_found().await,
    };
    let kind = entry.format.content_type();
    match download::serve(&portal, &key, entry, part.unwrap_or(1), kind).await {
        Some(answer) => answer,
        None => pages::not_found().await,
    }
}

struct Allowed<'a> {
    key: String,
    chart: usize,
    entry: &'a DocumentEntry,
}

enum Refusal {
    /// Not logged in: where to go.
    Answer(Box<Response>),
    /// Of a chart that was not opened, or nobody's.
    NotFound,
}

fn allowed<'a>(portal: &'a Shared, headers: &HeaderMap, id: &str) -> Result<Allowed<'a>, Refusal> {
    let key = gate::logged_in(portal, headers).map_err(Refusal::Answer)?;
    let in_chart = |chart| portal.library.entry(chart, id).map(|entry| (chart, entry));
    let found = opened_charts(portal, &key).into_iter().find_map(in_chart);
    let Some((chart, entry)) = found.filter(|(_, entry)| portal.document_is_there(entry)) else {
        portal.state().stats.documents_refused += 1;
        return Err(Refusal::NotFound);
    };
    portal.touch_chart(chart);
    Ok(Allowed { key, chart, entry })
}
