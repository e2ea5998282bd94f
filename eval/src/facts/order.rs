//! The order: what is prescribed with which settings and diagnoses, and what an order may lack.

use super::case::Kind;
use super::people::{npi, pick};
use super::value::{Facts, Value};
use jiff::Span;
use jiff::civil::{Date, time};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

fn item(facts: &mut Facts, hcpcs: &str, text: &str, quantity: i64, every: &str) {
    let mut one = Facts::default();
    one.text("hcpcs", hcpcs);
    one.text("desc", text);
    one.count("qty", quantity);
    if !every.is_empty() {
        one.text("freq", every);
    }
    facts.push("items", one);
}

fn diagnosis(facts: &mut Facts, code: &str, text: &str) {
    let mut one = Facts::default();
    one.text("code", code);
    one.text("text", text);
    facts.push("dx", one);
}

/// Writes the order's facts, and what is wrong with it.
pub(crate) fn order(dice: &mut ChaCha8Rng, facts: &mut Facts, kind: Kind, ordered: Date) {
    facts.date("order.date", ordered);
    facts.text("order.id", format!("{}", dice.random_range(100_000_000..999_999_999_u32)));
    facts.text("order.lon", pick(dice, &["99", "12", "99"]));
    facts.set(
        "order.signed",
        Value::DateTime(ordered.saturating_add(Span::new().days(dice.random_range(0..4))).to_datetime(time(
            dice.random_range(8..18),
            dice.random_range(0..60),
            0,
            0,
        ))),
    );
    match dice.random_range(0..100) {
        0..5 => facts.unset("order.signed"),
        5..9 => facts.unset("order.date"),
        9..12 => facts.text("rx.npi", npi(dice, false)),
        12..15 => facts.unset("rx.npi"),
        _ => {}
    }
    facts.flag("signed", facts.get("order.signed").is_some());
    items(dice, facts, kind);
    match kind {
        Kind::Rad | Kind::Oxygen => {
            diagnosis(facts, "J44.9", "Chronic obstructive pulmonary disease, unspecified")
        }
        _ => diagnosis(facts, "G47.33", "Obstructive sleep apnea (adult)"),
    }
    match kind {
        Kind::Oxygen => diagnosis(facts, "J96.11", "Chronic respiratory failure with hypoxia"),
        Kind::Rad => diagnosis(facts, "J96.12", "Chronic respiratory failure with hypercapnia"),
        _ if facts.is("comorbid.hypertension") => diagnosis(facts, "I10", "Essential (primary) hypertension"),
        _ => {}
    }
}

/// What the order lists.
fn items(dice: &mut ChaCha8Rng, facts: &mut Facts, kind: Kind) {
    match kind {
        Kind::Pap => pap_items(dice, facts),
        Kind::Supplies => supply_items(dice, facts),
        Kind::Bilevel | Kind::Rad => {
            facts.flag("pap.bilevel", true);
            let epap = dice.random_range(6..11);
            facts.count("pap.epap", epap);
            facts.count("pap.ipap", epap + dice.random_range(4..7));
            item(
                facts,
                "E0470",
                pick(dice, &["Bilevel PAP device without backup rate", "BiPAP, no rate"]),
                1,
                "",
            );
            item(facts, "E0562", "Heated humidifier", 1, "");
        }
        Kind::BilevelRate => {
            facts.flag("pap.bilevel", true);
            facts.count("pap.epap", 8);
            facts.count("pap.ipap", 14);
            facts.count("pap.rate", dice.random_range(10..16));
            item(facts, "E0471", pick(dice, &["Bilevel PAP with backup rate (ST)", "BiPAP ST"]), 1, "");
        }
        Kind::Oxygen => {
            facts.count("o2.flow", dice.random_range(2..5));
            item(
                facts,
                "E1390",
                pick(dice, &["Oxygen concentrator, stationary", "Home oxygen concentrator"]),
                1,
                "",
            );
            if dice.random_bool(0.6) {
                item(facts, "E0431", "Portable gaseous oxygen system", 1, "");
            }
        }
        Kind::NotDme => {}
    }
}

fn pap_items(dice: &mut ChaCha8Rng, facts: &mut Facts) {
    if dice.random_bool(0.5) {
        facts.flag("pap.auto", true);
        let least = dice.random_range(4..8);
        facts.count("pap.min", least);
        facts.count("pap.max", least + dice.random_range(6..13));
        item(facts, "E0601", pick(dice, &["Auto-titrating CPAP device", "APAP machine", "AutoPAP"]), 1, "");
    } else {
        facts.flag("pap.fixed", true);
        facts.count("pap.pressure", dice.random_range(6..16));
        item(
            facts,
            "E0601",
            pick(dice, &["CPAP device", "Continuous positive airway pressure device"]),
            1,
            "",
        );
    }
    item(facts, "E0562", pick(dice, &["Heated humidifier", "Humidifier, heated"]), 1, "");
    if dice.random_bool(0.7) {
        supply_items(dice, facts);
    }
}

fn supply_items(dice: &mut ChaCha8Rng, facts: &mut Facts) {
    if dice.random_bool(0.5) {
        item(facts, "A7030", "Full face mask", 1, "1 per 3 months");
        item(facts, "A7031", "Full face cushion replacement", 1, "1 per month");
    } else {
        item(facts, "A7034", "Nasal mask", 1, "1 per 3 months");
        item(facts, "A7032", "Nasal cushion replacement", 2, "2 per month");
    }
    item(facts, "A7035", "Headgear", 1, "1 per 6 months");
    item(facts, "A7037", "Tubing", 1, "1 per 3 months");
    item(facts, "A7038", "Disposable filter", 2, "2 per month");
}
