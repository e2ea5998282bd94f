//! Health pages on loopback: `/healthz` (alive), `/readyz` (able to work), `/metrics` (Prometheus text).
//!
//! They read what is there already, the store's counts and the tree's boards, and show no id and no patient.

use crate::error::Failure;
use crate::readiness::{Readiness, ReadinessBoard};
use crate::service::ServiceView;
use actors::owned_task::OwnedTask;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use domain::ports::{RequestCount, WorkQueue};
use domain::session::SessionStatus;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use supervision::{ChildStatus, SupervisorHandle};

/// What the pages are made of: readiness from the first moment, the rest once the service runs.
#[derive(Clone, Default)]
pub struct Health {
    /// The back ends.
    pub readiness: ReadinessBoard,
    /// Set when the tree has started.
    pub running: Arc<OnceLock<Running>>,
}

/// What is to be seen of a running service.
pub struct Running {
    /// Requests and sessions.
    pub view: ServiceView,
    /// Queue depths.
    pub queue: Arc<dyn WorkQueue>,
    /// The tree.
    pub tree: SupervisorHandle,
}

/// Serves the pages until the task is dropped.
///
/// # Errors
/// The address is not on loopback, or cannot be listened at.
pub async fn serve(listen: SocketAddr, health: Health) -> Result<OwnedTask<()>, Failure> {
    let thing = format!("health pages at {listen}");
    if !listen.ip().is_loopback() {
        return Err(Failure::usage(
            thing,
            "the address is not on loopback",
            "use 127.0.0.1 in health.listen, and a proxy in front",
        ));
    }
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|error| Failure::failed(thing, error, "choose another port in health.listen"))?;
    let pages = Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health);
    Ok(OwnedTask::spawn(async move {
        if let Err(error) = axum::serve(listener, pages).await {
            tracing::warn!(%error, "health pages ended");
        }
    }))
}

async fn ready(State(health): State<Health>) -> (StatusCode, String) {
    let mut lines = String::new();
    let readiness = health.readiness.now();
    let mut able = readiness.is_ready();
    match readiness {
        Readiness::Starting { cause } => {
            let _ = writeln!(lines, "starting: {}", cause.as_deref().unwrap_or("opening the back ends"));
        }
        Readiness::Open(ends) => ends.iter().for_each(|(name, trouble)| {
            let _ = writeln!(lines, "{name}: {}", trouble.as_deref().unwrap_or("ready"));
        }),
    }
    let boards = health.running.get().map(|running| &running.view.boards);
    able &= boards.is_some();
    for (name, board) in boards.into_iter().flatten() {
        let status = board.watch().now();
        able &= is_fine(&status);
        let _ = writeln!(lines, "portal {name}: {}", status.name());
    }
    (if able { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, lines)
}

/// Whether the portal can be worked with now or soon, or is held on purpose.
fn is_fine(status: &SessionStatus) -> bool {
    !matches!(status, SessionStatus::Locked { .. } | SessionStatus::Down { .. })
}

async fn metrics(State(health): State<Health>) -> (StatusCode, String) {
    let Some(running) = health.running.get() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "# the service is starting\n".to_owned());
    };
    match text(running).await {
        Ok(text) => (StatusCode::OK, text),
        Err(failure) => (StatusCode::SERVICE_UNAVAILABLE, format!("# {}\n", failure.cause)),
    }
}

async fn text(health: &Running) -> Result<String, Failure> {
    let mut text = String::new();
    gauge(&mut text, "epic_connector_requests", "requests by status");
    for (status, count) in by_standing(health.view.requests.counts().await?) {
        let _ = writeln!(text, "epic_connector_requests{{status=\"{status}\"}} {count}");
    }
    gauge(&mut text, "epic_connector_queue_items", "items of each queue");
    for depth in health.queue.depths().await? {
        let _ = writeln!(
            text,
            "epic_connector_queue_items{{queue=\"{}\",state=\"waiting\"}} {}",
            depth.queue, depth.waiting
        );
        let _ = writeln!(
            text,
            "epic_connector_queue_items{{queue=\"{}\",state=\"leased\"}} {}",
            depth.queue, depth.leased
        );
    }
    gauge(&mut text, "epic_connector_portal_ready", "1 while the portal's session is ready");
    for (name, board) in &health.view.boards {
        let ready = u8::from(matches!(board.watch().now(), SessionStatus::Ready { .. }));
        let _ = writeln!(text, "epic_connector_portal_ready{{portal=\"{name}\"}} {ready}");
    }
    gauge(&mut text, "epic_connector_portal_standing", "1 for the portal's status, by its name");
    for (name, board) in &health.view.boards {
        let status = board.watch().now();
        let _ = writeln!(
            text,
            "epic_connector_portal_standing{{portal=\"{name}\",status=\"{}\"}} 1",
            status.name()
        );
    }
    gauge(
        &mut text,
        "epic_connector_account_days_left",
        "days until an account's password, access or permission ends",
    );
    let now = Timestamp::now();
    for (name, care) in &health.view.cares {
        for term in care.terms(now) {
            let _ = writeln!(
                text,
                "epic_connector_account_days_left{{portal=\"{name}\",what=\"{}\"}} {}",
                term.kind.name(),
                term.days_left
            );
        }
    }
    gauge(&mut text, "epic_connector_restarts", "restarts of each part of the tree since the start");
    restarts(&mut text, "", &health.tree.children());
    Ok(text)
}

fn gauge(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
}

/// The portals' counts together.
fn by_standing(counts: Vec<RequestCount>) -> BTreeMap<String, u64> {
    let mut together = BTreeMap::new();
    for RequestCount { standing, count, .. } in counts {
        *together.entry(standing).or_default() += count;
    }
    together
}

/// Patients' scrapers are named by hashes that come and go: they are left out, their supervisor is not.
fn restarts(text: &mut String, path: &str, children: &[ChildStatus]) {
    for child in children {
        let path = format!("{path}/{}", child.id);
        let _ = writeln!(
            text,
            "epic_connector_restarts{{part=\"{path}\",kind=\"failure\"}} {}",
            child.restarts_counted
        );
        let _ = writeln!(
            text,
            "epic_connector_restarts{{part=\"{path}\",kind=\"expected\"}} {}",
            child.restarts_expected
        );
        if child.id != "scrapers" {
            restarts(text, &path, &child.children);
        }
    }
}
