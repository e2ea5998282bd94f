//! Charts: opening one for the session, and the document lists of those that were opened.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::gate;
use super::inbasket::{PageNumber, ROWS_A_PAGE, missing};
use crate::chart::{Access, DocumentEntry, Format, Patient, Section};
use crate::generator::{date_text, moment_text};
use crate::portal::Shared;

/// Whose chart to open.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opening {
    pat_id: String,
}

/// Opens a chart for the session, beside those it has opened before.
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
    match charts[index].access {
        Access::Open => {}
        Access::BreakTheGlass => {
            portal.state().stats.btg_shown += 1;
            return Json(json!({"breakTheGlass": {
                "message": "Break-the-Glass: this record is restricted.",
                "reasons": ["Direct patient care", "Billing", "Other"],
            }}))
            .into_response();
        }
        Access::Ended => {
            let message = "Your access to this patient has ended.";
            return Json(json!({"accessEnded": {"message": message}})).into_response();
        }
    }
    portal.touch_chart(index);
    {
        let mut state = portal.state();
        *state.stats.charts_opened.entry(charts[index].patient.mrn.clone()).or_default() += 1;
        if let Some(session) = state.sessions.get_mut(&key) {
            session.opened.insert(index);
        }
    }
    Json(json!({"banner": banner(portal.shown_patient(index))})).into_response()
}

/// Counts that somebody answered Break-the-Glass, and refuses.
pub(super) async fn break_the_glass(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match gate::logged_in_with_token(&portal, &headers) {
        Ok(_) => {
            portal.state().stats.btg_answered += 1;
            (StatusCode::FORBIDDEN, Json(json!({"error": "the reason was not accepted"}))).into_response()
        }
        Err(answer) => *answer,
    }
}

/// One page of a section of a chart that was opened.
pub(super) async fn section(
    State(portal): State<Shared>,
    Path((pat_id, name)): Path<(String, String)>,
    Query(page): Query<PageNumber>,
    headers: HeaderMap,
) -> Response {
    let key = match gate::logged_in(&portal, &headers) {
        Ok(key) => key,
        Err(answer) => return *answer,
    };
    let Some(section) = Section::parse(&name) else { return missing("section") };
    let opened = opened_charts(&portal, &key);
    let is_asked_for = |index: &usize| portal.hospital.charts[*index].patient.pat_id == pat_id;
    let Some(index) = opened.into_iter().find(is_asked_for) else { return missing("open chart") };
    if let Some(expired) = gate::stale(&portal) {
        return expired;
    }
    portal.touch_chart(index);
    let chart = &portal.hospital.charts[index];
    let listed = |entry: &&DocumentEntry| entry.section == section && portal.document_is_there(entry);
    let entries: Vec<&DocumentEntry> = chart.documents.iter().filter(listed).collect();
    let rows: Vec<Value> =
        entries.iter().skip((page.get() - 1) * ROWS_A_PAGE).take(ROWS_A_PAGE).map(|e| row(e)).collect();
    Json(json!({
        "banner": banner(portal.shown_patient(index)),
        "page": page.get(),
        "pageCount": entries.len().div_ceil(ROWS_A_PAGE).max(1),
        "rows": rows,
    }))
    .into_response()
}

/// Indexes of the charts a session has opened.
pub(super) fn opened_charts(portal: &Shared, key: &str) -> BTreeSet<usize> {
    portal.state().sessions.get(key).map(|session| session.opened.clone()).unwrap_or_default()
}

fn banner(patient: &Patient) -> Value {
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
        "format": match entry.format {
            Format::Html => "html",
            Format::Pdf | Format::Scan => "pdf",
            Format::Tiff => "tiff",
            Format::Jpeg => "jpeg",
        },
    })
}
