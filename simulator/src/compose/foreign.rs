//! One page about somebody else that got between a chart's papers.

use super::{hospital_head, identity_with, running_head};
use crate::chart::{Chart, DocumentEntry, Patient};
use crate::dice::Dice;
use crate::generator::date_text;
use crate::layout::{Block, Draft, Style};

/// A visit summary of `stranger`, as it came out of the same printer.
pub(super) fn page(chart: &Chart, stranger: &Patient, entry: &DocumentEntry, dice: &mut Dice) -> Draft {
    let layout = entry.layout;
    let mut head = identity_with(stranger, &stranger.mrn, layout);
    head.push(("Primary Care Provider", stranger.pcp.listed_name()));
    head.push(("Sex", stranger.sex.word().to_owned()));
    let told = dice.pick(&[
        "Seen for follow-up of high blood pressure. Home readings average 138/82. No dizziness.",
        "Seen for right shoulder pain after gardening. Full strength, pain with lifting above the head.",
        "Seen for a yearly examination. No complaints. Vaccines are up to date.",
    ]);
    Draft {
        style: Style::of_layout(layout),
        running_head: running_head(stranger, &stranger.mrn),
        footer: format!("{} - printed {}", chart.hospital.name(), date_text(chart.printed_on)),
        blocks: vec![
            hospital_head(chart, layout, stranger.pcp.practice),
            Block::Title("After Visit Summary".into()),
            Block::pairs(if layout == 2 { 1 } else { 2 }, head),
            Block::Heading("Summary".into()),
            Block::Para(told.into()),
            Block::Heading("Next steps".into()),
            Block::Para("Continue current medications. Return as scheduled.".into()),
        ],
        appended: None,
    }
}
