//! The content stream of a page's words: one text object; a line is placed once, its words follow by their
//! distances, each stretched to its box. Kept short: on a fax every byte counts.

use super::font::Fonts;
use super::inherited;
use super::lines::{LineFit, page_slope};
use crate::read::{PageText, Word};
use lopdf::{Document, ObjectId};
use std::fmt::Write as _;

/// Room kept before the next word, in ems; readers take a tenth for a gap.
const GAP_EM: f32 = 0.15;

/// From the page as shown, in points from its top left, to the page's own coordinates.
pub(super) struct Placement {
    /// a b c d e f of a PDF matrix.
    matrix: [f32; 6],
}

impl Placement {
    pub(super) fn of(document: &Document, page: ObjectId) -> Self {
        let media = page_box(document, page, b"MediaBox").unwrap_or([0.0, 0.0, 612.0, 792.0]);
        let crop = page_box(document, page, b"CropBox").map_or(media, |crop| {
            [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])]
        });
        let [x0, y0, x1, y1] = if crop[0] < crop[2] && crop[1] < crop[3] { crop } else { media };
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

    /// The text matrix for text that starts at (x, y) of the shown page and runs along the unit vector
    /// (`cos`, `sin`) of it.
    fn text_matrix(&self, (x, y): (f32, f32), (cos, sin): (f32, f32)) -> [f32; 6] {
        let [a, b, c, d, e, f] = self.matrix;
        // Text grows upwards, which is (sin, -cos) on the shown page.
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

/// Which way the words of a page run.
#[derive(Clone, Copy, PartialEq)]
enum Running {
    Across,
    Down,
    Back,
    Up,
}

impl Running {
    /// A page whose words are mostly higher than wide, and whose next words lie above or below, was read with
    /// its head turned; one that is read from right to left stands on its head.
    fn of(words: &[Word]) -> Self {
        let mut votes = [0usize; 4];
        for pair in words.windows(2).filter(|pair| pair[0].line == pair[1].line) {
            let middle =
                |word: &Word| ((word.bbox[0] + word.bbox[2]) / 2.0, (word.bbox[1] + word.bbox[3]) / 2.0);
            let ((x0, y0), (x1, y1)) = (middle(&pair[0]), middle(&pair[1]));
            let (x, y) = (x1 - x0, y1 - y0);
            let running = match (x.abs() >= y.abs(), x >= 0.0, y >= 0.0) {
                (true, true, _) => Self::Across,
                (true, false, _) => Self::Back,
                (false, _, true) => Self::Down,
                (false, _, false) => Self::Up,
            };
            votes[running as usize] += 1;
        }
        let all: usize = votes.iter().sum();
        [Self::Down, Self::Back, Self::Up]
            .into_iter()
            .find(|running| votes[*running as usize] * 3 > all * 2)
            .unwrap_or(Self::Across)
    }

    /// A box of the shown page as seen with the head turned so that the text runs across.
    fn turned(self, [x0, y0, x1, y1]: [f32; 4], (width, height): (f32, f32)) -> [f32; 4] {
        match self {
            Self::Across => [x0, y0, x1, y1],
            Self::Down => [y0, width - x1, y1, width - x0],
            Self::Back => [width - x1, height - y1, width - x0, height - y0],
            Self::Up => [height - y1, x0, height - y0, x1],
        }
    }

    /// A point and a direction of the turned page, on the shown one.
    fn shown(self, (x, y): (f32, f32), (cos, sin): (f32, f32), size: (f32, f32)) -> ((f32, f32), (f32, f32)) {
        let (width, height) = size;
        match self {
            Self::Across => ((x, y), (cos, sin)),
            Self::Down => ((width - y, x), (-sin, cos)),
            Self::Back => ((width - x, height - y), (-cos, -sin)),
            Self::Up => ((y, height - x), (sin, -cos)),
        }
    }
}

/// The stream that shows the words.
pub(super) fn layer(words: &[Word], page: &PageText, placement: &Placement, fonts: &Fonts) -> Vec<u8> {
    let size_pt = (page.width_pt, page.height_pt);
    let running = Running::of(words);
    let turned: Vec<Word> =
        words.iter().map(|word| Word { bbox: running.turned(word.bbox, size_pt), ..word.clone() }).collect();
    let page_slope = page_slope(&turned);
    let mut out = Vec::from(b"q BT 3 Tr\n");
    let mut font = None;
    for line in turned.chunk_by(|a, b| a.line == b.line) {
        let fit = LineFit::of(line, page_slope);
        let size = (fit.size * 2.0).round().max(2.0) / 2.0;
        // Each word level, at the height that a line's slope has under its middle: readers break a word whose
        // letters climb by half a point (poppler), on a page askew by half a degree every long one.
        let baseline = |word: &Word| fit.baseline_at((word.bbox[0] + word.bbox[2]) / 2.0);
        let start = (line[0].bbox[0], baseline(&line[0]));
        let (point, direction) = running.shown(start, (1.0, 0.0), size_pt);
        let [a, b, c, d, e, f] = placement.text_matrix(point, direction);
        let mut text = String::new();
        let [a, b, c, d] = [a, b, c, d].map(|part| Number(part, 4));
        let _ = writeln!(text, "{a} {b} {c} {d} {} {} Tm", Number(e, 1), Number(f, 1));
        out.extend_from_slice(text.as_bytes());
        let mut at = start;
        for (index, word) in line.iter().enumerate() {
            // As rounded, so that errors do not add up.
            let tenths = |step: f32| (step * 10.0).round() / 10.0;
            let (across, down) = (tenths(word.bbox[0] - at.0), tenths(baseline(word) - at.1));
            at = (at.0 + across, at.1 + down);
            if (across, down) != (0.0, 0.0) {
                out.extend_from_slice(format!("{} {} Td ", Number(across, 1), Number(-down, 1)).as_bytes());
            }
            let width = shown_width(word, line.get(index + 1), size);
            fonts.show(&word.text, size, width, &mut font, &mut out);
        }
    }
    out.extend_from_slice(b"ET Q\n");
    out
}

/// How wide a word is written: as its box, but never onto the next word. An engine's boxes of neighbours overlap now and
/// then, and a reader mixes their letters.
fn shown_width(word: &Word, next: Option<&Word>, size: f32) -> f32 {
    let own = word.bbox[2] - word.bbox[0];
    let room = next.map_or(own, |next| next.bbox[0] - word.bbox[0] - GAP_EM * size);
    // Two boxes at one place cannot both be right: then the box stands.
    if room >= own / 2.0 { own.min(room).max(0.5) } else { own.max(0.5) }
}

/// A number as PDF writes it: with at most so many decimals, no exponent, no "-0".
pub(super) struct Number(pub(super) f32, pub(super) i32);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scale = 10f64.powi(self.1);
        let rounded = (f64::from(self.0) * scale).round() / scale;
        if rounded == 0.0 || !rounded.is_finite() { f.write_str("0") } else { write!(f, "{rounded}") }
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, Running};

    #[test]
    fn numbers_are_short_and_plain() {
        let shown: Vec<String> = [(1.0, 4), (-0.00001, 4), (12.349, 1), (0.5, 1), (f32::NAN, 1)]
            .map(|(value, places)| Number(value, places).to_string())
            .to_vec();
        assert_eq!(shown, ["1", "0", "12.3", "0.5", "0"]);
    }

    #[test]
    fn turning_the_head_and_back_is_no_change() {
        let (size, bbox) = ((600.0, 800.0), [100.0, 200.0, 140.0, 210.0]);
        for running in [Running::Across, Running::Down, Running::Back, Running::Up] {
            let [x0, y0, x1, y1] = running.turned(bbox, size);
            assert!(x0 < x1 && y0 < y1);
            let corners = [(x0, y0), (x1, y1)].map(|corner| running.shown(corner, (1.0, 0.0), size).0);
            let [(a, b), (c, d)] = corners;
            assert_eq!([a.min(c), b.min(d), a.max(c), b.max(d)], bbox);
        }
    }
}
