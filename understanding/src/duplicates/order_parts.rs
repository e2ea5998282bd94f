//! What an order is recognised by when it comes again, and the keyed hashes that are remembered of it.

use super::digest::{Digest, DocumentKey};
use domain::ids::{OrderId, RequestId, Revision};
use domain::parser::{OrderSketch, Signature};
use domain::patient::middle_names;
use domain::ports::Sealer;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use std::fmt;

/// What an order's signature is made of. `Debug` shows counts only.
#[derive(Clone, PartialEq, Eq)]
pub struct SignatureParts {
    pub(crate) items: Vec<String>,
    /// NPI, or the name's words where no NPI is legible; empty if unknown.
    pub(crate) prescriber: String,
    pub(crate) order_date: Option<Date>,
    /// A signed order is no repeat of its unsigned copy, which waits for just that signature.
    pub(crate) signed: bool,
    /// The order documents' words, print stamps and page numbers left out.
    pub(crate) words: Vec<String>,
    pub(crate) shingle_words: usize,
    /// Codes of the reasons for which the order waits for a person.
    pub(crate) waits_for: Vec<String>,
    /// Kind and day of each note, study and test of the packet.
    pub(crate) evidence: Vec<String>,
    /// The order's printed number.
    pub(crate) number: Option<String>,
    /// Numbers of the orders that it takes the place of.
    pub(crate) corrects: Vec<String>,
    /// The patient's name, as the order prints it.
    pub(crate) patient_name: Option<String>,
    /// Whether its pages were recognised from pictures.
    pub(crate) scanned: bool,
    /// How many days around the order date a copy's date may lie.
    pub(crate) days_apart_max: u32,
}

impl fmt::Debug for SignatureParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureParts")
            .field("items", &self.items.len())
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

/// Stands in a key for a part that is not legible.
pub(super) const UNKNOWN: &str = "-";

/// The remembered form of an order: keyed hashes only.
pub fn signature(
    sealer: &dyn Sealer,
    parts: &SignatureParts,
    request: &RequestId,
    order: &OrderId,
    received: DateTime,
) -> Signature {
    let mut evidence: Vec<String> =
        parts.evidence.iter().map(|name| short_hash(sealer, "order-evidence", name)).collect();
    evidence.sort_unstable();
    evidence.dedup();
    let hash = |purpose: &str, text: &str| short_hash(sealer, purpose, text);
    let part =
        |purpose: &str, text: &str| if text.is_empty() { UNKNOWN.to_owned() } else { hash(purpose, text) };
    let date = parts.order_date.map_or_else(String::new, |date| date.to_string());
    let items = parts.items.join(" ");
    let order_key =
        [part("order-items", &items), part("order-prescriber", &parts.prescriber), part("order-date", &date)]
            .join(".");
    let mut shingles: Vec<u64> = parts
        .words
        .windows(parts.shingle_words.clamp(1, parts.words.len().max(1)))
        .map(|words| {
            let hash = sealer.keyed_hash("order-shingle", words.join(" ").as_bytes());
            hash[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        })
        .collect();
    shingles.sort_unstable();
    shingles.dedup();
    Signature {
        request: request.clone(),
        order: order.clone(),
        received,
        order_key,
        text_hash: hash("order-text", &parts.words.join(" ")),
        shingles,
        duplicate_of: None,
        revision: Revision::FIRST,
        signed: parts.signed,
        waits_for: parts.waits_for.clone(),
        evidence,
        superseded_by: None,
        sketch: sketch(&DocumentKey::of(sealer), parts),
        likeness: None,
    }
}

fn sketch(key: &DocumentKey, parts: &SignatureParts) -> OrderSketch {
    let text = parts.words.join(" ");
    let mut digest = Digest::new(key, text.len());
    digest.page(&text);
    let number = |id: &str| {
        let plain: String = id.chars().filter(|c| c.is_alphanumeric()).collect();
        key.hash(b'n', plain.to_uppercase().as_bytes())
    };
    let day = |date: Date| key.hash(b'd', date.to_string().as_bytes());
    let apart = i64::from(parts.days_apart_max);
    let near =
        |date: Date| (-apart..=apart).filter_map(move |days| date.checked_add(days.days()).ok()).map(day);
    let (names, initials) = middle_names(parts.patient_name.as_deref().unwrap_or_default());
    let name = |name: &String| key.hash(b'm', name.as_bytes());
    OrderSketch {
        letters: digest.letters(),
        letters_scale: digest.letters_scale,
        scanned: parts.scanned,
        number: parts.number.as_deref().map(number),
        corrects: parts.corrects.iter().map(|id| number(id)).collect(),
        items: parts.items.iter().map(|item| key.hash(b'i', item.as_bytes())).collect(),
        day: parts.order_date.map(day),
        days_near: parts.order_date.map(|date| near(date).collect()).unwrap_or_default(),
        middle_names: names.iter().map(name).collect(),
        middle_initials: initials.iter().map(name).collect(),
    }
}

fn short_hash(sealer: &dyn Sealer, purpose: &str, text: &str) -> String {
    let hash = sealer.keyed_hash(purpose, text.as_bytes());
    hash[..10].iter().map(|byte| format!("{byte:02x}")).collect()
}
