//! How a page lies: turned by quarters, and askew. Both are told from where letters end, without
//! recognising anything.
//!
//! Letters stand on a line: seen along it, their feet share one height, while their heads reach two (that
//! of `x` and that of `h`). So of a page's four sides the one at which letters' ends line up best is its
//! foot, and the slope at which they do so best is its skew.

use super::ink::{Blob, Ink};

/// Letters needed before a page is taken to be turned. Three lines have about 150.
const TURN_LETTERS_MIN: usize = 60;
/// Letters needed before a page is taken to lie askew.
const SKEW_LETTERS_MIN: usize = 30;
/// Feet must line up this much better than heads to be believed without a look at the words.
const CLEARLY: f64 = 1.06;
/// Skews looked for, in degrees. Paper that lies worse than this is caught by its owner.
const SKEW_MAX_DEGREES: f64 = 6.0;
const COARSE_STEP: f64 = 0.25;
const FINE_STEP: f64 = 0.05;
/// Letters' ends count as level within this share of a letter's size.
const LEVEL: f64 = 0.14;
/// Letters looked at: a sample of this size says as much as all.
const LETTERS_MAX: usize = 6_000;

/// How a page lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Posture {
    /// Quarter turns clockwise of its content, 0 to 3.
    pub(super) quarters: u8,
    /// Degrees clockwise after the quarter turns are taken back.
    pub(super) skew_degrees: f64,
    /// Whether the turn can be believed as it is.
    pub(super) is_sure: bool,
}

impl Posture {
    const UPRIGHT: Self = Self { quarters: 0, skew_degrees: 0.0, is_sure: true };

    /// Tells how a picture of this size lies from its letters.
    pub(super) fn of(letters: &[Blob], letter_size: f64, width: u32, height: u32) -> Self {
        if letters.len() < SKEW_LETTERS_MIN || letter_size < 3.0 {
            return Self::UPRIGHT;
        }
        let level = (LEVEL * letter_size).max(1.0);
        let found: Vec<(f64, f64)> =
            (0..4).map(|quarters| best_slope(&feet(letters, quarters, width, height), level)).collect();
        let better = |one: &usize, two: &usize| found[*one].0.total_cmp(&found[*two].0);
        let best = (0..4).rev().max_by(better).unwrap_or(0);
        let rival = (0..4).filter(|other| *other != best).map(|other| found[other].0).fold(0.0, f64::max);
        let is_sure = found[best].0 >= CLEARLY * rival;
        if letters.len() < TURN_LETTERS_MIN {
            return Self { quarters: 0, skew_degrees: found[0].1, is_sure: true };
        }
        Self { quarters: best as u8, skew_degrees: found[best].1, is_sure }
    }

    /// The same with another turn; the skew stays, paper is turned as a whole.
    pub(super) fn turned_to(self, quarters: u8) -> Self {
        Self { quarters, is_sure: true, ..self }
    }
}

/// The blobs that are as large as letters, and how large that is in pixels.
pub(super) fn letters(ink: &Ink) -> (Vec<Blob>, f64) {
    // Noise and rules are no letters: smaller than 5 pixels nothing can be read.
    let sized = |blob: &&Blob| blob.longer_side() >= 5 && blob.longer_side() <= 400;
    let mut sides: Vec<u32> = ink.blobs.iter().filter(sized).map(Blob::longer_side).collect();
    if sides.is_empty() {
        return (Vec::new(), 0.0);
    }
    let middle = sides.len() / 2;
    let size = f64::from(*sides.select_nth_unstable(middle).1);
    let mut letters: Vec<Blob> = ink.blobs.iter().filter(|blob| is_letter(blob, size)).copied().collect();
    let step = letters.len().div_ceil(LETTERS_MAX).max(1);
    if step > 1 {
        letters = letters.into_iter().step_by(step).collect();
    }
    (letters, size)
}

/// Whether a blob has the size of a letter where letters are `size` pixels.
pub(super) fn is_letter(blob: &Blob, size: f64) -> bool {
    let (longer, shorter) = (f64::from(blob.longer_side()), f64::from(blob.width().min(blob.height())));
    longer >= 0.55 * size && longer <= 2.2 * size && shorter >= 0.1 * size && shorter * 12.0 >= longer
}

/// Where letters end on the page turned back by `quarters`: across, and down at their feet.
fn feet(letters: &[Blob], quarters: u8, width: u32, height: u32) -> Vec<(f64, f64)> {
    let (width, height) = (f64::from(width), f64::from(height));
    let foot = |blob: &Blob| {
        let [left, top, right, bottom] = [blob.left, blob.top, blob.right, blob.bottom].map(f64::from);
        let (across, down) = ((left + right) / 2.0, (top + bottom) / 2.0);
        match quarters {
            0 => (across, bottom),
            1 => (down, width - left),
            2 => (width - across, height - top),
            _ => (height - down, right),
        }
    };
    letters.iter().map(foot).collect()
}

/// How well points line up at best, and the slope in degrees at which they do.
fn best_slope(points: &[(f64, f64)], level: f64) -> (f64, f64) {
    let search = |from: f64, to: f64, step: f64, best: (f64, f64)| {
        let steps = ((to - from) / step).round() as i32;
        (0..=steps).map(|index| from + f64::from(index) * step).fold(best, |best, degrees| {
            let score = lined_up(points, degrees, level);
            if score > best.0 { (score, degrees) } else { best }
        })
    };
    // Straight first: of equals it wins.
    let straight = (lined_up(points, 0.0, level), 0.0);
    let coarse = search(-SKEW_MAX_DEGREES, SKEW_MAX_DEGREES, COARSE_STEP, straight);
    search(coarse.1 - COARSE_STEP, coarse.1 + COARSE_STEP, FINE_STEP, coarse)
}

/// Pairs of points at one level along a slope, a point: higher is better lined up.
fn lined_up(points: &[(f64, f64)], degrees: f64, level: f64) -> f64 {
    let slope = degrees.to_radians().tan();
    let heights = points.iter().map(|(across, down)| (down - across * slope) / level);
    let lowest = heights.clone().fold(f64::INFINITY, f64::min);
    let highest = heights.clone().fold(f64::NEG_INFINITY, f64::max);
    let mut counts = vec![0u32; (highest - lowest).max(0.0) as usize + 2];
    for height in heights {
        counts[(height - lowest) as usize] += 1;
    }
    let pairs: f64 =
        counts.windows(2).map(|pair| f64::from(pair[0]) * (f64::from(pair[0]) + f64::from(pair[1]))).sum();
    pairs / points.len().max(1) as f64
}
