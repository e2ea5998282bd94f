//! Counts of what was found, missed and made up, and the misses themselves.

use serde::Serialize;
use std::collections::BTreeMap;

/// Right, made up, missed; and what no reader could have got right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Found, and right.
    pub right: u32,
    /// Given, and wrong.
    pub wrong: u32,
    /// Stated, legible, and not given.
    pub missing: u32,
    /// Stated, and not legible on the page as read; not counted as missing.
    pub illegible: u32,
    /// Given as the page as read says it, which is not as printed; not counted as wrong.
    pub misread: u32,
}

impl Count {
    /// Share of what was given that is right; 1 where nothing was given.
    pub fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Share of what is legibly stated that was given.
    pub fn recall(self) -> f64 {
        share(self.right, self.right + self.missing)
    }

    /// Their harmonic mean.
    pub fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }

    /// Both counts together.
    pub(crate) fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missing += other.missing;
        self.illegible += other.illegible;
        self.misread += other.misread;
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

/// Whose packets and how rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Side {
    /// Of houses that nobody tunes on.
    pub held_out: bool,
    /// `clean`, `noisy` or `scanned`.
    pub rendering: &'static str,
}

/// Why something counts as a miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Stated, and not given.
    Missing,
    /// Given, and not what is stated.
    Wrong,
    /// Given where nothing of the kind is stated.
    MadeUp,
    /// Something that stands beside it was taken for it.
    Trap,
    /// Right, with evidence on a page where it does not stand.
    WrongPage,
}

/// One miss, to be looked up.
#[derive(Clone, Debug, Serialize)]
pub struct Miss {
    /// Whose, and how rendered.
    pub side: Side,
    /// `class`, `field`, `rule` or `duplicate`.
    pub about: &'static str,
    /// Which class, field or rule.
    pub name: String,
    /// Why it counts.
    pub reason: Reason,
    /// Number of the packet.
    pub packet: u64,
    /// Page of the packet, from 1.
    pub page: u32,
    /// House and template.
    pub family: String,
    /// What is so.
    pub stated: String,
    /// What was given.
    pub given: String,
    /// The line it stands in.
    pub line: String,
}

/// All counts of a run.
#[derive(Debug, Default)]
pub struct Tallies {
    /// By side and class.
    pub classes: BTreeMap<(Side, String), Count>,
    /// By side and field.
    pub fields: BTreeMap<(Side, String), Count>,
    /// By side and rule: `right` agrees, `wrong` is a false "met", `missing` any other difference.
    pub rules: BTreeMap<(Side, String), Count>,
    /// By side and verdict.
    pub duplicates: BTreeMap<(Side, String), Count>,
    /// Documents whose first and last page were found exactly, and those that were not.
    pub splits: BTreeMap<Side, (u32, u32)>,
    /// What was given that nothing is known of; for the curious.
    pub unknown: BTreeMap<String, u32>,
    /// Every miss.
    pub misses: Vec<Miss>,
    /// Packets by side.
    pub packets: BTreeMap<Side, u32>,
}

impl Tallies {
    /// Adds what another part of the run has counted.
    pub fn absorb(&mut self, other: Self) {
        for (into, from) in [
            (&mut self.classes, other.classes),
            (&mut self.fields, other.fields),
            (&mut self.rules, other.rules),
            (&mut self.duplicates, other.duplicates),
        ] {
            for (key, count) in from {
                into.entry(key).or_default().add(count);
            }
        }
        for (side, (right, wrong)) in other.splits {
            let split = self.splits.entry(side).or_default();
            *split = (split.0 + right, split.1 + wrong);
        }
        for (side, packets) in other.packets {
            *self.packets.entry(side).or_default() += packets;
        }
        for (name, count) in other.unknown {
            *self.unknown.entry(name).or_default() += count;
        }
        self.misses.extend(other.misses);
    }
}
