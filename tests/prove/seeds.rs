//! Three seeds with forty patients each agree with the truth, reason codes included.

use crate::support::{Connector, Hospital};
use simulator::FaultPlan;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn three_seeds_with_forty_patients_agree_with_the_truth() {
    for seed in [101, 202, 303] {
        let hospital = Hospital::start(40, seed, FaultPlan::default()).await;
        let mut connector = Connector::start(&hospital, &[]);
        connector.wait(Duration::from_mins(20));
        hospital.assert_truth().await;
        let compared = hospital.compared().await;
        let pages: usize = compared.iter().map(|one| one.foreign_pages.len()).sum();
        assert_eq!(pages, 0, "pages of another patient");
        println!("seed {seed}: {} messages agree, 0 pages of another patient", compared.len());
    }
}
