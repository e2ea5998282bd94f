//! Draws visits and sleep studies whose numbers agree with each other.

use jiff::civil::Date;

use super::days::{after, at, office_day};
use crate::chart::{Clinician, Comorbidity, Patient, Study, StudyKind, Symptom, Visit};
use crate::dice::Dice;

/// Share of qualifying studies with an index from 5 to 14.
const LOW_INDEX_SHARE: f64 = 0.25;

/// A visit for suspected sleep apnea: the findings an evaluation needs are all there.
pub(crate) fn visit(dice: &mut Dice, patient: &Patient, author: &Clinician, date: Date) -> Visit {
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
        saturation: dice.between(95, 99),
        comorbidities,
    }
}

/// A study that qualifies: 15 or more with plenty of events, or 6 to 13.5.
pub(crate) fn study(dice: &mut Dice, night: Date) -> Study {
    let kind = if dice.chance(0.55) { StudyKind::Polysomnography } else { StudyKind::HomeTest };
    let trt_min = dice.between(3800, 4700) as f64 / 10.0;
    let tst_min = match kind {
        StudyKind::Polysomnography => (trt_min * dice.fraction(0.74, 0.93) * 10.0).round() / 10.0,
        StudyKind::HomeTest => trt_min - dice.between(4, 15) as f64,
    };
    let hours = tst_min / 60.0;
    let wanted =
        if dice.chance(LOW_INDEX_SHARE) { dice.fraction(6.0, 13.4) } else { dice.fraction(16.5, 64.0) };
    let events_total = (wanted * hours).round() as i64;
    let hypopneas = (events_total as f64 * dice.fraction(0.35, 0.7)) as i64;
    let central = dice.between(0, 6).min(events_total / 20);
    let mixed = dice.between(0, 4).min(events_total / 25);
    let ahi = tenths(events_total as f64 / hours);
    let nadir_spo2 = dice.between(72, 86);
    let device = match kind {
        StudyKind::Polysomnography => dice.pick(&["Natus SleepWorks", "Nihon Kohden Polysmith"]),
        StudyKind::HomeTest => dice.pick(&["ResMed ApneaLink Air", "Philips Alice NightOne"]),
    };
    Study {
        kind,
        device,
        recording_start: at(night, dice, 21, 22),
        trt_min,
        tst_min,
        obstructive: events_total - hypopneas - central - mixed,
        central,
        mixed,
        hypopneas,
        events_total,
        ahi,
        ahi_3pct: tenths(ahi * dice.fraction(1.12, 1.45)),
        supine_ahi: tenths(ahi * dice.fraction(1.1, 1.7)),
        rem_ahi: tenths(ahi * dice.fraction(0.9, 1.6)),
        odi: tenths(ahi * dice.fraction(0.85, 1.1)),
        nadir_spo2,
        mean_spo2: dice.between(91, 95),
        t88_min: tenths(dice.fraction(4.0, 60.0)),
        interpreted_at: at(office_day(after(night, dice.between(5, 8))), dice, 9, 16),
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn index_times_hours_is_the_number_of_events(seed: u64) {
            let study = study(&mut Dice::of(seed, "study"), jiff::civil::date(2026, 10, 1));
            let counted = study.obstructive + study.central + study.mixed + study.hypopneas;
            prop_assert_eq!(counted, study.events_total);
            prop_assert!(study.obstructive >= 0);
            prop_assert!((study.events_total as f64 / (study.tst_min / 60.0) - study.ahi).abs() <= 0.06);
            let high = study.ahi >= 15.0 && study.events_total >= 30;
            let low = (5.0..=14.0).contains(&study.ahi) && study.events_total >= 10;
            prop_assert!(high || low, "neither band: {}", study.ahi);
            prop_assert!(study.ahi_3pct > study.ahi);
            prop_assert!(study.tst_min >= 120.0);
        }
    }
}
