//! Compares reading with the engine's own program, picture by picture: how many of the true words are
//! found, how many of the found ones are true, the same for words with digits, and the CPU time of each.
//!
//! `ocr_truth [--json] [--alone] FOLDER...` takes every picture below the folders that has its text beside it
//! (`x.txt`, `x.gold.txt`, or `truth.json` as `make_scans` writes it); `--alone` leaves the engine out. Start it with `OMP_THREAD_LIMIT=1`:
//! without it the engine spends five times the CPU time on the same words.

use documents::OpenDocument;
use documents::convert::{ConvertLimits, into_pdf};
use documents::kind::sniff;
use documents::read::{PageReader, ReadSettings};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A picture and the words on it.
struct Sample {
    picture: PathBuf,
    truth: Vec<String>,
}

/// How one reader did on one picture; shares from 0 to 1.
#[derive(Default)]
struct Score {
    recall: f64,
    precision: f64,
    /// Recall of the words with digits alone.
    numbers: f64,
    cpu_s: f64,
}

fn main() -> Outcome<()> {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let mut samples = Vec::new();
    for folder in &folders {
        collect(Path::new(folder), &mut samples)?;
    }
    samples.sort_by(|a, b| a.picture.cmp(&b.picture));
    let mut reader = PageReader::new(None);
    let mut rows = Vec::new();
    for sample in &samples {
        let document = opened(&sample.picture)?;
        let ours =
            score(&sample.truth, || Ok(reader.read_page(&document, 1, &ReadSettings::default())?.text))?;
        let engine = match flags.iter().any(|flag| flag == "--alone") {
            true => Score::default(),
            false => score(&sample.truth, || engine_alone(&sample.picture))?,
        };
        rows.push((sample, ours, engine));
    }
    let mut out = std::io::stdout().lock();
    if flags.iter().any(|flag| flag == "--json") {
        let rows: Vec<Value> = rows.iter().map(|(sample, ours, engine)| row(sample, ours, engine)).collect();
        return Ok(serde_json::to_writer_pretty(out, &json!({ "pictures": rows }))?);
    }
    writeln!(out, "{:34}{:>28}{:>30}", "", "ours", "tesseract")?;
    let head = "recall   prec  numb   cpu-s";
    writeln!(out, "{:34}{head:>28}{head:>30}", "picture")?;
    let mut sums = [Score::default(), Score::default()];
    for (sample, ours, engine) in &rows {
        let name = sample.picture.iter().rev().take(2).collect::<Vec<_>>();
        let name = name.iter().rev().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        writeln!(out, "{name:34}{}  {}", line(ours), line(engine))?;
        for (sum, score) in sums.iter_mut().zip([ours, engine]) {
            sum.recall += score.recall / rows.len() as f64;
            sum.precision += score.precision / rows.len() as f64;
            sum.numbers += score.numbers / rows.len() as f64;
            sum.cpu_s += score.cpu_s;
        }
    }
    Ok(writeln!(out, "{:34}{}  {}", "mean, CPU in all", line(&sums[0]), line(&sums[1]))?)
}

fn line(score: &Score) -> String {
    let Score { recall, precision, numbers, cpu_s } = score;
    format!("{recall:>7.3}{precision:>7.3}{numbers:>6.3}{cpu_s:>8.2}")
}

fn row(sample: &Sample, ours: &Score, engine: &Score) -> Value {
    let one = |score: &Score| json!({ "recall": score.recall, "precision": score.precision, "numbers": score.numbers, "cpu_s": score.cpu_s });
    json!({ "picture": sample.picture, "words": sample.truth.len(), "ours": one(ours), "tesseract": one(engine) })
}

/// Pictures with their text beside them, below `folder`.
fn collect(folder: &Path, samples: &mut Vec<Sample>) -> Outcome<()> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut pictures = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, samples)?;
        } else if name == "truth.json" {
            let truth: Value = serde_json::from_slice(&fs::read(&path)?)?;
            samples.extend(from_truth(folder, &truth));
        } else if let Some(stem) = name.strip_suffix(".txt") {
            texts.push((stem.trim_end_matches(".gold").to_owned(), fs::read_to_string(&path)?));
        } else if [".png", ".tif", ".jpg"].iter().any(|ending| name.ends_with(ending)) {
            pictures.push((name, path));
        }
    }
    for (name, picture) in pictures {
        if let Some((_, text)) = texts.iter().find(|(stem, _)| name.starts_with(stem.as_str())) {
            samples.push(Sample { picture, truth: words(text) });
        }
    }
    Ok(())
}

fn from_truth(folder: &Path, truth: &Value) -> Vec<Sample> {
    let pages = truth["pages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let sample = |page: &Value| {
        let text: Vec<&str> =
            page["words"].as_array()?.iter().filter_map(|word| word["text"].as_str()).collect();
        Some(Sample { picture: folder.join(page["file"].as_str()?), truth: words(&text.join(" ")) })
    };
    pages.iter().filter_map(sample).collect()
}

/// Words without the punctuation at their ends; one kind of dash and quote; upper and lower case differ.
fn words(text: &str) -> Vec<String> {
    let plain = text.replace(['–', '—'], "-").replace(['‘', '’'], "'");
    plain
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn score(truth: &[String], read: impl FnOnce() -> Outcome<String>) -> Outcome<Score> {
    let before = cpu_s()?;
    let found = words(&read()?);
    let cpu_s = cpu_s()? - before;
    let has_digit = |word: &&String| word.chars().any(|c| c.is_ascii_digit());
    let shared = shared(truth.iter(), found.iter());
    let numbers = truth.iter().filter(has_digit).count();
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    Ok(Score {
        recall: share(shared, truth.len()),
        precision: share(shared, found.len()),
        numbers: share(self::shared(truth.iter().filter(has_digit), found.iter()), numbers),
        cpu_s,
    })
}

/// Words that both have, each as often as both have it.
fn shared<'a>(truth: impl Iterator<Item = &'a String>, found: impl Iterator<Item = &'a String>) -> usize {
    let mut left: HashMap<&str, usize> = HashMap::new();
    found.for_each(|word| *left.entry(word).or_default() += 1);
    truth
        .filter(|word| match left.get_mut(word.as_str()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        })
        .count()
}

/// The picture as the one page of a PDF, as it comes out of a packet.
fn opened(picture: &Path) -> Outcome<OpenDocument> {
    let bytes = fs::read(picture)?;
    let pdf = into_pdf(sniff(&bytes), &bytes, &ConvertLimits::default())?;
    Ok(OpenDocument::open(pdf)?)
}

fn engine_alone(picture: &Path) -> Outcome<String> {
    let mut command = Command::new("tesseract");
    command.arg(picture).arg("-").env("OMP_THREAD_LIMIT", "1").stderr(Stdio::null());
    Ok(String::from_utf8_lossy(&command.output()?.stdout).into_owned())
}

/// CPU seconds of this process and its finished children, in steps of 10 ms.
fn cpu_s() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // Fields 14 to 17, counted behind the program's name, which may hold spaces.
    let fields = stat.rsplit_once(')').ok_or("no such process table")?.1.split_whitespace().skip(11).take(4);
    let ticks: f64 = fields.filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / 100.0)
}
