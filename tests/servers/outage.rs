//! Servers that are killed under the service, and the service that is killed on the servers.

use crate::back_ends::{ALL, Server, variables};
use crate::chain::LONG;
use crate::support::{Connector, Hospital, pause};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::FaultPlan;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn every_server_killed_once_costs_nothing() {
    let mut hospital = Hospital::start(40, 202, FaultPlan::default()).await;
    hospital.variables = variables(ALL);
    let mut connector = Connector::start(&hospital, &[]);
    let mut away = 0;
    for (server, deliveries) in Server::ALL.into_iter().zip([2, 6, 10]) {
        let still = connector.wait_until(LONG, || hospital.deliveries().len() >= deliveries);
        assert!(still, "the work was done before {server:?} could be killed:\n{}", connector.log());
        server.kill();
        let began = Instant::now();
        // Long enough for retries to fail, short enough for a test.
        connector.wait_until(LONG, || began.elapsed() > Duration::from_secs(8));
        assert!(connector.has_ended().is_none(), "the service ended with {server:?}:\n{}", connector.log());
        server.start();
        away += 1;
        println!("{server:?} was away for {:.1} s", began.elapsed().as_secs_f64());
    }
    // The portal ends the session, too: whatever was cached on the way is still there.
    hospital.expire_sessions();
    let status = connector.wait(LONG);
    assert!(matches!(status.code(), Some(0 | 3)), "{status}:\n{}", connector.log());
    hospital.assert_truth().await;
    assert_eq!(away, Server::ALL.len());
    assert!(connector.log().contains("a back end is away"), "nobody was told");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_twenty_times_on_servers_it_loses_nothing() {
    let seed = 202;
    println!("seed {seed}");
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut hospital = Hospital::start(
        40,
        seed,
        FaultPlan { latency_ms: Some(60), late_after_secs: Some(20), ..FaultPlan::default() },
    )
    .await;
    hospital.variables = variables(ALL);
    let mut seen: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut kills = 0;
    while kills < 20 {
        let mut connector = Connector::start(&hospital, &[]);
        let moment = Instant::now() + Duration::from_millis(dice.random_range(1_500..8_000));
        while Instant::now() < moment && connector.has_ended().is_none() {
            pause();
        }
        if connector.has_ended().is_some() {
            break;
        }
        connector.kill();
        kills += 1;
        for (name, receipt) in hospital.deliveries() {
            let first = seen.entry(name).or_insert_with(|| receipt.clone());
            assert_eq!(*first, receipt, "delivered twice");
        }
    }
    let mut connector = Connector::start(&hospital, &[]);
    connector.wait(LONG);
    hospital.assert_truth().await;
    let deliveries = hospital.deliveries();
    assert!(seen.iter().all(|(name, receipt)| deliveries.get(name) == Some(receipt)), "a delivery changed");
    println!("{kills} kills, {} deliveries, {} logins", deliveries.len(), hospital.stats().logins);
    assert!(kills >= 15, "the work was done before it could be disturbed: only {kills} kills");
}
