//! The standard written order for equipment.

use super::{hospital_head, identity_pairs};
use crate::chart::{Chart, Clinician, DocumentEntry, Order, PapMode};
use crate::dice::Dice;
use crate::generator::{date_text, moment_text};
use crate::layout::{Align, Block};

const DIAGNOSIS: &str = "Obstructive sleep apnea (adult) (pediatric)";

/// The order in one of three layouts; nothing when the chart holds none.
pub(super) fn blocks(chart: &Chart, entry: &DocumentEntry, dice: &mut Dice) -> Vec<Block> {
    let Some(order) = &chart.order else { return Vec::new() };
    match entry.layout {
        1 => itemised_table(chart, order, dice),
        2 => letter(chart, order, dice),
        _ => order_print(chart, order, dice),
    }
}

fn itemised_table(chart: &Chart, order: &Order, dice: &mut Dice) -> Vec<Block> {
    let doctor = &chart.prescriber;
    let mut head = identity_pairs(chart, 1);
    head.push(("Sex", chart.patient.sex.word().to_owned()));
    head.push(("Order Date", date_text(order.date)));
    head.push(("Order ID", order.order_id.clone()));
    let items = order
        .items
        .iter()
        .map(|i| {
            vec![i.hcpcs.to_owned(), i.description.to_owned(), i.quantity.to_string(), i.frequency.to_owned()]
        })
        .collect();
    let mut blocks = vec![
        practice_head(doctor, Align::Left),
        Block::Title("Standard Written Order - Durable Medical Equipment".into()),
        Block::pairs(2, head),
        Block::Heading("Diagnosis".into()),
        Block::pairs(1, [("ICD-10", format!("G47.33 {DIAGNOSIS}"))]),
        Block::Heading("Items Ordered".into()),
        Block::table(&[0.13, 0.47, 0.1, 0.3], &["HCPCS", "Description", "Qty", "Replacement"], items, true),
        Block::Heading("Device Settings".into()),
        Block::pairs(1, settings(order)),
        Block::Heading("Ordering Provider".into()),
        Block::pairs(
            2,
            [
                ("Provider", doctor.signed_name()),
                ("NPI", doctor.npi.clone()),
                ("Phone", doctor.phone.clone()),
                ("Fax", doctor.fax.clone()),
            ],
        ),
        Block::Gap(10.0),
    ];
    blocks.push(match order.signed_at {
        Some(at) => {
            let phrase = dice.pick(&["Electronically signed by", "Electronically signed by:"]);
            Block::Strong(format!("{phrase} {} on {}", doctor.signed_name(), moment_text(at)))
        }
        None => Block::Strong("Signature: ______________________________   Date: ______________".into()),
    });
    blocks
}

fn letter(chart: &Chart, order: &Order, dice: &mut Dice) -> Vec<Block> {
    let doctor = &chart.prescriber;
    let mut head = vec![("Date of Order", date_text(order.date)), ("Order Number", order.order_id.clone())];
    head.extend(identity_pairs(chart, 2));
    head.push(("Address", chart.patient.address.one_line()));
    head.push(("Diagnosis Code", "G47.33 (OSA)".to_owned()));
    let opening = dice.pick(&[
        "Please provide the following equipment and supplies for the patient named above:",
        "I am prescribing the following equipment and supplies for home use:",
        "The equipment below is ordered for treatment of obstructive sleep apnea:",
    ]);
    let items = order
        .items
        .iter()
        .enumerate()
        .map(|(i, item)| {
            Block::Para(format!(
                "{}. {} ({}), quantity {}, {}",
                i + 1,
                item.description,
                item.hcpcs,
                item.quantity,
                item.frequency
            ))
        })
        .collect::<Vec<_>>();
    let mut blocks = vec![
        practice_head(doctor, Align::Centre),
        Block::Title("Prescription for PAP Therapy".into()),
        Block::pairs(1, head),
        Block::Gap(4.0),
        Block::Para(opening.into()),
    ];
    blocks.extend(items);
    blocks.push(Block::Heading("Prescription".into()));
    blocks.push(Block::Para(format!(
        "{}. {} Length of need: {}.",
        pressure_sentence(order),
        if order.humidifier { "Heated humidification." } else { "No humidifier." },
        need(order)
    )));
    blocks.push(Block::Heading("Prescribing practitioner".into()));
    blocks.push(Block::pairs(
        1,
        [
            ("Name", doctor.signed_name()),
            ("National Provider Identifier", doctor.npi.clone()),
            ("Telephone", doctor.phone.clone()),
        ],
    ));
    blocks.push(Block::Gap(8.0));
    match order.signed_at {
        Some(at) => {
            let phrase = dice.pick(&["E-signed by", "Signed electronically by", "Electronically signed by"]);
            blocks.push(Block::Strong(format!("{phrase} {}", doctor.signed_name())));
            blocks.push(Block::Para(format!("Date signed: {}", moment_text(at))));
        }
        None => {
            blocks.push(Block::Strong("Practitioner signature: _________________________".into()));
            blocks.push(Block::Para("Date signed: ______________".into()));
        }
    }
    blocks
}

fn order_print(chart: &Chart, order: &Order, dice: &mut Dice) -> Vec<Block> {
    let doctor = &chart.prescriber;
    let items = order
        .items
        .iter()
        .map(|i| {
            vec![format!("{} {}", i.hcpcs, i.description), i.quantity.to_string(), i.frequency.to_owned()]
        })
        .collect();
    let (signature, status) = match order.signed_at {
        Some(at) => {
            let phrase = dice.pick(&["Electronically signed by", "Signed by"]);
            (format!("{phrase} {} at {}", doctor.signed_name(), moment_text(at)), "Signed")
        }
        None => ("Not signed".to_owned(), "Pended - awaiting signature"),
    };
    vec![
        hospital_head(3, "Ambulatory Orders"),
        Block::Title("DME Order Requisition".into()),
        Block::pairs(2, identity_pairs(chart, 3)),
        Block::Heading("Order Details".into()),
        Block::pairs(
            2,
            [
                ("Order Number", order.order_id.clone()),
                ("Ordered On", date_text(order.date)),
                ("Order Status", status.to_owned()),
                ("Length of Need", need(order)),
                ("Dx", "G47.33".to_owned()),
                ("Dx Text", "Obstructive sleep apnea".to_owned()),
            ],
        ),
        Block::Heading("Equipment and Supplies".into()),
        Block::table(&[0.6, 0.12, 0.28], &["Item", "Quantity", "Frequency"], items, true),
        Block::Heading("Order Questions".into()),
        Block::table(&[0.5, 0.5], &["Question", "Answer"], questions(order), true),
        Block::Heading("Authorizing Provider".into()),
        Block::pairs(
            2,
            [
                ("Authorized By", doctor.listed_name()),
                ("NPI", doctor.npi.clone()),
                ("Department", doctor.practice.to_owned()),
                ("Fax", doctor.fax.clone()),
            ],
        ),
        Block::pairs(1, [("E-Signature", signature)]),
    ]
}

fn practice_head(doctor: &Clinician, align: Align) -> Block {
    Block::Letterhead {
        lines: vec![
            doctor.practice.to_owned(),
            format!("{}   {}", doctor.specialty, doctor.address.one_line()),
            format!("Phone {}   Fax {}", doctor.phone, doctor.fax),
        ],
        align,
    }
}

fn settings(order: &Order) -> Vec<(&'static str, String)> {
    let mut rows = match order.mode {
        PapMode::Fixed(pressure) => {
            vec![("Mode", "CPAP".to_owned()), ("Pressure", format!("{pressure} cmH2O"))]
        }
        PapMode::Auto(low, high) => {
            vec![("Mode", "Auto CPAP (APAP)".to_owned()), ("Pressure Range", format!("{low}-{high} cmH2O"))]
        }
    };
    rows.push(("Humidification", if order.humidifier { "Heated" } else { "None" }.to_owned()));
    rows.push(("Length of Need", need(order)));
    rows
}

fn pressure_sentence(order: &Order) -> String {
    match order.mode {
        PapMode::Fixed(pressure) => format!("CPAP at a fixed pressure of {pressure} cm H2O"),
        PapMode::Auto(low, high) => {
            format!("Auto-titrating CPAP, minimum pressure {low} cm H2O, maximum pressure {high} cm H2O")
        }
    }
}

fn questions(order: &Order) -> Vec<Vec<String>> {
    let mut rows = match order.mode {
        PapMode::Fixed(pressure) => {
            vec![("Type of device?", "CPAP".to_owned()), ("Pressure (cm H2O)?", pressure.to_string())]
        }
        PapMode::Auto(low, high) => vec![
            ("Type of device?", "Auto-CPAP".to_owned()),
            ("Minimum pressure (cm H2O)?", low.to_string()),
            ("Maximum pressure (cm H2O)?", high.to_string()),
        ],
    };
    rows.push(("Heated humidifier?", if order.humidifier { "Yes" } else { "No" }.to_owned()));
    rows.into_iter().map(|(q, a)| vec![q.to_owned(), a]).collect()
}

fn need(order: &Order) -> String {
    match order.length_of_need {
        99 => "99 months (lifetime)".to_owned(),
        months => format!("{months} months"),
    }
}
