//! A packet's reading → its documents, orders and what happens to them.

use crate::case_file::{self, CaseFile, OrderCase};
use crate::classify::classify;
use crate::duplicates::SignatureParts;
use crate::extract;
use crate::find::DocView;
use crate::identity;
use crate::knowledge::Knowledge;
use crate::labels::Labelled;
use crate::orders;
use crate::rules;
use crate::sheet::Sheet;
use crate::split;
use crate::text::{find_phrase, words_of};
use domain::ids::{DocumentId, PacketId};
use domain::keys;
use domain::ocr_pool::{PageText, ReadMethod};
use domain::parser::{Coverage, Document, DocumentClass, Order, Reason};
use domain::patient::PatientIdentity;
use domain::patient_scraper::Fragment;
use domain::reassembly::ManifestPage;
use domain::redacted::Redacted;
use jiff::civil::Date;

/// What the OCR pool and reassembly give. Manifest and fragments are empty for files read straight.
pub struct PacketReading<'a> {
    /// The packet.
    pub packet: &'a PacketId,
    /// Its pages, in packet order.
    pub pages: &'a [PageText],
    /// Page by page, where it came from.
    pub manifest: &'a [ManifestPage],
    /// The files it was made of.
    pub fragments: &'a [Fragment],
}

/// What is known of the request beside its packet.
#[derive(Clone, Debug, Default)]
pub struct RequestContext {
    /// The patient the message is about; none for files read straight.
    pub patient: Option<PatientIdentity>,
    /// The day the message arrived: chooses the rules where the order shows no legible date.
    pub received: Option<Date>,
    /// The message's subject.
    pub message_subject: Option<Redacted<String>>,
    /// The message's text.
    pub message_body: Option<Redacted<String>>,
}

/// Everything a packet says.
#[derive(Clone, Debug)]
pub struct Understanding {
    /// The classified documents with their fields, in page order.
    pub documents: Vec<Document>,
    /// Documents whose normalised text repeats an earlier one: (the repeat, the first). Nothing is dropped.
    pub repeats: Vec<(DocumentId, DocumentId)>,
    /// The orders, in page order.
    pub orders: Vec<OrderDraft>,
    /// What becomes of the request as a whole.
    pub request: RequestDecision,
}

/// An order with its decision, before duplicates are looked for.
#[derive(Clone, Debug)]
pub struct OrderDraft {
    /// What was understood.
    pub order: Order,
    /// Whether it can go on.
    pub decision: Decision,
    /// What it is recognised by when it comes again.
    pub signature: SignatureParts,
}

/// What happens to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It goes to the destinations.
    Route,
    /// It waits for a person.
    NeedsPerson {
        /// Why, the most important first.
        reasons: Vec<Reason>,
    },
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestDecision {
    /// Its orders say the rest.
    Orders,
    /// Nothing a DME supplier delivers.
    NotDme {
        /// Why it is thought so, for the coordinator.
        because: String,
    },
    /// It waits for a person as a whole.
    NeedsPerson {
        /// Why, the most important first.
        reasons: Vec<Reason>,
    },
}

/// Understands a packet. The same input gives the same result; no page makes it fail.
pub fn understand(
    reading: &PacketReading<'_>,
    context: &RequestContext,
    knowledge: &Knowledge,
) -> Understanding {
    let pages: Vec<Labelled<'_>> = reading.pages.iter().map(|page| Labelled::of(Sheet::of(page))).collect();
    let views: Vec<DocView<'_>> = split::documents(&pages, reading.manifest)
        .into_iter()
        .map(|range| DocView { pages: &pages[range] })
        .collect();
    let documents: Vec<Document> = views.iter().map(|view| document(view, reading, knowledge)).collect();
    let repeats = repeats(&documents, &views);

    let mut shared: Vec<Reason> = Vec::new();
    if let Some(patient) = &context.patient {
        for detail in documents.iter().filter_map(|document| identity::contradiction(document, patient)) {
            shared.push(knowledge.outcomes.reason(&format!("quarantine:{detail}")));
        }
    }
    let coverages = case_file::coverages(&documents, knowledge);
    let (cases, unread_item) = orders::collect(&documents, &views, knowledge);
    let orders: Vec<OrderDraft> = cases
        .iter()
        .map(|case| draft(case, &documents, &views, &coverages, context, knowledge, &shared))
        .collect();
    let request = if orders.is_empty() {
        without_orders(reading, &documents, context, knowledge, shared, unread_item)
    } else {
        RequestDecision::Orders
    };
    Understanding { documents, repeats, orders, request }
}

fn document(view: &DocView<'_>, reading: &PacketReading<'_>, knowledge: &Knowledge) -> Document {
    let number = |page: Option<&Labelled<'_>>| page.map_or(0, |page| page.sheet.page.page);
    let page_first = number(view.pages.first());
    let classified = classify(view, &hint(reading, page_first));
    Document {
        id: keys::document_id(reading.packet, page_first),
        class: classified.class,
        class_confidence: classified.confidence,
        decided_by: classified.decided_by,
        page_first,
        page_last: number(view.pages.last()),
        fields: extract::fields(view, classified.class, &knowledge.codes),
    }
}

/// What the chart called the page's file.
fn hint(reading: &PacketReading<'_>, page: u32) -> String {
    let fragment = reading.manifest.iter().find(|entry| entry.page == page).map(|entry| &entry.fragment);
    let listed =
        reading.fragments.iter().find(|known| Some(&known.id) == fragment).map(|known| &known.listed);
    listed.map_or_else(String::new, |listed| format!("{} {}", listed.title.reveal(), listed.epic_type))
}

fn repeats(documents: &[Document], views: &[DocView<'_>]) -> Vec<(DocumentId, DocumentId)> {
    let texts: Vec<Vec<String>> = views.iter().map(orders::normalised_words).collect();
    let mut repeats = Vec::new();
    for (index, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        if let Some(first) = texts[..index].iter().position(|earlier| earlier == text) {
            repeats.push((documents[index].id.clone(), documents[first].id.clone()));
        }
    }
    repeats
}

fn draft(
    case: &OrderCase,
    documents: &[Document],
    views: &[DocView<'_>],
    coverages: &[Coverage],
    context: &RequestContext,
    knowledge: &Knowledge,
    shared: &[Reason],
) -> OrderDraft {
    let policy = &knowledge.outcomes;
    let file = CaseFile { order: case, documents, coverages };
    let day = file.order_date().or(context.received);
    let judged = case_file::payer_of(coverages, knowledge)
        .filter(|(payer, _)| payer.has_rules_for(&case.family))
        .and_then(|(payer, binding)| rules::judge(&file, payer, binding, day, policy));
    let mut reasons = shared.to_vec();
    let findings = match judged {
        Some(judged) => {
            reasons.extend(judged.reasons);
            judged.findings
        }
        None => {
            reasons.push(policy.reason(&format!("no_rules:{}", case.family)));
            Vec::new()
        }
    };
    if case.unclear {
        reasons.push(policy.reason("order_unclear"));
    }
    let reasons = policy.arrange(reasons);
    OrderDraft {
        order: orders::order(case, documents, coverages, findings, context.patient.as_ref()),
        decision: if reasons.is_empty() { Decision::Route } else { Decision::NeedsPerson { reasons } },
        signature: orders::signature_parts(case, documents, views, policy.duplicates.shingle_words),
    }
}

/// A request without an order: another patient's papers, unreadable pages and unread items go to a person, as
/// does a message that speaks of an equipment order; the rest is not DME.
fn without_orders(
    reading: &PacketReading<'_>,
    documents: &[Document],
    context: &RequestContext,
    knowledge: &Knowledge,
    mut reasons: Vec<Reason>,
    unread_item: bool,
) -> RequestDecision {
    let policy = &knowledge.outcomes;
    if unread_item {
        reasons.push(policy.reason("item_unknown"));
    }
    if reading.pages.iter().any(|page| page.method == ReadMethod::Unreadable) {
        reasons.push(policy.reason("unreadable"));
    }
    if reading.pages.iter().all(|page| page.words.is_empty()) {
        reasons.push(policy.reason("empty"));
    }
    if speaks_of_order(context, knowledge) {
        reasons.push(policy.reason("order_missing"));
    }
    if !reasons.is_empty() {
        return RequestDecision::NeedsPerson { reasons: policy.arrange(reasons) };
    }
    let orders = documents.iter().filter(|document| document.class == DocumentClass::Order).count();
    let because = if orders == 0 {
        "neither the message nor the chart holds an equipment order".to_owned()
    } else {
        "the orders in the chart name no medical equipment".to_owned()
    };
    RequestDecision::NotDme { because }
}

/// Whether the message speaks of an order for equipment: an ordering word near an item's name, in one sentence.
fn speaks_of_order(context: &RequestContext, knowledge: &Knowledge) -> bool {
    const ORDERS: [&str; 8] =
        ["order for", "order", "ordered", "prescription for", "new order", "rx for", "swo", "written order"];
    const NOT: [&str; 6] = ["no", "not", "without", "never", "cancel", "cancelled"];
    let texts = [&context.message_subject, &context.message_body];
    let sentences =
        texts.into_iter().flatten().flat_map(|text| text.reveal().split(['.', ';', '!', '?', '\n']));
    sentences.map(words_of).any(|words| {
        let says = |phrase: &str| find_phrase(&words, phrase).is_some();
        let item = knowledge.codes.hcpcs.values().flat_map(|code| &code.words).any(|phrase| says(phrase))
            || knowledge.codes.family_words.iter().any(|(phrase, _)| says(phrase))
            || knowledge.codes.hcpcs.keys().any(|code| says(&code.to_lowercase()))
            || says("dme");
        item && ORDERS.iter().any(|phrase| says(phrase)) && !NOT.iter().any(|word| says(word))
    })
}
