//! Logging in through real pages.

use crate::fake::portal;
use crate::support::{launcher, until_nothing_is_left};
use chromium::LoginCredentials;
use domain::cookies;
use domain::ports::{FrameQuestion, Locator, LoginAct, LoginBrowser, LoginSecret, PortalError};

pub(crate) fn credentials() -> LoginCredentials {
    LoginCredentials { user_name: "dme user".into(), password: "s3cret ünd \"more\"".into() }
}

pub(crate) fn at(frames: &[&str], selector: &str) -> Locator {
    Locator { frames: frames.iter().map(|frame| (*frame).to_owned()).collect(), selector: selector.into() }
}

fn fill(selector: &str, secret: LoginSecret) -> LoginAct {
    LoginAct::Fill { at: at(&[], selector), secret, boxes: false }
}

fn press(selector: &str) -> LoginAct {
    LoginAct::Press { at: at(&[], selector), says: None }
}

pub(crate) fn question(frames: &[&str], selectors: &[&str]) -> FrameQuestion {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    FrameQuestion { frames: owned(frames), selectors: owned(selectors) }
}

async fn texts(browser: &mut dyn LoginBrowser, selectors: &[&str]) -> (String, Vec<Option<String>>) {
    let seen = browser.snapshot(&[question(&[], selectors)]).await.unwrap();
    let view = seen.view(&[]).unwrap();
    let texts = selectors.iter().map(|selector| view.text(selector).map(str::to_owned)).collect();
    (view.path.clone(), texts)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_goes_from_page_to_page_and_leaves_nothing_behind() {
    let run_dir = tempfile::tempdir().unwrap();
    let base = portal().await;
    let mut browser = launcher(run_dir.path()).open(&format!("{base}/login"), credentials()).await.unwrap();

    let (path, seen) = texts(&mut *browser, &["#login-form", "div[role=alert]", "input[name=userid]"]).await;
    assert_eq!(path, "/login");
    assert!(seen[0].is_some());
    assert_eq!(seen[1], None, "a hidden alert is not seen");
    assert_eq!(seen[2].as_deref(), Some(""), "what stands in a field is not read");

    browser.act(&fill("input[name=userid]", LoginSecret::UserName)).await.unwrap();
    browser.act(&fill("input[name=password]", LoginSecret::Password)).await.unwrap();
    browser.act(&press("button[type=submit]")).await.unwrap();
    let (path, seen) = texts(&mut *browser, &["h1", "#login-form"]).await;
    assert_eq!(
        (path.as_str(), seen[0].as_deref(), &seen[1]),
        ("/verify?step=1", Some("Verify Your Identity"), &None)
    );

    let error = browser.snapshot(&[question(&[], &["h1", "p:nosuch("])]).await.unwrap_err();
    assert!(error.to_string().contains("\"p:nosuch(\" is no CSS selector"), "{error}");

    let error = browser.act(&press("#resend")).await.unwrap_err();
    assert!(matches!(error, PortalError::UnexpectedPage { .. }), "{error}");
    browser.act(&fill("input[name=code]", LoginSecret::Code("482913".into()))).await.unwrap();
    browser.act(&press("#verify")).await.unwrap();
    let (path, _) = texts(&mut *browser, &["#app"]).await;
    assert_eq!(path, "/home");

    let kept = cookies::from_text(&browser.cookies().await.unwrap()).unwrap();
    let session = kept.iter().find(|cookie| cookie.name == "ECLSESSION").unwrap();
    assert_eq!((session.value.reveal().as_str(), session.domain.as_str()), ("abc", "127.0.0.1"));

    browser.close().await;
    assert_eq!(crate::support::processes_of(run_dir.path()), Vec::<i32>::new(), "close waits");
    until_nothing_is_left(run_dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_down_is_unavailable_and_no_page() {
    let run_dir = tempfile::tempdir().unwrap();
    let base = portal().await;
    let launcher = launcher(run_dir.path());
    let mut browser = launcher.open(&format!("{base}/broken"), credentials()).await.unwrap();
    let seen = browser.snapshot(&[question(&[], &[])]).await.unwrap();
    assert_eq!(seen.view(&[]).unwrap().status, 502, "its status tells that this is no page of the portal");
    browser.close().await;

    let Err(error) = launcher.open("http://127.0.0.1:9/login", credentials()).await else {
        panic!("nobody is there")
    };
    assert!(error.to_string().contains("net::ERR_"), "{error}");
    until_nothing_is_left(run_dir.path()).await;
}

#[tokio::test]
async fn a_missing_program_is_named_with_a_way_out() {
    let run_dir = tempfile::tempdir().unwrap();
    let mut options = chromium::LauncherOptions::new(run_dir.path());
    options.program = "/nowhere/chromium".into();
    let opened =
        chromium::ChromiumLauncher::new(options.clone()).open("http://127.0.0.1:9", credentials()).await;
    let Err(error) = opened else { panic!("no such program") };
    assert!(error.to_string().contains("/nowhere/chromium"), "{error}");
    assert!(error.to_string().contains("apt-get install chromium"), "{error}");

    options.program = "/bin/false".into();
    let opened = chromium::ChromiumLauncher::new(options).open("http://127.0.0.1:9", credentials()).await;
    assert!(opened.is_err());
    until_nothing_is_left(run_dir.path()).await;
}
