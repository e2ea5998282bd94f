//! Wordings of saturations and blood gases, and what they must and must not give.

use crate::find::DocView;
use crate::fixtures::page;
use crate::labels::Labelled;
use crate::sheet::Sheet;

fn read(text: &str) -> Vec<String> {
    let page = page(1, text);
    let pages = [Labelled::of(Sheet::of(&page))];
    super::fields(&DocView { pages: &pages })
        .into_iter()
        .map(|field| format!("{}={}", field.name, field.value))
        .collect()
}

#[test]
fn how_a_saturation_was_measured_is_read_with_it() {
    for (text, wanted) in [
        ("SpO2 86% at rest on room air.", &["sat.rest.air=86"][..]),
        ("At rest, on room air, her oxygen saturation was 87 %.", &["sat.rest.air=87"]),
        ("Resting SpO2 on RA: 85%", &["sat.rest.air=85"]),
        ("Oxygen saturation (rest, room air)    86 %", &["sat.rest.air=86"]),
        (
            "SpO2 86% on room air at rest, 82% with exertion, and 93% on 2 L/min with exertion.",
            &["sat.rest.air=86", "sat.exercise.air=82", "sat.exercise.oxygen=93"],
        ),
        (
            "O2 sat at rest on room air 91 %; walking on room air 86 %; walking on 2 liters 94 %",
            &["sat.rest.air=91", "sat.exercise.air=86", "sat.exercise.oxygen=94"],
        ),
        ("Vitals: BP 132/80, HR 84, SpO2 92% on RA", &["sat.unstated.air=92"]),
        ("SpO2 94%", &["sat.unstated.unstated=94"]),
        ("Saturation 88 % on 2 L nasal cannula at rest", &["sat.rest.oxygen=88"]),
        ("Desaturated to 84% while walking on room air.", &["sat.exercise.air=84"]),
        ("At rest on room air SpO2 was 84-86%.", &["sat.rest.air=86"]),
        ("Overnight oximetry on room air: saturation 86% asleep", &["sat.sleep.air=86"]),
        ("SpO2 at rest without oxygen 87 %", &["sat.rest.air=87"]),
        (
            "Condition                 SpO2\nRest, room air            86 %\nExercise, room air        83 %\nExercise, 2 L/min         92 %",
            &["sat.rest.air=86", "sat.exercise.air=83", "sat.exercise.oxygen=92"],
        ),
        ("Goal SpO2 > 90%. Keep saturation above 92%.", &[]),
        ("Titrate to maintain SpO2 of at least 90%", &[]),
        ("If SpO2 is below 88% call the office.", &[]),
        ("Ejection fraction 55%. Hematocrit 44 %", &["hematocrit=44"]),
        ("Sleep efficiency 85 %", &[]),
    ] {
        assert_eq!(read(text), wanted, "{text}");
    }
}

#[test]
fn gases_and_lung_function_are_read() {
    for (text, wanted) in [
        (
            "ABG on room air at rest: pH 7.38, PaCO2 52 mmHg, PaO2 54 mmHg",
            &["po2.rest.air=54", "paco2=52"][..],
        ),
        ("pCO2, arterial     52    35 - 45 mmHg", &["paco2=52"]),
        ("PaCO2 was elevated at 49.5 mm Hg.", &["paco2=49.5"]),
        ("PaCO2 > 45 is required", &[]),
        ("Venous pCO2 55", &[]),
        ("FVC 42 % predicted", &["fvc=42"]),
        ("Forced vital capacity was 1.6 L (38% of predicted).", &["fvc=38"]),
        ("FEV1/FVC 78 %", &[]),
        ("MIP -42 cmH2O", &["mip=42"]),
        ("Oxygen saturation was at or below 88% for 14 minutes.", &["minutes_at_88=14"]),
        ("He spent 22.5 minutes with saturation below 88 %", &["minutes_at_88=22.5"]),
        (
            "Test      Actual     Pred      % Pred\nFVC       1.62       3.85      42\nFEV1      1.40       3.00      46",
            &["fvc=42"],
        ),
    ] {
        assert_eq!(read(text), wanted, "{text}");
    }
}

fn told(text: &str) -> Vec<String> {
    let page = crate::fixtures::page(1, text);
    let pages = [crate::labels::Labelled::of(crate::sheet::Sheet::of(&page))];
    let fields = super::fields(&crate::find::DocView { pages: &pages });
    fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect()
}

#[test]
fn values_stand_under_headings_that_say_how() {
    let saturations = "O2 sat, room air, at rest     O2 sat, room air, walking     O2 sat, on 2 L/min, walking\n86%                           81%                           93%";
    assert_eq!(told(saturations), ["sat.rest.air=86", "sat.exercise.air=81", "sat.exercise.oxygen=93"]);
    let gases = "Collected        pH Art       pCO2 Art     pO2 Art      HCO3 Art\nUnits                         mmHg         mmHg         mmol/L\nRef. range       7.35-7.45    35-45        80-100       22-26\n07-02-2026       7.34         56           52           27\nPatient at rest, breathing room air.";
    assert_eq!(told(gases), ["paco2=56", "po2.unstated.air=52"]);
}
