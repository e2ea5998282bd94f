//! Pages that come in place of any other, and what each of them means.

use crate::site::{Answer, Site};
use crate::{JANE, enter, error_of, row, unavailable, unexpected};
use domain::ports::{PortalError, Refusal};

const MESSAGE: &str = r#"
[message]
ask = { path = "/m?{message}" }
body = "/body"
patient = { name = "/name", mrn = "/mrn" }
"#;

const GOOD: &str = r#"{"name": "Doe, Jane A", "mrn": "00123456", "body": "Hello"}"#;

fn signal(means: &str, when: &str) -> String {
    format!("{MESSAGE}\n[[signals]]\nmeans = \"{means}\"\nwhen = {when}\n")
}

/// The error when a message's page is this one.
async fn error_on(sections: &str, answer: Answer) -> PortalError {
    let site = Site::start().await;
    let session = enter(&site, sections).await;
    site.add("GET /m?M1", answer);
    error_of(session.message_body(&row()).await)
}

#[tokio::test]
async fn every_meaning_has_its_error() {
    let refused = |why| PortalError::NotPermitted { what: "the message".into(), why };
    for (means, expected) in [
        ("session_ended", PortalError::SessionLost),
        ("kicked_out", PortalError::KickedOut),
        ("break_the_glass", refused(Refusal::BreakTheGlass)),
        ("access_ended", refused(Refusal::AccessEnded)),
        ("no_permission", refused(Refusal::Forbidden)),
        ("not_found", PortalError::NotFound { what: "the message".into() }),
        ("maintenance", unavailable("the message: down for maintenance")),
        ("slow_down", PortalError::Throttled { retry_after: None }),
        ("stale_page", unavailable("the message: the page has gone stale, also after it was read again")),
    ] {
        let sections = signal(means, r##"{ present = ["#sign"] }"##);
        assert_eq!(
            error_on(&sections, Answer::Html(200, "<p id=sign>Sorry</p>".into())).await,
            expected,
            "{means}"
        );
    }
}

#[tokio::test]
async fn every_kind_of_sign_counts_and_all_of_one_signal_must_hold() {
    let page =
        || Answer::Html(403, "<title>Restricted  Record</title><h2>Break-the-Glass</h2><i></i>".into());
    let glass =
        |error: &PortalError| matches!(error, PortalError::NotPermitted { why: Refusal::BreakTheGlass, .. });
    for (when, holds) in [
        (r#"{ title = "restricted record" }"#, true),
        (r#"{ title = "other" }"#, false),
        (r#"{ path = "/m" }"#, true),
        (r#"{ path = "/n" }"#, false),
        (r#"{ status = 403, present = ["h2"], absent = ["h3", "i"] }"#, true),
        (r#"{ status = 403, present = ["h2"], absent = ["h2"] }"#, false),
        (r#"{ status = 200, present = ["h2"] }"#, false),
        (r#"{ says = [{ selector = "h2", words = "break-the-glass" }] }"#, true),
        (r#"{ says = [{ selector = "h2", words = "break" }, { selector = "h3", words = "x" }] }"#, false),
    ] {
        let error = error_on(&signal("break_the_glass", when), page()).await;
        assert_eq!(glass(&error), holds, "{when}: {error}");
    }
}

#[tokio::test]
async fn signs_stand_in_json_too() {
    for (when, json) in [
        (r#"{ present = ["/glass"] }"#, r#"{"glass": {"message": "x"}}"#),
        (
            r#"{ says = [{ selector = "/state", words = "locked down" }] }"#,
            r#"{"state": "It is LOCKED  down"}"#,
        ),
        (r#"{ present = ["/name"], absent = ["/body"] }"#, r#"{"name": "x", "body": null}"#),
    ] {
        let error = error_on(&signal("break_the_glass", when), Answer::Json(json.into())).await;
        assert!(
            matches!(error, PortalError::NotPermitted { why: Refusal::BreakTheGlass, .. }),
            "{when}: {error}"
        );
    }
}

const OVERLAY: &str = r##"
[[signals]]
means = "overlay"
when = { present = ["#whatsnew"] }
dismiss = { press = "form[name=frmNews] input[name=Close]" }
"##;

const NEWS: &str = "<div id=whatsnew><form name=frmNews method=post action=whatsnew.asp><input type=hidden name=n value=7><input type=submit name=Close value=Close></form></div>";

#[tokio::test]
async fn a_page_in_the_way_is_taken_away_once_and_what_was_asked_is_asked_again() {
    let site = Site::start().await;
    let session = enter(&site, &format!("{MESSAGE}{OVERLAY}")).await;
    site.html("GET /m?M1", NEWS);
    site.json("GET /m?M1", GOOD);
    site.add("POST /whatsnew.asp", Answer::Redirect("/home"));
    assert_eq!(session.message_body(&row()).await.unwrap().reveal(), "Hello");
    assert_eq!(site.body("POST /whatsnew.asp"), "n=7&Close=Close");
    assert_eq!(site.count("GET /m?M1"), 2);
}

#[tokio::test]
async fn a_page_in_the_way_that_stays_is_told() {
    let site = Site::start().await;
    let session = enter(&site, &format!("{MESSAGE}{OVERLAY}")).await;
    site.html("GET /m?M1", NEWS);
    site.html("POST /whatsnew.asp", NEWS);
    let signal = "signals[0].dismiss: the page in the way comes back";
    assert_eq!(error_of(session.message_body(&row()).await), unexpected("the message", signal));
    assert_eq!(site.count("POST /whatsnew.asp"), 1);
}

#[tokio::test]
async fn a_page_in_the_way_of_the_shell_brings_the_token_itself() {
    let site = Site::start().await;
    let session = r##"
[session]
home_path = "/home"
login_path = "/login"
login_selectors = ["form#login"]
touch_path = "/touch"
csrf = { selector = "meta[name=t]", attribute = "content", header = "X-CSRF-Token" }

[[signals]]
means = "overlay"
when = { present = ["#whatsnew"] }
dismiss = { ask = { path = "/whatsnew.asp", method = "post_form", fields = { ok = "1" }, hidden_of = { form = "form[name=frmNews]" } } }
"##;
    site.forget("GET /home");
    site.html("GET /home", &format!("<meta name=t content=first>{NEWS}"));
    site.html("GET /home", "<meta name=t content=second><main></main>");
    site.html("POST /whatsnew.asp", "<p>Closed</p>");
    enter(&site, session).await;
    let asked = site.asked();
    let closed = asked.iter().find(|asked| asked.line == "POST /whatsnew.asp").unwrap();
    assert_eq!((closed.body.as_str(), closed.token.as_str()), ("n=7&ok=1", "first"));
    assert_eq!(site.count("GET /home"), 2);
}

#[tokio::test]
async fn a_countdown_keeps_the_session_alive_and_the_answer_good() {
    let site = Site::start().await;
    let sections = r##"
[message]
ask = { path = "/m?{message}" }
body = "p"
patient = { name = ".name", mrn = ".mrn" }

[[signals]]
means = "countdown"
when = { present = ["div#countdown"] }

[[signals]]
means = "access_ended"
when = { present = ["div.msgbox"] }
"##;
    let session = enter(&site, sections).await;
    let page =
        "<div id=countdown>118 seconds</div><b class=name>Doe, Jane</b><b class=mrn>00123456</b><p>Hello</p>";
    site.html("GET /m?M1", page);
    assert_eq!(session.message_body(&row()).await.unwrap().reveal(), "Hello");
    assert_eq!(site.count("GET /touch"), 1);
    // It hides no other meaning.
    site.forget("GET /m?M1");
    site.html("GET /m?M1", &format!("{page}<div class=msgbox>Your access to this patient has ended.</div>"));
    let error = error_of(session.message_body(&row()).await);
    assert!(matches!(error, PortalError::NotPermitted { why: Refusal::AccessEnded, .. }));
    assert_eq!(site.count("GET /touch"), 2);
    // An answer to it that ends the session is met by the next call, not by this one.
    site.forget("GET /m?M1");
    site.html("GET /m?M1", page);
    site.forget("GET /touch");
    site.html("GET /touch", "<form id=login>");
    assert_eq!(session.message_body(&row()).await.unwrap().reveal(), "Hello");
    assert_eq!(error_of(session.message_body(&row()).await), PortalError::SessionLost);
}

#[tokio::test]
async fn a_chart_behind_glass_is_not_opened_and_the_next_one_may_be() {
    let site = Site::start().await;
    let session = enter(&site, &signal("break_the_glass", r#"{ present = ["/glass"] }"#)).await;
    site.json("GET /chart?pt=P1", r#"{"glass": true}"#);
    let error = error_of(session.open_chart(&row()).await);
    let expected = PortalError::NotPermitted { what: "the chart".into(), why: Refusal::BreakTheGlass };
    assert_eq!(error, expected);
    site.forget("GET /chart?pt=P1");
    site.json("GET /chart?pt=P1", JANE);
    session.open_chart(&row()).await.unwrap();
}

#[tokio::test]
async fn statuses_count_where_no_signal_holds() {
    for (status, expected) in [
        (401, PortalError::SessionLost),
        (404, PortalError::NotFound { what: "the message".into() }),
        (410, PortalError::NotFound { what: "the message".into() }),
        (429, PortalError::Throttled { retry_after: None }),
        (503, unavailable("the message: HTTP 503")),
        (418, unexpected("the message", "HTTP 418")),
    ] {
        assert_eq!(error_on(MESSAGE, Answer::Html(status, "<p>No</p>".into())).await, expected);
    }
}
