//! Documents by every way in which portals hand them out.

use crate::asks::FakeDrawer;
use crate::site::{Answer, Site};
use crate::{JANE, RICHARD, chart, document, enter, enter_drawing, error_of, unexpected};
use domain::patient_scraper::{ContentKind, Section};
use domain::ports::{DrawnPart, FetchedDocument, OpenChart, PageDrawer, PortalError};
use std::sync::Arc;

const VIEWER: &str = "GET /viewer/D1";

fn by(content: &str, more: &str) -> String {
    format!(
        r##"
[document]
viewer = {{ path = "/viewer/{{document}}" }}
header = {{ patient = {{ name = ".name", mrn = ".mrn", dob = ".dob" }} }}
content = [{content}]
{more}
"##
    )
}

async fn fetch(chart: &dyn OpenChart) -> Result<FetchedDocument, PortalError> {
    chart.fetch(&document(Section::Notes, "D1")).await
}

fn files(fetched: &FetchedDocument) -> Vec<(ContentKind, &str)> {
    fetched.files.iter().map(|file| (file.kind, std::str::from_utf8(&file.bytes).unwrap())).collect()
}

const FORMS: &str = r#"{ by = "form", select = "form.part" }"#;

#[tokio::test]
async fn parts_are_got_in_order_by_their_forms() {
    let site = Site::start().await;
    let session = enter(&site, &by(FORMS, r##"parts = { select = "#parts" }"##)).await;
    let chart = chart(&site, &*session).await;
    site.html(VIEWER, include_str!("../pages/viewer_parts.html"));
    site.add("POST /viewer/content.asp", Answer::Bytes("application/octet-stream", b"%PDF-1.4 one".to_vec()));
    site.add("POST /viewer/content.asp?n=2", Answer::Bytes("text/plain", b"II*\0two".to_vec()));
    site.add("POST /viewer/content.asp?n=3", Answer::Bytes("application/pdf", b"<p>three</p>".to_vec()));
    let fetched = fetch(&*chart).await.unwrap();
    let expected = [
        (ContentKind::Pdf, "%PDF-1.4 one"),
        (ContentKind::Tiff, "II*\0two"),
        (ContentKind::Html, "<p>three</p>"),
    ];
    assert_eq!(files(&fetched), expected);
    assert_eq!(fetched.header.mrn.reveal(), "00123456");
    assert_eq!(site.body("POST /viewer/content.asp"), "doc=D1&part=1&__STATE=v1&Show=Part+1");
    assert_eq!(site.body("POST /viewer/content.asp?n=3"), "doc=D1&part=3");
}

#[tokio::test]
async fn as_many_parts_must_come_as_are_claimed() {
    let site = Site::start().await;
    let session = enter(&site, &by(FORMS, r##"parts = "#parts""##)).await;
    let chart = chart(&site, &*session).await;
    site.html(VIEWER, &include_str!("../pages/viewer_parts.html").replace("of 3", "of 4"));
    let signal = "document.parts: 4 are claimed, document.content[0] offers 3";
    assert_eq!(error_of(fetch(&*chart).await), unexpected("the document's viewer", signal));
}

#[tokio::test]
async fn links_are_parts_and_the_first_way_that_is_offered_is_taken() {
    let ways = r##"{ by = "link", select = "iframe.part", attribute = "src" }, { by = "link", select = "a#file", attribute = "href" }, { by = "page", select = "article.note" }, { by = "page" }"##;
    let pdf = || Answer::Bytes("application/pdf", b"%PDF-1.4 x".to_vec());
    for (content, expected) in [
        (
            "<iframe class=part src=c?p=1></iframe><iframe class=part src=c?p=2></iframe><iframe class=part src=c?p=1></iframe><a id=file href=f>",
            2,
        ),
        ("<a id=file href='f'>Open</a>", 1),
        ("<article class=note>Seen <b>today</b></article><p>other</p>", 1),
        ("<p>The page is the note</p>", 1),
    ] {
        let site = Site::start().await;
        let session = enter(&site, &by(ways, "")).await;
        let chart = chart(&site, &*session).await;
        site.viewer(VIEWER, content);
        for line in ["GET /viewer/c?p=1", "GET /viewer/c?p=2", "GET /viewer/f"] {
            site.add(line, pdf());
        }
        let fetched = fetch(&*chart).await.unwrap();
        assert_eq!(fetched.files.len(), expected, "{content}");
        if content.contains("article") {
            let note = "<article class=\"note\">Seen <b>today</b></article>";
            let [(ContentKind::Html, page)] = files(&fetched)[..] else { panic!("a note") };
            assert!(page.contains(note) && !page.contains("other"), "{page}");
        }
    }
}

#[tokio::test]
async fn a_viewer_that_offers_nothing_is_told() {
    let site = Site::start().await;
    let session = enter(&site, &by(r#"{ by = "link", select = "iframe", attribute = "src" }"#, "")).await;
    let chart = chart(&site, &*session).await;
    site.viewer(VIEWER, "<object data=x>");
    let signal = "document.content: the viewer offers none of the ways";
    assert_eq!(error_of(fetch(&*chart).await), unexpected("the document's viewer", signal));
}

#[tokio::test]
async fn base64_stands_in_json_in_attributes_and_in_data_addresses() {
    // "%PDF-1.4 x"
    let data = "JVBERi0xLjQg\\neA==";
    let json = format!(
        r#"{{"name": "Doe, Jane A", "mrn": "00123456", "dob": "11/20/1956", "file": {{"data": "{data}"}}}}"#
    );
    let in_json = r#"
[document]
viewer = { path = "/viewer/{document}" }
header = { patient = { name = "/name", mrn = "/mrn", dob = "/dob" } }
content = [{ by = "data", value = "/file/data" }]
"#;
    let in_html = by(r##"{ by = "data", value = { select = "embed", attribute = "src" } }"##, "");
    let in_link = by(r##"{ by = "link", select = "embed", attribute = "src" }"##, "");
    for (sections, page) in
        [(in_json, Some(json.as_str())), (in_html.as_str(), None), (in_link.as_str(), None)]
    {
        let site = Site::start().await;
        let session = enter(&site, sections).await;
        let chart = chart(&site, &*session).await;
        match page {
            Some(json) => site.json(VIEWER, json),
            None => site.viewer(VIEWER, "<embed src='data:application/pdf;base64,JVBERi0xLjQgeA=='>"),
        }
        assert_eq!(files(&fetch(&*chart).await.unwrap()), [(ContentKind::Pdf, "%PDF-1.4 x")]);
    }
}

#[tokio::test]
async fn a_file_that_a_script_makes_and_a_page_to_print_come_from_the_browser() {
    for (way, wanted) in [
        (
            r##"{ by = "blob", drawn = { ready = "embed[src^=blob]" }, select = "embed", attribute = "src" }"##,
            DrawnPart::File { selector: "embed".into(), attribute: "src".into() },
        ),
        (r##"{ by = "print", drawn = { ready = "#done" } }"##, DrawnPart::Print),
    ] {
        let site = Site::start().await;
        let drawer = FakeDrawer::new(&[Ok(b"%PDF-1.7 made"), Ok(b"")]);
        let session = enter_drawing(&site, &by(way, ""), Arc::clone(&drawer) as Arc<dyn PageDrawer>).await;
        let chart = chart(&site, &*session).await;
        site.viewer(VIEWER, "<script>make()</script>");
        assert_eq!(files(&fetch(&*chart).await.unwrap()), [(ContentKind::Pdf, "%PDF-1.7 made")]);
        assert_eq!(error_of(fetch(&*chart).await), crate::unavailable("the document: an empty answer"));
        let asked = drawer.asked.lock().unwrap();
        assert_eq!(asked[0].address, format!("{}/viewer/D1", site.base));
        assert_eq!((&asked[0].wanted, asked[0].bytes_max), (&wanted, 100_000));
    }
}

#[tokio::test]
async fn without_a_viewer_the_header_stands_on_a_page_of_its_own() {
    let sections = r#"
[document]
content = [{ by = "ask", ask = { path = "/content", method = "post_form", fields = { doc = "{document}", in = "{section}" } } }]
header = { ask = { path = "/who" }, patient = { name = "/name", mrn = "/mrn" } }
recheck = true
"#;
    let site = Site::start().await;
    let session = enter(&site, sections).await;
    let chart = chart(&site, &*session).await;
    site.json("GET /who", JANE);
    site.add("POST /content", Answer::Bytes("image/jpeg", b"\xff\xd8\xff\xe0".to_vec()));
    let fetched = fetch(&*chart).await.unwrap();
    assert_eq!(fetched.files[0].kind, ContentKind::Jpeg);
    assert_eq!(site.body("POST /content"), "doc=D1&in=notes");
    assert_eq!(site.count("GET /who"), 2);
    // Another chart was opened while the bytes came.
    site.forget("GET /who");
    site.json("GET /who", JANE);
    site.json("GET /who", RICHARD);
    assert_eq!(
        error_of(fetch(&*chart).await).to_string(),
        "the banner after the download shows another patient"
    );
    // And before: nothing is downloaded.
    let before = site.count("POST /content");
    let error = error_of(fetch(&*chart).await);
    assert_eq!(error.to_string(), "the viewer's header shows another patient");
    assert_eq!(site.count("POST /content"), before);
}

#[tokio::test]
async fn the_banner_is_looked_at_again_where_the_viewer_has_the_header() {
    let sections = by(r#"{ by = "ask", ask = { path = "/content/{document}" } }"#, "recheck = true");
    let chart_with_banner = r#"
[chart]
ask = { path = "/chart?pt={chart}" }
banner = { ask = { path = "/banner" }, patient = { name = "/name", mrn = "/mrn", dob = "/dob" } }
"#;
    let site = Site::start().await;
    let session = enter(&site, &format!("{sections}{chart_with_banner}")).await;
    site.json("GET /banner", JANE);
    site.json("GET /banner", JANE);
    site.json("GET /banner", RICHARD);
    let chart = chart(&site, &*session).await;
    site.viewer(VIEWER, "");
    site.add("GET /content/D1", Answer::Bytes("application/pdf", b"%PDF-1.4".to_vec()));
    fetch(&*chart).await.unwrap();
    assert_eq!(
        error_of(fetch(&*chart).await).to_string(),
        "the banner after the download shows another patient"
    );
}

#[tokio::test]
async fn a_viewer_is_looked_at_again_where_no_other_page_has_a_banner() {
    let sections = by(r#"{ by = "ask", ask = { path = "/content/{document}" } }"#, "recheck = true");
    let site = Site::start().await;
    let session = enter(&site, &sections).await;
    let chart = chart(&site, &*session).await;
    site.viewer(VIEWER, "");
    site.html(VIEWER, "<b class=name>Roe, Richard</b><i class=mrn>00777777</i>");
    site.add("GET /content/D1", Answer::Bytes("application/pdf", b"%PDF-1.4".to_vec()));
    assert_eq!(
        error_of(fetch(&*chart).await).to_string(),
        "the banner after the download shows another patient"
    );
}

#[tokio::test]
async fn a_document_with_too_many_parts_is_not_believed() {
    let site = Site::start().await;
    let limits = "[limits]\ndocument_parts_max = 2\n";
    let session = enter(&site, &format!("{}{limits}", by(FORMS, ""))).await;
    let chart = chart(&site, &*session).await;
    site.html(VIEWER, include_str!("../pages/viewer_parts.html"));
    let signal = "document.content[0]: more than 2 parts";
    assert_eq!(error_of(fetch(&*chart).await), unexpected("the document's viewer", signal));
}

#[tokio::test]
async fn viewer_and_content_may_stand_in_frames() {
    let sections = r##"
[document]
viewer = { path = "/v/{document}", frames = ["iframe#viewer"] }
header = { patient = { name = ".name", mrn = ".mrn" } }
content = [{ by = "ask", ask = { path = "/c/{document}", frames = ["frame[name=doc]"] } }]
"##;
    let site = Site::start().await;
    let session = enter(&site, sections).await;
    let chart = chart(&site, &*session).await;
    site.html("GET /v/D1", "<iframe id=viewer src=in></iframe>");
    site.viewer("GET /v/in", "");
    site.html("GET /c/D1", "<frameset><frame name=doc src=bytes></frameset>");
    site.add("GET /c/bytes", Answer::Bytes("application/pdf", vec![b'%'; 50_000]));
    assert_eq!(fetch(&*chart).await.unwrap().files[0].bytes.len(), 50_000);
}

#[tokio::test]
async fn a_list_page_read_again_for_its_form_serves_the_documents_to_come() {
    let sections = r##"
[[signals]]
means = "stale_page"
when = { present = ["div.stale"] }

[[sections]]
names = { notes = "notes" }
ask = { path = "/notes.asp" }
list = { rows = "li", empty = { selector = "body", words = "nothing" } }
banner = { patient = { name = ".name", mrn = ".mrn" } }
id = { row = true, attribute = "id" }

[document]
viewer = { path = "/v", method = "post_form", fields = { doc = "{document}" }, hidden_of = { form = "form", page = "/notes.asp" } }
header = { patient = { name = ".name", mrn = ".mrn" } }
content = [{ by = "form", select = "form" }]
"##;
    let site = Site::start().await;
    let session = enter(&site, sections).await;
    let chart = chart(&site, &*session).await;
    for state in ["old", "new"] {
        site.viewer(
            "GET /notes.asp",
            &format!("<ul><li id=D1></ul><form><input type=hidden name=s value={state}>"),
        );
    }
    chart.list(Section::Notes).await.unwrap();
    // The viewer's own form has gone stale when it is pressed: the document is begun again, with a fresh list.
    site.viewer("POST /v", "<form method=post action=/c><input type=submit name=go value=1></form>");
    site.html("POST /c", "<div class=stale>This page has expired.</div>");
    site.add("POST /c", Answer::Bytes("application/pdf", b"%PDF-1.4".to_vec()));
    fetch(&*chart).await.unwrap();
    fetch(&*chart).await.unwrap();
    let states: Vec<String> =
        site.asked().into_iter().filter(|it| it.line == "POST /v").map(|it| it.body).collect();
    assert_eq!(states, ["s=old&doc=D1", "s=new&doc=D1", "s=new&doc=D1"]);
    assert_eq!(site.count("GET /notes.asp"), 2);
}
