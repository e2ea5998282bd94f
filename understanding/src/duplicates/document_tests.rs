//! The ladder of documents as a table, with texts as papers have them; and what must hold whatever comes first.

use super::tests::{POLICY, PlainHash};
use super::*;
use domain::ids::{BlobRef, DocumentId, RequestId};
use domain::parser::{DocumentClass, DocumentSignature, RelationKind, SignatureSet};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

/// A note of some hundred words.
const NOTE: &str = "Riverside Sleep Clinic
OFFICE NOTE
Date of service: 11/03/2026
Reason for visit: loud snoring and witnessed pauses in breathing for about two years
History: the patient wakes unrefreshed and falls asleep while reading. Epworth score 14.
She denies restless legs and has never used a device. Weight has risen by 12 pounds.
Medications: lisinopril 10 mg daily, atorvastatin 20 mg at night, no sedatives.
Exam: blood pressure 138/84, pulse 72, neck 16.5 inches, Mallampati class III, lungs clear.
Assessment: high pretest probability of obstructive sleep apnea with hypertension.
Plan: home sleep apnea test, then a visit in four weeks to talk about the result.
The patient was told not to drive when drowsy and to avoid alcohol in the evening.
Electronically signed by Robert Hale, MD on 11/04/2026";

fn key() -> DocumentKey {
    DocumentKey::of(&PlainHash)
}

/// A document of a request that arrived at that hour, on the third of the month.
fn parts(name: &str, text: &str) -> DocumentParts {
    let mut parts =
        DocumentParts::of_text(DocumentId::new(format!("{name}-1")), DocumentClass::OfficeNote, text);
    parts.days = vec![date(2026, 11, 3)];
    parts
}

fn signed(parts: &DocumentParts, hour: i8) -> DocumentSignature {
    let request = RequestId::new(parts.document.as_str().split('-').next().expect("a packet"));
    parts.signature(&key(), &request, date(2026, 11, 20).at(hour, 0, 0, 0))
}

fn kind(a: &DocumentParts, b: &DocumentParts) -> Option<RelationKind> {
    let (a, b) = (signed(a, 8), signed(b, 9));
    let found = relate(&a, &b, POLICY);
    assert_eq!(found, relate(&b, &a, POLICY), "whichever is named first");
    found.map(|found| found.kind)
}

/// What a text of the day turns into, and how the two relate.
fn text_kind(change: impl Fn(&str) -> String) -> Option<RelationKind> {
    kind(&parts("a", NOTE), &parts("b", &change(NOTE)))
}

#[test]
fn what_print_and_fax_add_is_no_difference() {
    let again = format!(
        "Doe, Jane   DOB 12/01/1956   MRN E1234567\n{NOTE}\nPrinted on 11/21/2026 at 9:14 AM by FRONT DESK\nPage 1 of 2"
    );
    assert_eq!(text_kind(|_| again.clone()), Some(RelationKind::Same));
    let faxed =
        format!("11/22/2026 10:01 FROM: RIVERSIDE FAX 555 0100 TO: SUPPLIER P. 2/7\n{}", NOTE.to_uppercase());
    assert_eq!(text_kind(|_| faxed.clone()), Some(RelationKind::Same));
}

#[test]
fn every_step_of_the_ladder_between_texts() {
    use RelationKind::{Unsure, Version, Within};
    type Change = fn(&str) -> String;
    let cases: [(&str, Change, Option<RelationKind>); 9] = [
        ("a number differs", |note| note.replace("Epworth score 14", "Epworth score 4"), Some(Unsure)),
        ("a digit of many differs", |note| note.replace("138/84", "188/84"), Some(Unsure)),
        (
            "an addendum follows",
            |note| format!("{note}\nADDENDUM: the test was booked for the ninth."),
            Some(Version),
        ),
        (
            "it says it is corrected",
            |note| note.replace("OFFICE NOTE", "CORRECTED OFFICE NOTE").replace("score 14", "score 4"),
            Some(Version),
        ),
        (
            "a paragraph follows",
            |note| {
                format!("{note}\n{}", "Later the same day she called to ask which mask would be best for her and whether the device is quiet. ".repeat(3))
            },
            Some(Version),
        ),
        ("it stands in a printout", |note| format!("{note}\n{}", filler(300)), Some(Within)),
        (
            "some words are put otherwise",
            |note| note.replace("for about two years", "since two years ago or so"),
            Some(Version),
        ),
        ("another visit on that day", |_| filler(120), None),
        (
            "the order of its parts is another",
            |note| note.lines().rev().collect::<Vec<_>>().join("\n"),
            Some(Unsure),
        ),
    ];
    for (name, change, wanted) in cases {
        assert_eq!(text_kind(change), wanted, "{name}");
    }
}

/// Words that no other text has.
fn filler(words: usize) -> String {
    (0..words)
        .map(|word| {
            format!(
                "{}{} ",
                ["quar", "vint", "mol", "zep"][word % 4],
                ["ta", "ro", "ne"][word % 3].repeat(1 + word % 7)
            )
        })
        .collect()
}

#[test]
fn other_days_numbers_and_births_are_never_the_same() {
    let a = parts("a", NOTE);
    let mut b = parts("b", NOTE);
    assert_eq!(kind(&a, &b), Some(RelationKind::Same));
    b.days = vec![date(2026, 11, 4)];
    assert_eq!(kind(&a, &b), None, "a note copied forward");
    b.days.clear();
    assert_eq!(kind(&a, &b), Some(RelationKind::Same), "the text says it all");
    let near = parts_like(&b, &NOTE.replace("loud", "heavy"));
    assert_eq!(kind(&a, &near), Some(RelationKind::Unsure), "a day that is not legible");
    let listed = |day: i8| DocumentParts { listed_day: Some(date(2026, 11, day)), ..near.clone() };
    assert_eq!(kind(&a, &listed(3)), Some(RelationKind::Version), "the list's day confirms the printed one");
    assert_eq!(kind(&a, &listed(4)), Some(RelationKind::Unsure), "it may be that of the scan");
    assert_eq!(kind(&listed(3), &listed(4)), None, "two visits whose day only the list shows");
    b.studies = vec!["PSG-1001".to_owned()];
    let mut c = a.clone();
    c.studies = vec!["PSG-1002".to_owned()];
    assert_eq!(kind(&b, &c), None, "two studies");
    c.studies = vec!["psg-1001".to_owned()];
    assert_eq!(kind(&b, &c), Some(RelationKind::Same));
    let mut file = parts("c", "");
    file.file = Some(BlobRef::new("bytes"));
    let mut other = parts("d", "");
    assert_eq!(kind(&file, &other), None, "two pictures without words");
    other.file = file.file.clone();
    assert_eq!(kind(&file, &other), Some(RelationKind::Same), "one file");
}

fn parts_like(like: &DocumentParts, text: &str) -> DocumentParts {
    DocumentParts { days: like.days.clone(), listed_day: like.listed_day, ..parts("x", text) }
}

#[test]
fn pages_of_an_earlier_document_are_found_in_a_packet() {
    let packet = format!("{}\u{c}{NOTE}\u{c}{}", filler(200), filler(90));
    let mut order = parts("a", NOTE);
    order.class = DocumentClass::Order;
    assert_eq!(kind(&order, &parts("b", &packet)), Some(RelationKind::Within));
    let mut set = SignatureSet::default();
    file_documents(&mut set, &RequestId::new("a"), vec![signed(&order, 8)], POLICY);
    file_documents(&mut set, &RequestId::new("b"), vec![signed(&parts("b", &packet), 9)], POLICY);
    let verdicts = document_verdicts(&set);
    assert!(
        matches!(&verdicts[&DocumentId::new("a-1")], DocumentVerdict::Within(of) if of.of.as_str() == "b-1")
    );
    assert!(matches!(&verdicts[&DocumentId::new("b-1")], DocumentVerdict::Leads { over } if over.len() == 1));
}

#[test]
fn raw_data_and_interpretation_of_one_night_are_both_needed() {
    let study = |name: &str, text: &str| {
        let mut parts = parts(name, text);
        parts.class = DocumentClass::SleepStudy;
        parts
    };
    let raw = study("a", &format!("Hypnogram and epochs\n{}", filler(150)));
    let report = study("b", &format!("Sleep study report. Interpretation: severe apnea. {}", NOTE));
    assert_eq!(kind(&raw, &report), Some(RelationKind::Complementary));
    let mut other_night = report.clone();
    other_night.days = vec![date(2026, 10, 1)];
    assert_eq!(kind(&raw, &other_night), None);
}

/// A text as a poor scan of it is read; every so many letters one is taken for another.
fn misread(text: &str, every: usize, from: usize) -> String {
    let other = |index: usize, letter: char| match letter {
        letter if !(index + from).is_multiple_of(every) => letter.to_string(),
        'o' => "0".to_owned(),
        'l' | 'i' => "1".to_owned(),
        'e' => "c".to_owned(),
        'm' => "rn".to_owned(),
        'n' => "u".to_owned(),
        'a' => "o".to_owned(),
        't' => "f".to_owned(),
        's' => "5".to_owned(),
        '3' => "8".to_owned(),
        ' ' => String::new(),
        letter => letter.to_string(),
    };
    text.chars().enumerate().map(|(index, letter)| other(index, letter)).collect()
}

#[test]
fn a_rescan_is_known_and_a_form_filled_in_anew_is_not() {
    let scan = |name: &str, text: &str| DocumentParts { scanned: true, ..parts(name, text) };
    let form = NOTE
        .replace(
            "loud snoring and witnessed pauses in breathing for about two years",
            "gasping at night and a dry mouth, noticed by her husband in spring",
        )
        .replace("score 14", "score 9")
        .replace("138/84, pulse 72, neck 16.5", "121/70, pulse 88, neck 14.0")
        .replace("Weight has risen by 12 pounds", "Weight has fallen by 31 pounds")
        .replace("lisinopril 10 mg daily, atorvastatin 20 mg", "metformin 500 mg daily, sertraline 75 mg");
    for every in [200, 100, 60, 45] {
        let first = scan("a", &misread(NOTE, every, 3));
        assert_eq!(
            kind(&first, &scan("b", &misread(NOTE, every, 17))),
            Some(RelationKind::Same),
            "every {every}"
        );
        let other = kind(&first, &scan("b", &misread(&form, every, 17)));
        assert!(matches!(other, None | Some(RelationKind::Unsure)), "every {every}: {other:?}");
    }
    let mut other_day = scan("b", &misread(NOTE, 60, 9));
    other_day.days = vec![date(2026, 11, 5)];
    assert_eq!(kind(&scan("a", NOTE), &other_day), None);
}

#[test]
fn of_versions_the_signed_one_counts_and_what_is_told_apart_stays_apart() {
    let mut draft = parts("a", NOTE);
    let mut last = parts("b", &NOTE.replace("OFFICE NOTE", "OFFICE NOTE, PRELIMINARY"));
    draft.marks.signed = true;
    last.marks.signed = false;
    let (draft, last) = (signed(&draft, 8), signed(&last, 9));
    let (one, two) = (draft.document.clone(), last.document.clone());
    let mut set = SignatureSet::default();
    file_documents(&mut set, &draft.request, vec![draft.clone()], POLICY);
    file_documents(&mut set, &last.request, vec![last.clone()], POLICY);
    let verdicts = document_verdicts(&set);
    assert!(matches!(&verdicts[&two], DocumentVerdict::Version(of) if of.of == one), "{verdicts:?}");
    assert!(matches!(&verdicts[&one], DocumentVerdict::Leads { .. }));
    assert_eq!(tell_documents_apart(&mut set, &two, None, Timestamp::UNIX_EPOCH), std::slice::from_ref(&one));
    assert_eq!(tell_documents_apart(&mut set, &two, None, Timestamp::UNIX_EPOCH), []);
    // Read again, under another name.
    let again = DocumentSignature { document: DocumentId::new("b2-1"), ..last };
    file_documents(&mut set, &again.request.clone(), vec![again], POLICY);
    let verdicts = document_verdicts(&set);
    assert!(verdicts.values().all(|verdict| *verdict == DocumentVerdict::Original), "{verdicts:?}");
}

#[test]
fn nothing_that_is_remembered_says_what_the_papers_say() {
    let stored = serde_json::to_string(&signed(&parts("a", NOTE), 8)).expect("stored").to_lowercase();
    for word in ["riverside", "hale", "apnea", "snoring", "2026-11-03"] {
        assert!(!stored.contains(word), "{word}");
    }
}

/// Papers of some days and forms, some of them copies of each other.
fn papers() -> Vec<DocumentSignature> {
    let note = |name: &str, text: &str, day: i8| {
        let mut parts = parts(name, text);
        parts.days = vec![date(2026, 11, day)];
        parts
    };
    let scan =
        |name: &str, from: usize| DocumentParts { scanned: true, ..note(name, &misread(NOTE, 90, from), 3) };
    let mut orders = note("f", &filler(100), 3);
    orders.class = DocumentClass::Order;
    [
        note("a", NOTE, 3),
        note("b", NOTE, 3),
        note("c", NOTE, 4),
        scan("d", 1),
        scan("e", 40),
        orders,
        note("g", &format!("{}\u{c}{NOTE}", filler(100)), 3),
        note("h", &NOTE.replace("score 14", "score 4"), 3),
        note("i", &format!("{NOTE}\nADDENDUM: seen again."), 3),
    ]
    .iter()
    .zip(8..)
    .map(|(parts, hour)| signed(parts, hour))
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_understood_first_the_verdicts_are_the_same(order in Just((0..9).collect::<Vec<usize>>()).prop_shuffle(), again in 0_usize..9) {
        let papers = papers();
        let filed = |order: &mut dyn Iterator<Item = usize>, policy: DuplicatePolicy| {
            let mut set = SignatureSet::default();
            for paper in order.map(|index| &papers[index]) {
                file_documents(&mut set, &paper.request, vec![paper.clone()], policy);
            }
            set
        };
        let straight = filed(&mut (0..9), POLICY);
        let shuffled = filed(&mut order.iter().copied().chain([order[again]]), POLICY);
        prop_assert_eq!(&straight, &shuffled);
        prop_assert_eq!(document_verdicts(&straight), document_verdicts(&shuffled));
        for (id, verdict) in document_verdicts(&straight) {
            let day = |id: &DocumentId| papers.iter().find(|paper| paper.document == *id).map(|paper| paper.days.clone());
            if let DocumentVerdict::Duplicate(of) | DocumentVerdict::Version(of) | DocumentVerdict::Within(of) = verdict {
                prop_assert_eq!(day(&id), day(&of.of), "of one day");
            }
        }
        // The index finds what comparing with each finds, but for what is only contained in another.
        let indexed = filed(&mut order.iter().copied(), DuplicatePolicy { block_large: 2, ..POLICY });
        let same = |set: &SignatureSet| set.relations.iter().filter(|found| found.kind == RelationKind::Same).cloned().collect::<Vec<_>>();
        let text = |found: &domain::parser::DocumentRelation| !["d", "e"].iter().any(|scan| found.one.as_str().starts_with(scan) || found.other.as_str().starts_with(scan));
        prop_assert_eq!(
            same(&straight).into_iter().filter(text).collect::<Vec<_>>(),
            same(&indexed).into_iter().filter(text).collect::<Vec<_>>()
        );
    }
}
