//! A small part of a page, shown each way up, to tell by its words which way is right.

use super::ink::Blob;
use super::page_image::PageImage;
use super::rows::Piece;
use image::imageops;

/// Side of the sample in letters: about nine lines of eighteen characters, a twentieth of a page's words.
const SIDE_LETTERS: f64 = 18.0;
/// Paper around the sample, in letters.
const MARGIN_LETTERS: f64 = 0.5;
/// A word counts from this confidence on.
const CONFIDENCE_MIN: f32 = 0.7;
/// And from this many letters on: short ones also come out of nonsense.
const LETTERS_MIN: usize = 3;

/// The part of the picture with the most letters, turned back by each of `quarters`.
pub(super) fn ballots(
    pixels: &image::GrayImage,
    letters: &[Blob],
    letter_size: f64,
    quarters: &[u8],
) -> Vec<(u8, PageImage)> {
    let side = (SIDE_LETTERS * letter_size).max(40.0);
    let Some((left, top)) = densest(letters, side) else { return Vec::new() };
    let margin = MARGIN_LETTERS * letter_size;
    let edge = |value: f64, end: u32| (value.max(0.0) as u32).min(end);
    let (x0, y0) = (edge(left - margin, pixels.width()), edge(top - margin, pixels.height()));
    let (x1, y1) = (edge(left + side + margin, pixels.width()), edge(top + side + margin, pixels.height()));
    let part = imageops::crop_imm(pixels, x0, y0, (x1 - x0).max(1), (y1 - y0).max(1)).to_image();
    let turned = |quarters: &u8| match quarters {
        1 => imageops::rotate270(&part),
        2 => imageops::rotate180(&part),
        3 => imageops::rotate90(&part),
        _ => part.clone(),
    };
    // The resolution does not matter here.
    let scale = (0.36, 0.36);
    quarters
        .iter()
        .map(|quarters| (*quarters, PageImage { pixels: turned(quarters), origin: (0.0, 0.0), scale }))
        .collect()
}

/// Letters of a word that is surely read.
pub(super) fn sense(piece: &Piece) -> f32 {
    let letters = piece.text.chars().filter(|c| c.is_alphanumeric()).count();
    if piece.confidence >= CONFIDENCE_MIN && letters >= LETTERS_MIN { letters as f32 } else { 0.0 }
}

/// Left and top of the square with the most letters, in steps of half its side.
fn densest(letters: &[Blob], side: f64) -> Option<(f64, f64)> {
    let step = side / 2.0;
    let cell = |letter: &Blob| {
        let middle = |from: u32, to: u32| (f64::from(from + to) / 2.0 / step) as i64;
        (middle(letter.left, letter.right), middle(letter.top, letter.bottom))
    };
    let mut counts = std::collections::BTreeMap::new();
    for (x, y) in letters.iter().map(cell) {
        // The cell is in four squares: those that start at it, left of it, above it and both.
        for corner in [(x, y), (x - 1, y), (x, y - 1), (x - 1, y - 1)] {
            *counts.entry(corner).or_insert(0usize) += 1;
        }
    }
    let (corner, _) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    Some((corner.0 as f64 * step, corner.1 as f64 * step))
}
