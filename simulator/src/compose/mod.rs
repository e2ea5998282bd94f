//! Words for facts: one file per class of document, three layouts each.
//!
//! Layouts differ in labels, in the order of blocks and in form (tables, aligned columns, prose), as
//! print-outs of different hospitals and releases do. Wording is drawn from the document's own dice.

mod encounter;
mod facesheet;
mod note;
mod note_phrases;
mod order;
mod other;
mod study;

use jiff::civil::Date;

use crate::chart::{Chart, Content, DocumentEntry, Format, Visit};
use crate::dice::Dice;
use crate::generator::date_text;
use crate::layout::{Align, Block, Draft, Style};

/// Name of the hospital on its papers.
pub(crate) const HOSPITAL: &str = "Riverside Regional Hospital";

/// Composes one document of a chart.
pub(crate) fn compose(chart: &Chart, entry: &DocumentEntry, seed: u64) -> Draft {
    let dice = &mut Dice::of(seed, &format!("words/{}", entry.id));
    let blocks = match (entry.content, visit_of(chart, entry.content)) {
        (Content::Facesheet, _) => facesheet::blocks(chart, entry.layout),
        (Content::Order, _) => order::blocks(chart, entry, dice),
        (Content::Visit | Content::FollowUp, Some(visit)) => note::blocks(chart, entry, visit, dice),
        (Content::Study, _) => study::blocks(chart, entry.layout, dice),
        (Content::EncounterSummary, Some(visit)) => encounter::blocks(chart, entry, visit),
        _ => other::blocks(chart, entry, dice),
    };
    let patient = &chart.patient;
    Draft {
        style: Style::of_layout(entry.layout),
        running_head: format!(
            "{}   MRN: {}   DOB: {}",
            patient.name.last_first(),
            patient.mrn,
            date_text(patient.dob)
        ),
        footer: format!("{HOSPITAL} - printed {}", date_text(printed_on(chart, entry))),
        blocks,
    }
}

/// A scan was printed when it was sent, anything else when the chart was last brought up to date.
fn printed_on(chart: &Chart, entry: &DocumentEntry) -> Date {
    match entry.edited {
        Some(edited) if entry.format == Format::Scan => edited.date(),
        _ => chart.printed_on,
    }
}

/// The visit a document tells of; a summary belongs to the first visit there was.
fn visit_of(chart: &Chart, content: Content) -> Option<&Visit> {
    match content {
        Content::Visit => chart.visit.as_ref(),
        Content::FollowUp => chart.follow_up.as_ref(),
        Content::EncounterSummary => chart.visit.as_ref().or(chart.follow_up.as_ref()),
        _ => None,
    }
}

/// The hospital's own letterhead.
fn hospital_head(layout: u8, department: &str) -> Block {
    Block::Letterhead {
        lines: vec![
            HOSPITAL.to_owned(),
            department.to_owned(),
            "1200 River Road, Riverside, NY 12309   Phone (518) 555-0100".to_owned(),
        ],
        align: if layout == 1 { Align::Left } else { Align::Centre },
    }
}

/// Name, birth date and record number under the layout's own labels.
fn identity_pairs(chart: &Chart, layout: u8) -> Vec<(&'static str, String)> {
    let patient = &chart.patient;
    let (name, dob, mrn) = (&patient.name, date_text(patient.dob), patient.mrn.clone());
    match layout {
        1 => vec![("Patient", name.last_first()), ("Date of Birth", dob), ("MRN", mrn)],
        2 => vec![("Patient Name", name.first_last()), ("Birth Date", dob), ("Medical Record No.", mrn)],
        _ => vec![("Patient Name", name.last_first()), ("DOB", dob), ("MRN", mrn)],
    }
}
