//! Requests of every kind: forms with hidden fields, frames to any depth, tokens, drawn pages, redirects.

use crate::site::{Answer, Site};
use crate::{chart, document, enter, enter_drawing, error_of, row, unexpected};
use async_trait::async_trait;
use bytes::Bytes;
use domain::patient_scraper::Section;
use domain::ports::{DrawnPart, DrawnQuestion, PageDrawer, PortalError};
use std::sync::{Arc, Mutex};

const NAME: &str = "<b class=name>Doe, Jane A</b><b class=mrn>00123456</b><p class=text>Hello</p>";

fn message(ask: &str) -> String {
    format!(
        r#"
[message]
ask = {ask}
body = "p.text"
patient = {{ name = ".name", mrn = ".mrn" }}
"#
    )
}

#[tokio::test]
async fn placeholders_are_encoded_for_where_they_stand() {
    let mut row = row();
    row.message_id = "a/b c&d=\"é".into();
    for (ask, line, body) in [
        (
            r#"{ path = "/m/{message}?q={message}" }"#,
            "GET /m/a%2Fb%20c%26d%3D%22%C3%A9?q=a%2Fb%20c%26d%3D%22%C3%A9",
            "",
        ),
        (r#"{ path = "/m?{message}", method = "post" }"#, "POST /m?a%2Fb%20c%26d%3D%22%C3%A9", ""),
        (
            r#"{ path = "/m", method = "post_form", fields = { id = "{message}", chart = "{chart}" } }"#,
            "POST /m",
            "chart=P1&id=a%2Fb+c%26d%3D%22%C3%A9",
        ),
        (
            r#"{ path = "/m", method = "post_json", fields = { id = "{message}" } }"#,
            "POST /m",
            r#"{"id":"a/b c&d=\"é"}"#,
        ),
    ] {
        let site = Site::start().await;
        let session = enter(&site, &message(ask)).await;
        site.html(line, NAME);
        assert_eq!(session.message_body(&row).await.unwrap().reveal(), "Hello", "{ask}");
        assert_eq!(site.body(line), body);
    }
}

#[tokio::test]
async fn an_id_that_would_change_the_path_is_refused() {
    let site = Site::start().await;
    let session = enter(&site, &message(r#"{ path = "/m/{message}" }"#)).await;
    let mut row = row();
    row.message_id = "..".into();
    let signal = "message.ask.path: {message} is an id that is none";
    assert_eq!(error_of(session.message_body(&row).await), unexpected("the message", signal));
    assert_eq!(site.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn frames_are_followed_six_deep_each_from_where_it_stands() {
    let site = Site::start().await;
    let frames = r##"{ path = "/a/1.asp?id={message}", frames = ["frame[name=work]", "frame[name=work]", "iframe#in", "iframe", "iframe[title=note]", "iframe.last"] }"##;
    let session = enter(&site, &message(frames)).await;
    site.html("GET /a/1.asp?id=M1", "<frameset rows='10,*'><frame name=nav src=nav.asp><frame name=work src='b/2.asp?x=1&amp;y=2'></frameset>");
    site.html(
        "GET /a/b/2.asp?x=1&y=2",
        "<html><head><base href='/c/'></head><frameset><frame name='work' src='3.asp'></frameset></html>",
    );
    site.html("GET /c/3.asp", "<body><iframe id=in src='../d/4.asp'></iframe></body>");
    site.html("GET /d/4.asp", "<iframe src='?five'></iframe>");
    site.html(
        "GET /d/4.asp?five",
        "<iframe title=note srcdoc=\"<iframe class=last src='6.asp'></iframe>\"></iframe>",
    );
    site.html("GET /d/6.asp", NAME);
    assert_eq!(session.message_body(&row()).await.unwrap().reveal(), "Hello");
}

#[tokio::test]
async fn a_frame_that_is_not_there_is_told_and_one_with_the_login_page_ends_the_session() {
    let site = Site::start().await;
    let ask = r#"{ path = "/1?{message}", frames = ["frame[name=top]", "iframe"] }"#;
    let session = enter(&site, &message(ask)).await;
    site.html("GET /1?M1", "<frameset><frame name=top src=/2></frameset>");
    site.html("GET /2", "<p>Nothing</p>");
    let signal = "message.ask.frames[1] \"iframe\": no such element";
    assert_eq!(error_of(session.message_body(&row()).await), unexpected("the message", signal));
    site.forget("GET /2");
    site.html("GET /2", "<form id=login></form>");
    assert_eq!(error_of(session.message_body(&row()).await), PortalError::SessionLost);
    assert_eq!(error_of(session.folders().await), PortalError::SessionLost);
}

const HIDDEN: &str = r##"
[[signals]]
means = "stale_page"
when = { present = ["div.stale"] }

[[sections]]
names = { notes = "notes" }
ask = { path = "/{section}.asp" }
list = { rows = "tr.row", empty = { selector = "body", words = "none" } }
banner = { patient = { name = ".name", mrn = ".mrn" } }
id = { row = true, attribute = "data-doc" }

[document]
viewer = { path = "/document.asp", method = "post_form", fields = { doc = "{document}" }, hidden_of = { form = "form[name=frmDoc]" } }
content = [{ by = "page", select = "article" }]
header = { patient = { name = ".name", mrn = ".mrn" } }
"##;

fn list(state: &str) -> String {
    format!(
        "{NAME}<form name=frmDoc><input type=hidden name=__STATE value={state}><input type=hidden name=doc value=none><input name=seen value=no></form><table><tr class=row data-doc=D1><td>Note</td></tr></table>"
    )
}

#[tokio::test]
async fn hidden_fields_come_from_the_page_at_hand_and_from_a_fresh_one_when_it_is_stale() {
    let site = Site::start().await;
    let session = enter(&site, HIDDEN).await;
    let chart = chart(&site, &*session).await;
    site.html("GET /notes.asp", &list("s1"));
    site.html("GET /notes.asp", &list("s2"));
    let listed = chart.list(Section::Notes).await.unwrap();
    site.html("POST /document.asp", &format!("{NAME}<article>One</article>"));
    site.html("POST /document.asp", "<div class=stale>This page has expired. Please refresh.</div>");
    site.html("POST /document.asp", &format!("{NAME}<article>Two</article>"));
    chart.fetch(&listed.rows[0]).await.unwrap();
    assert_eq!(site.body("POST /document.asp"), "__STATE=s1&doc=D1");
    let fetched = chart.fetch(&listed.rows[0]).await.unwrap();
    assert!(String::from_utf8_lossy(&fetched.files[0].bytes).contains("Two"));
    assert_eq!(site.body("POST /document.asp"), "__STATE=s2&doc=D1");
}

#[tokio::test]
async fn a_document_known_from_before_reads_its_list_for_the_form() {
    let site = Site::start().await;
    let session = enter(&site, HIDDEN).await;
    let chart = chart(&site, &*session).await;
    site.html("GET /notes.asp", &list("s9"));
    site.html("POST /document.asp", &format!("{NAME}<article>One</article>"));
    chart.fetch(&document(Section::Notes, "D1")).await.unwrap();
    assert_eq!(site.body("POST /document.asp"), "__STATE=s9&doc=D1");
}

#[tokio::test]
async fn a_page_that_stays_stale_is_unavailable() {
    let site = Site::start().await;
    let session = enter(&site, HIDDEN).await;
    let chart = chart(&site, &*session).await;
    site.html("GET /notes.asp", &list("s1"));
    site.html("POST /document.asp", "<div class=stale>This page has expired.</div>");
    let error = error_of(chart.fetch(&document(Section::Notes, "D1")).await);
    let cause = "the document: its page has gone stale, also after it was read again";
    assert_eq!(error, crate::unavailable(cause));
    assert_eq!(site.count("POST /document.asp"), 2);
}

#[tokio::test]
async fn hidden_fields_can_stand_on_a_page_that_is_named() {
    let site = Site::start().await;
    let ask = r##"{ path = "/m", method = "post_form", fields = { id = "{message}" }, hidden_of = { form = "#f", page = "/form?of={chart}" } }"##;
    let session = enter(&site, &message(ask)).await;
    // As old pages are made: the form begins between the table and its row, and so holds nothing as parsed.
    site.html("GET /form?of=P1", "<table><form id=f><tr><td><input type=hidden name=a value=1><input type=hidden name=b value='2 3'></td></tr></form></table><form><input type=hidden name=c value=4></form>");
    site.html("POST /m", NAME);
    session.message_body(&row()).await.unwrap();
    assert_eq!(site.body("POST /m"), "a=1&b=2+3&id=M1");
}

const DONE: &str = r##"
[session]
home_path = "/home"
login_path = "/login"
login_selectors = ["form#login"]
touch_path = "/touch"
csrf = { selector = "meta[name=t]", attribute = "content", FIELD }

[message]
ask = { path = "/message.asp?id={message}" }
body = "p.text"
patient = { name = ".name", mrn = ".mrn" }

[done]
on_message = true
act = { press = "input[name=Done]" }
"##;

const DONE_PAGE: &str = "<form method=post action=message.asp?go><input type=hidden name=id value=M1>
<input name=who value='Lee &amp; Co'><input type=checkbox name=a checked><input type=checkbox name=b value=2><input type=radio name=r value=1><input type=radio name=r value=2 checked>
<select name=s><option value=x>X<option selected>Why</select><select name=t><option>first</select><textarea name=n>two
lines</textarea><input name=off disabled value=1><input type=submit name=Cancel value=No><input type=submit name=Done value=Done></form>";

#[tokio::test]
async fn a_button_sends_its_form_with_all_it_holds_and_the_token_as_a_field() {
    let site = Site::start().await;
    site.forget("GET /home");
    site.html("GET /home", "<meta name=t content=tok>");
    let session = enter(&site, &DONE.replace("FIELD", r#"field = "__TOKEN""#)).await;
    site.html("GET /message.asp?id=M1", &format!("{NAME}{DONE_PAGE}"));
    site.add("POST /message.asp?go", Answer::Redirect("inbasket.asp"));
    site.html("GET /inbasket.asp", "<p>In Basket</p>");
    session.mark_done(&row()).await.unwrap();
    assert_eq!(
        site.body("POST /message.asp?go"),
        "id=M1&who=Lee+%26+Co&a=on&r=2&s=Why&t=first&n=two%0Alines&Done=Done&__TOKEN=tok"
    );
    // Pressed before, the message is gone: no error.
    site.forget("GET /message.asp?id=M1");
    session.mark_done(&row()).await.unwrap();
    assert_eq!(site.count("POST /message.asp?go"), 1);
}

#[tokio::test]
async fn a_token_goes_back_in_its_header_with_changes_alone() {
    let site = Site::start().await;
    site.forget("GET /home");
    site.html("GET /home", "<meta name=t content=tok>");
    let session = enter(&site, &DONE.replace("FIELD", r#"header = "X-CSRF-Token""#)).await;
    site.html("GET /message.asp?id=M1", &format!("{NAME}{DONE_PAGE}"));
    site.html("POST /message.asp?go", "<p>Done</p>");
    session.mark_done(&row()).await.unwrap();
    let tokens: Vec<String> = site.asked().into_iter().map(|asked| asked.token).collect();
    assert_eq!(tokens, ["", "", "tok"]);
}

#[tokio::test]
async fn done_is_not_pressed_on_the_message_of_another_patient() {
    let site = Site::start().await;
    site.forget("GET /home");
    site.html("GET /home", "<meta name=t content=tok>");
    let session = enter(&site, &DONE.replace("FIELD", r#"field = "t""#)).await;
    site.html("GET /message.asp?id=M1", &format!("{NAME}{DONE_PAGE}").replace("00123456", "00777777"));
    assert_eq!(error_of(session.mark_done(&row()).await).to_string(), "the message shows another patient");
    assert_eq!(site.count("POST /message.asp?go"), 0);
}

/// Draws what it is told to, and keeps what it was asked.
pub(crate) struct FakeDrawer {
    pub(crate) gives: Mutex<Vec<Result<Bytes, PortalError>>>,
    pub(crate) asked: Mutex<Vec<DrawnQuestion>>,
}

impl FakeDrawer {
    pub(crate) fn new(gives: &[Result<&'static [u8], PortalError>]) -> Arc<Self> {
        let gives = gives.iter().rev().map(|it| it.clone().map(Bytes::from_static)).collect();
        Arc::new(Self { gives: Mutex::new(gives), asked: Mutex::default() })
    }
}

#[async_trait]
impl PageDrawer for FakeDrawer {
    async fn draw(&self, question: &DrawnQuestion) -> Result<Bytes, PortalError> {
        self.asked.lock().unwrap().push(question.clone());
        self.gives.lock().unwrap().pop().unwrap()
    }
}

#[tokio::test]
async fn a_page_that_its_script_draws_is_drawn_with_the_cookies_of_the_stay() {
    let site = Site::start().await;
    let ask = r##"{ path = "/app?m={message}", frames = ["iframe#app"], drawn = { ready = "#drawn" } }"##;
    let drawer = FakeDrawer::new(&[Ok(NAME.as_bytes())]);
    let session = enter_drawing(&site, &message(ask), Arc::clone(&drawer) as Arc<dyn PageDrawer>).await;
    assert_eq!(session.message_body(&row()).await.unwrap().reveal(), "Hello");
    let asked = drawer.asked.lock().unwrap();
    assert_eq!(asked[0].address, format!("{}/app?m=M1", site.base));
    assert_eq!((asked[0].ready.as_str(), &asked[0].wanted), ("#drawn", &DrawnPart::Html));
    assert_eq!(asked[0].frames, ["iframe#app"]);
    assert!(asked[0].cookies.reveal().contains("STAY") && asked[0].cookies.reveal().contains("good"));
}

#[tokio::test]
async fn a_page_that_never_gets_drawn_tells_an_ended_session_from_a_slow_one() {
    let site = Site::start().await;
    let ask = r##"{ path = "/app?{message}", drawn = { ready = "#drawn" } }"##;
    let slow = crate::unavailable("the page: not ready in time");
    let drawer = FakeDrawer::new(&[Err(slow.clone()), Err(slow.clone()), Ok(b"<form id=login></form>")]);
    let session = enter_drawing(&site, &message(ask), Arc::clone(&drawer) as Arc<dyn PageDrawer>).await;
    assert_eq!(error_of(session.message_body(&row()).await), slow);
    site.forget("GET /touch");
    site.add("GET /touch", Answer::Redirect("/login?expired=1"));
    assert_eq!(error_of(session.message_body(&row()).await), PortalError::SessionLost);
}

#[tokio::test]
async fn redirects_are_followed_within_the_portal_and_not_for_ever() {
    let site = Site::start().await;
    let session = enter(&site, &message(r#"{ path = "/a?{message}" }"#)).await;
    site.add("GET /a?M1", Answer::Redirect("b?x=1"));
    site.html("GET /b?x=1", NAME);
    session.message_body(&row()).await.unwrap();
    for (to, signal) in [
        ("https://elsewhere.example/", "a link that leads away from the portal"),
        ("/a?M1", "redirected in a circle"),
    ] {
        site.forget("GET /a?M1");
        site.add("GET /a?M1", Answer::Redirect(to));
        assert_eq!(error_of(session.message_body(&row()).await), unexpected("the message", signal));
    }
    site.forget("GET /a?M1");
    site.add("GET /a?M1", Answer::Redirect("/login"));
    assert_eq!(error_of(session.message_body(&row()).await), PortalError::SessionLost);
}
