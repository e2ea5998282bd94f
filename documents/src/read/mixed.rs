//! Pages that say a part of what they say in print and the rest in a picture: a form with a scanned page pasted in, a
//! letter under a photographed prescription. The picture is recognised where no print stands, and its words take
//! their places among the others.

use super::page_image::{self, PageImage};
use super::probe::Probe;
use super::recognise::Recognised;
use super::rows::{self, Piece, Segment};
use super::{ReadError, Word, layer};
use crate::shield::shielded;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Rect;
use image::imageops;

/// A picture smaller than this, in points, has room for a logo or a signature, not for lines of text.
const SIDE_MIN_PT: f64 = 144.0;
/// Share of the page from which it is looked at.
const AREA_MIN: f64 = 0.08;
/// Glyphs over it, up to which its own text is what it says.
const GLYPHS_OVER_MAX: usize = 5;
/// Words that are surely read, from which a picture is one of text; photos and curves have fewer.
const WORDS_MIN: usize = 8;
/// Surer than this, and of at least so many letters, which marks on the axes of a curve have not.
const SURE: (f32, usize) = (0.6, 3);
/// Their share of all that was read in it.
const SURE_SHARE: f32 = 0.5;

/// Where a page may have pictures of text beside its print.
pub(super) fn pictures(probe: &Probe) -> Vec<Rect> {
    let bounds = probe.bounds();
    let is_large = |shown: &Rect| {
        shown.width().min(shown.height()) >= SIDE_MIN_PT && shown.area() >= AREA_MIN * bounds.area()
    };
    let printed = |shown: &Rect| {
        let over = probe.glyphs().iter().filter(|glyph| shown.contains(glyph.origin.midpoint(glyph.end)));
        over.count() > GLYPHS_OVER_MAX
    };
    let mut found: Vec<Rect> = Vec::new();
    for shown in probe.pictures().map(|picture| picture.intersect(bounds)) {
        // One over another is looked at once.
        if is_large(&shown) && !printed(&shown) && !found.iter().any(|other| other.contains(shown.center())) {
            found.push(shown);
        }
    }
    found
}

/// The page's words with those of its pictures, and the text; none if the pictures hold none.
pub(super) fn read(
    page: &Page<'_>,
    probe: &Probe,
    pictures: &[Rect],
    dpi: f32,
    mut recognise: impl FnMut(&PageImage) -> Result<Recognised, ReadError>,
) -> Result<Option<(Vec<Word>, String)>, ReadError> {
    // One that cannot be drawn still has its print.
    let Ok(drawn) = shielded(|| page_image::drawn(page, dpi)) else { return Ok(None) };
    let mut found: Vec<Word> = Vec::new();
    for picture in pictures {
        let read = recognise(&part(&drawn, *picture))?;
        if is_text(&read.words) {
            found.extend(read.words);
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let (width, height) = page.render_dimensions();
    let (printed, _) = layer::arranged(probe.glyphs(), width, height);
    Ok(Some(rows::arrange(segments(printed).chain(segments(found)).collect(), 0.0)))
}

fn is_text(words: &[Word]) -> bool {
    let letters = |word: &Word| word.text.chars().filter(|c| c.is_alphabetic()).count();
    let sure = words.iter().filter(|word| word.confidence >= SURE.0 && letters(word) >= SURE.1).count();
    sure >= WORDS_MIN && sure as f32 >= SURE_SHARE * words.len() as f32
}

/// Every word by itself: its place says which line it is of.
fn segments(words: Vec<Word>) -> impl Iterator<Item = Segment> {
    words.into_iter().map(|Word { text, bbox, confidence, .. }| {
        Segment::of_line(vec![Piece { text, bbox, confidence }], 0.0)
    })
}

/// A part of a page's picture, in its place.
fn part(whole: &PageImage, shown: Rect) -> PageImage {
    let (scale, origin) = (whole.scale, whole.origin);
    let at = |points: f64, from: f64, scale: f64| ((points - from) / scale.max(1e-6)).max(0.0) as u32;
    let (left, top) = (at(shown.x0, origin.0, scale.0), at(shown.y0, origin.1, scale.1));
    let (right, bottom) = (at(shown.x1, origin.0, scale.0), at(shown.y1, origin.1, scale.1));
    let pixels = imageops::crop_imm(&whole.pixels, left, top, right - left, bottom - top).to_image();
    let origin = (origin.0 + f64::from(left) * scale.0, origin.1 + f64::from(top) * scale.1);
    PageImage { pixels, origin, scale }
}
