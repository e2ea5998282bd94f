//! Both hospitals in one process, and what comes late at each of them.

use std::collections::{BTreeMap, BTreeSet};

use simulator::{FaultPlan, HospitalKind, Simulator, SimulatorError, SimulatorOptions};

use crate::support::clement::{Clement, message_rows};
use crate::support::{Visit, mails_in, options};

/// Patients from which on every story is told.
const EVERY_STORY: usize = 60;

#[tokio::test]
async fn two_hospitals_share_process_mailbox_configuration_and_truth() {
    let folder = tempfile::tempdir().unwrap();
    let both = SimulatorOptions {
        hospitals: vec![HospitalKind::B, HospitalKind::A, HospitalKind::B],
        ..options(&folder, 6, 3, FaultPlan::default())
    };
    let simulator = Simulator::start(both).await.unwrap();
    let urls: BTreeMap<HospitalKind, String> =
        simulator.base_urls().into_iter().map(|(kind, url)| (kind, url.to_owned())).collect();
    assert_eq!(urls.len(), 2);
    assert_eq!(simulator.base_url_of(HospitalKind::B), Some(urls[&HospitalKind::B].as_str()));

    let config: toml::Table =
        toml::from_str(&std::fs::read_to_string(folder.path().join("connector.toml")).unwrap()).unwrap();
    let mut recipients = BTreeSet::new();
    for kind in HospitalKind::BOTH {
        let portal = &config["portals"][kind.portal()];
        assert_eq!(portal["profile"].as_str(), Some(kind.portal()));
        assert_eq!(portal["url"].as_str(), Some(urls[&kind].as_str()));
        assert!(folder.path().join(format!("{}.password", kind.portal())).is_file());
        recipients.insert(portal["mfa_recipient"].as_str().unwrap().to_owned());
    }
    assert_eq!(config["portals"]["hospital-a"]["site"].as_str(), Some("Clement Home Medical"));
    assert_eq!(recipients.len(), 2);

    let truth = simulator.truth();
    assert_eq!(truth.portals, ["hospital-a", "hospital-b"]);
    let numbers: Vec<usize> = truth.messages.iter().map(|m| m.n).collect();
    assert_eq!(numbers, (1..=truth.messages.len()).collect::<Vec<_>>());
    let names: BTreeSet<_> = truth.messages.iter().map(|m| m.message_id.clone()).collect();
    assert_eq!(names.len(), truth.messages.len(), "a message id is in both hospitals");

    let clement = Clement {
        simulator,
        folder,
        client: crate::support::browser(),
        base: urls[&HospitalKind::A].clone(),
    };
    clement.log_in().await;
    assert_eq!(mails_in(clement.folder.path()).len(), 1);
    let of = |kind| clement.simulator.stats_of(kind).logins;
    assert_eq!((of(HospitalKind::A), of(HospitalKind::B), clement.simulator.stats().logins), (1, 0, 1));
    clement.simulator.stop().await;
}

#[tokio::test]
async fn the_second_hospital_takes_the_next_port() {
    let folder = tempfile::tempdir().unwrap();
    let mut wanted = SimulatorOptions {
        hospitals: HospitalKind::BOTH.to_vec(),
        ..options(&folder, 1, 1, FaultPlan::default())
    };
    // Two neighbours that are free are found by trying; others may take one between.
    let mut found = None;
    for port in (20_000..60_000).step_by(997) {
        wanted.port = port;
        match Simulator::start(wanted.clone()).await {
            Ok(simulator) => {
                found = Some((port, simulator));
                break;
            }
            Err(SimulatorError::Listen { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    let (port, simulator) = found.unwrap();
    let urls: Vec<String> = simulator.base_urls().into_iter().map(|(_, url)| url.to_owned()).collect();
    assert_eq!(urls, [format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{}", port + 1)]);
}

#[tokio::test]
async fn late_messages_and_documents_come_when_a_chart_has_been_left_alone() {
    let plan = FaultPlan { late_after_secs: Some(60), ..FaultPlan::default() };
    let visit = Clement::logged_in(EVERY_STORY, 7, plan).await;
    let before = visit.all_rows().await;
    let truth = visit.simulator.truth().messages.len();
    assert!(before.len() < truth, "nothing is late");
    for row in &before {
        visit.text(&format!("chart.asp?pt={}", row.pt)).await;
    }
    visit.admin("/advance?seconds=59").await;
    assert_eq!(visit.all_rows().await.len(), before.len());
    // Nothing was read whole, so that it takes six times as long.
    visit.admin("/advance?seconds=330").await;
    let after = visit.all_rows().await;
    assert_eq!(after.len(), truth);
    let known: BTreeSet<&str> = before.iter().map(|row| row.message.as_str()).collect();
    let late = after.iter().find(|row| !known.contains(row.message.as_str())).unwrap();
    visit.text(&format!("chart.asp?pt={}", late.pt)).await;
    let message = visit.simulator.truth().messages.iter().find(|m| m.message_id == late.message).unwrap();
    let mut listed = 0;
    for list in ["snapshot.asp", "orders.asp", "notes.asp", "media.asp", "visits.asp"] {
        listed += visit.documents(list).await.len();
    }
    assert_eq!(listed, message.documents.len());
    // Opened again, they stay.
    assert!(!message_rows(&visit.text("inbasket.asp").await).is_empty());
    assert_eq!(visit.all_rows().await.len(), truth);
}

#[tokio::test]
async fn charts_that_do_not_open_say_why_at_both() {
    let clement = Clement::logged_in(EVERY_STORY, 7, FaultPlan::default()).await;
    let mut met = BTreeSet::new();
    for row in clement.all_rows().await {
        let page = clement.text(&format!("chart.asp?pt={}", row.pt)).await;
        if page.contains("<h2>Break-the-Glass</h2>") {
            assert!(page.contains("name=\"frmBtg\""));
            met.insert("a asks");
        } else if page.contains("<div class=\"msgbox\">Your access to this patient has ended.</div>") {
            met.insert("a has ended");
        }
    }
    clement.form("btg.asp", &[("Reason", "1")]).await;
    let riverside = Visit::logged_in(EVERY_STORY, 7, FaultPlan::default()).await;
    for row in riverside.all_rows().await {
        let opened = riverside.open(row["patient"]["patId"].as_str().unwrap()).await;
        if !opened["breakTheGlass"]["message"].is_null() {
            met.insert("b asks");
        } else if !opened["accessEnded"]["message"].is_null() {
            met.insert("b has ended");
        }
    }
    assert_eq!(met, BTreeSet::from(["a asks", "a has ended", "b asks", "b has ended"]));
    let stats = clement.simulator.stats();
    assert!(stats.btg_shown >= 1 && stats.btg_answered == 1);
    assert_eq!(riverside.simulator.stats().btg_answered, 0);
}
