//! Draws standard written orders whose separately billed parts are itemised.

use jiff::civil::Date;

use super::days::at;
use crate::chart::{Diagnosis, Family, Order, OrderItem, Settings, Standing};
use crate::dice::Dice;

/// Obstructive sleep apnea.
pub(crate) const OSA: Diagnosis = Diagnosis {
    code: "G47.33",
    text: "Obstructive sleep apnea (adult) (pediatric)",
    short: "Obstructive sleep apnea",
    in_text: "obstructive sleep apnea",
};
/// Amyotrophic lateral sclerosis.
pub(crate) const ALS: Diagnosis = Diagnosis {
    code: "G12.21",
    text: "Amyotrophic lateral sclerosis",
    short: "Amyotrophic lateral sclerosis",
    in_text: "amyotrophic lateral sclerosis",
};
/// Chronic obstructive pulmonary disease.
pub(crate) const COPD: Diagnosis = Diagnosis {
    code: "J44.9",
    text: "Chronic obstructive pulmonary disease, unspecified",
    short: "COPD",
    in_text: "COPD",
};
/// Arthrosis of both knees.
pub(crate) const KNEES: Diagnosis = Diagnosis {
    code: "M17.0",
    text: "Bilateral primary osteoarthritis of knee",
    short: "Osteoarthritis of both knees",
    in_text: "osteoarthritis of both knees",
};
/// Parkinson's disease.
pub(crate) const PARKINSON: Diagnosis = Diagnosis {
    code: "G20.A1",
    text: "Parkinson's disease without dyskinesia",
    short: "Parkinson's disease",
    in_text: "Parkinson's disease",
};

/// An order for CPAP with all its parts; `signed` says whether anybody signed it that day.
pub(crate) fn pap(dice: &mut Dice, date: Date, signed: bool) -> Order {
    let settings = if dice.chance(0.6) {
        Settings::Auto(dice.between(4, 7), dice.between(14, 20))
    } else {
        Settings::Fixed(dice.between(7, 14))
    };
    let humidifier = dice.chance(0.85);
    let device = match settings {
        Settings::Auto(..) => item("E0601", "Auto-titrating CPAP device", 1, "once"),
        _ => item("E0601", "CPAP device", 1, "once"),
    };
    let mut items = vec![device];
    items.extend(parts(dice, humidifier));
    let order = blank(dice, Family::Pap, OSA, date, signed);
    Order { settings, humidifier, items, ..order }
}

/// An order for a bilevel device without back-up rate and its parts.
pub(crate) fn bilevel(dice: &mut Dice, date: Date, diagnosis: Diagnosis) -> Order {
    let epap = dice.between(5, 9);
    let humidifier = dice.chance(0.7);
    let description =
        dice.pick(&["Bilevel PAP device without backup rate", "BiPAP device, no backup rate (RAD)"]);
    let mut items = vec![item("E0470", description, 1, "once")];
    items.extend(parts(dice, humidifier));
    let order = blank(dice, Family::Bilevel, diagnosis, date, true);
    let ipap = epap + dice.between(4, 7);
    Order { settings: Settings::Bilevel(ipap, epap), humidifier, items, ..order }
}

/// An order for supplies alone.
pub(crate) fn supplies(dice: &mut Dice, date: Date) -> Order {
    let mut items = mask(dice).to_vec();
    items.extend([
        item("A7035", "Headgear", 1, "1 per 6 months"),
        item("A7037", "Tubing", 1, "1 per 3 months"),
        item("A7038", "Disposable filter", 2, "2 per month"),
    ]);
    Order { items, ..blank(dice, Family::PapSupplies, OSA, date, true) }
}

/// An order for oxygen at home; the concentrator always, a portable system often.
pub(crate) fn oxygen(dice: &mut Dice, date: Date) -> Order {
    let mut items = vec![item("E1390", "Oxygen concentrator, stationary", 1, "monthly rental")];
    if dice.chance(0.6) {
        items.push(item("E0431", "Portable gaseous oxygen system", 1, "monthly rental"));
    }
    let settings = Settings::Oxygen(dice.between(1, 3));
    Order { settings, items, ..blank(dice, Family::Oxygen, COPD, date, true) }
}

/// An order for a standard wheelchair.
pub(crate) fn wheelchair(dice: &mut Dice, date: Date) -> Order {
    let items = vec![item("K0001", "Standard manual wheelchair", 1, "once")];
    Order { items, ..blank(dice, Family::Wheelchair, KNEES, date, true) }
}

/// An order for a semi-electric bed.
pub(crate) fn bed(dice: &mut Dice, date: Date) -> Order {
    let items = vec![item("E0260", "Hospital bed, semi-electric, with side rails and mattress", 1, "once")];
    Order { items, ..blank(dice, Family::Bed, PARKINSON, date, true) }
}

/// The same order with another mask, in the place of `earlier`.
pub(crate) fn corrected(dice: &mut Dice, earlier: &Order, date: Date) -> Order {
    let masks = ["A7030", "A7031", "A7032", "A7033", "A7034"];
    let had = earlier.items.iter().any(|item| item.hcpcs == "A7030");
    let new = if had { nasal_mask() } else { full_mask() };
    let place = earlier.items.iter().position(|item| masks.contains(&item.hcpcs)).unwrap_or(1);
    let mut items: Vec<OrderItem> =
        earlier.items.iter().filter(|item| !masks.contains(&item.hcpcs)).cloned().collect();
    for (i, item) in new.into_iter().enumerate() {
        items.insert((place + i).min(items.len()), item);
    }
    Order {
        order_id: number(dice),
        date,
        items,
        signed_at: Some(at(date, dice, 9, 17)),
        standing: Standing::Corrects { earlier: earlier.order_id.clone() },
        ..earlier.clone()
    }
}

/// Takes the mask and what wears out off a CPAP order: those are ordered on their own.
pub(crate) fn device_alone(order: &mut Order) {
    let device = ["E0601", "E0562", "A7046"];
    order.items.retain(|item| device.contains(&item.hcpcs));
}

fn blank(dice: &mut Dice, family: Family, diagnosis: Diagnosis, date: Date, signed: bool) -> Order {
    Order {
        order_id: number(dice),
        date,
        family,
        diagnosis,
        settings: Settings::Nothing,
        humidifier: false,
        items: Vec::new(),
        length_of_need: dice.pick(&[99, 99, 12]),
        signed_at: signed.then(|| at(date, dice, 9, 17)),
        standing: Standing::InForce,
    }
}

fn number(dice: &mut Dice) -> String {
    format!("9{}", dice.digits(8))
}

/// Humidifier, mask, headgear, tubing and filters.
fn parts(dice: &mut Dice, humidifier: bool) -> Vec<OrderItem> {
    let mut items = Vec::new();
    if humidifier {
        items.push(item("E0562", "Heated humidifier", 1, "once"));
    }
    items.extend(mask(dice));
    items.push(item("A7035", "Headgear", 1, "1 per 6 months"));
    items.push(if humidifier && dice.chance(0.6) {
        item("A4604", "Heated tubing", 1, "1 per 3 months")
    } else {
        item("A7037", "Tubing", 1, "1 per 3 months")
    });
    items.push(item("A7038", "Disposable filter", 2, "2 per month"));
    if dice.chance(0.5) {
        items.push(item("A7039", "Non-disposable filter", 1, "1 per 6 months"));
    }
    if humidifier {
        items.push(item("A7046", "Water chamber for humidifier", 1, "1 per 6 months"));
    }
    items
}

/// Mask and its replaceable part, with Medicare's usual replacement intervals.
fn mask(dice: &mut Dice) -> [OrderItem; 2] {
    match dice.index(3) {
        0 => nasal_mask(),
        1 => full_mask(),
        _ => [
            item("A7034", "Nasal pillow mask", 1, "1 per 3 months"),
            item("A7033", "Replacement nasal pillows, pair", 2, "2 per month"),
        ],
    }
}

fn nasal_mask() -> [OrderItem; 2] {
    [
        item("A7034", "Nasal mask", 1, "1 per 3 months"),
        item("A7032", "Replacement nasal cushion", 2, "2 per month"),
    ]
}

fn full_mask() -> [OrderItem; 2] {
    [
        item("A7030", "Full face mask", 1, "1 per 3 months"),
        item("A7031", "Replacement full face cushion", 1, "1 per month"),
    ]
}

fn item(hcpcs: &'static str, description: &'static str, quantity: i64, frequency: &'static str) -> OrderItem {
    OrderItem { hcpcs, description, quantity, frequency }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_order_names_another_mask_and_the_order_it_replaces() {
        for seed in 0..30 {
            let dice = &mut Dice::of(seed, "order");
            let first = pap(dice, jiff::civil::date(2026, 11, 12), true);
            let second = corrected(dice, &first, jiff::civil::date(2026, 11, 13));
            let codes = |order: &Order| order.items.iter().map(|i| i.hcpcs).collect::<Vec<_>>();
            assert_ne!(codes(&first), codes(&second));
            assert_eq!(first.items.len(), second.items.len());
            assert_ne!(first.order_id, second.order_id);
            assert_eq!(second.standing, Standing::Corrects { earlier: first.order_id });
        }
    }

    #[test]
    fn device_and_supplies_of_two_orders_share_no_item() {
        for seed in 0..30 {
            let dice = &mut Dice::of(seed, "order");
            let day = jiff::civil::date(2026, 11, 12);
            let (mut device, supplies) = (pap(dice, day, true), supplies(dice, day));
            device_alone(&mut device);
            assert_eq!(device.items[0].hcpcs, "E0601");
            assert!(device.items.iter().all(|d| supplies.items.iter().all(|s| s.hcpcs != d.hcpcs)));
        }
    }
}
