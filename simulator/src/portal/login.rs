//! The way in: password, expired password, terms, code.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::account::PasswordVerdict;
use super::gate;
use super::session::{CodeVerdict, Session, Stage};
use super::{Shared, pages, redirect};
use crate::mail::{new_code, random_text};
use crate::totp;

/// Alphabet of session keys and CSRF tokens.
const TOKEN: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// `/`: home for those logged in, login for the rest.
pub(super) async fn entrance(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    match gate::standing(&portal, &headers) {
        Ok((_, stage)) => redirect(stage.page()),
        Err(_) => redirect("/EpicCareLink/login"),
    }
}

/// Which message the login page shows.
#[derive(Deserialize)]
pub(super) struct Notice {
    expired: Option<String>,
    codes: Option<String>,
}

/// The login page.
pub(super) async fn page(Query(notice): Query<Notice>) -> Html<String> {
    let alert = if notice.expired.is_some() {
        Some(pages::SESSION_ENDED)
    } else {
        notice.codes.is_some().then_some(pages::TOO_MANY_CODES)
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
    let now = portal.clock.now();
    let (key, stage) = {
        let mut state = portal.state();
        state.stats.password_submissions += 1;
        let verdict = if state.faults.locked {
            PasswordVerdict::Locked
        } else {
            state.account.submit(&form.userid, &form.password)
        };
        match verdict {
            PasswordVerdict::Right => {}
            PasswordVerdict::Wrong => {
                state.stats.passwords_wrong += 1;
                return Html(pages::login(Some(pages::WRONG_PASSWORD))).into_response();
            }
            PasswordVerdict::Locked => {
                state.stats.passwords_wrong += 1;
                return Html(pages::login(Some(pages::LOCKED))).into_response();
            }
        }
        let stage = if state.faults.password_expired {
            Stage::AwaitingNewPassword
        } else {
            after_password(state.account.terms_accepted)
        };
        let key = random_text(TOKEN, 32);
        state.admit(key.clone(), Session::new(stage, random_text(TOKEN, 24), now));
        (key, stage)
    };
    let mut response = advance(&portal, &key, stage).await;
    let set = format!("{}={key}; Path=/EpicCareLink; HttpOnly; SameSite=Lax", gate::COOKIE);
    if let Ok(value) = HeaderValue::from_str(&set) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
    response
}

fn after_password(terms_accepted: bool) -> Stage {
    if terms_accepted { Stage::AwaitingCode } else { Stage::AwaitingTerms }
}

/// Brings a session to a stage: the code goes out when it is awaited.
async fn advance(portal: &Shared, key: &str, stage: Stage) -> Response {
    if let Some(session) = portal.state().sessions.get_mut(key) {
        session.stage = stage;
    }
    if stage == Stage::AwaitingCode
        && let Err(answer) = send_code(portal, key).await
    {
        return *answer;
    }
    redirect(stage.page())
}

async fn send_code(portal: &Shared, key: &str) -> Result<(), Box<Response>> {
    let (code, now) = (new_code(), portal.clock.now());
    {
        let mut state = portal.state();
        if state.faults.totp_secret.is_some() {
            return Ok(());
        }
        state.stats.codes_sent += 1;
        if let Some(session) = state.sessions.get_mut(key) {
            session.issue(code.clone(), now);
        }
    }
    portal.mailbox.deliver(&code, now).await.map_err(|cause| {
        tracing::error!(%cause, "cannot write the code mail");
        Box::new((StatusCode::INTERNAL_SERVER_ERROR, Html(pages::server_error())).into_response())
    })
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
    if form.new_password.chars().count() < 8 || form.new_password != form.confirm_password {
        return Html(pages::password_expired(Some(pages::PASSWORD_REFUSED))).into_response();
    }
    let stage = {
        let mut state = portal.state();
        state.account.set_password(&form.new_password);
        state.faults.password_expired = false;
        after_password(state.account.terms_accepted)
    };
    advance(&portal, &key, stage).await
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
    {
        let mut state = portal.state();
        state.account.terms_accepted = true;
        state.stats.terms_accepted += 1;
    }
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
    let verdict = judge(&portal, &key, &form.code);
    let mut state = portal.state();
    match verdict {
        CodeVerdict::Right => {
            state.complete(&key);
            redirect(Stage::Ready.page())
        }
        CodeVerdict::Wrong => {
            state.stats.codes_wrong += 1;
            Html(pages::verify(totp, Some(pages::WRONG_CODE))).into_response()
        }
        CodeVerdict::TooMany => {
            state.stats.codes_wrong += 1;
            state.sessions.remove(&key);
            redirect("/EpicCareLink/login?codes=1")
        }
    }
}

fn judge(portal: &Shared, key: &str, code: &str) -> CodeVerdict {
    let now = portal.clock.now();
    let mut state = portal.state();
    let secret = state.faults.totp_secret.clone();
    let step = secret
        .as_ref()
        .and_then(|secret| totp::step_of(secret, code.trim(), u64::try_from(now.as_second()).unwrap_or(0)));
    let fresh = step.is_some() && step > state.totp_step;
    let Some(session) = state.sessions.get_mut(key) else { return CodeVerdict::Wrong };
    if secret.is_none() {
        return session.enter_mailed(code, now);
    }
    let verdict = session.enter(fresh);
    if fresh {
        state.totp_step = step;
    }
    verdict
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
        return Err(Box::new(redirect(found.page())));
    }
    Ok((key, portal.state().faults.totp_secret.is_some()))
}
