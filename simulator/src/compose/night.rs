//! What all reports of a night in the sleep laboratory have in common: head, signature, technician's log.

use super::{identity_pairs, identity_with};
use crate::chart::{Chart, OutsideFacility, Study, StudyKind};
use crate::dice::Dice;
use crate::generator::moment_text;
use crate::layout::{Align, Block};

/// The laboratory's letterhead: the hospital's own, or that of the facility the study comes from.
pub(super) fn head(chart: &Chart, outside: Option<&OutsideFacility>, align: Align) -> Block {
    let doctor = &chart.sleep_physician;
    let lines = match outside {
        Some(facility) => vec![facility.name.to_owned(), facility.address.to_owned()],
        None => vec![
            format!("{} Sleep Disorders Laboratory", chart.hospital.short_name()),
            doctor.address.one_line(),
            format!("Phone {}   Fax {}", doctor.phone, doctor.fax),
        ],
    };
    Block::Letterhead { lines, align }
}

/// Name, birth date and the record number the laboratory knows.
pub(super) fn identity(
    chart: &Chart,
    outside: Option<&OutsideFacility>,
    layout: u8,
) -> Vec<(&'static str, String)> {
    match outside {
        Some(facility) => identity_with(&chart.patient, &facility.mrn, layout),
        None => identity_pairs(chart, layout),
    }
}

/// Who read the night, and when.
pub(super) fn signature(chart: &Chart, interpreted_at: jiff::civil::DateTime) -> [Block; 3] {
    let doctor = &chart.sleep_physician;
    [
        Block::Gap(6.0),
        Block::Strong(format!("Interpreted and electronically signed by {}", doctor.signed_name())),
        Block::Para(format!(
            "Board certified in Sleep Medicine   NPI {}   {}",
            doctor.npi,
            moment_text(interpreted_at)
        )),
    ]
}

/// Stages, positions and the log of the night, which fill a page or two.
pub(super) fn details(study: &Study, dice: &mut Dice) -> Vec<Block> {
    let mut blocks = Vec::new();
    if study.kind != StudyKind::HomeTest {
        let shares = [("N1", 0.12), ("N2", 0.53), ("N3", 0.16), ("REM", 0.19)];
        let stages = shares.iter().map(|(stage, share)| {
            vec![
                (*stage).to_owned(),
                format!("{:.1}", share * study.tst_min),
                format!("{:.0} %", share * 100.0),
            ]
        });
        blocks.push(Block::Heading("Sleep Stages".into()));
        blocks.push(Block::table(
            &[0.3, 0.35, 0.35],
            &["Stage", "Minutes", "Share of sleep"],
            stages.collect(),
            true,
        ));
    }
    let turns = ["supine", "left side", "right side"];
    let remarks = [
        "Signals checked, all channels in order.",
        "Patient turned over.",
        "Oximeter probe reseated.",
        "Loud snoring heard.",
        "Awake, asked for water.",
        "Back to sleep.",
        "Nasal sensor reseated.",
    ];
    let mut at = study.recording_start;
    let mut log = Vec::new();
    let lines = 38;
    let step = (study.trt_min / f64::from(lines)).max(1.0) as i64;
    for _ in 0..lines {
        log.push(vec![
            at.strftime("%H:%M").to_string(),
            dice.pick(&turns).to_owned(),
            dice.pick(&remarks).to_owned(),
        ]);
        at = at.saturating_add(jiff::Span::new().minutes(step));
    }
    blocks.push(Block::Heading("Log of the Night".into()));
    blocks.push(Block::table(&[0.15, 0.25, 0.6], &["Time", "Position", "Remark"], log, false));
    blocks
}
