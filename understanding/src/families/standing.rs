//! Several orders in one packet, corrected and cancelled ones, records that must not be passed on, foreign pages.

use super::{note, order, told_all};
use crate::fixtures::papers::{FACESHEET_PAIRS, NOTE_SOAP, ORDER_TABLE, STUDY_TABLE};
use crate::fixtures::{knowledge, page, reasons, understood, understood_pages};
use crate::understand::{PacketReading, RequestContext, understand};
use domain::ids::PacketId;
use domain::parser::FieldValue;

#[test]
fn several_orders_are_several_and_a_corrected_one_counts_alone() {
    let supplies = order(
        "A7030     Full face mask                           1\nA7037     Tubing                                   1",
        "G47.33",
    );
    let read = understood(&[ORDER_TABLE, FACESHEET_PAIRS, &supplies, NOTE_SOAP, STUDY_TABLE]);
    assert_eq!(told_all(&read), [Vec::<String>::new(), vec![]]);
    let families: Vec<_> = read.orders.iter().filter_map(|draft| draft.order.family.clone()).collect();
    assert_eq!(families, ["pap", "pap_supplies"]);

    let first = ORDER_TABLE
        .replace("Order Date: 11/03/2026", "Order Date: 11/01/2026")
        .replace("STANDARD", "Order Number: ORD-4411\nSTANDARD");
    let ends = [
        "Status: Superseded",
        "Order Status: Discontinued",
        "*** SUPERSEDED ***",
        "This order has been superseded by order ORD-4412.",
        "Replaced by corrected order of 11/03/2026",
        "DISCONTINUED - see corrected order",
        "",
    ];
    let begins = [
        "CORRECTED ORDER\nThis order replaces order ORD-4411 dated 11/01/2026.",
        "Corrected order. Supersedes ORD-4411.",
        "This is a correction of the previous order dated 11/01/2026.",
        "This order corrects and replaces order no. ORD-4411",
        "Replaces prior order of 11/01/2026",
        "Discontinue previous order ORD-4411.",
    ];
    for end in ends {
        for begin in begins {
            let old = format!("{first}\n{end}\n");
            let new = format!("{begin}\n{}", ORDER_TABLE.replace("5 - 15 cm", "6 - 12 cm"));
            for papers in [[&old, &new], [&new, &old]] {
                let read = understood(&[papers[0], FACESHEET_PAIRS, papers[1], NOTE_SOAP, STUDY_TABLE]);
                let told = told_all(&read);
                assert_eq!(told, [vec![], vec!["superseded by 0".to_owned()]], "{end} / {begin}");
                let order = &read.orders[0].order;
                assert_eq!(order.order_date.map(|date| date.to_string()).as_deref(), Some("2026-11-03"));
            }
        }
    }
    let replaced = format!("{first}\nThis order has been replaced by another order.\n");
    assert_eq!(
        reasons(&understood(&[&replaced, FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE])),
        ["order_replaced"]
    );
}

#[test]
fn what_replaces_equipment_or_speaks_of_other_things_ends_no_order() {
    for line in [
        "Reason: replaces lost machine",
        "Replacement of a broken device.",
        "Medication list: lisinopril discontinued",
        "Patient cancelled her last appointment.",
        "Replaces: none",
        "This order does not replace any previous order.",
        "This order has not been cancelled.",
        "Do not use with oxygen.",
    ] {
        let text = format!("{ORDER_TABLE}\n{line}\n");
        let read = understood(&[&text, FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE]);
        assert_eq!(told_all(&read), [Vec::<String>::new()], "{line}");
    }
}

#[test]
fn a_cancelled_order_ends_and_a_message_that_cancels_is_heard() {
    for line in [
        "Status: Cancelled",
        "Order Status: CANCELED by provider",
        "CANCELLED",
        "This order was cancelled on 11/05/2026 by Richard Roe, MD.",
        "Order cancelled: patient declined therapy",
    ] {
        let text = format!("{ORDER_TABLE}\n{line}\n");
        let read = understood(&[&text, FACESHEET_PAIRS, NOTE_SOAP]);
        assert_eq!(told_all(&read), [vec!["cancelled".to_owned()]], "{line}");
        let read = understood(&[&text, FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE, ORDER_TABLE]);
        assert_eq!(told_all(&read), [vec![], vec!["superseded by 0".to_owned()]], "{line}: ordered again");
    }
    let packet = PacketId::new("packet");
    let pages = [page(1, ORDER_TABLE), page(2, FACESHEET_PAIRS), page(3, NOTE_SOAP), page(4, STUDY_TABLE)];
    let reading = PacketReading { packet: &packet, pages: &pages, manifest: &[], fragments: &[] };
    let context = RequestContext {
        message_body: Some("Please cancel the CPAP order for this patient.".into()),
        ..RequestContext::default()
    };
    assert_eq!(reasons(&understand(&reading, &context, &knowledge())), ["cancel_asked"]);
}

#[test]
fn records_that_must_not_be_passed_on_stop_every_order_of_their_packet() {
    let protected = note(
        "09/20/2026",
        "Counseling session.\nThis record is protected by 42 CFR Part 2, which prohibits unauthorized disclosure of these records.",
    );
    let read = understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE, &protected]);
    assert_eq!(reasons(&read), ["part2"]);
    let marked = read
        .documents
        .iter()
        .flat_map(|document| &document.fields)
        .find(|field| field.name == "part2_notice");
    assert!(marked.is_some_and(|field| field.value == FieldValue::Flag(true)));
    let history = note("09/20/2026", "Loud snoring. History of alcohol use disorder, in remission.");
    assert_eq!(reasons(&understood(&[ORDER_TABLE, FACESHEET_PAIRS, &history, STUDY_TABLE])), [""; 0]);
}

#[test]
fn one_foreign_page_within_a_document_stops_its_packet() {
    let foreign = "Page 2 of 3\nSmith, Robert   DOB: 03/04/1961   MRN: E7654321\nSleep architecture: stage N2 55 %.\nDoc D9 p. 2 of 3";
    let first = format!("{STUDY_TABLE}\nDoc D9 p. 1 of 3");
    let last = "Recommendations: weight loss.\nDoc D9 p. 3 of 3";
    let pages = [
        page(1, ORDER_TABLE),
        page(2, FACESHEET_PAIRS),
        page(3, NOTE_SOAP),
        page(4, &first),
        page(5, foreign),
        page(6, last),
    ];
    let read = understood_pages(&pages);
    assert!(reasons(&read)[0].starts_with("quarantine:"), "{:?}", reasons(&read));
    let outside = STUDY_TABLE.replace("MRN: E1234567", "MRN: E9900871");
    assert_eq!(
        reasons(&understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, &outside])),
        [""; 0],
        "another facility's number"
    );
}
