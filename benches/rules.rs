//! The payers' rules, measured: reading and cross-checking the files with every example at start, and verdicts a second
//! on orders with all their papers.
//!
//! `cargo bench --bench rules` prints a table and one line of JSON a row. A verdict is one finding of one rule, with its
//! sentence, inputs and evidence.

#![expect(clippy::print_stdout, reason = "a bench prints what it has measured")]

use domain::ids::DocumentId;
use domain::parser::{
    Coverage, Document, DocumentClass, Evidence, Field, FieldMethod, FieldValue, Order, OrderItem,
};
use jiff::civil::{Date, date};
use std::error::Error;
use std::path::Path;
use std::time::Instant;
use understanding::{Knowledge, judged_on};

/// Rounds of the start-up check; the median counts.
const STARTS: usize = 15;
/// Orders judged for each row.
const ORDERS: usize = 4_000;
/// The least the design asks for.
const VERDICTS_PER_SECOND_MIN: f64 = 50_000.0;
/// The longest a start may spend on it.
const START_MS_MAX: f64 = 1_000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let sources = sources()?;
    let texts: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        read(&texts)?;
        starts.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    starts.sort_by(f64::total_cmp);
    let knowledge = read(&texts)?;
    let (examples, start) = (knowledge.examples().len(), starts[STARTS / 2]);
    println!(
        "start-up check         {start:9.2} ms   ({} files, {examples} examples; at most {START_MS_MAX} ms)",
        texts.len()
    );
    println!("{{\"row\":\"start\",\"milliseconds\":{start:.3},\"examples\":{examples}}}");
    for (name, order, documents) in [pap(), oxygen(), respiratory()] {
        let began = Instant::now();
        let mut verdicts = 0;
        for index in 0..ORDERS {
            let day = date(2026, 11, 3).checked_add(jiff::Span::new().days((index % 300) as i64))?;
            let judged =
                judged_on(&order, &documents, Some(day), &knowledge).map_err(|why| format!("{why:?}"))?;
            verdicts += judged.findings.len();
        }
        let rate = verdicts as f64 / began.elapsed().as_secs_f64();
        println!(
            "{name:<22} {rate:9.0} verdicts/s   ({} rules an order; at least {VERDICTS_PER_SECOND_MIN})",
            verdicts / ORDERS
        );
        println!("{{\"row\":\"{name}\",\"verdicts_per_second\":{rate:.0}}}");
    }
    Ok(())
}

fn read(texts: &[(&str, &str)]) -> Result<Knowledge, Box<dyn Error>> {
    Knowledge::from_toml_sources(texts)
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into())
}

/// The files of `config/` that hold knowledge.
fn sources() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut sources = Vec::new();
    for name in ["outcomes.toml", "collection.toml", "letters.toml", "keep.toml"] {
        sources.push((name.to_owned(), std::fs::read_to_string(config.join(name))?));
    }
    for folder in ["payers", "codes"] {
        for entry in std::fs::read_dir(config.join(folder))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            sources.push((format!("{folder}/{name}"), std::fs::read_to_string(&path)?));
        }
    }
    Ok(sources)
}

fn field(name: &str, value: FieldValue, page: u32) -> Field {
    Field {
        name: name.to_owned(),
        value,
        unit: None,
        evidence: Evidence { page, bbox: [0.0; 4], quote: format!("{name}: as printed on the page") },
        confidence: 0.97,
        method: FieldMethod::Rules,
    }
}

fn paper(page: u32, class: DocumentClass, fields: &[(&str, FieldValue)]) -> Document {
    Document {
        id: DocumentId::new(format!("packet-{page}")),
        class,
        class_confidence: 1.0,
        decided_by: Vec::new(),
        page_first: page,
        page_last: page,
        fields: fields.iter().map(|(name, value)| field(name, value.clone(), page)).collect(),
    }
}

fn order(family: &str, code: &str, diagnosis: &str) -> (Order, Document) {
    let document = paper(
        1,
        DocumentClass::Order,
        &[
            ("patient_name", text("Roe, Ann")),
            ("order_date", day(date(2026, 11, 3))),
            ("items.description", text("device")),
            ("items.hcpcs", text(code)),
            ("dx.icd10", text(diagnosis)),
            ("prescriber.name", text("A. Poe, MD")),
            ("prescriber.npi", text("1234567893")),
            ("signature", FieldValue::Flag(true)),
            ("signature_kind", text("electronic")),
        ],
    );
    let item =
        OrderItem { hcpcs: Some(code.to_owned()), description: "device".to_owned(), quantity: Some(1) };
    let coverage = Coverage { rank: 1, payer: "Medicare Part B".to_owned(), member_id: None, medicare: true };
    let order = Order {
        family: Some(family.to_owned()),
        items: vec![item],
        coverages: vec![coverage],
        order_date: Some(date(2026, 11, 3)),
        stands_in: vec![document.id.clone()],
        ..Order::default()
    };
    (order, document)
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn day(day: Date) -> FieldValue {
    FieldValue::Date(day)
}

fn facesheet() -> Document {
    let fields = [
        ("mbi", text("1EG4TE5MK73")),
        ("coverage.1.payer", text("Medicare Part B")),
        ("address", text("1 Main St, Albany, NY 12208")),
    ];
    paper(2, DocumentClass::Facesheet, &fields)
}

/// A note as long as real ones, with more said than rules ask for.
fn note(more: &[(&str, FieldValue)]) -> Document {
    let mut fields = vec![("encounter_date", day(date(2026, 9, 14)))];
    for name in [
        "symptom.snoring",
        "symptom.sleepiness",
        "symptom.fatigue",
        "symptom.dyspnea",
        "topic.osa",
        "comorbid.hypertension",
        "comorbid.copd",
    ] {
        fields.push((name, FieldValue::Flag(true)));
    }
    for name in ["symptom.insomnia", "symptom.mood", "comorbid.stroke", "sign.edema"] {
        fields.push((name, FieldValue::Flag(false)));
    }
    fields.extend([
        ("ess", FieldValue::Number(14.0)),
        ("bmi", FieldValue::Number(33.1)),
        ("neck", FieldValue::Number(43.2)),
    ]);
    fields.extend(more.iter().cloned());
    paper(3, DocumentClass::OfficeNote, &fields)
}

fn pap() -> (&'static str, Order, Vec<Document>) {
    let (order, document) = order("pap", "E0601", "G47.33");
    let study = paper(
        4,
        DocumentClass::SleepStudy,
        &[
            ("recording_start", day(date(2026, 10, 5))),
            ("test_kind", text("psg")),
            ("ahi_4pct", FieldValue::Number(22.4)),
            ("events_total", FieldValue::Count(149)),
            ("tst", FieldValue::Number(400.0)),
        ],
    );
    ("CPAP, complete", order, vec![document, facesheet(), note(&[]), study])
}

fn oxygen() -> (&'static str, Order, Vec<Document>) {
    let (order, document) = order("oxygen", "E1390", "J96.11");
    let readings =
        [("sat.rest.air", FieldValue::Number(86.0)), ("sat.rest.oxygen", FieldValue::Number(94.0))];
    ("oxygen, complete", order, vec![document, facesheet(), note(&readings)])
}

fn respiratory() -> (&'static str, Order, Vec<Document>) {
    let (order, document) = order("rad", "E0471", "J44.9");
    ("respiratory assist", order, vec![document, facesheet(), note(&[("paco2", FieldValue::Number(54.0))])])
}
