//! Whether an order has been here before: same patient (the caller's block), same items, prescriber and order
//! date, and a resembling text. Nothing is ever dropped; a verdict carries its score and reason. An order that waits for
//! a person gives way to the same order that comes again with more, such as a late study or the missing signature.

use crate::knowledge::DuplicatePolicy;
use domain::ids::{OrderId, RequestId, Revision};
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
    /// Codes of the reasons for which the order waits for a person.
    pub(crate) waits_for: Vec<String>,
    /// Kind and day of each note, study and test of the packet.
    pub(crate) evidence: Vec<String>,
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
    }
}

fn short_hash(sealer: &dyn Sealer, purpose: &str, text: &str) -> String {
    let hash = sealer.keyed_hash(purpose, text.as_bytes());
    hash[..10].iter().map(|byte| format!("{byte:02x}")).collect()
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
    /// It has been here before, but waits, and this one comes with more: it takes their place.
    Supersedes {
        /// The orders that wait.
        earlier: Vec<OrderId>,
    },
    /// A later order took its place.
    Superseded {
        /// That order.
        by: OrderId,
    },
}

/// A signature of the patient's that is the same order as ours, and the one it leads to.
struct Match<'a> {
    original: &'a Signature,
    score: f64,
    why: &'static str,
    /// The other one is an unsigned copy of an order that is signed now.
    unsigned: bool,
}

/// Compares an order with the patient's other signatures, whatever their order. A match that is itself a repeat, or
/// was superseded, leads to the order that stands for it. If one of those went on, ours repeats it, of several the
/// lowest (received, order id). If all wait, ours takes their place where it comes with more, else it repeats them.
/// Signatures of the same request never count.
pub fn duplicate_verdict(own: &Signature, others: &[Signature], policy: DuplicatePolicy) -> DuplicateVerdict {
    let mut matches: Vec<Match<'_>> = others
        .iter()
        .filter(|other| other.request != own.request && other.order != own.order)
        .filter_map(|other| {
            let (score, why) = resemblance(own, other, policy)?;
            if other.signed && !own.signed {
                return None;
            }
            Some(Match {
                original: stands_for(other, others),
                score,
                why,
                unsigned: own.signed && !other.signed,
            })
        })
        .filter(|found| found.original.request != own.request && found.original.order != own.order)
        .collect();
    let place = |found: &Match<'_>| (found.original.received, found.original.order.clone());
    matches.sort_by(|a, b| place(a).cmp(&place(b)).then(b.score.total_cmp(&a.score)));
    let repeats = |found: &Match<'_>| DuplicateVerdict::Duplicate {
        of: found.original.order.clone(),
        score: found.score,
        why: found.why,
    };
    let went_on = |found: &&Match<'_>| found.original.waits_for.is_empty();
    // An unsigned copy is no repeat of a signed order: it gives way to it, or stands beside it.
    matches.retain(|found| {
        !found.unsigned || found.original.signed || (!went_on(&found) && brings_more(own, found.original))
    });
    if let Some(found) = matches.iter().find(went_on) {
        return repeats(found);
    }
    if let Some(found) = matches.iter().find(|found| !brings_more(own, found.original)) {
        return repeats(found);
    }
    let mut earlier: Vec<OrderId> = matches.iter().map(|found| found.original.order.clone()).collect();
    earlier.dedup();
    if earlier.is_empty() { DuplicateVerdict::Original } else { DuplicateVerdict::Supersedes { earlier } }
}

/// The order that stands for a signature: its original, then whatever superseded that.
fn stands_for<'a>(signature: &'a Signature, all: &'a [Signature]) -> &'a Signature {
    let mut found = signature;
    for _ in 0..all.len() {
        let next = found.duplicate_of.as_ref().or(found.superseded_by.as_ref());
        match next.and_then(|next| all.iter().find(|other| other.order == *next)) {
            Some(next) => found = next,
            None => break,
        }
    }
    found
}

/// Whether ours comes with more than one that waits: it could go on; or fewer reasons are left, and no new ones; or a
/// document or the signature is new and no more reasons are left.
fn brings_more(own: &Signature, other: &Signature) -> bool {
    let fewer = own.waits_for.len() < other.waits_for.len();
    let no_new = own.waits_for.iter().all(|code| other.waits_for.contains(code));
    let new_document =
        own.evidence.iter().any(|name| !other.evidence.contains(name)) || (own.signed && !other.signed);
    own.waits_for.is_empty()
        || (fewer && no_new)
        || (new_document && own.waits_for.len() <= other.waits_for.len())
}

/// What a signature says of itself that was decided before: the verdict it was written with, as later orders changed
/// it. `all` is the patient's whole set.
pub fn written_verdict(own: &Signature, all: &[Signature]) -> DuplicateVerdict {
    if let Some(by) = &own.superseded_by {
        return DuplicateVerdict::Superseded { by: by.clone() };
    }
    if let Some(of) = &own.duplicate_of {
        return DuplicateVerdict::Duplicate { of: of.clone(), score: 1.0, why: "decided before" };
    }
    let earlier: Vec<OrderId> = all
        .iter()
        .filter(|other| other.superseded_by.as_ref() == Some(&own.order))
        .map(|other| other.order.clone())
        .collect();
    if earlier.is_empty() { DuplicateVerdict::Original } else { DuplicateVerdict::Supersedes { earlier } }
}

/// Puts a newly decided signature into the patient's set, and its verdict on others with it: one change of the set.
pub fn write_verdict(set: &mut Vec<Signature>, mut own: Signature, verdict: &DuplicateVerdict) {
    set.retain(|other| other.order != own.order);
    match verdict {
        DuplicateVerdict::Original => {}
        DuplicateVerdict::Duplicate { of, .. } => own.duplicate_of = Some(of.clone()),
        DuplicateVerdict::Superseded { by } => own.superseded_by = Some(by.clone()),
        DuplicateVerdict::Supersedes { earlier } => {
            for other in set.iter_mut().filter(|other| earlier.contains(&other.order)) {
                other.superseded_by = Some(own.order.clone());
            }
        }
    }
    set.push(own);
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
mod late_tests;
#[cfg(test)]
mod tests;
