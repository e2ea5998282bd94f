//! The ladder as a table, and what must hold whatever the order of comparison.

use super::*;
use domain::ids::RequestId;
use domain::ports::Sealer;
use jiff::civil::date;
use proptest::prelude::*;

/// A toy sealer: stable, keyed by purpose. Nothing is sealed here.
pub(super) struct PlainHash;

impl Sealer for PlainHash {
    fn seal(&self, _: &str, plain: &[u8]) -> domain::ports::PortResult<Vec<u8>> {
        Ok(plain.to_vec())
    }
    fn open(&self, _: &str, sealed: &[u8]) -> domain::ports::PortResult<Vec<u8>> {
        Ok(sealed.to_vec())
    }
    fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let text = domain::keys::plain_hash(&[purpose, &format!("{bytes:?}")]);
        let mut hash = [0; 32];
        hash[..26].copy_from_slice(&text.as_bytes()[..26]);
        hash
    }
    fn index_hash(&self, term: &str) -> [u8; 32] {
        self.keyed_hash("index", term.as_bytes())
    }
    fn index_key(&self) -> u32 {
        1
    }
}

pub(super) const POLICY: DuplicatePolicy = DuplicatePolicy::USUAL;

pub(super) fn parts(text: &str, items: &[&str], prescriber: &str, day: i8) -> SignatureParts {
    SignatureParts {
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        prescriber: prescriber.to_owned(),
        order_date: (day > 0).then(|| date(2026, 11, day)),
        signed: true,
        words: crate::text::words_of(text),
        shingle_words: POLICY.shingle_words,
        waits_for: Vec::new(),
        evidence: Vec::new(),
        number: None,
        corrects: Vec::new(),
        patient_name: None,
        scanned: false,
        days_apart_max: POLICY.order_days_apart_max,
    }
}

pub(super) fn signed(request: &str, hour: i8, parts: &SignatureParts) -> Signature {
    let request = RequestId::new(request);
    let order = OrderId::of(&request, 1);
    signature(&PlainHash, parts, &request, &order, date(2026, 11, 20).at(hour, 0, 0, 0))
}

pub(super) const TEXT: &str = "standard written order for jane doe cpap device with heated humidifier nasal mask tubing and filters length of need ninety nine months diagnosis obstructive sleep apnea pressure five to fifteen";

#[test]
fn the_ladder_of_resemblance() {
    let first = signed("a", 8, &parts(TEXT, &["E0601"], "1234567893", 3));
    let cases = [
        ("the same again", parts(TEXT, &["E0601"], "1234567893", 3), true),
        ("one word misread", parts(&TEXT.replace("nasal", "nasa1"), &["E0601"], "1234567893", 3), true),
        ("prescriber not legible", parts(&TEXT.replace("nasal", "nasa1"), &["E0601"], "", 3), true),
        (
            "the signed copy of an unsigned one",
            SignatureParts { signed: false, ..parts(TEXT, &["E0601"], "1234567893", 3) },
            false,
        ),
        ("another order date", parts(TEXT, &["E0601"], "1234567893", 4), false),
        ("other items", parts(TEXT, &["E0470"], "1234567893", 3), false),
        ("another prescriber", parts(TEXT, &["E0601"], "1245319599", 3), false),
        ("date not legible, text the same", parts(TEXT, &["E0601"], "1234567893", 0), true),
        (
            "date not legible, text near",
            parts(&TEXT.replace("nasal", "nasa1"), &["E0601"], "1234567893", 0),
            false,
        ),
        (
            "another text",
            parts(
                "please dispense one device as discussed with the patient on the phone today",
                &["E0601"],
                "1234567893",
                3,
            ),
            false,
        ),
    ];
    for (name, parts, duplicate) in cases {
        let own = signed("b", 9, &parts);
        let verdict = duplicate_verdict(&own, std::slice::from_ref(&first), POLICY);
        assert_eq!(matches!(verdict, DuplicateVerdict::Duplicate { .. }), duplicate, "{name}: {verdict:?}");
    }
}

#[test]
fn a_requests_own_orders_never_count() {
    let parts = parts(TEXT, &["E0601"], "1234567893", 3);
    let own = signed("a", 8, &parts);
    let mut second = own.clone();
    second.order = OrderId::of(&RequestId::new("a"), 2);
    assert_eq!(duplicate_verdict(&own, &[own.clone(), second], POLICY), DuplicateVerdict::Original);
}

proptest! {
    #[test]
    fn one_original_whatever_the_order(hours in proptest::collection::vec(0_i8..24, 1..12), turn in 0_usize..12) {
        let parts = parts(TEXT, &["E0601"], "1234567893", 3);
        let mut known: Vec<Signature> = Vec::new();
        for (index, hour) in hours.iter().enumerate() {
            let mut own = signed(&format!("r{index:02}"), *hour, &parts);
            let verdict = duplicate_verdict(&own, &known, POLICY);
            let mut turned = known.clone();
            turned.reverse();
            let by = turn % turned.len().max(1);
            turned.rotate_left(by);
            prop_assert_eq!(&verdict, &duplicate_verdict(&own, &turned, POLICY));
            if let DuplicateVerdict::Duplicate { of, .. } = &verdict {
                own.duplicate_of = Some(of.clone());
            }
            known.push(own.clone());
            // Deciding again with one's own signature already there changes nothing.
            prop_assert_eq!(verdict, duplicate_verdict(&own, &known, POLICY));
        }
        let originals: Vec<_> = known.iter().filter(|signature| signature.duplicate_of.is_none()).collect();
        prop_assert_eq!(originals.len(), 1);
        prop_assert!(known.iter().all(|other| other.duplicate_of.as_ref().is_none_or(|of| *of == originals[0].order)));
    }
}
