//! `orders show ID`: everything known of one request and its orders, the patient included.

use super::case::Case;
use super::{LikenessReport, Standing, apart, state_text};
use crate::audited;
use crate::cli::Context;
use crate::error::Failure;
use crate::output;
use crate::settings::Settings;
use crate::verbs::{spending, tables};
use crate::wiring::{self, Stores};
use domain::audit::{AuditAction, OperatorAct};
use domain::ids::Revision;
use domain::model::Spending;
use domain::parser::OrderSet;
use domain::patient_scraper::{Fragment, LedgerLine};
use domain::ports::SpendingOf;
use domain::reassembly::ManifestPage;
use domain::request::Request;
use domain::router::{DeliveryKey, Receipt};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;
use understanding::OrderSummary;

/// The answer of `orders show --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrderReport {
    /// The request: row, chart, completeness ledger, packet with its manifest, failures.
    pub request: Request,
    /// What the parser committed: documents with fields, orders with findings; none until parsed.
    pub orders: Option<OrderSet>,
    /// The receipts of the destinations that are configured, the earlier revisions' included.
    pub receipts: Vec<Receipt>,
    /// Which orders and documents are like others of the patient's, with score and reason.
    pub likenesses: Vec<LikenessReport>,
    /// What a language model took for the request's orders; none where nothing was spent.
    pub model_spending: Option<Spending>,
}

/// Shows a request, or the request of an order.
pub(super) async fn run(
    context: &Context,
    settings: &Settings,
    stores: &Stores,
    id: &str,
    json: bool,
) -> Result<(), Failure> {
    let request = super::request(stores, id).await?.value;
    audited::write_down(context, stores, OperatorAct::on_request(AuditAction::OrderShown, &request)).await?;
    let mut receipts = Vec::new();
    let mut orders = None;
    // Earlier revisions delivered too; the last one is shown.
    for revision in (Revision::FIRST.0..=request.revision.0).map(Revision) {
        orders = stores.orders.get(&request.id, revision).await?.map(|set| set.value);
        if let Some(set) = &orders {
            receipts.extend(self::receipts(settings, stores, set).await?);
        }
    }
    let likenesses = apart::likenesses(stores, &request, orders.as_ref()).await?;
    let model_spending = spending::spent(stores, SpendingOf::Request(request.id.clone())).await?;
    let report = OrderReport { request, orders, receipts, likenesses, model_spending };
    if json {
        return output::print_json(&report);
    }
    let knowledge = wiring::knowledge(settings)?;
    let case = Case::of(report.request.clone(), report.orders.clone());
    let words: Vec<String> = case.summaries(id, &knowledge).iter().map(OrderSummary::text).collect();
    output::print(&format!("{}\n\n{}", words.join("\n\n"), text(&report)))
}

/// The receipts of a set's orders, each asked for by its key.
async fn receipts(settings: &Settings, stores: &Stores, set: &OrderSet) -> Result<Vec<Receipt>, Failure> {
    let mut receipts = Vec::new();
    for record in &set.orders {
        for destination in settings.destinations.keys() {
            let (order, destination) = (record.id.clone(), destination.clone());
            let key = DeliveryKey { order, revision: set.revision, destination };
            receipts.extend(stores.deliveries.get(&key).await?);
        }
    }
    Ok(receipts)
}

fn text(report: &OrderReport) -> String {
    let mut text = request(&report.request);
    text.push_str(&ledger(&report.request));
    text.push_str(&manifest(&report.request));
    if let Some(set) = &report.orders {
        let _ =
            write!(text, "\n\n{}\n\n{}", tables::documents(&set.documents), tables::fields(&set.documents));
        for record in &set.orders {
            let _ = write!(text, "\n\norder {}: {}", record.id, state_text(&record.state));
            let _ = write!(text, "\n{}", tables::order(&record.order));
        }
        text.push_str(&notes(set));
        if let Some(state) = &set.without_orders {
            let _ = write!(text, "\n\nno orders: {}", state_text(state));
        }
    }
    text.push_str(&apart::text(&report.likenesses));
    if let Some(spending) = &report.model_spending {
        let _ = write!(text, "\nlanguage model: {}", spending::text(spending));
    }
    for receipt in &report.receipts {
        let key = &receipt.key;
        let _ = write!(
            text,
            "\nreceipt of {} for {}: {}, {}",
            key.destination, key.order, receipt.reference, receipt.at
        );
    }
    text
}

/// What a language model was asked, and what came of it.
fn notes(set: &OrderSet) -> String {
    let mut text = String::new();
    for note in &set.model {
        let pages = set.documents.iter().find(|document| document.id == note.document);
        let page = pages.map_or(0, |document| document.page_first);
        let end = note.end.name().replace('_', " ");
        let _ = write!(
            text,
            "\nlanguage model {} on page {page} ({}): {end}; {} asked, {} quotes, {} of them count",
            note.model, note.prompt, note.asked, note.quotes, note.counted
        );
    }
    text
}

fn request(request: &Request) -> String {
    let patient = &request.row.patient;
    let born = patient.dob.as_ref().map_or("?".to_owned(), |dob| dob.reveal().to_string());
    let mut text = format!(
        "request    {} (revision {})\nportal     {}\npatient    {}, born {born}, MRN {}\nmessage    {} \"{}\" from {}, received {}\nstands     {}",
        request.id,
        request.revision,
        request.portal,
        patient.name.reveal(),
        patient.mrn.reveal(),
        request.row.chart_type,
        request.row.subject.reveal(),
        request.row.from.reveal(),
        request.row.received,
        Standing::of(request).text(),
    );
    for reason in super::reasons(request) {
        let _ = write!(text, "\n           {}: {}", reason.code, reason.text);
    }
    let _ = write!(text, "\nfailures   {} that counted", request.failures.total());
    if let Some(done) = request.done_at {
        let _ = write!(text, "\nDone       pressed {done}");
    }
    text
}

/// What the chart was read for, what was captured, and the reason for everything that was not.
fn ledger(request: &Request) -> String {
    let Some(captured) = &request.captured else { return String::new() };
    let mut table = output::table(&["section", "document", "captured"]);
    let files = |line: &LedgerLine| {
        let of = |fragment: &&Fragment| {
            Some(&fragment.listed.epic_id) == line.epic_id.as_ref() && fragment.listed.section == line.section
        };
        captured.fragments.iter().filter(of).collect::<Vec<_>>()
    };
    for line in &captured.ledger {
        let files = files(line);
        let title = files.first().map_or("", |fragment| fragment.listed.title.reveal().as_str());
        let document = match (&line.epic_id, line.listed) {
            (Some(id), _) => format!("{id} {title}").trim_end().to_owned(),
            (None, Some(listed)) => format!("(whole section, {listed} listed)"),
            (None, None) => "(whole section)".to_owned(),
        };
        let state = match (line.not_captured, files.len()) {
            (Some(why), _) => format!("no: {why}"),
            (None, 0 | 1) => "yes".to_owned(),
            (None, parts) => format!("yes, in {parts} parts"),
        };
        table.add_row(vec![line.section.name().to_owned(), document, state]);
    }
    let read_for = match captured.families.as_slice() {
        [] => "no item that could be told".to_owned(),
        families => families.join(", "),
    };
    let gaps = match captured.incomplete() {
        None => String::new(),
        Some(reason) => format!("\n{}", reason.text),
    };
    format!("\n\ncompleteness, read for {read_for}\n{table}{gaps}")
}

fn manifest(request: &Request) -> String {
    let Some(packet) = &request.packet else { return String::new() };
    let mut table = output::table(&["page", "document", "section", "its page", "note"]);
    for page in &packet.pages {
        table.add_row(vec![
            page.page.to_string(),
            page.epic_id.clone(),
            page.section.name().to_owned(),
            page.fragment_page.to_string(),
            page_note(page),
        ]);
    }
    let mut text = format!("\n\npacket {}\n{table}", packet.id);
    for note in &packet.notes {
        let mut listed = request.captured.iter().flat_map(|chart| &chart.fragments);
        let fragment = listed.find(|fragment| fragment.id == note.fragment);
        let id = fragment.map_or("a file", |fragment| fragment.listed.epic_id.as_str());
        let left_out = if note.left_out { "not in the packet: " } else { "" };
        let _ = write!(text, "\n{id}: {left_out}{}", note.note);
    }
    if let Some(why) = request.recognized.as_ref().and_then(|packet| packet.not_searchable.as_ref()) {
        let _ = write!(text, "\nthe packet cannot be searched: {why}");
    }
    for unread in request.recognized.iter().flat_map(|packet| &packet.unread) {
        let _ = write!(text, "\npage {}: not read, look at it: {}", unread.page, unread.because);
    }
    for mark in request.recognized.iter().flat_map(|packet| &packet.unseen) {
        let words = if mark.words == 1 { "word" } else { "words" };
        let _ = write!(
            text,
            "\npage {}: {} {words} nobody sees ({}); not read, look who sent it",
            mark.page,
            mark.words,
            mark.why.text()
        );
    }
    text
}

/// What a person should know of a page before looking at it.
fn page_note(page: &ManifestPage) -> String {
    let blank = page.blank.then(|| "blank".to_owned());
    let repeats = page.repeats.map(|first| format!("same as page {first}"));
    [blank, repeats, page.lost.clone()].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
