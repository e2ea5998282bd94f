//! For each reason an intake desk knows: the letter names document, reason and rule, says nothing the packet does not,
//! and gives no more of the patient than it needs; where no prescriber can help, it is said who acts.

use super::*;
use crate::fixtures::papers::*;
use crate::fixtures::{knowledge, patient, understood};
use crate::understand::{Decision, Understanding};
use domain::ids::OrderId;
use jiff::civil::date;

fn head() -> Letterhead {
    Letterhead {
        name: "Example Home Medical".into(),
        address: vec!["1 Main Street".into(), "Albany, NY 12208".into()],
        phone: "(518) 555-0100".into(),
        fax: "(518) 555-0101".into(),
        contact: "Intake Department".into(),
    }
}

/// What is told of the only order of a packet.
fn told(read: &Understanding) -> (OrderSummary, Result<Letter, NoLetter>) {
    let knowledge = knowledge();
    let draft = &read.orders[0];
    let reasons: &[Reason] = match &draft.decision {
        Decision::NeedsPerson { reasons } => reasons,
        _ => &[],
    };
    let state = OrderState::NeedsPerson { reasons: reasons.to_vec() };
    let (id, patient) = (OrderId::new("ref.1"), patient());
    let facts = CaseFacts {
        hospital: "riverside",
        patient: Some(&patient),
        sender: None,
        reference: "ref.1",
        order: Some((&id, &draft.order)),
        state: Some(&state),
        reasons,
        documents: &read.documents,
    };
    let summary = summarise(&facts, &knowledge);
    let letter = letter(&facts, &summary, &knowledge, &head(), date(2026, 11, 23));
    (summary, letter)
}

fn order(items: &str, diagnosis: &str) -> String {
    format!(
        "STANDARD WRITTEN ORDER\nDurable Medical Equipment\nPatient Name: Doe, Jane A    DOB: 12/01/1956\nMRN: E1234567\nOrder Date: 11/03/2026\nHCPCS     Description                              Qty\n{items}\nDiagnosis: {diagnosis}\nLength of Need: 99 months\nOrdering Provider: Roe, Richard, MD    NPI: 1234567893\nElectronically signed by Richard Roe, MD on 11/03/2026 09:12 AM\n"
    )
}

fn note(day: &str, body: &str) -> String {
    format!(
        "OFFICE VISIT NOTE\nPatient: Doe, Jane A   DOB: 12/01/1956   MRN: E1234567\nDate of Service: {day}\nChief Complaint: follow-up\nHPI: {body}\nAssessment and Plan: As above.\nElectronically signed by: Alice Ng, MD {day} 5:10 PM\n"
    )
}

fn study(lines: &str) -> String {
    format!(
        "DIAGNOSTIC POLYSOMNOGRAM REPORT\nPatient Name: Doe, Jane A      DOB: 12/01/1956     MRN: E1234567\nStudy Date: 10/05/2026\n{lines}\nIMPRESSION\nObstructive sleep apnea.\nElectronically signed by Sam Poe, MD on 10/09/2026\n"
    )
}

/// A packet, the reason it waits for, and what the letter must say: document, reason, rule's source.
#[expect(clippy::too_many_lines, reason = "a table, an entry a reason")]
fn asked() -> Vec<(Vec<String>, &'static str, [&'static str; 3])> {
    let cpap = || ORDER_TABLE.to_owned();
    let face = || FACESHEET_PAIRS.to_owned();
    let (soap, night) = (NOTE_SOAP.to_owned(), STUDY_TABLE.to_owned());
    let bilevel = "E0470     Bilevel device without backup rate       1";
    let oxygen = order("E1390     Oxygen concentrator                      1", "J44.9 COPD; J96.11");
    let breath = |day: &str, value: &str| note(day, &format!("Shortness of breath with COPD. {value}"));
    let unsigned = {
        let kept: Vec<&str> = ORDER_TABLE.lines().filter(|line| !line.contains("signed")).collect();
        format!("{}\nSignature: ______________________   Date: __________\n", kept.join("\n"))
    };
    let supplies = order("          CPAP supplies                            1", "G47.33");
    let video =
        NOTE_SOAP.replace("OFFICE VISIT NOTE", "TELEHEALTH VISIT NOTE\nThis visit was conducted via video.");
    let late = NOTE_SOAP.replace("09/14/2026", "10/14/2026").replace("09/16/2026", "10/16/2026");
    vec![
        (
            vec![cpap(), face(), soap.clone()],
            "PAP-2:insufficient",
            ["Diagnostic sleep study report", "no report of a diagnostic sleep study", "L33718"],
        ),
        (
            vec![cpap(), face(), soap.clone(), TITRATION.to_owned()],
            "PAP-2:insufficient",
            ["Diagnostic sleep study report", "A titration under treatment", "L33718"],
        ),
        (
            vec![cpap(), face(), soap.clone(), study("Total Sleep Time: 400 min\nAHI (3%)     26.2 /hr")],
            "PAP-2:insufficient",
            ["Diagnostic sleep study report", "by the 3 percent rule only", "L33718"],
        ),
        (
            vec![
                cpap(),
                face(),
                soap.clone(),
                study("Total Sleep Time: 80.0 min\nAHI (4%)     18.0 /hr\nTotal events 24"),
            ],
            "PAP-2:unmet",
            ["Diagnostic sleep study report", "of October 5, 2026, does not meet", "L33718"],
        ),
        (
            vec![
                cpap(),
                face(),
                soap.clone(),
                study("Total Sleep Time: 400 min\nAHI (3%)     18.1 /hr\nAHI (4%)     3.2 /hr"),
            ],
            "PAP-2:unmet",
            ["Diagnostic sleep study report", "does not meet the criteria", "L33718"],
        ),
        (
            vec![cpap(), face(), night.clone()],
            "PAP-1:insufficient",
            [
                "Note of the visit in person before the sleep test",
                "We hold no note of a visit in person",
                "L33718",
            ],
        ),
        (
            vec![cpap(), face(), video, night.clone()],
            "PAP-1:insufficient",
            ["Note of the visit in person", "by video or telephone only", "L33718"],
        ),
        (
            vec![cpap(), face(), late, night.clone()],
            "PAP-1b:unmet",
            [
                "Note of the visit before the sleep test",
                "of October 14, 2026, took place after the sleep test of October 5, 2026",
                "L33718",
            ],
        ),
        (
            vec![unsigned, face(), soap.clone(), night.clone()],
            "SIG-1:unmet",
            ["Signed written order", "dated November 3, 2026, is not signed", "100-08"],
        ),
        (vec![supplies, face()], "ORD-3:unmet", ["Written order", "names items only collectively", "410.38"]),
        (
            vec![ORDER_TABLE.replace("1234567893", "1234567890"), face(), soap.clone(), night.clone()],
            "ID-1:unmet",
            ["Prescriber's NPI", "fails its check digit", "162.406"],
        ),
        (
            vec![order(bilevel, "G47.33"), face(), soap.clone(), night.clone()],
            "PAP-9:insufficient",
            ["Record of the CPAP trial", "do not show completely", "L33718"],
        ),
        (
            vec![
                order(bilevel, "G12.21 Amyotrophic lateral sclerosis"),
                face(),
                note("10/10/2026", "Morning headaches and daytime sleepiness. ALS with weakness."),
            ],
            "RAD-1:insufficient",
            ["Qualifying measurement", "hold no measurement", "L33800"],
        ),
        (
            vec![
                order(bilevel, "G12.21"),
                face(),
                note("10/10/2026", "Denies morning headaches. PaCO2 52 mmHg."),
            ],
            "RAD-1:insufficient",
            ["Visit note", "no record of symptoms", "L33800"],
        ),
        (
            vec![
                order("E0471     Bilevel device with backup rate          1", "G47.33"),
                face(),
                soap,
                night,
            ],
            "PAP-10:unmet",
            ["Written order and diagnosis", "backup rate (E0471)", "L33718"],
        ),
        (
            vec![oxygen.clone(), face(), breath("10/10/2026", "SpO2 93% at rest on room air.")],
            "OXY-1:unmet",
            ["Blood gas or saturation test", "does not meet the criteria", "L33797"],
        ),
        (
            vec![oxygen.clone(), face(), breath("10/10/2026", "SpO2 91% on 3 L at rest.")],
            "OXY-1:insufficient",
            ["on room air", "on oxygen only", "L33797"],
        ),
        (
            vec![oxygen.clone(), face(), breath("10/10/2026", "SpO2 86%")],
            "OXY-1:insufficient",
            ["Blood gas or saturation test", "does not say that it was measured on room air", "L33797"],
        ),
        (
            vec![
                oxygen.clone(),
                face(),
                breath("10/10/2026", "SpO2 91% at rest on room air, 86% walking on room air."),
            ],
            "OXY-3:insufficient",
            ["Exercise test", "all three values", "L33797"],
        ),
        (
            vec![oxygen, face(), breath("03/20/2026", "SpO2 86% at rest on room air.")],
            "F2F-1:unmet",
            [
                "Note of the visit before the order",
                "of March 20, 2026, does not lie within six months",
                "410.38",
            ],
        ),
    ]
}

#[test]
fn each_letter_names_document_reason_and_rule() {
    for (papers, code, says) in asked() {
        let papers: Vec<&str> = papers.iter().map(String::as_str).collect();
        let read = understood(&papers);
        let (summary, letter) = told(&read);
        let first = summary.points.first().unwrap_or_else(|| panic!("{code}: nothing is open"));
        assert_eq!((first.code.as_str(), first.stops, first.in_letter), (code, true, true));
        assert!(summary.letter.ready, "{code}: {:?}", summary.letter.why_not);
        let letter = letter.unwrap_or_else(|none| panic!("{code}: {none}"));
        let item = &letter.items[0];
        assert!(item.document.contains(says[0]), "{code}: {}", item.document);
        assert!(item.because.reveal().contains(says[1]), "{code}: {}", item.because.reveal());
        assert!(item.source.contains(says[2]) && item.rule.len() > 40, "{code}: {}", item.source);
        for text in [item.because.reveal(), item.ask.reveal()] {
            assert!(!text.contains(['{', '}', '[', ']']) && !text.contains("  "), "{code}: {text}");
        }
    }
}

#[test]
fn a_letter_says_nothing_that_the_packet_does_not() {
    for (papers, code, _) in asked() {
        let papers: Vec<&str> = papers.iter().map(String::as_str).collect();
        let read = understood(&papers);
        let letter = told(&read).1.unwrap_or_else(|none| panic!("{code}: {none}"));
        let text = letter.text();
        // Every date is one the packet shows, or today's.
        let mut known: Vec<String> = vec!["November 23, 2026".into(), "December 1, 1956".into()];
        for field in read.documents.iter().flat_map(|document| &document.fields) {
            known.extend(crate::case_file::date(field).map(super::letter::in_words));
        }
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for (at, year) in words.match_indices("2026") {
            let to_here = &words[..at + year.len()];
            assert!(known.iter().any(|day| to_here.ends_with(day.as_str())), "{code}: {to_here}");
        }
        // No more of the patient than name, birth date and items.
        for secret in
            ["E1234567", "1EG4", "G47.33", "G12.21", "J96", "Elm Street", "555-1234", "25.5", "AARP"]
        {
            assert!(!text.contains(secret), "{code}: {secret}\n{text}");
        }
        assert!(text.contains("Doe, Jane A") && text.contains("(518) 555-0101") && text.contains("ref.1"));
        assert!(text.lines().all(|line| line.chars().count() <= 78), "{text}");
        assert!(!format!("{letter:?}").contains("Doe"), "{letter:?}");
    }
}

#[test]
fn what_no_prescriber_can_mend_gives_no_letter_and_says_who_acts() {
    let other = NOTE_SOAP.replace("Doe, Jane A", "Smith, Robert").replace("12/01/1956", "03/04/1961");
    let notice = format!("{NOTE_SOAP}\n42 CFR part 2 prohibits unauthorized disclosure of these records.");
    let edge = study("Total Sleep Time: 400 min\nAHI (4%)     14.6 /hr\nTotal events 97");
    let chair = order("K0001     Standard wheelchair                      1", "R26.2");
    let badly_numbered = FACESHEET_PAIRS.replace("1EG4-TE5-MK73", "1EG4-TE5-MK7");
    for (papers, code, who) in [
        (vec![ORDER_TABLE, FACESHEET_PAIRS, &other, STUDY_TABLE], "quarantine:", Supplies::Coordinator),
        (vec![ORDER_TABLE, FACESHEET_PAIRS, &notice, STUDY_TABLE], "part2", Supplies::Coordinator),
        (vec![ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, &edge], "PAP-3:insufficient", Supplies::Coordinator),
        (vec![&chair, FACESHEET_PAIRS], "no_rules", Supplies::Coordinator),
        (vec![ORDER_TABLE, &badly_numbered, NOTE_SOAP, STUDY_TABLE], "ID-2:", Supplies::Patient),
    ] {
        let (summary, letter) = told(&understood(&papers));
        assert!(summary.points[0].code.starts_with(code), "{code}: {}", summary.points[0].code);
        let none = letter.err().unwrap_or_else(|| panic!("{code}: a letter"));
        assert_eq!(none.who.first(), Some(&who), "{code}");
        assert!(!summary.letter.ready && summary.letter.why_not.is_some());
        assert!(summary.text().contains("Who acts"), "{}", summary.text());
    }
    let (summary, letter) = told(&understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE]));
    assert!(summary.points.iter().all(|point| !point.stops) && letter.is_err());
}

#[test]
fn a_request_that_waits_without_an_order_has_a_summary_and_a_letter_where_one_helps() {
    let knowledge = knowledge();
    let (patient, sender) = (patient(), Redacted::from("Ng, Alice"));
    for (code, ready) in
        [("order_missing", true), ("break_the_glass", false), ("access_ended", false), ("unreadable", false)]
    {
        let reasons = [knowledge.reason(code)];
        let facts = CaseFacts {
            hospital: "riverside",
            patient: Some(&patient),
            sender: Some(&sender),
            reference: "ref",
            order: None,
            state: None,
            reasons: &reasons,
            documents: &[],
        };
        let summary = summarise(&facts, &knowledge);
        assert_eq!(summary.letter.ready, ready, "{code}");
        assert!(summary.text().contains("waits for a person"), "{}", summary.text());
        let letter = letter(&facts, &summary, &knowledge, &head(), date(2026, 11, 23));
        assert_eq!(letter.is_ok(), ready, "{code}");
        if let Ok(letter) = letter {
            assert!(letter.text().contains("care of Ng, Alice"), "{}", letter.text());
        }
    }
}

#[test]
fn a_summary_tells_who_what_why_and_what_is_to_be_done() {
    let late = NOTE_SOAP.replace("09/14/2026", "10/14/2026");
    let (summary, _) =
        told(&understood(&[ORDER_TABLE, FACESHEET_PAIRS, &late, STUDY_TABLE, LABS, FAX_COVER]));
    let text = summary.text();
    for part in [
        "Doe, Jane A, born 1956-12-01, MRN E1234567 at riverside",
        "(E0601)",
        "G47.33",
        "NPI 1234567893",
        "on 2026-11-03",
        "Medicare Part B, then AARP Supplement",
        "AHI (4 % rule) 25.5",
        "2026-10-14, visit in person",
        "1 contradicted",
        "CONTRADICTED",
        "Who: the prescriber's office",
        "orders letter ref.1",
        "not needed for this order",
    ] {
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined.contains(part), "{part}\n{text}");
    }
    let (own, open): (Vec<_>, Vec<_>) = summary.points.iter().partition(|point| point.own_file);
    assert!(own.iter().any(|point| point.code.starts_with("PAP-8:")), "the setup is no chart's to show");
    assert!(open.iter().any(|point| point.stops) && own.iter().all(|point| !point.stops));
    let (list, file) = text.split_once("our file").expect("a section of its own");
    assert!(!list.contains("PAP-8:") && file.contains("[PAP-8:insufficient]"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(!format!("{summary:?}").contains("Doe"));
}
