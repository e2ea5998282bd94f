//! Logins in framesets, sandboxed frames and frames of other hosts; codes in boxes, choices, buttons told by their words.

use crate::login::{at, credentials, question};
use crate::support::{launcher, until_nothing_is_left};
use axum::Router;
use axum::extract::Form;
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use domain::ports::{FrameQuestion, LoginAct, LoginBrowser, LoginSecret, PortalError};
use std::collections::HashMap;

const SET: &str = r#"<html><frameset rows="60,*"><frame name="top" src="/logo"><frame name="main" src="/user"></frameset></html>"#;

const USER: &str = r#"<form name="frmUser" method="post" action="/user"><input name="UserID">
<input type="submit" value="Help"><input type="submit" value="Next"></form>"#;

const BOXES: &str = r#"<h2>Identity Verification</h2><form name="frm" method="post" action="/verify">
<input class="codebox" maxlength="1"><input class="codebox" maxlength="1"><input class="codebox" maxlength="1">
<input class="codebox" maxlength="1"><input class="codebox" maxlength="1"><input class="codebox" maxlength="1">
<input type="hidden" name="Code"><input type="submit" name="Verify"></form><script>
const boxes = [...document.querySelectorAll('.codebox')];
boxes.forEach((box, at) => box.addEventListener('input', () => boxes[at + 1]?.focus()));
document.forms[0].addEventListener('submit', () => {
    document.forms[0].Code.value = boxes.map((box) => box.value).join('');
});
alert('We sent you a code');
</script>"#;

const SITE: &str = r#"<form method="post" action="/site"><select name="Dept"><option value="100">Clement  Home Medical West
<option value="101">Clement  Home
 Medical</select><button>Go</button><button>Go back</button></form>"#;

async fn portal() -> (String, u16) {
    async fn user(Form(form): Form<HashMap<String, String>>) -> Redirect {
        Redirect::to(if form["UserID"] == "dme user" { "/verify" } else { "/user" })
    }
    async fn verify(Form(form): Form<HashMap<String, String>>) -> Redirect {
        Redirect::to(if form["Code"] == "K7M2QX" { "/site" } else { "/user" })
    }
    async fn site(Form(form): Form<HashMap<String, String>>) -> impl IntoResponse {
        assert_eq!(form["Dept"], "101");
        Html("<script>top.location = '/shell'</script>")
    }
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let nested = format!(r#"<iframe id="other" src="http://localhost:{port}/outer"></iframe><p>Top</p>"#);
    let router = Router::new()
        .route("/", get(Html(SET)))
        .route("/logo", get(Html("<p>CareLink")))
        .route("/user", get(Html(USER)).post(user))
        .route("/verify", get(Html(BOXES)).post(verify))
        .route("/site", get(Html(SITE)).post(site))
        .route("/shell", get(Html("<title>Shell</title><p id=home>In Basket")))
        .route("/nested", get(Html(nested)))
        .route("/outer", get(Html(r#"<div style="height:900px"></div><iframe id="boxed" sandbox="allow-forms allow-scripts" src="/press"></iframe>"#)))
        .route("/press", get(Html(r#"<input id="name"><button onclick="document.querySelector('#said').textContent='pressed'">Press</button><p id="said"></p>"#)));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://127.0.0.1:{port}"), port)
}

const MAIN: &str = "frame[name=main]";

async fn path_in(browser: &mut dyn LoginBrowser, frames: &[&str]) -> String {
    let asked = question(frames, &[]);
    let seen = browser.snapshot(&[question(&[], &[]), asked.clone()]).await.unwrap();
    seen.view(&asked.frames).unwrap().path.clone()
}

fn press(frames: &[&str], selector: &str, says: Option<&str>) -> LoginAct {
    LoginAct::Press { at: at(frames, selector), says: says.map(str::to_owned) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_in_a_frameset_goes_through_boxes_and_choices_and_breaks_out() {
    let run_dir = tempfile::tempdir().unwrap();
    let (base, _) = portal().await;
    let mut opened = launcher(run_dir.path()).open(&base, credentials()).await.unwrap();
    let browser = &mut *opened;

    let questions: Vec<FrameQuestion> =
        vec![question(&[], &["frame[name=top]"]), question(&[MAIN], &["form"]), question(&["#gone"], &["p"])];
    let seen = browser.snapshot(&questions).await.unwrap();
    assert_eq!(seen.views.len(), 2, "a frame that is not there has no view");
    assert!(seen.view(&[]).unwrap().text("frame[name=top]").is_some(), "frames are seen");
    assert!(seen.view(&[MAIN.to_owned()]).unwrap().text("form").is_some());

    let name =
        LoginAct::Fill { at: at(&[MAIN], "input[name=UserID]"), secret: LoginSecret::UserName, boxes: false };
    browser.act(&name).await.unwrap();
    browser.act(&press(&[MAIN], "input[type=submit]", Some("next"))).await.unwrap();
    assert_eq!(path_in(browser, &[MAIN]).await, "/verify");

    let code = |text: &str| LoginAct::Fill {
        at: at(&[MAIN], "input.codebox"),
        secret: LoginSecret::Code(text.into()),
        boxes: true,
    };
    let error = browser.act(&code("12345")).await.unwrap_err();
    assert!(error.to_string().contains("6 boxes"), "{error}");
    browser.act(&code("K7M2QX")).await.unwrap();

    let picture = browser.picture().await.unwrap();
    assert!(picture.png.unwrap().starts_with(b"\x89PNG"));
    let html = picture.html.unwrap();
    assert!(html.reveal().contains("Identity Verification") && html.reveal().contains("CareLink"));
    assert!(!html.reveal().contains("K7M2QX"));
    let emptied = browser.act(&press(&[MAIN], "input[name=Verify]", None)).await;
    emptied.unwrap();
    assert_eq!(path_in(browser, &[MAIN]).await, "/user", "the boxes were emptied before the picture");

    browser.act(&name).await.unwrap();
    browser.act(&press(&[MAIN], "input[type=submit]", Some("Next"))).await.unwrap();
    browser.act(&code("K7M2QX")).await.unwrap();
    browser.act(&press(&[MAIN], "input[name=Verify]", None)).await.unwrap();
    assert_eq!(path_in(browser, &[MAIN]).await, "/site");

    let choose =
        |option: &str| LoginAct::Choose { at: at(&[MAIN], "select[name=Dept]"), option: option.into() };
    let error = browser.act(&choose("Clement")).await.unwrap_err();
    assert!(matches!(error, PortalError::UnexpectedPage { .. }), "{error}");
    browser.act(&choose("Clement Home Medical")).await.unwrap();
    // Of two buttons that hold the word, the one that says nothing else.
    browser.act(&press(&[MAIN], "button", Some("Go"))).await.unwrap();
    let mut path = String::new();
    while path != "/shell" {
        path = path_in(browser, &[]).await;
    }
    let gone = browser.act(&press(&[MAIN], "button", None)).await.unwrap_err();
    assert!(gone.to_string().contains("frame[name=main] is not there"), "{gone}");
    opened.close().await;
    until_nothing_is_left(run_dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_other_hosts_and_sandboxed_ones_are_reached() {
    let run_dir = tempfile::tempdir().unwrap();
    let (base, _) = portal().await;
    let mut browser = launcher(run_dir.path()).open(&format!("{base}/nested"), credentials()).await.unwrap();
    let frames = ["#other", "#boxed"];
    let name = LoginAct::Fill { at: at(&frames, "#name"), secret: LoginSecret::UserName, boxes: false };
    browser.act(&name).await.unwrap();
    browser.act(&press(&frames, "button", None)).await.unwrap();
    let asked = question(&frames, &["#said"]);
    let seen = browser.snapshot(std::slice::from_ref(&asked)).await.unwrap();
    assert_eq!(seen.view(&asked.frames).unwrap().text("#said"), Some("pressed"));
    browser.close().await;
    until_nothing_is_left(run_dir.path()).await;
}
