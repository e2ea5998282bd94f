//! Hospital B: one page filled from JSON.
//!
//! Everything below `/EpicCareLink`: login pages, a shell whose script draws lists from JSON, a viewer
//! for documents. Every list says whose it is to be: charts may be open side by side.

mod chart;
mod gate;
mod inbasket;
mod login;
mod pages;
mod viewer;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::Shared;
use super::session::Stage;

pub(super) use pages::{maintenance, server_error, terms_text};

/// The portal's routes.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(login::entrance))
        .route("/EpicCareLink", get(login::entrance))
        .route("/EpicCareLink/", get(login::entrance))
        .route("/EpicCareLink/login", get(login::page).post(login::submit))
        .route("/EpicCareLink/password-expired", get(login::password_page).post(login::change_password))
        .route("/EpicCareLink/terms", get(login::terms_page).post(login::accept_terms))
        .route("/EpicCareLink/verify", get(login::verify_page).post(login::verify))
        .route("/EpicCareLink/verify/resend", post(login::resend))
        .route("/EpicCareLink/logout", post(login::logout))
        .route("/EpicCareLink/home", get(viewer::home))
        .route("/EpicCareLink/whats-new", post(viewer::close_news))
        .route("/EpicCareLink/viewer/{id}", get(viewer::view))
        .route("/EpicCareLink/documents/{id}/content", get(viewer::content))
        .route("/EpicCareLink/api/inbasket/folders", get(inbasket::folders))
        .route("/EpicCareLink/api/inbasket/folders/{id}/messages", get(inbasket::messages))
        .route("/EpicCareLink/api/inbasket/messages/{id}", get(inbasket::message))
        .route("/EpicCareLink/api/inbasket/messages/{id}/done", post(inbasket::done))
        .route("/EpicCareLink/api/chart/open", post(chart::open))
        .route("/EpicCareLink/api/chart/break-the-glass", post(chart::break_the_glass))
        .route("/EpicCareLink/api/chart/{chart}/{section}", get(chart::section))
        .route("/EpicCareLink/static/app.js", get(script))
        .route("/EpicCareLink/static/app.css", get(stylesheet))
        .fallback(get(pages::not_found))
}

/// Requests that may meet a fault of pages: never the login.
pub(super) fn is_page(path: &str) -> bool {
    ["/EpicCareLink/api/", "/EpicCareLink/viewer/", "/EpicCareLink/documents/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

/// The login page as an ended session shows it.
pub(super) fn login_page() -> String {
    pages::login(Some(pages::SESSION_ENDED))
}

/// The page that carries a login on from a stage. Stages of hospital A never occur here.
fn stage_page(stage: Stage) -> &'static str {
    match stage {
        Stage::AwaitingPassword | Stage::AwaitingTakeover | Stage::AwaitingSite => "/EpicCareLink/login",
        Stage::AwaitingNewPassword => "/EpicCareLink/password-expired",
        Stage::AwaitingTerms => "/EpicCareLink/terms",
        Stage::AwaitingCode => "/EpicCareLink/verify",
        Stage::AwaitingNewsClosed | Stage::Ready => "/EpicCareLink/home",
    }
}

async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("assets/app.js"))
}

async fn stylesheet() -> Response {
    asset("text/css; charset=utf-8", include_str!("assets/app.css"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}
