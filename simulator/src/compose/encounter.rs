//! The after-visit or encounter summary handed to the patient.

use super::{hospital_head, identity_pairs};
use crate::chart::{Chart, DocumentEntry, Topic, Visit};
use crate::generator::date_text;
use crate::layout::Block;

/// The summary of one visit.
pub(super) fn blocks(chart: &Chart, entry: &DocumentEntry, visit: &Visit) -> Vec<Block> {
    let layout = entry.layout;
    let (date_label, with_label) = match layout {
        1 => ("Visit Date", "Seen By"),
        2 => ("Date of Visit", "Clinician"),
        _ => ("Encounter Date", "Provider"),
    };
    let mut head = identity_pairs(chart, layout);
    head.push((date_label, date_text(visit.date)));
    head.push((with_label, visit.author.listed_name()));
    let reason = match visit.topic {
        Topic::Evaluation => "Sleep evaluation",
        Topic::Results | Topic::CpapFailed => "Sleep apnea follow-up",
        Topic::OnTherapy => "Sleep apnea, yearly follow-up",
        Topic::Lungs => "Lung disease follow-up",
        Topic::Nerves => "Neurology follow-up",
        Topic::Mobility => "Equipment at home",
    };
    let mut today = vec![
        vec!["Blood pressure".to_owned(), format!("{}/{}", visit.blood_pressure.0, visit.blood_pressure.1)],
        vec!["Pulse".to_owned(), visit.pulse.to_string()],
        vec!["BMI".to_owned(), format!("{:.1}", visit.bmi)],
    ];
    if let Some(saturation) = visit.saturation {
        today.push(vec!["Oxygen saturation".to_owned(), format!("{saturation} %")]);
    }
    let advice: [&str; 2] = match visit.topic {
        Topic::Lungs | Topic::Nerves => {
            ["Use your medicines as listed.", "Call when you are short of breath."]
        }
        Topic::Mobility => ["Keep floors free of rugs.", "Do the exercises you were shown."],
        _ => ["Keep a regular sleep schedule.", "Do not drive when you feel sleepy."],
    };
    let instructions = vec![
        advice[0].to_owned(),
        advice[1].to_owned(),
        "Bring your medication list to each visit.".to_owned(),
    ];
    let mut blocks = vec![
        hospital_head(chart, layout, visit.author.practice),
        Block::Title(entry.title.clone()),
        Block::pairs(if layout == 2 { 1 } else { 2 }, head),
    ];
    let measured = Block::table(&[0.5, 0.3], &["Measurement", "Today"], today, layout == 3);
    let reason_blocks = [Block::Heading("Reason for Visit".into()), Block::Para(reason.into())];
    let advice = [Block::Heading("Instructions".into()), Block::Bullets(instructions)];
    if layout == 2 {
        blocks.extend(advice);
        blocks.extend(reason_blocks);
        blocks.extend([Block::Heading("Measured today".into()), measured]);
    } else {
        blocks.extend(reason_blocks);
        blocks.extend([Block::Heading("Vitals".into()), measured]);
        blocks.extend(advice);
    }
    blocks.push(Block::Heading("Pharmacy".into()));
    blocks.push(Block::Para(format!("{} Community Pharmacy, 88 Canal Street.", chart.hospital.short_name())));
    blocks
}
