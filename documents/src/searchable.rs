//! Writes recognised words back into the packet, invisibly and exactly over the picture, so that it can be
//! searched and copied. Nothing that was there changes: images stay as they are, byte for byte.
//!
//! The words go in front of the page's own content, where no unbalanced graphics state can reach them.

mod font;

use crate::assemble::save_options;
use crate::read::{PageText, ReadMethod, Word};
use font::{Encoding, TextFont};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::Path;

/// Name of our font among a page's resources; no other writer uses it.
const FONT_NAME: &str = "EpicConnectorText";
/// Lines steeper than this are not lines but words that happen to share a row.
const SLOPE_MAX: f32 = 0.1;
/// Words needed to tell a line's slope.
const SLOPE_WORDS_MIN: usize = 3;
/// The share of a word box's height below the baseline, once averaged over a line: descenders.
const DESCENT_SHARE: f32 = 0.2;
/// Room kept for the space after a word.
const SPACE_EM: f32 = 0.25;

/// Why the words could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SearchableError {
    /// The packet is not one that `assemble` made.
    #[error("the packet cannot be opened for writing: {cause}; assemble it again")]
    Unreadable {
        /// What failed; never document text.
        cause: String,
    },
    /// A page that was read is not in the packet.
    #[error("the packet has {pages} pages, words were given for page {page}; read the packet again")]
    NoSuchPage {
        /// From 1.
        page: u32,
        /// There are.
        pages: u32,
    },
    /// The packet could not be written.
    #[error("the searchable packet could not be written: {cause}")]
    Unwritable {
        /// What failed.
        cause: String,
    },
}

/// Adds the words of recognised pages to the packet; pages with a text layer of their own are left alone.
/// The same packet and words give the same bytes.
///
/// `tessdata` is where Tesseract's invisible font lies; without it Helvetica is named, which does as well
/// for Western text.
pub fn add_text_layer(
    pdf: &[u8],
    pages: &[PageText],
    tessdata: Option<&Path>,
) -> Result<Vec<u8>, SearchableError> {
    let mut document = Document::load_mem(pdf)
        .map_err(|_| SearchableError::Unreadable { cause: "it cannot be parsed".to_owned() })?;
    if document.is_encrypted() {
        return Err(SearchableError::Unreadable { cause: "it is encrypted".to_owned() });
    }
    let ids: Vec<ObjectId> = document.page_iter().collect();
    let pages_in_packet = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let mut font = None;
    for page in pages.iter().filter(|page| page.method == ReadMethod::Ocr && !page.words.is_empty()) {
        let id = usize::try_from(page.page)
            .ok()
            .and_then(|number| number.checked_sub(1))
            .and_then(|index| ids.get(index))
            .copied()
            .ok_or(SearchableError::NoSuchPage { page: page.page, pages: pages_in_packet })?;
        let font = font.get_or_insert_with(|| TextFont::add_to(&mut document, tessdata));
        let placement = Placement::of(&document, id);
        let content = content(page, &placement, font.encoding);
        let font_id = font.id;
        prepend(&mut document, id, content);
        name_font(&mut document, id, font_id);
    }
    let mut bytes = Vec::with_capacity(pdf.len() + pdf.len() / 20);
    document
        .save_with_options(&mut bytes, save_options())
        .map_err(|error| SearchableError::Unwritable { cause: error.kind().to_string() })?;
    Ok(bytes)
}

/// From the page as shown, in points from its top left, to the page's own coordinates.
struct Placement {
    /// a b c d e f of a PDF matrix.
    matrix: [f32; 6],
}

impl Placement {
    fn of(document: &Document, page: ObjectId) -> Self {
        let media = page_box(document, page, b"MediaBox").unwrap_or([0.0, 0.0, 612.0, 792.0]);
        let crop = page_box(document, page, b"CropBox").map_or(media, |crop| {
            [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])]
        });
        let [x0, y0, x1, y1] = crop;
        let turns = inherited(document, page, b"Rotate").and_then(|turn| turn.as_i64().ok()).unwrap_or(0);
        // Where the shown page's top left lies, and where its "right" and "down" point.
        let matrix = match turns.rem_euclid(360) {
            90 => [0.0, 1.0, 1.0, 0.0, x0, y0],
            180 => [-1.0, 0.0, 0.0, 1.0, x1, y0],
            270 => [0.0, -1.0, -1.0, 0.0, x1, y1],
            _ => [1.0, 0.0, 0.0, -1.0, x0, y1],
        };
        Self { matrix }
    }

    /// The text matrix for text that starts at (x, y) of the shown page and falls by `slope`.
    fn text_matrix(&self, x: f32, y: f32, slope: f32) -> [f32; 6] {
        let [a, b, c, d, e, f] = self.matrix;
        let length = slope.hypot(1.0);
        let (cos, sin) = (1.0 / length, slope / length);
        // Text runs along (cos, sin) and grows upwards, which is (sin, -cos) on the shown page.
        let along = (a * cos + c * sin, b * cos + d * sin);
        let up = (a * sin - c * cos, b * sin - d * cos);
        [along.0, along.1, up.0, up.1, a * x + c * y + e, b * x + d * y + f]
    }
}

/// A box with its corners in order; packets carry theirs on every page, other files inherit them.
fn page_box(document: &Document, page: ObjectId, key: &[u8]) -> Option<[f32; 4]> {
    let values = inherited(document, page, key)?.as_array().ok()?;
    let number = |index: usize| {
        let (_, value) = document.dereference(values.get(index)?).ok()?;
        value.as_float().ok()
    };
    let [a, b, c, d] = [number(0)?, number(1)?, number(2)?, number(3)?];
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..64 {
        if let Ok(value) = node.get_deref(key, document) {
            return Some(value);
        }
        node = document.get_dictionary(node.get(b"Parent").and_then(Object::as_reference).ok()?).ok()?;
    }
    None
}

/// The content stream: one text object, every word stretched over its box, with the space after it.
fn content(page: &PageText, placement: &Placement, encoding: Encoding) -> Vec<u8> {
    let mut out = "q\nBT\n3 Tr\n".to_owned();
    for line in page.words.chunk_by(|a, b| a.line == b.line) {
        let fit = LineFit::of(line);
        // Not `Tf` for every word: the size changes by line only.
        let _ = writeln!(out, "/{FONT_NAME} {} Tf", short(fit.size));
        for word in line {
            let [x0, _, x1, _] = word.bbox;
            // With the space after it, also at the line's end: some readers join what nothing separates.
            let text = format!("{} ", word.text);
            let wanted = (x1 - x0).max(0.1) + SPACE_EM * fit.size;
            let stretch = 100.0 * wanted / (encoding.width_em(&text) * fit.size).max(0.01);
            let matrix = placement.text_matrix(x0, fit.baseline_at(x0), fit.slope).map(short);
            let [a, b, c, d, e, f] = matrix;
            let _ = write!(out, "{} Tz {a} {b} {c} {d} {e} {f} Tm ", short(stretch));
            encoding.show(&text, &mut out);
        }
    }
    out.push_str("ET\nQ\n");
    out.into_bytes()
}

/// Numbers with three decimals, without trailing noise.
fn short(value: f32) -> Number {
    Number((value * 1000.0).round() / 1000.0)
}

/// A number as PDF writes it.
#[derive(Clone, Copy)]
struct Number(f32);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never an exponent, never "-0".
        if self.0 == 0.0 { f.write_str("0") } else { write!(f, "{}", self.0) }
    }
}

/// One line's baseline and size, from the boxes of its words: single boxes jump with the letters in them.
struct LineFit {
    slope: f32,
    /// Height of the baseline at the page's left edge.
    offset: f32,
    size: f32,
}

impl LineFit {
    fn of(words: &[Word]) -> Self {
        let mut heights: Vec<f32> = words.iter().map(|word| word.bbox[3] - word.bbox[1]).collect();
        heights.sort_by(f32::total_cmp);
        let height = heights.get(heights.len() / 2).copied().unwrap_or(1.0).max(1.0);
        let feet = words.iter().map(|word| ((word.bbox[0] + word.bbox[2]) / 2.0, word.bbox[3]));
        let slope = (words.len() >= SLOPE_WORDS_MIN)
            .then(|| crate::read::fitted_slope(feet.clone()))
            .flatten()
            .filter(|slope| slope.abs() <= SLOPE_MAX)
            .unwrap_or(0.0);
        let count = words.len().max(1) as f32;
        let foot = feet.map(|(x, y)| y - slope * x).sum::<f32>() / count;
        Self { slope, offset: foot - DESCENT_SHARE * 0.5 * height, size: height * 1.15 }
    }

    fn baseline_at(&self, x: f32) -> f32 {
        self.offset + self.slope * x
    }
}

fn prepend(document: &mut Document, page: ObjectId, content: Vec<u8>) {
    let mut stream = Stream::new(Dictionary::new(), content);
    // Left uncompressed if that does not pay.
    let _ = stream.compress();
    let ours = document.add_object(stream);
    let before = match document.get_dictionary(page).and_then(|page| page.get(b"Contents")) {
        Ok(Object::Array(parts)) => parts.clone(),
        Ok(Object::Reference(id)) => match document.get_object(*id) {
            Ok(Object::Array(parts)) => parts.clone(),
            _ => vec![Object::Reference(*id)],
        },
        _ => Vec::new(),
    };
    let mut contents = vec![Object::Reference(ours)];
    contents.extend(before);
    if let Ok(page) = document.get_dictionary_mut(page) {
        page.set("Contents", contents);
    }
}

/// Names the font on this page only: resources may be shared with pages that do not need it.
fn name_font(document: &mut Document, page: ObjectId, font: ObjectId) {
    let mut resources = inherited(document, page, b"Resources")
        .and_then(|resources| resources.as_dict().ok())
        .cloned()
        .unwrap_or_default();
    let mut fonts =
        resources.get_deref(b"Font", document).and_then(Object::as_dict).cloned().unwrap_or_default();
    fonts.set(FONT_NAME, font);
    resources.set("Font", fonts);
    if let Ok(page) = document.get_dictionary_mut(page) {
        page.set("Resources", resources);
    }
}
