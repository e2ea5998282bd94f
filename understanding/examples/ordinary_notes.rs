//! How many ordinary notes would be held back, or flagged, as records that must not be passed on: reads a file of one
//! JSON object a line with a `text` (and, where there are any, `sample_names` and `specialties`), gives each to an order
//! as the chart would, and prints the counts.
//!
//! `cargo run -p understanding --example ordinary_notes -- NOTES.jsonl`

use domain::ids::{BlobRef, FragmentId, PacketId};
use domain::ocr_pool::{PageText, ReadMethod, Word};
use domain::parser::MarkKind;
use domain::patient_scraper::{ContentKind, Fragment, ListedDocument, Section};
use domain::reassembly::ManifestPage;
use jiff::Timestamp;
use serde_json::Value;
use std::error::Error;
use std::io::{BufRead, Write};
use std::path::Path;
use understanding::{Knowledge, PacketReading, RequestContext, understand};

const ORDER: &str = "STANDARD WRITTEN ORDER\nDurable Medical Equipment\nPatient Name: Doe, Jane A\nOrder Date: 11/03/2026\nHCPCS     Description                              Qty\nE0601     CPAP device                              1\nDiagnosis: G47.33\nOrdering Provider: Roe, Richard, MD    NPI: 1234567893\nElectronically signed by Richard Roe, MD on 11/03/2026\n";

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of notes, one JSON object a line")?;
    let knowledge = knowledge()?;
    let (mut notes, mut held, mut flagged) = (0_usize, Vec::new(), Vec::new());
    for line in std::io::BufReader::new(std::fs::File::open(path)?).lines() {
        let note: Value = serde_json::from_str(&line?)?;
        let text = note["text"].as_str().unwrap_or_default();
        let first = |key: &str| note[key][0].as_str().unwrap_or_default().trim().to_owned();
        let name = format!("{} / {}", first("specialties"), first("sample_names"));
        notes += 1;
        for mark in marks(text, &first("specialties"), &first("sample_names"), &knowledge) {
            match mark {
                MarkKind::HeldBack => held.push(name.clone()),
                MarkKind::LookFirst => flagged.push(name.clone()),
                MarkKind::NotNeeded | MarkKind::Unknown => {}
            }
        }
    }
    let mut out = std::io::stdout().lock();
    let share = |count: usize| 100.0 * count as f64 / notes.max(1) as f64;
    writeln!(out, "{notes} notes: {} held ({:.2} %)", held.len(), share(held.len()))?;
    held.iter().try_for_each(|name| writeln!(out, "  held     {name}"))?;
    writeln!(out, "{} flagged for a look ({:.2} %)", flagged.len(), share(flagged.len()))?;
    flagged.iter().try_for_each(|name| writeln!(out, "  flagged  {name}"))?;
    Ok(())
}

fn knowledge() -> Result<Knowledge, Box<dyn Error>> {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config");
    let mut files: Vec<_> = ["outcomes.toml", "collection.toml", "letters.toml", "keep.toml"]
        .map(|name| config.join(name))
        .to_vec();
    for folder in ["payers", "codes"] {
        for entry in std::fs::read_dir(config.join(folder))? {
            files.push(entry?.path());
        }
    }
    let mut sources = Vec::new();
    for file in files {
        sources.push((file.display().to_string(), std::fs::read_to_string(&file)?));
    }
    let pairs: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Knowledge::from_toml_sources(&pairs).map_err(|mistakes| mistakes[0].to_string().into())
}

/// The marks of the note beside an order, listed as a progress note of that title.
fn marks(text: &str, epic_type: &str, title: &str, knowledge: &Knowledge) -> Vec<MarkKind> {
    let text = text.replace(":,", ":\n").replace(".,", ".\n");
    let pages = [page(1, ORDER), page(2, &text)];
    let files = [file(1, "DME Order", "CPAP"), file(2, epic_type, title)];
    let manifest: Vec<ManifestPage> = files.iter().map(|(page, _)| page.clone()).collect();
    let fragments: Vec<Fragment> = files.into_iter().map(|(_, fragment)| fragment).collect();
    let packet = PacketId::new("packet");
    let reading =
        PacketReading { packet: &packet, pages: &pages, manifest: &manifest, fragments: &fragments };
    let read = understand(&reading, &RequestContext::default(), knowledge);
    let marks = read.orders.into_iter().flat_map(|draft| draft.order.document_marks);
    marks.map(|mark| mark.mark).collect()
}

fn file(number: u32, epic_type: &str, title: &str) -> (ManifestPage, Fragment) {
    let id = FragmentId::new(format!("f{number}"));
    let page = ManifestPage {
        page: number,
        fragment: id.clone(),
        epic_id: format!("D{number}"),
        section: Section::Notes,
        fragment_page: 1,
        blank: false,
        repeats: None,
        lost: None,
    };
    let listed = ListedDocument {
        epic_id: format!("D{number}"),
        section: Section::Notes,
        title: title.into(),
        epic_type: epic_type.to_owned(),
        service_date: None,
        author: None,
        status: None,
        edited: None,
    };
    let fragment = Fragment {
        id,
        listed,
        part: None,
        kind: ContentKind::Pdf,
        blob: BlobRef::new("b"),
        bytes: 1,
        printed: None,
        retrieved_at: Timestamp::UNIX_EPOCH,
    };
    (page, fragment)
}

/// A page of typewriter text: the column of a character is its place.
fn page(number: u32, text: &str) -> PageText {
    let mut words = Vec::new();
    for (row, line) in text.lines().enumerate() {
        let (top, mut column) = (100.0 + 14.0 * row as f32, 0);
        for part in line.split(' ') {
            let length = part.chars().count();
            if length > 0 {
                let left = 50.0 + 6.0 * column as f32;
                let bbox = [left, top, left + 6.0 * length as f32, top + 7.0];
                words.push(Word { text: part.to_owned(), bbox, confidence: 1.0, line: row as u32 });
            }
            column += length + 1;
        }
    }
    PageText {
        page: number,
        width_pt: 612.0,
        height_pt: (200.0 + 14.0 * text.lines().count() as f32).max(792.0),
        method: ReadMethod::TextLayer,
        words,
        text: text.to_owned(),
        mean_confidence: 1.0,
        turned: 0,
        unseen: Vec::new(),
        unread_because: None,
    }
}
