//! What a picture needs before it is recognised, and nothing else: an even ground, contrast, blocks of
//! light text on dark made dark on light, specks away.

use super::ink::{Blob, Ink, Tones};
use super::posture;
use image::{GrayImage, imageops};

/// Greys nearer than these shares of the contrast to the ink's or the paper's are ink or paper. Without the
/// paper's grain the engine needs a third less time; the greys between keep the letters' edges.
const NEAR_INK: f32 = 0.05;
const NEAR_PAPER: f32 = 0.2;
/// More ink than this share is not ink but the ground.
const GROUND_SHARE: f32 = 0.6;
/// Grounds that differ by more between parts of the page are evened out: a shadow, a coloured field.
const UNEVEN: u8 = 45;
/// The ground is taken in this many parts across and down.
const PARTS: u32 = 24;
/// A dark block has at least this many letters' squares, and is at least this many letters high.
/// The letters of a headline are large and dark, too, but not this wide.
const BLOCK_SQUARES: f64 = 12.0;
const BLOCK_HEIGHT: f64 = 1.3;
const BLOCK_WIDTH: f64 = 8.0;
/// The share of a dark block that is ink: less is a frame or a drawing, more has nothing written in it.
const BLOCK_INK: std::ops::Range<f64> = 0.5..0.985;
/// A speck is up to this share of a letter high and wide; a full stop is a sixth of one and more.
const SPECK: f64 = 0.15;
/// Near letters only what is smaller than this share of a stroke's square, and than this many pixels, is a
/// speck: dots are larger.
const SPECK_NEAR: f64 = 0.4;
const SPECK_NEAR_AREA: f64 = 2.0;
/// Specks far from letters, a million pixels, from which paper counts as speckled.
const SPECKLED: f64 = 8.0;
/// How near, in letters.
const NEAR: f64 = 0.6;
/// Ink up to this share of the pixels is dust: 36 pixels on a letter page at 200 dpi, half a letter.
const DUST_SHARE_MAX: f64 = 1e-5;

/// What was found on a picture while it was cleaned.
pub(super) struct Cleaned {
    /// Letters, as they lie in the picture.
    pub(super) letters: Vec<Blob>,
    /// Their size in pixels.
    pub(super) letter_size: f64,
    /// Grey of the paper, to fill up with.
    pub(super) paper: u8,
    /// Nothing but paper and dust.
    pub(super) is_blank: bool,
}

/// Cleans a picture in place.
pub(super) fn clean(pixels: &mut GrayImage) -> Cleaned {
    let mut tones = Tones::of(pixels);
    if tones.ink_share > GROUND_SHARE && tones.paper - tones.ink > 30.0 {
        imageops::invert(pixels);
        tones = Tones::of(pixels);
    }
    if even_out(pixels) {
        tones = Tones::of(pixels);
    }
    if tones.ink_share > 0.0 {
        tones = stretch(pixels, tones);
    }
    let ink = Ink::of(pixels, tones.cut);
    let (letters, letter_size) = posture::letters(&ink);
    let paper = tones.paper.round() as u8;
    // Dust is up to two pixels wide.
    let solid: u64 =
        ink.blobs.iter().filter(|blob| blob.longer_side() > 2).map(|blob| u64::from(blob.area)).sum();
    let is_blank = solid as f64 <= DUST_SHARE_MAX * pixels.as_raw().len() as f64;
    if letter_size >= 5.0 && !is_blank {
        lighten_blocks(pixels, &ink, letter_size);
        remove_specks(pixels, &ink, &letters, letter_size, paper);
    }
    Cleaned { letters, letter_size, paper, is_blank }
}

/// Pulls ink and paper apart to black and white.
fn stretch(pixels: &mut GrayImage, tones: Tones) -> Tones {
    let range = (tones.paper - tones.ink).max(1.0);
    let (black, white) = (tones.ink + NEAR_INK * range, tones.paper - NEAR_PAPER * range);
    let moved = |grey: f32| ((grey - black) / (white - black) * 255.0).clamp(0.0, 255.0);
    let mut table = [0u8; 256];
    for (grey, entry) in (0u16..).zip(&mut table) {
        *entry = moved(f32::from(grey)).round() as u8;
    }
    pixels.iter_mut().for_each(|pixel| *pixel = table[usize::from(*pixel)]);
    // Of two greys the cut is the lighter one's edge: still above black.
    let cut = moved(f32::from(tones.cut)).round().max(1.0) as u8;
    Tones { cut, ink: moved(tones.ink), paper: moved(tones.paper), ..tones }
}

/// Makes the ground one grey where it is several; whether that was needed.
fn even_out(pixels: &mut GrayImage) -> bool {
    let (width, height) = pixels.dimensions();
    if width < 4 * PARTS || height < 4 * PARTS {
        return false;
    }
    let grounds = grounds(pixels);
    let mut sorted = grounds.clone();
    sorted.sort_unstable();
    let (low, usual) = (sorted[sorted.len() / 20], sorted[sorted.len() / 2]);
    // A page with dark fields all over is a photograph; one with few has blocks, which are turned light.
    if usual < 90 || usual.saturating_sub(low) < UNEVEN || low < 60 {
        return false;
    }
    let (wide, high) = (width.div_ceil(PARTS), height.div_ceil(PARTS));
    for y in 0..height {
        for x in 0..width {
            let ground = ground_at(&grounds, x as f32 / wide as f32 - 0.5, y as f32 / high as f32 - 0.5);
            let pixel = &mut pixels.get_pixel_mut(x, y).0[0];
            *pixel = (f32::from(*pixel) * 250.0 / ground.max(1.0)).min(255.0) as u8;
        }
    }
    true
}

/// The grey that four fifths of each part are darker than: its paper.
fn grounds(pixels: &GrayImage) -> Vec<u8> {
    let (width, height) = pixels.dimensions();
    let (wide, high) = (width.div_ceil(PARTS), height.div_ceil(PARTS));
    let mut out = Vec::with_capacity((PARTS * PARTS) as usize);
    for (part_y, part_x) in (0..PARTS).flat_map(|y| (0..PARTS).map(move |x| (y, x))) {
        let mut counts = [0u32; 256];
        let mut total = 0;
        for y in (part_y * high..((part_y + 1) * high).min(height)).step_by(3) {
            for x in (part_x * wide..((part_x + 1) * wide).min(width)).step_by(3) {
                counts[usize::from(pixels.get_pixel(x, y).0[0])] += 1;
                total += 1;
            }
        }
        let mut seen = 0;
        let ground = (0u8..=255).find(|grey| {
            seen += counts[usize::from(*grey)];
            total > 0 && seen * 5 >= total * 4
        });
        out.push(ground.unwrap_or(255));
    }
    out
}

/// Between the middles of four parts.
fn ground_at(grounds: &[u8], x: f32, y: f32) -> f32 {
    let last = (PARTS - 1) as f32;
    let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
    let (left, top) = (x.floor(), y.floor());
    let at = |x: f32, y: f32| f32::from(grounds[(y.min(last) * PARTS as f32 + x.min(last)) as usize]);
    let (right, low) = (x - left, y - top);
    let upper = at(left, top) * (1.0 - right) + at(left + 1.0, top) * right;
    let lower = at(left, top + 1.0) * (1.0 - right) + at(left + 1.0, top + 1.0) * right;
    upper * (1.0 - low) + lower * low
}

/// Inverts dark blocks with something light in them, row by row, so that a block may lie askew.
fn lighten_blocks(pixels: &mut GrayImage, ink: &Ink, letter_size: f64) {
    let large = |blob: &Blob| {
        let (width, height) = (f64::from(blob.width()), f64::from(blob.height()));
        width.min(height) >= BLOCK_HEIGHT * letter_size
            && width.max(height) >= BLOCK_WIDTH * letter_size
            && f64::from(blob.area) >= BLOCK_INK.start * BLOCK_SQUARES * letter_size.powi(2)
    };
    let candidates: Vec<usize> = (0..ink.blobs.len()).filter(|at| large(&ink.blobs[*at])).collect();
    if candidates.is_empty() {
        return;
    }
    let rows = ink.rows_of(|blob| candidates.binary_search(&blob).is_ok());
    let mut extents = vec![0u64; candidates.len()];
    let place = |blob: u32| candidates.binary_search(&(blob as usize)).unwrap_or(0);
    for (blob, _, start, end) in &rows {
        extents[place(*blob)] += u64::from(end - start);
    }
    for (blob, row, start, end) in rows {
        let share = f64::from(ink.blobs[blob as usize].area) / extents[place(blob)].max(1) as f64;
        if BLOCK_INK.contains(&share) {
            for x in start..end {
                let pixel = &mut pixels.get_pixel_mut(x, row).0[0];
                *pixel = 255 - *pixel;
            }
        }
    }
}

/// Paints specks over with paper.
fn remove_specks(pixels: &mut GrayImage, ink: &Ink, letters: &[Blob], letter_size: f64, paper: u8) {
    let (width, height) = pixels.dimensions();
    // A grid of cells half a letter wide: taken where a letter is near.
    let cell = (letter_size / 2.0).max(1.0);
    let across = (f64::from(width) / cell) as usize + 1;
    let down = (f64::from(height) / cell) as usize + 1;
    let mut taken = vec![false; across * down];
    let near = NEAR * letter_size;
    for letter in letters {
        let first = |edge: u32| ((f64::from(edge) - near).max(0.0) / cell) as usize;
        let last = |edge: u32, cells: usize| (((f64::from(edge) + near) / cell) as usize).min(cells - 1);
        for row in first(letter.top)..=last(letter.bottom, down) {
            taken[row * across + first(letter.left)..=row * across + last(letter.right, across)].fill(true);
        }
    }
    let is_near = |blob: &Blob| {
        let middle = |from: u32, to: u32| (f64::from(from + to) / 2.0 / cell) as usize;
        taken[middle(blob.top, blob.bottom) * across + middle(blob.left, blob.right)]
    };
    let largest = (SPECK * letter_size).floor().max(1.0);
    let small = || ink.blobs.iter().filter(|blob| f64::from(blob.longer_side()) <= largest);
    // On paper that is not speckled what is small belongs to the print: broken letters, dotted rules.
    let megapixels = f64::from(width) * f64::from(height) / 1e6;
    if (small().filter(|blob| !is_near(blob)).count() as f64) < SPECKLED * megapixels {
        return;
    }
    let stroke = f64::from(ink.stroke(|blob| posture::is_letter(blob, letter_size)));
    for blob in small() {
        if is_near(blob) && f64::from(blob.area) > (SPECK_NEAR * stroke.powi(2)).min(SPECK_NEAR_AREA) {
            continue;
        }
        // With the grey around it.
        for y in blob.top.saturating_sub(1)..(blob.bottom + 1).min(height) {
            for x in blob.left.saturating_sub(1)..(blob.right + 1).min(width) {
                pixels.get_pixel_mut(x, y).0[0] = paper;
            }
        }
    }
}
