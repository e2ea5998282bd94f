//! Draws sleep studies and titrations whose numbers agree with each other.

use jiff::civil::Date;

use super::days::{after, at, office_day};
use crate::chart::{Study, StudyKind, Titration, TreatedHalf};
use crate::dice::Dice;

/// Share of qualifying studies with an index from 5 to 14.
const LOW_INDEX_SHARE: f64 = 0.25;

/// What a study shall show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wish {
    /// Qualifies: 15 or more with plenty of events, or 6 to 13.5.
    Qualifying,
    /// In the laboratory, 15 or more.
    HighInLaboratory,
    /// One night, half of it with CPAP.
    Split,
    /// 80 to 110 minutes of sleep with 30 events or more.
    Short,
    /// 70 to 95 minutes of sleep, 15 or more an hour, fewer than 28 events.
    ShortFewEvents,
    /// An index of exactly 14.6.
    Between,
    /// 15 or more under both rules, both printed.
    BothHigh,
    /// 16 to 20 under the 3 % rule, below 5 under the 4 % rule, both printed.
    OnlyThreePercentHigh,
}

/// A study of the night.
pub(crate) fn study(dice: &mut Dice, night: Date, wish: Wish) -> Study {
    let kind = match wish {
        Wish::Split => StudyKind::SplitNight,
        Wish::HighInLaboratory => StudyKind::Polysomnography,
        _ if dice.chance(0.55) => StudyKind::Polysomnography,
        _ => StudyKind::HomeTest,
    };
    let (trt_min, asleep) = times(dice, kind, wish);
    let wanted = index(dice, wish);
    let hours = asleep / 60.0;
    let (events_total, tst_min) = match wish {
        Wish::ShortFewEvents => few_events(dice),
        // The time follows from the events, so that the printed index is 14.6 to the tenth.
        Wish::Between => {
            let events = (wanted * hours).round();
            (events as i64, tenths(events / wanted * 60.0))
        }
        _ => ((wanted * hours).round() as i64, asleep),
    };
    let trt_min = if wish == Wish::ShortFewEvents { tst_min + trt_min - asleep } else { trt_min };
    let ahi = tenths(events_total as f64 / (tst_min / 60.0));
    let hypopneas = (events_total as f64 * dice.fraction(0.35, 0.7)) as i64;
    let central = dice.between(0, 6).min(events_total / 20);
    let mixed = dice.between(0, 4).min(events_total / 25);
    let device = match kind {
        StudyKind::HomeTest => dice.pick(&["ResMed ApneaLink Air", "Philips Alice NightOne"]),
        _ => dice.pick(&["Natus SleepWorks", "Nihon Kohden Polysmith"]),
    };
    let ahi_3pct = match wish {
        Wish::OnlyThreePercentHigh => tenths(dice.fraction(16.0, 20.0)),
        _ => tenths(ahi * dice.fraction(1.12, 1.45)),
    };
    Study {
        kind,
        device,
        recording_start: at(night, dice, 21, 22),
        trt_min: tenths(trt_min),
        tst_min,
        obstructive: events_total - hypopneas - central - mixed,
        central,
        mixed,
        hypopneas,
        events_total,
        ahi,
        ahi_3pct,
        supine_ahi: tenths(ahi * dice.fraction(1.1, 1.7)),
        rem_ahi: tenths(ahi * dice.fraction(0.9, 1.6)),
        odi: tenths(ahi * dice.fraction(0.85, 1.1)),
        nadir_spo2: dice.between(72, 86),
        mean_spo2: dice.between(91, 95),
        t88_min: tenths(dice.fraction(4.0, 60.0)),
        interpreted_at: at(office_day(after(night, dice.between(5, 8))), dice, 9, 16),
        both_scorings: matches!(wish, Wish::BothHigh | Wish::OnlyThreePercentHigh),
        silent_on_cpap: false,
        detailed: false,
        treated: (wish == Wish::Split).then(|| treated_half(dice)),
        outside: None,
    }
}

/// Recording time and sleep time in minutes; of a split night those of its first half.
fn times(dice: &mut Dice, kind: StudyKind, wish: Wish) -> (f64, f64) {
    let whole = dice.between(3800, 4700) as f64 / 10.0;
    let (efficiency, lost) = (dice.fraction(0.74, 0.93), dice.between(4, 15) as f64);
    match (wish, kind) {
        (Wish::Split, _) => {
            let asleep = tenths(dice.fraction(126.0, 158.0));
            (asleep + 3.0 * lost, asleep)
        }
        (Wish::Short | Wish::ShortFewEvents, _) => {
            let asleep = tenths(dice.fraction(80.0, 110.0));
            (asleep + 2.0 * lost, asleep)
        }
        (_, StudyKind::HomeTest) => (whole, whole - lost),
        _ => (whole, tenths(whole * efficiency)),
    }
}

/// Events per hour that are aimed at.
fn index(dice: &mut Dice, wish: Wish) -> f64 {
    match wish {
        Wish::Qualifying if dice.chance(LOW_INDEX_SHARE) => dice.fraction(6.0, 13.4),
        Wish::Qualifying | Wish::HighInLaboratory | Wish::BothHigh => dice.fraction(16.5, 64.0),
        Wish::Split => dice.fraction(28.6, 59.4),
        // 30 events in 80 minutes are 22.5 an hour.
        Wish::Short | Wish::ShortFewEvents => dice.fraction(24.0, 55.0),
        Wish::Between => 14.6,
        Wish::OnlyThreePercentHigh => dice.fraction(2.2, 4.3),
    }
}

/// 23 to 27 events in 70 to 95 minutes, at 15.3 an hour or more.
fn few_events(dice: &mut Dice) -> (i64, f64) {
    let events = dice.between(23, 27);
    let longest = (events as f64 * 60.0 / 15.3).min(95.0);
    (events, tenths(dice.fraction(70.0, longest) - 0.1).max(70.0))
}

fn treated_half(dice: &mut Dice) -> TreatedHalf {
    let tst_min = tenths(dice.fraction(140.0, 190.0));
    let events = (dice.fraction(2.3, 5.7) * tst_min / 60.0).round() as i64;
    TreatedHalf {
        pressure: dice.between(8, 14),
        trt_min: tenths(tst_min + dice.fraction(8.0, 30.0)),
        tst_min,
        events,
        residual_ahi: tenths(events as f64 / (tst_min / 60.0)),
    }
}

/// A night on which CPAP worked, or failed and bilevel pressure worked.
pub(crate) fn titration(dice: &mut Dice, night: Date, cpap_fails: bool) -> Titration {
    let trt_min = dice.between(3800, 4600) as f64 / 10.0;
    let found = (dice.between(16, 19), dice.between(9, 12), tenths(dice.fraction(1.6, 4.8)));
    Titration {
        device: dice.pick(&["Natus SleepWorks", "Nihon Kohden Polysmith"]),
        recording_start: at(night, dice, 21, 22),
        trt_min,
        tst_min: tenths(trt_min * dice.fraction(0.74, 0.9)),
        cpap: if cpap_fails { dice.between(15, 18) } else { dice.between(8, 13) },
        cpap_residual: tenths(if cpap_fails { dice.fraction(18.0, 34.0) } else { dice.fraction(1.4, 4.6) }),
        bilevel: cpap_fails.then_some(found),
        mask: dice.pick(&["full face mask, medium", "nasal mask, medium", "full face mask, large"]),
        nadir_spo2: dice.between(86, 91),
        interpreted_at: at(office_day(after(night, dice.between(4, 7))), dice, 9, 16),
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(seed: u64, wish: Wish) -> Study {
        let study = study(&mut Dice::of(seed, "study"), jiff::civil::date(2026, 10, 1), wish);
        let counted = study.obstructive + study.central + study.mixed + study.hypopneas;
        assert_eq!(counted, study.events_total);
        assert!(study.obstructive >= 0);
        assert!((study.events_total as f64 / (study.tst_min / 60.0) - study.ahi).abs() <= 0.06);
        assert!(study.ahi_3pct > study.ahi);
        assert!(study.trt_min > study.tst_min);
        study
    }

    proptest! {
        #[test]
        fn index_times_hours_is_the_number_of_events(seed: u64) {
            let study = drawn(seed, Wish::Qualifying);
            let high = study.ahi >= 15.0 && study.events_total >= 30;
            let low = (5.0..=14.0).contains(&study.ahi) && study.events_total >= 10;
            prop_assert!(high || low, "neither band: {}", study.ahi);
            prop_assert!(study.tst_min >= 120.0);
        }

        #[test]
        fn every_wish_comes_true(seed: u64) {
            let high = |study: &Study| study.ahi >= 15.0 && study.events_total >= 30;
            prop_assert!(high(&drawn(seed, Wish::HighInLaboratory)));
            prop_assert!(high(&drawn(seed, Wish::BothHigh)));
            let short = drawn(seed, Wish::Short);
            prop_assert!(high(&short) && (80.0..=110.0).contains(&short.tst_min));
            let few = drawn(seed, Wish::ShortFewEvents);
            prop_assert!(few.ahi >= 15.0 && (20..=27).contains(&few.events_total), "{}", few.ahi);
            prop_assert!((70.0..=95.0).contains(&few.tst_min), "{}", few.tst_min);
            let between = drawn(seed, Wish::Between);
            prop_assert_eq!(between.ahi, 14.6);
            prop_assert!(between.events_total >= 30);
            let low = drawn(seed, Wish::OnlyThreePercentHigh);
            prop_assert!((16.0..=20.0).contains(&low.ahi_3pct) && (2.0..=4.5).contains(&low.ahi));
        }

        #[test]
        fn a_split_night_is_worse_before_treatment(seed: u64) {
            let split = drawn(seed, Wish::Split);
            prop_assert!((28.0..=60.0).contains(&split.ahi) && split.events_total >= 30);
            prop_assert!(split.tst_min >= 120.0);
            let treated = split.treated.unwrap();
            prop_assert!((2.0..=6.0).contains(&treated.residual_ahi));
        }
    }
}
