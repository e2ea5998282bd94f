//! The old style beside the new one, on one mailbox; the portal looked at without anything being opened.

use crate::support::{Connector, Hospital, files_with, planted};
use simulator::{FaultPlan, HospitalKind};
use std::process::{Command, Output};
use std::time::Duration;

const BOTH: [HospitalKind; 2] = [HospitalKind::A, HospitalKind::B];

const LONG: Duration = Duration::from_mins(6);

#[tokio::test(flavor = "multi_thread")]
async fn two_hospitals_on_one_address_end_as_the_truth_says() {
    let faults =
        FaultPlan { shared_recipient: true, whats_new: true, tabs_reordered: true, ..FaultPlan::default() };
    let hospital = Hospital::open(&BOTH, 4, 17, faults).await;
    let mut connector = Connector::start(&hospital, &[]);
    connector.wait(LONG);
    hospital.assert_truth().await;
    for kind in BOTH {
        let stats = hospital.stats_of(kind);
        assert_eq!((stats.logins, stats.passwords_wrong, stats.codes_wrong), (1, 0, 0), "{kind:?}");
        assert_eq!((stats.max_concurrent_sessions, stats.btg_answered), (1, 0), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kicked_out_it_rests_and_goes_on_where_it_was() {
    let hospital = Hospital::open(&[HospitalKind::A], 4, 8, FaultPlan::default()).await;
    let mut connector = Connector::start(&hospital, &[]);
    let at_work = connector.wait_until(LONG, || hospital.stats().documents_served.len() >= 3);
    assert!(at_work, "over before it was disturbed");
    hospital.kick_sessions();
    connector.wait(LONG);
    hospital.assert_truth().await;
    let stats = hospital.stats();
    assert_eq!((stats.logins, stats.kicks, stats.max_concurrent_sessions), (2, 1, 1));
    assert!(connector.log().contains("the account was logged in elsewhere"), "a kick is told apart");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_is_probed_and_recorded_without_anything_being_opened() {
    let hospital = Hospital::open(&BOTH, 3, 5, FaultPlan::default()).await;
    for portal in ["hospital-a", "hospital-b"] {
        let recorded = portal_verb(&hospital, "record", portal);
        assert!(recorded.status.success(), "{}", String::from_utf8_lossy(&recorded.stderr));
        let probed = portal_verb(&hospital, "probe", portal);
        let report: serde_json::Value = serde_json::from_slice(&probed.stdout).expect("a report");
        assert_eq!(report["ended"], "ready", "{report:#}");
        let pages: Vec<_> =
            report["shell"].as_array().expect("pages").iter().map(|page| &page["page"]).collect();
        assert_eq!(pages, ["home", "folders", "messages"]);
        let drift = portal_verb(&hospital, "drift", portal);
        assert!(drift.status.success(), "{}", String::from_utf8_lossy(&drift.stdout));
        // The login's pages, too: a login was needed for the recording.
        let folder = hospital.folder().join("data/recorded").join(portal);
        assert!(std::fs::read_dir(&folder).expect("recorded").count() > 5);
        let shown = files_with(&folder, &planted(hospital.truth()), |_| false);
        assert!(shown.is_empty(), "patients can be read in {shown:?}");
    }
    let stats = hospital.stats();
    assert!(stats.charts_opened.is_empty() && stats.documents_served.is_empty(), "a chart was opened");
    assert_eq!((stats.logins, stats.passwords_wrong), (2, 0));
}

fn portal_verb(hospital: &Hospital, verb: &str, portal: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_epic-connector"));
    command.args(["portal", verb, portal, "--json", "--config"]).arg(hospital.config());
    command.output().expect("the program runs")
}
