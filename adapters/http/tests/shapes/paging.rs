//! Lists that go over pages: by number, link, offset, cursor or scrolling, also while they change.

use crate::site::{Answer, Site};
use crate::{chart, enter, error_of, unavailable, unexpected};
use domain::patient_scraper::Section;
use domain::ports::OpenChart;

const LIST: &str = "the chart's list";

/// A profile whose notes are this list, and a chart that is open.
async fn open(site: &Site, path: &str, list: &str) -> Box<dyn OpenChart> {
    let sections = format!(
        r#"
[[sections]]
names = {{ notes = "notes" }}
ask = {{ path = "{path}" }}
list = {list}
banner = {{ patient = {{ name = "/name", mrn = "/mrn", dob = "/dob" }} }}
id = "/id"
"#
    );
    let session = enter(site, &sections).await;
    chart(site, &*session).await
}

/// A page of a JSON list under Jane's banner, with these rows.
fn page(rows: &[u32], more: &str) -> String {
    let rows: Vec<String> = rows.iter().map(|id| format!(r#"{{"id": {id}}}"#)).collect();
    format!(
        r#"{{"name": "Doe, Jane A", "mrn": "00123456", "dob": "11/20/1956", "rows": [{}]{more}}}"#,
        rows.join(",")
    )
}

async fn ids(chart: &dyn OpenChart) -> Vec<u32> {
    let list = chart.list(Section::Notes).await.unwrap();
    list.rows.iter().map(|row| row.epic_id.parse().unwrap()).collect()
}

const NUMBER: &str =
    r#"{ rows = "/rows", total = "/total", paging = { by = "number", page = "/page", count = "/of" } }"#;

#[tokio::test]
async fn a_list_by_number_that_changes_meanwhile_is_read_again() {
    let site = Site::start().await;
    let chart = open(&site, "/l?p={page}", NUMBER).await;
    site.json("GET /l?p=1", &page(&[1, 2], r#", "page": 1, "of": 2, "total": 3"#));
    // A row has come: the second page begins with one that is known, and the claims differ.
    site.json("GET /l?p=2", &page(&[2, 3], r#", "page": 2, "of": 2, "total": 4"#));
    site.json("GET /l?p=1", &page(&[9, 1], r#", "page": 1, "of": 2, "total": 4"#));
    site.json("GET /l?p=2", &page(&[2, 3], r#", "page": 2, "of": 2, "total": 4"#));
    assert_eq!(ids(&*chart).await, [9, 1, 2, 3]);
    assert_eq!((site.count("GET /l?p=1"), site.count("GET /l?p=2")), (2, 2));
}

#[tokio::test]
async fn a_list_without_a_row_it_claims_is_not_believed() {
    let site = Site::start().await;
    let chart = open(&site, "/l?p={page}", NUMBER).await;
    site.json("GET /l?p=1", &page(&[1, 2], r#", "page": 1, "of": 2, "total": 4"#));
    site.json("GET /l?p=2", &page(&[2], r#", "page": 2, "of": 2, "total": 4"#));
    let error = error_of(chart.list(Section::Notes).await);
    assert_eq!(error, unavailable("the chart's list: the list changed each time it was read"));
    assert_eq!(site.count("GET /l?p=1"), 4);
}

#[tokio::test]
async fn a_page_number_that_the_portal_ignores_is_noticed() {
    let site = Site::start().await;
    let chart = open(&site, "/l?p={page}", NUMBER).await;
    for line in ["GET /l?p=1", "GET /l?p=2"] {
        site.json(line, &page(&[1, 2], r#", "page": 1, "of": 2"#));
    }
    let signal = "sections[0].list.paging.page: another page than the one asked for";
    assert_eq!(error_of(chart.list(Section::Notes).await), unexpected(LIST, signal));
}

#[tokio::test]
async fn offsets_end_with_the_first_page_that_is_not_full() {
    let site = Site::start().await;
    let chart =
        open(&site, "/l?start={offset}", r#"{ rows = "/rows", paging = { by = "offset", size = 2 } }"#).await;
    site.json("GET /l?start=0", &page(&[1, 2], ""));
    site.json("GET /l?start=2", &page(&[3, 4], ""));
    site.json("GET /l?start=4", &page(&[], ""));
    assert_eq!(ids(&*chart).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn offsets_end_where_the_total_is_reached() {
    let site = Site::start().await;
    let list = r#"{ rows = "/rows", total = "/n", paging = { by = "offset", size = 2 } }"#;
    let chart = open(&site, "/l?start={offset}", list).await;
    site.json("GET /l?start=0", &page(&[1, 2], r#", "n": "1-2 of 4""#));
    site.json("GET /l?start=2", &page(&[3, 4], r#", "n": "3-4 of 4""#));
    assert_eq!(ids(&*chart).await, [1, 2, 3, 4]);
    assert_eq!(site.count("GET /l?start=4"), 0);
}

#[tokio::test]
async fn a_list_that_grows_as_one_scrolls_is_read_once() {
    let site = Site::start().await;
    let chart =
        open(&site, "/l?start={offset}", r#"{ rows = "/rows", paging = { by = "offset", size = 2 } }"#).await;
    site.json("GET /l?start=0", &page(&[1, 2], ""));
    site.json("GET /l?start=2", &page(&[1, 2, 3, 4], ""));
    site.json("GET /l?start=4", &page(&[1, 2, 3, 4, 5], ""));
    assert_eq!(ids(&*chart).await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn an_offset_that_the_portal_ignores_is_noticed() {
    let site = Site::start().await;
    let chart =
        open(&site, "/l?start={offset}", r#"{ rows = "/rows", paging = { by = "offset", size = 2 } }"#).await;
    site.json("GET /l?start=0", &page(&[1, 2], ""));
    site.json("GET /l?start=2", &page(&[1, 2], ""));
    let signal = "sections[0].list.paging: the same page again when the next is asked for";
    assert_eq!(error_of(chart.list(Section::Notes).await), unexpected(LIST, signal));
}

#[tokio::test]
async fn cursors_lead_to_the_end() {
    let site = Site::start().await;
    let list = r#"{ rows = "/rows", paging = { by = "cursor", next = "/next" } }"#;
    let chart = open(&site, "/l?c={cursor}", list).await;
    site.json("GET /l?c=", &page(&[1, 2], r#", "next": "a/b""#));
    site.json("GET /l?c=a%2Fb", &page(&[3], r#", "next": "z""#));
    site.json("GET /l?c=z", &page(&[4], r#", "next": null"#));
    assert_eq!(ids(&*chart).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_list_without_end_is_told() {
    let site = Site::start().await;
    let list = r#"{ rows = "/rows", paging = { by = "cursor", next = { pointer = "/next" } } }"#;
    let chart = open(&site, "/l?c={cursor}", list).await;
    site.json("GET /l?c=", &page(&[0], r#", "next": 1"#));
    for at in 1..30 {
        site.json(&format!("GET /l?c={at}"), &page(&[at], &format!(r#", "next": {}"#, at + 1)));
    }
    let signal = "sections[0].list.paging: more than 20 pages";
    assert_eq!(error_of(chart.list(Section::Notes).await), unexpected(LIST, signal));
}

#[tokio::test]
async fn a_root_array_is_a_list() {
    let site = Site::start().await;
    let sections = r##"
[[sections]]
names = { notes = "notes" }
ask = { path = "/l" }
list = { rows = "/" }
banner = { ask = { path = "/banner" }, patient = { name = "/0/name", mrn = "/0/mrn" } }
id = "/id"
"##;
    let session = enter(&site, sections).await;
    let chart = chart(&site, &*session).await;
    site.json("GET /l", r#"[{"id": 1}, {"id": 2}, {"id": 1}]"#);
    site.json("GET /banner", r#"[{"name": "DOE,JANE", "mrn": "00123456"}]"#);
    assert_eq!(ids(&*chart).await, [1, 2]);
}

const LINKED: &str = r##"
[[sections]]
names = { notes = "notes" }
ask = { path = "/notes.asp?pt={chart}" }
list = { rows = "tr.row", total = "span.count", empty = { selector = "div.none", words = "nothing" }, paging = { by = "next", press = "a.next" } }
banner = { patient = { name = ".name", mrn = ".mrn" } }
id = { row = true, attribute = "data-doc" }
"##;

fn linked(rows: &[u32], total: &str, next: &str) -> String {
    let rows: String = rows.iter().map(|id| format!("<tr class=row data-doc={id}><td>x")).collect();
    format!(
        "<b class=name>Doe, Jane</b><b class=mrn>00123456</b><table>{rows}</table><span class=count>{total}</span>{next}"
    )
}

#[tokio::test]
async fn links_lead_to_the_next_page_until_there_is_none_or_a_dead_one() {
    for last in ["", "<a class=next>Next</a>", "<a class='next disabled' href='#'>Next</a>"] {
        let site = Site::start().await;
        let session = enter(&site, LINKED).await;
        let chart = chart(&site, &*session).await;
        site.html(
            "GET /notes.asp?pt=P1",
            &linked(&[1, 2], "1-2 of 3", "<a class=next href='notes.asp?page=2&amp;x=1'>Next</a>"),
        );
        site.html("GET /notes.asp?page=2&x=1", &linked(&[3], "3-3 of 3", last));
        assert_eq!(ids(&*chart).await, [1, 2, 3]);
    }
}

#[tokio::test]
async fn a_page_that_has_gone_stale_begins_the_list_again() {
    let site = Site::start().await;
    let stale = r#"
[[signals]]
means = "stale_page"
when = { present = ["div.stale"] }
"#;
    let session = enter(&site, &format!("{LINKED}{stale}")).await;
    let chart = chart(&site, &*session).await;
    let first = linked(&[1, 2], "1-2 of 3", "<a class=next href='notes.asp?page=2'>Next</a>");
    site.html("GET /notes.asp?pt=P1", &first);
    site.html("GET /notes.asp?page=2", "<div class=stale>This page has expired.</div>");
    site.html("GET /notes.asp?page=2", &linked(&[3], "3-3 of 3", ""));
    assert_eq!(ids(&*chart).await, [1, 2, 3]);
    assert_eq!(site.count("GET /notes.asp?pt=P1"), 2);
}

#[tokio::test]
async fn every_page_of_a_list_shows_its_patient() {
    let site = Site::start().await;
    let session = enter(&site, LINKED).await;
    let chart = chart(&site, &*session).await;
    site.html("GET /notes.asp?pt=P1", &linked(&[1], "1 of 2", "<a class=next href='?page=2'>Next</a>"));
    site.add(
        "GET /notes.asp?page=2",
        Answer::Html(200, linked(&[2], "2 of 2", "").replace("00123456", "00777777")),
    );
    let error = error_of(chart.list(Section::Notes).await);
    assert_eq!(error.to_string(), "the list's banner shows another patient");
}

#[tokio::test]
async fn a_link_that_needs_a_script_is_told() {
    let site = Site::start().await;
    let session = enter(&site, LINKED).await;
    let chart = chart(&site, &*session).await;
    site.html(
        "GET /notes.asp?pt=P1",
        &linked(&[1], "1 of 2", "<a class=next href='javascript:next()'>Next</a>"),
    );
    let signal = "sections[0].list.paging.press \"a.next\": is no link or button that works without a script";
    assert_eq!(error_of(chart.list(Section::Notes).await), unexpected(LIST, signal));
}
