//! In Basket: the server remembers folder, page and filter, and lists what they leave.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use html_escape::encode_text;
use serde::Deserialize;

use super::gate::{self, Visit};
use super::text::{list_date, list_moment, list_name};
use super::{forms, pages};
use crate::chart::Folder;
use crate::dice::Dice;
use crate::generator::Message;
use crate::kind::HospitalKind;
use crate::portal::Shared;

/// Rows on one page of a list.
pub(super) const ROWS_A_PAGE: usize = 8;

/// Share of messages that were read before, when somebody has left "Unread only" on.
const READ_BEFORE_SHARE: f64 = 0.3;

/// The portal's folder ids, in the order the folders are shown.
const FOLDERS: [(&str, Folder); 4] =
    [("1101", Folder::Charts), ("1104", Folder::Patient), ("1107", Folder::Results), ("1120", Folder::Staff)];

/// The list's columns; their order changes by seed and day.
const COLUMNS: [&str; 7] = ["Date Rcvd", "Type", "Subject", "From", "Patient", "MRN", "DOB"];

/// Which folder to go to.
#[derive(Deserialize)]
pub(super) struct Choice {
    fld: Option<String>,
}

/// The folder chosen now or last, on the page looked at last.
pub(super) async fn list(
    State(portal): State<Shared>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Response {
    let visit = match gate::logged_in(&portal, &headers) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    if let (Some(folder), Some(session)) = (choice.fld, portal.state().sessions.get_mut(&visit.key)) {
        session.desk.folder = Some(folder);
        session.desk.page = 1;
    }
    show(&portal, &visit)
}

/// Buttons of the list.
#[derive(Deserialize)]
pub(super) struct Pressed {
    #[serde(rename = "__STATE", default)]
    state: String,
    #[serde(rename = "Next")]
    next: Option<String>,
    #[serde(rename = "Prev")]
    previous: Option<String>,
    #[serde(rename = "ClearFilter")]
    clear: Option<String>,
}

/// Turns a page, or lifts the filter.
pub(super) async fn act(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(pressed): Form<Pressed>,
) -> Response {
    let visit = match gate::logged_in(&portal, &headers) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    if let Err(answer) = forms::take(&portal, &visit, &pressed.state) {
        return *answer;
    }
    {
        let mut state = portal.state();
        if pressed.clear.is_some() {
            state.inbox_filter = false;
        }
        if let Some(session) = state.sessions.get_mut(&visit.key) {
            let page = &mut session.desk.page;
            if pressed.clear.is_some() {
                *page = 1;
            } else if pressed.next.is_some() {
                *page += 1;
            } else if pressed.previous.is_some() {
                *page = page.saturating_sub(1).max(1);
            }
        }
    }
    show(&portal, &visit)
}

/// Messages that nobody has marked done, newest first: of one folder or of all, unread only or all.
pub(super) fn waiting<'a>(
    portal: &'a Shared,
    visit: &Visit,
    folder: Option<Folder>,
    unread_only: bool,
) -> Vec<&'a Message> {
    let right_site = portal.state().sessions.get(&visit.key).is_some_and(|session| session.desk.right_site);
    if !right_site {
        return Vec::new();
    }
    let name = folder.map(|folder| HospitalKind::A.folder_name(folder));
    let mut messages: Vec<&Message> = portal
        .hospital
        .messages
        .iter()
        .filter(|m| name.is_none_or(|name| m.folder == name) && portal.message_is_there(m))
        .filter(|m| {
            let done = portal.state().stats.done.contains(&m.id);
            !(done || unread_only && is_read(portal, m))
        })
        .collect();
    messages.sort_by_key(|m| std::cmp::Reverse(m.n));
    messages
}

/// Read by the visitor, or by whoever left the filter on: that person has read some already.
fn is_read(portal: &Shared, message: &Message) -> bool {
    let state = portal.state();
    let by_another = || {
        let purpose = format!("read before/{}", message.id);
        Dice::of(portal.hospital.seed, &purpose).chance(READ_BEFORE_SHARE)
    };
    state.read.contains(&message.id) || state.faults.inbox_filter_left_on && by_another()
}

fn show(portal: &Shared, visit: &Visit) -> Response {
    let folders: Vec<(&str, Folder, usize)> = FOLDERS
        .iter()
        .map(|(id, folder)| (*id, *folder, waiting(portal, visit, Some(*folder), false).len()))
        .filter(|(_, _, count)| *count > 0)
        .collect();
    let (chosen, filter) = chosen(portal, visit, folders.first().map(|(id, ..)| *id));
    let folder = FOLDERS.iter().find(|(id, _)| Some(*id) == chosen.as_deref()).map(|(_, folder)| *folder);
    let messages = folder.map(|folder| waiting(portal, visit, Some(folder), filter)).unwrap_or_default();
    let pages_count = messages.len().div_ceil(ROWS_A_PAGE).max(1);
    let page = current_page(portal, visit, pages_count);
    let token = forms::hand_out(portal, visit);

    let mut body = String::from("<table id=\"folders\">\n");
    for (id, folder, count) in &folders {
        body.push_str(&format!(
            "<tr class=\"fld\"><td><a href=\"inbasket.asp?fld={id}\">{}</a></td><td class=\"cnt\">{count}</td></tr>\n",
            encode_text(HospitalKind::A.folder_name(*folder))
        ));
    }
    body.push_str("</table>\n");
    if filter {
        body.push_str(&format!(
            "<table><tr><td id=\"filter\">Filter: Unread only</td><td>\
             <form name=\"frmFilter\" method=\"post\" action=\"inbasket.asp\">\n{}\
             <input type=\"submit\" name=\"ClearFilter\" value=\"Clear filter\">\n</form></td></tr></table>\n",
            forms::hidden_state(&token)
        ));
    }
    if messages.is_empty() {
        body.push_str("<table><tr><td class=\"none\">No messages.</td></tr></table>\n");
    } else {
        let first = (page - 1) * ROWS_A_PAGE;
        let rows = &messages[first..messages.len().min(first + ROWS_A_PAGE)];
        body.push_str(&table(portal, rows));
        body.push_str(&pager(first + 1, first + rows.len(), messages.len(), page, pages_count, &token));
    }
    pages::page(visit, "CareLink - In Basket", &body)
}

/// The session's folder (the first, before any was chosen) and whether the filter is on.
fn chosen(portal: &Shared, visit: &Visit, first: Option<&str>) -> (Option<String>, bool) {
    let mut state = portal.state();
    let filter = state.inbox_filter;
    let Some(session) = state.sessions.get_mut(&visit.key) else { return (None, filter) };
    if session.desk.folder.is_none() {
        session.desk.folder = first.map(str::to_owned);
    }
    (session.desk.folder.clone(), filter)
}

/// The session's page; past the end it is the last one.
fn current_page(portal: &Shared, visit: &Visit, last: usize) -> usize {
    let mut state = portal.state();
    let Some(session) = state.sessions.get_mut(&visit.key) else { return 1 };
    session.desk.page = session.desk.page.clamp(1, last);
    session.desk.page
}

fn table(portal: &Shared, messages: &[&Message]) -> String {
    let day = portal.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut columns = COLUMNS;
    Dice::of(portal.hospital.seed, &format!("inbox columns/{day}")).shuffle(&mut columns);
    let head: String = columns.iter().map(|name| format!("<th>{name}</th>")).collect();
    let mut table = format!("<table id=\"msgs\">\n<tr class=\"hdr\">{head}</tr>\n");
    for message in messages {
        let patient = &portal.hospital.charts[message.chart].patient;
        table.push_str(&format!("<tr class=\"msg\" data-pt=\"{}\">", patient.pat_id));
        for column in columns {
            let cell = match column {
                "Date Rcvd" => list_moment(message.received),
                "Type" => message.chart_type.to_owned(),
                "Subject" => {
                    let subject = encode_text(&message.subject);
                    table.push_str(&format!(
                        "<td><a href=\"message.asp?id={}\">{subject}</a></td>",
                        message.id
                    ));
                    continue;
                }
                "From" => message.from.to_uppercase(),
                "Patient" => list_name(&patient.name),
                "MRN" => patient.mrn.clone(),
                _ => list_date(patient.dob),
            };
            table.push_str(&format!("<td>{}</td>", encode_text(&cell)));
        }
        table.push_str("</tr>\n");
    }
    table.push_str("</table>\n");
    table
}

fn pager(first: usize, last: usize, total: usize, page: usize, pages: usize, token: &str) -> String {
    let button = |shown: bool, name: &str, text: &str| {
        if shown {
            format!("<input type=\"submit\" name=\"{name}\" value=\"{text}\">\n")
        } else {
            String::new()
        }
    };
    let form = format!(
        "<form name=\"frmPage\" method=\"post\" action=\"inbasket.asp\">\n{}{}{}</form>",
        forms::hidden_state(token),
        button(page > 1, "Prev", "&lt; Prev"),
        button(page < pages, "Next", "Next &gt;")
    );
    format!(
        "<table><tr><td id=\"pager\">Messages {first} - {last} of {total}</td><td>{form}</td></tr></table>\n"
    )
}
