//! The document store: bytes are made when first asked for and kept for the run.
//!
//! Start-up stays fast (only page counts are worked out), and a document fetched twice has the same
//! bytes both times.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::chart::{Content, DocumentEntry, Format};
use crate::compose::compose;
use crate::dice::Dice;
use crate::generator::{Hospital, date_text};
use crate::layout::{Draft, Fonts, Page, ScanOptions, set, to_html, to_pdf, to_scan};

/// Largest tilt of a scan in degrees.
const SKEW_DEGREES_MAX: f64 = 0.7;
/// Share of scans that are grey instead of black and white.
const GREY_SHARE: f64 = 0.3;
/// Share of scans that came by fax.
const FAX_SHARE: f64 = 0.75;

/// Renders and remembers documents.
pub(crate) struct Library {
    hospital: Arc<Hospital>,
    fonts: Fonts,
    slots: HashMap<String, Slot>,
}

struct Slot {
    chart: usize,
    entry: usize,
    bytes: OnceLock<Bytes>,
}

impl Library {
    /// Indexes the documents of all charts.
    pub(crate) fn new(hospital: Arc<Hospital>, fonts: Fonts) -> Self {
        let mut slots = HashMap::new();
        for (chart, of_chart) in hospital.charts.iter().enumerate() {
            for (entry, document) in of_chart.documents.iter().enumerate() {
                slots.insert(document.id.clone(), Slot { chart, entry, bytes: OnceLock::new() });
            }
        }
        Self { hospital, fonts, slots }
    }

    /// The document with this id, if it belongs to chart `chart`.
    pub(crate) fn entry(&self, chart: usize, id: &str) -> Option<&DocumentEntry> {
        let slot = self.slots.get(id).filter(|slot| slot.chart == chart)?;
        self.hospital.charts[chart].documents.get(slot.entry)
    }

    /// The bytes of a document, rendered now if nobody asked before; takes up to half a second.
    pub(crate) fn bytes(&self, id: &str) -> Option<Bytes> {
        let slot = self.slots.get(id)?;
        let chart = &self.hospital.charts[slot.chart];
        let entry = chart.documents.get(slot.entry)?;
        let render = || {
            let draft = compose(chart, entry, self.hospital.seed);
            render(&self.fonts, &draft, entry, self.hospital.seed)
        };
        Some(slot.bytes.get_or_init(render).clone())
    }

    /// The composed words of a document, for the viewer's HTML notes.
    pub(crate) fn draft(&self, id: &str) -> Option<Draft> {
        let slot = self.slots.get(id)?;
        let chart = &self.hospital.charts[slot.chart];
        Some(compose(chart, chart.documents.get(slot.entry)?, self.hospital.seed))
    }
}

/// Works out how many pages each document has.
pub(crate) fn count_pages(fonts: &Fonts, hospital: &mut Hospital) {
    let seed = hospital.seed;
    for chart in &mut hospital.charts {
        let counts: Vec<usize> = chart
            .documents
            .iter()
            .map(|entry| match entry.format {
                Format::Html => 1,
                Format::Pdf | Format::Scan => set(fonts, &compose(chart, entry, seed), &entry.id).len(),
            })
            .collect();
        for (entry, pages) in chart.documents.iter_mut().zip(counts) {
            entry.pages = pages;
        }
    }
}

/// Writes one document in its own format.
pub(crate) fn render(fonts: &Fonts, draft: &Draft, entry: &DocumentEntry, seed: u64) -> Bytes {
    let pages = || -> Vec<Page> { set(fonts, draft, &entry.id) };
    match entry.format {
        Format::Html => Bytes::from(to_html(draft, &entry.title, &entry.id)),
        Format::Pdf => Bytes::from(to_pdf(&pages())),
        Format::Scan => {
            let dice = &mut Dice::of(seed, &format!("scan/{}", entry.id));
            let options = scan_options(entry, dice);
            Bytes::from(to_scan(fonts, &pages(), &options, dice))
        }
    }
}

fn scan_options(entry: &DocumentEntry, dice: &mut Dice) -> ScanOptions {
    let sender = if entry.content == Content::Study { "RIVERSIDE SLEEP LAB" } else { "RIVERSIDE CLINIC" };
    let sent = entry.edited.map(|at| format!("{} {}", date_text(at.date()), at.strftime("%H:%M")));
    let fax_header =
        sent.filter(|_| dice.chance(FAX_SHARE)).map(|at| format!("{at}  FROM: {sender}  (518) 555-0142"));
    ScanOptions { skew_degrees_max: SKEW_DEGREES_MAX, grey: dice.chance(GREY_SHARE), fax_header }
}

#[cfg(test)]
mod tests;
