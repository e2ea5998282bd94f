//! The session check of every page and call, and what those without a session get.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use super::{pages, stage_page};
use crate::kind::HospitalKind;
use crate::portal::gate::cookie;
use crate::portal::session::{EndedAs, EndedBy, Ending, Stage};
use crate::portal::state::Standing;
use crate::portal::{Shared, redirect};

/// The key of a logged-in session, or the answer for everybody else.
pub(super) fn logged_in(portal: &Shared, headers: &HeaderMap) -> Result<String, Box<Response>> {
    match standing(portal, headers)? {
        (key, Stage::Ready) => Ok(key),
        (_, stage) => Err(Box::new(redirect(stage_page(stage)))),
    }
}

/// The session of a request at any stage of the login, or the answer for those without.
pub(super) fn standing(portal: &Shared, headers: &HeaderMap) -> Result<(String, Stage), Box<Response>> {
    let cookie = cookie(HospitalKind::B, headers);
    let found = portal.state().standing(cookie.as_deref(), portal.clock.now());
    match found {
        Standing::Known { key, stage, .. } => Ok((key, stage)),
        Standing::Stranger => Err(Box::new(redirect("/EpicCareLink/login"))),
        Standing::Ended(ending) => Err(Box::new(ended(ending))),
    }
}

fn ended(ending: Ending) -> Response {
    let (address, words) = match ending.by {
        EndedBy::Timeout => ("/EpicCareLink/login?expired=1", pages::SESSION_ENDED),
        EndedBy::Kick => ("/EpicCareLink/login?kicked=1", pages::KICKED),
    };
    match ending.shown {
        EndedAs::Redirect => redirect(address),
        EndedAs::Page => Html(pages::login(Some(words))).into_response(),
    }
}

/// Like [`logged_in`], and the request carries the session's CSRF token.
pub(super) fn logged_in_with_token(portal: &Shared, headers: &HeaderMap) -> Result<String, Box<Response>> {
    let key = logged_in(portal, headers)?;
    let mut state = portal.state();
    let token = headers.get("X-CSRF-Token").and_then(|value| value.to_str().ok());
    if state.sessions.get(&key).is_some_and(|session| Some(session.csrf.as_str()) == token) {
        return Ok(key);
    }
    state.stats.csrf_refused += 1;
    Err(Box::new((StatusCode::FORBIDDEN, Html(pages::forbidden())).into_response()))
}

/// The page that comes in place of a list when the fault plan says that it has expired.
pub(super) fn stale(portal: &Shared) -> Option<Response> {
    let mut state = portal.state();
    state.numbers.forms += 1;
    if !state.faults.stale(state.numbers.forms) {
        return None;
    }
    state.stats.stale_pages += 1;
    state.stats.struck("stale_page");
    Some(Html(pages::stale()).into_response())
}
