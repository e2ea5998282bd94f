//! Bytes at every place of a file turned over, zeroed and cut off: nothing panics, hangs or disagrees with
//! itself. What fuzzing finds is added here as a case (see `fuzz/README.md`).

use crate::sources::source;
use documents::repair::{FileState, RepairLimits, mend};

/// Damage in steps over the whole file.
const STEPS: usize = 60;

fn check(bytes: Vec<u8>, what: &str) {
    let mended = mend(bytes, &RepairLimits::default());
    let quarantined = matches!(mended.state, FileState::Quarantined { .. });
    assert_eq!(quarantined, mended.pdf.is_none(), "{what}");
    assert_eq!(quarantined, mended.pages.is_empty(), "{what}");
    assert!((1..).zip(&mended.pages).all(|(number, page)| page.page == number), "{what}");
    if let (Some(pdf), false) = (mended.pdf, mended.state == FileState::Whole) {
        assert_eq!(
            mend(pdf, &RepairLimits::default()).pages.len(),
            mended.pages.len(),
            "{what}, mended again"
        );
    }
}

#[test]
fn no_single_damage_panics() {
    for seed in 0..4 {
        let whole = source(seed).pdf;
        for step in 0..STEPS {
            let at = whole.len() * step / STEPS;
            check(whole[..at].to_vec(), &format!("seed {seed} cut at {at}"));
            let mut flipped = whole.clone();
            flipped[at] ^= 0x55;
            check(flipped, &format!("seed {seed} flipped at {at}"));
            check(whole[at..].to_vec(), &format!("seed {seed} from {at}"));
        }
    }
}

/// Cut down until nothing more can go.
#[test]
fn found_by_fuzzing() {
    let cases: [&[u8]; 1] = [
        // A catalog that is its own tree's page kept the old tree in the mended file, whose pages came back.
        b"5 0obj<<s<<nt<</FR>>>>/Contents 6 0 R>\xde\n1 0 obj\n<</Kids[3 0 R 5 0 R 7 0R/L1>>stream \ntrailer\n\
          <</Root 7 0 R/endobj\n7 0 obj\n<</e/C/Pages 1 0 R>>\n",
    ];
    for (number, case) in cases.iter().enumerate() {
        check(case.to_vec(), &format!("case {number}"));
    }
}

#[test]
fn numbers_and_references_beyond_reason() {
    let cases: [&[u8]; 6] = [
        b"%PDF-1.7\n1 0 obj<</Type/ObjStm/N 99999999/First 4294967295>>stream\nendstream",
        b"%PDF-1.7\n1 0 obj<</Length 18446744073709551615>>stream\nx",
        b"%PDF-1.7\n4294967295 65535 obj<</Type/Page>>endobj trailer<</Root 4294967295 65535 R>>",
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids 1 0 R>>endobj trailer<</Root 1 0 R>>",
        b"%PDF-1.7\n1 0 obj 1 0 R endobj 2 0 obj<</Type/Page/Contents 1 0 R/Resources 1 0 R>>endobj",
        b"%PDF-1.7\ntrailer<</Encrypt<</Filter/Standard/V 4/R 4/O()/U()/P -1>>/ID[()()]>>1 0 obj<</Type/Page>>endobj",
    ];
    for (number, case) in cases.iter().enumerate() {
        check(case.to_vec(), &format!("case {number}"));
    }
}
