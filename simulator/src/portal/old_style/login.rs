//! The way in: user id, password, expired password, terms, takeover, code, department, news.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::gate::{Visit, at_stage};
use super::login_pages::{self as html, Notice};
use super::{pages, stage_page};
use crate::kind::HospitalKind;
use crate::portal::account::PasswordVerdict;
use crate::portal::gate::{server_error, set_cookie};
use crate::portal::session::{CodeVerdict, Stage};
use crate::portal::{Shared, login, redirect};

/// What the first login page has to say.
#[derive(Deserialize)]
pub(super) struct Why {
    err: Option<String>,
    msg: Option<String>,
}

/// Step 1.
pub(super) async fn user_page(Query(why): Query<Why>) -> Html<String> {
    let notice = match (why.err.as_deref(), why.msg.as_deref()) {
        (Some("1"), _) => Some(Notice::Error(html::WRONG_PASSWORD)),
        (Some("2"), _) => Some(Notice::Error(html::TOO_MANY_CODES)),
        (Some("3"), _) => Some(Notice::Error(html::LOCKED)),
        (_, Some("timeout")) => Some(Notice::Plain(pages::TIMED_OUT)),
        (_, Some("kicked")) => Some(Notice::Plain(pages::KICKED)),
        _ => None,
    };
    Html(html::user(notice))
}

/// A form of the login: each page sends its own few fields.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    #[serde(rename = "UserID")]
    user: String,
    #[serde(rename = "Password")]
    password: String,
    #[serde(rename = "NewPwd")]
    new_password: String,
    #[serde(rename = "NewPwd2")]
    confirmed: String,
    #[serde(rename = "Continue")]
    takeover: Option<String>,
    #[serde(rename = "Code")]
    code: String,
    #[serde(rename = "Dept")]
    site: String,
    back: String,
}

/// The user id is not judged before the password.
pub(super) async fn user(State(portal): State<Shared>, Form(fields): Form<Fields>) -> Response {
    let key = login::begin(&portal, Stage::AwaitingPassword);
    if let Some(session) = portal.state().sessions.get_mut(&key) {
        session.user = fields.user;
    }
    let mut response = redirect(stage_page(Stage::AwaitingPassword));
    set_cookie(HospitalKind::A, &mut response, &key);
    response
}

/// Step 2.
pub(super) async fn password_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    show(&portal, &headers, Stage::AwaitingPassword, |_| html::password())
}

/// Judges user id and password; a wrong one starts over.
pub(super) async fn password(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let Visit { key, .. } = match at_stage(&portal, &headers, Stage::AwaitingPassword) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let user = portal.state().sessions.get(&key).map(|session| session.user.clone()).unwrap_or_default();
    let refused = match login::check_password(&portal, &user, &fields.password) {
        PasswordVerdict::Right => None,
        PasswordVerdict::Wrong => Some("/CareLink/login.asp?err=1"),
        PasswordVerdict::Locked => Some("/CareLink/login.asp?err=3"),
    };
    if let Some(address) = refused {
        portal.state().sessions.remove(&key);
        return redirect(address);
    }
    advance(&portal, &key, login::after_password(&portal)).await
}

/// Brings a session to a stage. A code goes out when it is awaited, and only when the account is not
/// in use elsewhere.
async fn advance(portal: &Shared, key: &str, mut stage: Stage) -> Response {
    {
        let mut state = portal.state();
        if stage == Stage::AwaitingCode && state.in_use_elsewhere(key, portal.clock.now()) {
            stage = Stage::AwaitingTakeover;
        }
        if let Some(session) = state.sessions.get_mut(key) {
            session.stage = stage;
        }
    }
    if stage == Stage::AwaitingCode
        && let Err(cause) = login::send_code(portal, key).await
    {
        tracing::error!(%cause, "cannot write the code mail");
        return server_error(HospitalKind::A);
    }
    redirect(stage_page(stage))
}

/// The page that wants a new password.
pub(super) async fn change_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    show(&portal, &headers, Stage::AwaitingNewPassword, |_| html::change(None))
}

/// Takes a new password.
pub(super) async fn change(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let visit = match at_stage(&portal, &headers, Stage::AwaitingNewPassword) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    if !login::change_password(&portal, &fields.new_password, &fields.confirmed) {
        return Html(html::change(Some(Notice::Error(html::PASSWORD_REFUSED)))).into_response();
    }
    advance(&portal, &visit.key, login::after_password(&portal)).await
}

/// The terms.
pub(super) async fn terms_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    show(&portal, &headers, Stage::AwaitingTerms, |_| html::terms())
}

/// "Accept".
pub(super) async fn accept(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    let visit = match at_stage(&portal, &headers, Stage::AwaitingTerms) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    login::accept_terms(&portal);
    advance(&portal, &visit.key, Stage::AwaitingCode).await
}

/// Somebody works under this account.
pub(super) async fn in_use_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    show(&portal, &headers, Stage::AwaitingTakeover, |_| html::in_use())
}

/// Ends the other session, or this login.
pub(super) async fn take_over(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let visit = match at_stage(&portal, &headers, Stage::AwaitingTakeover) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    if fields.takeover.is_none() {
        portal.state().sessions.remove(&visit.key);
        return redirect("/CareLink/login.asp");
    }
    portal.state().kick_others(&visit.key);
    advance(&portal, &visit.key, Stage::AwaitingCode).await
}

/// Whether another code is wanted.
#[derive(Deserialize)]
pub(super) struct Resend {
    resend: Option<String>,
}

/// The code page; on request after another code has gone out.
pub(super) async fn verify_page(
    State(portal): State<Shared>,
    Query(resend): Query<Resend>,
    headers: HeaderMap,
) -> Response {
    let visit = match at_stage(&portal, &headers, Stage::AwaitingCode) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    if resend.resend.is_some() {
        return advance(&portal, &visit.key, Stage::AwaitingCode).await;
    }
    Html(html::verify(portal.state().faults.totp_secret.is_some(), None)).into_response()
}

/// Judges a code.
pub(super) async fn verify(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let visit = match at_stage(&portal, &headers, Stage::AwaitingCode) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    match login::enter_code(&portal, &visit.key, &fields.code) {
        CodeVerdict::Right => advance(&portal, &visit.key, Stage::AwaitingSite).await,
        CodeVerdict::Wrong => {
            let totp = portal.state().faults.totp_secret.is_some();
            Html(html::verify(totp, Some(Notice::Error(html::WRONG_CODE)))).into_response()
        }
        CodeVerdict::TooMany => redirect("/CareLink/login.asp?err=2"),
    }
}

/// Under which department to work.
pub(super) async fn site_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    show(&portal, &headers, Stage::AwaitingSite, |_| html::site())
}

/// Any department will do; the messages lie under one.
pub(super) async fn choose_site(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let visit = match at_stage(&portal, &headers, Stage::AwaitingSite) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let Some((_, label)) = html::SITES.iter().find(|(value, _)| *value == fields.site) else {
        return Html(html::site()).into_response();
    };
    let news = {
        let mut state = portal.state();
        if let Some(session) = state.sessions.get_mut(&visit.key) {
            session.desk.right_site = HospitalKind::A.site() == Some(label);
        }
        state.faults.whats_new
    };
    if news {
        return advance(&portal, &visit.key, Stage::AwaitingNewsClosed).await;
    }
    complete(&portal, &visit)
}

/// The news, on the way in.
pub(super) async fn news_page(State(portal): State<Shared>, headers: HeaderMap) -> Response {
    show(&portal, &headers, Stage::AwaitingNewsClosed, |_| pages::whats_new("shell.asp"))
}

/// "Close": on the way in it leads to the shell, later back to the page it came in place of.
pub(super) async fn close_news(
    State(portal): State<Shared>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    match at_stage(&portal, &headers, Stage::AwaitingNewsClosed) {
        Ok(visit) => complete(&portal, &visit),
        Err(answer) => match at_stage(&portal, &headers, Stage::Ready) {
            Ok(_) if super::PAGES.contains(&fields.back.as_str()) => {
                redirect(&format!("/CareLink/{}", fields.back))
            }
            _ => *answer,
        },
    }
}

/// In: whoever else was logged in under this account is out.
fn complete(portal: &Shared, visit: &Visit) -> Response {
    let mut state = portal.state();
    state.kick_others(&visit.key);
    state.complete(&visit.key);
    redirect(stage_page(Stage::Ready))
}

fn show(portal: &Shared, headers: &HeaderMap, stage: Stage, page: impl FnOnce(&Visit) -> String) -> Response {
    match at_stage(portal, headers, stage) {
        Ok(visit) => Html(page(&visit)).into_response(),
        Err(answer) => *answer,
    }
}
