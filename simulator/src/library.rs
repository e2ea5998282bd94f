//! The document store: bytes are made when first asked for and kept for the run.
//!
//! Start-up stays fast (only page counts are worked out), and a document fetched twice has the same
//! bytes both times.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::chart::{Content, DocumentEntry, Format};
use crate::compose::compose;
use crate::dice::Dice;
use crate::generator::{Hospital, date_text};
use crate::kind::HospitalKind;
use crate::layout::{Container, Draft, Fonts, Page, ScanOptions, set, to_html, to_pdf, to_scan};

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
    /// One a part.
    bytes: Vec<OnceLock<Bytes>>,
}

impl Library {
    /// Indexes the documents of all charts.
    pub(crate) fn new(hospital: Arc<Hospital>, fonts: Fonts) -> Self {
        let mut slots = HashMap::new();
        for (chart, of_chart) in hospital.charts.iter().enumerate() {
            for (entry, document) in of_chart.documents.iter().enumerate() {
                slots.insert(document.id.clone(), Slot::new(chart, entry, document.parts));
            }
        }
        Self { hospital, fonts, slots }
    }

    /// The document with this id, if it belongs to chart `chart`.
    pub(crate) fn entry(&self, chart: usize, id: &str) -> Option<&DocumentEntry> {
        let slot = self.slots.get(id).filter(|slot| slot.chart == chart)?;
        self.hospital.charts[chart].documents.get(slot.entry)
    }

    /// The bytes of one part, from 1, rendered now if nobody asked before; takes up to half a second a page.
    pub(crate) fn part(&self, id: &str, part: u8) -> Option<Bytes> {
        let slot = self.slots.get(id)?;
        let chart = &self.hospital.charts[slot.chart];
        let entry = chart.documents.get(slot.entry)?;
        let bytes = slot.bytes.get(usize::from(part.checked_sub(1)?))?;
        let render = || {
            let draft = compose(chart, entry, self.hospital.seed);
            render(&self.fonts, (self.hospital.kind, self.hospital.seed), &draft, entry, part)
        };
        Some(bytes.get_or_init(render).clone())
    }

    /// The composed words of a document, for the viewer's HTML notes.
    pub(crate) fn draft(&self, id: &str) -> Option<Draft> {
        let slot = self.slots.get(id)?;
        let chart = &self.hospital.charts[slot.chart];
        Some(compose(chart, chart.documents.get(slot.entry)?, self.hospital.seed))
    }
}

impl Slot {
    fn new(chart: usize, entry: usize, parts: u8) -> Self {
        Self { chart, entry, bytes: (0..parts.max(1)).map(|_| OnceLock::new()).collect() }
    }
}

/// Works out how many pages each document has; none has more parts than pages, and a JPEG has one.
pub(crate) fn count_pages(fonts: &Fonts, hospital: &mut Hospital) {
    let seed = hospital.seed;
    for chart in &mut hospital.charts {
        let counts: Vec<usize> = chart
            .documents
            .iter()
            .map(|entry| match entry.format {
                Format::Html => 1,
                Format::Pdf | Format::Scan | Format::Tiff | Format::Jpeg => {
                    set(fonts, &compose(chart, entry, seed), &entry.id).len()
                }
            })
            .collect();
        for (entry, pages) in chart.documents.iter_mut().zip(counts) {
            entry.pages = pages;
            if entry.format == Format::Jpeg && pages > 1 {
                entry.format = Format::Tiff;
            }
            entry.parts = entry.parts.min(u8::try_from(pages).unwrap_or(u8::MAX)).max(1);
        }
    }
}

/// Writes one part of a document, from 1, in its own format.
pub(crate) fn render(
    fonts: &Fonts,
    (kind, seed): (HospitalKind, u64),
    draft: &Draft,
    entry: &DocumentEntry,
    part: u8,
) -> Bytes {
    let container = match entry.format {
        Format::Html => return Bytes::from(to_html(draft, &entry.title, &entry.id)),
        Format::Pdf => None,
        Format::Scan => Some(Container::Pdf),
        Format::Tiff => Some(Container::Tiff),
        Format::Jpeg => Some(Container::Jpeg),
    };
    let pages: Vec<Page> = set(fonts, draft, &entry.id);
    let range = pages_of_part(pages.len(), entry.parts, part);
    let Some(container) = container else { return Bytes::from(to_pdf(&pages[range])) };
    // Tilt and dirt of a part are its own; what scanner it was is the document's.
    let options = scan_options(kind, entry, container, &mut Dice::of(seed, &format!("scan/{}", entry.id)));
    let dice = &mut Dice::of(seed, &format!("scan/{}/{part}", entry.id));
    Bytes::from(to_scan(fonts, &pages, range, &options, dice))
}

/// Which pages a part holds: as even as can be, the longer parts first.
fn pages_of_part(pages: usize, parts: u8, part: u8) -> Range<usize> {
    let (parts, part) = (usize::from(parts.max(1)), usize::from(part.max(1)));
    let start = |part: usize| (pages / parts) * part + part.min(pages % parts);
    start(part - 1).min(pages)..start(part).min(pages)
}

fn scan_options(
    kind: HospitalKind,
    entry: &DocumentEntry,
    container: Container,
    dice: &mut Dice,
) -> ScanOptions {
    let night = matches!(entry.content, Content::Study | Content::Titration);
    let place = if night { "SLEEP LAB" } else { "CLINIC" };
    let sender = format!("{} {place}", kind.short_name().to_uppercase());
    let sent = entry.edited.map(|at| format!("{} {}", date_text(at.date()), at.strftime("%H:%M")));
    let fax_header =
        sent.filter(|_| dice.chance(FAX_SHARE)).map(|at| format!("{at}  FROM: {sender}  (518) 555-0142"));
    ScanOptions { skew_degrees_max: SKEW_DEGREES_MAX, grey: dice.chance(GREY_SHARE), fax_header, container }
}

#[cfg(test)]
mod tests;
