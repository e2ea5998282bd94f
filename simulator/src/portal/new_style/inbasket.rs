//! In Basket: folders that exist only while they hold messages, lists by page, Done.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::gate;
use crate::generator::{Message, date_text, moment_text};
use crate::portal::Shared;

/// Rows on one page of a list.
pub(super) const ROWS_A_PAGE: usize = 10;

/// The portal's folder ids, in the order the folders are shown.
const FOLDERS: [(&str, &str); 4] =
    [("f-12", "CC'd Charts"), ("f-17", "Patient Message"), ("f-21", "Results"), ("f-33", "Staff Message")];

/// Which page of a list.
#[derive(Deserialize)]
pub(super) struct PageNumber {
    page: Option<usize>,
}

impl PageNumber {
    /// From 1.
    pub(super) fn get(&self) -> usize {
        self.page.unwrap_or(1).max(1)
    }
}

/// Folders with counts.
pub(super) async fn folders(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    if let Err(answer) = gate::logged_in(&portal, &headers) {
        return *answer;
    }
    let folders: Vec<Value> = FOLDERS
        .iter()
        .filter_map(|(id, name)| {
            let messages = waiting(&portal, name);
            let state = portal.state();
            let unread = messages.iter().filter(|m| !state.read.contains(&m.id)).count();
            (!messages.is_empty())
                .then(|| json!({"id": id, "name": name, "total": messages.len(), "unread": unread}))
        })
        .collect();
    Json(json!({"folders": folders})).into_response()
}

/// One page of a folder, newest first.
pub(super) async fn messages(
    State(portal): State<Shared>,
    Path(folder): Path<String>,
    Query(page): Query<PageNumber>,
    headers: HeaderMap,
) -> Response {
    if let Err(answer) = gate::logged_in(&portal, &headers) {
        return *answer;
    }
    let name = FOLDERS.iter().find(|(id, _)| *id == folder).map(|(_, name)| *name);
    let messages = name.map(|name| waiting(&portal, name)).unwrap_or_default();
    if messages.is_empty() {
        return missing("folder");
    }
    if let Some(expired) = gate::stale(&portal) {
        return expired;
    }
    let rows: Vec<Value> = messages
        .iter()
        .skip((page.get() - 1) * ROWS_A_PAGE)
        .take(ROWS_A_PAGE)
        .map(|message| row(&portal, message))
        .collect();
    Json(json!({
        "page": page.get(),
        "pageCount": messages.len().div_ceil(ROWS_A_PAGE),
        "total": messages.len(),
        "rows": rows,
    }))
    .into_response()
}

/// One message with its text.
pub(super) async fn message(
    State(portal): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Err(answer) = gate::logged_in(&portal, &headers) {
        return *answer;
    }
    let there = |m: &&Message| m.id == id && portal.message_is_there(m);
    let Some(message) = portal.hospital.messages.iter().find(there) else {
        return missing("message");
    };
    portal.state().read.insert(id);
    let mut value = row(&portal, message);
    value["body"] = json!(message.body);
    Json(value).into_response()
}

/// Takes a message out of its folder, for ever.
pub(super) async fn done(
    State(portal): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Err(answer) = gate::logged_in_with_token(&portal, &headers) {
        return *answer;
    }
    if !portal.hospital.messages.iter().any(|m| m.id == id) {
        return missing("message");
    }
    portal.state().stats.done.insert(id);
    StatusCode::NO_CONTENT.into_response()
}

/// 404 for things of the JSON interface.
pub(super) fn missing(what: &str) -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"error": format!("{what} not found")}))).into_response()
}

/// Messages of a folder that nobody has marked done, newest first.
fn waiting<'a>(portal: &'a Shared, folder: &str) -> Vec<&'a Message> {
    let mut messages: Vec<&Message> = portal
        .hospital
        .messages
        .iter()
        .filter(|m| m.folder == folder && portal.message_is_there(m))
        .filter(|m| !portal.state().stats.done.contains(&m.id))
        .collect();
    messages.sort_by_key(|m| std::cmp::Reverse(m.n));
    messages
}

fn row(portal: &Shared, message: &Message) -> Value {
    let patient = &portal.hospital.charts[message.chart].patient;
    json!({
        "messageId": message.id,
        "subject": message.subject,
        "chartType": message.chart_type,
        "from": message.from,
        "received": moment_text(message.received),
        "patient": {
            "name": patient.name.last_first(),
            "mrn": patient.mrn,
            "dob": date_text(patient.dob),
            "patId": patient.pat_id,
        },
    })
}
