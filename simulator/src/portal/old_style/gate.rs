//! The session check of every page, and what those without a session get.

use axum::http::HeaderMap;
use axum::response::Response;

use super::{pages, stage_page};
use crate::kind::HospitalKind;
use crate::portal::gate::cookie;
use crate::portal::session::{EndedAs, EndedBy, Ending, Stage};
use crate::portal::state::Standing;
use crate::portal::{Shared, redirect};

/// A request of a session.
pub(super) struct Visit {
    pub(super) key: String,
    /// Life the session had left when the request came; the request itself prolongs it.
    pub(super) seconds_left: i64,
}

/// The visit of a logged-in session, or the answer for everybody else.
pub(super) fn logged_in(portal: &Shared, headers: &HeaderMap) -> Result<Visit, Box<Response>> {
    at_stage(portal, headers, Stage::Ready)
}

/// The visit of a session that stands at `stage`, else where to go.
pub(super) fn at_stage(portal: &Shared, headers: &HeaderMap, stage: Stage) -> Result<Visit, Box<Response>> {
    let cookie = cookie(HospitalKind::A, headers);
    let found = portal.state().standing(cookie.as_deref(), portal.clock.now());
    match found {
        Standing::Known { key, stage: at, seconds_left } if at == stage => Ok(Visit { key, seconds_left }),
        Standing::Known { stage, .. } => Err(Box::new(redirect(stage_page(stage)))),
        Standing::Stranger => Err(Box::new(redirect("/CareLink/default.asp"))),
        Standing::Ended(ending) => Err(Box::new(ended(ending))),
    }
}

/// A kick always says so: the words are all that tells it from a timeout.
fn ended(ending: Ending) -> Response {
    match ending {
        Ending { by: EndedBy::Kick, .. } => pages::session_over(pages::KICKED, "kicked"),
        Ending { shown: EndedAs::Page, .. } => pages::session_over(pages::TIMED_OUT, "timeout"),
        Ending { shown: EndedAs::Redirect, .. } => redirect("/CareLink/default.asp?msg=timeout"),
    }
}
