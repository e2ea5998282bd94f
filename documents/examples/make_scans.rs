//! Makes a batch of scans with known words, to measure reading with:
//! `make_scans --kind clean|hard|fax|digital --pages N --seed S --out DIR` writes `page-001.png` and so on,
//! the same pages as `scans.pdf`, and `truth.json` with every page's words, boxes and defects.

mod support;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use serde_json::{Value, json};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use support::Dice;
use support::content::{self, LAYOUTS};
use support::pages::{Kind, ScannedPage, born_digital, pdf_of, scan};

struct Wanted {
    /// `None` for born-digital pages.
    kind: Option<Kind>,
    pages: usize,
    seed: u64,
    out: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = wanted()?;
    fs::create_dir_all(&wanted.out)?;
    let pages = match wanted.kind {
        Some(kind) => scans(kind, &wanted)?,
        None => digital(&wanted)?,
    };
    let truth = json!({ "seed": wanted.seed, "pages": pages });
    fs::write(wanted.out.join("truth.json"), serde_json::to_vec_pretty(&truth)?)?;
    writeln!(std::io::stdout(), "{} pages in {}", wanted.pages, wanted.out.display())?;
    Ok(())
}

fn wanted() -> Result<Wanted, Box<dyn Error>> {
    let usage = "usage: make_scans --kind clean|hard|fax|digital --pages N --seed S --out DIR";
    let mut wanted = Wanted { kind: Some(Kind::Clean), pages: 20, seed: 1, out: PathBuf::from("scans") };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(usage)?;
        match (name.as_str(), value.as_str()) {
            ("--kind", "clean") => wanted.kind = Some(Kind::Clean),
            ("--kind", "hard") => wanted.kind = Some(Kind::Hard),
            ("--kind", "fax") => wanted.kind = Some(Kind::Fax),
            ("--kind", "digital") => wanted.kind = None,
            ("--pages", count) => wanted.pages = count.parse()?,
            ("--seed", seed) => wanted.seed = seed.parse()?,
            ("--out", folder) => wanted.out = PathBuf::from(folder),
            _ => return Err(usage.into()),
        }
    }
    Ok(wanted)
}

fn scans(kind: Kind, wanted: &Wanted) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut scans = Vec::new();
    let mut truth = Vec::new();
    for number in 0..wanted.pages {
        let scan = scan(kind, number, wanted.seed)?;
        let file = format!("page-{:03}.png", number + 1);
        write_png(&wanted.out.join(&file), &scan)?;
        let words: Vec<Value> =
            scan.words.iter().map(|word| json!({ "text": word.text, "box": word.bbox })).collect();
        truth.push(json!({
            "file": file,
            "dpi": [scan.dpi.0, scan.dpi.1],
            "skew_degrees": scan.defects.skew_degrees,
            "turned_degrees": u32::from(scan.defects.quarter_turns) * 90,
            "faint": scan.defects.ink > 100,
            "inverted": scan.defects.inverted,
            "words": words,
        }));
        scans.push(scan);
    }
    fs::write(wanted.out.join("scans.pdf"), pdf_of(&scans)?)?;
    Ok(truth)
}

/// With its resolution, which the engine's own program looks for.
fn write_png(path: &Path, scan: &ScannedPage) -> Result<(), Box<dyn Error>> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive).write_image(
        scan.picture.as_raw(),
        scan.picture.width(),
        scan.picture.height(),
        ExtendedColorType::L8,
    )?;
    // The chunk goes behind the header: 8 bytes of signature, 25 of IHDR.
    let per_metre = |dpi: f32| ((f64::from(dpi) / 0.0254).round() as u32).to_be_bytes();
    let mut chunk = b"pHYs".to_vec();
    chunk.extend(per_metre(scan.dpi.0));
    chunk.extend(per_metre(scan.dpi.1));
    chunk.push(1);
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(&bytes[..33])?;
    out.write_all(&9u32.to_be_bytes())?;
    out.write_all(&chunk)?;
    out.write_all(&crc32(&chunk).to_be_bytes())?;
    out.write_all(&bytes[33..])?;
    Ok(out.flush()?)
}

/// The checksum of PNG chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

fn digital(wanted: &Wanted) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut dice = Dice::new(wanted.seed);
    let pages: Vec<_> =
        (0..wanted.pages).map(|number| content::page(LAYOUTS[number % LAYOUTS.len()], &mut dice)).collect();
    fs::write(wanted.out.join("scans.pdf"), born_digital(&pages, b"Helvetica"))?;
    let words = |page: &Vec<content::Placed>| -> Vec<Value> {
        let texts = page.iter().flat_map(|placed| placed.text.split(' '));
        texts.filter(|text| !text.is_empty()).map(|text| json!({ "text": text })).collect()
    };
    Ok(pages.iter().map(|page| json!({ "words": words(page) })).collect())
}
