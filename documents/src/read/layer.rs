//! From glyphs with places to words. Spaces are where a space was drawn or where there is room for one:
//! many writers place every word, or every letter, by itself.

use super::probe::Glyph;
use super::repeats::Drawn;
use super::rows::{self, Piece, Segment};
use hayro::kurbo::{Affine, Point, Rect, Vec2};
use std::borrow::Cow;

/// A gap wider than this, in ems, is a space even if none was drawn. Word spaces start at about 0.22,
/// letter spacing in headings stays under 0.15.
const GAP_IS_SPACE_EM: f64 = 0.2;
/// The next glyph may start this much, in ems, before the last one ended: kerning.
const KERNING_EM: f64 = 0.35;
/// A baseline that moves more than this, in ems, starts another word: superscripts stay with theirs.
const SAME_BASELINE_EM: f64 = 0.4;
/// Where letters reach above and below the baseline, in ems; fonts differ by a tenth.
const ASCENT_EM: f64 = 0.74;
const DESCENT_EM: f64 = 0.2;

/// The words of a page and its text.
///
/// Where most of the text runs down, up or upside down, the page is read with its head turned: lines are
/// lines again, the boxes stay those of the page as shown.
pub(crate) fn arranged(glyphs: &[Glyph], width_pt: f32, height_pt: f32) -> (Vec<super::Word>, String) {
    let (width, height) = (f64::from(width_pt), f64::from(height_pt));
    // Turns a quarter counter-clockwise as often as the text is turned clockwise.
    let (turn, back) = match main_direction(glyphs) {
        Direction::Across => return rows::arrange(segments(glyphs), 0.0),
        Direction::Down => {
            (Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, height]), Affine::new([0.0, 1.0, -1.0, 0.0, height, 0.0]))
        }
        Direction::Back => (
            Affine::new([-1.0, 0.0, 0.0, -1.0, width, height]),
            Affine::new([-1.0, 0.0, 0.0, -1.0, width, height]),
        ),
        Direction::Up => {
            (Affine::new([0.0, 1.0, -1.0, 0.0, width, 0.0]), Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width]))
        }
    };
    let turned: Vec<Glyph> = glyphs.iter().map(|glyph| glyph.turned(turn)).collect();
    let (mut words, text) = rows::arrange(segments(&turned), 0.0);
    for word in &mut words {
        let [x0, y0, x1, y1] = word.bbox.map(f64::from);
        let shown = back.transform_rect_bbox(Rect::new(x0, y0, x1, y1));
        word.bbox = [shown.x0, shown.y0, shown.x1, shown.y1].map(|points| points as f32);
    }
    (words, text)
}

#[derive(Clone, Copy)]
enum Direction {
    Across,
    Down,
    Back,
    Up,
}

/// Where most glyphs run.
fn main_direction(glyphs: &[Glyph]) -> Direction {
    let mut counts = [0usize; 4];
    for glyph in glyphs {
        let run = glyph.end - glyph.origin;
        let direction = match (run.x.abs() >= run.y.abs(), run.x >= 0.0, run.y >= 0.0) {
            (true, true, _) => Direction::Across,
            (true, false, _) => Direction::Back,
            (false, _, true) => Direction::Down,
            (false, _, false) => Direction::Up,
        };
        counts[direction as usize] += 1;
    }
    [Direction::Down, Direction::Back, Direction::Up]
        .into_iter()
        .find(|direction| counts[*direction as usize] * 2 > glyphs.len())
        .unwrap_or(Direction::Across)
}

/// Makes words of glyphs, in drawing order. Each is a segment of its own: only its place says which line
/// it belongs to.
fn segments(glyphs: &[Glyph]) -> Vec<Segment> {
    let mut words: Vec<Word> = Vec::new();
    let mut drawn = Drawn::default();
    for glyph in glyphs {
        let text = plain(glyph.text.as_deref().unwrap_or("\u{fffd}"));
        if text.is_empty() || drawn.repeats(glyph, &text) {
            continue;
        }
        match words.last_mut().filter(|word| word.continues_with(glyph)) {
            Some(word) => word.push(glyph, &text),
            None => words.push(Word::starting_with(glyph, &text)),
        }
    }
    words.into_iter().map(Word::into_segment).collect()
}

/// Ligatures taken apart, soft hyphens and other invisible characters dropped.
fn plain(text: &str) -> Cow<'_, str> {
    let stays =
        |c: char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fb00}'..='\u{fb06}');
    if text.chars().all(|c| stays(c) && !c.is_control()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{fb00}' => out.push_str("ff"),
            '\u{fb01}' => out.push_str("fi"),
            '\u{fb02}' => out.push_str("fl"),
            '\u{fb03}' => out.push_str("ffi"),
            '\u{fb04}' => out.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => out.push_str("st"),
            c if !stays(c) || c.is_control() => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

struct Word {
    text: String,
    bbox: [f64; 4],
    end: Point,
    size: f64,
    baseline: f64,
    upright: bool,
}

impl Word {
    fn starting_with(glyph: &Glyph, text: &str) -> Self {
        let mut word = Self {
            text: String::new(),
            bbox: [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
            end: glyph.end,
            size: glyph.size,
            baseline: glyph.origin.y,
            upright: true,
        };
        word.push(glyph, text);
        word
    }

    fn push(&mut self, glyph: &Glyph, text: &str) {
        self.text.push_str(text);
        let direction = (glyph.end - glyph.origin).normalize();
        // The page's y runs downwards, so "up" is the direction turned a quarter counter-clockwise.
        let up = Vec2::new(direction.y, -direction.x);
        let up = if up.is_finite() { up } else { Vec2::new(0.0, -1.0) };
        for corner in [glyph.origin, glyph.end] {
            for point in [corner + up * (ASCENT_EM * glyph.size), corner - up * (DESCENT_EM * glyph.size)] {
                self.bbox[0] = self.bbox[0].min(point.x);
                self.bbox[1] = self.bbox[1].min(point.y);
                self.bbox[2] = self.bbox[2].max(point.x);
                self.bbox[3] = self.bbox[3].max(point.y);
            }
        }
        self.upright &= up.y < -0.9;
        self.end = glyph.end;
        self.size = self.size.max(glyph.size);
    }

    fn continues_with(&self, glyph: &Glyph) -> bool {
        let gap = glyph.origin - self.end;
        let em = self.size.max(glyph.size);
        if glyph.after_space {
            return false;
        }
        if self.upright {
            (-KERNING_EM * em..=GAP_IS_SPACE_EM * em).contains(&gap.x) && gap.y.abs() <= SAME_BASELINE_EM * em
        } else {
            gap.hypot() <= GAP_IS_SPACE_EM * em
        }
    }

    fn into_segment(self) -> Segment {
        let [x0, y0, x1, y1] = self.bbox.map(|value| value as f32);
        // Capitals are 0.7 em high; their middle is the same for every word on a baseline.
        let height = if self.upright { self.size * 0.7 } else { self.bbox[3] - self.bbox[1] };
        let centre =
            if self.upright { self.baseline - height / 2.0 } else { (self.bbox[1] + self.bbox[3]) / 2.0 };
        Segment {
            pieces: vec![Piece { text: self.text, bbox: [x0, y0, x1, y1], confidence: 1.0 }],
            centre: centre as f32,
            height: height as f32,
        }
    }
}
