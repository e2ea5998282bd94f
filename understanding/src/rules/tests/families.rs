//! Rules of bilevel devices, respiratory assist and oxygen, and advice on studies: every outcome and every edge.

use super::*;

#[test]
fn a_rule_for_some_items_concerns_no_others() {
    let with = |code: &str| {
        judged(&[order(), note(1)], vec![line(Some(code), "device")], Some(date(2026, 11, 3))).0["PAP-9"]
    };
    assert_eq!(with("E0601"), NotApplicable);
    assert_eq!(with("E0470"), Insufficient);
}

#[test]
fn pap_9_weighs_what_is_said_of_cpap() {
    let says = |fields: &[(&str, bool)]| {
        let fields: Vec<(&str, FieldValue)> =
            fields.iter().map(|(name, value)| (*name, FieldValue::Flag(*value))).collect();
        let documents = [order(), document(Titration, &fields)];
        judged(&documents, vec![line(Some("E0470"), "bilevel")], Some(date(2026, 11, 3))).0["PAP-9"]
    };
    let (tried, failed, work) = (("cpap.tried", true), ("cpap.ineffective", true), ("cpap.optimised", true));
    for (fields, wanted) in [
        (&[tried, failed, work][..], Met),
        (&[tried, failed], Insufficient),
        (&[tried], Insufficient),
        (&[], Insufficient),
        (&[("cpap.tried", false)], Unmet),
        (&[tried, ("cpap.ineffective", false)], Unmet),
        (&[tried, failed, ("cpap.ineffective", false), work], Insufficient),
        // A note before the trial says that there had been none.
        (&[("cpap.tried", false), tried, failed, work], Met),
    ] {
        assert_eq!(says(fields), wanted, "{fields:?}");
    }
}

#[test]
fn advice_on_a_study_never_stops_and_says_why() {
    let rule = |notation: &str, rule: &str| {
        let documents = [order(), note_named("ill"), study_of(notation)];
        let (outcomes, reasons) =
            judged(&documents, vec![line(Some("E0601"), "CPAP")], Some(date(2026, 11, 3)));
        assert!(!reasons.iter().any(|code| code.starts_with(rule)), "{rule} is advice");
        outcomes[rule]
    };
    for (notation, wanted) in [
        ("ahi_4pct=24 tst=95 events_total=38", Met),
        ("ahi_4pct=18 tst=80 events_total=24", Unmet),
        ("ahi_4pct=9 tst=95 events_total=14", Met),
        ("ahi_4pct=9 tst=60 events_total=9", Unmet),
        ("rei=18.7 trt=96.3 trt=80.3 events_total=25", Unmet),
        ("rei=22 trt=130 trt=80", Unmet),
        ("ahi_4pct=22 tst=400", NotApplicable),
        ("ahi_4pct=22", Insufficient),
    ] {
        assert_eq!(rule(notation, "PAP-4"), wanted, "{notation}");
    }
    for (notation, wanted) in [
        ("ahi_4pct=22 ahi_3pct=30 tst=400", Met),
        ("ahi_3pct=30 tst=400", Unmet),
        ("ahi=22 tst=400", Insufficient),
        ("tst=400", NotApplicable),
    ] {
        assert_eq!(rule(notation, "PAP-5"), wanted, "{notation}");
    }
    for (notation, wanted) in
        [("ahi=22 residual_ahi=2", Met), ("residual_ahi=2 tst=200", Unmet), ("tst=400", Insufficient)]
    {
        assert_eq!(rule(notation, "PAP-17"), wanted, "{notation}");
    }
}

/// Findings on an order of the family for these codes and diagnosis, dated 2026-11-03, with these documents.
fn of_family(
    family: &str,
    codes: &[&str],
    diagnosis: &str,
    documents: &[Document],
) -> BTreeMap<String, FindingOutcome> {
    let mut first = order();
    first.fields.extend(document(Order, &[("dx.icd10", text(diagnosis))]).fields);
    let mut all = vec![first];
    all.extend(documents.iter().cloned());
    let lines = codes.iter().map(|code| line(Some(code), "device")).collect();
    judged_as(family, &all, lines, Some(date(2026, 11, 3))).0
}

#[test]
fn respiratory_assist_goes_by_the_criteria_of_its_diagnosis() {
    let check = |diagnosis: &str, symptom: bool, measured: &[(&str, f64)]| {
        let mut fields: Vec<(&str, FieldValue)> =
            measured.iter().map(|(name, value)| (*name, number(*value))).collect();
        fields.push(("symptom.fatigue", if symptom { yes() } else { no() }));
        of_family("rad", &["E0470"], diagnosis, &[document(OfficeNote, &fields)])["RAD-1"]
    };
    for (diagnosis, symptom, measured, wanted) in [
        ("G12.21", true, &[("fvc", 49.0)][..], Met),
        ("G12.21", true, &[("fvc", 50.0)], Unmet),
        ("G12.21", false, &[("fvc", 40.0)], Insufficient),
        ("G71.01", true, &[("mip", 59.0)], Met),
        ("G12.21", true, &[("paco2", 45.0)], Met),
        ("G12.21", true, &[("paco2", 44.9)], Unmet),
        ("G12.21", true, &[("minutes_at_88", 5.0)], Met),
        ("G12.21", true, &[("fvc", 80.0), ("paco2", 47.0)], Met),
        ("J44.9", true, &[("paco2", 52.0)], Met),
        ("J44.9", true, &[("paco2", 51.0)], Unmet),
        ("J96.12", true, &[("paco2", 47.0)], Met),
        ("J44.9", true, &[("fvc", 40.0)], Insufficient),
        ("J44.9", true, &[], Insufficient),
        ("M17.11", true, &[("paco2", 60.0)], Insufficient),
    ] {
        assert_eq!(check(diagnosis, symptom, measured), wanted, "{diagnosis} {symptom} {measured:?}");
    }
    let central = |central: f64, all: f64| {
        let study = study(5, &[("central_index", number(central)), ("ahi_4pct", number(all))]);
        let note = document(OfficeNote, &[("symptom.sleepiness", yes())]);
        of_family("rad", &["E0471"], "G47.31", &[note, study])["RAD-1"]
    };
    assert_eq!((central(12.0, 20.0), central(9.0, 20.0), central(4.0, 6.0)), (Met, Unmet, Unmet));
}

#[test]
fn a_backup_rate_is_not_covered_for_obstructive_apnea() {
    let outcome = |code: &str, diagnosis: &str| of_family("rad", &[code], diagnosis, &[])["PAP-10"];
    assert_eq!(outcome("E0471", "G47.33"), Unmet);
    assert_eq!(outcome("E0471", "G47.31"), Met);
    assert_eq!(outcome("E0470", "G47.33"), NotApplicable);
}

/// A note of a visit in 2026 with readings such as `sat.rest.air=86`, and statements such as `sign.edema`.
fn visit(month: i8, day: i8, notation: &str) -> Document {
    let mut fields =
        vec![("encounter_date", FieldValue::Date(date(2026, month, day))), ("symptom.dyspnea", yes())];
    for part in notation.split_whitespace() {
        match part.split_once('=') {
            Some((name, value)) => fields.push((name, number(value.parse().expect("a number")))),
            None => fields.push((part, yes())),
        }
    }
    document(OfficeNote, &fields)
}

#[test]
fn oxygen_goes_by_groups_states_and_days() {
    let check = |codes: &[&str], notation: &str| {
        let found = of_family("oxygen", codes, "J96.11", &[visit(10, 10, notation)]);
        [found["OXY-1"], found["OXY-2"], found["OXY-3"], found["F2F-1"]]
    };
    let stationary = &["E1390"][..];
    for (codes, notation, wanted) in [
        (stationary, "sat.rest.air=88", [Met, Met, NotApplicable, Met]),
        (stationary, "sat.rest.air=89", [Insufficient, Met, NotApplicable, Met]),
        (stationary, "sat.rest.air=89 comorbid.cor_pulmonale", [Met, Met, NotApplicable, Met]),
        (stationary, "sat.rest.air=89 sign.edema", [Insufficient, Met, NotApplicable, Met]),
        (stationary, "sat.rest.air=89 sign.edema comorbid.heart_failure", [Met, Met, NotApplicable, Met]),
        (stationary, "sat.rest.air=89 hematocrit=57", [Met, Met, NotApplicable, Met]),
        (stationary, "sat.rest.air=90", [Unmet, NotApplicable, NotApplicable, Met]),
        (stationary, "po2.rest.air=55", [Met, Met, NotApplicable, Met]),
        (stationary, "po2.rest.air=60 sat.rest.air=86", [Unmet, NotApplicable, NotApplicable, Met]),
        (stationary, "sat.rest.oxygen=86", [Insufficient, NotApplicable, NotApplicable, Met]),
        (stationary, "sat.sleep.air=86", [Met, Met, NotApplicable, Met]),
        (&["E1390", "E0431"], "sat.sleep.air=86", [Insufficient, Met, NotApplicable, Met]),
        (stationary, "sat.exercise.air=85", [Met, Met, Insufficient, Met]),
        (stationary, "sat.rest.air=92 sat.exercise.air=85 sat.exercise.oxygen=94", [Met, Met, Met, Met]),
        (stationary, "sat.rest.air=92 sat.exercise.air=85 sat.exercise.oxygen=84", [Met, Met, Unmet, Met]),
        (&["E1392"], "sat.rest.air=84", [Met, Met, NotApplicable, NotApplicable]),
    ] {
        assert_eq!(check(codes, notation), wanted, "{codes:?} {notation}");
    }
    // The latest of one state counts.
    let twice = [visit(4, 1, "sat.rest.air=85"), visit(10, 10, "sat.rest.air=94")];
    assert_eq!(of_family("oxygen", stationary, "J96.11", &twice)["OXY-1"], Unmet);
}

#[test]
fn the_face_to_face_window_has_its_edges() {
    let on = |month: i8, day: i8| {
        of_family("oxygen", &["E1390"], "J96.11", &[visit(month, day, "sat.rest.air=85")])["F2F-1"]
    };
    for (month, day, wanted) in
        [(5, 3, Met), (5, 2, Unmet), (11, 3, Met), (11, 4, Unmet), (3, 1, Unmet), (10, 1, Met)]
    {
        assert_eq!(on(month, day), wanted, "{month}/{day}");
    }
    let undated = document(OfficeNote, &[("symptom.dyspnea", yes())]);
    let about_else = document(OfficeNote, &[("encounter_date", FieldValue::Date(date(2026, 10, 1)))]);
    assert_eq!(of_family("oxygen", &["E1390"], "J96.11", &[undated])["F2F-1"], Insufficient);
    assert_eq!(of_family("oxygen", &["E1390"], "J96.11", &[about_else])["F2F-1"], Insufficient);
    assert_eq!(of_family("oxygen", &["E1390"], "J96.11", &[])["F2F-1"], Insufficient);
}
