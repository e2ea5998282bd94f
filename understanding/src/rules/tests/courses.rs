//! Treatment under way, signatures, other payers and families whose rules only advise: what concerns an order, and what
//! stops it.

use super::*;
use domain::parser::DocumentClass::AdherenceReport;

fn order_with(more: &[(&str, FieldValue)]) -> Document {
    let mut order = order();
    order.fields.extend(document(Order, more).fields);
    order
}

fn told(documents: &[Document]) -> (BTreeMap<String, FindingOutcome>, Vec<String>) {
    judged(documents, vec![line(Some("E0601"), "CPAP device")], Some(date(2026, 11, 3)))
}

#[test]
fn a_continuation_needs_no_new_test_but_the_use() {
    let order =
        order_with(&[("course.continuation", yes()), ("therapy_start", FieldValue::Date(date(2026, 1, 10)))]);
    let (outcomes, reasons) = told(std::slice::from_ref(&order));
    assert_eq!((outcomes["PAP-1"], outcomes["PAP-2"]), (NotApplicable, NotApplicable));
    assert_eq!(reasons, ["PAP-11:insufficient", "PAP-12:insufficient"]);
    let visit = document(
        OfficeNote,
        &[
            ("encounter_date", FieldValue::Date(date(2026, 3, 1))),
            ("pap.improved", yes()),
            ("pap.adherence_reviewed", yes()),
        ],
    );
    let download = document(AdherenceReport, &[("days_total", number(30.0)), ("days_ge_4h", number(25.0))]);
    let (outcomes, reasons) = told(&[order, visit, download]);
    assert_eq!((outcomes["PAP-11"], outcomes["PAP-12"]), (Met, Met));
    assert_eq!(reasons, [""; 0]);
}

#[test]
fn a_download_beside_a_first_order_only_advises() {
    let download = document(AdherenceReport, &[("days_total", number(30.0)), ("days_ge_4h", number(3.0))]);
    let (outcomes, reasons) = told(&[order(), download]);
    assert_eq!(outcomes["PAP-12"], Insufficient);
    assert_eq!(reasons, ["PAP-1:insufficient", "PAP-2:insufficient"], "a first order still needs its own");
}

#[test]
fn nights_are_counted_in_any_thirty_days_on_end() {
    let nights = |used: &[u32], of: u32| {
        let mut fields = vec![("therapy_start", FieldValue::Date(date(2026, 1, 1)))];
        for day in 0..of {
            let at = date(2026, 1, 1).checked_add(jiff::Span::new().days(i64::from(day))).expect("a day");
            let minutes = if used.contains(&day) { 241 } else { 90 };
            fields.push(("adherence.night", text(&format!("{at}={minutes}"))));
        }
        let order = order_with(&[("course.continuation", yes())]);
        told(&[order, document(AdherenceReport, &fields)]).0["PAP-12"]
    };
    let late: Vec<u32> = (50..71).collect();
    assert_eq!(nights(&late, 91), Met, "the last thirty days count as well as the first");
    assert_eq!(nights(&(50..70).collect::<Vec<_>>(), 91), Unmet);
    let scattered: Vec<u32> = (0..91).step_by(2).collect();
    assert_eq!(nights(&scattered, 91), Unmet, "forty-six nights, but never 21 of thirty");
    assert_eq!(nights(&(0..20).collect::<Vec<_>>(), 30), Insufficient, "later nights are not printed");
}

#[test]
fn a_summary_proves_only_what_no_choice_of_days_can_undo() {
    let summary = |days: f64, enough: f64| {
        let order = order_with(&[("course.continuation", yes())]);
        let fields = [("days_total", number(days)), ("days_ge_4h", number(enough))];
        told(&[order, document(AdherenceReport, &fields)]).0["PAP-12"]
    };
    for (days, enough, wanted) in [
        (30.0, 21.0, Met),
        (30.0, 20.0, Insufficient),
        (90.0, 63.0, Met),
        (90.0, 62.0, Insufficient),
        (45.0, 36.0, Met),
        (45.0, 35.0, Insufficient),
        (91.0, 20.0, Unmet),
        (20.0, 20.0, Insufficient),
    ] {
        assert_eq!(summary(days, enough), wanted, "{enough} of {days}");
    }
    let order = order_with(&[("course.continuation", yes())]);
    let share = document(AdherenceReport, &[("days_total", number(30.0)), ("pct_ge_4h", number(83.0))]);
    assert_eq!(told(&[order, share]).0["PAP-12"], Met);
}

#[test]
fn a_stamp_is_no_signature() {
    let with = |more: &[(&str, FieldValue)]| told(&[order_with(more)]).0["SIG-1"];
    assert_eq!(with(&[("signature_kind", text("stamp"))]), Unmet);
    assert_eq!(with(&[("signature_kind", text("stamp")), ("signature_stamp_allowed", yes())]), Met);
    assert_eq!(with(&[("signature_kind", text("electronic"))]), Met);
}

#[test]
fn carbon_dioxide_of_copd_goes_by_the_order_date() {
    let rad = |day: Date, measured: &[(&str, f64)]| {
        let mut fields: Vec<(&str, FieldValue)> =
            measured.iter().map(|(name, value)| (*name, number(*value))).collect();
        fields.push(("symptom.fatigue", yes()));
        let documents = [order_with(&[("dx.icd10", text("J44.9"))]), document(OfficeNote, &fields)];
        judged_as("rad", &documents, vec![line(Some("E0470"), "bilevel")], Some(day)).0["RAD-1"]
    };
    let (before, since) = (date(2025, 6, 8), date(2025, 6, 9));
    assert_eq!((rad(before, &[("paco2", 53.0)]), rad(since, &[("paco2", 53.0)])), (Insufficient, Met));
    assert_eq!(rad(before, &[("paco2", 53.0), ("minutes_at_88", 6.0)]), Met);
    assert_eq!(rad(before, &[("paco2", 53.0), ("minutes_at_88", 2.0)]), Unmet);
    assert_eq!((rad(before, &[("paco2", 47.0)]), rad(since, &[("paco2", 47.0)])), (Unmet, Unmet));
}

/// What is said of a family and payer whatever decides: findings and reason codes.
fn said_of(family: &str, code: &str, payer: &str, documents: &[Document]) -> (Vec<Finding>, Vec<String>) {
    let knowledge = knowledge();
    let lines = vec![line(Some(code), "device")];
    let case = OrderCase {
        documents: vec![0],
        family: family.to_owned(),
        lines,
        unclear: false,
        main_diagnosis: None,
        standing: Standing::Live,
    };
    let medicare = payer.starts_with("Medicare");
    let coverages = [Coverage { rank: 1, payer: payer.to_owned(), member_id: None, medicare }];
    let file = CaseFile::new(&case, documents, &coverages);
    let (findings, reasons) = said(&file, &knowledge, None);
    (findings, reasons.into_iter().map(|reason| reason.code).collect())
}

#[test]
fn rules_of_a_family_that_is_not_decided_are_advice() {
    let note = document(OfficeNote, &[("bed.head_elevation", yes()), ("bed.position_changes", yes())]);
    let (findings, reasons) = said_of("bed", "E0260", "Medicare Part B", &[order(), note]);
    assert_eq!(reasons, ["no_rules"]);
    let bed = findings.iter().find(|finding| finding.rule == "BED-1").expect("BED-1");
    assert_eq!((bed.outcome, bed.required), (Met, false));
    assert!(findings.iter().all(|finding| !finding.required));
}

#[test]
fn other_payers_advise_by_their_own_rules_and_medicares() {
    let study = study(5, &[("ahi", number(22.0)), ("tst", number(400.0))]);
    let (findings, reasons) = said_of("pap", "E0601", "Humana Gold Plus HMO", &[order(), study.clone()]);
    assert_eq!(reasons, [""; 0]);
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(rules.contains(&"HUM-1") && rules.contains(&"PAP-2"), "{rules:?}");
    let face = |address: &str| document(Facesheet, &[("address", text(address))]);
    let has = |address: &str| {
        let documents = [order(), study.clone(), face(address)];
        said_of("pap", "E0601", "Medicaid", &documents).0.iter().any(|finding| finding.rule == "NYM-1")
    };
    assert!(has("1 Main St, Albany, NY 12208") && !has("1 Main St, Rutland, VT 05701") && !has("1 Main St"));
}
