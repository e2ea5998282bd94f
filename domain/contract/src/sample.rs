//! Records for the suites. All of them carry [`PLANTED`], which must never lie readable on a disk.

use domain::ids::{
    DestinationName, DocumentId, MessageKey, OrderId, PacketId, PatientKey, PortalName, RequestId, Revision,
};
use domain::inbox::InboxRow;
use domain::ocr_pool::{PageText, ReadMethod, Word};
use domain::parser::{
    DocumentClass, DocumentMarks, DocumentSignature, Order, OrderRecord, OrderSet, OrderSketch, OrderState,
    Shingles, Signature, SignatureSet,
};
use domain::patient::PatientIdentity;
use domain::request::Request;
use domain::router::{DeliveryFacts, DeliveryKey, Receipt};
use domain::work::{Stage, WorkItem};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// A made-up patient's name.
pub const PLANTED: &str = "Zyxwvutova";

/// The suites' beginning of time, plus so many seconds.
pub fn at(seconds: i64) -> Timestamp {
    let start = Timestamp::from_second(1_795_000_000).unwrap_or(Timestamp::UNIX_EPOCH);
    start.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// The portal of every sample.
pub fn portal() -> PortalName {
    PortalName::new("albany-med")
}

/// A request's id.
pub fn request_id(number: usize) -> RequestId {
    RequestId::new(format!("request{number:04}"))
}

/// The n-th request, created n seconds after the beginning; patient n modulo 3.
pub fn request(number: usize) -> Request {
    let row = InboxRow {
        message_id: format!("m{number}").as_str().into(),
        folder: "CC'd Charts".to_owned(),
        chart_type: "Office Visit".to_owned(),
        subject: PLANTED.into(),
        from: "Sender".into(),
        received: date(2026, 11, 20).at(8, 0, 0, 0),
        patient: PatientIdentity { name: PLANTED.into(), mrn: "E1".into(), dob: None },
        chart_ref: "c1".into(),
    };
    let patient = PatientKey::new(format!("patient{}", number % 3));
    let message = MessageKey::new(format!("message{number}"));
    let seconds = i64::try_from(number).unwrap_or(0);
    Request::new(request_id(number), portal(), message, patient, row, None, at(seconds))
}

/// A set of `orders` orders on their way to one destination.
pub fn order_set(request: &RequestId, revision: Revision, orders: usize) -> OrderSet {
    let record = |ordinal| OrderRecord {
        id: OrderId::of(request, ordinal),
        order: Order {
            patient_name: Some(PLANTED.into()),
            family: Some("pap".to_owned()),
            diagnoses: vec!["G47.33".to_owned()],
            order_date: Some(date(2026, 11, 19)),
            ..Order::default()
        },
        state: OrderState::Routing { open: vec![DestinationName::new("folder")] },
    };
    OrderSet {
        request: request.clone(),
        revision,
        packet: PacketId::new("packet"),
        documents: Vec::new(),
        orders: (1..=orders).map(record).collect(),
        without_orders: None,
        model: Vec::new(),
        parsed_at: at(0),
    }
}

/// The signature of the n-th request's first order.
pub fn signature(number: usize) -> Signature {
    let request = request_id(number);
    Signature {
        order: OrderId::of(&request, 1),
        request,
        received: date(2026, 11, 20).at(8, 0, 0, 0),
        order_key: "key".to_owned(),
        text_hash: "hash".to_owned(),
        shingles: vec![u64::MAX, 1],
        duplicate_of: None,
        revision: Revision::FIRST,
        signed: true,
        waits_for: vec!["PAP-2:insufficient".to_owned()],
        evidence: vec!["note".to_owned()],
        superseded_by: None,
        sketch: OrderSketch {
            letters: Shingles::new(vec![3, 1, 2]),
            number: Some(9),
            ..OrderSketch::default()
        },
        likeness: None,
    }
}

/// A set of the orders of these numbers, and one document of each.
pub fn signatures(numbers: std::ops::Range<usize>) -> SignatureSet {
    SignatureSet {
        documents: numbers.clone().map(document_signature).collect(),
        ..SignatureSet::of_orders(numbers.map(signature).collect())
    }
}

fn document_signature(number: usize) -> DocumentSignature {
    DocumentSignature {
        document: DocumentId::new(format!("packet{number}-1")),
        request: request_id(number),
        received: date(2026, 11, 20).at(8, 0, 0, 0),
        class: DocumentClass::Order,
        file: None,
        text_hash: "hash".to_owned(),
        pages: vec![u64::MAX],
        pages_count: 1,
        words: 200,
        scanned: true,
        shingles: Shingles::new((0..200).map(|shingle| u32::MAX - shingle).collect()),
        letters: Shingles::default(),
        letters_scale: 2,
        letters_count: 1_000,
        numbers: vec![1, u64::MAX],
        days: Vec::new(),
        listed_day: Some(7),
        studies: Vec::new(),
        facts: BTreeMap::from([("ahi".to_owned(), vec![u64::MAX])]),
        marks: DocumentMarks { signed: true, ..DocumentMarks::default() },
    }
}

/// The key under which the n-th request's first order goes to the folder.
pub fn delivery_key(number: usize) -> DeliveryKey {
    DeliveryKey {
        order: OrderId::of(&request_id(number), 1),
        revision: Revision::FIRST,
        destination: DestinationName::new("folder"),
    }
}

/// What is told of the packet that goes under that key.
pub fn delivery_facts() -> DeliveryFacts {
    DeliveryFacts {
        portal: portal(),
        received: date(2026, 11, 20).at(8, 0, 0, 0),
        first_seen: at(0),
        pages: 3,
        partial: false,
    }
}

/// A receipt for that key with a reference of its own.
pub fn receipt(number: usize, reference: &str) -> Receipt {
    Receipt { key: delivery_key(number), reference: reference.to_owned(), at: at(0) }
}

/// One page of words; a confidence stands for what a new reading changes.
pub fn page(number: u32, mean_confidence: f32) -> PageText {
    PageText {
        page: number,
        turned: 0,
        width_pt: 612.0,
        height_pt: 792.0,
        method: ReadMethod::Ocr,
        words: vec![Word {
            text: PLANTED.to_owned(),
            bbox: [72.0, 72.0, 140.25, 84.5],
            confidence: mean_confidence,
            line: 0,
        }],
        text: PLANTED.to_owned(),
        mean_confidence,
        unseen: Vec::new(),
        unread_because: None,
    }
}

/// A work item for the n-th request.
pub fn item(number: usize, stage: Stage) -> WorkItem {
    request(number).item(stage, at(0))
}

/// Asserts that a disk does not show the planted name.
///
/// # Panics
/// When it does.
pub fn assert_unreadable(at_rest: Option<Vec<u8>>) {
    let Some(bytes) = at_rest else { return };
    assert!(!bytes.is_empty(), "the harness shows no stored bytes at all");
    let found = bytes.windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes());
    assert!(!found, "the planted name lies readable on disk");
}
