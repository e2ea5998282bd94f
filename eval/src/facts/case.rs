//! What a packet is about: which device, which evidence, and what is wrong with it, if anything.

use super::order::order;
use super::people::{Payer, people, pick};
use super::sleep::{Night, Wanted, study, titration};
use super::value::{Facts, Value};
use jiff::Span;
use jiff::civil::{Date, date, time};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pap,
    Supplies,
    /// E0470 for obstructive apnea after CPAP failed.
    Bilevel,
    /// E0471 with obstructive apnea as the main diagnosis.
    BilevelRate,
    /// E0470 for chronic lung disease.
    Rad,
    Oxygen,
    NotDme,
}

/// A packet before any paper.
pub(crate) struct Case {
    pub(crate) kind: Kind,
    pub(crate) facts: Facts,
    /// Kinds of documents in the order of the packet.
    pub(crate) papers: Vec<&'static str>,
    /// Whether it comes document by document out of a chart; else it is one long fax.
    pub(crate) chart: bool,
}

/// The case of a number: the same number gives the same case.
pub(crate) fn case(seed: u64, number: u64) -> Case {
    let mut dice = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let dice = &mut dice;
    let kind = match dice.random_range(0..100) {
        0..52 => Kind::Pap,
        52..60 => Kind::Supplies,
        60..68 => Kind::Bilevel,
        68..71 => Kind::BilevelRate,
        71..77 => Kind::Rad,
        77..93 => Kind::Oxygen,
        _ => Kind::NotDme,
    };
    let payer = match dice.random_range(0..100) {
        0..70 => Payer::Medicare,
        70..82 => Payer::Advantage,
        82..95 => Payer::Commercial,
        _ => Payer::Medicaid,
    };
    let ordered = date(2025, 7, 1).saturating_add(Span::new().days(dice.random_range(0..480)));
    let mut facts = Facts::default();
    people(dice, &mut facts, ordered, payer);
    facts.text("case.kind", format!("{kind:?}"));
    body(dice, &mut facts);
    order(dice, &mut facts, kind, ordered);
    let papers = match kind {
        Kind::Pap | Kind::Bilevel | Kind::BilevelRate => sleep_case(dice, &mut facts, kind, ordered),
        Kind::Supplies => supplies_case(dice, &mut facts, ordered),
        Kind::Oxygen | Kind::Rad => lung_case(dice, &mut facts, kind, ordered),
        Kind::NotDme => {
            let day = back(dice, ordered, 3, 40);
            visit(dice, &mut facts, day, false);
            let mut papers = vec!["facesheet"];
            papers.extend([pick(dice, &["imaging", "lab"]), pick(dice, &["letter", "imaging", "consent"])]);
            papers
        }
    };
    let mut papers = papers;
    if kind == Kind::Pap && dice.random_bool(0.05) {
        facts.flag("cancelled", true);
        papers = vec!["cover", "cancel"];
    }
    Case { kind, facts, papers, chart: dice.random_bool(0.5) }
}

fn back(dice: &mut ChaCha8Rng, from: Date, least: i64, most: i64) -> Date {
    from.saturating_sub(Span::new().days(dice.random_range(least..most)))
}

fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Height, weight, vital signs, complaints and other diseases.
fn body(dice: &mut ChaCha8Rng, facts: &mut Facts) {
    let woman = facts.get("pt.sex") == Some(&Value::Text("F".to_owned()));
    let height = if woman { dice.random_range(150..175) } else { dice.random_range(165..192) };
    let bmi = dice.random_range(24.0..46.0);
    let meters = f64::from(height) / 100.0;
    let weight = tenth(bmi * meters * meters);
    facts.number("height", f64::from(height));
    facts.number("weight", weight);
    facts.number("bmi", tenth(weight / (meters * meters)));
    facts.number("neck", tenth(f64::from(dice.random_range(28..40_u8)) * 0.5 * 2.54));
    facts.count("ess", dice.random_range(6..22));
    facts.count("bp.sys", dice.random_range(112..158));
    facts.count("bp.dia", dice.random_range(64..94));
    facts.count("hr", dice.random_range(58..98));
    facts.count("rr", dice.random_range(12..20));
    facts.number("temp", tenth(dice.random_range(36.3..37.1)));
    facts.count("sat.clinic", dice.random_range(94..99));
    if dice.random_bool(0.25) {
        facts.flag("old", true);
        facts.date(
            "old.date",
            date(dice.random_range(2008..2020), dice.random_range(1..13), dice.random_range(1..28)),
        );
        facts.number("old.ahi", tenth(dice.random_range(3.0..60.0)));
    }
    facts.text("mallampati", pick(dice, &["II", "III", "IV"]));
    facts.text("years", pick(dice, &["two", "three", "five", "several"]));
    for (symptom, chance) in [
        ("snoring", 0.9),
        ("sleepiness", 0.75),
        ("witnessed_apnea", 0.6),
        ("gasping", 0.45),
        ("morning_headache", 0.35),
        ("insomnia", 0.2),
        ("mood", 0.15),
        ("cognition", 0.2),
        ("fatigue", 0.5),
    ] {
        facts.flag(&format!("symptom.{symptom}"), dice.random_bool(chance));
    }
    for (disease, chance) in [
        ("hypertension", 0.5),
        ("ischemic_heart_disease", 0.15),
        ("stroke", 0.1),
        ("copd", 0.1),
        ("heart_failure", 0.08),
    ] {
        facts.flag(&format!("comorbid.{disease}"), dice.random_bool(chance));
    }
}

/// The visit that is to show the need.
fn visit(dice: &mut ChaCha8Rng, facts: &mut Facts, day: Date, osa: bool) {
    facts.date("visit.date", day);
    facts.text("visit.time", pick(dice, &["09:20", "10:40", "13:15", "15:00"]));
    facts.flag("visit.osa", osa);
    let signed = day.saturating_add(Span::new().days(dice.random_range(0..5)));
    facts.set("visit.signed", Value::DateTime(signed.to_datetime(time(17, dice.random_range(0..60), 0, 0))));
    facts.date("visit.next", day.saturating_add(Span::new().days(90)));
}

fn sleep_case(dice: &mut ChaCha8Rng, facts: &mut Facts, kind: Kind, ordered: Date) -> Vec<&'static str> {
    let night = pick(dice, &[Night::Psg, Night::Psg, Night::Hsat, Night::Pat, Night::Split]);
    let index = match dice.random_range(0..100) {
        0..58 => dice.random_range(15.5..78.0),
        58..88 => dice.random_range(5.3..13.8),
        88..92 => dice.random_range(14.1..14.9),
        _ => dice.random_range(0.8..4.4),
    };
    let minutes = match (night, dice.random_range(0..100)) {
        (_, 0..6) => dice.random_range(74.0..112.0),
        (Night::Split, _) => dice.random_range(125.0..175.0),
        _ => dice.random_range(270.0..440.0),
    };
    let scoring = dice.random_range(0..100);
    let tested = back(dice, ordered, 10, 60);
    let wanted = Wanted { night, index, minutes, both_rules: scoring < 35, three_only: scoring >= 94 };
    study(dice, facts, tested, wanted);
    let early = back(dice, tested, 7, 80);
    let mut note = "note";
    match dice.random_range(0..100) {
        0..6 => visit(dice, facts, tested.saturating_add(Span::new().days(5)), true),
        6..10 => visit(dice, facts, tested, true),
        10..15 => {
            visit(dice, facts, early, true);
            note = "telehealth";
        }
        15..21 => {
            visit(dice, facts, early, false);
            note = "note_other";
        }
        21..26 => note = "",
        _ => visit(dice, facts, early, true),
    }
    facts.date("visit.tested", tested);
    let bilevel = kind != Kind::Pap;
    let titrated = bilevel || night == Night::Split || (night == Night::Psg && dice.random_bool(0.45));
    let failed = bilevel && dice.random_bool(0.75);
    if titrated {
        let day = if night == Night::Split { tested } else { back(dice, ordered, 3, 9) };
        titration(dice, facts, day, bilevel, failed);
    }
    let diagnostic = match (night, dice.random_range(0..100)) {
        (Night::Split, _) => "split",
        (Night::Psg, 0..6) if titrated => "",
        (Night::Psg, _) => "psg",
        (Night::Hsat, _) => "hsat",
        (Night::Pat, _) => "pat",
    };
    let treated = if titrated && night != Night::Split { "titration" } else { "" };
    gathered(
        dice,
        &["order", note, diagnostic, treated],
        &[
            ("facesheet", 0.85),
            ("card", 0.3),
            ("consent", 0.12),
            ("letter", 0.12),
            ("prior_auth", 0.15),
            ("lab", 0.12),
            ("raw", 0.1),
        ],
    )
}

/// The papers that are there, a cover in front and the rest behind or between.
fn gathered(
    dice: &mut ChaCha8Rng,
    main: &[&'static str],
    others: &[(&'static str, f64)],
) -> Vec<&'static str> {
    let mut papers: Vec<&'static str> = main.iter().copied().filter(|paper| !paper.is_empty()).collect();
    for (other, chance) in others {
        if dice.random_bool(*chance) {
            let at = dice.random_range(0..=papers.len());
            papers.insert(at, other);
        }
    }
    if dice.random_bool(0.5) {
        papers.insert(0, "cover");
    }
    papers
}

fn supplies_case(dice: &mut ChaCha8Rng, facts: &mut Facts, ordered: Date) -> Vec<&'static str> {
    let day = back(dice, ordered, 5, 60);
    visit(dice, facts, day, true);
    adherence(dice, facts, ordered);
    gathered(dice, &["order"], &[("facesheet", 0.7), ("adherence", 0.8), ("card", 0.4), ("cmn", 0.2)])
}

fn adherence(dice: &mut ChaCha8Rng, facts: &mut Facts, ordered: Date) {
    let end = back(dice, ordered, 2, 12);
    facts.date("adh.end", end);
    facts.date("adh.start", end.saturating_sub(Span::new().days(29)));
    let used = dice.random_range(20..31);
    let long = dice.random_range(14..=used);
    facts.count("adh.days", 30);
    facts.count("adh.used", used);
    facts.count("adh.ge4", long);
    facts.count("adh.pct", (long as f64 / 30.0 * 100.0).round() as i64);
    facts.number("adh.avg", dice.random_range(230.0_f64..450.0).round());
    facts.number("adh.ahi", tenth(dice.random_range(0.6..6.0)));
    facts.number("adh.leak", tenth(dice.random_range(2.0..28.0)));
    facts.number("adh.p95", tenth(dice.random_range(7.0..14.0)));
    facts.text("adh.serial", format!("2321{}", dice.random_range(1_000_000..9_999_999_u32)));
}

fn lung_case(dice: &mut ChaCha8Rng, facts: &mut Facts, kind: Kind, ordered: Date) -> Vec<&'static str> {
    facts.flag("comorbid.copd", true);
    let day = back(dice, ordered, 1, 14);
    visit(dice, facts, day, false);
    facts.date("abg.date", day);
    facts.number("abg.ph", (dice.random_range(7.33_f64..7.42) * 100.0).round() / 100.0);
    if kind == Kind::Rad {
        facts.count("abg.pco2", dice.random_range(40..66));
        facts.count("abg.po2", dice.random_range(58..74));
        facts.count("abg.sat", dice.random_range(90..95));
        return gathered(
            dice,
            &["order", "note_lung", "abg"],
            &[("facesheet", 0.85), ("card", 0.3), ("imaging", 0.3)],
        );
    }
    let rest = match dice.random_range(0..100) {
        0..55 => dice.random_range(80..89),
        55..75 => dice.random_range(90..96),
        _ => 0,
    };
    if rest > 0 {
        facts.count("sat.rest", rest);
    }
    if rest >= 90 && dice.random_bool(0.75) {
        facts.count("sat.ex", dice.random_range(79..88));
        if dice.random_bool(0.8) {
            facts.count("sat.exo2", dice.random_range(91..97));
        }
    }
    if rest == 0 {
        let po2 = dice.random_range(44..72);
        facts.count("abg.pco2", dice.random_range(36..50));
        facts.count("abg.po2", po2);
        facts.count("abg.sat", if po2 <= 55 { dice.random_range(80..88) } else { dice.random_range(90..95) });
    }
    let note = if dice.random_bool(0.15) { "discharge" } else { "note_lung" };
    if note == "discharge" {
        facts.date("adm.in", day.saturating_sub(Span::new().days(4)));
        facts.date("adm.out", day.saturating_add(Span::new().days(1)));
    }
    let gas = if rest == 0 { "abg" } else { "" };
    gathered(
        dice,
        &["order", note, gas],
        &[("facesheet", 0.85), ("card", 0.3), ("imaging", 0.3), ("cmn", 0.15)],
    )
}
