//! Hospital A: framesets, `.asp` pages and plain forms.
//!
//! Everything below `/CareLink`. The server remembers for each session which folder, page and patient
//! was looked at last: a page asked for means what the session's last pages made it mean.

mod chart;
mod documents;
mod forms;
mod frames;
mod gate;
mod inbasket;
mod lists;
mod login;
mod login_pages;
mod message;
mod pages;
mod rows;
mod text;

use axum::Router;
use axum::routing::{get, post};

use super::Shared;
use super::session::Stage;

pub(super) use login_pages::terms_text;
pub(super) use pages::{maintenance, server_error};

/// Pages behind the login, which may meet faults.
const PAGES: [&str; 15] = [
    "banner.asp",
    "btg.asp",
    "chart.asp",
    "content.asp",
    "document.asp",
    "inbasket.asp",
    "media.asp",
    "message.asp",
    "nav.asp",
    "notes.asp",
    "orders.asp",
    "patients.asp",
    "snapshot.asp",
    "tabs.asp",
    "visits.asp",
];

/// The portal's routes.
pub(super) fn router() -> Router<Shared> {
    let at = |page: &str| format!("/CareLink/{page}");
    Router::new()
        .route("/", get(frames::entrance))
        .route("/CareLink", get(frames::entrance))
        .route("/CareLink/", get(frames::entrance))
        .route(&at("default.asp"), get(frames::default))
        .route(&at("logo.asp"), get(frames::logo))
        .route(&at("login.asp"), get(login::user_page).post(login::user))
        .route(&at("password.asp"), get(login::password_page).post(login::password))
        .route(&at("chgpwd.asp"), get(login::change_page).post(login::change))
        .route(&at("agree.asp"), get(login::terms_page).post(login::accept))
        .route(&at("inuse.asp"), get(login::in_use_page).post(login::take_over))
        .route(&at("verify.asp"), get(login::verify_page).post(login::verify))
        .route(&at("site.asp"), get(login::site_page).post(login::choose_site))
        .route(&at("whatsnew.asp"), get(login::news_page).post(login::close_news))
        .route(&at("logout.asp"), get(frames::logout))
        .route(&at("shell.asp"), get(frames::shell))
        .route(&at("nav.asp"), get(frames::nav))
        .route(&at("banner.asp"), get(frames::banner))
        .route(&at("patients.asp"), get(frames::patients))
        .route(&at("inbasket.asp"), get(inbasket::list).post(inbasket::act))
        .route(&at("message.asp"), get(message::show).post(message::done))
        .route(&at("chart.asp"), get(chart::open))
        .route(&at("btg.asp"), post(chart::answer))
        .route(&at("tabs.asp"), get(chart::tabs))
        .route(&at("snapshot.asp"), get(lists::snapshot))
        .route(&at("orders.asp"), get(lists::orders))
        .route(&at("notes.asp"), get(lists::notes))
        .route(&at("media.asp"), get(lists::media))
        .route(&at("visits.asp"), get(lists::visits))
        .route(&at("document.asp"), post(documents::view))
        .route(&at("content.asp"), post(documents::content))
        .fallback(get(pages::not_found))
}

/// Requests that may meet a fault of pages: never the login, the outer frames or the code.
pub(super) fn is_page(path: &str) -> bool {
    path.strip_prefix("/CareLink/").is_some_and(|page| PAGES.contains(&page))
}

/// The login page as it comes in place of a document.
pub(super) fn login_page() -> String {
    login_pages::user(None)
}

/// The page that carries a login on from a stage.
fn stage_page(stage: Stage) -> &'static str {
    match stage {
        Stage::AwaitingPassword => "/CareLink/password.asp",
        Stage::AwaitingNewPassword => "/CareLink/chgpwd.asp",
        Stage::AwaitingTerms => "/CareLink/agree.asp",
        Stage::AwaitingTakeover => "/CareLink/inuse.asp",
        Stage::AwaitingCode => "/CareLink/verify.asp",
        Stage::AwaitingSite => "/CareLink/site.asp",
        Stage::AwaitingNewsClosed => "/CareLink/whatsnew.asp",
        Stage::Ready => "/CareLink/shell.asp",
    }
}
