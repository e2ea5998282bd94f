//! The chart: opening it for the session, and the document lists of the open one.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::inbasket::{PageNumber, ROWS_A_PAGE, missing};
use super::{Shared, gate};
use crate::chart::{Chart, DocumentEntry, Format, Section};
use crate::generator::{date_text, moment_text};

/// Whose chart to open.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opening {
    pat_id: String,
}

/// Makes a chart the session's current one.
pub(super) async fn open(State(portal): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let key = match gate::logged_in_with_token(&portal, &headers) {
        Ok(key) => key,
        Err(answer) => return *answer,
    };
    let Ok(opening) = serde_json::from_slice::<Opening>(&body) else {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "patId is missing"}))).into_response();
    };
    let charts = &portal.hospital.charts;
    let Some(index) = charts.iter().position(|chart| chart.patient.pat_id == opening.pat_id) else {
        return missing("patient");
    };
    let mut state = portal.state();
    *state.stats.charts_opened.entry(charts[index].patient.mrn.clone()).or_default() += 1;
    if let Some(session) = state.sessions.get_mut(&key) {
        session.chart = Some(index);
    }
    Json(json!({"banner": banner(&charts[index])})).into_response()
}

/// One page of a section of the current chart.
pub(super) async fn section(
    State(portal): State<Shared>,
    Path(name): Path<String>,
    Query(page): Query<PageNumber>,
    headers: HeaderMap,
) -> Response {
    let key = match gate::logged_in(&portal, &headers) {
        Ok(key) => key,
        Err(answer) => return *answer,
    };
    let Some(section) = Section::parse(&name) else { return missing("section") };
    let Some(index) = current_chart(&portal, &key) else { return missing("open chart") };
    let chart = &portal.hospital.charts[index];
    let entries: Vec<&DocumentEntry> = chart.documents.iter().filter(|e| e.section == section).collect();
    let rows: Vec<Value> =
        entries.iter().skip((page.get() - 1) * ROWS_A_PAGE).take(ROWS_A_PAGE).map(|e| row(e)).collect();
    Json(json!({
        "banner": banner(chart),
        "page": page.get(),
        "pageCount": entries.len().div_ceil(ROWS_A_PAGE).max(1),
        "rows": rows,
    }))
    .into_response()
}

/// Index of the chart a session has open.
pub(super) fn current_chart(portal: &Shared, key: &str) -> Option<usize> {
    portal.state().sessions.get(key).and_then(|session| session.chart)
}

fn banner(chart: &Chart) -> Value {
    let patient = &chart.patient;
    json!({
        "name": patient.name.last_first(),
        "mrn": patient.mrn,
        "dob": date_text(patient.dob),
        "sex": patient.sex.letter(),
    })
}

fn row(entry: &DocumentEntry) -> Value {
    json!({
        "id": entry.id,
        "title": entry.title,
        "type": entry.kind,
        "serviceDate": entry.service_date.map(date_text),
        "author": entry.author,
        "status": entry.status,
        "edited": entry.edited.map(moment_text),
        "format": if entry.format == Format::Html { "html" } else { "pdf" },
    })
}
