//! Faults through the servers of both hospitals: each one strikes, and asking again helps.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use simulator::{FaultPlan, HospitalKind, PortalStats};

use crate::support::Visit;
use crate::support::clement::{Clement, Row, all, state_of, words};

const LISTS: [&str; 4] = ["orders.asp", "notes.asp", "media.asp", "visits.asp"];

/// The row of a chart that opens, and the chart is open.
async fn open_one(visit: &Clement) -> Row {
    for row in visit.all_rows().await {
        if visit.text(&format!("chart.asp?pt={}", row.pt)).await.contains("name=\"tabs\"") {
            return row;
        }
    }
    panic!("no chart opens");
}

/// A viewer of the open chart's facesheet.
async fn facesheet(visit: &Clement) -> String {
    let doc = visit.documents("snapshot.asp").await.remove(0);
    visit.viewer("snapshot.asp", &doc).await
}

async fn with_faults(plan: FaultPlan) -> Clement {
    let visit = Clement::logged_in(6, 3, FaultPlan::default()).await;
    open_one(&visit).await;
    visit.simulator.set_faults(&plan).unwrap();
    visit
}

#[tokio::test]
async fn pages_fail_each_in_its_own_way() {
    let plan = FaultPlan {
        bad_gateway_every: 5,
        internal_error_every: 7,
        maintenance_every: 9,
        reset_every: 11,
        ..FaultPlan::default()
    };
    let visit = with_faults(plan).await;
    let mut met = BTreeSet::new();
    for _ in 0..80 {
        let url = format!("{}/CareLink/nav.asp", visit.base);
        let Ok(reply) = visit.client.get(url).send().await else {
            met.insert("refused");
            continue;
        };
        let status = reply.status();
        let Ok(text) = reply.text().await else {
            met.insert("broken off");
            continue;
        };
        met.insert(match status {
            StatusCode::BAD_GATEWAY => "502",
            StatusCode::INTERNAL_SERVER_ERROR => "500",
            _ if text.contains("class=\"maint\"") => {
                assert_eq!(words(&text, "div.maint"), "CareLink is unavailable while it is being updated.");
                "maintenance"
            }
            _ => "page",
        });
    }
    assert_eq!(met, BTreeSet::from(["500", "502", "broken off", "maintenance", "page"]));
    let faults = visit.simulator.stats().faults;
    assert!(["bad_gateway", "internal_error", "maintenance", "reset"].iter().all(|name| faults[*name] >= 5));
}

#[tokio::test]
async fn documents_fail_each_in_its_own_way() {
    let one = |plan: fn(&mut FaultPlan)| {
        let mut faults = FaultPlan::default();
        plan(&mut faults);
        faults
    };
    let visit = with_faults(one(|plan| plan.truncate_every = 1)).await;
    let viewer = facesheet(&visit).await;
    assert!(visit.part(&viewer, 1).await.bytes().await.is_err(), "half a document passed for a whole one");

    visit.simulator.set_faults(&one(|plan| plan.zero_bytes_every = 1)).unwrap();
    let empty = visit.part(&viewer, 1).await;
    assert_eq!(empty.status(), StatusCode::OK);
    assert!(empty.bytes().await.unwrap().is_empty());

    visit.simulator.set_faults(&one(|plan| plan.slow_loris_every = 1)).unwrap();
    let slow = visit.part(&viewer, 1).await;
    let whole = tokio::time::timeout(Duration::from_millis(300), slow.bytes()).await;
    assert!(whole.is_err(), "a slow document came quickly");

    visit.simulator.set_faults(&one(|plan| plan.login_as_pdf_every = 1)).unwrap();
    let login = visit.part(&viewer, 1).await;
    assert_eq!(login.headers()[CONTENT_TYPE], "application/pdf");
    assert!(login.text().await.unwrap().contains("name=\"UserID\""));
    assert!(visit.text("banner.asp").await.contains("Your session has timed out."));

    visit.simulator.set_faults(&FaultPlan::default()).unwrap();
    visit.log_in().await;
    open_one(&visit).await;
    let viewer = facesheet(&visit).await;
    assert!(!visit.part(&viewer, 1).await.bytes().await.unwrap().is_empty());
    let stats = visit.simulator.stats();
    assert_eq!(stats.documents_truncated.values().sum::<u64>(), 4);
    assert_eq!(stats.documents_served.values().sum::<u64>(), 1);
}

#[tokio::test]
async fn the_huge_download_comes_once_and_is_huge() {
    let visit = with_faults(FaultPlan { huge_download: 1, ..FaultPlan::default() }).await;
    let doc = visit.documents("media.asp").await.remove(0);
    let viewer = visit.viewer("media.asp", &doc).await;
    let mut pieces = visit.part(&viewer, 1).await.bytes_stream();
    let mut bytes = 0;
    while let Some(piece) = pieces.next().await {
        bytes += piece.unwrap().len();
    }
    assert!(bytes > 200 * 1024 * 1024, "{bytes}");
    assert!(visit.part(&viewer, 1).await.bytes().await.unwrap().len() < 20 * 1024 * 1024);
}

#[tokio::test]
async fn a_stale_form_needs_its_page_again() {
    let visit = with_faults(FaultPlan { stale_page_every: 2, ..FaultPlan::default() }).await;
    let list = visit.text("snapshot.asp").await;
    let doc = all(&list, "[data-doc]", |e| e.attr("data-doc").unwrap().to_owned()).remove(0);
    let mut expired = 0;
    for _ in 0..3 {
        let fields = [("doc", doc.as_str()), ("__STATE", &state_of(&list))];
        let page = visit.form("document.asp", &fields).await.text().await.unwrap();
        expired += u32::from(page.contains("This page has expired. Please refresh."));
    }
    assert!(expired >= 2, "an expired form worked again");
    let viewer = visit.viewer("snapshot.asp", &doc).await;
    assert!(!viewer.contains("class=\"stale\""), "a fresh page's form had expired");

    let riverside = Visit::logged_in(6, 3, FaultPlan { stale_page_every: 2, ..FaultPlan::default() }).await;
    let folders = riverside.json("/api/inbasket/folders").await;
    let list = format!("/api/inbasket/folders/{}/messages", folders["folders"][0]["id"].as_str().unwrap());
    assert!(riverside.get(&list).await.text().await.unwrap().starts_with("{"));
    let stale = riverside.get(&list).await;
    assert_eq!(stale.status(), StatusCode::OK);
    assert_eq!(words(&stale.text().await.unwrap(), "div.stale"), "This page has expired. Please refresh.");
    assert!(riverside.get(&list).await.text().await.unwrap().starts_with("{"));
}

#[tokio::test]
async fn one_banner_is_another_patients() {
    let visit = with_faults(FaultPlan::default()).await;
    let right = words(&visit.text("banner.asp").await, "span#ptmrn");
    // The banner above was the first.
    visit.simulator.set_faults(&FaultPlan { other_banner_once: 2, ..FaultPlan::default() }).unwrap();
    assert_ne!(words(&visit.text("banner.asp").await, "span#ptmrn"), right);
    assert_eq!(words(&visit.text("banner.asp").await, "span#ptmrn"), right);

    let riverside = Visit::logged_in(6, 3, FaultPlan { other_banner_once: 2, ..FaultPlan::default() }).await;
    let (mut opened, mut orders) = (serde_json::Value::Null, String::new());
    for row in riverside.all_rows().await {
        let chart = row["patient"]["patId"].as_str().unwrap();
        orders = format!("/api/chart/{chart}/orders");
        opened = riverside.open(chart).await;
        if !opened["banner"].is_null() {
            break;
        }
    }
    assert_ne!(riverside.json(&orders).await["banner"], opened["banner"]);
    assert_eq!(riverside.json(&orders).await["banner"], opened["banner"]);
}

#[tokio::test]
async fn news_are_closed_at_the_door_and_once_more_in_the_chart() {
    let plan = FaultPlan { whats_new: true, ..FaultPlan::default() };
    let visit = Clement::logged_in(6, 3, plan.clone()).await;
    open_one(&visit).await;
    let news = visit.text("orders.asp").await;
    assert_eq!(all(&news, "div#whatsnew form[name=frmNews] input[name=Close]", |_| ()).len(), 1);
    let back = all(&news, "input[name=back]", |i| i.attr("value").unwrap().to_owned()).remove(0);
    let closed = visit.form("whatsnew.asp", &[("back", &back), ("Close", "Close")]).await;
    assert_eq!(crate::support::location(&closed), "/CareLink/orders.asp");
    assert_eq!(all(&visit.text("orders.asp").await, "form[name=frmDoc]", |_| ()).len(), 1);

    let riverside = Visit::logged_in(1, 1, plan).await;
    let overlay = riverside.get("/home").await.text().await.unwrap();
    assert_eq!(all(&overlay, "div#whats-new button#close-whats-new", |_| ()).len(), 1);
    assert!(all(&overlay, "main#app", |_| ()).is_empty());
    let closed = riverside.form("/whats-new", &[]).await;
    assert_eq!(crate::support::location(&closed), "/EpicCareLink/home");
    let home = riverside.get("/home").await.text().await.unwrap();
    assert_eq!(all(&home, "main#app", |_| ()).len(), 1);
}

#[tokio::test]
async fn tabs_change_places_and_hide_but_none_gets_lost() {
    let visit = with_faults(FaultPlan { tabs_reordered: true, ..FaultPlan::default() }).await;
    let (mut orders, mut menus) = (BTreeSet::new(), 0);
    for _ in 0..12 {
        let page = visit.text("tabs.asp").await;
        let names = all(&page, "ul#tabs a, ul#more a", |a| a.text().collect::<String>());
        let every: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(every, BTreeSet::from(["Facesheet", "Media", "Notes", "Orders", "Visits"]));
        menus += all(&page, "ul#more", |_| ()).len();
        orders.insert(names);
    }
    assert!(orders.len() > 3 && menus > 0);
}

#[tokio::test]
async fn the_notes_filter_hides_what_is_older_than_a_year() {
    let plan = FaultPlan { notes_filter_left_on: true, ..FaultPlan::default() };
    let visit = Clement::logged_in(12, 7, plan).await;
    let mut hidden = 0;
    for row in visit.all_rows().await {
        visit.log_in().await;
        if !visit.text(&format!("chart.asp?pt={}", row.pt)).await.contains("name=\"tabs\"") {
            continue;
        }
        let filtered = visit.documents("notes.asp").await.len();
        let page = visit.text("notes.asp").await;
        assert!(words(&page, "div#filter").starts_with("Filter: Last 12 months"));
        let clear = all(&page, "a#clear", |a| a.attr("href").unwrap().to_owned()).remove(0);
        visit.text(&clear).await;
        let page = visit.text("notes.asp").await;
        assert!(!page.contains("id=\"filter\""));
        hidden += visit.documents("notes.asp").await.len() - filtered;
        if hidden > 0 {
            return;
        }
    }
    panic!("the filter hides nothing");
}

#[tokio::test]
async fn an_ambiguous_code_is_two_mails_and_asking_again_helps() {
    let plan = FaultPlan { ambiguous_code_every: 2, shared_recipient: true, ..FaultPlan::default() };
    let visit = Clement::begin(1, 1, plan).await;
    assert_eq!(visit.to_the_code().await, "/CareLink/verify.asp");
    visit.forget_mails();
    visit.get("verify.asp?resend=1").await;
    let mails = crate::support::mails_in(visit.folder.path());
    assert_eq!(mails.len(), 2, "the second code is the ambiguous one");
    for mail in &mails {
        assert!(std::fs::read_to_string(mail).unwrap().contains("\r\nTo: dme.codes@gmail.com\r\n"));
    }
    visit.forget_mails();
    visit.get("verify.asp?resend=1").await;
    visit.enter(&visit.newest_code()).await;
    let config = std::fs::read_to_string(visit.folder.path().join("connector.toml")).unwrap();
    assert!(config.contains("mfa_recipient = \"dme.codes@gmail.com\""));
    assert_eq!(visit.simulator.stats().codes_sent, 4);
}

#[tokio::test]
async fn the_same_requests_meet_the_same_faults() {
    async fn faults_of_a_run() -> PortalStats {
        let plan = FaultPlan {
            bad_gateway_probability: 0.2,
            truncate_probability: 0.3,
            kick_after_requests: vec![60],
            ..FaultPlan::default()
        };
        let visit = with_faults(plan).await;
        for _ in 0..30 {
            for list in LISTS {
                visit.get(list).await;
            }
        }
        visit.simulator.stats_of(HospitalKind::A)
    }
    let (first, second) = (faults_of_a_run().await, faults_of_a_run().await);
    assert!(first.faults["bad_gateway"] > 5);
    assert_eq!((first.faults, first.kicks), (second.faults, second.kicks));
    assert_eq!(second.kicks, 1);
}
