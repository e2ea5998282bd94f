//! A packet's reading → its documents, orders and what happens to them.

use crate::case_file::{self, CaseFile, OrderCase, Standing};
use crate::classify::classify;
use crate::duplicates::{DocumentKey, DocumentParts, Listing, SignatureParts, relate};
use crate::extract;
use crate::find::DocView;
use crate::identity;
use crate::keep;
use crate::knowledge::{DuplicatePolicy, Knowledge};
use crate::labels::Labelled;
use crate::message;
use crate::model::{self, Compared, Counted, ModelAnswers};
use crate::orders;
use crate::protected::{self, Kind, Protection};
use crate::rules;
use crate::sheet::Sheet;
use crate::split;
use domain::ids::{BlobRef, DocumentId, PacketId, RequestId};
use domain::keys;
use domain::ocr_pool::{PageText, ReadMethod};
use domain::parser::{Coverage, Document, DocumentClass, Finding, Order, Reason, RelationKind};
use domain::patient::PatientIdentity;
use domain::patient_scraper::{Fragment, ListedDocument};
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
    /// What each document is recognised by when it comes again, in the same order.
    pub parts: Vec<DocumentParts>,
    /// Documents that are copies of an earlier one of the packet: (the repeat, the first). Nothing is dropped.
    pub repeats: Vec<(DocumentId, DocumentId)>,
    /// The orders, in page order.
    pub orders: Vec<OrderDraft>,
    /// What becomes of the request as a whole.
    pub request: RequestDecision,
    /// Of each document a language model answered about, how many of its quotes counted.
    pub counted: Vec<Counted>,
}

impl Understanding {
    /// Whether a page may be another patient's, so that nothing of the packet is surely this patient's.
    pub fn is_doubted(&self) -> bool {
        let of_orders = self.orders.iter().filter_map(|draft| match &draft.decision {
            Decision::NeedsPerson { reasons } => Some(reasons),
            Decision::Route | Decision::Cancelled | Decision::Superseded { .. } => None,
        });
        let of_request = match &self.request {
            RequestDecision::NeedsPerson { reasons } => Some(reasons),
            RequestDecision::Orders | RequestDecision::NotDme { .. } => None,
        };
        of_orders.chain(of_request).flatten().any(is_quarantine)
    }
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

impl OrderDraft {
    /// Whether it may be known again by others: an order that is in force, and that is surely this patient's.
    pub fn signs(&self) -> bool {
        match &self.decision {
            Decision::Route => true,
            Decision::NeedsPerson { reasons } => !reasons.iter().any(is_quarantine),
            Decision::Cancelled | Decision::Superseded { .. } => false,
        }
    }
}

/// What happens to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It goes to the destinations.
    Route,
    /// The prescriber withdrew it.
    Cancelled,
    /// Another order of the same packet took its place.
    Superseded {
        /// Its index among the orders.
        by: usize,
    },
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
    understand_with(reading, context, knowledge, &ModelAnswers::default())
}

/// The same beside what a language model answered to [`questions`](crate::questions). Its values never change what the
/// rules decide, unless `answers` says that they may; where the two disagree, the orders that rest on it wait.
pub fn understand_with(
    reading: &PacketReading<'_>,
    context: &RequestContext,
    knowledge: &Knowledge,
    answers: &ModelAnswers,
) -> Understanding {
    let pages: Vec<Labelled<'_>> = reading.pages.iter().map(|page| Labelled::of(Sheet::of(page))).collect();
    let views: Vec<DocView<'_>> = split::documents(&pages, reading.manifest)
        .into_iter()
        .map(|range| DocView { pages: &pages[range] })
        .collect();
    let mut documents: Vec<Document> = views.iter().map(|view| document(view, reading, knowledge)).collect();
    let parts = parts(&documents, &views, reading, knowledge);
    let repeats = repeats(&parts, knowledge.outcomes.duplicates);
    let compared = Compared::of(&documents, &views, context.patient.as_ref(), answers);
    if answers.may_satisfy_rules {
        model::complete(&mut documents, &compared);
    }
    let protections: Vec<Option<Protection>> = views
        .iter()
        .zip(&documents)
        .map(|(view, document)| {
            protected::protection(view, document, listed(reading, document.page_first), &knowledge.keep)
        })
        .collect();

    let packet = Packet {
        shared: of_the_packet(&documents, &protections, context, knowledge),
        protections: &protections,
        coverages: case_file::coverages(&documents, knowledge),
        documents: &documents,
        views: &views,
        context,
        knowledge,
    };
    let statuses: Vec<Option<String>> =
        documents.iter().map(|document| listed_status(reading, document.page_first)).collect();
    let (cases, unread_item) = orders::collect(&documents, &views, &statuses, knowledge);
    let mut orders = packet.drafts(&cases);
    let request =
        if orders.is_empty() { packet.without_orders(reading, unread_item) } else { RequestDecision::Orders };
    model::dispute(&mut orders, &compared, &knowledge.outcomes);
    if !answers.may_satisfy_rules {
        model::complete(&mut documents, &compared);
    }
    Understanding { documents, parts, repeats, orders, request, counted: compared.counted }
}

/// What stops every order of a packet: pages of another patient, records that must not be passed on.
fn of_the_packet(
    documents: &[Document],
    protections: &[Option<Protection>],
    context: &RequestContext,
    knowledge: &Knowledge,
) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    if let Some(patient) = &context.patient {
        for detail in documents.iter().filter_map(|document| identity::contradiction(document, patient)) {
            reasons.push(knowledge.outcomes.reason(&format!("{QUARANTINE}:{detail}")));
        }
    }
    for (kind, code) in [(Kind::SubstanceUse, "part2"), (Kind::Psychotherapy, "psychotherapy")] {
        if protections.iter().flatten().any(|protection| protection.certain && protection.kind == kind) {
            reasons.push(knowledge.outcomes.reason(code));
        }
    }
    reasons
}

/// Head of the reasons that a page may be another patient's.
const QUARANTINE: &str = "quarantine";

fn is_quarantine(reason: &Reason) -> bool {
    reason.code.split(':').next() == Some(QUARANTINE)
}

pub(crate) fn document(view: &DocView<'_>, reading: &PacketReading<'_>, knowledge: &Knowledge) -> Document {
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

/// The row of the chart's list a page's file was listed as.
fn listed<'a>(reading: &PacketReading<'a>, page: u32) -> Option<&'a ListedDocument> {
    let fragment = reading.manifest.iter().find(|entry| entry.page == page).map(|entry| &entry.fragment)?;
    reading.fragments.iter().find(|known| known.id == *fragment).map(|known| &known.listed)
}

/// What the chart called the page's file.
fn hint(reading: &PacketReading<'_>, page: u32) -> String {
    listed(reading, page)
        .map_or_else(String::new, |listed| format!("{} {}", listed.title.reveal(), listed.epic_type))
}

fn listed_status(reading: &PacketReading<'_>, page: u32) -> Option<String> {
    listed(reading, page)?.status.clone()
}

/// What each document is recognised by. The file counts where the document is the whole of it.
fn parts(
    documents: &[Document],
    views: &[DocView<'_>],
    reading: &PacketReading<'_>,
    knowledge: &Knowledge,
) -> Vec<DocumentParts> {
    let shingle = knowledge.outcomes.duplicates.shingle_words;
    let part = |(document, view): (&Document, &DocView<'_>)| {
        let listed = listed(reading, document.page_first);
        let listing = Listing {
            file: whole_file(reading, document),
            day: listed.and_then(|listed| listed.service_date),
            status: listed.and_then(|listed| listed.status.clone()),
        };
        DocumentParts::of(document, view, listing, shingle)
    };
    documents.iter().zip(views).map(part).collect()
}

/// The file whose pages are just the document's.
fn whole_file(reading: &PacketReading<'_>, document: &Document) -> Option<BlobRef> {
    let inside = |entry: &&ManifestPage| (document.page_first..=document.page_last).contains(&entry.page);
    let fragment = &reading.manifest.iter().find(inside)?.fragment;
    let alone = reading.manifest.iter().filter(inside).all(|entry| entry.fragment == *fragment);
    let whole =
        reading.manifest.iter().filter(|entry| entry.fragment == *fragment).all(|entry| inside(&entry));
    let found = reading.fragments.iter().find(|known| known.id == *fragment)?;
    (alone && whole && found.part.is_none()).then(|| found.blob.clone())
}

/// Which documents of the packet are copies of earlier ones of it.
fn repeats(parts: &[DocumentParts], policy: DuplicatePolicy) -> Vec<(DocumentId, DocumentId)> {
    let (key, request) = (DocumentKey::passing(), RequestId::new("packet"));
    let at = jiff::civil::DateTime::MIN;
    let signatures: Vec<_> = parts.iter().map(|part| part.signature(&key, &request, at)).collect();
    let same = |a, b| relate(a, b, policy).is_some_and(|found| found.kind == RelationKind::Same);
    let mut repeats = Vec::new();
    for (index, own) in signatures.iter().enumerate() {
        if let Some(first) = signatures[..index].iter().find(|earlier| same(own, earlier)) {
            repeats.push((own.document.clone(), first.document.clone()));
        }
    }
    repeats
}

/// A packet with what all its orders share.
struct Packet<'a> {
    documents: &'a [Document],
    views: &'a [DocView<'a>],
    coverages: Vec<Coverage>,
    context: &'a RequestContext,
    knowledge: &'a Knowledge,
    /// Reasons that stop every order.
    shared: Vec<Reason>,
    /// Which documents must not be passed on, or may be such.
    protections: &'a [Option<Protection>],
}

impl Packet<'_> {
    fn drafts(&self, cases: &[OrderCase]) -> Vec<OrderDraft> {
        let all_live = cases.iter().all(|case| case.standing == Standing::Live);
        // An order that was cancelled answers a message that asks for it.
        let unanswered = all_live && message::asks_to_cancel(self.context, self.knowledge);
        cases.iter().map(|case| self.draft(case, unanswered)).collect()
    }

    fn draft(&self, case: &OrderCase, cancel_asked: bool) -> OrderDraft {
        let policy = &self.knowledge.outcomes;
        let (findings, mut reasons) = match case.standing {
            Standing::Live => self.judged(case),
            Standing::Replaced => (Vec::new(), vec![policy.reason("order_replaced")]),
            Standing::Superseded { .. } | Standing::Cancelled => (Vec::new(), Vec::new()),
        };
        reasons.extend(self.shared.iter().cloned());
        if cancel_asked {
            reasons.push(policy.reason("cancel_asked"));
        }
        let reasons = policy.arrange(reasons);
        // Whose order it is must be known before anything is said of it.
        let doubted = reasons.iter().any(is_quarantine);
        let decision = match case.standing {
            Standing::Superseded { by } if !doubted => Decision::Superseded { by },
            Standing::Cancelled if !doubted => Decision::Cancelled,
            _ if reasons.is_empty() => Decision::Route,
            _ => Decision::NeedsPerson { reasons },
        };
        let waits_for = match &decision {
            Decision::NeedsPerson { reasons } => reasons.iter().map(|reason| reason.code.clone()).collect(),
            Decision::Route | Decision::Cancelled | Decision::Superseded { .. } => Vec::new(),
        };
        let (patient, duplicates) = (self.context.patient.as_ref(), policy.duplicates);
        let mut order = orders::order(case, self.documents, &self.coverages, findings, patient);
        order.document_marks = keep::marks(&order, self.documents, self.protections, &self.knowledge.keep);
        OrderDraft {
            order,
            decision,
            signature: orders::signature_parts(case, self.documents, self.views, duplicates, waits_for),
        }
    }

    /// What the payer's rules say of an order in force, and the reasons for which it waits.
    fn judged(&self, case: &OrderCase) -> (Vec<Finding>, Vec<Reason>) {
        let policy = &self.knowledge.outcomes;
        let file = CaseFile::new(case, self.documents, &self.coverages);
        let (findings, mut reasons) = rules::said(&file, self.knowledge, self.context.received);
        if case.unclear {
            reasons.push(policy.reason("order_unclear"));
        }
        (findings, reasons)
    }

    /// A request without an order: another patient's papers, unreadable pages and unread items go to a person, as
    /// does a message that speaks of an equipment order; the rest is not DME.
    fn without_orders(&self, reading: &PacketReading<'_>, unread_item: bool) -> RequestDecision {
        let policy = &self.knowledge.outcomes;
        // Records that must not be passed on are not: nothing is sent of a packet without an order.
        let mut reasons: Vec<Reason> =
            self.shared.iter().filter(|reason| is_quarantine(reason)).cloned().collect();
        let found = [
            (unread_item, "item_unknown"),
            (reading.pages.iter().any(|page| page.method == ReadMethod::Unreadable), "unreadable"),
            (reading.pages.iter().all(|page| page.words.is_empty()), "empty"),
            (message::speaks_of_order(self.context, self.knowledge), "order_missing"),
            (message::asks_to_cancel(self.context, self.knowledge), "cancel_asked"),
        ];
        reasons.extend(found.into_iter().filter(|(is, _)| *is).map(|(_, code)| policy.reason(code)));
        if !reasons.is_empty() {
            return RequestDecision::NeedsPerson { reasons: policy.arrange(reasons) };
        }
        let orders = self.documents.iter().any(|document| document.class == DocumentClass::Order);
        let because = if orders {
            "the orders in the chart name no medical equipment"
        } else {
            "neither the message nor the chart holds an equipment order"
        };
        RequestDecision::NotDme { because: because.to_owned() }
    }
}
