//! The chart: opening makes the patient the session's current one; tabs lead to its lists.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::gate::{self, Visit};
use super::pages;
use crate::chart::Access;
use crate::dice::Dice;
use crate::portal::Shared;

/// Tabs with their pages, in their plain order.
const TABS: [(&str, &str); 5] = [
    ("Facesheet", "snapshot.asp"),
    ("Orders", "orders.asp"),
    ("Notes", "notes.asp"),
    ("Media", "media.asp"),
    ("Visits", "visits.asp"),
];

/// Most tabs that move into the menu when they are reordered.
const IN_MENU_MAX: i64 = 2;

/// Whose chart.
#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pt: String,
}

/// Opens a chart, unless something stands in the way; then the current patient stays who it was.
pub(super) async fn open(
    State(portal): State<Shared>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Response {
    let visit = match gate::logged_in(&portal, &headers) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let charts = &portal.hospital.charts;
    let Some(index) = charts.iter().position(|chart| chart.patient.pat_id == choice.pt) else {
        return pages::message_box(&visit, "The patient was not found.");
    };
    match charts[index].access {
        Access::Open => {}
        Access::BreakTheGlass => {
            portal.state().stats.btg_shown += 1;
            return break_the_glass(&visit, "");
        }
        Access::Ended => return pages::message_box(&visit, "Your access to this patient has ended."),
    }
    portal.touch_chart(index);
    {
        let mut state = portal.state();
        *state.stats.charts_opened.entry(charts[index].patient.mrn.clone()).or_default() += 1;
        if let Some(session) = state.sessions.get_mut(&visit.key) {
            session.chart = Some(index);
        }
    }
    pages::frameset(
        "CareLink - Chart",
        "<script>if (top.frames['banner']) { top.frames['banner'].location = 'banner.asp'; }</script>\n",
        "<frameset rows=\"30,*\" border=\"0\">\n<frame name=\"tabs\" src=\"tabs.asp\" scrolling=\"no\">\n\
         <frame name=\"chart\" src=\"snapshot.asp\">\n\
         <noframes><body>CareLink needs a browser with frames.</body></noframes>\n</frameset>\n",
    )
}

/// Counts that somebody answered Break-the-Glass, and asks again.
pub(super) async fn answer(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match gate::logged_in(&portal, &headers) {
        Ok(visit) => {
            portal.state().stats.btg_answered += 1;
            break_the_glass(
                &visit,
                "<table><tr><td class=\"error\">The reason was not accepted.</td></tr></table>\n",
            )
        }
        Err(answer) => *answer,
    }
}

fn break_the_glass(visit: &Visit, notice: &str) -> Response {
    let body = format!(
        "<h2>Break-the-Glass</h2>\n<p>This record is restricted. Your access will be reviewed.</p>\n{notice}\
         <form name=\"frmBtg\" method=\"post\" action=\"btg.asp\">\nReason: <select name=\"Reason\">\n\
         <option value=\"\"></option><option value=\"1\">Direct patient care</option>\n\
         <option value=\"2\">Billing</option></select>\nPassword: <input type=\"password\" name=\"BtgPwd\">\n\
         <input type=\"submit\" name=\"Accept\" value=\"Accept\">\n</form>\n"
    );
    pages::page(visit, "CareLink - Break-the-Glass", &body)
}

/// The chart's tabs. Their order is the hospital's own; reordered, it is another one each time.
pub(super) async fn tabs(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    let visit = match gate::logged_in(&portal, &headers) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let seed = portal.hospital.seed;
    let (purpose, reordered) = {
        let state = portal.state();
        let reordered = state.faults.tabs_reordered;
        (if reordered { format!("tabs/{}", state.stats.requests) } else { "tabs".to_owned() }, reordered)
    };
    let (mut order, mut dice) = (TABS, Dice::of(seed, &purpose));
    dice.shuffle(&mut order);
    let in_menu = if reordered { usize::try_from(dice.between(0, IN_MENU_MAX)).unwrap_or(0) } else { 0 };
    let (shown, more) = order.split_at(order.len() - in_menu);
    let entries = |tabs: &[(&str, &str)]| -> String {
        tabs.iter()
            .map(|(name, page)| format!("<li><a href=\"{page}\" target=\"chart\">{name}</a></li>\n"))
            .collect()
    };
    let menu = if more.is_empty() {
        String::new()
    } else {
        format!("More: <ul id=\"more\">\n{}</ul>\n", entries(more))
    };
    pages::page(&visit, "CareLink", &format!("<ul id=\"tabs\">\n{}</ul>\n{menu}", entries(shown)))
}

/// Index of the session's current patient's chart.
pub(super) fn current(portal: &Shared, visit: &Visit) -> Option<usize> {
    portal.state().sessions.get(&visit.key).and_then(|session| session.chart)
}
