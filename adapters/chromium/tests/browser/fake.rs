//! A small portal: a login form, a code page that comes late, a shell drawn by JavaScript.

use axum::Router;
use axum::extract::Form;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use std::collections::HashMap;
use std::time::Duration;

/// How long the portal thinks about a password: longer than a press waits for a page to begin to load.
const LATE: Duration = Duration::from_millis(1200);

const LOGIN: &str = r#"<!doctype html><title>EpicCare Link - Login</title>
<div role="alert" style="display:none">Your account has been locked.</div>
<form id="login-form" method="post"><input name="userid" value="somebody else">
<input name="password" type="password"><button type="submit">Log In</button></form>"#;

const HOME: &str = r#"<!doctype html><title>EpicCare Link</title><main id="app"></main>
<script>setTimeout(() => { document.querySelector('#app').textContent = 'Drawn late' }, 300)</script>"#;

/// Serves the portal; gives its base address.
pub(crate) async fn portal() -> String {
    let router = Router::new()
        .route("/login", get(Html(LOGIN)).post(log_in))
        .route("/verify", get(code_page).post(verify))
        .route("/home", get(Html(HOME)))
        .route("/broken", get((StatusCode::BAD_GATEWAY, Html("<h1>Bad gateway</h1>"))));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

async fn log_in(Form(form): Form<HashMap<String, String>>) -> impl IntoResponse {
    tokio::time::sleep(LATE).await;
    let good = form["userid"] == "dme user" && form["password"] == "s3cret ünd \"more\"";
    let cookie = "ECLSESSION=abc; Path=/; HttpOnly";
    if good {
        ([(SET_COOKIE, cookie)], Redirect::to("/verify?step=1")).into_response()
    } else {
        Html("<div role=alert>Invalid user ID or password.</div>").into_response()
    }
}

async fn code_page(headers: HeaderMap) -> Html<&'static str> {
    tokio::time::sleep(LATE).await;
    assert!(headers["cookie"].to_str().unwrap().contains("ECLSESSION=abc"));
    Html(
        "<h1>Verify Your Identity</h1><form method=post><input name=code><button id=verify>Verify</button></form>",
    )
}

async fn verify(Form(form): Form<HashMap<String, String>>) -> Redirect {
    Redirect::to(if form["code"] == "482913" { "/home" } else { "/login" })
}
