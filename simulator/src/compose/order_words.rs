//! Words of an order that depend on what is ordered, and on whether it still counts.

use crate::chart::{Family, Order, Settings, Standing};
use crate::dice::Dice;
use crate::generator::date_text;
use crate::layout::Block;

/// Title of an order written as a letter.
pub(super) fn letter_title(family: Family) -> &'static str {
    match family {
        Family::Pap => "Prescription for PAP Therapy",
        Family::Bilevel => "Prescription for Bilevel PAP Therapy",
        Family::PapSupplies => "Prescription for PAP Supplies",
        Family::Oxygen => "Prescription for Home Oxygen",
        Family::Wheelchair | Family::Bed => "Prescription for Durable Medical Equipment",
    }
}

/// First sentence of such a letter.
pub(super) fn opening(order: &Order, dice: &mut Dice) -> String {
    match dice.index(3) {
        0 => "Please provide the following equipment and supplies for the patient named above:".to_owned(),
        1 => "I am prescribing the following equipment and supplies for home use:".to_owned(),
        _ => format!("The equipment below is ordered for treatment of {}:", order.diagnosis.in_text),
    }
}

/// Rows under "Device Settings".
pub(super) fn settings(order: &Order) -> Vec<(&'static str, String)> {
    let mut rows = match order.settings {
        Settings::Fixed(pressure) => {
            vec![("Mode", "CPAP".to_owned()), ("Pressure", format!("{pressure} cmH2O"))]
        }
        Settings::Auto(low, high) => {
            vec![("Mode", "Auto CPAP (APAP)".to_owned()), ("Pressure Range", format!("{low}-{high} cmH2O"))]
        }
        Settings::Bilevel(ipap, epap) => vec![
            ("Mode", "Bilevel (BiPAP S)".to_owned()),
            ("IPAP", format!("{ipap} cmH2O")),
            ("EPAP", format!("{epap} cmH2O")),
        ],
        Settings::Oxygen(flow) => vec![
            ("Flow", format!("{flow} L/min")),
            ("Delivery", "Nasal cannula".to_owned()),
            ("Hours", "Continuous, 24 hours a day".to_owned()),
        ],
        Settings::Nothing => Vec::new(),
    };
    if pressure_device(order) {
        rows.push(("Humidification", if order.humidifier { "Heated" } else { "None" }.to_owned()));
    }
    rows.push(("Length of Need", need(order)));
    rows
}

/// The same in a letter, as sentences.
pub(super) fn prescription(order: &Order) -> String {
    let device = match order.settings {
        Settings::Fixed(pressure) => format!("CPAP at a fixed pressure of {pressure} cm H2O. "),
        Settings::Auto(low, high) => {
            format!("Auto-titrating CPAP, minimum pressure {low} cm H2O, maximum pressure {high} cm H2O. ")
        }
        Settings::Bilevel(ipap, epap) => {
            format!("Bilevel PAP without backup rate, IPAP {ipap} cm H2O, EPAP {epap} cm H2O. ")
        }
        Settings::Oxygen(flow) => {
            format!("Oxygen at {flow} liters per minute by nasal cannula, continuous. ")
        }
        Settings::Nothing => String::new(),
    };
    let humidity = match (pressure_device(order), order.humidifier) {
        (true, true) => "Heated humidification. ",
        (true, false) => "No humidifier. ",
        (false, _) => "",
    };
    format!("{device}{humidity}Length of need: {}.", need(order))
}

/// Questions and answers of an order print; none where there is nothing to ask.
pub(super) fn questions(order: &Order) -> Vec<Vec<String>> {
    let mut rows = match order.settings {
        Settings::Fixed(pressure) => {
            vec![("Type of device?", "CPAP".to_owned()), ("Pressure (cm H2O)?", pressure.to_string())]
        }
        Settings::Auto(low, high) => vec![
            ("Type of device?", "Auto-CPAP".to_owned()),
            ("Minimum pressure (cm H2O)?", low.to_string()),
            ("Maximum pressure (cm H2O)?", high.to_string()),
        ],
        Settings::Bilevel(ipap, epap) => vec![
            ("Type of device?", "Bilevel (BiPAP)".to_owned()),
            ("IPAP (cm H2O)?", ipap.to_string()),
            ("EPAP (cm H2O)?", epap.to_string()),
        ],
        Settings::Oxygen(flow) => vec![
            ("Oxygen flow (L/min)?", flow.to_string()),
            ("Delivery device?", "Nasal cannula".to_owned()),
            ("Continuous use?", "Yes".to_owned()),
        ],
        Settings::Nothing => Vec::new(),
    };
    if pressure_device(order) {
        rows.push(("Heated humidifier?", if order.humidifier { "Yes" } else { "No" }.to_owned()));
    }
    rows.into_iter().map(|(q, a)| vec![q.to_owned(), a]).collect()
}

/// "99 months (lifetime)".
pub(super) fn need(order: &Order) -> String {
    match order.length_of_need {
        99 => "99 months (lifetime)".to_owned(),
        months => format!("{months} months"),
    }
}

/// "Signed", "Superseded": the status an order print shows.
pub(super) fn status(order: &Order) -> &'static str {
    match (&order.standing, order.signed_at) {
        (Standing::Superseded { .. }, _) => "Superseded",
        (Standing::Cancelled { .. }, _) => "Canceled",
        (Standing::Corrects { .. }, Some(_)) => "Signed - corrected order",
        (_, Some(_)) => "Signed",
        (_, None) => "Pended - awaiting signature",
    }
}

/// What an order that was replaced, corrected or withdrawn says of itself at the top.
pub(super) fn standing(order: &Order, layout: u8) -> Vec<Block> {
    let said = match &order.standing {
        Standing::InForce => return Vec::new(),
        Standing::Superseded { by, on } => match layout {
            1 => format!("SUPERSEDED - replaced by order {by} on {}. Do not use.", date_text(*on)),
            2 => format!("This order has been superseded by corrected order {by} of {}.", date_text(*on)),
            _ => format!("ORDER SUPERSEDED {}: see corrected order {by}", date_text(*on)),
        },
        Standing::Corrects { earlier } => match layout {
            1 => format!("CORRECTED ORDER - replaces order {earlier}"),
            2 => format!("This corrected order replaces order {earlier}, which is superseded."),
            _ => format!("CORRECTED ORDER (replaces {earlier})"),
        },
        Standing::Cancelled { on, why } => match layout {
            1 => format!("CANCELLED {} - reason: {why}. Do not fill.", date_text(*on)),
            2 => format!("This order was cancelled on {} ({why}).", date_text(*on)),
            _ => format!("ORDER CANCELED {}: {why}", date_text(*on)),
        },
    };
    vec![Block::Strong(said), Block::Gap(4.0)]
}

fn pressure_device(order: &Order) -> bool {
    matches!(order.settings, Settings::Fixed(_) | Settings::Auto(..) | Settings::Bilevel(..))
}
