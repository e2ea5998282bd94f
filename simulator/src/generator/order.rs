//! Draws a standard written order whose separately billed parts are itemised.

use jiff::civil::Date;

use super::days::at;
use crate::chart::{Order, OrderItem, PapMode};
use crate::dice::Dice;

/// An order dated `date`; `signed` says whether anybody signed it that day.
pub(crate) fn order(dice: &mut Dice, date: Date, signed: bool) -> Order {
    let mode = if dice.chance(0.6) {
        PapMode::Auto(dice.between(4, 7), dice.between(14, 20))
    } else {
        PapMode::Fixed(dice.between(7, 14))
    };
    let humidifier = dice.chance(0.85);
    let mut items = vec![device(mode)];
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
    Order {
        order_id: format!("9{}", dice.digits(8)),
        date,
        mode,
        humidifier,
        items,
        length_of_need: dice.pick(&[99, 99, 12]),
        signed_at: signed.then(|| at(date, dice, 9, 17)),
    }
}

fn device(mode: PapMode) -> OrderItem {
    match mode {
        PapMode::Auto(..) => item("E0601", "Auto-titrating CPAP device", 1, "once"),
        PapMode::Fixed(_) => item("E0601", "CPAP device", 1, "once"),
    }
}

/// Mask and its replaceable part, with Medicare's usual replacement intervals.
fn mask(dice: &mut Dice) -> [OrderItem; 2] {
    match dice.index(3) {
        0 => [
            item("A7034", "Nasal mask", 1, "1 per 3 months"),
            item("A7032", "Replacement nasal cushion", 2, "2 per month"),
        ],
        1 => [
            item("A7030", "Full face mask", 1, "1 per 3 months"),
            item("A7031", "Replacement full face cushion", 1, "1 per month"),
        ],
        _ => [
            item("A7034", "Nasal pillow mask", 1, "1 per 3 months"),
            item("A7033", "Replacement nasal pillows, pair", 2, "2 per month"),
        ],
    }
}

fn item(hcpcs: &'static str, description: &'static str, quantity: i64, frequency: &'static str) -> OrderItem {
    OrderItem { hcpcs, description, quantity, frequency }
}
