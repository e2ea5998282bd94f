//! An order that waits gives way to the same order that comes with more; of one order never two go on.

use super::tests::{POLICY, TEXT, parts, signed};
use super::*;
use domain::ids::RequestId;
use proptest::prelude::*;

/// Request `name` with the order, waiting for these reasons, with this evidence beside it.
fn waiting(name: &str, hour: i8, reasons: &[&str], evidence: &[&str]) -> Signature {
    let mut parts = parts(TEXT, &["E0601"], "1234567893", 3);
    parts.waits_for = reasons.iter().map(|reason| (*reason).to_owned()).collect();
    parts.evidence = evidence.iter().map(|evidence| (*evidence).to_owned()).collect();
    signed(name, hour, &parts)
}

/// Signs the orders one after the other and gives the set.
fn signed_in_turn(orders: Vec<Signature>) -> Vec<Signature> {
    let mut set = Vec::new();
    for own in orders {
        let verdict = duplicate_verdict(&own, &set, POLICY);
        write_verdict(&mut set, own, &verdict);
    }
    set
}

#[test]
fn more_evidence_takes_the_place_of_what_waits() {
    let none: &[&str] = &[];
    let cases: [(&str, Signature, Signature, &str); 9] = [
        (
            "late study",
            waiting("a", 8, &["PAP-2:insufficient"], &["note"]),
            waiting("b", 9, none, &["note", "study"]),
            "supersedes",
        ),
        (
            "complete at last",
            waiting("a", 8, &["PAP-2:insufficient"], &["note"]),
            waiting("b", 9, none, &["note"]),
            "supersedes",
        ),
        (
            "already delivered",
            waiting("a", 8, none, &["note"]),
            waiting("b", 9, none, &["note", "study"]),
            "duplicate",
        ),
        (
            "the same again",
            waiting("a", 8, &["PAP-2:insufficient"], &["note"]),
            waiting("b", 9, &["PAP-2:insufficient"], &["note"]),
            "duplicate",
        ),
        (
            "less",
            waiting("a", 8, &["PAP-2:insufficient"], &["note"]),
            waiting("b", 9, &["PAP-1:insufficient", "PAP-2:insufficient"], none),
            "duplicate",
        ),
        (
            "another reason from a new study",
            waiting("a", 8, &["PAP-2:insufficient"], &["note"]),
            waiting("b", 9, &["PAP-1b:unmet"], &["note", "study"]),
            "supersedes",
        ),
        (
            "a new paper and more reasons",
            waiting("a", 8, &["PAP-2:insufficient"], &["note"]),
            waiting("b", 9, &["PAP-1b:unmet", "ID-1:unmet"], &["study"]),
            "duplicate",
        ),
        (
            "fewer reasons",
            waiting("a", 8, &["ID-1:unmet", "PAP-2:insufficient"], &["note"]),
            waiting("b", 9, &["PAP-2:insufficient"], &["note"]),
            "supersedes",
        ),
        (
            "other reasons without a paper",
            waiting("a", 8, &["PAP-2:insufficient"], &["note"]),
            waiting("b", 9, &["PAP-2:unmet"], &["note"]),
            "duplicate",
        ),
    ];
    for (name, first, second, wanted) in cases {
        let set = signed_in_turn(vec![first.clone(), second.clone()]);
        let verdict = written_verdict(set.last().expect("two"), &set);
        let found = match &verdict {
            DuplicateVerdict::Supersedes { earlier } if *earlier == [first.order.clone()] => "supersedes",
            DuplicateVerdict::Duplicate { of, .. } if *of == first.order => "duplicate",
            _ => "other",
        };
        assert_eq!(found, wanted, "{name}: {verdict:?}");
        let before = written_verdict(&set[0], &set);
        let gone = before == DuplicateVerdict::Superseded { by: second.order };
        assert_eq!(gone, wanted == "supersedes", "{name}");
    }
}

#[test]
fn a_signature_that_comes_late_is_evidence_and_an_unsigned_copy_is_no_repeat() {
    let mut unsigned = waiting("a", 8, &["SIG-1:unmet"], &["note"]);
    unsigned.signed = false;
    let set = signed_in_turn(vec![unsigned.clone(), waiting("b", 9, &[], &["note"])]);
    assert_eq!(set[0].superseded_by.as_ref(), Some(&set[1].order));
    let mut copy = unsigned.clone();
    copy.request = RequestId::new("c");
    copy.order = OrderId::of(&copy.request, 1);
    let verdict = duplicate_verdict(&copy, &[waiting("b", 9, &[], &["note"])], POLICY);
    assert_eq!(verdict, DuplicateVerdict::Original, "as ever");
    // But a copy of what gave way leads to the order that took its place.
    assert!(
        matches!(duplicate_verdict(&copy, &set, POLICY), DuplicateVerdict::Duplicate { of, .. } if of == set[1].order)
    );
}

#[test]
fn a_third_message_leads_to_the_order_that_stands() {
    let set = signed_in_turn(vec![
        waiting("a", 8, &["PAP-2:insufficient"], &["note"]),
        waiting("b", 9, &["PAP-2:insufficient"], &["note"]),
        waiting("c", 10, &[], &["note", "study"]),
        waiting("d", 11, &[], &["note", "study"]),
    ]);
    let standing = set[2].order.clone();
    assert_eq!(set[0].superseded_by.as_ref(), Some(&standing));
    assert_eq!(set[1].duplicate_of.as_ref(), Some(&set[0].order));
    assert_eq!(set[3].duplicate_of.as_ref(), Some(&standing));
}

proptest! {
    #[test]
    fn of_one_order_at_most_one_goes_on_and_one_stands(
        requests in proptest::collection::vec((0_i8..24, 0_usize..4, 0_usize..4), 1..10),
    ) {
        let reasons = ["PAP-1:insufficient", "PAP-2:insufficient", "ID-1:unmet"];
        let papers = ["note", "study", "titration"];
        let orders = requests.iter().enumerate().map(|(index, (hour, waits, evidence))| {
            waiting(&format!("r{index:02}"), *hour, &reasons[..*waits.min(&3)], &papers[..*evidence.min(&3)])
        });
        let set = signed_in_turn(orders.collect());
        let stands = |signature: &&Signature| signature.duplicate_of.is_none() && signature.superseded_by.is_none();
        let standing: Vec<&Signature> = set.iter().filter(stands).collect();
        prop_assert_eq!(standing.len(), 1, "one stands");
        let gone_on = set.iter().filter(|signature| signature.duplicate_of.is_none() && signature.waits_for.is_empty());
        prop_assert!(gone_on.count() <= 1, "at most one goes on");
        for signature in &set {
            let leads = stands_for(signature, &set);
            prop_assert_eq!(&leads.order, &standing[0].order, "all lead to it");
            // Asked again, each says what was decided.
            let again = written_verdict(signature, &set);
            prop_assert_eq!(matches!(again, DuplicateVerdict::Superseded { .. }), signature.superseded_by.is_some());
        }
        // Whoever could go on is on its way, or somebody else is.
        let could = set.iter().any(|signature| signature.waits_for.is_empty());
        prop_assert!(!could || standing[0].waits_for.is_empty());
    }
}
