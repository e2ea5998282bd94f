//! One line's baseline and type size from the boxes of its words. A box hugs its letters, so what letters they
//! are says where the baseline runs and how large the type is: "again" hangs below it, "scan" has no height.

use crate::read::Word;

/// Lines steeper than this are not lines but words that happen to share a row. Scans up to 7 degrees askew.
const SLOPE_MAX: f32 = 0.12;
/// Words needed to tell a line's slope; shorter ones take the page's.
const SLOPE_WORDS_MIN: usize = 4;
/// Where Helvetica's letters reach, in ems: capitals and ascenders, small letters, descenders.
const CAPITAL_EM: f32 = 0.72;
const SMALL_EM: f32 = 0.53;
const DESCENT_EM: f32 = 0.21;
/// Marks without letters or digits tell nothing of the size; they are taken as this high, in ems.
const MARK_EM: f32 = 0.5;

/// Baseline and size of a line.
pub(super) struct LineFit {
    /// Down per across.
    pub(super) slope: f32,
    /// Height of the baseline at the page's left edge, from the top.
    offset: f32,
    /// The em, in points.
    pub(super) size: f32,
}

impl LineFit {
    pub(super) fn of(words: &[Word], page_slope: f32) -> Self {
        let slope = slope(words).unwrap_or(page_slope);
        let size = median(words.iter().map(|word| {
            let reach = Reach::of(&word.text);
            upright_height(word, slope) / (reach.up + reach.down)
        }));
        // Two lines of different type on one row: the fit is a compromise, never absurd.
        let size = size.clamp(1.0, 500.0);
        let offset = median(words.iter().map(|word| {
            let middle = (word.bbox[0] + word.bbox[2]) / 2.0;
            let tilt = slope.abs() * (word.bbox[2] - word.bbox[0]) / 2.0;
            word.bbox[3] - tilt - Reach::of(&word.text).down * size - slope * middle
        }));
        Self { slope, offset, size }
    }

    pub(super) fn baseline_at(&self, x: f32) -> f32 {
        self.offset + self.slope * x
    }
}

/// The slope most lines of a page have.
pub(super) fn page_slope(words: &[Word]) -> f32 {
    median(words.chunk_by(|a, b| a.line == b.line).filter_map(slope))
}

/// The slope of a line, from the feet of its words at their middles. How far the foot of a box lies under
/// its middle depends on the slope, so it is taken twice.
fn slope(words: &[Word]) -> Option<f32> {
    if words.len() < SLOPE_WORDS_MIN {
        return None;
    }
    let fitted = |slope: f32| {
        let feet = words.iter().map(|word| {
            let [x0, _, x1, y1] = word.bbox;
            let reach = Reach::of(&word.text);
            let descent = upright_height(word, slope) * reach.down / (reach.up + reach.down);
            ((x0 + x1) / 2.0, y1 - descent - slope.abs() * (x1 - x0) / 2.0)
        });
        crate::read::fitted_slope(feet)
    };
    let first = fitted(0.0)?.clamp(-SLOPE_MAX, SLOPE_MAX);
    fitted(first).filter(|slope| slope.abs() <= SLOPE_MAX)
}

/// A box's height without what its width adds on a line that is askew.
fn upright_height(word: &Word, slope: f32) -> f32 {
    let [x0, y0, x1, y1] = word.bbox;
    (y1 - y0 - slope.abs() * (x1 - x0)).max(0.4 * (y1 - y0)).max(0.5)
}

/// How far a word's letters reach above and below the baseline, in ems.
struct Reach {
    up: f32,
    down: f32,
}

impl Reach {
    fn of(text: &str) -> Self {
        let mut reach = Self { up: 0.0, down: 0.0 };
        for c in text.chars() {
            let up = match c {
                'a' | 'c' | 'e' | 'g' | 'm'..='s' | 'u'..='z' => SMALL_EM,
                c if c.is_alphanumeric() => CAPITAL_EM,
                '(' | ')' | '[' | ']' | '/' | '%' | '&' | '#' | '$' | '"' | '\'' | '!' | '?' => CAPITAL_EM,
                _ => 0.0,
            };
            let hangs =
                matches!(c, 'g' | 'j' | 'p' | 'q' | 'y' | 'Q' | ',' | ';' | '(' | ')' | '[' | ']' | '$');
            let down = match c {
                ',' | ';' => 0.14,
                _ if hangs => DESCENT_EM,
                _ => 0.0,
            };
            reach = Self { up: reach.up.max(up), down: reach.down.max(down) };
        }
        if reach.up == 0.0 { Self { up: MARK_EM, down: reach.down } } else { reach }
    }
}

/// The middle value; 0 without values.
fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::{LineFit, page_slope};
    use crate::read::Word;

    /// Words of ten-point type on a baseline that falls by `slope`, with boxes as tight as an engine's.
    fn line(slope: f32) -> Vec<Word> {
        let words = [
            ("again", 0.53, 0.21),
            ("Scan", 0.72, 0.0),
            ("room", 0.53, 0.0),
            ("type,", 0.72, 0.21),
            ("104", 0.72, 0.0),
        ];
        let place = |(index, (text, up, down)): (usize, &(&str, f32, f32))| {
            let (left, right) = (60.0 * index as f32, 60.0 * index as f32 + 40.0);
            let (first, last) = (100.0 + slope * left, 100.0 + slope * right);
            let bbox = [left, first.min(last) - up * 10.0, right, first.max(last) + down * 10.0];
            Word { text: (*text).to_owned(), bbox, confidence: 0.9, line: 0, block: 0 }
        };
        words.iter().enumerate().map(place).collect()
    }

    #[test]
    fn baseline_and_size_are_those_of_the_type() {
        for slope in [0.0, 0.01, -0.03, 0.06] {
            let words = line(slope);
            let fit = LineFit::of(&words, 0.0);
            assert!((fit.slope - slope).abs() < 0.004, "{} at {slope}", fit.slope);
            assert!((fit.size - 10.0).abs() < 0.6, "{} at {slope}", fit.size);
            for x in [0.0, 150.0, 280.0] {
                let off = fit.baseline_at(x) - (100.0 + slope * x);
                assert!(off.abs() < 0.8, "{off} at {x}, {slope}");
            }
        }
    }

    #[test]
    fn a_short_line_is_as_askew_as_its_page() {
        let words = line(0.03);
        assert!((page_slope(&words) - 0.03).abs() < 0.004);
        let fit = LineFit::of(&words[1..3], 0.03);
        assert!((fit.slope - 0.03).abs() < 1e-6 && (fit.size - 10.0).abs() < 0.6, "{}", fit.size);
    }
}
