//! What holds for any page: nothing panics, every field's quote stands on its page, the same page gives the
//! same result, and print stamps change no order's text.

use crate::fixtures::papers::{FACESHEETS, NOTES, ORDERS, STUDIES};
use crate::fixtures::{page, reasons, scanned, understood, understood_pages};
use crate::understand::Understanding;
use domain::ocr_pool::PageText;
use proptest::prelude::*;

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check_evidence(understanding: &Understanding, pages: &[PageText]) -> Result<(), TestCaseError> {
    for document in &understanding.documents {
        for field in &document.fields {
            let page = &pages[field.evidence.page as usize - 1];
            let text = squeezed(&page.text);
            prop_assert!(
                text.contains(&squeezed(&field.evidence.quote)),
                "{} is not on its page",
                field.name
            );
            prop_assert!(!field.evidence.quote.is_empty());
            let [left, top, right, bottom] = field.evidence.bbox;
            prop_assert!(left <= right && top <= bottom && left >= 0.0 && right <= 2000.0);
            prop_assert!((0.0..=1.0).contains(&field.confidence));
            prop_assert!((document.page_first..=document.page_last).contains(&field.evidence.page));
        }
    }
    Ok(())
}

#[rustfmt::skip]
const JUMBLE: [&str; 96] = [
    "AHI", "RDI", "REI", "pAHI", "ODI", "arousal", "index", "REM", "NREM", "N1", "N2", "N3", "supine", "non-supine", "lateral",
    "prone", "total", "sleep", "time", "TST", "TRT", "recording", "events", "apneas", "hypopneas", "obstructive", "central",
    "mixed", "SpO2", "nadir", "mean", "lowest", "below", "88", "<", "%", "/", ",", "and", "(", ")", "of", ":", "=", "-", "min",
    "hr", "h", "per", "hour", "12", "3.4", "07:12", "4%", "30", "0", "1,204", "CPAP", "IPAP", "EPAP", "cm", "H2O", "final",
    "residual", "pressure", "days", "used", "hours", "average", "PaCO2", "PaO2", "pH", "7.38", "room", "air", "DOB", "MRN",
    "NPI", "1093817465", "04/17/1961", "Patient", "Name", "Doe,", "Jane", "MD", "Signature", "signed", "E0601", "G47.33",
    "Qty", "refills", "Length", "need", "99", "months", "Member",
];

/// Papers cut into lines, shuffled together with noise: pages that almost mean something.
fn scraps() -> impl Strategy<Value = String> {
    let papers = [&ORDERS[..], &FACESHEETS[..], &NOTES[..], &STUDIES[..]].concat();
    let lines: Vec<String> = papers.iter().flat_map(|(_, text)| text.lines()).map(str::to_owned).collect();
    // Words that mean something to somebody, in no order: what reads tables and lists meets all of their ends.
    let jumble = proptest::collection::vec(proptest::sample::select(&JUMBLE[..]), 1..16)
        .prop_map(|words| words.join(" ").replace(" ,", ",").replace(" )", ")").replace("( ", "("));
    let line = prop_oneof![
        3 => jumble,
        6 => proptest::sample::select(lines),
        1 => "[ -~]{0,60}",
        1 => "\\PC{0,30}",
        1 => "(AHI|DOB|NPI|Qty|Order Date|Signature|MRN)[:;. ]{0,2}[0-9A-Za-z/.%]{0,12}",
    ];
    proptest::collection::vec(line, 0..25).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_pages_are_understood_with_true_quotes(texts in proptest::collection::vec(scraps(), 1..4)) {
        let pages: Vec<PageText> = texts.iter().zip(1..).map(|(text, number)| scanned(number, text)).collect();
        let read = understood_pages(&pages);
        check_evidence(&read, &pages)?;
        let covered: Vec<u32> = read.documents.iter().flat_map(|document| document.page_first..=document.page_last).collect();
        prop_assert_eq!(covered, (1..=pages.len() as u32).collect::<Vec<_>>(), "every page is in one document");
        let again = understood_pages(&pages);
        prop_assert_eq!(read.documents, again.documents);
        prop_assert_eq!(read.request, again.request);
    }

    #[test]
    fn a_misread_letter_never_makes_another_identifier(place in 0_usize..400, letter in proptest::char::range('!', '~')) {
        let order = ORDERS[0].1;
        let mut characters: Vec<char> = order.chars().collect();
        let place = place % characters.len();
        prop_assume!(!characters[place].is_whitespace());
        characters[place] = letter;
        let text: String = characters.into_iter().collect();
        let pages = [scanned(1, &text)];
        let read = understood_pages(&pages);
        for draft in &read.orders {
            // The check digit catches every single changed digit.
            prop_assert!(draft.order.prescriber_npi.as_deref().is_none_or(|npi| npi == "1234567893"));
        }
    }
}

#[test]
fn stamps_and_headers_change_neither_result_nor_signature() {
    let order = ORDERS[0].1;
    let stamped =
        format!("Printed by INTAKE on 11/19/2026 3:15 PM\n{order}\n\nPage 1 of 1\nDoc D123 p. 1 of 1\n");
    let parts = |text: &str| understood(&[text]).orders[0].signature.clone();
    assert!(parts(order) == parts(&stamped));
}

#[test]
fn numbers_of_fax_headers_disturb_nobody() {
    let fax = |text: &str, number: u32| {
        let mut read = scanned(number, text);
        let words = "11/20/2026 08:15 FROM: RIVERSIDE SLEEP TO: INTAKE FAX 518-555-9999 P. 00";
        for (index, part) in words.split(' ').enumerate() {
            let left = 30.0 + 40.0 * index as f32;
            let word = domain::ocr_pool::Word {
                text: part.to_owned(),
                bbox: [left, 8.0, left + 30.0, 14.0],
                confidence: 0.9,
                line: 0,
            };
            read.words.iter_mut().filter(|_| index == 0).for_each(|word| word.line += 1);
            read.words.insert(index, word);
        }
        read.text = format!("{words}\n{}", read.text);
        read
    };
    let papers = [ORDERS[0].1, FACESHEETS[0].1, NOTES[0].1, STUDIES[0].1];
    let pages: Vec<PageText> = papers.iter().zip(1..).map(|(text, number)| fax(text, number)).collect();
    assert_eq!(reasons(&understood_pages(&pages)), [""; 0]);
}

#[test]
fn a_blank_packet_waits_for_a_person() {
    let read = understood_pages(&[page(1, "")]);
    assert!(matches!(read.request, crate::RequestDecision::NeedsPerson { .. }), "{:?}", read.request);
}
