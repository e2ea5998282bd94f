//! A night in the laboratory or at home: events that add up to the indices printed, so that arithmetic checks hold.

use super::people::pick;
use super::value::{Facts, Value};
use jiff::Span;
use jiff::civil::{Date, time};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// What kind of night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Night {
    Psg,
    Split,
    Hsat,
    /// Peripheral arterial tone.
    Pat,
}

/// What the diagnostic recording is to show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) night: Night,
    /// Events an hour.
    pub(crate) index: f64,
    /// Minutes of sleep (of recording at home).
    pub(crate) minutes: f64,
    /// The report gives the index by 3 % too.
    pub(crate) both_rules: bool,
    /// The report gives it by 3 % only.
    pub(crate) three_only: bool,
}

fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Writes a diagnostic night's facts.
pub(crate) fn study(dice: &mut ChaCha8Rng, facts: &mut Facts, day: Date, wanted: Wanted) {
    let Wanted { night, index, minutes, .. } = wanted;
    let tst = tenth(minutes);
    let total = (index * tst / 60.0).round().max(1.0);
    let apneas = (total * dice.random_range(0.15..0.7)).floor();
    let central = if apneas > 6.0 { (apneas * dice.random_range(0.0..0.12)).floor() } else { 0.0 };
    let mixed = if apneas > 10.0 { (apneas * 0.05).floor() } else { 0.0 };
    let obstructive = apneas - central - mixed;
    let hypopneas = total - apneas;
    let per_hour = |events: f64| tenth(events * 60.0 / tst);
    let start = day.to_datetime(time(
        21 + dice.random_range(0..2),
        dice.random_range(0..59),
        dice.random_range(0..59),
        0,
    ));
    facts.set("study.start", Value::DateTime(start));
    let home = matches!(night, Night::Hsat | Night::Pat);
    let trt = if home {
        tenth(tst + dice.random_range(2.0..9.0))
    } else {
        tenth(tst / dice.random_range(0.74..0.95))
    };
    facts.set("study.end", Value::DateTime(start.saturating_add(Span::new().minutes(trt as i64))));
    facts.number("study.trt", trt);
    facts.number("study.tst", tst);
    facts.number("study.eff", tenth(tst / trt * 100.0));
    for (name, count) in [
        ("oa", obstructive),
        ("ca", central),
        ("ma", mixed),
        ("hyp", hypopneas),
        ("apneas", apneas),
        ("total", total),
    ] {
        facts.count(&format!("study.{name}"), count as i64);
        facts.number(&format!("study.{name}i"), per_hour(count));
    }
    let ahi = per_hour(total);
    if wanted.three_only {
        facts.number("study.ahi3", ahi);
    } else {
        facts.number("study.ahi", ahi);
        if wanted.both_rules {
            facts.number("study.ahi3", tenth(ahi * dice.random_range(1.15..1.5) + 1.0));
        }
    }
    facts.number("study.index", ahi);
    let reras = (tst / 60.0 * dice.random_range(1.0..5.0)).round();
    facts.count("study.rera", reras as i64);
    facts.number("study.rdi", per_hour(total + reras));
    facts.number("study.supine", tenth(ahi * dice.random_range(1.2..1.9) + 1.0));
    facts.number("study.nonsupine", tenth(ahi * dice.random_range(0.3..0.8)));
    facts.number("study.rem", tenth(ahi * dice.random_range(1.1..1.8) + 0.7));
    facts.number("study.nrem", tenth(ahi * dice.random_range(0.7..0.95)));
    facts.number("study.odi", tenth(ahi * dice.random_range(0.75..1.2)));
    oxygen_and_rest(dice, facts, ahi, tst);
    kind(facts, night);
    let read = day.saturating_add(Span::new().days(dice.random_range(2..9)));
    facts.set(
        "study.signed",
        Value::DateTime(read.to_datetime(time(dice.random_range(8..17), dice.random_range(0..59), 0, 0))),
    );
}

fn oxygen_and_rest(dice: &mut ChaCha8Rng, facts: &mut Facts, ahi: f64, tst: f64) {
    let nadir = (91.0 - ahi / 4.0 - dice.random_range(0.0..5.0)).clamp(62.0, 90.0).round();
    facts.count("study.nadir", nadir as i64);
    facts.count("study.mean", dice.random_range(91..96));
    facts.number("study.t88", tenth((tst * ahi / 800.0).min(tst * 0.3)));
    facts.number("study.arousal", tenth(ahi * 0.8 + dice.random_range(6.0..18.0)));
    facts.number("study.plmi", tenth(dice.random_range(0.0..20.0)));
    facts.number("study.latency", tenth(dice.random_range(4.0..40.0)));
    facts.number("study.remlat", tenth(dice.random_range(60.0..160.0)));
    let (n1, n3, rem) =
        (dice.random_range(5.0..20.0), dice.random_range(2.0..18.0), dice.random_range(8.0..22.0));
    for (name, share) in [("n1", n1), ("n2", 100.0 - n1 - n3 - rem), ("n3", n3), ("remp", rem)] {
        facts.number(&format!("study.{name}"), tenth(share));
        facts.number(&format!("study.{name}m"), tenth(share * tst / 100.0));
    }
    facts.count("study.hr", dice.random_range(54..78));
    let severity = match ahi {
        ahi if ahi < 5.0 => "none",
        ahi if ahi < 15.0 => "mild",
        ahi if ahi < 30.0 => "moderate",
        _ => "severe",
    };
    facts.text("study.severity", severity);
    facts.flag("study.positive", ahi >= 5.0);
    facts.text("study.scorer", pick(dice, &["T. Brill, RPSGT", "K. Osei, RPSGT", "M. Dunn, RST"]));
}

fn kind(facts: &mut Facts, night: Night) {
    let home = matches!(night, Night::Hsat | Night::Pat);
    facts.flag("study.home", home);
    facts.flag("study.lab", !home);
    facts.flag("study.split", night == Night::Split);
    facts.flag("study.pat", night == Night::Pat);
    let word = match night {
        Night::Psg => "psg",
        Night::Split => "split",
        Night::Hsat => "hsat",
        Night::Pat => "pat",
    };
    facts.text("study.kind", word);
}

/// Writes a night under treatment, in the laboratory.
pub(crate) fn titration(dice: &mut ChaCha8Rng, facts: &mut Facts, day: Date, bilevel: bool, failed: bool) {
    let start = day.to_datetime(time(22, dice.random_range(0..59), 0, 0));
    facts.set("tit.start", Value::DateTime(start));
    let tst = tenth(dice.random_range(280.0..400.0));
    facts.number("tit.tst", tst);
    facts.number("tit.trt", tenth(tst + dice.random_range(30.0..80.0)));
    facts.number("tit.residual", tenth(dice.random_range(0.4..4.6)));
    facts.number("tit.arousal", tenth(dice.random_range(6.0..16.0)));
    let cpap = dice.random_range(8..15);
    facts.count("tit.cpapmax", if failed { 20 } else { cpap });
    if bilevel {
        let epap = dice.random_range(8..12);
        facts.count("tit.ipap", epap + dice.random_range(4..7));
        facts.count("tit.epap", epap);
    } else {
        facts.count("tit.cpap", cpap);
    }
    facts.flag("tit.bilevel", bilevel);
    facts.flag("tit.failed", failed);
    facts.number("tit.failedahi", tenth(dice.random_range(14.0..32.0)));
    facts.count("tit.nadir", dice.random_range(88..93));
    facts.text(
        "tit.mask",
        pick(dice, &["ResMed AirFit F20", "Philips DreamWear nasal", "Fisher & Paykel Vitera"]),
    );
    facts.text("tit.masksize", pick(dice, &["small", "medium", "large"]));
    let read = day.saturating_add(Span::new().days(dice.random_range(2..9)));
    facts.set("tit.signed", Value::DateTime(read.to_datetime(time(11, 20, 0, 0))));
}
