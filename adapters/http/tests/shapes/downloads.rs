//! Downloads that never end, that stop, that are nothing, or are the login page.

use crate::site::{Answer, Site};
use crate::{chart, document, enter, error_of, unavailable};
use domain::patient_scraper::{ContentKind, Section};
use domain::ports::{OpenChart, PortalError};

const CONTENT: &str = "GET /content/D1";

async fn open(site: &Site, sections: &str) -> Box<dyn OpenChart> {
    let session = enter(site, sections).await;
    site.viewer("GET /viewer/D1", "");
    chart(site, &*session).await
}

async fn error_with(sections: &str, answer: Answer) -> PortalError {
    let site = Site::start().await;
    let chart = open(&site, sections).await;
    site.add(CONTENT, answer);
    error_of(chart.fetch(&document(Section::Notes, "D1")).await)
}

#[tokio::test]
async fn a_download_without_end_stops_at_the_limit() {
    let too_large = PortalError::TooLarge { what: "the document".into(), limit_bytes: 100_000 };
    assert_eq!(error_with("", Answer::Endless(&[b'x'; 4096])).await, too_large);
    assert_eq!(error_with("", Answer::Bytes("application/pdf", vec![b'x'; 100_001])).await, too_large);
}

#[tokio::test]
async fn a_download_that_drips_ends_in_time() {
    let limits =
        "[limits]\nrequest_timeout_ms = 5000\ndownload_timeout_ms = 300\ndownload_bytes_max = 1000\n";
    let error = error_with(limits, Answer::Stuck(b"%PDF-1.4 half")).await;
    assert_eq!(error, unavailable("the document: not all of it came in time"));
}

#[tokio::test]
async fn a_page_has_bounds_of_its_own() {
    let limits = "[limits]\nrequest_timeout_ms = 300\npage_bytes_max = 100\n";
    let site = Site::start().await;
    let chart = open(&site, limits).await;
    site.forget("GET /viewer/D1");
    site.add("GET /viewer/D1", Answer::Stuck(b"<p>"));
    let document = document(Section::Notes, "D1");
    let error = error_of(chart.fetch(&document).await);
    assert_eq!(error, unavailable("the document's viewer: not all of it came in time"));
    site.forget("GET /viewer/D1");
    site.viewer("GET /viewer/D1", &"x".repeat(100));
    let error = error_of(chart.fetch(&document).await);
    assert_eq!(error, PortalError::TooLarge { what: "the document's viewer".into(), limit_bytes: 100 });
}

#[tokio::test]
async fn no_bytes_are_no_document() {
    let error = error_with("", Answer::Bytes("application/pdf", Vec::new())).await;
    assert_eq!(error, unavailable("the document: an empty answer"));
}

#[tokio::test]
async fn signals_count_in_place_of_a_document_whatever_its_label() {
    let signals = r#"
[[signals]]
means = "kicked_out"
when = { says = [{ selector = "div.timeout", words = "logged in elsewhere" }] }

[[signals]]
means = "session_ended"
when = { present = ["div.timeout"] }
"#;
    let page = |words: &str| {
        let page = format!(
            "<script>top.location='default.asp?msg=timeout'</script><div class=timeout>{words}</div>"
        );
        Answer::Bytes("application/pdf", page.into_bytes())
    };
    assert_eq!(error_with(signals, page("Your session has timed out.")).await, PortalError::SessionLost);
    let kicked = page("Your session was ended because this account logged in elsewhere.");
    assert_eq!(error_with(signals, kicked).await, PortalError::KickedOut);
}

#[tokio::test]
async fn a_long_note_is_read_whole() {
    let site = Site::start().await;
    let chart = open(&site, "[limits]\ndownload_bytes_max = 2000000\n").await;
    let note = format!("<html><body><p>{}</p><form id=login></form></body></html>", "words ".repeat(100_000));
    site.html(CONTENT, &note);
    let fetched = chart.fetch(&document(Section::Notes, "D1")).await.unwrap();
    assert_eq!((fetched.files[0].kind, fetched.files[0].bytes.len()), (ContentKind::Html, note.len()));
}
