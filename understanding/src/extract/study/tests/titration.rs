//! Pressures and what is left at them, as titration reports word and lay them out.

use super::read;

/// Each text, read as a titration, with all that is read of it.
fn titrated(cases: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (text, wanted) in cases {
        let (mut found, mut wanted) =
            (read(text, true), wanted.iter().map(|one| (*one).to_owned()).collect::<Vec<String>>());
        found.sort();
        wanted.sort();
        if found != wanted {
            wrong.push_str(&format!("\n{text}\n  read   {found:?}\n  wanted {wanted:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn all_titrated(texts: &[&str], wanted: &[&str]) {
    let cases: Vec<(&str, &[&str])> = texts.iter().map(|text| (*text, wanted)).collect();
    titrated(&cases);
}

#[test]
fn the_pressure_settled_on() {
    all_titrated(
        &[
            "Final CPAP pressure: 11 cm H2O",
            "Optimal CPAP: 11 cmH2O",
            "Optimal Pressure (cm H2O): 11",
            "Final Pressure (cmH2O)     11",
            "Final pressure 11 cwp",
            "CPAP, final: 11 cm H2O",
            "CPAP final pressure ....... 11",
            "Best CPAP: 11 cm",
            "Optimum CPAP level 11 cm H2O",
            "Recommended pressure: CPAP 11 cm H2O",
            "Recommended CPAP setting      11 cm H2O",
            "Titrated pressure: 11 cm H2O",
            "Titrated CPAP pressure     11.0 cmH2O",
            "Therapeutic pressure: 11 cmH2O",
            "Prescribed pressure 11 cmH2O",
            "Prescription: CPAP 11 cm H2O",
            "Final setting     CPAP @ 11 cmH2O",
            "Ending pressure: 11 cm H2O",
            "End pressure     11 cm H2O",
            "Pressure at end of study: 11 cmH2O",
            "Selected pressure: 11 cmH2O",
            "Ideal pressure: 11 cm H2O",
            "Treatment pressure: 11 cm H2O",
            "Final level: 11 cm H2O CPAP",
            "Effective CPAP pressure was 11 cm of water.",
            "CPAP was titrated to a final pressure of 11 cm H2O.",
            "CPAP was titrated to 11 cm H2O.",
            "CPAP was titrated from 5 to 11 cm H2O.",
            "CPAP was initiated at 5 cm H2O and titrated to 11 cm H2O.",
            "CPAP was started at 5 cmH2O and increased to a final pressure of 11 cmH2O.",
            "The optimal pressure was found to be 11 cm H2O.",
            "The patient was successfully titrated to CPAP of 11 cm H2O.",
            "An optimal CPAP pressure of 11 cm H2O was reached.",
            "Recommend CPAP at 11 cm H2O with heated humidity.",
            "Start CPAP 11 cm H2O nightly.",
            "CPAP 11 cm H2O is recommended.",
            "Initiate CPAP therapy at 11 cm H2O.",
            "The best results were obtained with CPAP at 11 cm H2O.",
            "Prescribe CPAP with a pressure of 11 cm H2O.",
            "At 11 cm H2O of CPAP, respiratory events were eliminated.",
            "CPAP at a pressure of 11 cm H2O controlled the events.",
        ],
        &["final_pressure=11"],
    );
}

#[test]
fn in_and_out_of_a_bilevel_device() {
    all_titrated(
        &[
            "Final IPAP: 15 cmH2O     Final EPAP: 11 cmH2O",
            "Final pressure: BiPAP 15/11 cm H2O",
            "Optimal bilevel pressure: 15/11 cmH2O",
            "Final IPAP (cmH2O)     15\nFinal EPAP (cmH2O)     11",
            "Optimal IPAP: 15\nOptimal EPAP: 11",
            "IPAP/EPAP: 15/11 cm H2O",
            "Final IPAP/EPAP (cm H2O): 15 / 11",
            "Final setting     Bi-level 15/11 cmH2O",
            "Recommended: bilevel PAP at 15/11 cm H2O.",
            "Bilevel PAP was titrated to 15/11 cm H2O.",
            "BPAP was titrated to a final pressure of 15/11 cm H2O.",
            "BiPAP 15 over 11 cm H2O was optimal.",
            "Recommend BiPAP with IPAP of 15 and EPAP of 11 cm H2O.",
            "The optimal setting was an IPAP of 15 cm H2O and an EPAP of 11 cm H2O.",
            "Prescription: BiPAP S, IPAP 15, EPAP 11",
            "Titrated pressures     IPAP 15 cm     EPAP 11 cm",
            "Inspiratory pressure (IPAP): 15 cmH2O\nExpiratory pressure (EPAP): 11 cmH2O",
            "Final settings: EPAP 11 cm H2O, IPAP 15 cm H2O",
        ],
        &["final.ipap=15", "final.epap=11"],
    );
}

#[test]
fn what_was_tried_is_not_what_was_settled_on() {
    titrated(&[
        ("CPAP was raised to 18 cmH2O and failed.", &[][..]),
        ("Starting pressure: 5 cm H2O", &[]),
        ("Maximum pressure tried: 18 cm H2O", &[]),
        ("Pressure range: 5 - 15 cm H2O", &[]),
        ("Starting pressure 5 cm H2O     Final pressure 11 cm H2O", &["final_pressure=11"]),
        ("CPAP was started at 5 cm H2O.", &[]),
        ("CPAP up to 18 cm H2O did not control the events, so bilevel was begun.", &[]),
        ("At CPAP 7 cm H2O the AHI was 11.9; at CPAP 11 cm H2O the AHI was 2.2.", &[]),
        ("At the final pressure of 11 cm H2O the AHI was 2.2.", &["final_pressure=11", "residual_ahi=2.2"]),
        (
            "The AHI at the optimal pressure of 11 cm H2O was 2.2 per hour.",
            &["final_pressure=11", "residual_ahi=2.2"],
        ),
        ("Final pressure: 11 cmH2O\nAHI at final pressure: 2.2", &["final_pressure=11", "residual_ahi=2.2"]),
        ("Residual AHI: 2.2/hr", &["residual_ahi=2.2"]),
        ("AHI on CPAP 11 cm H2O: 2.2", &["residual_ahi=2.2"]),
        ("With CPAP at 11 cm H2O the AHI fell to 2.2.", &["residual_ahi=2.2"]),
        ("The residual AHI was 2.2 events per hour.", &["residual_ahi=2.2"]),
        ("AHI at best pressure     2.2", &["residual_ahi=2.2"]),
        ("Treatment AHI: 2.2", &["residual_ahi=2.2"]),
    ]);
}
