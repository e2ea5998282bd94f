//! Fifty `kill -9` and thirty sessions ended or kicked out in one run over two hospitals: nothing lost, nothing twice.

use crate::crash::keep_first_receipts;
use crate::support::{Connector, Hospital, pause};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::{FaultPlan, HospitalKind};
use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

const KILLS: u32 = 50;
const SESSIONS_ENDED: u32 = 30;

/// Two kicks a portal and day are borne; a third hands the account to a person.
const KICKS: u32 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_and_thirty_ended_sessions_in_one_run() {
    let seed = 909;
    println!("seed {seed}");
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let faults = FaultPlan { latency_ms: Some(60), late_after_secs: Some(40), ..FaultPlan::default() };
    let hospital = Hospital::open(&[HospitalKind::A, HospitalKind::B], 24, seed, faults).await;
    let mut seen = BTreeMap::new();
    let (mut kills, mut ended) = (0, 0);
    while kills < KILLS {
        look_after_accounts(&hospital);
        let mut connector = Connector::start(&hospital, &[]);
        let moment = Instant::now() + Duration::from_millis(dice.random_range(1_500..6_500));
        let end_at = Instant::now() + Duration::from_millis(dice.random_range(500..6_000));
        while Instant::now() < moment && connector.has_ended().is_none() {
            if Instant::now() >= end_at && ended * KILLS < SESSIONS_ENDED * (kills + 1) && alive(&hospital) {
                if ended < KICKS {
                    hospital.kick_sessions()
                } else {
                    hospital.expire_sessions()
                }
                ended += 1;
            }
            pause();
        }
        if connector.has_ended().is_some() {
            break;
        }
        connector.kill();
        kills += 1;
        keep_first_receipts(&mut seen, &hospital);
    }
    println!("{kills} kills, {ended} times sessions ended");
    assert!(kills >= KILLS && ended >= SESSIONS_ENDED, "the work was done before it could be disturbed");
    look_after_accounts(&hospital);
    Connector::start(&hospital, &[]).wait(Duration::from_mins(20));
    hospital.assert_truth().await;
    keep_first_receipts(&mut seen, &hospital);
    for kind in [HospitalKind::A, HospitalKind::B] {
        let stats = hospital.stats_of(kind);
        assert_eq!((stats.passwords_wrong, stats.btg_answered), (0, 0), "{kind:?}");
        let again: u64 = stats.documents_served.values().map(|times| times - 1).sum();
        println!(
            "    {kind:?}: {} logins, {} wrong codes, {again} documents fetched again",
            stats.logins, stats.codes_wrong
        );
    }
}

fn alive(hospital: &Hospital) -> bool {
    hospital.stats().sessions_live > 0
}

/// What a person does for an account whose logins were cut off three times: looks, and unlocks.
fn look_after_accounts(hospital: &Hospital) {
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epic-connector"));
        command.args(arguments).arg("--config").arg(hospital.config()).output().expect("the program runs")
    };
    let status = ask(&["portal", "status", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&status.stdout).expect("a report");
    for portal in report["portals"].as_array().expect("portals") {
        if portal["locked"].is_null() {
            continue;
        }
        let cause = &portal["locked"]["cause"];
        assert!(
            ["unresolved_attempts", "codes_refused"].iter().any(|fair| cause == fair),
            "locked for {cause}"
        );
        let name = portal["portal"].as_str().expect("a name");
        assert!(ask(&["portal", "unlock", name]).status.success(), "{name} was not unlocked");
        println!("    a person unlocked {name}: {cause}");
    }
}
