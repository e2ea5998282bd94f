//! Fifty `kill -9` and thirty sessions ended or kicked out in one run over two hospitals: nothing lost, nothing twice.

use crate::accounts;
use crate::crash::keep_first_receipts;
use crate::support::{Connector, Hospital, pause};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::{FaultPlan, HospitalKind};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const KILLS: u32 = 50;
const SESSIONS_ENDED: u32 = 30;

/// A service that only reads pages asks the portals for nothing; it is killed all the same.
const ROUND_MAX: Duration = Duration::from_secs(15);

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
        // Before the first start there is no store to look into.
        if kills > 0 {
            accounts::look_after(&hospital);
        }
        let mut connector = Connector::start(&hospital, &[]);
        let behind = ended * KILLS < SESSIONS_ENDED * (kills + 1);
        let kill_at = requests(&hospital) + dice.random_range(5..50);
        let end_at = requests(&hospital) + dice.random_range(1..40);
        let patience = Instant::now() + ROUND_MAX;
        let mut to_end = behind;
        while Instant::now() < patience && connector.has_ended().is_none() {
            if to_end && requests(&hospital) >= end_at && alive(&hospital) {
                if ended < KICKS {
                    hospital.kick_sessions()
                } else {
                    hospital.expire_sessions()
                }
                ended += 1;
                to_end = false;
            }
            if !to_end && requests(&hospital) >= kill_at {
                break;
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
    accounts::look_after(&hospital);
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

/// What both portals have been asked.
fn requests(hospital: &Hospital) -> u64 {
    [HospitalKind::A, HospitalKind::B].map(|kind| hospital.stats_of(kind).requests).iter().sum()
}

fn alive(hospital: &Hospital) -> bool {
    hospital.stats().sessions_live > 0
}
