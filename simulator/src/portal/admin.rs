//! The operators' side door: ends sessions, changes faults and password, tells counts and truth.
//!
//! - `POST /_sim/expire[?as=redirect|page]`: all sessions end.
//! - `POST /_sim/kick`: all sessions end as if the account had logged in elsewhere.
//! - `POST /_sim/advance?seconds=900`: the portal's clock moves forward.
//! - `GET  /_sim/stats`, `GET /_sim/truth`, `GET /_sim/faults`: JSON.
//! - `POST /_sim/faults`: a whole fault plan as JSON; missing keys are off.
//! - `POST /_sim/password?value=…`: another password for the account; lifts its lock.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::Shared;
use crate::faults::{ExpiryStyle, FaultPlan};

/// Routes below `/_sim`.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/expire", post(expire))
        .route("/kick", post(kick))
        .route("/advance", post(advance))
        .route("/stats", get(stats))
        .route("/truth", get(truth))
        .route("/faults", get(current_faults).post(faults))
        .route("/password", post(password))
}

#[derive(Deserialize)]
struct Expire {
    r#as: Option<ExpiryStyle>,
}

async fn expire(State(portal): State<Shared>, Query(query): Query<Expire>) -> StatusCode {
    portal.state().expire_all(query.r#as);
    StatusCode::NO_CONTENT
}

async fn kick(State(portal): State<Shared>) -> StatusCode {
    portal.state().kick_all();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Advance {
    seconds: u32,
}

async fn advance(State(portal): State<Shared>, Query(query): Query<Advance>) -> StatusCode {
    portal.clock.advance(query.seconds);
    StatusCode::NO_CONTENT
}

async fn stats(State(portal): State<Shared>) -> Response {
    Json(portal.state().stats()).into_response()
}

async fn truth(State(portal): State<Shared>) -> Response {
    Json(portal.truth.as_ref()).into_response()
}

async fn current_faults(State(portal): State<Shared>) -> Response {
    Json(&portal.state().faults).into_response()
}

async fn faults(State(portal): State<Shared>, body: Bytes) -> Response {
    let plan = serde_json::from_slice::<FaultPlan>(&body)
        .map_err(|e| e.to_string())
        .and_then(|plan| plan.check().map(|()| plan).map_err(|e| e.to_string()));
    match plan {
        Ok(plan) => {
            portal.state().set_faults(plan);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(cause) => (StatusCode::BAD_REQUEST, Json(json!({"error": cause}))).into_response(),
    }
}

#[derive(Deserialize)]
struct NewPassword {
    value: String,
}

async fn password(State(portal): State<Shared>, Query(query): Query<NewPassword>) -> StatusCode {
    portal.state().account.set_password(&query.value);
    StatusCode::NO_CONTENT
}
