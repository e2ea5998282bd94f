//! The frame around every page of hospital A, and the pages that come in place of others.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_text;

use super::gate::Visit;

pub(super) const TIMED_OUT: &str = "Your session has timed out.";
pub(super) const KICKED: &str = "Your session was ended because this account logged in elsewhere.";

/// Seconds before the end from which pages count down.
const COUNTDOWN_SECONDS: i64 = 120;

const STYLE: &str = "<style>body{font:13px Verdana,Arial,sans-serif;margin:8px;color:#222}\
table{border-collapse:collapse;margin:4px 0}td,th{border:1px solid #aab;padding:2px 6px;text-align:left}\
th{background:#d8e0ee}.error,.warning{color:#a00;font-weight:bold}.none{color:#666}\
#countdown{background:#fe9;border:2px solid #c60;padding:6px;margin:4px 0}\
ul#tabs,ul#more{list-style:none;margin:0;padding:0}ul#tabs li,ul#more li{display:inline-block;margin-right:12px}\
.card{border:1px solid #aab;padding:6px;margin:6px 0;max-width:40em}dt{float:left;width:8em;clear:left}\
.codebox{width:1.6em;text-align:center}</style>\n";

/// A page without a session around it.
pub(super) fn bare(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">\n<html>\n<head>\n\
         <meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n<title>{}</title>\n{STYLE}</head>\n\
         <body>\n{body}</body>\n</html>\n",
        encode_text(title)
    )
}

/// A page of a session; it counts down when the session was about to end.
pub(super) fn page(visit: &Visit, title: &str, body: &str) -> Response {
    let countdown = if visit.seconds_left <= COUNTDOWN_SECONDS {
        format!(
            "<div id=\"countdown\">Your session will end in {} seconds.</div>\n",
            visit.seconds_left.max(0)
        )
    } else {
        String::new()
    };
    Html(bare(title, &format!("{countdown}{body}"))).into_response()
}

/// A frameset; `head` may hold scripts.
pub(super) fn frameset(title: &str, head: &str, frames: &str) -> Response {
    let html = format!(
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Frameset//EN\">\n<html>\n<head>\n<title>{}</title>\n{head}\
         </head>\n{frames}</html>\n",
        encode_text(title)
    );
    Html(html).into_response()
}

/// In place of every page once the session has ended: it takes the whole window back to the login.
pub(super) fn session_over(words: &str, reason: &str) -> Response {
    let body = format!(
        "<script>top.location='default.asp?msg={reason}'</script>\n<div class=\"timeout\">{}</div>\n",
        encode_text(words)
    );
    Html(bare("CareLink", &body)).into_response()
}

/// In place of what a form asked for, when its page is too old.
pub(super) fn stale(visit: &Visit) -> Response {
    page(visit, "CareLink", "<div class=\"stale\">This page has expired. Please refresh.</div>\n")
}

/// A sentence in a box in place of a page.
pub(super) fn message_box(visit: &Visit, words: &str) -> Response {
    page(visit, "CareLink", &format!("<div class=\"msgbox\">{}</div>\n", encode_text(words)))
}

/// The news, with the page to go back to.
pub(super) fn whats_new(back: &str) -> String {
    bare(
        "CareLink - What's New",
        &format!(
            "<div id=\"whatsnew\">\n<h2>What's New in CareLink</h2>\n<p>Media can now be sorted. The banner shows the age.</p>\n\
             <form name=\"frmNews\" method=\"post\" action=\"whatsnew.asp\">\n\
             <input type=\"hidden\" name=\"back\" value=\"{back}\">\n\
             <input type=\"submit\" name=\"Close\" value=\"Close\">\n</form>\n</div>\n"
        ),
    )
}

/// The portal is away for its own good.
pub(in crate::portal) fn maintenance() -> String {
    bare("CareLink", "<div class=\"maint\">CareLink is unavailable while it is being updated.</div>\n")
}

/// The portal's own failure.
pub(in crate::portal) fn server_error() -> String {
    bare(
        "CareLink - Error",
        "<h1>Internal Server Error</h1>\n<p>Active Server Pages error 'ASP 0115'. Unexpected error.</p>\n",
    )
}

/// Unknown addresses.
pub(super) async fn not_found() -> Response {
    let page = bare("CareLink - Error", "<h1>HTTP 404</h1>\n<p>The page cannot be found.</p>\n");
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}
