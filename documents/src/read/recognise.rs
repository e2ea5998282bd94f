//! Tesseract: one engine, kept, fed grey pictures, read out as lines of words.

use super::ReadError;
use super::page_image::PageImage;
use super::rows::{Piece, Segment};
use super::second_look::{self, Reading};
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
        let mut lines = self.lines(image)?;
        self.look_again(image, &mut lines)?;
        let slope = slope(&lines);
        let segments = lines.into_iter().map(|pieces| Segment::of_line(pieces, slope)).collect();
        Ok((segments, slope))
    }

    /// Mends or doubts words with digits, see [`second_look`].
    fn look_again(&self, image: &PageImage, lines: &mut [Vec<Piece>]) -> Result<(), ReadError> {
        let doubtful = second_look::doubtful(lines);
        if doubtful.is_empty() {
            return Ok(());
        }
        let mode = |mode| self.engine.set_page_seg_mode(mode).map_err(failed("its page mode"));
        mode(TessPageSegMode::PSM_SINGLE_LINE)?;
        let chosen: Result<Vec<Reading>, ReadError> =
            doubtful.iter().map(|(row, place)| self.looked_at(image, &lines[*row], *place)).collect();
        // Back also after a failure: the engine is kept.
        mode(TessPageSegMode::PSM_AUTO)?;
        for ((row, place), chosen) in doubtful.into_iter().zip(chosen?) {
            let piece = &mut lines[row][place];
            (piece.text, piece.confidence) = (chosen.text, chosen.confidence);
        }
        Ok(())
    }

    fn looked_at(&self, image: &PageImage, line: &[Piece], place: usize) -> Result<Reading, ReadError> {
        let word = &line[place];
        let first = Reading { text: word.text.clone(), confidence: word.confidence };
        let mut looks = Vec::new();
        for look in second_look::LOOKS {
            let Some(part) = second_look::shown(image, second_look::surroundings(line, place), look) else {
                break;
            };
            looks.extend(second_look::reading(line, place, &self.lines(&part)?));
            if second_look::borne_out(&first, &looks) {
                break;
            }
        }
        Ok(second_look::choose(first, &looks))
    }

    /// The words of a picture by line as the engine reads them in its present mode.
    fn lines(&self, image: &PageImage) -> Result<Vec<Vec<Piece>>, ReadError> {
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
        Ok(lines(&table, image))
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

#[cfg(test)]
mod tests {
    use super::Recogniser;
    use crate::open::OpenDocument;
    use crate::read::page_image::{self, PageImage};
    use crate::read::rows::Piece;
    use image::imageops;
    use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

    const LINES: [&str; 4] = [
        "AHI (3%) 15.0 REI (4%) 11.7 Lowest SpO2 81%",
        "A7034 Nasal mask 1 per 3 months",
        "Member E5760302 Group 4410 Phone 555-0149",
        "Seen 04/17/1961 BMI 35.2 Neck 17 in",
    ];

    /// The lines as a scan of 200 dpi, a little out of focus.
    fn scan() -> PageImage {
        let mut pdf = Pdf::new();
        let [catalog, tree, font, page, content] = [1, 2, 3, 4, 5].map(Ref::new);
        pdf.catalog(catalog).pages(tree);
        pdf.pages(tree).kids([page]).count(1);
        pdf.type1_font(font).base_font(Name(b"Helvetica"));
        let mut leaf = pdf.page(page);
        leaf.parent(tree).media_box(Rect::new(0.0, 0.0, 612.0, 396.0)).contents(content);
        leaf.resources().fonts().pair(Name(b"F1"), font);
        leaf.finish();
        let mut shown = Content::new();
        for (line, text) in (0u8..).zip(LINES) {
            let y = 320.0 - 40.0 * f32::from(line);
            shown.begin_text().set_font(Name(b"F1"), 11.0).next_line(72.0, y);
            shown.show(Str(text.as_bytes())).end_text();
        }
        pdf.stream(content, &shown.finish());
        let document = OpenDocument::open(pdf.finish()).unwrap();
        let mut image = page_image::drawn(document.page(1).unwrap(), 200.0);
        image.pixels = imageops::blur(&image.pixels, 0.8);
        image
    }

    fn find<'a>(lines: &'a mut [Vec<Piece>], text: &str) -> &'a mut Piece {
        lines.iter_mut().flatten().find(|piece| piece.text == text).unwrap()
    }

    #[test]
    fn misread_words_are_mended_or_doubted_and_good_ones_stay() {
        let engine = Recogniser::new(None, "eng").unwrap();
        let image = scan();
        let mut lines = engine.lines(&image).unwrap();
        let words = |lines: &[Vec<Piece>]| -> Vec<String> {
            lines.iter().flatten().map(|piece| piece.text.clone()).collect()
        };
        let right = words(&lines);
        assert_eq!(right.join(" "), LINES.join(" "));
        // Every word is doubted, and some are as an engine may have misread them.
        for piece in lines.iter_mut().flatten() {
            piece.confidence = 0.84;
        }
        let misread = [("11.7", "17"), ("A7034", "A1034"), ("35.2", "352"), ("04/17/1961", "04/11/1961")];
        for (printed, read) in misread {
            find(&mut lines, printed).text = read.to_owned();
        }
        // The box ends before the dropped character.
        let code = find(&mut lines, "E5760302");
        code.text = "5760302".to_owned();
        code.bbox[0] += (code.bbox[2] - code.bbox[0]) / 8.0;
        // Far from what is printed: not mended, no longer believed.
        find(&mut lines, "4410").text = "9967".to_owned();

        engine.look_again(&image, &mut lines).unwrap();

        assert!(find(&mut lines, "9967").confidence <= 0.5);
        find(&mut lines, "9967").text = "4410".to_owned();
        assert_eq!(words(&lines), right);
        let doubted = lines.iter().flatten().filter(|piece| piece.confidence <= 0.5);
        assert_eq!(doubted.map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["4410"]);
        // The engine reads whole pages again afterwards, and the same.
        assert_eq!(words(&engine.lines(&image).unwrap()), right);
    }
}
