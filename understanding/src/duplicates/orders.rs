//! An order among the patient's others: the verdict, with what a person has told apart left out and what is not certain
//! put before a person.

use super::scores::{of_letters, scores};
use super::{
    DuplicateVerdict, UNKNOWN, duplicate_verdict, order_resemblance, other_patient, same_key, stands_for,
};
use crate::knowledge::DuplicatePolicy;
use domain::ids::OrderId;
use domain::parser::{Likeness, Signature, SignatureSet};

/// The code of the reason for which a doubtful order waits.
pub const MAYBE_DUPLICATE: &str = "maybe_duplicate";

/// What becomes of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderVerdict {
    /// Whether it has been here before.
    pub verdict: DuplicateVerdict,
    /// What makes it wait for a person although it is not held to be a repeat; never beside a repeat.
    pub doubt: Option<Likeness>,
}

/// Decides on an order. Where it is doubtful, it waits for that as well ([`MAYBE_DUPLICATE`] among `own.waits_for`), so
/// that its own repeats do not go on either.
pub fn order_verdict(own: &mut Signature, set: &SignatureSet, policy: DuplicatePolicy) -> OrderVerdict {
    let apart = |other: &&Signature| {
        let standing = stands_for(other, &set.orders);
        !set.is_told_apart(own.order.as_str(), other.order.as_str())
            && !set.is_told_apart(own.order.as_str(), standing.order.as_str())
    };
    let others: Vec<Signature> = set.orders.iter().filter(apart).cloned().collect();
    let doubt = doubt(own, &others, policy);
    if doubt.is_some() && !own.waits_for.iter().any(|code| code == MAYBE_DUPLICATE) {
        own.waits_for.push(MAYBE_DUPLICATE.to_owned());
    }
    let mut verdict = duplicate_verdict(own, &others, policy);
    let replaced = replaced(own, &others, true);
    match &mut verdict {
        DuplicateVerdict::Original if !replaced.is_empty() => {
            verdict = DuplicateVerdict::Supersedes { earlier: replaced };
        }
        DuplicateVerdict::Supersedes { earlier } => {
            earlier.extend(replaced);
            earlier.sort();
            earlier.dedup();
        }
        _ => {}
    }
    let stands = matches!(verdict, DuplicateVerdict::Original | DuplicateVerdict::Supersedes { .. });
    let doubt = doubt.filter(|_| stands);
    if let DuplicateVerdict::Duplicate { of, score, why } = &verdict {
        own.likeness =
            Some(Likeness { of: of.clone(), score: *score, why: (*why).to_owned(), unsure: false });
    } else {
        own.likeness.clone_from(&doubt);
    }
    OrderVerdict { verdict, doubt }
}

/// The orders that say of themselves that this one takes their place, or that this one names: those that wait, or those
/// that have gone on.
fn replaced(own: &Signature, others: &[Signature], waiting: bool) -> Vec<OrderId> {
    others
        .iter()
        .filter(|other| other.request != own.request && is_live(other) && !other_patient(own, other))
        .filter(|other| other.sketch.number.is_some_and(|number| own.sketch.corrects.contains(&number)))
        .filter(|other| other.waits_for.is_empty() != waiting)
        .map(|other| other.order.clone())
        .collect()
}

/// The orders of other requests that are this one, signed or not, and stand for themselves: what a withdrawal ends.
pub fn same_orders(own: &Signature, set: &SignatureSet, policy: DuplicatePolicy) -> Vec<OrderId> {
    let numbered = |other: &Signature| {
        own.sketch.number.is_some() && own.sketch.number == other.sketch.number && !other_patient(own, other)
    };
    let mut found: Vec<OrderId> = set
        .orders
        .iter()
        .filter(|other| other.request != own.request && is_live(other))
        .filter(|other| !set.is_told_apart(own.order.as_str(), other.order.as_str()))
        .filter(|other| numbered(other) || order_resemblance(own, other, policy).is_some())
        .map(|other| other.order.clone())
        .collect();
    found.sort();
    found
}

const fn is_live(signature: &Signature) -> bool {
    signature.duplicate_of.is_none() && signature.superseded_by.is_none()
}

/// Why an order may be one that has been here before, although nobody can be certain: the surest of the reasons.
fn doubt(own: &Signature, others: &[Signature], policy: DuplicatePolicy) -> Option<Likeness> {
    let like = |other: &Signature, score: f64, why: &str| Likeness {
        of: other.order.clone(),
        score,
        why: why.to_owned(),
        unsure: true,
    };
    let gone_on = replaced(own, others, false);
    let doubtful = |other: &Signature| {
        if gone_on.contains(&other.order) {
            return Some(like(other, 1.0, "it takes the place of an order that has gone on already"));
        }
        if other_patient(own, other) {
            return None;
        }
        let score = text_score(own, other);
        if own.signed != other.signed {
            // A signature is lost by copying sooner than by rewriting. The unsigned copy that comes first gives way.
            let lost = other.signed && own.sketch.scanned && score >= policy.resemblance_min;
            return lost
                .then(|| near_key(own, other))
                .flatten()
                .map(|_| like(other, score, "a scan that resembles a signed order, no signature legible"));
        }
        if order_resemblance(own, other, policy).is_some() {
            return None;
        }
        if same_key(own, other, false) {
            return Some(like(other, score, "same items, prescriber and order date, another text"));
        }
        (score >= policy.resemblance_min)
            .then(|| near_key(own, other))
            .flatten()
            .map(|why| like(other, score, why))
    };
    let mut found: Vec<Likeness> = others
        .iter()
        .filter(|other| other.request != own.request && other.order != own.order && is_live(other))
        .filter_map(doubtful)
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.of.cmp(&b.of)));
    found.into_iter().next()
}

fn text_score(a: &Signature, b: &Signature) -> f64 {
    let letters =
        of_letters((&a.sketch.letters, a.sketch.letters_scale), (&b.sketch.letters, b.sketch.letters_scale));
    scores(&a.shingles, &b.shingles, |_| false).resemblance.max(letters.resemblance)
}

/// Whether two keys may be of one order: why not all of them is the same. Of scans, which lose letters of codes, numbers
/// and names, one item in common is enough.
fn near_key(a: &Signature, b: &Signature) -> Option<&'static str> {
    let ([items_a, by_a, day_a], [items_b, by_b, day_b]) = (key_parts(a)?, key_parts(b)?);
    let day_unknown = day_a == UNKNOWN || day_b == UNKNOWN;
    let near = a.sketch.day.is_some_and(|day| b.sketch.days_near.contains(&day));
    if !day_unknown && !near {
        return None;
    }
    let items = items_a == items_b && items_a != UNKNOWN;
    let by = by_a == by_b || by_a == UNKNOWN || by_b == UNKNOWN;
    match (items && by, day_unknown) {
        (true, true) => Some("same items and prescriber, resembling text, but an order date is not legible"),
        (true, false) => Some("same items and prescriber, resembling text, order dates some days apart"),
        (false, _) => {
            let scanned = a.sketch.scanned || b.sketch.scanned;
            let item = items
                || a.sketch.items.iter().any(|item| b.sketch.items.contains(item))
                || items_a == UNKNOWN
                || items_b == UNKNOWN;
            (scanned && item).then_some("resembling text of a scan, its items or prescriber not all legible")
        }
    }
}

fn key_parts(signature: &Signature) -> Option<[String; 3]> {
    let parts: Vec<String> = signature.order_key.split('.').map(str::to_owned).collect();
    parts.try_into().ok()
}
