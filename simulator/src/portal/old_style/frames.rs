//! The outer pages: login frameset, shell frameset, navigation, banner, patient list.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_text;
use jiff::civil::Date;
use serde::Deserialize;

use super::text::{list_date, list_name};
use super::{gate, pages};
use crate::generator::date_text;
use crate::portal::{Shared, redirect};

/// `/`: always the login frameset; who is logged in already goes to the shell from there.
pub(super) async fn entrance() -> Response {
    redirect("/CareLink/default.asp")
}

/// Why somebody was sent here.
#[derive(Deserialize)]
pub(super) struct Why {
    msg: Option<String>,
}

/// The login frameset; without frames there is nothing useful.
pub(super) async fn default(Query(why): Query<Why>) -> Response {
    let main = match why.msg.as_deref() {
        Some("timeout") => "login.asp?msg=timeout",
        Some("kicked") => "login.asp?msg=kicked",
        _ => "login.asp",
    };
    let frames = format!(
        "<frameset rows=\"60,*\" border=\"0\">\n<frame name=\"top\" src=\"logo.asp\" scrolling=\"no\">\n\
         <frame name=\"main\" src=\"{main}\">\n<noframes><body>CareLink needs a browser with frames.</body></noframes>\n\
         </frameset>\n"
    );
    pages::frameset("CareLink", "", &frames)
}

/// The hospital's name over the login.
pub(super) async fn logo() -> Response {
    Html(pages::bare("CareLink", "<b>St. Clement's</b> CareLink\n")).into_response()
}

/// The shell: navigation, banner and the place where work is done. Loaded into a frame it breaks out.
pub(super) async fn shell(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    if let Err(answer) = gate::logged_in(&portal, &headers) {
        return *answer;
    }
    pages::frameset(
        "CareLink",
        "<script>if (top != self) { top.location = self.location.href; }</script>\n",
        "<frameset rows=\"30,30,*\" border=\"1\">\n<frame name=\"nav\" src=\"nav.asp\" scrolling=\"no\">\n\
         <frame name=\"banner\" src=\"banner.asp\" scrolling=\"no\">\n<frame name=\"work\" src=\"inbasket.asp\">\n\
         <noframes><body>CareLink needs a browser with frames.</body></noframes>\n</frameset>\n",
    )
}

/// The links on top.
pub(super) async fn nav(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match gate::logged_in(&portal, &headers) {
        Ok(visit) => pages::page(
            &visit,
            "CareLink",
            "<a href=\"inbasket.asp\" target=\"work\">In Basket</a> |\n\
             <a href=\"patients.asp\" target=\"work\">Patients</a> |\n\
             <a href=\"logout.asp\" target=\"_top\">Log Out</a>\n",
        ),
        Err(answer) => *answer,
    }
}

/// Who the current patient is.
pub(super) async fn banner(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    let visit = match gate::logged_in(&portal, &headers) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let Some(chart) = super::chart::current(&portal, &visit) else {
        return pages::page(&visit, "CareLink", "No patient selected.\n");
    };
    let today = portal.hospital.charts[chart].printed_on;
    let patient = portal.shown_patient(chart);
    let body = format!(
        "<span id=\"ptname\">{}</span> <span id=\"ptmrn\">MRN: {}</span> <span id=\"ptdob\">DOB: {} ({} yrs)</span>\n",
        encode_text(&patient.name.last_first()),
        encode_text(&patient.mrn),
        date_text(patient.dob),
        years(patient.dob, today)
    );
    pages::page(&visit, "CareLink", &body)
}

/// Whole years from a birth to a day.
fn years(born: Date, today: Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i16::from(!had_birthday)
}

/// The patients the In Basket speaks of; this account has no other list.
pub(super) async fn patients(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    let visit = match gate::logged_in(&portal, &headers) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let mut found = BTreeMap::new();
    for message in super::inbasket::waiting(&portal, &visit, None, false) {
        let patient = &portal.hospital.charts[message.chart].patient;
        found.insert((list_name(&patient.name), patient.mrn.clone()), patient);
    }
    let rows: String = found
        .iter()
        .map(|((name, mrn), patient)| {
            format!(
                "<tr><td><a href=\"chart.asp?pt={}\">{}</a></td><td>{}</td><td>{}</td></tr>\n",
                patient.pat_id,
                encode_text(name),
                encode_text(mrn),
                list_date(patient.dob)
            )
        })
        .collect();
    let body = format!(
        "<table id=\"patients\">\n<tr><th>Patient</th><th>MRN</th><th>DOB</th></tr>\n{rows}</table>\n"
    );
    pages::page(&visit, "CareLink - Patients", &body)
}

/// Ends the session; a courtesy for people at a browser.
pub(super) async fn logout(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match gate::logged_in(&portal, &headers) {
        Ok(visit) => {
            portal.state().sessions.remove(&visit.key);
            redirect("/CareLink/default.asp")
        }
        Err(answer) => *answer,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_birthday_makes_a_year() {
        assert_eq!(years(date(1956, 11, 20), date(2026, 11, 19)), 69);
        assert_eq!(years(date(1956, 11, 20), date(2026, 11, 20)), 70);
    }
}
