//! Draws visits whose findings fit what they are about.

use jiff::civil::Date;

use super::days::at;
use crate::chart::{Clinician, Comorbidity, Patient, Symptom, Topic, Visit};
use crate::dice::Dice;

/// A visit. One about sleep holds all findings an evaluation for sleep apnea needs.
pub(crate) fn visit(
    dice: &mut Dice,
    patient: &Patient,
    author: &Clinician,
    date: Date,
    topic: Topic,
) -> Visit {
    let mut symptoms = vec![Symptom::Snoring, Symptom::Sleepiness];
    let further = [
        Symptom::WitnessedApnea,
        Symptom::Gasping,
        Symptom::MorningHeadache,
        Symptom::Insomnia,
        Symptom::Fatigue,
    ];
    let count = dice.index(4);
    symptoms.extend(dice.some(&further, count).into_iter().copied());
    // Hypertension is always there: with an index below 15 a second condition has to carry the order.
    let mut comorbidities = vec![Comorbidity::Hypertension];
    let others = [Comorbidity::IschaemicHeartDisease, Comorbidity::Stroke, Comorbidity::Diabetes];
    let count = dice.index(3);
    comorbidities.extend(dice.some(&others, count).into_iter().copied());
    let years = dice.between(1, 6);
    let duration = match dice.index(3) {
        0 => format!("{} months", dice.between(5, 18)),
        _ if years == 1 => "1 year".to_owned(),
        _ => format!("{years} years"),
    };
    Visit {
        topic,
        date,
        author: author.clone(),
        signed_at: at(date, dice, 13, 17),
        symptoms,
        duration,
        epworth: dice.between(11, 19),
        bmi: patient.bmi(),
        neck_in: dice.between(32, 38) as f64 / 2.0,
        mallampati: dice.pick(&["II", "III", "IV"]),
        blood_pressure: (dice.between(124, 152), dice.between(70, 92)),
        pulse: dice.between(60, 88),
        saturation: Some(dice.between(95, 99)),
        fvc: None,
        paco2: None,
        comorbidities,
    }
}

/// A visit with the measurements that carry a respiratory assist device.
///
/// Vital capacity stays below half of predicted in ALS; carbon dioxide in COPD above what both the older
/// rule (45 mmHg) and the one of 2025 (52 mmHg) ask for.
pub(crate) fn hypoventilation(dice: &mut Dice, visit: &mut Visit) {
    let (capacity, pressure) = (dice.between(29, 46), dice.between(54, 66));
    match visit.topic {
        Topic::Nerves => visit.fvc = Some(capacity),
        _ => visit.paco2 = Some(pressure),
    }
}
