//! From In Basket to hand-over on servers, alone and in every combination with the embedded back ends.

use crate::back_ends::{ALL, Combination, variables};
use crate::support::{Connector, Hospital, files_with, planted, processes_with};
use simulator::FaultPlan;
use std::time::Duration;

pub(crate) const LONG: Duration = Duration::from_mins(8);

#[tokio::test(flavor = "multi_thread")]
async fn a_hospital_on_servers_ends_as_the_truth_says() {
    let mut hospital = Hospital::start(40, 202, FaultPlan::default()).await;
    hospital.variables = variables(ALL);
    let mut connector = Connector::start(&hospital, &[]);
    connector.wait(LONG);
    hospital.assert_truth().await;
    let stats = hospital.stats();
    assert_eq!((stats.logins, stats.passwords_wrong, stats.documents_refused), (1, 0, 0));
    assert!(stats.documents_served.values().all(|times| *times == 1), "a document was fetched twice");
    let shown = files_with(hospital.folder(), &planted(hospital.truth()), |path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        ["handover", "truth.json", "mail"].contains(&name.as_str())
    });
    assert!(shown.is_empty(), "patients can be read in {shown:?}");
    assert!(processes_with(&hospital.folder().display().to_string()).is_empty(), "a browser was left behind");
    println!("{} deliveries", hospital.deliveries().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_combination_of_back_ends_works() {
    let kinds = [false, true];
    for mongodb in kinds {
        for sqs in kinds {
            for s3 in kinds {
                let on = Combination { mongodb, sqs, s3 };
                let mut hospital = Hospital::start(2, 7, FaultPlan::default()).await;
                hospital.variables = variables(on);
                let mut connector = Connector::start(&hospital, &[]);
                connector.wait(LONG);
                hospital.assert_truth().await;
                println!("{on:?}: as the truth says");
            }
        }
    }
}
