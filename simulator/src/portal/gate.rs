//! What every request passes: counting, forced ends of sessions, latency, and faults of pages.

use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::wire::ResetSwitch;
use super::{Shared, breakage, new_style, old_style};
use crate::faults::PageFault;
use crate::kind::HospitalKind;

/// Outermost layer of a portal.
pub(super) async fn pass(State(portal): State<Shared>, request: Request, next: Next) -> Response {
    let Admitted { number, delay, fault } = admit(&portal, request.uri().path());
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let mut response = match fault {
        None => next.run(request).await,
        Some(PageFault::BadGateway) => (StatusCode::BAD_GATEWAY, Html(bad_gateway())).into_response(),
        Some(PageFault::InternalError) => server_error(portal.kind),
        Some(PageFault::Maintenance) => maintenance(portal.kind),
        Some(PageFault::Reset) => {
            let switch = request.extensions().get::<ConnectInfo<ResetSwitch>>().map(|info| info.0.clone());
            breakage::reset(next.run(request).await, switch).await
        }
    };
    if let Ok(value) = HeaderValue::from_str(&number.to_string()) {
        response.headers_mut().insert("X-Request-Id", value);
    }
    response
}

struct Admitted {
    number: u64,
    delay: Duration,
    fault: Option<PageFault>,
}

/// Counts a request and decides what the fault plan does to it.
fn admit(portal: &Shared, path: &str) -> Admitted {
    let now = portal.clock.now();
    let mut state = portal.state();
    let number = state.count(now);
    if state.faults.expire_session_after_requests.contains(&number) {
        state.expire_all(None);
    }
    if state.faults.kick_after_requests.contains(&number) {
        state.kick_all();
    }
    let latency = state.faults.latency_ms.map_or(portal.latency, Duration::from_millis);
    let slowness = Duration::from_millis(state.faults.slowness_ms(number));
    if !slowness.is_zero() {
        state.stats.struck("slow_page");
    }
    let faultable = match portal.kind {
        HospitalKind::A => old_style::is_page(path),
        HospitalKind::B => new_style::is_page(path),
    };
    let mut fault = None;
    if faultable {
        state.numbers.pages += 1;
        fault = state.faults.page(portal.hospital.seed, state.numbers.pages);
    }
    if let Some(fault) = fault {
        state.stats.bad_gateways += u64::from(fault == PageFault::BadGateway);
        state.stats.struck(match fault {
            PageFault::BadGateway => "bad_gateway",
            PageFault::InternalError => "internal_error",
            PageFault::Maintenance => "maintenance",
            PageFault::Reset => "reset",
        });
    }
    Admitted { number, delay: latency + slowness, fault }
}

/// The session cookie of a request.
pub(super) fn cookie(kind: HospitalKind, headers: &HeaderMap) -> Option<String> {
    let header = headers.get(axum::http::header::COOKIE)?.to_str().ok()?;
    cookie::Cookie::split_parse(header.to_owned())
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == cookie_name(kind))
        .map(|cookie| cookie.value().to_owned())
}

/// Gives the browser a session.
pub(super) fn set_cookie(kind: HospitalKind, response: &mut Response, key: &str) {
    let path = match kind {
        HospitalKind::A => "/CareLink",
        HospitalKind::B => "/EpicCareLink",
    };
    let set = format!("{}={key}; Path={path}; HttpOnly; SameSite=Lax", cookie_name(kind));
    if let Ok(value) = HeaderValue::from_str(&set) {
        response.headers_mut().insert(axum::http::header::SET_COOKIE, value);
    }
}

fn cookie_name(kind: HospitalKind) -> &'static str {
    match kind {
        HospitalKind::A => "CLSESS",
        HospitalKind::B => "ECLSESSION",
    }
}

/// The portal's own failure.
pub(super) fn server_error(kind: HospitalKind) -> Response {
    let page = match kind {
        HospitalKind::A => old_style::server_error(),
        HospitalKind::B => new_style::server_error(),
    };
    (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response()
}

fn maintenance(kind: HospitalKind) -> Response {
    match kind {
        HospitalKind::A => Html(old_style::maintenance()).into_response(),
        HospitalKind::B => (StatusCode::SERVICE_UNAVAILABLE, Html(new_style::maintenance())).into_response(),
    }
}

/// What a proxy says when the portal behind it does not answer.
fn bad_gateway() -> String {
    "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n\
     <hr><center>gateway</center>\n</body>\n</html>\n"
        .to_owned()
}
