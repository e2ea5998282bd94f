//! Two hospitals with every fault at once, seed after seed: outcomes as the truth says, no page of another patient,
//! every listed document accounted for, no wrong code, no second wrong password.

use crate::ledgers;
use crate::support::{Connector, Hospital};
use simulator::{FaultPlan, HospitalKind};
use std::time::Duration;

const PATIENTS: usize = 60;
const LONGEST: Duration = Duration::from_mins(45);

#[tokio::test(flavor = "multi_thread")]
async fn sixty_patients_at_two_hospitals_with_every_fault_seed_11() {
    every_fault(11).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_patients_at_two_hospitals_with_every_fault_seed_22() {
    every_fault(22).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_patients_at_two_hospitals_with_every_fault_seed_33() {
    every_fault(33).await;
}

async fn every_fault(seed: u64) {
    let hospital =
        Hospital::open(&[HospitalKind::A, HospitalKind::B], PATIENTS, seed, FaultPlan::all(seed)).await;
    let mut connector = Connector::start(&hospital, &[]);
    connector.wait(LONGEST);
    hospital.assert_truth().await;
    let compared = hospital.compared().await;
    let foreign: usize = compared.iter().map(|one| one.foreign_pages.len()).sum();
    assert_eq!(foreign, 0, "pages of another patient");
    let documents = ledgers::assert_complete(&hospital).await;
    println!("seed {seed}: {} messages agree, {documents} listed documents accounted for", compared.len());
    for kind in [HospitalKind::A, HospitalKind::B] {
        behaved(&hospital, kind);
    }
}

/// What the portal itself has seen of us.
fn behaved(hospital: &Hospital, kind: HospitalKind) {
    let stats = hospital.stats_of(kind);
    let ended = stats.sessions_expired + stats.kicks;
    println!(
        "    {kind:?}: {} requests, {} in its busiest minute, {} logins for {ended} ended sessions, {} faults",
        stats.requests,
        stats.requests_per_minute_max,
        stats.logins,
        stats.faults.values().sum::<u64>()
    );
    assert!(stats.logins <= ended + 1, "{} logins, {ended} sessions ended", stats.logins);
    assert_eq!(stats.max_concurrent_sessions, 1, "sessions at once");
    assert_eq!(stats.passwords_wrong, 0, "wrong passwords");
    assert_eq!(stats.codes_wrong, 0, "wrong codes");
    assert_eq!(stats.btg_answered, 0, "Break-the-Glass was answered");
    assert!(stats.btg_shown > 0 && stats.faults.len() > 8, "few faults struck: {:?}", stats.faults);
}
