//! One message, and Done.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use html_escape::encode_text;
use serde::Deserialize;

use super::text::{list_date, list_moment, list_name};
use super::{forms, gate, pages};
use crate::generator::Message;
use crate::portal::{Shared, redirect};

const NOT_FOUND: &str = "The message was not found.";

/// Which message.
#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    id: String,
}

/// Shows a message; it counts as read from now on.
pub(super) async fn show(
    State(portal): State<Shared>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Response {
    let visit = match gate::logged_in(&portal, &headers) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let Some(message) = find(&portal, &choice.id) else { return pages::message_box(&visit, NOT_FOUND) };
    portal.state().read.insert(message.id.clone());
    let token = forms::hand_out(&portal, &visit);
    let patient = &portal.hospital.charts[message.chart].patient;
    let rows: String = [
        ("From", message.from.clone()),
        ("Date", list_moment(message.received)),
        ("Patient", list_name(&patient.name)),
        ("MRN", patient.mrn.clone()),
        ("DOB", list_date(patient.dob)),
        ("Type", message.chart_type.to_owned()),
        ("Subject", message.subject.clone()),
    ]
    .iter()
    .map(|(label, value)| format!("<tr><th>{label}</th><td>{}</td></tr>\n", encode_text(value)))
    .collect();
    let body = format!(
        "<div id=\"msghdr\">\n<table>\n{rows}</table>\n</div>\n<pre id=\"msgbody\">{}</pre>\n\
         <p><a href=\"chart.asp?pt={}\">Open chart</a> | <a href=\"inbasket.asp\">Back</a></p>\n\
         <form name=\"frmDone\" method=\"post\" action=\"message.asp\">\n\
         <input type=\"hidden\" name=\"id\" value=\"{}\">\n{}\
         <input type=\"submit\" name=\"Done\" value=\"Done\">\n</form>\n",
        encode_text(&message.body),
        patient.pat_id,
        message.id,
        forms::hidden_state(&token)
    );
    pages::page(&visit, "CareLink - Message", &body)
}

/// The form below a message.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Finished {
    id: String,
    #[serde(rename = "__STATE")]
    state: String,
}

/// Takes a message out of its folder, for ever.
pub(super) async fn done(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(finished): Form<Finished>,
) -> Response {
    let visit = match gate::logged_in(&portal, &headers) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    if let Err(answer) = forms::take(&portal, &visit, &finished.state) {
        return *answer;
    }
    let Some(message) = find(&portal, &finished.id) else { return pages::message_box(&visit, NOT_FOUND) };
    portal.state().stats.done.insert(message.id.clone());
    redirect("/CareLink/inbasket.asp")
}

fn find<'a>(portal: &'a Shared, id: &str) -> Option<&'a Message> {
    portal.hospital.messages.iter().find(|m| m.id == id && portal.message_is_there(m))
}
