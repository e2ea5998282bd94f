//! The session ended at ten random moments of one run: same outcomes, nothing fetched twice.

use crate::support::{Connector, Hospital};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::FaultPlan;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn ten_ended_sessions_change_no_outcome() {
    let seed = 4242;
    println!("seed {seed}");
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let hospital =
        Hospital::start(12, seed, FaultPlan { latency_ms: Some(40), ..FaultPlan::default() }).await;
    let mut connector = Connector::start(&hospital, &[]);
    for ended in 1..=10 {
        let requests = hospital.stats().requests + dice.random_range(8..28);
        let runs = connector.wait_until(Duration::from_mins(3), || {
            let stats = hospital.stats();
            stats.requests >= requests && stats.sessions_live > 0
        });
        assert!(runs, "the run was over before the session was ended {ended} times:\n{}", connector.log());
        hospital.expire_sessions();
        println!("session ended {ended} times, at portal request {requests}");
    }
    connector.wait(Duration::from_mins(10));
    hospital.assert_truth().await;
    let stats = hospital.stats();
    assert!(stats.documents_served.values().all(|times| *times == 1), "a cached document was fetched again");
    let log = connector.log();
    assert!(log.contains("counted=false"), "the supervisor restarted nothing:\n{log}");
    assert!(!log.contains("counted=true"), "an ended session must not use up restarts:\n{log}");
    assert_eq!(stats.max_concurrent_sessions, 1);
    println!(
        "{} logins, {} sessions ended, every outcome as the truth says",
        stats.logins, stats.sessions_expired
    );
}
