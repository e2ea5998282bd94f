//! Whether an order has been here before: same patient (the caller's block), same items, prescriber and order
//! date, and a resembling text or the same printed number. Nothing is ever dropped; a verdict carries its score and
//! reason, and what is not certain waits for a person ([`orders`]). An order that waits for a person gives way to the same
//! order that comes again with more, such as a late study or the missing signature.
//!
//! Documents have a ladder of their own: [`parts`] says what is compared, [`ladder`] how two relate, [`filing`] what
//! becomes of each among all of the patient's.

mod digest;
mod filing;
mod furniture;
mod index;
mod ladder;
mod order_parts;
mod orders;
mod parts;
mod scores;

pub use digest::DocumentKey;
pub use filing::{
    DocumentVerdict, Likeness as DocumentLikeness, document_verdict, document_verdicts, file_documents,
    tell_documents_apart,
};
pub(crate) use furniture::{is_banner, is_margin};
pub use index::NearIndex;
pub use ladder::{Relation, relate, resemblance};
pub use order_parts::{SignatureParts, signature};
pub use orders::{MAYBE_DUPLICATE, OrderVerdict, order_verdict, same_orders};
pub use parts::DocumentParts;
pub(crate) use parts::Listing;

use crate::knowledge::DuplicatePolicy;
use domain::ids::OrderId;
use domain::parser::Signature;
use order_parts::UNKNOWN;
use scores::{of_letters, scores};

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
            let (score, why) = order_resemblance(own, other, policy)?;
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
fn order_resemblance(a: &Signature, b: &Signature, policy: DuplicatePolicy) -> Option<(f64, &'static str)> {
    let same_text = a.text_hash == b.text_hash;
    if other_patient(a, b) || !same_key(a, b, same_text) {
        return None;
    }
    if same_text {
        return Some((1.0, "same text"));
    }
    let score = scores(&a.shingles, &b.shingles, |_| false).resemblance;
    if score >= policy.resemblance_min {
        return Some((score, "same items, prescriber and order date, resembling text"));
    }
    let numbers = a.sketch.number.zip(b.sketch.number);
    if numbers.is_some_and(|(a, b)| a == b) {
        return Some((score, "same items, prescriber, order date and order number"));
    }
    let letters =
        of_letters((&a.sketch.letters, a.sketch.letters_scale), (&b.sketch.letters, b.sketch.letters_scale));
    ((a.sketch.scanned || b.sketch.scanned) && letters.resemblance >= policy.scan_same_min)
        .then_some((letters.resemblance, "same items, prescriber and order date, two readings of one paper"))
}

/// Whether items, prescriber and order date can be the same. An illegible prescriber may be the other's; items and date
/// must be known, or the texts be the same.
fn same_key(a: &Signature, b: &Signature, same_text: bool) -> bool {
    a.order_key.split('.').zip(b.order_key.split('.')).enumerate().all(|(index, (part_a, part_b))| {
        let unknown = part_a == UNKNOWN || part_b == UNKNOWN;
        if unknown { same_text || (index == 1 && part_a != part_b) } else { part_a == part_b }
    })
}

/// One block holds who share family name, first name and date of birth; middle names can still tell them apart.
fn other_patient(a: &Signature, b: &Signature) -> bool {
    let apart =
        |a: &[u64], b: &[u64]| !a.is_empty() && !b.is_empty() && !a.iter().any(|name| b.contains(name));
    apart(&a.sketch.middle_names, &b.sketch.middle_names)
        || apart(&a.sketch.middle_initials, &b.sketch.middle_initials)
}

#[cfg(test)]
mod document_tests;
#[cfg(test)]
mod late_tests;
#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod tests;
