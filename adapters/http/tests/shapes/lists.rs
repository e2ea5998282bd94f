//! Lists of every shape: tables whose columns move, cards, accordions; empty ones, filtered ones.

use crate::site::Site;
use crate::{JANE, chart, enter, error_of, folder, unexpected};
use domain::inbox::InboxFolder;
use domain::patient_scraper::Section;
use jiff::civil::date;

/// An In Basket of the old style: the server keeps folder, page and filter.
pub(crate) const INBASKET: &str = r##"
[folders]
ask = { path = "/inbasket.asp" }
list = { rows = "table#folders tr.fld", empty = { selector = "td.none", words = "no messages" } }
id = { select = "a", attribute = "href", pattern = 'fld=(\d+)' }
name = "a"

[messages]
ask = { path = "/inbasket.asp?fld={folder}" }
message_id = { header = ["Subject"], attribute = "href", pattern = 'id=(\w+)' }
subject = { header = ["Subject"] }
chart_type = { header = ["Type"] }
from = { header = ["From", "Sender"] }
received = { header = ["Received", "Date Rcvd"] }
chart_ref = { row = true, attribute = "data-pt" }
patient = { name = { header = ["Patient"] }, mrn = { header = ["MRN"] }, dob = { header = ["DOB"] } }

[messages.list]
rows = "table#msgs tr.msg"
headers = "table#msgs tr.hdr th"
empty = { selector = "td.none", words = "No  messages" }
total = "#pager2"
filter = { on = "#filter", words = "filter:", clear = { press = "input[name=ClearFilter]" } }
paging = { by = "next", press = "form[name=frmPage] input[name=Next]" }
"##;

const PAGE_1: &str = include_str!("../pages/inbasket_1.html");
const PAGE_2: &str = include_str!("../pages/inbasket_2.html");
const FILTERED: &str = include_str!("../pages/inbasket_filtered.html");
const EMPTY: &str = include_str!("../pages/inbasket_empty.html");

#[tokio::test]
async fn a_table_is_read_by_its_headers_page_by_page() {
    let site = Site::start().await;
    let session = enter(&site, INBASKET).await;
    site.html("GET /inbasket.asp", PAGE_1);
    let folders = session.folders().await.unwrap();
    assert_eq!(folders[0], InboxFolder { id: "3".into(), name: "CC Charts".into() });
    assert_eq!(folders.len(), 2);

    site.html("GET /inbasket.asp?fld=3", PAGE_1);
    site.html("POST /inbasket.asp", PAGE_2);
    let rows = session.messages(&folders[0]).await.unwrap();
    let ids: Vec<&str> = rows.iter().map(|row| row.message_id.reveal().as_str()).collect();
    assert_eq!(ids, ["M1", "M2", "M3"]);
    assert_eq!(site.body("POST /inbasket.asp"), "__STATE=s1%2B%2F%3D&Next=%3E");
    let (first, last) = (&rows[0], &rows[2]);
    assert_eq!((first.subject.reveal().as_str(), first.chart_type.as_str()), ("CPAP order", "Office Visit"));
    assert_eq!((first.from.reveal().as_str(), first.folder.as_str()), ("Lee, Anna MD", "CC Charts"));
    assert_eq!(first.received, date(2026, 11, 20).at(9, 14, 0, 0));
    assert_eq!((first.chart_ref.reveal().as_str(), first.patient.mrn.reveal().as_str()), ("P1", "00123456"));
    assert_eq!(first.patient.dob.as_ref().unwrap().reveal(), &date(1956, 11, 20));
    assert_eq!((last.subject.reveal().as_str(), last.from.reveal().as_str()), ("Oxygen & more", ""));
    assert_eq!(last.patient.name.reveal(), "MÜLLER,ÉVA");
}

#[tokio::test]
async fn a_filter_left_on_is_cleared_before_anything_is_read() {
    let site = Site::start().await;
    let session = enter(&site, INBASKET).await;
    site.html("GET /inbasket.asp?fld=3", FILTERED);
    site.html("GET /inbasket.asp?fld=3", PAGE_1);
    site.html("POST /inbasket.asp", EMPTY);
    site.html("POST /inbasket.asp", PAGE_2);
    assert_eq!(session.messages(&folder()).await.unwrap().len(), 3);
    let bodies: Vec<String> =
        site.asked().into_iter().filter(|it| it.line.starts_with("POST")).map(|it| it.body).collect();
    assert_eq!(bodies, ["__STATE=f7&ClearFilter=Clear", "__STATE=s1%2B%2F%3D&Next=%3E"]);
}

#[tokio::test]
async fn a_filter_that_stays_on_is_told() {
    let site = Site::start().await;
    let session = enter(&site, INBASKET).await;
    site.html("GET /inbasket.asp?fld=3", FILTERED);
    site.html("POST /inbasket.asp", EMPTY);
    let error = error_of(session.messages(&folder()).await);
    assert_eq!(error, unexpected("the list of messages", "messages.list.filter.clear: the filter stays on"));
}

#[tokio::test]
async fn a_list_is_empty_only_if_it_says_so() {
    let site = Site::start().await;
    let session = enter(&site, INBASKET).await;
    site.html("GET /inbasket.asp?fld=3", EMPTY);
    assert_eq!(session.messages(&folder()).await.unwrap(), vec![]);
    site.forget("GET /inbasket.asp?fld=3");
    site.html("GET /inbasket.asp?fld=3", "<h1>In Basket of Doe, Jane</h1>");
    let signal =
        "messages.list.rows \"table#msgs tr.msg\": no such element, and nothing says that the list is empty";
    assert_eq!(error_of(session.messages(&folder()).await), unexpected("the list of messages", signal));
}

#[tokio::test]
async fn a_column_that_is_gone_is_told_by_its_key() {
    let site = Site::start().await;
    let session = enter(&site, INBASKET).await;
    site.html("GET /inbasket.asp?fld=3", &PAGE_1.replace("<th>MRN</th>", "<th>Number</th>"));
    let signal = "messages.patient.mrn header [\"MRN\"]: no such header";
    assert_eq!(error_of(session.messages(&folder()).await), unexpected("the list of messages", signal));
}

const SECTIONS: &str = r##"
[[sections]]
names = { notes = "notes" }
ask = { path = "/{section}.asp" }
banner = { ask = { path = "/banner.asp?pt={chart}" }, patient = { name = "/name", mrn = "/mrn", dob = "/dob" } }
list = { rows = "div.panel", group = "div.group", total = "span.count", empty = { selector = "div.none", words = "nothing on file" } }
id = { row = true, attribute = "data-doc" }
title = "span.title"
epic_type = "span.type"
service_date = { group = "h3" }
author = "span.author"
status = "span.status"
edited = "span.edited"

[[sections]]
names = { encounters = "visits" }
ask = { path = "/{section}.asp" }
banner = { ask = { path = "/banner.asp?pt={chart}" }, patient = { name = "/name", mrn = "/mrn", dob = "/dob" } }
list = { rows = "div.card", empty = { selector = "div.none", words = "nothing on file" } }
id = { row = true, attribute = "data-doc" }
title = "h4"
epic_type = { label = ["Type"] }
service_date = { label = ["Visit date", "Date of visit"] }
author = { label = ["Provider"] }
status = { label = ["status"] }
edited = { label = ["Edited"] }
"##;

#[tokio::test]
async fn an_accordion_is_read_with_the_headings_of_its_groups() {
    let site = Site::start().await;
    let session = enter(&site, SECTIONS).await;
    let chart = chart(&site, &*session).await;
    site.json("GET /banner.asp?pt=P1", JANE);
    site.html("GET /notes.asp", include_str!("../pages/notes_accordion.html"));
    let list = chart.list(Section::Notes).await.unwrap();
    assert_eq!(list.banner.mrn.reveal(), "00123456");
    let [visit, addendum, consult] = &list.rows[..] else { panic!("three rows") };
    assert_eq!((visit.epic_id.as_str(), visit.title.reveal().as_str()), ("D1", "Office Visit"));
    assert_eq!(visit.service_date, Some(date(2026, 11, 12)));
    assert_eq!(visit.edited, Some(date(2026, 11, 12).at(16, 10, 0, 0)));
    assert_eq!((visit.status.as_deref(), visit.epic_type.as_str()), (Some("Signed"), "Progress Notes"));
    assert_eq!((addendum.author.as_ref(), addendum.edited), (None, None));
    assert_eq!((consult.epic_id.as_str(), consult.service_date), ("D3", Some(date(2026, 10, 30))));
    assert_eq!(consult.status, None);
}

#[tokio::test]
async fn cards_are_read_by_their_labels() {
    let site = Site::start().await;
    let session = enter(&site, SECTIONS).await;
    let chart = chart(&site, &*session).await;
    site.json("GET /banner.asp?pt=P1", JANE);
    site.html("GET /visits.asp", include_str!("../pages/visits_cards.html"));
    let list = chart.list(Section::Encounters).await.unwrap();
    let [visit, call] = &list.rows[..] else { panic!("two cards") };
    assert_eq!((visit.epic_id.as_str(), visit.title.reveal().as_str()), ("D7", "Sleep Center Visit"));
    assert_eq!((visit.epic_type.as_str(), visit.status.as_deref()), ("Office Visit", Some("Closed")));
    assert_eq!(visit.author.as_ref().unwrap().reveal(), "Okafor, Ben MD");
    assert_eq!(visit.edited, Some(date(2026, 11, 4).at(8, 0, 0, 0)));
    assert_eq!((call.service_date, call.author.as_ref()), (Some(date(2026, 11, 1)), None));
}

#[tokio::test]
async fn a_section_that_no_list_names_is_absent() {
    let site = Site::start().await;
    let session = enter(&site, SECTIONS).await;
    let chart = chart(&site, &*session).await;
    assert_eq!(chart.list(Section::Media).await.unwrap().rows, vec![]);
}

#[tokio::test]
async fn a_filter_can_be_cleared_by_a_request_of_its_own() {
    let site = Site::start().await;
    let sections = r##"
[[sections]]
names = { notes = "notes" }
ask = { path = "/notes.asp" }
list = { rows = "li", empty = { selector = "body", words = "nothing" }, filter = { on = "a#clear", clear = { ask = { path = "/filter.asp", method = "post_form", hidden_of = { form = "#f" } } } } }
banner = { patient = { name = ".name", mrn = ".mrn" } }
id = { row = true, attribute = "id" }
"##;
    let session = enter(&site, sections).await;
    let chart = chart(&site, &*session).await;
    let banner = "<b class=name>Doe, Jane</b><b class=mrn>00123456</b>";
    let filtered =
        "<a id=clear href=#>Clear</a><form id=f><input type=hidden name=k value='1 2'></form>nothing";
    site.html("GET /notes.asp", &format!("{banner}{filtered}"));
    site.html("GET /notes.asp", &format!("{banner}<ul><li id=D1>One</ul>"));
    site.html("POST /filter.asp", "<p>Cleared</p>");
    assert_eq!(chart.list(Section::Notes).await.unwrap().rows.len(), 1);
    assert_eq!(site.body("POST /filter.asp"), "k=1+2");
}
