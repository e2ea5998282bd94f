//! Whether an order has been here before: same patient (the caller's block), same items, prescriber and order
//! date, and a resembling text. Nothing is ever dropped; a verdict carries its score and reason.

use crate::knowledge::DuplicatePolicy;
use domain::ids::{OrderId, RequestId};
use domain::parser::Signature;
use domain::ports::Sealer;
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
const UNKNOWN: &str = "-";

/// The remembered form of an order: keyed hashes only.
pub fn signature(
    sealer: &dyn Sealer,
    parts: &SignatureParts,
    request: &RequestId,
    order: &OrderId,
    received: DateTime,
) -> Signature {
    let hash = |purpose: &str, text: &str| {
        let hash = sealer.keyed_hash(purpose, text.as_bytes());
        hash[..10].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let part =
        |purpose: &str, text: &str| if text.is_empty() { UNKNOWN.to_owned() } else { hash(purpose, text) };
    let date = parts.order_date.map_or_else(String::new, |date| date.to_string());
    let mut items = parts.items.join(" ");
    if !parts.signed && !items.is_empty() {
        items.push_str(" unsigned");
    }
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
    }
}

/// What comparing an order with the patient's others says.
#[derive(Clone, Debug, PartialEq)]
pub enum DuplicateVerdict {
    /// It has not been here before.
    Original,
    /// It repeats an original.
    Duplicate {
        /// The original.
        of: OrderId,
        /// Share of word shingles in common, 0 to 1.
        score: f64,
        /// Which rung of the ladder decided.
        why: &'static str,
    },
}

/// Compares an order with the patient's other signatures, whatever their order. Of matching originals the
/// lowest (received, order id) is the one repeated; a match that is itself a repeat leads to its original.
/// Signatures of the same request never count.
pub fn duplicate_verdict(own: &Signature, others: &[Signature], policy: DuplicatePolicy) -> DuplicateVerdict {
    let mut matches: Vec<(bool, &DateTime, &OrderId, f64, &'static str)> = others
        .iter()
        .filter(|other| other.request != own.request && other.order != own.order)
        .filter_map(|other| {
            let (score, why) = resemblance(own, other, policy)?;
            let of = other.duplicate_of.as_ref().unwrap_or(&other.order);
            Some((other.duplicate_of.is_some(), &other.received, of, score, why))
        })
        .filter(|(_, _, of, ..)| of.request() != own.request && **of != own.order)
        .collect();
    matches.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then(b.3.total_cmp(&a.3)));
    match matches.first() {
        Some((_, _, of, score, why)) => DuplicateVerdict::Duplicate { of: (*of).clone(), score: *score, why },
        None => DuplicateVerdict::Original,
    }
}

/// Score and reason if two orders are one; none if items, prescriber or order date differ.
fn resemblance(a: &Signature, b: &Signature, policy: DuplicatePolicy) -> Option<(f64, &'static str)> {
    let (parts_a, parts_b) = (a.order_key.split('.'), b.order_key.split('.'));
    let same_text = a.text_hash == b.text_hash;
    for (index, (part_a, part_b)) in parts_a.zip(parts_b).enumerate() {
        let unknown = part_a == UNKNOWN || part_b == UNKNOWN;
        // An illegible prescriber may be the other's; items and date must be known, or the texts be the same.
        let compatible =
            if unknown { same_text || (index == 1 && part_a != part_b) } else { part_a == part_b };
        if !compatible {
            return None;
        }
    }
    if same_text {
        return Some((1.0, "same text"));
    }
    let score = jaccard(&a.shingles, &b.shingles);
    (score >= policy.resemblance_min)
        .then_some((score, "same items, prescriber and order date, resembling text"))
}

/// Share of the union two sorted sets have in common; 0 of two empty ones.
fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut shared, mut left, mut right) = (0_usize, 0, 0);
    while left < a.len() && right < b.len() {
        match a[left].cmp(&b[right]) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                left += 1;
                right += 1;
            }
        }
    }
    let union = a.len() + b.len() - shared;
    if union == 0 { 0.0 } else { shared as f64 / union as f64 }
}

#[cfg(test)]
mod tests;
