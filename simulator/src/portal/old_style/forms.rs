//! `__STATE`: every page with a form carries a token, and only recent pages' forms work.

use axum::response::Response;

use super::gate::Visit;
use super::pages;
use crate::portal::Shared;
use crate::portal::login::new_token;

/// A hidden field with a token for the page being made.
pub(super) fn hidden_state(token: &str) -> String {
    format!("<input type=\"hidden\" name=\"__STATE\" value=\"{token}\">\n")
}

/// A token for the page being made.
pub(super) fn hand_out(portal: &Shared, visit: &Visit) -> String {
    let token = new_token();
    if let Some(session) = portal.state().sessions.get_mut(&visit.key) {
        session.desk.hand_out(token.clone());
    }
    token
}

/// Takes a form's token.
///
/// # Errors
/// The page that says so, when the form's page has expired: too old, unknown, or by the fault plan.
/// Then the page has to be read again; sending the same form once more does not help.
pub(super) fn take(portal: &Shared, visit: &Visit, token: &str) -> Result<(), Box<Response>> {
    let mut state = portal.state();
    let Some(session) = state.sessions.get_mut(&visit.key) else { return Err(Box::new(pages::stale(visit))) };
    let known = session.desk.knows(token);
    state.numbers.forms += u64::from(known);
    let struck = known && state.faults.stale(state.numbers.forms);
    if struck {
        state.stats.struck("stale_page");
        if let Some(session) = state.sessions.get_mut(&visit.key) {
            session.desk.forget(token);
        }
    }
    if known && !struck {
        return Ok(());
    }
    state.stats.stale_pages += 1;
    Err(Box::new(pages::stale(visit)))
}
