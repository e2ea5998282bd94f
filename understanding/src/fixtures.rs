//! Test pages: text laid out as words with boxes, and the knowledge of `config/`.

pub(crate) mod forms;
pub(crate) mod papers;

use crate::knowledge::Knowledge;
use crate::understand::{Decision, PacketReading, RequestContext, Understanding, understand};
use domain::ids::{DocumentId, PacketId};
use domain::ocr_pool::{PageText, ReadMethod, Word};
use domain::parser::{Document, DocumentClass, Evidence, Field, FieldMethod, FieldValue};
use domain::patient::PatientIdentity;
use std::path::{Path, PathBuf};

/// Points per character and line of the typewriter-like layout.
const CHAR: f32 = 6.0;
const PITCH: f32 = 14.0;
const CAP_HEIGHT: f32 = 7.0;

/// The files of `config/` that hold knowledge.
pub(crate) fn sources() -> Vec<(String, String)> {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config");
    let mut files: Vec<PathBuf> = ["outcomes.toml", "collection.toml", "letters.toml", "keep.toml"]
        .map(|name| config.join(name))
        .to_vec();
    for folder in ["payers", "codes", "prompts"] {
        let entries = std::fs::read_dir(config.join(folder)).expect("a folder of config/");
        files.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    files
        .into_iter()
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a file of config/")))
        .collect()
}

/// The knowledge of `config/`.
pub(crate) fn knowledge() -> Knowledge {
    let sources = sources();
    let pairs: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Knowledge::from_toml_sources(&pairs).expect("config/ is right")
}

/// A page of typewriter text: the column of a character is its place on the page.
pub(crate) fn page(number: u32, text: &str) -> PageText {
    read_page(number, text, ReadMethod::TextLayer, 1.0)
}

/// The same as if recognised from a scan.
pub(crate) fn scanned(number: u32, text: &str) -> PageText {
    read_page(number, text, ReadMethod::Ocr, 0.93)
}

fn read_page(number: u32, text: &str, method: ReadMethod, confidence: f32) -> PageText {
    let mut words = Vec::new();
    for (row, line) in text.lines().enumerate() {
        let top = 100.0 + PITCH * row as f32;
        let mut column = 0;
        for part in line.split(' ') {
            let length = part.chars().count();
            if length > 0 {
                let left = 50.0 + CHAR * column as f32;
                words.push(Word {
                    text: part.to_owned(),
                    bbox: [left, top, left + CHAR * length as f32, top + CAP_HEIGHT],
                    confidence,
                    line: row as u32,
                });
            }
            column += length + 1;
        }
    }
    let height_pt = (200.0 + PITCH * text.lines().count() as f32).max(792.0);
    PageText {
        page: number,
        turned: 0,
        width_pt: 612.0,
        height_pt,
        method,
        words,
        text: text.to_owned(),
        mean_confidence: confidence,
        unseen: Vec::new(),
        unread_because: None,
    }
}

/// The invented patient of the papers.
pub(crate) fn patient() -> PatientIdentity {
    PatientIdentity {
        name: "Doe, Jane A".into(),
        mrn: "E1234567".into(),
        dob: Some(jiff::civil::date(1956, 12, 1).into()),
    }
}

/// Understands papers, one page each, as a packet of that patient without a manifest.
pub(crate) fn understood(papers: &[&str]) -> Understanding {
    let pages: Vec<PageText> = papers.iter().zip(1..).map(|(text, number)| page(number, text)).collect();
    understood_pages(&pages)
}

/// Understands pages as a packet of the invented patient.
pub(crate) fn understood_pages(pages: &[PageText]) -> Understanding {
    let packet = PacketId::new("packet");
    let reading = PacketReading { packet: &packet, pages, manifest: &[], fragments: &[] };
    let context = RequestContext {
        patient: Some(patient()),
        received: Some(jiff::civil::date(2026, 11, 20)),
        ..RequestContext::default()
    };
    understand(&reading, &context, &knowledge())
}

/// Codes of the reasons for which the only order waits; empty if it goes on.
pub(crate) fn reasons(understanding: &Understanding) -> Vec<String> {
    let [draft] = understanding.orders.as_slice() else {
        panic!("{} orders, {:?}", understanding.orders.len(), understanding.request)
    };
    told(&draft.decision)
}

/// A decision in the words tests compare: reason codes, `cancelled`, `superseded by N`; nothing if it goes on.
pub(crate) fn told(decision: &Decision) -> Vec<String> {
    match decision {
        Decision::Route => Vec::new(),
        Decision::NeedsPerson { reasons } => reasons.iter().map(|reason| reason.code.clone()).collect(),
        Decision::Cancelled => vec!["cancelled".to_owned()],
        Decision::Superseded { by } => vec![format!("superseded by {by}")],
    }
}

/// A document of invented fields, for rules that are tested without pages.
pub(crate) fn document(class: DocumentClass, fields: &[(&str, FieldValue)]) -> Document {
    let field = |(name, value): &(&str, FieldValue)| Field {
        name: (*name).to_owned(),
        value: value.clone(),
        unit: None,
        evidence: Evidence { page: 1, bbox: [0.0; 4], quote: (*name).to_owned() },
        confidence: 1.0,
        method: FieldMethod::Rules,
    };
    Document {
        id: DocumentId::new("packet-1"),
        class,
        class_confidence: 1.0,
        decided_by: Vec::new(),
        page_first: 1,
        page_last: 1,
        fields: fields.iter().map(field).collect(),
    }
}
