//! Drawing pages: every part of them, the bounds, and browsers that wear out, crash or are killed.

use crate::support::{folders_of, launcher, until, until_nothing_is_left};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Html;
use axum::routing::get;
use chromium::{ChromiumDrawer, DrawerOptions};
use domain::cookies::{self, SessionCookie};
use domain::ports::{DrawnPart, DrawnQuestion, PageDrawer, PortalError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Drawn late by a script, and only for whoever has the cookie.
const CHART: &str = r#"<!doctype html><title>Chart</title><script>setTimeout(() => {
    document.body.innerHTML = document.cookie.includes('stay=abc') ? '<table id="rows"><tr><td>AHI 22.4</table>' : 'Log in';
}, 200)</script><body></body>"#;

const FILES: &str = r##"<!doctype html><body><a id="none">x</a><a id="link" href="/chart">x</a>
<a id="data" href="data:text/plain,h%C3%A4%2C%20data">x</a><script>
    const bytes = new Uint8Array(9_000_001).map((_, at) => at % 251);
    const link = document.createElement('a');
    link.id = 'blob';
    link.href = URL.createObjectURL(new Blob([bytes]));
    document.body.append(link);
</script>"##;

const FRAMES: &str =
    r#"<frameset cols="50%,50%"><frame name="nav" src="/empty"><frame name="work" src="/inner"></frameset>"#;

const INNER: &str =
    r#"<iframe id="deep" srcdoc="<p id='here'>Deep words</p>"></iframe><p id="beside">Beside</p>"#;

/// Requests for the page that never gets ready.
type Visits = Arc<AtomicUsize>;

async fn pages() -> (String, Visits) {
    let visits = Visits::default();
    let router = Router::new()
        .route("/chart", get(Html(CHART)))
        .route("/files", get(Html(FILES)))
        .route("/frames", get(Html(FRAMES)))
        .route("/inner", get(Html(INNER)))
        .route("/empty", get(Html("<p>empty")))
        .route(
            "/alert",
            get(Html("<p id=before>x<script>alert('Session'); document.write('<p id=after>y')</script>")),
        )
        .route("/broken", get((StatusCode::BAD_GATEWAY, Html("<h1>Bad gateway</h1>"))))
        .route("/download", get(|| async { ([("content-disposition", "attachment")], "bytes") }))
        .route("/second", get(second))
        .with_state(Arc::clone(&visits));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://{address}"), visits)
}

/// Ready at the second visit alone.
async fn second(State(visits): State<Visits>, headers: HeaderMap) -> Html<&'static str> {
    assert!(headers["cookie"].to_str().unwrap().contains("stay=abc"));
    let first = visits.fetch_add(1, Ordering::SeqCst) == 0;
    Html(if first { "<p>wait" } else { "<p id=ready>second" })
}

pub(crate) fn question(address: String, ready: &str, wanted: DrawnPart) -> DrawnQuestion {
    let cookie = SessionCookie {
        name: "stay".into(),
        value: "abc".into(),
        domain: "127.0.0.1".into(),
        path: "/".into(),
        secure: false,
    };
    DrawnQuestion {
        address,
        cookies: cookies::to_text(&[cookie]).unwrap(),
        frames: vec![],
        ready: ready.into(),
        wanted,
        within: Duration::from_secs(40),
        bytes_max: 10 << 20,
    }
}

fn drawer(run_dir: &Path, options: DrawerOptions) -> ChromiumDrawer {
    ChromiumDrawer::new(launcher(run_dir), options)
}

fn file(selector: &str) -> DrawnPart {
    DrawnPart::File { selector: selector.into(), attribute: "href".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_a_page_is_got_and_stays_share_no_cookies() {
    let run_dir = tempfile::tempdir().unwrap();
    let (base, _) = pages().await;
    let drawer = drawer(run_dir.path(), DrawerOptions::default());
    let chart = question(format!("{base}/chart"), "#rows", DrawnPart::Html);
    let source = drawer.draw(&chart).await.unwrap();
    assert!(String::from_utf8_lossy(&source).contains("<td>AHI 22.4"), "{source:?}");

    let blob = drawer.draw(&question(format!("{base}/files"), "#blob", file("#blob"))).await.unwrap();
    assert_eq!(blob.len(), 9_000_001);
    assert!(blob.iter().enumerate().all(|(at, byte)| usize::from(*byte) == at % 251));
    let data = drawer.draw(&question(format!("{base}/files"), "#data", file("#data"))).await.unwrap();
    assert_eq!(data, "hä, data".as_bytes());

    let pdf = drawer.draw(&DrawnQuestion { wanted: DrawnPart::Print, ..chart.clone() }).await.unwrap();
    let document = lopdf::Document::load_mem(&pdf).unwrap();
    assert!(document.extract_text(&[1]).unwrap().contains("AHI 22.4"));

    let frames = |path: &[&str]| path.iter().map(|frame| (*frame).to_owned()).collect::<Vec<String>>();
    let deep = DrawnQuestion {
        frames: frames(&["frame[name=work]", "#deep"]),
        ..question(format!("{base}/frames"), "#here", DrawnPart::Html)
    };
    assert!(String::from_utf8_lossy(&drawer.draw(&deep).await.unwrap()).contains("Deep words"));
    let printed = DrawnQuestion {
        frames: frames(&["frame[name=work]"]),
        ..question(format!("{base}/frames"), "#beside", DrawnPart::Print)
    };
    let document = lopdf::Document::load_mem(&drawer.draw(&printed).await.unwrap()).unwrap();
    assert!(document.extract_text(&[1]).unwrap().contains("Beside"), "a frame is printed alone");
    drawer.draw(&question(format!("{base}/alert"), "#after", DrawnPart::Html)).await.unwrap();

    // The stay of somebody else, in the same browser: its page never shows the rows.
    let stranger =
        DrawnQuestion { cookies: cookies::to_text(&[]).unwrap(), within: Duration::from_secs(2), ..chart };
    let error = drawer.draw(&stranger).await.unwrap_err();
    assert!(error.to_string().contains("was not ready (#rows) within 2s"), "{error}");
    assert_eq!(folders_of(run_dir.path()).len(), 1, "one browser for all of it");
    drawer.close().await;
    until_nothing_is_left(run_dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_drawn_says_why() {
    let run_dir = tempfile::tempdir().unwrap();
    let (base, _) = pages().await;
    let drawer = drawer(run_dir.path(), DrawerOptions::default());
    for (path, ready, wanted, bytes_max, expected) in [
        ("/files", "#blob", file("#blob"), 1000, "the drawn page is larger than 1000 bytes"),
        ("/files", "#blob", DrawnPart::Html, 10, "the drawn page is larger than 10 bytes"),
        ("/files", "#blob", file("#none"), 1000, "#none with href is not there"),
        ("/files", "#blob", file("#link"), 1000, "href of #link is no blob: or data: address"),
        ("/broken", "#blob", DrawnPart::Html, 1000, "HTTP 502"),
        // A browser asked to open what it can only save never gets there.
        ("/download", "#blob", DrawnPart::Html, 1000, "was not ready (#blob) within"),
    ] {
        let within = Duration::from_secs(if path == "/download" { 2 } else { 40 });
        let question =
            DrawnQuestion { bytes_max, within, ..question(format!("{base}{path}"), ready, wanted) };
        let error = drawer.draw(&question).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{path}: {error}");
    }
    let nobody = question("http://127.0.0.1:9/".into(), "p", DrawnPart::Html);
    let error = drawer.draw(&nobody).await.unwrap_err().to_string();
    assert!(error.contains("net::ERR_") || error.contains("could not be reached"), "{error}");
    let unreadable = DrawnQuestion { cookies: "x".into(), ..nobody };
    assert_eq!(drawer.draw(&unreadable).await.unwrap_err(), PortalError::SessionLost);
    drawer.close().await;
    until_nothing_is_left(run_dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_replaced_by_pages_age_and_memory_and_goes_when_idle() {
    let (base, _) = pages().await;
    let never = DrawerOptions { parallel_pages: 1, ..DrawerOptions::default() };
    let chart = question(format!("{base}/chart"), "#rows", DrawnPart::Html);
    for (options, pages_a_browser) in [
        (never, 3),
        (DrawerOptions { pages_max: 2, ..never }, 2),
        (DrawerOptions { age_max: Duration::ZERO, ..never }, 1),
        (DrawerOptions { memory_bytes_max: 1, ..never }, 1),
        (DrawerOptions { idle: Duration::from_millis(1), ..never }, 1),
    ] {
        let run_dir = tempfile::tempdir().unwrap();
        let drawer = drawer(run_dir.path(), options);
        let mut browsers = Vec::new();
        for _ in 0..3 {
            let mut seen = None;
            let drawing = drawer.draw(&chart);
            tokio::pin!(drawing);
            // The browser is looked for while the page is being drawn: a worn one is gone right after.
            let drawn = loop {
                tokio::select! {
                    drawn = &mut drawing => break drawn,
                    () = tokio::time::sleep(Duration::from_millis(20)) => {
                        seen = folders_of(run_dir.path()).into_iter().next().or(seen);
                    }
                }
            };
            drawn.unwrap();
            browsers.push(seen.unwrap());
            if pages_a_browser == 1 {
                until_nothing_is_left(run_dir.path()).await;
            }
        }
        browsers.dedup();
        assert_eq!(browsers.len(), 3_usize.div_ceil(pages_a_browser), "{options:?}");
        drop(drawer);
        until_nothing_is_left(run_dir.path()).await;
    }
}

/// Kills the processes that hold the pages of the run's only browser, or all of its processes.
fn kill(run_dir: &Path, whole_browser: bool) -> usize {
    let folder = folders_of(run_dir).remove(0);
    let leader = std::fs::read_to_string(folder.join("pid")).unwrap();
    let group = leader.split_whitespace().next().unwrap().to_owned();
    let mut killed = 0;
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let mine =
            stat.rsplit_once(')').is_some_and(|(_, rest)| rest.split_whitespace().nth(2) == Some(&group));
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let holds_pages = command.windows(15).any(|part| part == b"--type=renderer");
        if mine && (whole_browser || holds_pages) {
            let pid = entry.file_name();
            std::process::Command::new("kill").arg("-9").arg(pid).status().unwrap();
            killed += 1;
        }
    }
    killed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_crashed_is_drawn_once_more_in_another_browser() {
    for whole_browser in [false, true] {
        let run_dir = tempfile::tempdir().unwrap();
        let (base, visits) = pages().await;
        let drawer = Arc::new(drawer(run_dir.path(), DrawerOptions::default()));
        let asked = question(format!("{base}/second"), "#ready", DrawnPart::Html);
        let drawing = tokio::spawn({
            let drawer = Arc::clone(&drawer);
            async move { drawer.draw(&asked).await }
        });
        until("the page is open", || visits.load(Ordering::SeqCst) == 1).await;
        assert!(kill(run_dir.path(), whole_browser) > 0);
        let killed = Instant::now();
        let source = drawing.await.unwrap().unwrap();
        assert!(
            killed.elapsed() < Duration::from_secs(20),
            "a crash is seen long before the page's time is over"
        );
        assert!(String::from_utf8_lossy(&source).contains("second"));
        assert_eq!(visits.load(Ordering::SeqCst), 2);
        drawer.close().await;
        until_nothing_is_left(run_dir.path()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_crashes_every_browser_is_given_up_and_leaves_nothing() {
    let run_dir = tempfile::tempdir().unwrap();
    let (base, visits) = pages().await;
    let drawer = Arc::new(drawer(run_dir.path(), DrawerOptions::default()));
    let asked = question(format!("{base}/second"), "#never", DrawnPart::Html);
    let drawing = tokio::spawn({
        let drawer = Arc::clone(&drawer);
        async move { drawer.draw(&asked).await }
    });
    for visit in 1..=2 {
        until("the page is open", || visits.load(Ordering::SeqCst) == visit).await;
        until("the browser before is gone", || folders_of(run_dir.path()).len() == 1).await;
        assert!(kill(run_dir.path(), false) > 0);
    }
    let error = drawing.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("crashed") || error.to_string().contains("gone"), "{error}");
    until_nothing_is_left(run_dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_wait_their_turn_and_a_page_given_up_takes_its_browser_along() {
    let run_dir = tempfile::tempdir().unwrap();
    let (base, visits) = pages().await;
    let options = DrawerOptions { parallel_pages: 1, ..DrawerOptions::default() };
    let drawer = Arc::new(drawer(run_dir.path(), options));
    let slow = question(format!("{base}/second"), "#never", DrawnPart::Html);
    let drawing = tokio::spawn({
        let drawer = Arc::clone(&drawer);
        async move { drawer.draw(&slow).await }
    });
    until("the page is open", || visits.load(Ordering::SeqCst) == 1).await;
    let impatient = DrawnQuestion {
        within: Duration::from_millis(1),
        ..question(format!("{base}/chart"), "#rows", DrawnPart::Html)
    };
    let error = drawer.draw(&impatient).await.unwrap_err();
    assert!(error.to_string().contains("busy"), "{error}");
    drawing.abort();
    until_nothing_is_left(run_dir.path()).await;
    drawer.draw(&question(format!("{base}/chart"), "#rows", DrawnPart::Html)).await.unwrap();
    drop(drawer);
    until_nothing_is_left(run_dir.path()).await;
}
