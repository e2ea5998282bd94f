//! Real reports: a folder of transcribed reports (`docs.jsonl` and what was labelled of them) laid on pages and read,
//! to see what each is taken for. Nobody of this project wrote them; none of them is kept here.

use crate::houses::HouseError;
use crate::paper::{Align, Face, Paper, Style, text_pdf};
use crate::read::{Reading, interpret, plain_page, read_files};
use crate::render::{PageCache, scanned};
use crate::run::{RunError, knowledge};
use crate::score::class_name;
use documents::read::PageReader;
use domain::parser::{Document, DocumentClass, FieldValue};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use understanding::{Knowledge, Understanding};

#[derive(Deserialize)]
struct Report {
    doc_id: String,
    sample_names: Vec<String>,
    text: String,
}

#[derive(Deserialize)]
struct Repeat {
    doc_id: String,
}

#[derive(Deserialize)]
struct Pair {
    a: String,
    b: String,
}

/// What is read of the folder, and what it is read with.
struct Bench<'a> {
    knowledge: &'a Knowledge,
    reader: PageReader,
    cache: PageCache,
}

/// Reads the folder's reports, every `scanned_step`th also as a scan, and tells what became of them.
///
/// # Errors
/// A file of the folder is missing or wrong, or a report cannot be read.
pub fn mtsamples(folder: &Path, cache: PathBuf, scanned_step: usize) -> Result<String, RunError> {
    let reports: Vec<Report> = lines(&folder.join("docs.jsonl"))?;
    let repeats: Vec<Repeat> = lines(&folder.join("exact_duplicate_rows.jsonl"))?;
    let pairs: Vec<Pair> = lines(&folder.join("template_pairs.jsonl"))?;
    let gold: Vec<serde_json::Value> = lines(&folder.join("sleep_gold.jsonl"))?;
    let knowledge = knowledge()?;
    let mut bench =
        Bench { knowledge: &knowledge, reader: PageReader::new(None), cache: PageCache::new(cache) };
    let sleep: BTreeSet<&str> = gold.iter().filter_map(|one| one["doc_id"].as_str()).collect();
    let mut out = String::new();
    for (rendering, step) in [("clean", 1), ("scanned", scanned_step)] {
        let mut seen = Seen::default();
        if step == 0 {
            continue;
        }
        for (number, report) in reports.iter().enumerate() {
            if !(number.is_multiple_of(step)
                || rendering == "scanned" && sleep.contains(report.doc_id.as_str()))
            {
                continue;
            }
            let understood = bench.read(&[&report.text], rendering == "scanned")?;
            seen.note(report, &understood.documents, &sleep);
            if let Some(labels) = gold.iter().find(|one| one["doc_id"] == report.doc_id.as_str()) {
                seen.gold.push_str(&labelled(report, labels, &understood.documents));
            }
        }
        seen.told(rendering, &mut out);
    }
    let by_id: BTreeMap<&str, &str> =
        reports.iter().map(|report| (report.doc_id.as_str(), report.text.as_str())).collect();
    together(&mut bench, &by_id, &repeats, &pairs, &mut out)?;
    Ok(out)
}

/// Repeats and templates in one packet: the first must be noticed, the second must not be called repeats.
fn together(
    bench: &mut Bench<'_>,
    by_id: &BTreeMap<&str, &str>,
    repeats: &[Repeat],
    pairs: &[Pair],
    out: &mut String,
) -> Result<(), RunError> {
    let (mut found, mut asked) = (0, 0);
    for repeat in repeats {
        let Some(text) = by_id.get(repeat.doc_id.as_str()) else { continue };
        asked += 1;
        found += usize::from(!bench.read(&[text, text], false)?.repeats.is_empty());
    }
    let (mut merged, mut tried) = (0, 0);
    for pair in pairs {
        let (Some(a), Some(b)) = (by_id.get(pair.a.as_str()), by_id.get(pair.b.as_str())) else { continue };
        tried += 1;
        let understood = bench.read(&[a, b], false)?;
        if !understood.repeats.is_empty() {
            merged += 1;
            let _ = writeln!(out, "merged though of two patients: {} and {}", pair.a, pair.b);
        }
    }
    let _ = writeln!(out, "\nthe same text filed twice: {found} of {asked} noticed");
    let _ = writeln!(out, "different patients on one template: {merged} of {tried} called repeats");
    Ok(())
}

/// Counts of one rendering.
#[derive(Default)]
struct Seen {
    reports: usize,
    classes: BTreeMap<String, usize>,
    false_sleep: Vec<String>,
    false_orders: Vec<String>,
    sleep: Vec<String>,
    gold: String,
}

impl Seen {
    fn note(&mut self, report: &Report, documents: &[Document], sleep: &BTreeSet<&str>) {
        self.reports += 1;
        let name = || format!("{} ({})", report.doc_id, report.sample_names.join(", "));
        // A report on several pages may be taken for several documents.
        let classes: BTreeSet<DocumentClass> = documents.iter().map(|document| document.class).collect();
        for class in &classes {
            *self.classes.entry(class_name(*class)).or_default() += 1;
        }
        let about_sleep = sleep.contains(report.doc_id.as_str());
        let study =
            [DocumentClass::SleepStudy, DocumentClass::Titration].iter().any(|class| classes.contains(class));
        if about_sleep {
            let names: Vec<String> = classes.iter().map(|class| class_name(*class)).collect();
            self.sleep.push(format!("{}: {}", name(), names.join(", ")));
        } else if study {
            self.false_sleep.push(name());
        }
        if classes.contains(&DocumentClass::Order) {
            self.false_orders.push(name());
        }
    }

    fn told(&self, rendering: &str, out: &mut String) {
        let _ = writeln!(out, "\n== {} reports, {rendering} ==", self.reports);
        for (class, count) in &self.classes {
            let _ = writeln!(out, "  {class:<20} {count}");
        }
        let share = |count: usize| 100.0 * count as f64 / self.reports.max(1) as f64;
        for (what, names) in [("sleep studies", &self.false_sleep), ("orders", &self.false_orders)] {
            let _ = writeln!(out, "  false {what}: {} ({:.2} %)", names.len(), share(names.len()));
            for name in names {
                let _ = writeln!(out, "    {name}");
            }
        }
        let _ = writeln!(out, "  labelled sleep texts:");
        for one in &self.sleep {
            let _ = writeln!(out, "    {one}");
        }
        out.push_str(&self.gold);
    }
}

impl Bench<'_> {
    fn read(&mut self, texts: &[&str], scan: bool) -> Result<Understanding, RunError> {
        let mut files: Vec<Vec<u8>> = texts.iter().map(|text| laid_out(text)).collect();
        let reading: Reading = if scan {
            let scans: Result<Vec<Vec<u8>>, String> =
                files.into_iter().map(|file| scanned(file, 11)).collect();
            files = scans.map_err(RunError::Knowledge)?;
            let cache = &self.cache;
            let mut page =
                |reader: &mut PageReader, document: &_, number| cache.page(reader, document, number);
            read_files(0, files, &mut self.reader, &mut page)?
        } else {
            read_files(0, files, &mut self.reader, &mut plain_page)?
        };
        Ok(interpret(&reading, &reading.pages, self.knowledge))
    }
}

/// A report's text on pages. Its line breaks came to us as commas.
fn laid_out(text: &str) -> Vec<u8> {
    let style = Style { face: Face::Times, size: 11.0, bold: false, align: Align::Left };
    let mut paper = Paper::new(60.0, 0);
    for line in text.replace(",  ", "\n").replace(".,", ".\n").lines() {
        paper.paragraph(line.trim(), style, 0.0);
        paper.gap(3.0);
    }
    text_pdf(&paper.sheets)
}

/// Which label belongs to which fields; a point parts a label inside a label.
const LABELS: [(&str, &[&str]); 21] = [
    ("ahi", &["ahi", "ahi_4pct", "ahi_3pct"]),
    ("diagnostic_ahi", &["ahi", "ahi_4pct", "ahi_3pct"]),
    ("rdi", &["rdi"]),
    ("total_sleep_time_min", &["tst"]),
    ("time_in_bed_min", &["trt"]),
    ("sleep_efficiency_pct", &["efficiency"]),
    ("apneas", &["apneas"]),
    ("hypopneas", &["hypopneas"]),
    ("total_apneas_hypopneas", &["events_total"]),
    ("mean_spo2_pct", &["mean_spo2"]),
    ("min_spo2_pct", &["nadir_spo2"]),
    ("residual_ahi", &["residual_ahi"]),
    ("optimal_pressure_cmh2o", &["final.cpap", "final_pressure", "optimal_pressure"]),
    ("neck_inches", &["neck"]),
    ("weight_lb", &["weight"]),
    ("spo2_rest_room_air_pct", &["sat.rest.air", "sat.unstated.air"]),
    ("abg.pco2", &["paco2"]),
    ("abg.po2", &["po2.rest.air", "po2.unstated.air", "po2.unstated.unstated", "po2.rest.unstated"]),
    ("compliance.residual_ahi", &["residual_ahi"]),
    ("compliance.pct_nights_ge_4h", &["pct_ge_4h"]),
    ("central_index_nrem", &["central_index"]),
];

/// What was labelled of a report beside what was read: every label, then how many were right and how many wrong.
fn labelled(report: &Report, labels: &serde_json::Value, documents: &[Document]) -> String {
    let mut out = String::new();
    let (mut right, mut wrong, mut missing) = (0, 0, 0);
    for (label, names) in LABELS {
        let stated = label.split('.').try_fold(labels, |value, part| value.get(part));
        let Some(stated) = stated else { continue };
        let fields = documents.iter().flat_map(|document| &document.fields);
        let given: Vec<String> = fields
            .filter(|field| names.contains(&field.name.as_str()))
            .map(|field| shown(&field.value))
            .collect();
        let wanted = match label {
            "neck_inches" => stated.as_f64().map(|inches| inches * 2.54),
            "weight_lb" => stated.as_f64().map(|pounds| pounds / 2.204_62),
            _ => stated.as_f64(),
        };
        let agrees = |given: &String| {
            wanted.is_some_and(|wanted| given.parse::<f64>().is_ok_and(|given| (given - wanted).abs() < 0.6))
        };
        let verdict = match (wanted, given.is_empty()) {
            (None, true) => {
                right += 1;
                "right"
            }
            (Some(_), true) => {
                missing += 1;
                "missing"
            }
            _ if !given.is_empty() && given.iter().all(agrees) => {
                right += 1;
                "right"
            }
            _ => {
                wrong += 1;
                "WRONG"
            }
        };
        let _ =
            writeln!(out, "    {} {label} {stated}: {verdict} (given {})", report.doc_id, given.join(", "));
    }
    let _ = writeln!(out, "    {}: {right} right, {wrong} wrong, {missing} missing", report.doc_id);
    out
}

fn shown(value: &FieldValue) -> String {
    value.to_string()
}

fn lines<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<Vec<T>, RunError> {
    let unreadable = |cause| HouseError::Unreadable { path: path.to_owned(), cause };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let parsed: Result<Vec<T>, _> =
        text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str).collect();
    parsed.map_err(|error| RunError::Knowledge(format!("{}: {error}", path.display())))
}
