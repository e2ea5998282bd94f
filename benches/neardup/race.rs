//! One race: ours and the peers over the same texts.

use crate::{cpu, oracle, peers};
use domain::ids::{DocumentId, RequestId};
use domain::parser::{DocumentClass, DocumentSignature};
use jiff::civil::date;
use memory::MemorySealer;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use understanding::{DocumentKey, DocumentParts, NearIndex, resemblance};

/// What is to be found.
pub(crate) const WANTED: f64 = 0.85;
/// Runs of each contender; the median is told.
const RUNS: usize = 3;

/// What a contender found and what it cost.
pub(crate) struct Heat {
    pub(crate) cpu_s: f64,
    /// Pairs it would look at closer.
    pub(crate) candidates: BTreeSet<(u32, u32)>,
    /// Pairs it says are near-duplicates.
    pub(crate) pairs: BTreeSet<(u32, u32)>,
}

/// Lets everybody run over the texts and prints a table.
///
/// # Errors
/// A peer fails.
pub(crate) fn run(name: &str, texts: &[String], python: &Path) -> Result<Value, Box<dyn Error>> {
    let truth = oracle::pairs(texts, WANTED);
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    println!(
        "\nrace over {name}: {} texts of {} words each, {} pairs of {WANTED} and more",
        texts.len(),
        words / texts.len().max(1),
        truth.len()
    );
    println!(
        "{:<12} {:>10} {:>12} {:>8} {:>10} {:>11}",
        "", "CPU-s", "texts/CPU-s", "recall", "precision", "index alone"
    );
    let mut told = Vec::new();
    for contender in ["ours", "datasketch", "rensa"] {
        let mut heats = Vec::new();
        for _ in 0..RUNS {
            heats.push(if contender == "ours" {
                ours(texts)?
            } else {
                peers::run(python, contender, texts)?
            });
        }
        heats.sort_by(|a, b| a.cpu_s.total_cmp(&b.cpu_s));
        let heat = &heats[RUNS / 2];
        let (recall, precision) = score(&heat.pairs, &truth);
        let (index_recall, _) = score(&heat.candidates, &truth);
        let speed = texts.len() as f64 / heat.cpu_s;
        println!(
            "{contender:<12} {:>10.3} {speed:>12.0} {recall:>8.4} {precision:>10.4} {index_recall:>11.4}",
            heat.cpu_s
        );
        told.push(json!({"name": contender, "cpu_s": heat.cpu_s, "texts_per_cpu_s": speed, "recall": recall,
            "precision": precision, "index_recall": index_recall}));
    }
    Ok(json!({"texts": texts.len(), "pairs": truth.len(), "contenders": told}))
}

fn score(found: &BTreeSet<(u32, u32)>, truth: &BTreeMap<(u32, u32), f64>) -> (f64, f64) {
    let right = found.iter().filter(|pair| truth.contains_key(pair)).count() as f64;
    let share = |of: usize| if of == 0 { 1.0 } else { right / of as f64 };
    (share(truth.len()), share(found.len()))
}

/// The service's own way: normalised, hashed under the installation's key, looked up, compared exactly.
fn ours(texts: &[String]) -> Result<Heat, Box<dyn Error>> {
    let (sealer, request) = (MemorySealer::new(7), RequestId::new("request"));
    let received = date(2026, 11, 20).at(8, 0, 0, 0);
    let (mut candidates, mut pairs) = (BTreeSet::new(), BTreeSet::new());
    let start = cpu::seconds()?;
    let key = DocumentKey::of(&sealer);
    let mut index = NearIndex::with_capacity(texts.len());
    let mut known: Vec<DocumentSignature> = Vec::with_capacity(texts.len());
    for (own, text) in (0_u32..).zip(texts) {
        let id = DocumentId::new(own.to_string());
        let signature =
            DocumentParts::of_text(id, DocumentClass::OfficeNote, text).signature(&key, &request, received);
        for other in index.add(&signature.shingles) {
            candidates.insert((other, own));
            if resemblance(&known[other as usize], &signature) >= WANTED {
                pairs.insert((other, own));
            }
        }
        known.push(signature);
    }
    Ok(Heat { cpu_s: cpu::seconds()? - start, candidates, pairs })
}
