//! The chart's lists: of the current patient, whoever that is, and without saying who.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use jiff::ToSpan;
use serde::Deserialize;

use super::gate::{self, Visit};
use super::inbasket::ROWS_A_PAGE;
use super::{forms, pages, rows};
use crate::chart::{DocumentEntry, Section};
use crate::portal::{Portal, Shared};

const NO_PATIENT: &str = "No patient selected.";

/// Months the filter of Notes leaves.
const FILTER_MONTHS: i32 = 12;

/// Where in a list, and whether its filter shall go.
#[derive(Deserialize)]
pub(super) struct Place {
    /// Page from 1: Orders, Notes.
    pg: Option<usize>,
    /// Rows to skip: Media.
    start: Option<usize>,
    /// Notes: lift the filter.
    clear: Option<String>,
}

/// A request for a list, and what it may list.
struct Listing<'a> {
    visit: Visit,
    chart: usize,
    entries: Vec<&'a DocumentEntry>,
}

impl Listing<'_> {
    /// The page around the list, with the form that fetches documents.
    fn page(&self, portal: &Shared, body: &str) -> Response {
        let token = forms::hand_out(portal, &self.visit);
        let form = format!(
            "<form name=\"frmDoc\" method=\"post\" action=\"document.asp\">\n\
             <input type=\"hidden\" name=\"doc\" value=\"\">\n{}</form>\n\
             <script>function openDoc(id) {{ document.frmDoc.doc.value = id; document.frmDoc.submit(); }}</script>\n",
            forms::hidden_state(&token)
        );
        pages::page(&self.visit, "CareLink - Chart", &format!("{body}{form}"))
    }
}

/// Facesheet: one card.
pub(super) async fn snapshot(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match listing(&portal, &headers, Section::Snapshot, "snapshot.asp") {
        Ok(listing) => listing.page(&portal, &rows::cards(&listing.entries)),
        Err(answer) => *answer,
    }
}

/// Orders: a table by pages.
pub(super) async fn orders(
    State(portal): State<Shared>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Response {
    match listing(&portal, &headers, Section::Orders, "orders.asp") {
        Ok(listing) => {
            let (skip, next) = of_page(place.pg, listing.entries.len());
            let table = rows::table(&portal, "orders", some(&listing.entries, skip));
            let next = next.map(|page| next_link("orders.asp", page)).unwrap_or_default();
            let body = format!("{}{table}{next}", rows::count(skip, ROWS_A_PAGE, listing.entries.len()));
            listing.page(&portal, &body)
        }
        Err(answer) => *answer,
    }
}

/// Notes: an accordion by visit date, by pages, perhaps without the older ones.
pub(super) async fn notes(
    State(portal): State<Shared>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Response {
    let mut listing = match listing(&portal, &headers, Section::Notes, "notes.asp") {
        Ok(listing) => listing,
        Err(answer) => return *answer,
    };
    let filtered = portal.state().sessions.get_mut(&listing.visit.key).is_some_and(|session| {
        session.desk.notes_filter &= place.clear.is_none();
        session.desk.notes_filter
    });
    let mut body = String::new();
    if filtered {
        let since = portal.hospital.charts[listing.chart].printed_on.saturating_sub(FILTER_MONTHS.months());
        listing.entries.retain(|entry| entry.service_date.is_none_or(|date| date >= since));
        body.push_str(
            "<div id=\"filter\">Filter: Last 12 months <a id=\"clear\" href=\"notes.asp?clear=1\">Clear</a></div>\n",
        );
    }
    let (skip, next) = of_page(place.pg, listing.entries.len());
    body.push_str(&rows::count(skip, ROWS_A_PAGE, listing.entries.len()));
    body.push_str(&rows::accordion(some(&listing.entries, skip)));
    body.push_str(&next.map(|page| next_link("notes.asp", page)).unwrap_or_default());
    listing.page(&portal, &body)
}

/// Media: a table by offset.
pub(super) async fn media(
    State(portal): State<Shared>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Response {
    match listing(&portal, &headers, Section::Media, "media.asp") {
        Ok(listing) => {
            let (skip, total) = (place.start.unwrap_or(0), listing.entries.len());
            let table = rows::table(&portal, "media", some(&listing.entries, skip));
            let more = if skip + ROWS_A_PAGE < total {
                format!("<a class=\"more\" href=\"media.asp?start={}\">More</a>\n", skip + ROWS_A_PAGE)
            } else {
                String::new()
            };
            listing.page(&portal, &format!("{}{table}{more}", rows::count(skip, ROWS_A_PAGE, total)))
        }
        Err(answer) => *answer,
    }
}

/// Visits: cards, all on one page.
pub(super) async fn visits(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match listing(&portal, &headers, Section::Encounters, "visits.asp") {
        Ok(listing) => listing.page(&portal, &rows::cards(&listing.entries)),
        Err(answer) => *answer,
    }
}

/// The current chart's documents of a section, or what comes in place of the list.
fn listing<'a>(
    portal: &'a Shared,
    headers: &HeaderMap,
    section: Section,
    address: &str,
) -> Result<Listing<'a>, Box<Response>> {
    let visit = gate::logged_in(portal, headers)?;
    let chart = super::chart::current(portal, &visit);
    let Some(chart) = chart else { return Err(Box::new(pages::message_box(&visit, NO_PATIENT))) };
    // Once a session, in place of the first list.
    let news = portal
        .state()
        .sessions
        .get_mut(&visit.key)
        .is_some_and(|session| std::mem::replace(&mut session.news_waiting, false));
    if news {
        return Err(Box::new(Html(pages::whats_new(address)).into_response()));
    }
    portal.touch_chart(chart);
    Ok(Listing { visit, chart, entries: listed(portal, chart, section) })
}

/// What a section of a chart lists by now.
pub(super) fn listed(portal: &Portal, chart: usize, section: Section) -> Vec<&DocumentEntry> {
    portal.hospital.charts[chart]
        .documents
        .iter()
        .filter(|entry| entry.section == section && portal.document_is_there(entry))
        .collect()
}

/// Rows to skip for a page, and the next page if there is one.
fn of_page(page: Option<usize>, total: usize) -> (usize, Option<usize>) {
    let page = page.unwrap_or(1).clamp(1, total.div_ceil(ROWS_A_PAGE).max(1));
    let skip = (page - 1) * ROWS_A_PAGE;
    (skip, (skip + ROWS_A_PAGE < total).then_some(page + 1))
}

fn some<'a, 'b>(entries: &'b [&'a DocumentEntry], skip: usize) -> &'b [&'a DocumentEntry] {
    let from = skip.min(entries.len());
    &entries[from..entries.len().min(from + ROWS_A_PAGE)]
}

fn next_link(page: &str, number: usize) -> String {
    format!("<a class=\"next\" href=\"{page}?pg={number}\">Next &gt;</a>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_where_the_rows_end() {
        assert_eq!(of_page(None, 0), (0, None));
        assert_eq!(of_page(None, 8), (0, None));
        assert_eq!(of_page(Some(1), 9), (0, Some(2)));
        assert_eq!(of_page(Some(2), 16), (8, None));
        assert_eq!(of_page(Some(9), 16), (8, None));
    }
}
