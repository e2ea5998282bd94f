//! The completeness ledgers of a run held against the charts of the truth.

use crate::support::Hospital;
use domain::ports::{RequestFilter, RequestStore};
use domain::request::Request;
use epic_connector::settings::Settings;
use epic_connector::wiring;
use simulator::{ExpectedOutcome, MessageTruth};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every document of every chart that was read has exactly one line; gives how many there are.
pub(crate) async fn assert_complete(hospital: &Hospital) -> usize {
    let settings =
        Settings::load(Some(&hospital.config()), &hospital.variables).expect("the configuration loads");
    let stores = wiring::open_stores(&settings).await.expect("the stores open");
    let requests: Arc<dyn RequestStore> = Arc::clone(&stores.requests);
    let all = requests.list(&RequestFilter::default()).await.expect("listed");
    let by_message: BTreeMap<(&str, &str), &Request> = all
        .iter()
        .map(|request| ((request.portal.as_str(), request.row.message_id.reveal().as_str()), request))
        .collect();
    let mut problems = Vec::new();
    let mut documents = 0;
    for message in &hospital.truth().messages {
        let request = by_message.get(&(message.portal.as_str(), message.message_id.as_str()));
        let Some(captured) = request.and_then(|request| request.captured.as_ref()) else {
            let expected = message.expect.outcome == ExpectedOutcome::NeedsPerson;
            if !expected {
                problems.push(format!("message {} ({:?}): no chart was read", message.n, message.story));
            }
            continue;
        };
        let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
        for id in captured.ledger.iter().filter_map(|line| line.epic_id.as_deref()) {
            *lines.entry(id).or_default() += 1;
        }
        documents += lines.len();
        problems.extend(gaps(message, &lines));
    }
    assert!(problems.is_empty(), "{problems:#?}");
    documents
}

fn gaps(message: &MessageTruth, lines: &BTreeMap<&str, usize>) -> Vec<String> {
    let twice =
        lines.iter().filter(|(_, count)| **count != 1).map(|(id, count)| format!("{id} has {count} lines"));
    // What comes a day later is not there for the first message.
    let awaited =
        message.documents.iter().filter(|document| document.in_plan && document.appears_after.is_none());
    let missing = awaited
        .filter(|document| !lines.contains_key(document.id.as_str()))
        .map(|document| format!("{} ({:?}) has no line", document.id, document.class));
    twice.chain(missing).map(|what| format!("message {}: {what}", message.n)).collect()
}
