//! The web portal: login, shell, In Basket, charts, documents, and the operators' side door.
//!
//! Everything below `/EpicCareLink` behaves as the hospital's portal would. Everything below `/_sim`
//! is for whoever runs the simulator and needs no session.

mod account;
mod admin;
mod chart;
mod gate;
mod inbasket;
mod login;
mod pages;
mod session;
mod state;
mod stats;
mod viewer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::clock::Clock;
use crate::generator::Hospital;
use crate::library::Library;
use crate::mail::Mailbox;
use crate::truth::Truth;

pub(crate) use pages::terms_text;
pub(crate) use state::PortalState;
pub use stats::PortalStats;

/// Everything the handlers share.
pub(crate) struct Portal {
    pub(crate) hospital: Arc<Hospital>,
    pub(crate) truth: Truth,
    pub(crate) library: Arc<Library>,
    pub(crate) mailbox: Mailbox,
    pub(crate) clock: Clock,
    pub(crate) latency: Duration,
    state: Mutex<PortalState>,
}

/// The handlers' handle on it.
pub(crate) type Shared = Arc<Portal>;

impl Portal {
    /// A portal at its beginning: nobody logged in, nothing done.
    pub(crate) fn new(
        hospital: Arc<Hospital>,
        truth: Truth,
        library: Library,
        mailbox: Mailbox,
        latency: Duration,
        state: PortalState,
    ) -> Self {
        Self {
            hospital,
            truth,
            library: Arc::new(library),
            mailbox,
            clock: Clock::default(),
            latency,
            state: Mutex::new(state),
        }
    }

    /// The changing part. A poisoned lock is taken over: each change is complete by itself.
    pub(crate) fn state(&self) -> MutexGuard<'_, PortalState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All routes.
pub(crate) fn router(portal: Shared) -> Router {
    let site = Router::new()
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
        .route("/EpicCareLink/viewer/{id}", get(viewer::view))
        .route("/EpicCareLink/documents/{id}/content", get(viewer::content))
        .route("/EpicCareLink/api/inbasket/folders", get(inbasket::folders))
        .route("/EpicCareLink/api/inbasket/folders/{id}/messages", get(inbasket::messages))
        .route("/EpicCareLink/api/inbasket/messages/{id}", get(inbasket::message))
        .route("/EpicCareLink/api/inbasket/messages/{id}/done", post(inbasket::done))
        .route("/EpicCareLink/api/chart/open", post(chart::open))
        .route("/EpicCareLink/api/chart/{section}", get(chart::section))
        .route("/EpicCareLink/static/app.js", get(script))
        .route("/EpicCareLink/static/app.css", get(stylesheet))
        .fallback(get(pages::not_found))
        .layer(middleware::from_fn_with_state(portal.clone(), gate::pass));
    Router::new().nest("/_sim", admin::router()).merge(site).with_state(portal)
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

/// 302, as the portal answers (the framework's own redirect would be 303).
fn redirect(to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    *response.status_mut() = axum::http::StatusCode::FOUND;
    response
}
