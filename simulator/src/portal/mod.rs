//! The web portals: login, In Basket, charts, documents, and the operators' side door.
//!
//! `old_style` (hospital A, below `/CareLink`) and `new_style` (hospital B, below `/EpicCareLink`)
//! behave as the hospitals' portals would. What does not show on pages is shared: the account, the
//! state of sessions, how documents go wrong. Everything below `/_sim` is for whoever runs the
//! simulator and needs no session.

mod account;
mod admin;
mod breakage;
mod desk;
mod download;
mod gate;
mod late;
mod login;
mod new_style;
mod old_style;
mod session;
mod state;
mod stats;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};

use crate::chart::Patient;
use crate::clock::Clock;
use crate::generator::Hospital;
use crate::kind::HospitalKind;
use crate::library::Library;
use crate::mail::Mailbox;
use crate::truth::Truth;

pub(crate) use state::PortalState;
pub use stats::PortalStats;
pub(crate) use wire::{ResetSwitch, Wire};

/// Everything the handlers share.
pub(crate) struct Portal {
    pub(crate) kind: HospitalKind,
    pub(crate) hospital: Arc<Hospital>,
    /// Of all hospitals of the run.
    pub(crate) truth: Arc<Truth>,
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
        truth: Arc<Truth>,
        library: Library,
        mailbox: Mailbox,
        latency: Duration,
        state: PortalState,
    ) -> Self {
        Self {
            kind: hospital.kind,
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

    /// The patient a banner or viewer of this chart shows: another one when the fault plan says so.
    fn shown_patient(&self, chart: usize) -> &Patient {
        let charts = &self.hospital.charts;
        let wrong = self.state().next_banner_is_wrong();
        let shown = if wrong { (chart + 1) % charts.len() } else { chart };
        &charts[shown].patient
    }
}

/// All routes of one hospital's server.
pub(crate) fn router(portal: Shared) -> Router {
    let site = match portal.kind {
        HospitalKind::A => old_style::router(),
        HospitalKind::B => new_style::router(),
    };
    let site = site.layer(middleware::from_fn_with_state(portal.clone(), gate::pass));
    Router::new().nest("/_sim", admin::router()).merge(site).with_state(portal)
}

/// The terms as one text, for the hash a connector is configured with.
pub(crate) fn terms_text(kind: HospitalKind) -> String {
    match kind {
        HospitalKind::A => old_style::terms_text(),
        HospitalKind::B => new_style::terms_text(),
    }
}

/// 302, as the portals answer (the framework's own redirect would be 303).
fn redirect(to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    *response.status_mut() = StatusCode::FOUND;
    response
}
