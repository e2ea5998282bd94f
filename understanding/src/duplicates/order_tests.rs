//! Orders that may have been here before: what waits for a person, what a person has told apart, what replaces what.

use super::tests::{POLICY, TEXT, parts, signed};
use super::*;
use domain::parser::{SignatureSet, ToldApart};
use jiff::Timestamp;
use proptest::prelude::*;

fn decided(set: &mut SignatureSet, mut own: domain::parser::Signature) -> OrderVerdict {
    let found = order_verdict(&mut own, set, POLICY);
    write_verdict(&mut set.orders, own, &found.verdict);
    found
}

/// What a second order becomes after the first one, which went on.
fn second(change: impl Fn(&mut SignatureParts)) -> OrderVerdict {
    let first = parts(TEXT, &["E0601"], "1234567893", 3);
    let mut other = first.clone();
    change(&mut other);
    let mut set = SignatureSet::default();
    decided(&mut set, signed("a", 8, &first));
    decided(&mut set, signed("b", 9, &other))
}

fn words(text: &str) -> Vec<String> {
    crate::text::words_of(text)
}

const OTHER_TEXT: &str = "please dispense one device as discussed with the patient on the phone today";

#[test]
fn what_is_not_certain_waits_and_what_is_certain_does_not() {
    let is_duplicate = |found: &OrderVerdict| matches!(found.verdict, DuplicateVerdict::Duplicate { .. });
    let same = second(|_| {});
    assert!(is_duplicate(&same) && same.doubt.is_none());
    let other_portal = second(|parts| parts.words = words(OTHER_TEXT));
    assert_eq!(other_portal.verdict, DuplicateVerdict::Original);
    assert!(other_portal.doubt.is_some_and(|doubt| doubt.unsure && doubt.score < 0.3));
    let days_later = second(|parts| parts.order_date = Some(jiff::civil::date(2026, 11, 5)));
    assert!(days_later.doubt.is_some_and(|doubt| doubt.why.contains("days apart")));
    let weeks_later = second(|parts| parts.order_date = Some(jiff::civil::date(2026, 11, 25)));
    assert_eq!(weeks_later, OrderVerdict { verdict: DuplicateVerdict::Original, doubt: None });
    let unread = second(|parts| {
        parts.order_date = None;
        parts.words.push("x".to_owned());
    });
    assert!(unread.doubt.is_some_and(|doubt| doubt.why.contains("not legible")));
    for (name, middle) in [("Doe, Jane Beth", false), ("Doe, Jane A", true), ("Doe, Jane", true)] {
        let first = SignatureParts {
            patient_name: Some("Doe, Jane Alice".into()),
            ..parts(TEXT, &["E0601"], "1", 3)
        };
        let other = SignatureParts { patient_name: Some(name.to_owned()), ..first.clone() };
        let mut set = SignatureSet::default();
        decided(&mut set, signed("a", 8, &first));
        let found = decided(&mut set, signed("b", 9, &other));
        assert_eq!(is_duplicate(&found), middle, "{name}");
        assert_eq!(found.doubt, None, "{name}");
    }
}

#[test]
fn a_scan_that_lost_a_code_a_name_or_the_signature_is_asked_about() {
    let first = parts(TEXT, &["A7030", "E0601"], "1234567893", 3);
    let asked = |change: &dyn Fn(&mut SignatureParts)| {
        let mut other = first.clone();
        change(&mut other);
        let mut set = SignatureSet::default();
        decided(&mut set, signed("a", 8, &first));
        let found = decided(&mut set, signed("b", 9, &other));
        assert_eq!(found.verdict, DuplicateVerdict::Original);
        found.doubt.is_some_and(|doubt| doubt.unsure)
    };
    let code = |parts: &mut SignatureParts| parts.items = vec!["E0601".into()];
    let prescriber = |parts: &mut SignatureParts| parts.prescriber = "r0e richard".into();
    let unsigned = |parts: &mut SignatureParts| parts.signed = false;
    for change in [&code as &dyn Fn(&mut SignatureParts), &prescriber, &unsigned] {
        let scan = |parts: &mut SignatureParts| {
            change(parts);
            parts.scanned = true;
        };
        assert!(asked(&scan));
        assert!(!asked(change), "a text loses nothing");
        let weeks_later = |parts: &mut SignatureParts| {
            scan(parts);
            parts.order_date = Some(jiff::civil::date(2026, 11, 25));
        };
        assert!(!asked(&weeks_later), "another order");
    }
    let other_item = |parts: &mut SignatureParts| {
        (parts.items, parts.scanned) = (vec!["E0562".into()], true);
    };
    assert!(!asked(&other_item), "another item of one day on one form");
}

#[test]
fn one_number_is_one_order_and_a_poor_scan_is_a_reading_of_it() {
    let numbered = |text: &str, scanned: bool| SignatureParts {
        number: Some("ORD-5512".to_owned()),
        scanned,
        words: words(text),
        ..parts(TEXT, &["E0601"], "1234567893", 3)
    };
    let mut set = SignatureSet::default();
    decided(&mut set, signed("a", 8, &numbered(TEXT, false)));
    let portal = decided(&mut set, signed("b", 9, &numbered(OTHER_TEXT, false)));
    assert!(
        matches!(portal.verdict, DuplicateVerdict::Duplicate { why, .. } if why.contains("order number"))
    );
    // Every sixth word is misread, so that half of the runs of three words are lost.
    let poor: Vec<String> = words(TEXT)
        .iter()
        .enumerate()
        .map(|(index, word)| if index % 6 == 0 { word.replacen(['e', 'a'], "c", 1) } else { word.clone() })
        .collect();
    let scan = SignatureParts { words: poor, scanned: true, number: None, ..numbered(TEXT, true) };
    let found = decided(&mut set, signed("c", 10, &scan));
    assert!(
        matches!(found.verdict, DuplicateVerdict::Duplicate { why, .. } if why.contains("readings")),
        "{found:?}"
    );
    let typed = SignatureParts { scanned: false, ..scan };
    let found = decided(&mut set, signed("d", 11, &typed));
    assert!(matches!(found.verdict, DuplicateVerdict::Duplicate { .. }) || found.doubt.is_some());
}

#[test]
fn a_repeat_of_what_is_in_doubt_does_not_go_on_either() {
    let mut set = SignatureSet::default();
    let first = parts(TEXT, &["E0601"], "1234567893", 3);
    let doubtful = SignatureParts { words: words(OTHER_TEXT), ..first.clone() };
    decided(&mut set, signed("a", 8, &first));
    assert!(decided(&mut set, signed("b", 9, &doubtful)).doubt.is_some());
    let third = decided(&mut set, signed("c", 10, &doubtful));
    assert!(
        matches!(&third.verdict, DuplicateVerdict::Duplicate { of, .. } if of.as_str() == "b.1"),
        "{third:?}"
    );
    assert_eq!(set.orders[1].waits_for, [MAYBE_DUPLICATE]);
}

#[test]
fn a_person_can_take_a_verdict_back() {
    let mut set = SignatureSet::default();
    let first = parts(TEXT, &["E0601"], "1234567893", 3);
    decided(&mut set, signed("a", 8, &first));
    assert!(matches!(decided(&mut set, signed("b", 9, &first)).verdict, DuplicateVerdict::Duplicate { .. }));
    let (one, other) = ("b.1".to_owned(), "a.1".to_owned());
    set.told_apart.push(ToldApart { one, other, at: Timestamp::UNIX_EPOCH });
    assert_eq!(
        decided(&mut set, signed("b", 9, &first)),
        OrderVerdict { verdict: DuplicateVerdict::Original, doubt: None }
    );
    // A third copy is one of the first; the second is nobody's any more.
    let third = decided(&mut set, signed("c", 10, &first));
    assert!(matches!(third.verdict, DuplicateVerdict::Duplicate { of, .. } if of.as_str() == "a.1"));
}

#[test]
fn an_order_takes_the_place_of_the_one_it_names() {
    let old = SignatureParts {
        number: Some("ORD-1".to_owned()),
        waits_for: vec!["PAP-2:insufficient".to_owned()],
        ..parts(TEXT, &["E0601"], "1234567893", 3)
    };
    let new = SignatureParts {
        number: Some("ORD-2".to_owned()),
        corrects: vec!["ord 1".to_owned()],
        words: words(OTHER_TEXT),
        waits_for: Vec::new(),
        ..parts(TEXT, &["E0601", "E0562"], "1234567893", 9)
    };
    let mut set = SignatureSet::default();
    decided(&mut set, signed("a", 8, &old));
    let found = decided(&mut set, signed("b", 9, &new));
    assert_eq!(found.verdict, DuplicateVerdict::Supersedes { earlier: vec![set.orders[0].order.clone()] });
    assert_eq!(set.orders[0].superseded_by.as_ref(), Some(&set.orders[1].order));
    // One that went on cannot be taken back by us: a person is told.
    let mut set = SignatureSet::default();
    decided(&mut set, signed("a", 8, &SignatureParts { waits_for: Vec::new(), ..old }));
    let found = decided(&mut set, signed("b", 9, &new));
    assert_eq!(found.verdict, DuplicateVerdict::Original);
    assert!(found.doubt.is_some_and(|doubt| doubt.why.contains("gone on already")));
}

proptest! {
    #[test]
    fn of_what_may_be_one_order_only_one_goes_on(
        requests in proptest::collection::vec((0_i8..24, any::<bool>(), 3_i8..6), 1..9),
    ) {
        let mut set = SignatureSet::default();
        for (index, (hour, other_text, day)) in requests.iter().enumerate() {
            let mut parts = parts(TEXT, &["E0601"], "1234567893", *day);
            if *other_text {
                parts.words = words(OTHER_TEXT);
            }
            decided(&mut set, signed(&format!("r{index}"), *hour, &parts));
        }
        let mut went_on: Vec<&domain::parser::Signature> = set.orders.iter().filter(|order| {
            order.duplicate_of.is_none() && order.superseded_by.is_none() && order.waits_for.is_empty()
        }).collect();
        // Papers of two texts and two dates can both go on; of one text, or of one date, only one does.
        went_on.sort_by(|a, b| a.text_hash.cmp(&b.text_hash));
        prop_assert!(!went_on.is_empty());
        for pair in went_on.windows(2) {
            prop_assert!(pair[0].text_hash != pair[1].text_hash && pair[0].order_key != pair[1].order_key);
        }
    }
}
