//! Real reports (or invented ones of the same kind): texts that were filed twice must be found, different reports on one
//! template never merged. All are taken as one patient's, of one day, which is harder than any chart.

use crate::corpus;
use domain::ids::{DocumentId, RequestId};
use domain::parser::{DocumentClass, DocumentSignature, RelationKind};
use jiff::civil::date;
use memory::MemorySealer;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use understanding::{DocumentKey, DocumentParts, DuplicatePolicy, relate};

/// Shares of letters that are misread.
const MISREAD: [f64; 3] = [0.0, 0.01, 0.02];

#[derive(Deserialize)]
struct Report {
    doc_id: String,
    text: String,
}

#[derive(Deserialize)]
struct Repeat {
    doc_id: String,
}

#[derive(Deserialize)]
struct TemplatePair {
    a: String,
    b: String,
}

/// Prints a table.
///
/// # Errors
/// A file cannot be read, or is none of these.
pub(crate) fn run(folder: Option<&Path>, seed: u64) -> Result<Value, Box<dyn Error>> {
    let Some(folder) = folder else {
        println!("\nreports: not measured; name their folder with --reports");
        return Ok(Value::Null);
    };
    let reports: Vec<Report> = lines(&folder.join("docs.jsonl"))?;
    let repeats: Vec<Repeat> = lines(&folder.join("exact_duplicate_rows.jsonl"))?;
    let mates: Vec<TemplatePair> = lines(&folder.join("template_pairs.jsonl"))?;
    let mates: BTreeSet<(&str, &str)> = mates.iter().map(|pair| ordered(&pair.a, &pair.b)).collect();
    println!(
        "\nreports: {} texts, {} of them filed twice, {} pairs on one template; all as of one patient and day",
        reports.len(),
        repeats.len(),
        mates.len()
    );
    println!(
        "{:<26} {:>14} {:>17} {:>13} {:>18}",
        "", "repeats found", "templates merged", "others merged", "asked (templates)"
    );
    let mut told = Vec::new();
    for (name, dated, share) in
        MISREAD.iter().flat_map(|share| [("one day", true, *share), ("day unknown", false, *share)])
    {
        let found = judge(&reports, &repeats, &mates, dated, share, seed);
        let name = format!("{name}, {:.0} % misread", 100.0 * share);
        println!(
            "{name:<26} {:>14} {:>17} {:>13} {:>18}",
            found.repeats, found.templates_merged, found.others_merged, found.templates_asked
        );
        told.push(json!({"case": name, "repeats": found.repeats, "templates_merged": found.templates_merged,
            "others_merged": found.others_merged, "templates_asked": found.templates_asked}));
    }
    Ok(Value::Array(told))
}

#[derive(Default)]
struct Found {
    repeats: usize,
    templates_merged: usize,
    others_merged: usize,
    templates_asked: usize,
}

fn judge(
    reports: &[Report],
    repeats: &[Repeat],
    mates: &BTreeSet<(&str, &str)>,
    dated: bool,
    misread: f64,
    seed: u64,
) -> Found {
    let key = DocumentKey::of(&MemorySealer::new(7));
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut sign = |report: &Report| {
        let text = corpus::misread(&report.text.replace(",", ",\n"), misread, &mut dice);
        signature(&key, &report.doc_id, &text, dated, misread > 0.0)
    };
    let signed: Vec<DocumentSignature> = reports.iter().map(&mut sign).collect();
    let of_id: BTreeMap<&str, usize> =
        reports.iter().enumerate().map(|(index, report)| (report.doc_id.as_str(), index)).collect();
    let mut found = Found::default();
    let policy = DuplicatePolicy::USUAL;
    for index in repeats.iter().filter_map(|repeat| of_id.get(repeat.doc_id.as_str())) {
        let again = sign(&reports[*index]);
        let kind = relate(&signed[*index], &again, policy).map(|found| found.kind);
        // Without a day only the same text is certain; what is asked about is not lost either.
        let is_found = kind == Some(RelationKind::Same) || (!dated && kind == Some(RelationKind::Unsure));
        found.repeats += usize::from(is_found);
    }
    for (one, a) in signed.iter().enumerate() {
        for (other, b) in signed.iter().enumerate().skip(one + 1) {
            let is_mate = mates.contains(&ordered(&reports[one].doc_id, &reports[other].doc_id));
            match relate(a, b, policy).map(|found| found.kind) {
                Some(RelationKind::Unsure | RelationKind::Complementary) => {
                    found.templates_asked += usize::from(is_mate);
                }
                Some(_) if is_mate => found.templates_merged += 1,
                Some(_) => found.others_merged += 1,
                None => {}
            }
        }
    }
    found
}

fn signature(key: &DocumentKey, id: &str, text: &str, dated: bool, scanned: bool) -> DocumentSignature {
    let mut parts = DocumentParts::of_text(DocumentId::new(id), DocumentClass::OfficeNote, text);
    parts.scanned = scanned;
    parts.days = if dated { vec![date(2026, 11, 3)] } else { Vec::new() };
    parts.signature(key, &RequestId::new(id), date(2026, 11, 20).at(8, 0, 0, 0))
}

fn ordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a <= b { (a, b) } else { (b, a) }
}

fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}
