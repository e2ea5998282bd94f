//! How the ladder judges rescans with recognition errors: pairs that are one paper read twice, and pairs that are two
//! papers of one template and one day.

use crate::corpus;
use domain::ids::{DocumentId, RequestId};
use domain::parser::{DocumentClass, DocumentSignature, RelationKind};
use jiff::civil::date;
use memory::MemorySealer;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error;
use understanding::{DocumentKey, DocumentParts, DuplicatePolicy, relate};

/// Shares of letters that are misread in each of the two readings.
const MISREAD: [f64; 6] = [0.0, 0.005, 0.01, 0.02, 0.03, 0.05];
const PAPERS: usize = 400;
/// Words of a template's mates that are their own: numbers and a sentence.
const OWN_SHARE: f64 = 0.15;

/// Prints a table.
///
/// # Errors
/// None: for the caller's sake.
pub(crate) fn run(seed: u64) -> Result<Value, Box<dyn Error>> {
    let papers = corpus::generated(PAPERS, seed);
    println!("\nrescans: {PAPERS} papers read twice, and {PAPERS} pairs of one template and one day");
    println!(
        "{:<16} {:>7} {:>7} {:>9} | {:>10} {:>9} {:>10}",
        "letters misread", "same", "asked", "different", "merged", "asked", "different"
    );
    let mut told = Vec::new();
    for share in MISREAD {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let (mut copies, mut mates) = (BTreeMap::new(), BTreeMap::new());
        for paper in &papers {
            let mate = mate(paper, &mut dice);
            let [first, second, other] =
                [paper, paper, &mate].map(|text| corpus::misread(text, share, &mut dice));
            *copies.entry(verdict(&first, &second)).or_insert(0_usize) += 1;
            *mates.entry(verdict(&first, &other)).or_insert(0_usize) += 1;
        }
        let of = |counts: &BTreeMap<&str, usize>, kind: &str| counts.get(kind).copied().unwrap_or_default();
        println!(
            "{:<16} {:>7} {:>7} {:>9} | {:>10} {:>9} {:>10}",
            format!("{:.1} %", 100.0 * share),
            of(&copies, "same"),
            of(&copies, "asked"),
            of(&copies, "different"),
            of(&mates, "same"),
            of(&mates, "asked"),
            of(&mates, "different"),
        );
        told.push(json!({"misread": share, "copies": copies, "mates": mates}));
    }
    Ok(Value::Array(told))
}

/// Another paper on the same form: in runs, so as a form has them, words and numbers are others.
fn mate(paper: &str, dice: &mut impl Rng) -> String {
    const RUN: usize = 6;
    let words: Vec<&str> = paper.split(' ').collect();
    let runs = words.chunks(RUN).map(|run| {
        if dice.random_bool(OWN_SHARE) {
            run.iter()
                .map(|word| format!("{}{}", word.chars().rev().collect::<String>(), word.len()))
                .collect::<Vec<_>>()
                .join(" ")
        } else {
            run.join(" ")
        }
    });
    runs.collect::<Vec<_>>().join(" ")
}

fn verdict(one: &str, other: &str) -> &'static str {
    match relate(&scan("1", one), &scan("2", other), DuplicatePolicy::USUAL).map(|found| found.kind) {
        Some(RelationKind::Same | RelationKind::Version | RelationKind::Within) => "same",
        Some(RelationKind::Unsure | RelationKind::Complementary) => "asked",
        None => "different",
    }
}

fn scan(name: &str, text: &str) -> DocumentSignature {
    let mut parts = DocumentParts::of_text(DocumentId::new(name), DocumentClass::OfficeNote, text);
    parts.scanned = true;
    parts.days = vec![date(2026, 11, 3)];
    parts.signature(
        &DocumentKey::of(&MemorySealer::new(7)),
        &RequestId::new(name),
        date(2026, 11, 20).at(8, 0, 0, 0),
    )
}
