//! Values behind labels, in attributes, by patterns; and what is told when one is missing.

use crate::site::Site;
use crate::{document, enter, error_of, row, unexpected};
use domain::patient::IdentityConflict;
use domain::patient_scraper::Section;
use domain::ports::PortalError;

const MESSAGE: &str = r##"
[message]
ask = { path = "/message.asp?id={message}" }
body = "pre#text"

[message.patient]
name = { label = ["Patient", "Name"] }
mrn = { label = ["MRN"] }
dob = { label = ["DOB"], pattern = '\d+/\d+/\d+' }
"##;

const PAGE: &str = include_str!("../pages/labels.html");

#[tokio::test]
async fn labels_lead_to_cells_to_following_words_and_to_the_rest_of_an_element() {
    let site = Site::start().await;
    let session = enter(&site, MESSAGE).await;
    site.html("GET /message.asp?id=M1", PAGE);
    let body = session.message_body(&row()).await.unwrap();
    assert_eq!(body.reveal(), "Dear Dr. Lee,\n  please see   the order.\n\nThank you");
}

#[tokio::test]
async fn each_identifier_of_a_message_is_held_against_the_row() {
    for (shown, other, conflict) in [
        ("00123456", "00123457", IdentityConflict::Mrn),
        ("11/20/1956", "11/21/1956", IdentityConflict::DateOfBirth),
        ("Doe, Jane A", "Roe, Jane A", IdentityConflict::Name),
    ] {
        let site = Site::start().await;
        let session = enter(&site, MESSAGE).await;
        site.html("GET /message.asp?id=M1", &PAGE.replace(shown, other));
        let expected = PortalError::WrongPatient { screen: "the message".into(), conflict };
        assert_eq!(error_of(session.message_body(&row()).await), expected);
    }
}

#[tokio::test]
async fn an_identifier_that_cannot_be_read_is_never_assumed() {
    let site = Site::start().await;
    let session = enter(&site, MESSAGE).await;
    site.html("GET /message.asp?id=M1", &PAGE.replace("MRN", "Number"));
    let signal = "message.patient.mrn label [\"MRN\"]: nothing there";
    assert_eq!(error_of(session.message_body(&row()).await), unexpected("the message", signal));
    site.forget("GET /message.asp?id=M1");
    site.html("GET /message.asp?id=M1", &PAGE.replace("11/20/1956", "20/11/1956"));
    let signal = "message.patient.dob label [\"DOB\"]: no date as formats.dates says";
    assert_eq!(error_of(session.message_body(&row()).await), unexpected("the message", signal));
}

#[tokio::test]
async fn a_value_can_be_fixed_or_stand_in_an_attribute_or_in_old_bytes() {
    let site = Site::start().await;
    let sections = r##"
[message]
ask = { path = "/message.asp?id={message}" }
body = { fixed = "See the chart." }

[message.patient]
name = { select = "img.face", attribute = "alt" }
mrn = { select = "input[name=mrn]" }
"##;
    let session = enter(&site, sections).await;
    let page = b"<img class=face alt='D\xf6e, Jane'><input name=mrn value=' 00123456 '>".to_vec();
    site.add("GET /message.asp?id=M1", crate::site::Answer::Bytes("text/html", page));
    let mut row = row();
    row.patient.name = "Döe, Jane".into();
    assert_eq!(session.message_body(&row).await.unwrap().reveal(), "See the chart.");
}

#[tokio::test]
async fn texts_that_are_none_are_all_told_with_their_keys() {
    let site = Site::start().await;
    let sections = r##"
[[signals]]
means = "not_found"
when = { present = ["div["] }

[[sections]]
names = { notes = "notes" }
ask = { path = "/l", frames = ["frame[["] }
list = { rows = "td >> p", paging = { by = "next", press = ">" } }
banner = { patient = { name = "/name", mrn = { select = "b", pattern = "(" } } }
id = { header = ["Id"], row = true }

[document]
viewer = { path = "/viewer/{document}" }
content = [{ by = "print", drawn = { ready = "#done" } }]
header = { patient = { name = ".name", mrn = ".mrn" } }
"##;
    let portal = http_portal::HttpPortal::new(
        std::sync::Arc::new(crate::profile(sections)),
        &site.base,
        std::sync::Arc::default(),
        http_portal::Aids::default(),
    );
    let told = portal.unwrap_err().to_string();
    for key in [
        "signals[0].when.present[0]: \"div[\" is no CSS selector",
        "sections[0].ask.frames[0]:",
        "sections[0].list.rows:",
        "sections[0].list.paging.press:",
        "sections[0].banner.patient.mrn: \"(\" is no regular expression",
        "sections[0].id: ",
        "document.content[0]: needs a browser that draws pages",
    ] {
        assert!(told.contains(key), "{key} not in {told}");
    }
}

#[tokio::test]
async fn a_viewer_whose_header_is_gone_is_no_viewer() {
    let site = Site::start().await;
    let session = enter(&site, "").await;
    let chart = crate::chart(&site, &*session).await;
    site.html("GET /viewer/D1", "<p>A document</p>");
    let signal = "document.header.patient.name \".name\": nothing there";
    let error = error_of(chart.fetch(&document(Section::Notes, "D1")).await);
    assert_eq!(error, unexpected("the document's viewer", signal));
}
