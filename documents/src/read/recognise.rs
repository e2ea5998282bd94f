//! Tesseract: one engine, kept, fed grey pictures, read out as lines of words.

use super::ReadError;
use super::Word;
use super::clean::clean;
use super::page_image::PageImage;
use super::posture::Posture;
use super::rows::{self, Piece, Segment};
use super::sample;
use super::second_look::{self, Reading};
use super::strip::Strip;
use super::upright::Upright;
use super::words::{self, RawWord};
use std::path::{Path, PathBuf};
use tesseract::{Engine, EngineError, PageMode};

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

/// Letters of words that are surely read needed in a sample before a page is turned.
const SENSE_MIN: f32 = 12.0;
/// How much more of them than as shown.
const CLEARLY_BETTER: f32 = 1.5;
/// Words surer than this, as a share of all, below which a page may lie another way than it looked.
const READS_BADLY: (f32, f32) = (0.6, 0.3);
/// Words that say so.
const READS_BADLY_WORDS: usize = 15;

/// A picture's words.
#[derive(Default)]
pub(super) struct Recognised {
    /// In reading order, boxes on the page as shown.
    pub(super) words: Vec<Word>,
    /// The same in lines.
    pub(super) text: String,
    /// Degrees clockwise in which the content lies on the page as shown.
    pub(super) turned: u16,
    /// Degrees clockwise by which it lay askew, where that was taken out.
    pub(super) deskewed: f32,
}

/// The engine's version, part of the key under which recognised words may be kept; none where it is not installed.
pub fn engine_version() -> Option<String> {
    tesseract::version().ok().map(|version| format!("tesseract {version}"))
}

/// Loads the engine's library now rather than with the first page, which is where it is told if there is none.
pub fn load_engine() {
    let _ = tesseract::version();
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
    engine: Engine,
    language: String,
}

impl Recogniser {
    pub(super) fn new(tessdata: Option<&Path>, language: &str) -> Result<Self, ReadError> {
        let missing = || ReadError::NoLanguageData { language: language.to_owned() };
        let folder = tessdata_folder(tessdata, language).ok_or_else(missing)?;
        let engine = Engine::new(&folder, language).map_err(|error| match error {
            EngineError::LanguageData => missing(),
            error => failed(error),
        })?;
        // Columns and tables are found; the interface's own default reads a table as one block.
        engine.set_page_mode(PageMode::Auto);
        engine.set_variable("tessedit_do_invert", "0").map_err(failed)?;
        // Its remarks would go to the error stream, page by page.
        engine.set_variable("debug_file", "/dev/null").map_err(failed)?;
        Ok(Self { engine, language: language.to_owned() })
    }

    pub(super) fn language(&self) -> &str {
        &self.language
    }

    /// The words of a picture, which way it lies being found out first.
    pub(super) fn recognise(&self, page: &PageImage) -> Result<Recognised, ReadError> {
        let mut image = page.clone();
        let cleaned = clean(&mut image.pixels);
        if cleaned.is_blank {
            return Ok(Recognised::default());
        }
        let (width, height) = image.pixels.dimensions();
        let mut posture = Posture::of(&cleaned.letters, cleaned.letter_size, width, height);
        let vote = |quarters: &[u8]| -> Result<u8, ReadError> {
            let ballots = sample::ballots(&image.pixels, &cleaned.letters, cleaned.letter_size, quarters);
            self.elected(ballots)
        };
        if posture.quarters != 0 || !posture.is_sure {
            let opposite = (posture.quarters + 2) % 4;
            let quarters = if posture.quarters.is_multiple_of(2) {
                vec![0, 2]
            } else {
                vec![0, posture.quarters, opposite]
            };
            posture = posture.turned_to(vote(&quarters)?);
        }
        let upright = Upright::of(image.clone(), posture, cleaned.letter_size, cleaned.paper);
        let lines = self.lines(&upright.image)?;
        if reads_badly(&lines) {
            let other = posture.turned_to(vote(&[0, 1, 2, 3])?);
            if other.quarters != posture.quarters {
                let upright = Upright::of(image, other, cleaned.letter_size, cleaned.paper);
                let lines = self.lines(&upright.image)?;
                return self.finished(&upright, lines);
            }
        }
        self.finished(&upright, lines)
    }

    /// Looks at doubtful words again, puts the words into lines and their boxes onto the page.
    fn finished(&self, upright: &Upright, mut lines: Vec<Vec<Piece>>) -> Result<Recognised, ReadError> {
        self.look_again(&upright.image, &mut lines)?;
        let slope = slope(&lines);
        let segments = lines.into_iter().map(|pieces| Segment::of_line(pieces, slope)).collect();
        let (mut words, text) = rows::arrange(segments, slope);
        words.iter_mut().for_each(|word| word.bbox = upright.shown_box(word.bbox));
        let turned = u16::from(upright.quarters) * 90;
        Ok(Recognised { words, text, turned, deskewed: upright.deskewed as f32 })
    }

    /// The turn at which a sample of the page reads best; as shown, unless another is clearly better.
    fn elected(&self, ballots: Vec<(u8, PageImage)>) -> Result<u8, ReadError> {
        let mut best = (0, 0.0f32);
        let mut as_shown = 0.0f32;
        for (quarters, sample) in &ballots {
            let lines = self.in_mode(PageMode::SingleBlock, || self.lines(sample))?;
            let sense = lines.iter().flatten().map(sample::sense).sum::<f32>();
            if *quarters == 0 {
                as_shown = sense;
            }
            if sense > best.1 {
                best = (*quarters, sense);
            }
        }
        Ok(if best.1 >= SENSE_MIN && best.1 >= CLEARLY_BETTER * as_shown { best.0 } else { 0 })
    }

    /// Mends or doubts words with digits, see [`second_look`].
    fn look_again(&self, image: &PageImage, lines: &mut [Vec<Piece>]) -> Result<(), ReadError> {
        let doubtful = second_look::doubtful(lines);
        let firsts: Vec<Reading> = doubtful.iter().map(|at| Reading::of(&lines[at.0][at.1])).collect();
        let mut looks: Vec<Vec<Reading>> = vec![Vec::new(); doubtful.len()];
        for look in second_look::LOOKS {
            let open: Vec<usize> =
                (0..doubtful.len()).filter(|at| !second_look::borne_out(&firsts[*at], &looks[*at])).collect();
            let groups = second_look::groups(&open, &doubtful);
            let shown = groups.iter().enumerate().filter_map(|(number, group)| {
                let area = second_look::surroundings(&lines[group.row], group.first, group.last);
                Some((number, second_look::shown(image, area, look)?))
            });
            let Some(strip) = Strip::of(shown.collect()) else { break };
            let seen = self.in_mode(PageMode::SingleColumn, || self.lines(&strip.image))?;
            for (number, seen) in strip.taken_apart(seen) {
                let seen = [seen];
                for at in &groups[number].doubtful {
                    let (row, place) = doubtful[*at];
                    looks[*at].extend(second_look::reading(&lines[row], place, &seen));
                }
            }
        }
        for (((row, place), first), looks) in doubtful.into_iter().zip(firsts).zip(looks) {
            let chosen = second_look::choose(first, &looks);
            let piece = &mut lines[row][place];
            (piece.text, piece.confidence) = (chosen.text, chosen.confidence);
        }
        Ok(())
    }

    /// Works in another page mode, and goes back also after a failure: the engine is kept.
    fn in_mode<T>(
        &self,
        mode: PageMode,
        work: impl FnOnce() -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        self.engine.set_page_mode(mode);
        let done = work();
        self.engine.set_page_mode(PageMode::Auto);
        done
    }

    /// The words of a picture by line as the engine reads them in its present mode.
    fn lines(&self, image: &PageImage) -> Result<Vec<Vec<Piece>>, ReadError> {
        let (width, height) = image.pixels.dimensions();
        let dpi = image.dpi().round() as i32;
        self.engine.set_picture(image.pixels.as_raw(), width, height, dpi).map_err(failed)?;
        self.engine.recognise().map_err(failed)?;
        let words = self.words(height as i32)?;
        self.engine.clear();
        let pieces = words
            .into_iter()
            .map(|line| line.into_iter().filter_map(|word| piece(word, image)).collect::<Vec<_>>());
        Ok(pieces.filter(|line| !line.is_empty()).collect())
    }

    /// What the engine has read. Its table of words costs it the square of their number, because it seeks every word
    /// from the page's top (a page of 500 words: 90 ms of 1.3 s); its lists of characters do not.
    fn words(&self, height: i32) -> Result<Vec<Vec<RawWord>>, ReadError> {
        let boxes = self.engine.box_text().map_err(failed)?;
        let order = self.engine.lstm_box_text().map_err(failed)?;
        let confidences = self.engine.word_confidences().map_err(failed)?;
        match words::of_characters(&boxes, &order, &confidences, height) {
            Some(words) => Ok(words),
            None => Ok(words::of_table(&self.engine.tsv_text().map_err(failed)?)),
        }
    }
}

/// Whether hardly anything could be read, though there is something.
fn reads_badly(lines: &[Vec<Piece>]) -> bool {
    let words = lines.iter().flatten();
    let (sure, all) = words.fold((0usize, 0usize), |(sure, all), piece| {
        (sure + usize::from(piece.confidence >= READS_BADLY.0), all + 1)
    });
    all >= READS_BADLY_WORDS && (sure as f32) < READS_BADLY.1 * all as f32
}

fn failed(error: EngineError) -> ReadError {
    ReadError::Engine { cause: error.to_string() }
}

/// A word worth keeping, on the page.
fn piece(word: RawWord, image: &PageImage) -> Option<Piece> {
    let needed = match word.text.chars().filter(|c| c.is_alphanumeric()).count() {
        0 => MARK_CONFIDENCE_MIN,
        1 => LONE_CONFIDENCE_MIN,
        _ => 0.0,
    };
    // A lone bar is the rule of a table.
    if word.text.is_empty() || word.text == "|" || word.confidence < needed {
        return None;
    }
    let x = |pixels: i32| (image.origin.0 + f64::from(pixels) * image.scale.0) as f32;
    let y = |pixels: i32| (image.origin.1 + f64::from(pixels) * image.scale.1) as f32;
    let [left, top, right, bottom] = word.pixels;
    Some(Piece { text: word.text, bbox: [x(left), y(top), x(right), y(bottom)], confidence: word.confidence })
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
mod tests;
