//! What every request passes: counting, forced expiry, latency, 502, and the session check.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::session::{EndedAs, Stage};
use super::state::Standing;
use super::{Shared, pages, redirect};

/// Name of the session cookie.
pub(super) const COOKIE: &str = "ECLSESSION";

/// Outermost layer of the portal.
pub(super) async fn pass(State(portal): State<Shared>, request: Request, next: Next) -> Response {
    let (number, latency, broken) = admit(&portal, request.uri().path());
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let mut response = if broken {
        (StatusCode::BAD_GATEWAY, Html(pages::bad_gateway())).into_response()
    } else {
        next.run(request).await
    };
    if let Ok(value) = HeaderValue::from_str(&number.to_string()) {
        response.headers_mut().insert("X-Request-Id", value);
    }
    response
}

/// Counts a request and decides what the fault plan does to it.
fn admit(portal: &Shared, path: &str) -> (u64, Duration, bool) {
    let mut state = portal.state();
    state.stats.requests += 1;
    let number = state.stats.requests;
    if state.faults.expire_session_after_requests.contains(&number) {
        state.expire_all(None);
    }
    let latency = state.faults.latency_ms.map_or(portal.latency, Duration::from_millis);
    let faultable = ["/EpicCareLink/api/", "/EpicCareLink/viewer/", "/EpicCareLink/documents/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    let mut broken = false;
    if faultable {
        state.faultable += 1;
        broken = state.faults.bad_gateway(portal.hospital.seed, state.faultable);
        state.stats.bad_gateways += u64::from(broken);
    }
    (number, latency, broken)
}

/// The session cookie of a request.
pub(super) fn cookie(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(axum::http::header::COOKIE)?.to_str().ok()?;
    cookie::Cookie::split_parse(header.to_owned())
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == COOKIE)
        .map(|cookie| cookie.value().to_owned())
}

/// The key of a logged-in session, or the answer for everybody else.
pub(super) fn logged_in(portal: &Shared, headers: &HeaderMap) -> Result<String, Box<Response>> {
    match standing(portal, headers)? {
        (key, Stage::Ready) => Ok(key),
        (_, stage) => Err(Box::new(redirect(stage.page()))),
    }
}

/// The session of a request at any stage of the login, or the answer for those without.
pub(super) fn standing(portal: &Shared, headers: &HeaderMap) -> Result<(String, Stage), Box<Response>> {
    let found = portal.state().standing(cookie(headers).as_deref(), portal.clock.now());
    match found {
        Standing::Known { key, stage } => Ok((key, stage)),
        Standing::Stranger => Err(Box::new(redirect("/EpicCareLink/login"))),
        Standing::Ended(EndedAs::Redirect) => Err(Box::new(redirect("/EpicCareLink/login?expired=1"))),
        Standing::Ended(EndedAs::LoginPage) => {
            Err(Box::new(Html(pages::login(Some(pages::SESSION_ENDED))).into_response()))
        }
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
