//! What a document is recognised by: its text without the furniture of print and fax, its day of service, numbers,
//! fields and marks; and the keyed hashes that are remembered of it.

use super::digest::{Digest, DocumentKey};
use super::furniture;
use crate::find::DocView;
use crate::orders::normalised_lines;
use domain::ids::{BlobRef, DocumentId, RequestId};
use domain::ocr_pool::ReadMethod;
use domain::parser::{Document, DocumentClass, DocumentMarks, DocumentSignature, Field, FieldValue};
use jiff::civil::{Date, DateTime};
use std::collections::BTreeMap;
use std::fmt;

/// Pages with fewer words say too little to be recognised by.
const PAGE_WORDS_MIN: usize = 20;
/// More numbers than this many tell no more.
const NUMBERS_MAX: usize = 400;

/// A document's text and what is known of it, before anything is hashed. `Debug` shows counts only.
#[derive(Clone, PartialEq)]
pub struct DocumentParts {
    /// The document.
    pub document: DocumentId,
    /// What it is.
    pub class: DocumentClass,
    /// The file it is the whole of.
    pub file: Option<BlobRef>,
    /// Days of service it prints.
    pub days: Vec<Date>,
    /// The day of service the chart lists.
    pub listed_day: Option<Date>,
    /// Whether a page was recognised from a picture.
    pub scanned: bool,
    /// What it says of its own standing.
    pub marks: DocumentMarks,
    /// Study, accession and order numbers.
    pub studies: Vec<String>,
    /// Words in a shingle.
    pub shingle_words: usize,
    pub(super) pages: Vec<String>,
    pub(super) facts: BTreeMap<String, Vec<String>>,
}

impl fmt::Debug for DocumentParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentParts")
            .field("document", &self.document)
            .field("class", &self.class)
            .field("pages", &self.pages.len())
            .finish_non_exhaustive()
    }
}

/// What the chart's list says of the file a document came from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    /// The file, where the document is the whole of it.
    pub(crate) file: Option<BlobRef>,
    pub(crate) day: Option<Date>,
    pub(crate) status: Option<String>,
}

impl DocumentParts {
    /// A document of plain text, pages parted by form feeds, about which nothing else is known.
    pub fn of_text(document: DocumentId, class: DocumentClass, text: &str) -> Self {
        let pages: Vec<String> = text.split('\u{c}').map(furniture::without).collect();
        let marks = furniture::marks(pages.iter().map(String::as_str));
        Self {
            document,
            class,
            file: None,
            days: Vec::new(),
            listed_day: None,
            scanned: false,
            marks,
            studies: Vec::new(),
            shingle_words: crate::DuplicatePolicy::USUAL.shingle_words,
            pages,
            facts: BTreeMap::new(),
        }
    }

    /// A document of a packet.
    pub(crate) fn of(
        document: &Document,
        view: &DocView<'_>,
        listing: Listing,
        shingle_words: usize,
    ) -> Self {
        let pages: Vec<String> = view.pages.iter().map(|page| normalised_lines(page).join("\n")).collect();
        let mut marks = furniture::marks(pages.iter().map(String::as_str));
        let status = listing.status.unwrap_or_default().to_lowercase();
        let stands = |words: &[&str]| words.iter().any(|word| status.contains(word));
        let flagged =
            |name: &str| document.field(name).is_some_and(|field| field.value == FieldValue::Flag(true));
        marks.signed = flagged("signature") || stands(&["signed", "final", "complete"]);
        marks.addendum |= stands(&["addend"]);
        marks.corrected |= stands(&["amend", "correct", "revis"]);
        marks.preliminary |= stands(&["prelim", "draft", "unsigned", "pended"]);
        marks.interpreted |= document.field("interpreted_at").is_some();
        marks.raw |= document.class == DocumentClass::RawStudyData;
        let texts = |names: &[&str]| {
            let fields = document.fields.iter().filter(|field| names.contains(&field.name.as_str()));
            fields.map(|field| field.value.to_string().to_uppercase()).collect::<Vec<_>>()
        };
        Self {
            document: document.id.clone(),
            class: document.class,
            file: listing.file,
            days: days(document),
            listed_day: listing.day,
            scanned: view.pages.iter().any(|page| page.sheet.page.method == ReadMethod::Ocr),
            marks,
            studies: texts(&["order_id", "study_id", "accession"]),
            shingle_words,
            pages,
            facts: facts(&document.fields),
        }
    }

    /// How many bytes of text there are.
    fn bytes(&self) -> usize {
        self.pages.iter().map(String::len).sum()
    }

    /// The remembered form: keyed hashes and counts only.
    pub fn signature(&self, key: &DocumentKey, request: &RequestId, received: DateTime) -> DocumentSignature {
        let mut digest = Digest::new(key, self.bytes());
        for page in &self.pages {
            digest.page(page);
        }
        let mut numbers = std::mem::take(&mut digest.numbers);
        numbers.sort_unstable();
        numbers.dedup();
        numbers.truncate(NUMBERS_MAX);
        let sorted = |mut hashes: Vec<u64>| {
            hashes.sort_unstable();
            hashes.dedup();
            hashes
        };
        let day = |day: &Date| key.hash(b'd', day.to_string().as_bytes());
        let long = |(_, words): &&(u64, usize)| *words >= PAGE_WORDS_MIN;
        DocumentSignature {
            document: self.document.clone(),
            request: request.clone(),
            received,
            class: self.class,
            file: self.file.clone(),
            text_hash: digest.text_hash(),
            pages: digest.pages.iter().filter(long).map(|(hash, _)| *hash).collect(),
            pages_count: digest.pages.iter().filter(|(_, words)| *words > 0).count() as u32,
            words: digest.words() as u32,
            scanned: self.scanned,
            shingles: digest.shingles(self.shingle_words),
            letters_scale: digest.letters_scale,
            letters_count: digest.letters_count() as u32,
            letters: digest.letters(),
            numbers,
            days: sorted(self.days.iter().map(day).collect()),
            listed_day: self.listed_day.as_ref().map(day),
            studies: sorted(self.studies.iter().map(|id| key.value(id)).collect()),
            facts: self
                .facts
                .iter()
                .map(|(name, values)| {
                    (name.clone(), sorted(values.iter().map(|value| key.value(value)).collect()))
                })
                .collect(),
            marks: self.marks,
        }
    }
}

/// The days of service a document prints: those that its class is dated by.
fn days(document: &Document) -> Vec<Date> {
    let names: &[&str] = match document.class {
        DocumentClass::Order => &["order_date"],
        DocumentClass::SleepStudy | DocumentClass::Titration | DocumentClass::RawStudyData => {
            &["recording_start"]
        }
        DocumentClass::AdherenceReport => &["period_start"],
        DocumentClass::Lab | DocumentClass::Imaging => &["test_date", "service_date"],
        DocumentClass::EncounterSummary => {
            &["encounter_date", "admit_date", "discharge_date", "service_date"]
        }
        _ => &["encounter_date", "recording_start", "test_date", "service_date"],
    };
    let day = |field: &Field| match &field.value {
        FieldValue::Date(date) => Some(*date),
        FieldValue::DateTime(at) => Some(at.date()),
        _ => None,
    };
    names.iter().flat_map(|name| document.fields_named(name)).filter_map(day).collect()
}

/// The values of each field that says something of its own. Text of names and addresses is in the words already, and is
/// misread most.
fn facts(fields: &[Field]) -> BTreeMap<String, Vec<String>> {
    const TEXTS: [&str; 5] = ["items.hcpcs", "dx.icd10", "prescriber.npi", "order.status", "order.corrects"];
    let mut facts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for field in fields {
        let counts = match &field.value {
            FieldValue::Text(_) => TEXTS.contains(&field.name.as_str()),
            FieldValue::Flag(_) => field.name != "signature",
            _ => true,
        };
        if counts {
            facts.entry(field.name.clone()).or_default().push(field.value.to_string());
        }
    }
    facts
}
