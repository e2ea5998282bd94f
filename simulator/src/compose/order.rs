//! The standard written order for equipment.

use super::order_words as words;
use super::{hospital_head, identity_pairs};
use crate::chart::{Chart, Clinician, Order};
use crate::dice::Dice;
use crate::generator::{date_text, moment_text};
use crate::layout::{Align, Block};

/// The chart's order `index` in one of three layouts; nothing when there is none.
pub(super) fn blocks(chart: &Chart, index: usize, layout: u8, dice: &mut Dice) -> Vec<Block> {
    let Some(order) = chart.orders.get(index) else { return Vec::new() };
    match layout {
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
    ];
    blocks.extend(words::standing(order, 1));
    blocks.extend([
        Block::pairs(2, head),
        Block::Heading("Diagnosis".into()),
        Block::pairs(1, [("ICD-10", format!("{} {}", order.diagnosis.code, order.diagnosis.text))]),
        Block::Heading("Items Ordered".into()),
        Block::table(&[0.13, 0.47, 0.1, 0.3], &["HCPCS", "Description", "Qty", "Replacement"], items, true),
        Block::Heading("Device Settings".into()),
        Block::pairs(1, words::settings(order)),
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
    ]);
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
    let short = if order.diagnosis.code == "G47.33" { "OSA" } else { order.diagnosis.short };
    head.push(("Diagnosis Code", format!("{} ({short})", order.diagnosis.code)));
    let opening = words::opening(order, dice);
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
    let mut blocks =
        vec![practice_head(doctor, Align::Centre), Block::Title(words::letter_title(order.family).into())];
    blocks.extend(words::standing(order, 2));
    blocks.extend([Block::pairs(1, head), Block::Gap(4.0), Block::Para(opening)]);
    blocks.extend(items);
    blocks.push(Block::Heading("Prescription".into()));
    blocks.push(Block::Para(words::prescription(order)));
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
    let signature = match order.signed_at {
        Some(at) => {
            let phrase = dice.pick(&["Electronically signed by", "Signed by"]);
            format!("{phrase} {} at {}", doctor.signed_name(), moment_text(at))
        }
        None => "Not signed".to_owned(),
    };
    let mut blocks =
        vec![hospital_head(chart, 3, "Ambulatory Orders"), Block::Title("DME Order Requisition".into())];
    blocks.extend(words::standing(order, 3));
    blocks.extend([
        Block::pairs(2, identity_pairs(chart, 3)),
        Block::Heading("Order Details".into()),
        Block::pairs(
            2,
            [
                ("Order Number", order.order_id.clone()),
                ("Ordered On", date_text(order.date)),
                ("Order Status", words::status(order).to_owned()),
                ("Length of Need", words::need(order)),
                ("Dx", order.diagnosis.code.to_owned()),
                ("Dx Text", order.diagnosis.short.to_owned()),
            ],
        ),
        Block::Heading("Equipment and Supplies".into()),
        Block::table(&[0.6, 0.12, 0.28], &["Item", "Quantity", "Frequency"], items, true),
    ]);
    let questions = words::questions(order);
    if !questions.is_empty() {
        blocks.push(Block::Heading("Order Questions".into()));
        blocks.push(Block::table(&[0.5, 0.5], &["Question", "Answer"], questions, true));
    }
    blocks.extend([
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
    ]);
    blocks
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
