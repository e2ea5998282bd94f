//! `kill -9` at random moments and at every named stop point: nothing lost, nothing delivered twice.

use crate::accounts;
use crate::support::{Connector, Hospital, files_with, pause, planted, processes_with};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::FaultPlan;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_mins(8);

/// Every stop point of the code, in the order of the way. `tests/architecture` cannot know them; a point that is
/// never reached fails here.
const STOP_POINTS: [&str; 33] = [
    "session.acted",
    "session.attempt_begun",
    "session.code_taken",
    "session.cookies_saved",
    "inbox.stored",
    "inbox.enqueued",
    "scrape.leased",
    "scrape.document",
    "scrape.performed",
    "scrape.stored",
    "scrape.enqueued",
    "scrape.acknowledged",
    "reassembly.leased",
    "reassembly.performed",
    "reassembly.stored",
    "reassembly.enqueued",
    "reassembly.acknowledged",
    "ocr.leased",
    "ocr.page",
    "ocr.performed",
    "ocr.stored",
    "ocr.enqueued",
    "ocr.acknowledged",
    "parse.signed",
    "parse.committed",
    "parse.stored",
    "parse.enqueued",
    "parse.acknowledged",
    "route.performed",
    "route.receipt",
    "route.stored",
    "done.performed",
    "done.stored",
];

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_twenty_random_moments_it_loses_nothing() {
    let seed = 77;
    println!("seed {seed}");
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let hospital = Hospital::start(8, seed, FaultPlan { latency_ms: Some(60), ..FaultPlan::default() }).await;
    let mut seen = BTreeMap::new();
    let mut kills = 0;
    while kills < 20 {
        let mut connector = Connector::start(&hospital, &[]);
        let moment = Instant::now() + Duration::from_millis(dice.random_range(700..12_000));
        while Instant::now() < moment && connector.has_ended().is_none() {
            pause();
        }
        if connector.has_ended().is_some() {
            println!("the work was done after {kills} kills");
            break;
        }
        connector.kill();
        kills += 1;
        keep_first_receipts(&mut seen, &hospital);
    }
    accounts::look_after(&hospital);
    assert!(kills >= 8, "the work was done before it could be disturbed: only {kills} kills");
    finish(&hospital, &seen).await;
    println!("{kills} kills");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_stop_point_it_loses_nothing() {
    killed_at(&STOP_POINTS, 3, 500).await;
}

/// The hospital of this seed has a sleep study that comes late, so one order gives way to another.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_one_order_gives_way_to_another_it_loses_neither() {
    killed_at(&["parse.claimed", "parse.gave_way"], 8, 77).await;
}

async fn killed_at(points: &[&str], patients: usize, mut seed: u64) {
    let mut left = points.to_vec();
    // One hospital gives each point once; points behind the login come up again in a fresh one.
    while !left.is_empty() {
        let hospital = Hospital::start(patients, seed, FaultPlan::default()).await;
        let mut seen = BTreeMap::new();
        let before = left.len();
        left.retain(|point| {
            let mut connector = Connector::start(&hospital, &[("EPIC_CONNECTOR_STOP_AT", point)]);
            let reached = connector.wait(LONG).code().is_none();
            keep_first_receipts(&mut seen, &hospital);
            if reached {
                println!("killed at {point}");
            }
            !reached
        });
        finish(&hospital, &seen).await;
        assert!(left.len() < before, "no longer reached: {left:?}");
        seed += 1;
    }
}

/// A receipt, once given, never changes: a second delivery would write another.
pub(crate) fn keep_first_receipts(seen: &mut BTreeMap<String, Vec<u8>>, hospital: &Hospital) {
    for (name, receipt) in hospital.deliveries() {
        let first = seen.entry(name).or_insert_with(|| receipt.clone());
        assert_eq!(*first, receipt, "delivered twice");
    }
}

async fn finish(hospital: &Hospital, seen: &BTreeMap<String, Vec<u8>>) {
    let mut connector = Connector::start(hospital, &[]);
    connector.wait(LONG);
    hospital.assert_truth().await;
    let deliveries = hospital.deliveries();
    for (name, receipt) in seen {
        assert_eq!(deliveries.get(name), Some(receipt), "a delivery changed or is gone");
    }
    assert!(processes_with(&hospital.folder().display().to_string()).is_empty(), "a browser was left behind");
    let own = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        ["handover", "truth.json", "mail"].contains(&name.as_str())
    };
    let shown = files_with(hospital.folder(), &planted(hospital.truth()), own);
    assert!(shown.is_empty(), "patients can be read in {shown:?}");
    let stats = hospital.stats();
    assert_eq!(stats.passwords_wrong, 0);
    let again: u64 = stats.documents_served.values().map(|times| times - 1).sum();
    println!("{} logins, {again} documents fetched again, {} deliveries", stats.logins, deliveries.len());
}
