//! Each rule as a table over documents of invented fields: every outcome it can give.

mod courses;
mod families;

use super::*;
use crate::case_file::{OrderCase, Standing};
use crate::extract::OrderLine;
use crate::find::Found;
use crate::fixtures::{document, knowledge};
use domain::parser::DocumentClass::{Facesheet, OfficeNote, Order, SleepStudy, TelehealthNote, Titration};
use domain::parser::{Coverage, Document, FieldValue};
use jiff::civil::date;

fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.to_owned())
}

fn yes() -> FieldValue {
    FieldValue::Flag(true)
}

fn no() -> FieldValue {
    FieldValue::Flag(false)
}

fn number(value: f64) -> FieldValue {
    FieldValue::Number(value)
}

fn line(hcpcs: Option<&str>, description: &str) -> OrderLine {
    OrderLine {
        hcpcs: hcpcs.map(str::to_owned),
        printed: hcpcs.is_some(),
        family: Some("pap".to_owned()),
        description: description.to_owned(),
        quantity: None,
        place: Found { value: (), page: 0, line: 0, quote: 0..0, at: 0..0, confidence: 1.0 },
    }
}

fn order() -> Document {
    document(
        Order,
        &[
            ("patient_name", text("Doe, Jane")),
            ("order_date", FieldValue::Date(date(2026, 11, 3))),
            ("items.description", text("CPAP device")),
            ("prescriber.name", text("Richard Roe")),
            ("prescriber.npi", text("1234567893")),
            ("signature", yes()),
        ],
    )
}

fn note(day: i8) -> Document {
    document(
        OfficeNote,
        &[("encounter_date", FieldValue::Date(date(2026, 10, day))), ("symptom.snoring", yes())],
    )
}

fn study(day: i8, more: &[(&str, FieldValue)]) -> Document {
    let mut fields = vec![("recording_start", FieldValue::Date(date(2026, 10, day)))];
    fields.extend(more.iter().cloned());
    document(SleepStudy, &fields)
}

/// Findings on documents of which the first is the order, as `outcome` by rule, with what stops it.
fn judged(
    documents: &[Document],
    lines: Vec<OrderLine>,
    day: Option<Date>,
) -> (BTreeMap<String, FindingOutcome>, Vec<String>) {
    judged_as("pap", documents, lines, day)
}

/// The same for an order of this family.
fn judged_as(
    family: &str,
    documents: &[Document],
    lines: Vec<OrderLine>,
    day: Option<Date>,
) -> (BTreeMap<String, FindingOutcome>, Vec<String>) {
    let knowledge = knowledge();
    let main_diagnosis = documents[0].field("dx.icd10").cloned();
    let (family, standing) = (family.to_owned(), Standing::Live);
    let case = OrderCase { documents: vec![0], family, lines, unclear: false, main_diagnosis, standing };
    let coverages = [Coverage { rank: 1, payer: "Medicare".to_owned(), member_id: None, medicare: true }];
    let file = CaseFile::new(&case, documents, &coverages);
    let rules = InForce::of(&coverages, documents, &knowledge).expect("medicare");
    let judged = judge(&file, &rules, day, &knowledge.outcomes).expect("rules in force");
    for finding in &judged.findings {
        assert!(!finding.message.contains(['{', '}']), "{}: {}", finding.rule, finding.message);
        assert!(!finding.message.contains("Doe"), "no patient in a sentence");
        let blank = finding.evidence.is_empty() && finding.outcome == FindingOutcome::Met;
        assert!(!blank, "{} met without evidence", finding.rule);
    }
    let outcomes = judged.findings.into_iter().map(|finding| (finding.rule, finding.outcome)).collect();
    (outcomes, judged.reasons.into_iter().map(|reason| reason.code).collect())
}

fn outcome(documents: &[Document], rule: &str) -> FindingOutcome {
    judged(documents, vec![line(Some("E0601"), "CPAP device")], Some(date(2026, 11, 3))).0[rule]
}

use FindingOutcome::{Insufficient, Met, NotApplicable, Unmet};

#[test]
fn ord_1_names_each_missing_element() {
    assert_eq!(outcome(&[order()], "ORD-1"), Met);
    for missing in ["patient_name", "order_date", "items.description"] {
        let mut order = order();
        order.fields.retain(|field| field.name != missing);
        assert_eq!(outcome(&[order], "ORD-1"), Insufficient, "{missing}");
    }
    let mut by_number = order();
    by_number.fields.retain(|field| field.name != "prescriber.name");
    assert_eq!(outcome(&[by_number], "ORD-1"), Met, "the NPI is enough");
}

#[test]
fn ord_3_depends_on_the_order_date() {
    let on = |lines: Vec<OrderLine>, day| judged(&[order()], lines, Some(day)).0["ORD-3"];
    let (before, after) = (date(2024, 1, 31), date(2024, 2, 1));
    assert_eq!(on(vec![line(Some("A7034"), "CPAP mask")], before), Met, "a printed code names its item");
    assert_eq!(on(vec![line(None, "CPAP mask")], before), Unmet);
    assert_eq!(
        on(vec![line(None, "CPAP mask")], after),
        Met,
        "generic masks are accepted since February 2024"
    );
    assert_eq!(on(vec![line(None, "CPAP supplies")], after), Unmet);
    assert_eq!(on(Vec::new(), after), Insufficient);
}

#[test]
fn sig_1_tells_missing_from_contradicted() {
    let with = |values: &[FieldValue]| {
        let fields: Vec<_> = values.iter().map(|value| ("signature", value.clone())).collect();
        outcome(&[document(Order, &fields)], "SIG-1")
    };
    assert_eq!(with(&[yes()]), Met);
    assert_eq!(with(&[no()]), Unmet);
    assert_eq!(with(&[yes(), no()]), Insufficient);
    assert_eq!(with(&[]), Insufficient);
}

#[test]
fn identifiers_stop_an_order_only_when_they_are_wrong() {
    let npi = |name: &str, value: &str| {
        let mut order = order();
        order.fields.retain(|field| field.name != "prescriber.npi");
        if !name.is_empty() {
            order.fields.extend(document(Order, &[(name, text(value))]).fields);
        }
        judged(&[order], vec![line(Some("E0601"), "CPAP")], Some(date(2026, 11, 3)))
    };
    assert_eq!(npi("prescriber.npi", "1234567893").0["ID-1"], Met);
    assert_eq!(npi("", "").0["ID-1"], NotApplicable);
    let (outcomes, reasons) = npi("prescriber.npi_unproven", "1234567890");
    assert!(outcomes["ID-1"] == Unmet && reasons.contains(&"ID-1:unmet".to_owned()));
    let (outcomes, reasons) = npi("prescriber.npi_unproven", "l234567893");
    assert!(outcomes["ID-1"] == Insufficient && !reasons.iter().any(|code| code.starts_with("ID-1")));

    let card = |fields: &[(&str, FieldValue)]| outcome(&[order(), document(Facesheet, fields)], "ID-2");
    assert_eq!(card(&[("mbi", text("1EG4TE5MK73"))]), Met);
    assert_eq!(card(&[("coverage.1.member_id", text("W1234"))]), Unmet);
    assert_eq!(card(&[]), Insufficient);
}

#[test]
fn pap_1_wants_a_visit_in_person_that_assessed_sleep_apnea() {
    assert_eq!(outcome(&[order(), note(1)], "PAP-1"), Met);
    assert_eq!(outcome(&[order(), document(OfficeNote, &[("ess", number(14.0))])], "PAP-1"), Met);
    assert_eq!(
        outcome(&[order(), document(OfficeNote, &[("symptom.snoring", no())])], "PAP-1"),
        Insufficient
    );
    assert_eq!(
        outcome(&[order(), document(TelehealthNote, &[("symptom.snoring", yes())])], "PAP-1"),
        Insufficient
    );
    assert_eq!(outcome(&[order()], "PAP-1"), Insufficient);
}

#[test]
fn pap_1b_compares_visit_and_recording() {
    let index = [("ahi_4pct", number(22.0)), ("tst", number(400.0))];
    for (day, wanted) in [(4, Met), (5, Insufficient), (6, Unmet)] {
        assert_eq!(outcome(&[order(), note(day), study(5, &index)], "PAP-1b"), wanted, "visit on {day}");
    }
    assert_eq!(
        outcome(&[order(), note(9), note(2), study(5, &index)], "PAP-1b"),
        Met,
        "an earlier one counts"
    );
    assert_eq!(outcome(&[order(), note(4)], "PAP-1b"), NotApplicable);
    assert_eq!(outcome(&[order(), study(5, &index)], "PAP-1b"), NotApplicable);
    let undated = document(OfficeNote, &[("topic.osa", yes())]);
    assert_eq!(outcome(&[order(), undated.clone(), study(5, &index)], "PAP-1b"), Insufficient);
    assert_eq!(outcome(&[order(), note(9), undated, study(5, &index)], "PAP-1b"), Insufficient);
    let unrecorded = document(SleepStudy, &index);
    assert_eq!(outcome(&[order(), note(4), unrecorded], "PAP-1b"), Insufficient);
    let about_something_else = document(
        OfficeNote,
        &[("encounter_date", FieldValue::Date(date(2026, 9, 1))), ("bmi", number(30.0))],
    );
    assert_eq!(outcome(&[order(), about_something_else, note(9), study(5, &index)], "PAP-1b"), Unmet);
}

/// A study's fields from a short notation: `name=number`, events as a count.
fn study_of(notation: &str) -> Document {
    let fields: Vec<(&str, FieldValue)> = notation
        .split_whitespace()
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let value: f64 = value.parse().ok()?;
            let count = name == "events_total";
            Some((name, if count { FieldValue::Count(value as i64) } else { number(value) }))
        })
        .collect();
    study(5, &fields)
}

/// Study, whose note, PAP-2, PAP-3, and the one reason; `silent`, `ill` and `denied` are notes below.
const STUDY_TABLE: [(&str, &str, FindingOutcome, FindingOutcome, &str); 15] = [
    ("ahi_4pct=22 tst=400", "ill", Met, NotApplicable, ""),
    ("ahi_4pct=15 events_total=30", "ill", Met, NotApplicable, ""),
    ("ahi_4pct=15 events_total=29", "ill", Unmet, NotApplicable, "PAP-2:unmet"),
    ("ahi_4pct=9 tst=400", "ill", NotApplicable, Met, ""),
    ("ahi_4pct=9 tst=400", "silent", NotApplicable, Insufficient, "PAP-3:insufficient"),
    ("ahi_4pct=9 tst=400", "denied", Unmet, NotApplicable, "PAP-2:unmet"),
    ("ahi_4pct=9 events_total=9", "ill", Unmet, NotApplicable, "PAP-2:unmet"),
    ("ahi_4pct=14.5 tst=400", "ill", NotApplicable, Insufficient, "PAP-3:insufficient"),
    ("ahi_4pct=3 tst=400", "ill", Unmet, NotApplicable, "PAP-2:unmet"),
    ("", "ill", Insufficient, NotApplicable, "PAP-2:insufficient"),
    ("ahi_3pct=40 tst=400", "ill", Insufficient, NotApplicable, "PAP-2:insufficient"),
    ("ahi_3pct=18 ahi_4pct=9 tst=400", "ill", NotApplicable, Met, ""),
    ("ahi=22", "ill", Insufficient, NotApplicable, "PAP-2:insufficient"),
    ("ahi=22 tst=60", "ill", Unmet, NotApplicable, "PAP-2:unmet"),
    ("ahi=22 ahi=2.2 tst=400", "ill", Insufficient, NotApplicable, "PAP-2:insufficient"),
];

fn note_named(name: &str) -> Document {
    let conditions = [
        "symptom.sleepiness",
        "symptom.cognition",
        "symptom.mood",
        "symptom.insomnia",
        "comorbid.hypertension",
        "comorbid.ischemic_heart_disease",
        "comorbid.stroke",
    ];
    let mut fields = vec![("symptom.snoring", yes())];
    match name {
        "ill" => fields.push(("comorbid.hypertension", yes())),
        "denied" => fields.extend(conditions.map(|name| (name, no()))),
        _ => {}
    }
    document(OfficeNote, &fields)
}

#[test]
fn the_study_criterion_is_one_reason() {
    let check = |name: &str, study: Document, note: &str, pap_2, pap_3, reason: &str| {
        let documents = [order(), note_named(note), study];
        let (outcomes, reasons) =
            judged(&documents, vec![line(Some("E0601"), "CPAP")], Some(date(2026, 11, 3)));
        assert_eq!((outcomes["PAP-2"], outcomes["PAP-3"]), (pap_2, pap_3), "{name}, {note}");
        let of_study = reasons.iter().filter(|code| code.starts_with("PAP-2") || code.starts_with("PAP-3"));
        assert_eq!(of_study.cloned().collect::<String>(), reason, "{name}, {note}");
    };
    for (notation, note, pap_2, pap_3, reason) in STUDY_TABLE {
        check(notation, study_of(notation), note, pap_2, pap_3, reason);
    }
    let titration = document(Titration, &[("residual_ahi", number(22.0))]);
    check("titration only", titration, "ill", Insufficient, NotApplicable, "PAP-2:insufficient");
}

#[test]
fn the_order_date_chooses_the_version_and_rules_have_a_beginning() {
    let knowledge = knowledge();
    let payer = knowledge.payers.iter().find(|payer| payer.name == "medicare").expect("medicare");
    let version = |day| {
        let sets = payer.rulesets("Medicare", None, "pap_supplies", day);
        sets.iter().map(|set| set.effective_from).max()
    };
    assert_eq!(version(Some(date(2022, 5, 1))), Some(date(2020, 1, 1)));
    assert_eq!(version(Some(date(2023, 5, 1))), Some(date(2023, 1, 1)), "the certificates' end");
    assert_eq!(version(Some(date(2026, 11, 3))), Some(date(2024, 2, 1)));
    assert_eq!(version(None), Some(date(2024, 2, 1)), "without a date the newest");
    assert_eq!(version(Some(date(2019, 1, 1))), None);
}
