//! What the audit log must say, whatever went wrong: nothing is done at the portal of which nothing was written
//! before, and whoever asks later finds every access.

use super::World;
use super::invariants::now;
use crate::hospital::portal::Witnessed;
use domain::audit::{AuditAction, AuditEntry, AuditOutcome, Verifier};
use domain::ids::RequestId;
use domain::ports::DeliveryStore;
use domain::request::Request;
use memory::MemoryStores;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Counts what the portal is asked, and compares it with what was written before.
#[derive(Default)]
pub(super) struct Beginnings(Mutex<Asked>);

#[derive(Default)]
struct Asked {
    logins: usize,
    charts: BTreeMap<RequestId, usize>,
}

impl Beginnings {
    /// What is wrong with an act that happens now: more of its kind than beginnings.
    pub(super) fn look(
        &self,
        witnessed: &Witnessed<'_>,
        stores: &MemoryStores,
        requests: &BTreeMap<String, Request>,
    ) -> Option<String> {
        let mut asked = self.0.lock().expect("no panic while it counts");
        match witnessed {
            Witnessed::Password => {
                asked.logins += 1;
                let begun = begun(stores, AuditAction::Login, None);
                (asked.logins > begun).then(|| format!("login {} is not in the audit log", asked.logins))
            }
            Witnessed::Chart(message) => {
                let id = &requests[*message].id;
                let charts = asked.charts.entry(id.clone()).or_default();
                *charts += 1;
                let begun = begun(stores, AuditAction::ChartOpened, Some(id));
                (*charts > begun).then(|| format!("opening {charts} for {id} is not in the audit log"))
            }
            Witnessed::Fetch(..) | Witnessed::Done(_) => None,
        }
    }
}

fn begun(stores: &MemoryStores, action: AuditAction, request: Option<&RequestId>) -> usize {
    let is = |entry: &AuditEntry| {
        entry.action == action
            && entry.outcome == AuditOutcome::Begun
            && request.is_none_or(|request| entry.request.as_ref() == Some(request))
    };
    stores.audit.records().iter().filter(|record| is(&record.entry)).count()
}

/// What is wrong with the log when all is quiet.
pub(super) fn problems(world: &World, requests: &BTreeMap<String, Request>) -> Vec<String> {
    let records = world.stores.audit.records();
    let mut verifier = Verifier::new(None);
    let sealer = world.stores.sealer.as_ref();
    let broken = records.iter().find_map(|record| verifier.take(record, sealer).err());
    let mut problems: Vec<String> = broken.into_iter().map(|found| found.to_string()).collect();
    let entries: Vec<&AuditEntry> = records.iter().map(|record| &record.entry).collect();
    let receipts = now(world.stores.deliveries.list());
    for (message, request) in requests {
        let told = |action: AuditAction, about: &dyn Fn(&AuditEntry) -> bool| {
            entries.iter().any(|entry| {
                entry.action == action
                    && entry.outcome == AuditOutcome::Done
                    && entry.request.as_ref() == Some(&request.id)
                    && entry.patient.as_ref() == Some(&request.patient)
                    && about(entry)
            })
        };
        for fragment in request.captured.iter().flat_map(|captured| &captured.fragments) {
            // A document is read as a whole, under the name of its first part.
            let first = request.captured.iter().flat_map(|captured| &captured.fragments).find(|other| {
                other.listed == fragment.listed && other.part.is_none_or(|part| part.number == 1)
            });
            let subject = first.map(|first| first.id.as_str());
            if !told(AuditAction::DocumentRead, &|entry| entry.subject.as_deref() == subject) {
                problems.push(format!("document {} of {message} was read by nobody", fragment.id));
            }
        }
        for receipt in receipts.iter().filter(|receipt| receipt.key.order.request() == request.id) {
            let name = receipt.key.name();
            let named =
                |entry: &AuditEntry| entry.why.as_ref().is_some_and(|why| why.ends_with(name.as_str()));
            if !told(AuditAction::Delivered, &named) {
                problems.push(format!("delivery {name} of {message} was made by nobody"));
            }
        }
        if request.done_at.is_some() && !told(AuditAction::MessageDone, &|_| true) {
            problems.push(format!("Done was pressed on {message} by nobody"));
        }
    }
    problems
}
