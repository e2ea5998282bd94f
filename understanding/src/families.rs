//! Whole packets of every family, in several wordings: what each story of an intake desk ends as.

mod standing;

use crate::fixtures::papers::{FACESHEET_PAIRS, NOTE_EPIC, NOTE_SOAP, ORDER_TABLE, STUDY_TABLE, TITRATION};
use crate::fixtures::{reasons, told, understood};

/// An order for these items and this diagnosis, as one clinic writes it.
fn order(items: &str, diagnosis: &str) -> String {
    format!(
        "STANDARD WRITTEN ORDER\nDurable Medical Equipment\nPatient Name: Doe, Jane A    DOB: 12/01/1956\nMRN: E1234567\nOrder Date: 11/03/2026\nHCPCS     Description                              Qty\n{items}\nDiagnosis: {diagnosis}\nLength of Need: 99 months\nOrdering Provider: Roe, Richard, MD    NPI: 1234567893\nElectronically signed by Richard Roe, MD on 11/03/2026 09:12 AM\n"
    )
}

/// The same in another clinic's words.
fn order_in_pairs(items: &str, diagnosis: &str) -> String {
    format!(
        "Lakeside Pulmonary\nDME PRESCRIPTION\nPatient               JANE A. DOE\nBirth Date            December 1, 1956\nDate Ordered          03-Nov-2026\nItem                  {items}\nDx                    {diagnosis}\nPrescriber            Richard Roe MD\nNPI #                 1234567893\nSignature             Digitally signed: Richard Roe MD 11/03/2026\n"
    )
}

fn note(date: &str, body: &str) -> String {
    format!(
        "OFFICE VISIT NOTE\nPatient: Doe, Jane A   DOB: 12/01/1956   MRN: E1234567\nDate of Service: {date}\nChief Complaint: follow-up\nHPI: {body}\nAssessment and Plan: As above.\nElectronically signed by: Alice Ng, MD {date} 5:10 PM\n"
    )
}

fn study(lines: &str) -> String {
    format!(
        "DIAGNOSTIC POLYSOMNOGRAM REPORT\nPatient Name: Doe, Jane A      DOB: 12/01/1956     MRN: E1234567\nStudy Date: 10/05/2026\n{lines}\nIMPRESSION\nObstructive sleep apnea.\nElectronically signed by Sam Poe, MD on 10/09/2026\n"
    )
}

fn field(understanding: &crate::Understanding, name: &str) -> Vec<String> {
    let fields = understanding.documents.iter().flat_map(|document| document.fields_named(name));
    fields.map(|field| field.value.to_string()).collect()
}

fn told_all(understanding: &crate::Understanding) -> Vec<Vec<String>> {
    understanding.orders.iter().map(|draft| told(&draft.decision)).collect()
}

const BILEVEL: &str = "E0470     Bilevel device without backup rate       1";

#[test]
fn bilevel_needs_a_cpap_that_was_tried_and_failed() {
    let orders = [
        order(BILEVEL, "G47.33 Obstructive sleep apnea; I10 Hypertension"),
        order_in_pairs("BiPAP device (E0470) 12/8 cm H2O", "I10, G47.33"),
    ];
    let trials = [
        "BILEVEL TITRATION STUDY\nName: Doe, Jane A    DOB: 12/01/1956\nDate of Study: 10/20/2026\nCPAP was tried from 5 to 17 cm H2O and was ineffective despite mask refitting and pressure\nchanges. Bilevel 16/10 cm H2O controlled the events. Residual AHI 3.1. Optimal pressure: 16/10 cm H2O\n".to_owned(),
        "PAP TITRATION POLYSOMNOGRAM\nName: Doe, Jane A    DOB: 12/01/1956\nStudy Date: 10/20/2026\nTotal sleep time 380 minutes, sleep efficiency 88%.\nCPAP: pressures 6-18 cm water with a full face mask. Obstructive events could not be eliminated\non CPAP at the highest pressure tolerated.\nFinal pressure: 17/12 cm\n".to_owned(),
        note("10/28/2026", "Started CPAP at home on 10/10. E0601 has been tried and proven ineffective: mask was\nchanged three times and the pressure adjusted, apneas persist."),
    ];
    for order in &orders {
        for trial in &trials {
            let read = understood(&[order, FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE, trial]);
            assert_eq!(reasons(&read), [""; 0], "{trial}");
            assert_eq!(read.orders[0].order.family.as_deref(), Some("pap"));
        }
        let read = understood(&[order, FACESHEET_PAIRS, NOTE_EPIC, STUDY_TABLE]);
        assert_eq!(reasons(&read), ["PAP-9:insufficient"], "no word of CPAP");
        let never = note("09/20/2026", "Snoring and witnessed apneas. She has never tried CPAP.");
        let read = understood(&[order, FACESHEET_PAIRS, &never, STUDY_TABLE]);
        assert_eq!(reasons(&read), ["PAP-9:unmet"]);
        let works = note("09/20/2026", "Snoring and witnessed apneas. CPAP was effective at 9 cm H2O.");
        assert_eq!(reasons(&understood(&[order, FACESHEET_PAIRS, &works, STUDY_TABLE])), ["PAP-9:unmet"]);
    }
    let read = understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE]);
    let finding = read.orders[0].order.findings.iter().find(|finding| finding.rule == "PAP-9");
    assert_eq!(
        finding.map(|finding| finding.outcome.name()),
        Some("not_applicable"),
        "no bilevel is ordered"
    );
}

#[test]
fn the_diagnosis_says_which_rules_a_bilevel_device_goes_by() {
    for (diagnosis, family) in [
        ("G47.33", "pap"),
        ("I10, G47.33", "pap"),
        ("Obstructive sleep apnea", "pap"),
        ("G12.21", "rad"),
        ("J44.9, G47.33", "rad"),
        ("J96.12", "rad"),
    ] {
        let read = understood(&[&order(BILEVEL, diagnosis), FACESHEET_PAIRS]);
        assert_eq!(read.orders[0].order.family.as_deref(), Some(family), "{diagnosis}");
    }
    let backup = "E0471     Bilevel device with backup rate          1";
    let read = understood(&[&order(backup, "G47.33"), FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE]);
    assert_eq!(read.orders[0].order.family.as_deref(), Some("rad"));
    assert!(reasons(&read)[0].starts_with("PAP-10:unmet"), "{:?}", reasons(&read));
    let with_supplies = format!(
        "{BILEVEL}\nE0562     Heated humidifier                        1\nA7030     Full face mask                           1"
    );
    let read = understood(&[&order(&with_supplies, "G12.21"), FACESHEET_PAIRS]);
    assert_eq!(read.orders.len(), 1, "supplies go with the device");
}

#[test]
fn respiratory_assist_needs_symptoms_and_a_measurement() {
    for diagnosis in ["G12.21 Amyotrophic lateral sclerosis", "J44.9 COPD"] {
        let order = order(BILEVEL, diagnosis);
        let symptoms = "Morning headaches and daytime sleepiness. ALS with weakness; COPD.";
        for measured in ["PaCO2 52 mmHg on arterial blood gas.", "ABG on room air: pH 7.36, pCO2 53, pO2 68"]
        {
            let read = understood(&[
                &order,
                FACESHEET_PAIRS,
                &note("10/10/2026", &format!("{symptoms} {measured}")),
            ]);
            assert_eq!(reasons(&read), [""; 0], "{diagnosis}: {measured}");
        }
        let read = understood(&[&order, FACESHEET_PAIRS, &note("10/10/2026", symptoms)]);
        assert_eq!(reasons(&read), ["RAD-1:insufficient"], "{diagnosis}: no measurement");
        let read = understood(&[
            &order,
            FACESHEET_PAIRS,
            &note("10/10/2026", &format!("{symptoms} PaCO2 40 mmHg.")),
        ]);
        assert_eq!(reasons(&read), ["RAD-1:unmet"], "{diagnosis}: normal");
        let silent = note("10/10/2026", "Denies morning headaches. PaCO2 52 mmHg.");
        let read = understood(&[&order, FACESHEET_PAIRS, &silent]);
        assert_eq!(
            reasons(&read),
            ["RAD-1:insufficient"],
            "{:?}",
            read.documents[2].fields.iter().map(|f| format!("{}={}", f.name, f.value)).collect::<Vec<_>>()
        );
    }
    let order = order(BILEVEL, "G12.21");
    for (measured, wanted) in [
        ("FVC 42 % predicted.", None),
        ("FVC 71 % of predicted.", Some("RAD-1:unmet")),
        ("MIP -38 cmH2O.", None),
        ("Saturation at or below 88 % for 12 minutes overnight.", None),
    ] {
        let read = understood(&[
            &order,
            FACESHEET_PAIRS,
            &note("10/10/2026", &format!("Fatigue and orthopnea. {measured}")),
        ]);
        assert_eq!(reasons(&read), wanted.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{measured}");
    }
}

#[test]
fn oxygen_needs_a_low_value_and_a_recent_visit() {
    let items = "E1390     Oxygen concentrator                      1\nE0431     Portable gaseous oxygen system           1";
    let orders = [
        order(items, "J44.9 COPD; J96.11"),
        order_in_pairs("Oxygen concentrator E1390 with portable E0431, 2 L/min nasal cannula", "J96.11"),
    ];
    for order in &orders {
        let seen = |date: &str, value: &str| {
            let body = format!("Shortness of breath with COPD. {value}");
            reasons(&understood(&[order, FACESHEET_PAIRS, &note(date, &body)]))
        };
        for low in [
            "SpO2 86% at rest on room air.",
            "At rest on room air the oxygen saturation was 88 %.",
            "Resting saturation on RA 84%; with 2 L/min 93%.",
            "ABG at rest on room air: PaO2 52 mmHg.",
            "SpO2 90% at rest on room air, 85% walking on room air, 94% walking on 2 L/min.",
        ] {
            assert_eq!(seen("10/10/2026", low), [""; 0], "{low}");
            assert_eq!(seen("03/20/2026", low), ["F2F-1:unmet"], "{low}: old visit");
            assert_eq!(seen("11/10/2026", low), ["OXY-2:unmet", "F2F-1:unmet"], "{low}: after the order");
        }
        for (value, wanted) in [
            ("SpO2 93% at rest on room air.", "OXY-1:unmet"),
            ("Vitals: SpO2 92% RA", "OXY-1:unmet"),
            ("", "OXY-1:insufficient"),
            ("SpO2 86%", "OXY-1:insufficient"),
            ("SpO2 91% on 3 L at rest.", "OXY-1:insufficient"),
            ("SpO2 89% at rest on room air.", "OXY-1:insufficient"),
            ("ABG at rest on room air: PaO2 66 mmHg. SpO2 87% at rest on room air.", "OXY-1:unmet"),
            ("SpO2 91% at rest on room air, 86% walking on room air.", "OXY-3:insufficient"),
            ("Overnight oximetry on room air: saturation 85% asleep.", "OXY-1:insufficient"),
        ] {
            assert_eq!(seen("10/10/2026", value), [wanted], "{value}");
        }
        for group_two in [
            "SpO2 89% at rest on room air. Cor pulmonale.",
            "SpO2 89% at rest on room air. Congestive heart failure with pedal edema.",
            "PaO2 58 mmHg on room air at rest. Hematocrit 58 %.",
        ] {
            assert_eq!(seen("10/10/2026", group_two), [""; 0], "{group_two}");
        }
        let read = understood(&[order, FACESHEET_PAIRS]);
        assert_eq!(reasons(&read), ["OXY-1:insufficient", "F2F-1:insufficient"], "no note");
    }
    let before_the_list = orders[0].replace("11/03/2026", "04/01/2026");
    let old = note("08/20/2025", "Shortness of breath with COPD. SpO2 86% at rest on room air.");
    assert_eq!(
        reasons(&understood(&[&before_the_list, FACESHEET_PAIRS, &old])),
        [""; 0],
        "not on the list yet"
    );
}

#[test]
fn short_studies_edges_and_scorings() {
    let cases = [
        ("Total Sleep Time: 95.0 min\nAHI (4%)     24.0 /hr\nTotal events 38", ""),
        ("Total Sleep Time: 80.0 min\nAHI (4%)     18.0 /hr\nTotal events 24", "PAP-2:unmet"),
        ("Total Sleep Time: 400 min\nAHI (4%)     14.6 /hr\nTotal events 97", "PAP-3:insufficient"),
        ("Total Sleep Time: 400 min\nAHI (3%)     26.2 /hr\nAHI (4%)     19.4 /hr\nTotal events 129", ""),
        ("Total Sleep Time: 400 min\nAHI (3%)     18.1 /hr\nAHI (4%)     3.2 /hr", "PAP-2:unmet"),
        (
            "Total Sleep Time: 400 min\nScoring rule           3 %          4 %\nAHI (events/h)         18.1         3.2",
            "PAP-2:unmet",
        ),
        (
            "Total Sleep Time: 400 min\nAHI, hypopneas with 3 % desaturation: 31.0 /h\nAHI, hypopneas with 4 % desaturation: 22.5 /h",
            "",
        ),
        (
            "Total Sleep Time: 400 min\n                       AASM 3 %     CMS 4 %\nAHI                    31.0         22.5",
            "",
        ),
    ];
    for (lines, wanted) in cases {
        let read = understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, &study(lines)]);
        assert_eq!(reasons(&read).join(" "), wanted, "{lines}");
    }
    let row = study(
        "Total Sleep Time: 400 min\nAHI (4%)      24.6      AHI (3%)     31.2\nTotal Events (4%)   164      ODI   20.1",
    );
    let read = understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, &row]);
    assert_eq!(
        (field(&read, "ahi_4pct"), field(&read, "ahi_3pct")),
        (vec!["24.6".to_owned()], vec!["31.2".to_owned()])
    );
    assert_eq!(field(&read, "events_total"), ["164"]);
    let read = understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, &study(cases[5].0)]);
    assert_eq!(
        (field(&read, "ahi_4pct"), field(&read, "ahi_3pct")),
        (vec!["3.2".to_owned()], vec!["18.1".to_owned()])
    );
}

#[test]
fn of_a_split_night_the_diagnostic_part_counts_and_a_titration_alone_does_not() {
    let splits = [
        "SPLIT NIGHT POLYSOMNOGRAM\nPatient: Doe, Jane A   DOB: 12/01/1956\nStudy Date: 10/05/2026\nDiagnostic portion\nTotal Sleep Time: 132.0 min\nTotal events 88\nAHI 40.0 /hr\nTitration portion\nTotal Sleep Time: 210.0 min\nTotal events 11\nAHI 3.1 /hr\nOptimal pressure: 11 cm H2O\n",
        "POLYSOMNOGRAPHY REPORT (Split-Night Study)\nPatient: Doe, Jane A   DOB: 12/01/1956\nStudy Date: 10/05/2026\n                            Diagnostic       CPAP titration\nTotal sleep time (min)      132.0            210.0\nApneas and hypopneas        88               11\nAHI                         40.0             3.1\nFinal pressure: 11 cm H2O\n",
        "SLEEP STUDY REPORT - SPLIT NIGHT\nRE: DOE, JANE A   DOB: 12/01/1956\nDate of study: 5-Oct-2026\nDuring the diagnostic part of 132 minutes of total sleep time there were 88 apneas and hypopneas\nwith an AHI of 40.0 per hour. During the titration with CPAP at 11 cm H2O the AHI was 3.1 per hour.\n",
    ];
    for split in splits {
        let read = understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, split]);
        assert_eq!(reasons(&read), [""; 0], "{split}");
        assert_eq!(field(&read, "test_kind"), ["split"], "{split}");
        assert_eq!(field(&read, "ahi"), ["40"], "{split}");
    }
    let titrations = [
        TITRATION.to_owned(),
        "POLYSOMNOGRAM WITH CPAP TITRATION\nName: Doe, Jane A    DOB: 12/01/1956\nStudy Date: 10/20/2026\nTotal sleep time 402 min. AHI 2.9 per hour.\nBaseline AHI of the earlier study was 38.0.\nFinal pressure: 9 cm H2O\n".to_owned(),
    ];
    for titration in titrations {
        let read = understood(&[ORDER_TABLE, FACESHEET_PAIRS, NOTE_SOAP, &titration]);
        assert_eq!(reasons(&read), ["PAP-2:insufficient"], "{titration}");
    }
}

#[test]
fn families_without_rules_wait_and_supplies_do_not() {
    for (items, family) in [
        ("K0001     Standard wheelchair                      1", "manual_chair"),
        ("E0260     Hospital bed, semi-electric              1", "bed"),
    ] {
        let read = understood(&[&order(items, "M62.81"), FACESHEET_PAIRS]);
        assert_eq!(reasons(&read), ["no_rules"], "{items}");
        assert_eq!(read.orders[0].order.family.as_deref(), Some(family));
    }
    let supplies = "A7030     Full face mask                           1\nA7037     Tubing                                   1\nA7038     Disposable filter                        6";
    let read = understood(&[&order(supplies, "G47.33"), FACESHEET_PAIRS]);
    assert_eq!(reasons(&read), [""; 0]);
    let codes: Vec<_> = read.orders[0].order.items.iter().filter_map(|item| item.hcpcs.clone()).collect();
    assert_eq!(codes, ["A7030", "A7037", "A7038"]);
}

/// A digit recognised as the letter of its looks is read as the digit where a code is listed, and nowhere else.
#[test]
fn a_code_is_read_through_letters_that_look_like_digits() {
    let read = understood(&[
        &order("KO001     Standard wheelchair                      1", "M62.81"),
        FACESHEET_PAIRS,
        "OFFICE VISIT NOTE\nPatient: Doe, Jane A    DOB: 12/01/1956\nDate: 11/02/2026\nLot EO601 was recalled.\n",
    ]);
    let items = &read.orders[0].order.items;
    let codes: Vec<_> = items.iter().filter_map(|item| item.hcpcs.as_deref()).collect();
    assert_eq!(codes, ["K0001"]);
}
