//! `orders not-duplicate`: a person says that an order, or a document, is not the same as the one it was held for; and
//! what `orders show` tells of such likenesses.
//!
//! The word stands in the patient's signature set, so that no later reading of the same papers says otherwise. An order
//! whose request has come to rest is then read anew, as a new revision, and goes on as an order of its own.

use super::request;
use crate::audited;
use crate::cli::{Context, NotDuplicateArgs};
use crate::error::Failure;
use crate::output;
use crate::wiring::Stores;
use domain::audit::{AuditAction, OperatorAct};
use domain::ids::{DocumentId, OrderId, PatientBlock};
use domain::keys;
use domain::parser::{OrderSet, SignatureSet, ToldApart};
use domain::ports::{ErrorClass, Versioned};
use domain::request::{Request, RequestStatus};
use domain::work::Stage;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use understanding::{DocumentLikeness, DocumentVerdict, document_verdict, tell_documents_apart};

/// That an order or a document is like another one of the patient's, and why that is thought.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LikenessReport {
    /// The order or document.
    pub id: String,
    /// `duplicate`, `within`, `version`, `leads`, `complementary` or `unsure`.
    pub verdict: &'static str,
    /// The other order or document; of `leads` each one it counts instead of.
    pub of: Vec<String>,
    /// How much of the texts is the same, 0 to 1.
    pub score: f64,
    /// Which step decided.
    pub why: String,
}

/// Tells apart.
///
/// # Errors
/// No such request, order or document; nothing to take back; the request is in work; a store or the audit log cannot be
/// written.
pub(super) async fn run(context: &Context, stores: &Stores, args: &NotDuplicateArgs) -> Result<(), Failure> {
    let found = request(stores, &args.id).await?;
    match &args.document {
        Some(document) => documents(context, stores, &found.value, &DocumentId::new(document)).await,
        None => order(context, stores, found, &args.id).await,
    }
}

async fn order(
    context: &Context,
    stores: &Stores,
    Versioned { value: mut request, version }: Versioned<Request>,
    id: &str,
) -> Result<(), Failure> {
    if let RequestStatus::InWork { stage } = &request.status {
        let cause = format!("its request is in work, before {stage}");
        return Err(Failure::failed(format!("order {id}"), cause, "wait until it has come to rest"));
    }
    let orders = newest_orders(stores, &request).await?;
    let order = OrderId::new(id);
    let Some(block) = orders.and_then(|set| order_block(stores, &request, &set, &order)) else {
        let way_out = "name one order, as `orders show` lists them: the request's id, a dot and a number";
        return Err(Failure::failed(format!("order {id}"), "the request holds no such order", way_out));
    };
    let now = stores.clock.now();
    let act = OperatorAct::on_request(AuditAction::ToldApart, &request);
    audited::write_down(context, stores, act).await?;
    let told = change(stores, &block, |set| tell_order_apart(set, &order, now)).await?;
    let Some((other, score, why)) = told else {
        let way_out = "`orders show` tells what is held to be a repeat";
        return Err(Failure::failed(
            format!("order {id}"),
            "it is not held to repeat another order",
            way_out,
        ));
    };
    request.begin_anew(now);
    let item = request.item(Stage::Scrape, now);
    stores.requests.update(&request, version).await?;
    // A crash before this line costs a wait: recovery finds the request in the store.
    stores.queue.enqueue(&[item], SignedDuration::ZERO).await?;
    output::print(&format!(
        "order {id} is not order {other} ({score:.2}: {why}); request {} is read anew, revision {}",
        request.id, request.revision
    ))
}

async fn documents(
    context: &Context,
    stores: &Stores,
    request: &Request,
    document: &DocumentId,
) -> Result<(), Failure> {
    let block = chart_block(stores, request);
    let now = stores.clock.now();
    let act = OperatorAct::on_request(AuditAction::ToldApart, request);
    audited::write_down(context, stores, act).await?;
    let apart = change(stores, &block, |set| {
        let others = tell_documents_apart(set, document, None, now);
        (!others.is_empty()).then_some(others)
    })
    .await?;
    let Some(others) = apart else {
        let way_out = "`orders show` tells what is like another document";
        return Err(Failure::failed(
            format!("document {document}"),
            "it is not held to be like another",
            way_out,
        ));
    };
    let others: Vec<&str> = others.iter().map(DocumentId::as_str).collect();
    output::print(&format!(
        "document {document} stands for itself; it was held to be like {}",
        others.join(", ")
    ))
}

/// Changes the patient's set, again where somebody else was first; nothing is written where nothing changes.
async fn change<T>(
    stores: &Stores,
    block: &PatientBlock,
    mut tell: impl FnMut(&mut SignatureSet) -> Option<T>,
) -> Result<Option<T>, Failure> {
    loop {
        let Versioned { value: mut set, version } = stores.signatures.get(block).await?;
        let Some(told) = tell(&mut set) else { return Ok(None) };
        match stores.signatures.compare_and_set(block, &set, version).await {
            Ok(_) => return Ok(Some(told)),
            Err(error) if error.class == ErrorClass::Conflict => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Remembers that an order is not the one it was held for; gives that one, with score and reason. Told twice, it is
/// remembered once.
fn tell_order_apart(
    set: &mut SignatureSet,
    order: &OrderId,
    at: Timestamp,
) -> Option<(OrderId, f64, String)> {
    let own = set.orders.iter().find(|signature| signature.order == *order)?;
    let likeness = own.likeness.clone();
    let of = own.duplicate_of.clone().or_else(|| likeness.as_ref().map(|likeness| likeness.of.clone()))?;
    let (score, why) =
        likeness.map_or((1.0, "decided before".to_owned()), |likeness| (likeness.score, likeness.why));
    if !set.is_told_apart(order.as_str(), of.as_str()) {
        set.told_apart.push(ToldApart { one: order.to_string(), other: of.to_string(), at });
    }
    Some((of, score, why))
}

async fn newest_orders(stores: &Stores, request: &Request) -> Result<Option<OrderSet>, Failure> {
    Ok(stores.orders.get(&request.id, request.revision).await?.map(|set| set.value))
}

fn order_block(stores: &Stores, request: &Request, set: &OrderSet, order: &OrderId) -> Option<PatientBlock> {
    let record = set.orders.iter().find(|record| record.id == *order)?;
    Some(keys::order_block(stores.sealer.as_ref(), &request.portal, &request.row.patient, &record.order))
}

fn chart_block(stores: &Stores, request: &Request) -> PatientBlock {
    keys::chart_block(stores.sealer.as_ref(), &request.portal, &request.row.patient)
}

/// What the patient's sets say of a request's orders and documents, the orders first.
///
/// # Errors
/// The store cannot be read.
pub(super) async fn likenesses(
    stores: &Stores,
    request: &Request,
    orders: Option<&OrderSet>,
) -> Result<Vec<LikenessReport>, Failure> {
    let Some(orders) = orders else { return Ok(Vec::new()) };
    let mut sets: BTreeMap<PatientBlock, SignatureSet> = BTreeMap::new();
    let chart = chart_block(stores, request);
    sets.insert(chart.clone(), stores.signatures.get(&chart).await?.value);
    let mut reports = Vec::new();
    for record in &orders.orders {
        let Some(block) = order_block(stores, request, orders, &record.id) else { continue };
        if !sets.contains_key(&block) {
            sets.insert(block.clone(), stores.signatures.get(&block).await?.value);
        }
        let own = sets.get(&block).into_iter().flat_map(|set| &set.orders).find(|own| own.order == record.id);
        reports.extend(own.and_then(|own| own.likeness.as_ref()).map(|likeness| LikenessReport {
            id: record.id.to_string(),
            verdict: if likeness.unsure { "unsure" } else { "duplicate" },
            of: vec![likeness.of.to_string()],
            score: likeness.score,
            why: likeness.why.clone(),
        }));
    }
    if let Some(set) = sets.get(&chart) {
        let own = set.documents.iter().filter(|document| document.request == request.id);
        reports
            .extend(own.filter_map(|document| report(&document.document, document_verdict(set, document))));
    }
    Ok(reports)
}

fn report(id: &DocumentId, verdict: DocumentVerdict) -> Option<LikenessReport> {
    let (name, of): (&'static str, Vec<DocumentLikeness>) = match verdict {
        DocumentVerdict::Original => return None,
        DocumentVerdict::Duplicate(found) => ("duplicate", vec![found]),
        DocumentVerdict::Within(found) => ("within", vec![found]),
        DocumentVerdict::Version(found) => ("version", vec![found]),
        DocumentVerdict::Leads { over } => ("leads", over),
        DocumentVerdict::Complementary(found) => ("complementary", vec![found]),
        DocumentVerdict::Unsure(found) => ("unsure", vec![found]),
    };
    let first = of.first()?;
    Some(LikenessReport {
        id: id.to_string(),
        verdict: name,
        score: first.score,
        why: first.why.clone(),
        of: of.iter().map(|found| found.of.to_string()).collect(),
    })
}

/// The reports in words, a line each.
pub(super) fn text(reports: &[LikenessReport]) -> String {
    let line = |report: &LikenessReport| {
        let (id, of) = (&report.id, report.of.join(", "));
        format!("\n{id}: {} of {of} ({:.2}: {})", report.verdict, report.score, report.why)
    };
    if reports.is_empty() {
        return String::new();
    }
    format!("\n\nlike what has been here before{}", reports.iter().map(line).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::sample;

    #[test]
    fn an_order_is_told_apart_from_the_one_it_was_held_for_and_only_once() {
        let mut set = sample::signatures(1..3);
        let (first, second) = (set.orders[0].order.clone(), set.orders[1].order.clone());
        assert!(tell_order_apart(&mut set, &second, sample::at(1)).is_none(), "it repeats nothing");
        set.orders[1].duplicate_of = Some(first.clone());
        for _ in 0..2 {
            let told = tell_order_apart(&mut set, &second, sample::at(1)).expect("told");
            assert_eq!(told, (first.clone(), 1.0, "decided before".to_owned()));
        }
        assert_eq!(set.told_apart.len(), 1);
        assert!(set.is_told_apart(first.as_str(), second.as_str()));
    }
}
