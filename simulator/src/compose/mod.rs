//! Words for facts: one file per class of document, three layouts each.
//!
//! Layouts differ in labels, in the order of blocks and in form (tables, aligned columns, prose), as
//! print-outs of different hospitals and releases do. Wording is drawn from the document's own dice.

mod breathing;
mod encounter;
mod facesheet;
mod foreign;
mod night;
mod note;
mod note_phrases;
mod order;
mod order_words;
mod other;
mod split;
mod study;
mod titration;
mod topics;

use jiff::civil::Date;

use crate::chart::{Chart, Content, DocumentEntry, Format, Patient, Visit};
use crate::dice::Dice;
use crate::generator::date_text;
use crate::layout::{Align, Block, Draft, Style};

/// Composes one document of a chart.
pub(crate) fn compose(chart: &Chart, entry: &DocumentEntry, seed: u64) -> Draft {
    let dice = &mut Dice::of(seed, &format!("words/{}", entry.id));
    let blocks = match (entry.content, visit_of(chart, entry.content)) {
        (Content::Facesheet, _) => facesheet::blocks(chart, entry.layout),
        (Content::Order(index), _) => order::blocks(chart, index, entry.layout, dice),
        (Content::Visit | Content::FollowUp, Some(visit)) => note::blocks(chart, entry, visit, dice),
        (Content::Study, _) => study::blocks(chart, entry.layout, dice),
        (Content::Titration, _) => titration::blocks(chart, entry.layout, dice),
        (Content::Breathing, Some(visit)) => breathing::blocks(chart, entry, visit),
        (Content::EncounterSummary, Some(visit)) => encounter::blocks(chart, entry, visit),
        _ => other::blocks(chart, entry, dice),
    };
    let outside = chart.study.as_ref().and_then(|study| study.outside.as_ref());
    let outside = outside.filter(|_| entry.content == Content::Study);
    let mrn = outside.map_or(&chart.patient.mrn, |facility| &facility.mrn);
    let printed_by = outside.map_or(chart.hospital.name(), |facility| facility.name);
    let appended = chart.stranger.as_ref().filter(|_| entry.content == Content::Study);
    Draft {
        style: Style::of_layout(entry.layout),
        running_head: running_head(&chart.patient, mrn),
        footer: format!("{printed_by} - printed {}", date_text(printed_on(chart, entry))),
        blocks,
        appended: appended.map(|stranger| Box::new(foreign::page(chart, stranger, entry, dice))),
    }
}

/// What print-outs repeat at the top from the second page on.
fn running_head(patient: &Patient, mrn: &str) -> String {
    format!("{}   MRN: {mrn}   DOB: {}", patient.name.last_first(), date_text(patient.dob))
}

/// A scan was printed when it was sent, anything else when the chart was last brought up to date.
fn printed_on(chart: &Chart, entry: &DocumentEntry) -> Date {
    match (entry.printed, entry.edited) {
        (Some(day), _) => day,
        (None, Some(edited)) if !matches!(entry.format, Format::Pdf | Format::Html) => edited.date(),
        _ => chart.printed_on,
    }
}

/// The visit a document tells of; a summary belongs to the first visit there was.
fn visit_of(chart: &Chart, content: Content) -> Option<&Visit> {
    match content {
        Content::Visit | Content::Breathing => chart.visit.as_ref(),
        Content::FollowUp => chart.follow_up.as_ref(),
        Content::EncounterSummary => chart.visit.as_ref().or(chart.follow_up.as_ref()),
        _ => None,
    }
}

/// The hospital's own letterhead.
fn hospital_head(chart: &Chart, layout: u8, department: &str) -> Block {
    Block::Letterhead {
        lines: vec![
            chart.hospital.name().to_owned(),
            department.to_owned(),
            chart.hospital.address_line().to_owned(),
        ],
        align: if layout == 1 { Align::Left } else { Align::Centre },
    }
}

/// Name, birth date and record number under the layout's own labels.
fn identity_pairs(chart: &Chart, layout: u8) -> Vec<(&'static str, String)> {
    identity_with(&chart.patient, &chart.patient.mrn, layout)
}

/// The same under another record number, or of somebody else.
fn identity_with(patient: &Patient, mrn: &str, layout: u8) -> Vec<(&'static str, String)> {
    let (name, dob, mrn) = (&patient.name, date_text(patient.dob), mrn.to_owned());
    match layout {
        1 => vec![("Patient", name.last_first()), ("Date of Birth", dob), ("MRN", mrn)],
        2 => vec![("Patient Name", name.first_last()), ("Birth Date", dob), ("Medical Record No.", mrn)],
        _ => vec![("Patient Name", name.last_first()), ("DOB", dob), ("MRN", mrn)],
    }
}
