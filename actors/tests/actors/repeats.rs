//! What comes again and is not plainly the same: orders in doubt wait and a person can tell them apart, a withdrawn order
//! ends the one before it, and documents are filed across requests.

use crate::bench::Bench;
use crate::orders::start;
use crate::parsing::{FACESHEET, NOTE, ORDER, STUDY, message, parsed, parser, states};
use domain::ids::{PatientBlock, RequestId};
use domain::keys;
use domain::parser::{SignatureSet, ToldApart};
use domain::ports::{SignatureStore, WorkQueue};
use domain::request::Request;
use domain::work::Stage;
use jiff::SignedDuration;
use understanding::{DocumentVerdict, document_verdict};

/// The same items, prescriber and date on another hospital's paper, without a number.
const OTHER_PAPER: &str = "EQUIPMENT PRESCRIPTION
Patient Name: Quillfeather, Nora   Date of Birth: 03/14/1955
Order Date: 11/03/2026
Please dispense to the patient named above the following and bill her plan:
HCPCS     Description          Qty
E0601     Positive airway pressure machine, automatic     1
E0562     Water chamber with heating plate    1
For the treatment of G47.33. She needs these for the rest of her life.
Prescriber: Oakes, Martin, MD    NPI: 1234567893
Electronically signed by Martin Oakes, MD on 11/03/2026 09:12 AM
";

async fn patients_set(bench: &Bench, of: &RequestId) -> (PatientBlock, SignatureSet) {
    let request = bench.stored(of).await;
    let block = keys::chart_block(bench.environment.sealer.as_ref(), &request.portal, &request.row.patient);
    let set = bench.stores.signatures.get(&block).await.expect("read").value;
    (block, set)
}

#[tokio::test(start_paused = true)]
async fn an_order_in_doubt_waits_until_a_person_tells_it_apart() {
    let bench = Bench::new();
    let first = message(&bench, 1, &[ORDER, FACESHEET, NOTE, STUDY]).await;
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    let second = message(&bench, 2, &[OTHER_PAPER, FACESHEET, NOTE, STUDY]).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &first).await, ["goes on"]);
    assert_eq!(states(&bench, &second).await, ["waits maybe_duplicate"]);
    let third = message(&bench, 3, &[OTHER_PAPER, FACESHEET, NOTE, STUDY]).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &third).await, [format!("duplicate of {second}.1")]);

    let (block, mut set) = patients_set(&bench, &first).await;
    let version = bench.stores.signatures.get(&block).await.expect("read").version;
    let at = bench.environment.clock.now();
    set.told_apart.push(ToldApart { one: format!("{second}.1"), other: format!("{first}.1"), at });
    bench.stores.signatures.compare_and_set(&block, &set, version).await.expect("told apart");
    let anew = |request: &mut Request| {
        let (captured, packet) = (request.captured.clone(), request.packet.clone());
        request.begin_anew(at);
        (request.captured, request.packet) = (captured, packet);
        request.advance_to(Stage::Parse, at);
        true
    };
    let request = bench.environment.update_request(&second, anew).await.expect("updated");
    bench
        .stores
        .queue
        .enqueue(&[request.item(Stage::Parse, at)], SignedDuration::ZERO)
        .await
        .expect("enqueued");
    parsed(&bench).await;
    assert_eq!(states(&bench, &second).await, ["goes on"]);
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_order_ends_the_one_that_waits_and_asks_about_the_one_that_went_on() {
    let withdrawn = format!("{ORDER}\nStatus: Cancelled\n");
    let bench = Bench::new();
    let waiting = message(&bench, 1, &[ORDER, FACESHEET, NOTE]).await;
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &waiting).await, ["waits PAP-2:insufficient"]);
    let cancelling = message(&bench, 2, &[&withdrawn, FACESHEET, NOTE]).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &cancelling).await, ["cancelled"]);
    assert_eq!(states(&bench, &waiting).await, ["cancelled"]);
    assert!(bench.stored(&waiting).await.at_rest());

    let bench = Bench::new();
    let sent = message(&bench, 1, &[ORDER, FACESHEET, NOTE, STUDY]).await;
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    let cancelling = message(&bench, 2, &[&withdrawn, FACESHEET, NOTE, STUDY]).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &sent).await, ["goes on"]);
    assert_eq!(states(&bench, &cancelling).await, ["waits cancels_sent"]);
}

#[tokio::test(start_paused = true)]
async fn documents_are_filed_across_requests_and_none_is_left_out() {
    let bench = Bench::new();
    let first = message(&bench, 1, &[ORDER, FACESHEET, NOTE]).await;
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    let reprinted = NOTE.replace("OFFICE", "Printed on 11/21/2026 by FRONT DESK\nOFFICE");
    let next_visit = NOTE.replace("09/14/2026", "10/30/2026");
    let second = message(&bench, 2, &[&reprinted, &next_visit, STUDY]).await;
    parsed(&bench).await;
    let (_, set) = patients_set(&bench, &first).await;
    let verdicts: Vec<String> = set
        .documents
        .iter()
        .filter(|document| document.request == second)
        .map(|document| match document_verdict(&set, document) {
            DocumentVerdict::Duplicate(of) => format!("{} of {}", document.document, of.of),
            DocumentVerdict::Original => format!("{} original", document.document),
            other => format!("{} {other:?}", document.document),
        })
        .collect();
    assert_eq!(verdicts, ["packet-2-1 of packet-1-3", "packet-2-2 original", "packet-2-3 original"]);
    assert_eq!(set.documents.len(), 6);
}
