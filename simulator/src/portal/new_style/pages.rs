//! The portal's HTML. Wording and element names are the contract with whoever automates it.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use html_escape::{encode_double_quoted_attribute, encode_text};

pub(super) const WRONG_PASSWORD: &str = "Invalid user ID or password.";
pub(super) const LOCKED: &str = "Your account has been locked. Contact your site administrator.";
pub(super) const SESSION_ENDED: &str = "Your session has ended.";
pub(super) const KICKED: &str = "Your session was ended because this account logged in elsewhere.";
pub(super) const TOO_MANY_CODES: &str = "Too many incorrect codes. Please log in again.";
pub(super) const WRONG_CODE: &str = "The code you entered is incorrect.";
pub(super) const PASSWORD_REFUSED: &str = "The passwords do not match or are shorter than 8 characters.";

/// The terms, one paragraph each. Whitespace stands between them on the page as well, so that text
/// content and visible text normalise to the same string.
const TERMS: [&str; 4] = [
    "EpicCare Link gives authorised staff of community partners access to records of patients they share with Riverside \
     Regional Hospital.",
    "You may view only the records you need for treatment, payment or health care operations of a patient in your care. \
     All access is recorded and reviewed.",
    "Your user ID is personal. Do not share your password or verification codes. Report suspected misuse to the Riverside \
     help desk at once.",
    "Riverside Regional Hospital may end access at any time. By selecting I Accept you agree to these terms.",
];

/// The terms as one text, for the hash a connector is configured with.
pub(in crate::portal) fn terms_text() -> String {
    TERMS.join("\n")
}

fn document(title: &str, head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n{head}\
         <link rel=\"stylesheet\" href=\"/EpicCareLink/static/app.css\">\n</head>\n<body>\n{body}</body>\n</html>\n",
        encode_text(title)
    )
}

fn gateway(title: &str, inner: &str) -> String {
    let body = format!(
        "<header class=\"brand\"><span class=\"logo\">Riverside Regional Hospital</span> <span>EpicCare Link</span></header>\n\
         <main class=\"card\">\n{inner}</main>\n"
    );
    document(title, "", &body)
}

fn alert_box(alert: Option<&str>) -> String {
    alert.map(|text| format!("<div role=\"alert\">{}</div>\n", encode_text(text))).unwrap_or_default()
}

/// The login page.
pub(super) fn login(alert: Option<&str>) -> String {
    gateway(
        "EpicCare Link - Login",
        &format!(
            "<h1>Log In</h1>\n{}<form id=\"login-form\" method=\"post\" action=\"/EpicCareLink/login\">\n\
             <label for=\"userid\">User ID</label>\n\
             <input id=\"userid\" name=\"userid\" type=\"text\" autocomplete=\"username\" required>\n\
             <label for=\"password\">Password</label>\n\
             <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\n\
             <button type=\"submit\">Log In</button>\n</form>\n",
            alert_box(alert)
        ),
    )
}

/// The page that wants a new password.
pub(super) fn password_expired(alert: Option<&str>) -> String {
    gateway(
        "Password Expired",
        &format!(
            "<h1>Password Expired</h1>\n<p>Your password has expired. Choose a new one to continue.</p>\n{}\
             <form id=\"change-password\" method=\"post\" action=\"/EpicCareLink/password-expired\">\n\
             <label for=\"new_password\">New password</label>\n\
             <input id=\"new_password\" name=\"new_password\" type=\"password\" required>\n\
             <label for=\"confirm_password\">Confirm new password</label>\n\
             <input id=\"confirm_password\" name=\"confirm_password\" type=\"password\" required>\n\
             <button type=\"submit\">Change Password</button>\n</form>\n",
            alert_box(alert)
        ),
    )
}

/// The terms page.
pub(super) fn terms() -> String {
    let paragraphs: Vec<String> = TERMS.iter().map(|text| format!("<p>{}</p>", encode_text(text))).collect();
    gateway(
        "EpicCare Link - Terms",
        &format!(
            "<h1>Terms and Conditions of Use</h1>\n<div id=\"terms-text\">\n{}\n</div>\n\
             <form method=\"post\" action=\"/EpicCareLink/terms\">\n\
             <button type=\"submit\" id=\"accept-terms\">I Accept</button>\n</form>\n",
            paragraphs.join("\n")
        ),
    )
}

/// The code page; `totp` when an authenticator app makes the codes.
pub(super) fn verify(totp: bool, alert: Option<&str>) -> String {
    let (text, resend) = if totp {
        ("Enter the code from your authenticator app.".to_owned(), String::new())
    } else {
        (
            "We sent a verification code to d\u{2022}\u{2022}\u{2022}@gmail.com. It expires in 10 minutes."
                .to_owned(),
            "<form method=\"post\" action=\"/EpicCareLink/verify/resend\">\n\
             <button type=\"submit\" id=\"resend\" class=\"quiet\">Resend code</button>\n</form>\n"
                .to_owned(),
        )
    };
    gateway(
        "EpicCare Link - Verify",
        &format!(
            "<h1>Verify Your Identity</h1>\n<p>{}</p>\n{}<form method=\"post\" action=\"/EpicCareLink/verify\">\n\
             <label for=\"code\">Verification code</label>\n\
             <input id=\"code\" name=\"code\" type=\"text\" autocomplete=\"one-time-code\" maxlength=\"8\" required>\n\
             <button type=\"submit\" id=\"verify\">Verify</button>\n</form>\n{resend}",
            encode_text(&text),
            alert_box(alert)
        ),
    )
}

/// The shell that the script fills; `sections` are the chart's tabs in their order of the moment.
pub(super) fn home(csrf: &str, sections: &str) -> String {
    let head = format!(
        "<meta name=\"csrf-token\" content=\"{}\">\n\
         <meta name=\"chart-sections\" content=\"{sections}\">\n<script src=\"/EpicCareLink/static/app.js\" defer></script>\n",
        encode_double_quoted_attribute(csrf)
    );
    document(
        "EpicCare Link",
        &head,
        "<header class=\"brand\"><span class=\"logo\">Riverside Regional Hospital</span> <span>EpicCare Link</span>\n\
         <button type=\"button\" id=\"logout\" class=\"quiet\">Log Out</button></header>\n\
         <nav role=\"navigation\" aria-label=\"Main\">\n\
         <button type=\"button\" data-tab=\"inbasket\" aria-current=\"page\">In Basket</button>\n\
         <button type=\"button\" data-tab=\"patients\">Patient List</button>\n\
         <button type=\"button\" data-tab=\"reports\">Reports</button>\n</nav>\n\
         <main id=\"app\" aria-live=\"polite\"><p class=\"loading\">Loading\u{2026}</p></main>\n",
    )
}

/// The viewer around one document; `inner` is an iframe or a note.
pub(super) fn viewer(title: &str, name: &str, mrn: &str, dob: &str, inner: &str) -> String {
    let body = format!(
        "<header class=\"patient-header\"><span class=\"patient-name\">{}</span> \
         MRN: <span class=\"patient-mrn\">{}</span> DOB: <span class=\"patient-dob\">{}</span></header>\n\
         <h1 class=\"document-title\">{}</h1>\n{inner}",
        encode_text(name),
        encode_text(mrn),
        encode_text(dob),
        encode_text(title)
    );
    document("EpicCare Link - Document", "", &body)
}

/// "What's new" over the shell: nothing else is drawn until it is closed.
pub(super) fn whats_new(csrf: &str) -> String {
    let head = format!("<meta name=\"csrf-token\" content=\"{}\">\n", encode_double_quoted_attribute(csrf));
    document(
        "EpicCare Link",
        &head,
        "<header class=\"brand\"><span class=\"logo\">Riverside Regional Hospital</span> <span>EpicCare Link</span></header>\n\
         <nav role=\"navigation\" aria-label=\"Main\"></nav>\n\
         <div id=\"whats-new\" class=\"card\" role=\"dialog\" aria-label=\"What's new\">\n<h2>What's New</h2>\n\
         <p>Reports can now be sorted by any column. Charts open faster.</p>\n\
         <form method=\"post\" action=\"/EpicCareLink/whats-new\">\n\
         <button type=\"submit\" id=\"close-whats-new\">Got it</button>\n</form>\n</div>\n",
    )
}

/// The portal is away for its own good.
pub(in crate::portal) fn maintenance() -> String {
    gateway(
        "EpicCare Link",
        "<div class=\"maint\">EpicCare Link is unavailable while it is being updated.</div>\n",
    )
}

/// In place of a list that was asked for too late.
pub(super) fn stale() -> String {
    gateway("EpicCare Link", "<div class=\"stale\">This page has expired. Please refresh.</div>\n")
}

/// A POST without the right token.
pub(super) fn forbidden() -> String {
    gateway("EpicCare Link - Error", "<h1>Forbidden</h1>\n<p>The request could not be verified.</p>\n")
}

/// The portal's own failure.
pub(in crate::portal) fn server_error() -> String {
    gateway("EpicCare Link - Error", "<h1>Something went wrong</h1>\n<p>Try again later.</p>\n")
}

/// Unknown pages and records one may not see look the same.
pub(super) async fn not_found() -> Response {
    let page = gateway(
        "EpicCare Link - Error",
        "<h1>Not found</h1>\n<p>The record does not exist or is not available to you.</p>\n",
    );
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}
