//! Hospital A from outside: steps of the login, what the server remembers, documents, the trap.

use crate::support::clement::{Clement, all, message_rows, state_of, words};
use crate::support::{browser, location};
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use simulator::{FaultPlan, Format, HospitalKind};

const LISTS: [&str; 5] = ["snapshot.asp", "orders.asp", "notes.asp", "media.asp", "visits.asp"];

#[tokio::test]
async fn a_visitor_logs_in_reads_charts_and_marks_messages_done() {
    let visit = Clement::logged_in(30, 7, FaultPlan::default()).await;
    let rows = visit.all_rows().await;
    let truth = visit.simulator.truth();
    let first_ones = rows.iter().filter(|row| truth.messages.iter().any(|m| m.message_id == row.message));
    assert_eq!(first_ones.count(), rows.len());
    assert!(rows.len() >= 30, "{} rows", rows.len());
    for row in &rows {
        let message = truth.messages.iter().find(|m| m.message_id == row.message).unwrap();
        assert_eq!(message.portal, "hospital-a");
        assert_eq!(row.cells["MRN"], message.patient.mrn);
        assert_eq!(row.cells["MRN"].len(), 8);
        assert_eq!(row.cells["Patient"], message.patient.name.to_uppercase().replacen(", ", ",", 1));
        let page = visit.text(&format!("message.asp?id={}", row.message)).await;
        let state = state_of(&page);
        for _ in 0..2 {
            let fields = [("id", row.message.as_str()), ("__STATE", &state), ("Done", "Done")];
            assert_eq!(location(&visit.form("message.asp", &fields).await), "/CareLink/inbasket.asp");
        }
    }
    assert_eq!(words(&visit.text("inbasket.asp").await, "td.none"), "No messages.");
    let stats = visit.simulator.stats_of(HospitalKind::A);
    assert_eq!((stats.logins, stats.codes_sent, stats.passwords_wrong, stats.codes_wrong), (1, 1, 0, 0));
    assert_eq!(stats.done.len(), rows.len());
    assert!(stats.requests_per_minute_max > 30);
}

#[tokio::test]
async fn every_document_is_listed_and_served_in_all_its_parts() {
    let visit = Clement::logged_in(12, 7, FaultPlan::default()).await;
    let mut formats = std::collections::BTreeSet::new();
    for row in visit.all_rows().await {
        let message = visit.simulator.truth().messages.iter().find(|m| m.message_id == row.message).unwrap();
        let opened = visit.text(&format!("chart.asp?pt={}", row.pt)).await;
        if !opened.contains("name=\"tabs\"") {
            continue;
        }
        let banner = visit.text("banner.asp").await;
        assert_eq!(words(&banner, "span#ptname"), message.patient.name);
        assert_eq!(words(&banner, "span#ptmrn"), format!("MRN: {}", message.patient.mrn));
        let mut listed = Vec::new();
        for list in LISTS {
            for id in visit.documents(list).await {
                let document = message.documents.iter().find(|d| d.id == id).unwrap();
                listed.push((list, document));
            }
        }
        // Documents that come late are in the truth, not yet in the chart.
        assert!(listed.len() >= message.documents.len().saturating_sub(1));
        for (list, document) in listed {
            let key = format!("{:?} in {} parts", document.format, document.parts.min(2));
            if !formats.insert(key) {
                continue;
            }
            let viewer = visit.viewer(list, &document.id).await;
            assert_eq!(words(&viewer, "#dochdr span.ptmrn"), message.patient.mrn);
            let parts = usize::from(document.parts);
            assert_eq!(all(&viewer, "form.part", |_| ()).len(), parts);
            assert_eq!(all(&viewer, "span#parts", |_| ()).len(), usize::from(parts > 1));
            for part in 1..=parts {
                let reply = visit.part(&viewer, part).await;
                assert_eq!(reply.status(), StatusCode::OK);
                let bytes = reply.bytes().await.unwrap();
                let head: &[&[u8]] = match document.format {
                    Format::Pdf | Format::Scan => &[b"%PDF-"],
                    Format::Html => &[b"<!DOCTYPE html>"],
                    Format::Tiff => &[b"II*\0", b"MM\0*"],
                    Format::Jpeg => &[b"\xff\xd8\xff"],
                };
                assert!(head.iter().any(|head| bytes.starts_with(head)), "{:?}", document.format);
            }
        }
    }
    assert!(formats.len() >= 4, "only {formats:?} were met");
}

#[tokio::test]
async fn the_frames_hold_each_other() {
    let visit = Clement::begin(1, 1, FaultPlan::default()).await;
    let entrance = visit.client.get(&visit.base).send().await.unwrap();
    assert_eq!(location(&entrance), "/CareLink/default.asp");
    let outer = visit.text("default.asp").await;
    assert_eq!(
        all(&outer, "frameset > frame[name=main]", |f| f.attr("src").unwrap().to_owned()),
        ["login.asp"]
    );
    let login = visit.text("login.asp").await;
    assert_eq!(all(&login, "form[name=frmUser] input[name=UserID]", |_| ()).len(), 1);
    assert_eq!(location(&visit.get("shell.asp").await), "/CareLink/default.asp");
    visit.log_in().await;
    assert!(visit.text("shell.asp").await.contains("top.location"));
    let tabs = visit.text("tabs.asp").await;
    let mut pages = all(&tabs, "ul#tabs li a", |a| a.attr("href").unwrap().to_owned());
    pages.sort();
    assert_eq!(pages, ["media.asp", "notes.asp", "orders.asp", "snapshot.asp", "visits.asp"]);
}

#[tokio::test]
async fn the_code_page_has_six_boxes_and_three_wrong_codes_start_over() {
    let visit = Clement::begin(1, 1, FaultPlan::default()).await;
    assert_eq!(visit.to_the_code().await, "/CareLink/verify.asp");
    let page = visit.text("verify.asp").await;
    assert_eq!(words(&page, "h2"), "Identity Verification");
    assert_eq!(all(&page, "input.codebox[maxlength='1']", |_| ()).len(), 6);
    let void = visit.newest_code();
    visit.forget_mails();
    assert_eq!(location(&visit.get("verify.asp?resend=1").await), "/CareLink/verify.asp");
    for _ in 0..2 {
        let page = visit.form("verify.asp", &[("Code", &void)]).await.text().await.unwrap();
        assert_eq!(words(&page, "td.error"), "That code is not valid.");
    }
    let thrown_out = location(&visit.form("verify.asp", &[("Code", &void)]).await);
    assert_eq!(words(&visit.text(&thrown_out).await, "td.error"), "Too many invalid codes.");
    assert_eq!(visit.simulator.stats().codes_wrong, 3);
    visit.log_in().await;
}

#[tokio::test]
async fn wrong_passwords_start_over_and_the_fifth_locks() {
    let visit = Clement::begin(1, 1, FaultPlan::default()).await;
    let attempt = async || {
        visit.form("login.asp", &[("UserID", "clementhme")]).await;
        let next = location(&visit.form("password.asp", &[("Password", "no")]).await);
        words(&visit.text(&next).await, "td.error")
    };
    for _ in 0..4 {
        assert_eq!(attempt().await, "The user ID or password is not correct.");
    }
    assert_eq!(attempt().await, "This account is locked. Call the Help Desk.");
    visit.admin("/password?value=Another-One").await;
    visit.form("login.asp", &[("UserID", "CLEMENTHME")]).await;
    assert_eq!(
        location(&visit.form("password.asp", &[("Password", "Another-One")]).await),
        "/CareLink/agree.asp"
    );
}

#[tokio::test]
async fn a_second_login_is_warned_and_ends_the_first() {
    let mut visit = Clement::logged_in(1, 1, FaultPlan::default()).await;
    let first = std::mem::replace(&mut visit.client, browser());
    assert_eq!(visit.to_the_code().await, "/CareLink/inuse.asp");
    let warning = visit.text("inuse.asp").await;
    assert_eq!(words(&warning, "td.warning"), "This account is in use at another workstation.");
    assert_eq!(location(&visit.form("inuse.asp", &[("Cancel", "Cancel")]).await), "/CareLink/login.asp");
    visit.log_in().await;
    let page = first.get(format!("{}/CareLink/inbasket.asp", visit.base)).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(
        words(&page.text().await.unwrap(), "div.timeout"),
        "Your session was ended because this account logged in elsewhere."
    );
    let stats = visit.simulator.stats();
    assert_eq!((stats.kicks, stats.sessions_live, stats.max_concurrent_sessions), (1, 1, 1));
}

#[tokio::test]
async fn another_department_has_an_empty_basket() {
    let visit = Clement::begin(6, 1, FaultPlan::default()).await;
    visit.to_the_code().await;
    let code = visit.newest_code();
    visit.form("verify.asp", &[("Code", &code)]).await;
    let labels =
        all(&visit.text("site.asp").await, "select[name=Dept] option", |o| o.text().collect::<String>());
    assert!(labels.contains(&"Clement Home Medical".to_owned()));
    assert_eq!(location(&visit.form("site.asp", &[("Dept", "102")]).await), "/CareLink/shell.asp");
    let basket = visit.text("inbasket.asp").await;
    assert_eq!(words(&basket, "td.none"), "No messages.");
    assert!(all(&basket, "tr.fld", |_| ()).is_empty());
}

#[tokio::test]
async fn the_server_keeps_folder_page_and_filter() {
    let plan = FaultPlan { inbox_filter_left_on: true, ..FaultPlan::default() };
    let visit = Clement::logged_in(40, 3, plan).await;
    let basket = visit.text("inbasket.asp").await;
    let fullest = all(&basket, "tr.fld", |row| {
        let [link, count] = ["a", "td.cnt"].map(|it| scraper::Selector::parse(it).unwrap());
        let count: usize = row.select(&count).next().unwrap().text().collect::<String>().parse().unwrap();
        (count, row.select(&link).next().unwrap().attr("href").unwrap().to_owned())
    });
    let (count, folder) = fullest.into_iter().max().unwrap();
    assert!(count > 8, "no folder has a second page");
    let first = visit.text(&folder).await;
    assert_eq!(words(&first, "td#filter"), "Filter: Unread only");
    // Some were read before by whoever left the filter on, and now one more.
    let total = |page: &str| words(page, "td#pager").rsplit(' ').next().unwrap().parse::<usize>().unwrap();
    assert!(total(&first) < count);
    visit.text(&format!("message.asp?id={}", message_rows(&first)[0].message)).await;
    let left = visit.text("inbasket.asp").await;
    assert_eq!(total(&left), total(&first) - 1);

    let cleared =
        visit.form("inbasket.asp", &[("__STATE", &state_of(&left)), ("ClearFilter", "x")]).await.text().await;
    let cleared = cleared.unwrap();
    assert_eq!(words(&cleared, "td#pager"), format!("Messages 1 - 8 of {count}"));
    let state = state_of(&cleared);
    visit.form("inbasket.asp", &[("__STATE", &state), ("Next", "x")]).await;
    let again = visit.text("inbasket.asp").await;
    assert!(words(&again, "td#pager").starts_with("Messages 9 - "));
    assert_ne!(message_rows(&again)[0].message, message_rows(&cleared)[0].message);
    let stale = visit.form("inbasket.asp", &[("__STATE", "x"), ("Next", "x")]).await.text().await.unwrap();
    assert_eq!(words(&stale, "div.stale"), "This page has expired. Please refresh.");
}

#[tokio::test]
async fn a_form_of_an_older_chart_brings_the_other_patients_document() {
    let visit = Clement::logged_in(12, 7, FaultPlan::default()).await;
    let mut open = Vec::new();
    for row in visit.all_rows().await {
        if visit.text(&format!("chart.asp?pt={}", row.pt)).await.contains("name=\"tabs\"") {
            open.push(row);
        }
    }
    let (mine, other) = (&open[0], open.iter().find(|row| row.pt != open[0].pt).unwrap());
    visit.text(&format!("chart.asp?pt={}", mine.pt)).await;
    let doc = visit.documents("snapshot.asp").await.remove(0);
    let viewer = visit.viewer("snapshot.asp", &doc).await;
    visit.text(&format!("chart.asp?pt={}", other.pt)).await;
    let reply = visit.part(&viewer, 1).await;
    assert_eq!(reply.status(), StatusCode::OK);
    assert!(reply.headers().contains_key(CONTENT_TYPE));
    let stats = visit.simulator.stats();
    assert_eq!(stats.wrong_patient_served, 1);
    assert!(!stats.documents_served.contains_key(&doc));
}

#[tokio::test]
async fn a_session_counts_down_and_ends_as_a_page_or_a_redirect() {
    let visit = Clement::logged_in(1, 1, FaultPlan::default()).await;
    visit.admin("/advance?seconds=610").await;
    let page = visit.text("inbasket.asp").await;
    let countdown = words(&page, "div#countdown");
    assert!(countdown.starts_with("Your session will end in 1"), "{countdown}");
    assert!(!visit.text("inbasket.asp").await.contains("countdown\""));
    visit.admin("/advance?seconds=721").await;
    let over = visit.text("inbasket.asp").await;
    assert_eq!(words(&over, "div.timeout"), "Your session has timed out.");
    assert!(over.contains("top.location='default.asp?msg=timeout'"));

    visit.log_in().await;
    visit.admin("/expire?as=redirect").await;
    assert_eq!(location(&visit.get("orders.asp").await), "/CareLink/default.asp?msg=timeout");
    visit.log_in().await;
    visit.admin("/kick").await;
    assert!(words(&visit.text("orders.asp").await, "div.timeout").contains("logged in elsewhere"));
}

#[tokio::test]
async fn an_expired_password_has_to_be_changed_first() {
    let visit = Clement::begin(1, 1, FaultPlan { password_expired: true, ..FaultPlan::default() }).await;
    assert_eq!(visit.to_the_code().await, "/CareLink/chgpwd.asp");
    assert_eq!(location(&visit.get("shell.asp").await), "/CareLink/chgpwd.asp");
    let refused = visit.form("chgpwd.asp", &[("NewPwd", "short"), ("NewPwd2", "short")]).await;
    assert!(words(&refused.text().await.unwrap(), "td.error").contains("shorter"));
    let fields = [("NewPwd", "Long-Enough-1"), ("NewPwd2", "Long-Enough-1")];
    assert_eq!(location(&visit.form("chgpwd.asp", &fields).await), "/CareLink/agree.asp");
}

#[tokio::test]
async fn an_authenticator_app_replaces_the_mail() {
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let plan = FaultPlan { totp_secret: Some(secret.to_owned()), ..FaultPlan::default() };
    let visit = Clement::begin(1, 1, plan).await;
    assert_eq!(visit.to_the_code().await, "/CareLink/verify.asp");
    let page = visit.text("verify.asp").await;
    assert!(page.contains("Open your authenticator app") && !page.contains("id=\"resend\""));
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::try_from_base32(secret).unwrap())
        .build()
        .unwrap();
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    visit.enter(&totp.generate(now).to_string()).await;
    assert!(crate::support::mails_in(visit.folder.path()).is_empty());
}

#[tokio::test]
async fn the_configured_terms_are_the_ones_shown() {
    let visit = Clement::begin(1, 1, FaultPlan::default()).await;
    visit.form("login.asp", &[("UserID", "CLEMENTHME")]).await;
    visit.form("password.asp", &[("Password", &visit.stored_password())]).await;
    let shown = words(&visit.text("agree.asp").await, "div#agreement");
    let normalised = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let digest = <sha2::Sha256 as sha2::Digest>::digest(normalised.as_bytes());
    let config = std::fs::read_to_string(visit.folder.path().join("connector.toml")).unwrap();
    assert!(config.contains(&data_encoding::HEXLOWER.encode(&digest)));
}
