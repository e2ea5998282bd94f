//! `audit list`: the records an auditor asks for. Patients are found by the search index and shown by their keys.

use super::every_record;
use crate::cli::{AuditListArgs, Context};
use crate::error::{Exit, Failure, VerbResult};
use crate::output;
use crate::verbs::patient_search::{self, PatientSearch};
use crate::wiring::Stores;
use domain::audit::{AuditAction, AuditActor, AuditEntry, AuditRecord};
use domain::ids::{OrderId, PatientKey, RequestId};
use domain::ports::{RequestFilter, RequestPlace};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeSet, VecDeque};

/// Requests read in one go.
const REQUESTS_PAGE: usize = 500;

/// The answer of `audit list --json`. Shows no patient.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditList {
    /// How many records match.
    pub matched: u64,
    /// The latest of them, in order.
    pub records: Vec<AuditRecord>,
}

pub(super) async fn run(context: &Context, stores: &Stores, args: &AuditListArgs) -> VerbResult {
    let filter = Filter::of(context, stores, args).await?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let (mut matched, mut latest) = (0, VecDeque::new());
    every_record(stores.audit.as_ref(), |record| {
        if filter.wants(&record.entry) {
            matched += 1;
            latest.push_back(record);
            if latest.len() > limit {
                latest.pop_front();
            }
        }
        Ok(())
    })
    .await?;
    let list = AuditList { matched, records: latest.into() };
    if args.json {
        output::print_json(&list)?;
    } else {
        output::print(&table(&list))?;
    }
    Ok(Exit::Done)
}

/// Which entries are asked for.
struct Filter<'a> {
    args: &'a AuditListArgs,
    action: Option<AuditAction>,
    request: Option<RequestId>,
    patient: Option<Patients>,
}

/// What a search found, and under which hash it stands in the log itself.
struct Patients {
    keys: BTreeSet<PatientKey>,
    requests: BTreeSet<RequestId>,
    trace: String,
}

impl<'a> Filter<'a> {
    async fn of(context: &Context, stores: &Stores, args: &'a AuditListArgs) -> Result<Self, Failure> {
        let patient = match &args.patient {
            Some(text) => Some(find(context, stores, text).await?),
            None => None,
        };
        // An order's id is its request's with an ordinal.
        let request = args.request.as_ref().map(|id| OrderId::new(id).request());
        let action = args.action.as_deref().and_then(AuditAction::of_name);
        Ok(Self { args, action, request, patient })
    }

    fn wants(&self, entry: &AuditEntry) -> bool {
        self.action.is_none_or(|action| action == entry.action)
            && self.args.since.is_none_or(|since| entry.at >= since)
            && (self.request.is_none() || self.request == entry.request)
            && self.patient.as_ref().is_none_or(|patients| patients.concern(entry))
    }
}

impl Patients {
    fn concern(&self, entry: &AuditEntry) -> bool {
        entry.patient.as_ref().is_some_and(|patient| self.keys.contains(patient))
            || entry.request.as_ref().is_some_and(|request| self.requests.contains(request))
            || (entry.action == AuditAction::Searched && entry.subject.as_ref() == Some(&self.trace))
    }
}

async fn find(context: &Context, stores: &Stores, text: &str) -> Result<Patients, Failure> {
    let PatientSearch { terms, trace } = patient_search::search(context, stores, "--patient", text).await?;
    let (mut keys, mut requests) = (BTreeSet::new(), BTreeSet::new());
    let mut filter = RequestFilter { search: terms, limit: Some(REQUESTS_PAGE), ..RequestFilter::default() };
    loop {
        let page = stores.requests.list(&filter).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some(RequestPlace::of(last));
        for request in page {
            keys.insert(request.patient);
            requests.insert(request.id);
        }
    }
    Ok(Patients { keys, requests, trace })
}

fn table(list: &AuditList) -> String {
    let mut table = output::table(&[
        "record",
        "when (UTC)",
        "who",
        "what",
        "outcome",
        "portal",
        "patient key",
        "request",
        "subject",
        "why",
    ]);
    for AuditRecord { seq, entry, .. } in &list.records {
        let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
        table.add_row(vec![
            seq.to_string(),
            entry.at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            match &entry.actor {
                AuditActor::Service => "service".to_owned(),
                AuditActor::Operator { account } => account.clone(),
            },
            entry.action.name().replace('_', " "),
            entry.outcome.name().to_owned(),
            text(entry.portal.as_ref().map(|portal| portal.as_str())),
            text(entry.patient.as_ref().map(|patient| patient.as_str())),
            text(entry.request.as_ref().map(|request| request.as_str())),
            text(entry.subject.as_deref()),
            text(entry.why.as_deref()),
        ]);
    }
    let shown = u64::try_from(list.records.len()).unwrap_or(u64::MAX);
    if shown < list.matched {
        return format!("{table}\nthe latest {shown} of {} records; --limit shows more", list.matched);
    }
    table.to_string()
}
