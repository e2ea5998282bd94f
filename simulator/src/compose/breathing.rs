//! Reports of lung function and blood gases, the measurements behind a respiratory assist device.

use super::{hospital_head, identity_pairs};
use crate::chart::{Chart, DocumentEntry, Visit};
use crate::generator::{date_text, moment_text};
use crate::layout::Block;

/// Spirometry where vital capacity was measured, else an arterial blood gas.
pub(super) fn blocks(chart: &Chart, entry: &DocumentEntry, visit: &Visit) -> Vec<Block> {
    let layout = entry.layout;
    let date_label = match layout {
        1 => "Date of Test",
        2 => "Test performed on",
        _ => "Service Date",
    };
    let mut head = identity_pairs(chart, layout);
    head.push((date_label, date_text(visit.date)));
    let mut blocks = vec![
        hospital_head(chart, layout, "Pulmonary Function Laboratory"),
        Block::Title(entry.title.clone()),
        Block::pairs(if layout == 2 { 1 } else { 2 }, head),
        Block::Heading("Results".into()),
    ];
    blocks.extend(results(visit, layout));
    if let Some(at) = entry.edited {
        let doctor = chart.prescriber.signed_name();
        blocks.push(Block::Strong(format!("Electronically signed by {doctor} on {}", moment_text(at))));
    }
    blocks
}

fn results(visit: &Visit, layout: u8) -> Vec<Block> {
    let (rows, words) = match (visit.fvc, visit.paco2) {
        (Some(fvc), _) => (
            vec![("FVC", format!("{fvc} % of predicted")), ("Position", "sitting".to_owned())],
            format!("Forced vital capacity is {fvc} % of predicted: severe restriction."),
        ),
        (None, Some(paco2)) => (
            vec![("PaCO2", format!("{paco2} mmHg")), ("State", "awake, at rest".to_owned())],
            format!("Arterial PaCO2 is {paco2} mmHg, awake: chronic hypercapnia."),
        ),
        (None, None) => (Vec::new(), "Not done.".to_owned()),
    };
    let measured = match layout {
        2 => Block::pairs(1, rows),
        _ => Block::table(
            &[0.4, 0.6],
            &["Measurement", "Result"],
            rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect(),
            layout == 3,
        ),
    };
    vec![measured, Block::Heading("Interpretation".into()), Block::Para(words)]
}
