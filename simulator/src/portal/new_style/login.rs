//! The way in: password, expired password, terms, code.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::{gate, pages, stage_page};
use crate::kind::HospitalKind;
use crate::portal::account::PasswordVerdict;
use crate::portal::gate::{server_error, set_cookie};
use crate::portal::session::{CodeVerdict, Stage};
use crate::portal::{Shared, login, redirect};

/// `/`: home for those logged in, login for the rest.
pub(super) async fn entrance(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match gate::standing(&portal, &headers) {
        Ok((_, stage)) => redirect(stage_page(stage)),
        Err(_) => redirect("/EpicCareLink/login"),
    }
}

/// Which message the login page shows.
#[derive(Deserialize)]
pub(super) struct Notice {
    expired: Option<String>,
    kicked: Option<String>,
    codes: Option<String>,
}

/// The login page.
pub(super) async fn page(Query(notice): Query<Notice>) -> Html<String> {
    let alert = match notice {
        Notice { expired: Some(_), .. } => Some(pages::SESSION_ENDED),
        Notice { kicked: Some(_), .. } => Some(pages::KICKED),
        Notice { codes, .. } => codes.map(|_| pages::TOO_MANY_CODES),
    };
    Html(pages::login(alert))
}

/// The login form.
#[derive(Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    userid: String,
    #[serde(default)]
    password: String,
}

/// Judges user id and password.
pub(super) async fn submit(State(portal): State<Shared>, Form(form): Form<Credentials>) -> Response {
    match login::check_password(&portal, &form.userid, &form.password) {
        PasswordVerdict::Right => {}
        PasswordVerdict::Wrong => return Html(pages::login(Some(pages::WRONG_PASSWORD))).into_response(),
        PasswordVerdict::Locked => return Html(pages::login(Some(pages::LOCKED))).into_response(),
    }
    let stage = login::after_password(&portal);
    let key = login::begin(&portal, stage);
    let mut response = advance(&portal, &key, stage).await;
    set_cookie(HospitalKind::B, &mut response, &key);
    response
}

/// Brings a session to a stage: the code goes out when it is awaited.
async fn advance(portal: &Shared, key: &str, stage: Stage) -> Response {
    if let Some(session) = portal.state().sessions.get_mut(key) {
        session.stage = stage;
    }
    if stage == Stage::AwaitingCode
        && let Err(cause) = login::send_code(portal, key).await
    {
        tracing::error!(%cause, "cannot write the code mail");
        return server_error(HospitalKind::B);
    }
    redirect(stage_page(stage))
}

/// The page that wants a new password.
pub(super) async fn password_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    at(&portal, &headers, Stage::AwaitingNewPassword, |_| Html(pages::password_expired(None)).into_response())
}

/// The form with a new password.
#[derive(Deserialize)]
pub(super) struct NewPassword {
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    confirm_password: String,
}

/// Takes a new password of at least eight characters, entered twice.
pub(super) async fn change_password(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<NewPassword>,
) -> Response {
    let (key, _) = match at_stage(&portal, &headers, Stage::AwaitingNewPassword) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if !login::change_password(&portal, &form.new_password, &form.confirm_password) {
        return Html(pages::password_expired(Some(pages::PASSWORD_REFUSED))).into_response();
    }
    advance(&portal, &key, login::after_password(&portal)).await
}

/// The terms.
pub(super) async fn terms_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    at(&portal, &headers, Stage::AwaitingTerms, |_| Html(pages::terms()).into_response())
}

/// "I Accept".
pub(super) async fn accept_terms(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    let (key, _) = match at_stage(&portal, &headers, Stage::AwaitingTerms) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    login::accept_terms(&portal);
    advance(&portal, &key, Stage::AwaitingCode).await
}

/// The code page.
pub(super) async fn verify_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    at(&portal, &headers, Stage::AwaitingCode, |totp| Html(pages::verify(totp, None)).into_response())
}

/// The code form.
#[derive(Deserialize)]
pub(super) struct EnteredCode {
    #[serde(default)]
    code: String,
}

/// Judges a code.
pub(super) async fn verify(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<EnteredCode>,
) -> Response {
    let (key, totp) = match at_stage(&portal, &headers, Stage::AwaitingCode) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    match login::enter_code(&portal, &key, &form.code) {
        CodeVerdict::Right => {
            portal.state().complete(&key);
            redirect(stage_page(Stage::Ready))
        }
        CodeVerdict::Wrong => Html(pages::verify(totp, Some(pages::WRONG_CODE))).into_response(),
        CodeVerdict::TooMany => redirect("/EpicCareLink/login?codes=1"),
    }
}

/// Sends another code; the older one is void.
pub(super) async fn resend(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match at_stage(&portal, &headers, Stage::AwaitingCode) {
        Ok((key, _)) => advance(&portal, &key, Stage::AwaitingCode).await,
        Err(answer) => *answer,
    }
}

/// Ends the session; a courtesy for people at a browser.
pub(super) async fn logout(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match gate::logged_in_with_token(&portal, &headers) {
        Ok(key) => {
            portal.state().sessions.remove(&key);
            redirect("/EpicCareLink/login")
        }
        Err(answer) => *answer,
    }
}

fn at(portal: &Shared, headers: &HeaderMap, stage: Stage, page: impl FnOnce(bool) -> Response) -> Response {
    match at_stage(portal, headers, stage) {
        Ok((_, totp)) => page(totp),
        Err(answer) => *answer,
    }
}

/// The session when it stands at `stage` (and whether an app makes the codes), else where to go.
fn at_stage(portal: &Shared, headers: &HeaderMap, stage: Stage) -> Result<(String, bool), Box<Response>> {
    let (key, found) = gate::standing(portal, headers)?;
    if found != stage {
        return Err(Box::new(redirect(stage_page(found))));
    }
    Ok((key, portal.state().faults.totp_secret.is_some()))
}
