//! The parser where one order comes more than once: what waits gives way to what comes with more, wherever the parser is
//! cut off; a corrected order counts alone, a cancelled one ends.

use crate::bench::{Bench, until};
use crate::orders::{done_outcomes, faulty, knowledge, start};
use actors::environment::Environment;
use actors::parser::ParserWork;
use domain::ids::{DestinationName, PacketId, RequestId};
use domain::keys;
use domain::ocr_pool::{PageText, ReadMethod, Word};
use domain::parser::{OrderState, Outcome};
use domain::patient_scraper::CapturedChart;
use domain::ports::{OrderStore, PageStore, RequestStore, SignatureStore, WorkQueue};
use domain::reassembly::{AssembledPacket, ManifestPage};
use domain::request::{Request, RequestStatus};
use domain::work::Stage;
use jiff::SignedDuration;
use memory::Faults;
use std::sync::{Arc, Mutex};

pub(crate) const ORDER: &str = "STANDARD WRITTEN ORDER - Durable Medical Equipment
Patient Name: Quillfeather, Nora
DOB: 03/14/1955     MRN: E1
Order Number: ORD-4411
Order Date: 11/03/2026
HCPCS     Description          Qty
E0601     CPAP device          1
E0562     Heated humidifier    1
Diagnosis: G47.33 Obstructive sleep apnea
Length of Need: 99 months
Ordering Provider: Oakes, Martin, MD    NPI: 1234567893
Electronically signed by Martin Oakes, MD on 11/03/2026 09:12 AM
";
pub(crate) const FACESHEET: &str = "FACE SHEET
Name: Quillfeather, Nora     MRN: E1
Date of Birth: 03/14/1955   Sex: Female
Primary Insurance: Medicare Part B
Member ID: 1EG4-TE5-MK73
Emergency Contact: Doe, John   Relationship: Spouse
Guarantor: Quillfeather, Nora
";
pub(crate) const NOTE: &str = "OFFICE VISIT NOTE
Patient: Quillfeather, Nora   DOB: 03/14/1955   MRN: E1
Date of Service: 09/14/2026
Chief Complaint: Loud snoring and daytime sleepiness.
HPI: Loud snoring and witnessed apneas for two years. Epworth Sleepiness Scale: 14.
Assessment and Plan: Suspected obstructive sleep apnea. Order sleep study.
Electronically signed by: Martin Oakes, MD 09/14/2026 5:10 PM
";
pub(crate) const STUDY: &str = "DIAGNOSTIC POLYSOMNOGRAM REPORT
Patient Name: Quillfeather, Nora      DOB: 03/14/1955     MRN: E1
Study Date: 10/05/2026
Total Recording Time: 455.0 min
Total Sleep Time: 385.8 min
Total events 164
AHI (4%)     25.5 /hr
Lowest SpO2: 81 %
Electronically signed by Dana Whitlock, MD on 10/09/2026
";

/// Text as a page shows it: the column of a character is its place.
fn page(number: u32, text: &str) -> PageText {
    let mut words = Vec::new();
    for (row, line) in (0_u16..).zip(text.lines()) {
        let (top, mut column) = (100.0 + 14.0 * f32::from(row), 0_u16);
        for part in line.split(' ') {
            let length = u16::try_from(part.chars().count()).expect("short");
            if length > 0 {
                let left = 50.0 + 6.0 * f32::from(column);
                let bbox = [left, top, left + 6.0 * f32::from(length), top + 7.0];
                words.push(Word { text: part.to_owned(), bbox, confidence: 1.0, line: u32::from(row) });
            }
            column += length + 1;
        }
    }
    PageText {
        page: number,
        turned: 0,
        width_pt: 612.0,
        height_pt: 792.0,
        method: ReadMethod::TextLayer,
        words,
        text: text.to_owned(),
        mean_confidence: 1.0,
        unseen: Vec::new(),
        unread_because: None,
    }
}

/// Message `number` about the one patient, with these papers read, before the parser; its item enqueued.
pub(crate) async fn message(bench: &Bench, number: u32, papers: &[&str]) -> RequestId {
    let mut request = bench.new_request(number, 1);
    request.row.received =
        request.row.received.checked_add(SignedDuration::from_hours(i64::from(number))).expect("a time");
    request.row.patient.name = "Quillfeather, Nora".into();
    let id = PacketId::new(format!("packet-{number}"));
    let source = |page: u32| ManifestPage {
        page,
        fragment: domain::ids::FragmentId::new(format!("f{number}-{page}")),
        epic_id: format!("D{number}-{page}"),
        section: domain::patient_scraper::Section::Media,
        fragment_page: 1,
        blank: false,
        repeats: None,
        lost: None,
    };
    let pages = (1..=u32::try_from(papers.len()).expect("few")).map(source).collect();
    let pdf = domain::ids::BlobRef::new("pdf");
    request.packet = Some(AssembledPacket { id: id.clone(), pdf, pages, notes: Vec::new() });
    request.captured = Some(CapturedChart {
        message_body: "CPAP order".into(),
        fragments: Vec::new(),
        ledger: Vec::new(),
        families: vec!["pap".to_owned()],
    });
    request.status = RequestStatus::InWork { stage: Stage::Parse };
    for (number, text) in (1..).zip(papers) {
        bench.stores.pages.put(&id, &page(number, text)).await.expect("stored");
    }
    assert!(bench.stores.requests.create(&request).await.expect("stored"));
    let item = request.item(Stage::Parse, bench.environment.now());
    bench.stores.queue.enqueue(&[item], SignedDuration::ZERO).await.expect("enqueued");
    request.id
}

pub(crate) fn parser(environment: &Environment) -> ParserWork {
    ParserWork {
        environment: environment.clone(),
        knowledge: Arc::new(knowledge()),
        destinations: vec![DestinationName::new("folder")],
        done_outcomes: done_outcomes(),
        model: None,
    }
}

pub(crate) async fn parsed(bench: &Bench) {
    until("no parse item", || !bench.queued().contains(&Stage::Parse)).await;
}

/// A request's states in short words; the request and its set must say the same.
pub(crate) async fn states(bench: &Bench, id: &RequestId) -> Vec<String> {
    let request = bench.stored(id).await;
    let set = bench.stores.orders.get(id, request.revision).await.expect("read").expect("parsed").value;
    let states: Vec<OrderState> = set.states().cloned().collect();
    assert_eq!(request.order_states, states, "the request knows");
    states.iter().map(short).collect()
}

fn short(state: &OrderState) -> String {
    match state {
        OrderState::Routing { .. } => "goes on".to_owned(),
        OrderState::NeedsPerson { reasons } => {
            let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
            format!("waits {}", codes.join(" "))
        }
        OrderState::Closed(Outcome::Superseded { by }) => format!("superseded by {by}"),
        OrderState::Closed(Outcome::Duplicate { of }) => format!("duplicate of {of}"),
        OrderState::Closed(outcome) => outcome.name().to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_study_takes_the_place_of_what_waited_for_it() {
    let bench = Bench::new();
    let first = message(&bench, 1, &[ORDER, FACESHEET, NOTE]).await;
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &first).await, ["waits PAP-2:insufficient"]);

    let reprinted = ORDER.replace("STANDARD", "Printed on 11/21/2026\nSTANDARD");
    let again = message(&bench, 2, &[&reprinted, FACESHEET, NOTE]).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &again).await, [format!("duplicate of {first}.1")], "nothing more");

    let late = message(&bench, 3, &[&reprinted, FACESHEET, NOTE, STUDY]).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &late).await, ["goes on"]);
    assert_eq!(states(&bench, &first).await, [format!("superseded by {late}.1")]);
    assert!(bench.stored(&first).await.at_rest());

    let last = message(&bench, 4, &[ORDER, FACESHEET, NOTE, STUDY]).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &last).await, [format!("duplicate of {late}.1")], "it went on already");
}

#[tokio::test(start_paused = true)]
async fn what_gave_way_stays_so_when_a_person_sends_it_on() {
    let bench = Bench::new();
    let first = message(&bench, 1, &[ORDER, FACESHEET, NOTE]).await;
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    let late = message(&bench, 2, &[ORDER, FACESHEET, NOTE, STUDY]).await;
    parsed(&bench).await;
    let now = bench.environment.now();
    let anew = |request: &mut Request| {
        let (captured, packet) = (request.captured.clone(), request.packet.clone());
        request.begin_anew(now);
        (request.captured, request.packet) = (captured, packet);
        request.advance_to(Stage::Parse, now);
        true
    };
    let request = bench.environment.update_request(&first, anew).await.expect("updated");
    let item = request.item(Stage::Parse, now);
    bench.stores.queue.enqueue(&[item], SignedDuration::ZERO).await.expect("enqueued");
    parsed(&bench).await;
    assert_eq!(states(&bench, &first).await, [format!("superseded by {late}.1")]);
}

#[tokio::test(start_paused = true)]
async fn two_patients_of_one_name_are_never_put_together() {
    let bench = Bench::new();
    let papers = [ORDER, FACESHEET, NOTE, STUDY];
    let first = message(&bench, 1, &papers).await;
    let other: Vec<String> = papers
        .iter()
        .map(|text| text.replace("03/14/1955", "07/02/1961").replace("MRN: E1", "MRN: E2"))
        .collect();
    let other: Vec<&str> = other.iter().map(String::as_str).collect();
    let second = message(&bench, 2, &other).await;
    let theirs = |request: &mut Request| {
        request.row.patient.mrn = "E2".into();
        request.row.patient.dob = Some(jiff::civil::date(1961, 7, 2).into());
        true
    };
    bench.environment.update_request(&second, theirs).await.expect("updated");
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    assert_eq!(
        (states(&bench, &first).await, states(&bench, &second).await),
        (vec!["goes on".to_owned()], vec!["goes on".to_owned()])
    );
}

#[tokio::test(start_paused = true)]
async fn corrected_and_cancelled_orders_have_their_outcomes() {
    let bench = Bench::new();
    let old = format!("{ORDER}\nStatus: Superseded\n");
    let new = ORDER.replace("ORD-4411", "ORD-4412").replace("11/03/2026", "11/05/2026");
    let new = format!("CORRECTED ORDER - replaces order ORD-4411\n{new}");
    let corrected = message(&bench, 1, &[&old, &new, FACESHEET, NOTE, STUDY]).await;
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    assert_eq!(
        states(&bench, &corrected).await,
        ["goes on".to_owned(), format!("superseded by {corrected}.1")]
    );
    let gone = ORDER.replace("E0601     CPAP device          1", "E0601     CPAP device          2");
    let cancelled = message(&bench, 2, &[&format!("{gone}\nStatus: Cancelled\n"), FACESHEET]).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &cancelled).await, ["cancelled"]);
    assert!(bench.stored(&cancelled).await.at_rest());
}

/// Two messages at once under lost and failing calls: one order goes on, the other gave way or is its repeat, and the
/// signatures say the same as the sets.
#[tokio::test(start_paused = true)]
async fn wherever_the_parser_is_cut_off_one_of_two_goes_on() {
    for seed in 0..60 {
        let bench = Bench::new();
        let first = message(&bench, 1, &[ORDER, FACESHEET, NOTE]).await;
        let late = message(&bench, 2, &[ORDER, FACESHEET, NOTE, STUDY]).await;
        let faults = Faults { fail_before: 60, fail_after: 60, yields_max: 5, ..Faults::default() };
        let environment = faulty(&bench, faults, seed);
        start(&environment, parser(&environment)).await;
        parsed(&bench).await;
        let (first, late) = (states(&bench, &first).await, (states(&bench, &late).await, late));
        assert_eq!(late.0, ["goes on"], "seed {seed}: {first:?}");
        assert_eq!(first, [format!("superseded by {}.1", late.1)], "seed {seed}");
    }
}

/// Killed between the write of the signatures and that of the earlier order's set, and between that and its own.
#[tokio::test(start_paused = true)]
async fn a_kill_between_the_writes_is_mended_by_the_next_try() {
    for point in ["parse.claimed", "parse.gave_way", "parse.signed", "parse.committed"] {
        let armed = Arc::new(Mutex::new(false));
        let struck = Arc::clone(&armed);
        let bench = Bench::with_stop_point(Arc::new(move |name| {
            let mut armed = struck.lock().expect("no test panics while it holds it");
            if name == point && std::mem::take(&mut *armed) {
                drop(armed);
                panic!("killed at {point}");
            }
        }));
        let first = message(&bench, 1, &[ORDER, FACESHEET, NOTE]).await;
        start(&bench.environment, parser(&bench.environment)).await;
        parsed(&bench).await;
        *armed.lock().expect("no test panics while it holds it") = true;
        let late = message(&bench, 2, &[ORDER, FACESHEET, NOTE, STUDY]).await;
        parsed(&bench).await;
        assert!(!*armed.lock().expect("free"), "{point} was passed");
        assert_eq!(states(&bench, &late).await, ["goes on"], "{point}");
        assert_eq!(states(&bench, &first).await, [format!("superseded by {late}.1")], "{point}");
        assert_eq!(
            bench.queued().iter().filter(|stage| **stage == Stage::Done).count(),
            1,
            "{point}: its message"
        );
        let identity = bench.stored(&first).await.row.patient.block_text();
        let block = keys::patient_block(bench.environment.sealer.as_ref(), &identity);
        let signatures = bench.stores.signatures.get(&block).await.expect("read").value.orders;
        let marked = signatures.iter().filter(|signature| signature.superseded_by.is_some()).count();
        assert_eq!((signatures.len(), marked), (2, 1), "{point}");
    }
}
