//! Tesseract: one engine, kept, fed grey pictures, read out as lines of words.

use super::ReadError;
use super::page_image::PageImage;
use super::rows::{Piece, Segment};
use std::path::{Path, PathBuf};
use tesseract_rs::{TessPageSegMode, TesseractAPI, TesseractError};

/// Where Tesseract's data lies on Debian, on distributions that keep it in one place, and after
/// `make install`.
const TESSDATA_FOLDERS: [&str; 5] = [
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
];

/// Marks without a letter or digit are kept from this confidence on; below it they are speckle.
const MARK_CONFIDENCE_MIN: f32 = 0.5;
/// A lone letter or digit is kept from this confidence on. Longer words are always kept: the engine gives
/// some that are right a confidence of 0.
const LONE_CONFIDENCE_MIN: f32 = 0.1;
/// A page's skew is taken from lines of at least this many words.
const SKEW_WORDS_MIN: usize = 4;

/// The engine's version, part of the key under which recognised words may be kept.
pub fn engine_version() -> String {
    format!("tesseract {}", TesseractAPI::version())
}

/// The folder that holds the data for `language`: `given`, else where it is usually installed.
pub fn tessdata_folder(given: Option<&Path>, language: &str) -> Option<PathBuf> {
    let file = format!("{}.traineddata", language.split('+').next().unwrap_or(language));
    let usual = TESSDATA_FOLDERS.iter().map(Path::new);
    given
        .into_iter()
        .flat_map(|folder| [folder.to_owned(), folder.join("tessdata")])
        .chain(usual.map(Path::to_owned))
        .find(|folder| folder.join(&file).is_file())
}

/// A started engine. Starting costs 90 ms and more, so it is kept.
pub(super) struct Recogniser {
    engine: TesseractAPI,
    language: String,
}

impl Recogniser {
    pub(super) fn new(tessdata: Option<&Path>, language: &str) -> Result<Self, ReadError> {
        let missing = || ReadError::NoLanguageData { language: language.to_owned() };
        let folder = tessdata_folder(tessdata, language).ok_or_else(missing)?;
        let engine = TesseractAPI::new();
        engine.init(&folder, language).map_err(|_| missing())?;
        // 3: columns and tables are found; the interface's own default reads a table as one block.
        engine.set_page_seg_mode(TessPageSegMode::PSM_AUTO).map_err(failed("its page mode"))?;
        engine.set_variable("tessedit_do_invert", "0").map_err(failed("its settings"))?;
        // Its remarks would go to the error stream, page by page.
        engine.set_variable("debug_file", "/dev/null").map_err(failed("its settings"))?;
        Ok(Self { engine, language: language.to_owned() })
    }

    pub(super) fn language(&self) -> &str {
        &self.language
    }

    /// The words of a picture by line, and the slope of its lines (down per across).
    pub(super) fn recognise(&self, image: &PageImage) -> Result<(Vec<Segment>, f32), ReadError> {
        let (width, height) = image.pixels.dimensions();
        let side = |pixels: u32| {
            i32::try_from(pixels).map_err(|_| failed("the picture's size")(TesseractError::InvalidDimensions))
        };
        let (width, height) = (side(width)?, side(height)?);
        self.engine
            .set_image(image.pixels.as_raw(), width, height, 1, width)
            .map_err(failed("taking the picture"))?;
        self.engine
            .set_source_resolution(image.dpi().round() as i32)
            .map_err(failed("taking the picture"))?;
        self.engine.recognize().map_err(failed("recognition"))?;
        let table = self.engine.get_tsv_text(0).map_err(failed("reading out the words"))?;
        self.engine.clear().map_err(failed("clearing up"))?;
        let lines = lines(&table, image);
        let slope = slope(&lines);
        let segments = lines.into_iter().map(|pieces| Segment::of_line(pieces, slope)).collect();
        Ok((segments, slope))
    }
}

fn failed(step: &'static str) -> impl Fn(TesseractError) -> ReadError {
    move |_| ReadError::Engine { step: step.to_owned() }
}

/// Reads Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height,
/// confidence, text. Level 4 opens a line, level 5 is a word.
fn lines(table: &str, image: &PageImage) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for row in table.lines() {
        let mut columns = row.splitn(12, '\t');
        match columns.next() {
            Some("4") => lines.push(Vec::new()),
            Some("5") => {
                if let (Some(piece), Some(line)) = (word(columns, image), lines.last_mut()) {
                    line.push(piece);
                }
            }
            _ => {}
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn word<'a>(columns: impl Iterator<Item = &'a str>, image: &PageImage) -> Option<Piece> {
    let columns: Vec<&str> = columns.skip(5).collect();
    let [left, top, width, height, confidence, text] = columns.as_slice() else { return None };
    let number = |text: &str| text.parse::<f64>().ok();
    let (left, top, width, height) = (number(left)?, number(top)?, number(width)?, number(height)?);
    let confidence = (confidence.parse::<f32>().ok()? / 100.0).clamp(0.0, 1.0);
    let text = text.trim();
    let needed = match text.chars().filter(|c| c.is_alphanumeric()).count() {
        0 => MARK_CONFIDENCE_MIN,
        1 => LONE_CONFIDENCE_MIN,
        _ => 0.0,
    };
    // A lone bar is the rule of a table.
    if text.is_empty() || text == "|" || confidence < needed {
        return None;
    }
    let x = |pixels: f64| (image.origin.0 + pixels * image.scale.0) as f32;
    let y = |pixels: f64| (image.origin.1 + pixels * image.scale.1) as f32;
    Some(Piece {
        text: text.to_owned(),
        bbox: [x(left), y(top), x(left + width), y(top + height)],
        confidence,
    })
}

/// The median slope of the longer lines, from a straight line through the words' feet.
fn slope(lines: &[Vec<Piece>]) -> f32 {
    let mut slopes: Vec<f32> = lines
        .iter()
        .filter(|line| line.len() >= SKEW_WORDS_MIN)
        .filter_map(|line| {
            fitted_slope(line.iter().map(|piece| ((piece.bbox[0] + piece.bbox[2]) / 2.0, piece.bbox[3])))
        })
        .collect();
    slopes.sort_by(f32::total_cmp);
    slopes.get(slopes.len() / 2).copied().unwrap_or(0.0)
}

/// Least squares; `None` where the points do not spread.
pub(crate) fn fitted_slope(points: impl Iterator<Item = (f32, f32)> + Clone) -> Option<f32> {
    let count = points.clone().count() as f32;
    let (sum_x, sum_y) = points.clone().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (across, both) = points
        .fold((0.0, 0.0), |(xx, xy), (x, y)| (xx + (x - mean_x).powi(2), xy + (x - mean_x) * (y - mean_y)));
    (count >= 2.0 && across > 1.0).then_some(both / across)
}
