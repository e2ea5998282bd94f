//! Documents, by form only: a viewer page, and from there the bytes part by part.
//!
//! The trap: a document is looked up in the *current* patient's chart. When that is no longer the
//! chart its list was read from, the document at the same place of the other chart's list is served.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use html_escape::encode_text;
use serde::Deserialize;

use super::gate::{self, Visit};
use super::{forms, lists, pages};
use crate::chart::DocumentEntry;
use crate::dice::Dice;
use crate::generator::date_text;
use crate::portal::{Portal, Shared, download};

const NOT_FOUND: &str = "The document was not found.";

/// Share of documents served under a type that says nothing.
const LYING_TYPE_SHARE: f64 = 0.15;

/// The forms that ask for a document or a part of one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    doc: String,
    part: Option<u8>,
    #[serde(rename = "__STATE")]
    state: String,
}

/// What is served for a wanted document.
struct Found<'a> {
    visit: Visit,
    /// The current patient's chart.
    chart: usize,
    entry: &'a DocumentEntry,
    /// The document asked for belongs to another patient.
    of_another: bool,
}

/// The viewer.
pub(super) async fn view(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(wanted): Form<Wanted>,
) -> Response {
    let Found { visit, chart, entry, .. } = match find(&portal, &headers, &wanted) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let token = forms::hand_out(&portal, &visit);
    let forms: String = (1..=entry.parts.max(1))
        .map(|part| {
            format!(
                "<form class=\"part\" method=\"post\" action=\"content.asp\" target=\"viewer\">\n\
                 <input type=\"hidden\" name=\"doc\" value=\"{}\">\n\
                 <input type=\"hidden\" name=\"part\" value=\"{part}\">\n{}\
                 <input type=\"submit\" value=\"View part {part}\">\n</form>\n",
                encode_text(&wanted.doc),
                forms::hidden_state(&token)
            )
        })
        .collect();
    let parts = if entry.parts > 1 {
        format!("<p><span id=\"parts\">Part 1 of {}</span></p>\n", entry.parts)
    } else {
        String::new()
    };
    let patient = portal.shown_patient(chart);
    let body = format!(
        "<div id=\"dochdr\"><span class=\"ptname\">{}</span> MRN: <span class=\"ptmrn\">{}</span> \
         DOB: <span class=\"ptdob\">{}</span></div>\n<h3>{}</h3>\n{parts}{forms}\
         <iframe name=\"viewer\" width=\"100%\" height=\"600\"></iframe>\n",
        encode_text(&patient.name.last_first()),
        encode_text(&patient.mrn),
        date_text(patient.dob),
        encode_text(&entry.title)
    );
    pages::page(&visit, "CareLink - Document", &body)
}

/// The bytes of one part.
pub(super) async fn content(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(wanted): Form<Wanted>,
) -> Response {
    let Found { visit, entry, of_another, .. } = match find(&portal, &headers, &wanted) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let lies = Dice::of(portal.hospital.seed, &format!("type/{}", entry.id)).chance(LYING_TYPE_SHARE);
    let kind = if lies { "application/octet-stream" } else { entry.format.content_type() };
    let mut part = wanted.part.unwrap_or(1);
    if of_another {
        portal.state().stats.wrong_patient_served += 1;
        part = part.min(entry.parts.max(1));
    }
    match download::serve(&portal, &visit.key, entry, part, kind).await {
        Some(answer) => answer,
        None => pages::message_box(&visit, NOT_FOUND),
    }
}

fn find<'a>(portal: &'a Shared, headers: &HeaderMap, wanted: &Wanted) -> Result<Found<'a>, Box<Response>> {
    let visit = gate::logged_in(portal, headers)?;
    forms::take(portal, &visit, &wanted.state)?;
    let current = super::chart::current(portal, &visit);
    let found = current.and_then(|chart| Some((chart, at_same_place(portal, chart, &wanted.doc)?)));
    let Some((chart, (entry, of_another))) = found else {
        portal.state().stats.documents_refused += 1;
        return Err(Box::new(pages::message_box(&visit, NOT_FOUND)));
    };
    portal.touch_chart(chart);
    Ok(Found { visit, chart, entry, of_another })
}

/// The document itself when it is the current patient's, else the one at its place in the current chart.
fn at_same_place<'a>(portal: &'a Portal, chart: usize, id: &str) -> Option<(&'a DocumentEntry, bool)> {
    if let Some(entry) = portal.library.entry(chart, id) {
        return portal.document_is_there(entry).then_some((entry, false));
    }
    let charts = portal.hospital.charts.len();
    let (owner, entry) = (0..charts).find_map(|owner| Some((owner, portal.library.entry(owner, id)?)))?;
    let place = lists::listed(portal, owner, entry.section).iter().position(|e| e.id == id)?;
    let section = lists::listed(portal, chart, entry.section);
    let other = section.get(place).or(section.last()).copied();
    other.or_else(|| portal.hospital.charts[chart].documents.first()).map(|entry| (entry, true))
}
