//! Whether a person will be able to read a page of a fax, told by the size of its letters, by writing that
//! black and white lost, by specks and by photos.

use super::binarise::{Binary, CONTRAST_MIN, Tile};
use super::sheet::Sheet;
use super::{Unreadable, WIDTH};

/// Reduced further than this, ten-point print has the size of a footnote.
const SCALE_MIN: f32 = 0.72;
/// Letters lower than this many lines run together: print of five points.
const LETTER_ROWS_MIN: usize = 8;
/// Shapes from which the usual letter is told.
const LETTERS_MIN: usize = 60;
/// Specks from which a page is one of specks.
const SPECKS_MIN: usize = 3_000;
/// Less contrast than this is the grain of the paper.
const GRAIN: u8 = 14;

/// Why a page will not be readable; the gravest reason.
pub(super) fn unreadable(sheet: &Sheet, binary: &Binary) -> Option<Unreadable> {
    let share = |wanted: &dyn Fn(&Tile) -> bool| binary.tiles.iter().filter(|tile| wanted(tile)).count();
    let all = binary.tiles.len().max(1);
    let dots = binary.black.iter().filter(|black| **black).count();
    if share(&|tile| tile.is_photo) * 2 > all {
        return Some(Unreadable::Photo);
    }
    if dots * 10 > binary.black.len() * 6 {
        return Some(Unreadable::Dark);
    }
    let contrast = |tile: &Tile| tile.paper.saturating_sub(tile.ink);
    let faint = share(&|tile| (GRAIN..CONTRAST_MIN).contains(&contrast(tile)) && tile.paper > 128);
    let inked = share(&|tile| contrast(tile) >= CONTRAST_MIN);
    if faint * 50 > all && faint * 3 > inked {
        return Some(Unreadable::Faint);
    }
    if sheet.scale < SCALE_MIN {
        return Some(Unreadable::Reduced { percent: (sheet.scale * 100.0) as u32 });
    }
    let shapes = shapes(&binary.black);
    let specks = shapes.iter().filter(|shape| shape.dots <= 3).count();
    let mut heights: Vec<usize> = shapes
        .iter()
        .filter(|shape| shape.dots > 5 && shape.height() > 2 && shape.height() < 80)
        .map(Shape::height)
        .collect();
    if specks > SPECKS_MIN && specks > heights.len() * 3 {
        return Some(Unreadable::Specks);
    }
    heights.sort_unstable();
    let usual = heights.get(heights.len() / 2).copied().unwrap_or(usize::MAX);
    (heights.len() >= LETTERS_MIN && usual < LETTER_ROWS_MIN).then_some(Unreadable::SmallPrint)
}

/// Black dots that hang together.
#[derive(Clone, Copy)]
struct Shape {
    top: usize,
    bottom: usize,
    dots: usize,
}

impl Shape {
    fn height(&self) -> usize {
        self.bottom - self.top + 1
    }
}

/// A run of black dots in one line.
struct Run {
    left: usize,
    right: usize,
    shape: usize,
}

/// Joins runs of neighbouring lines; corners count as touching.
fn shapes(black: &[bool]) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::new();
    // Where a shape was merged into another.
    let mut into: Vec<usize> = Vec::new();
    let mut above: Vec<Run> = Vec::new();
    for (y, row) in black.chunks_exact(WIDTH).enumerate() {
        let mut line: Vec<Run> = Vec::new();
        let mut first = 0;
        for (left, right) in runs(row) {
            while above.get(first).is_some_and(|run| run.right + 1 < left) {
                first += 1;
            }
            let mut own = None;
            for run in above[first..].iter().take_while(|run| run.left <= right + 1) {
                let other = root(&mut into, run.shape);
                own = Some(match own {
                    None => other,
                    Some(own) => joined(&mut shapes, &mut into, own, other),
                });
            }
            let shape = own.unwrap_or_else(|| {
                shapes.push(Shape { top: y, bottom: y, dots: 0 });
                into.push(into.len());
                into.len() - 1
            });
            shapes[shape].bottom = y;
            shapes[shape].dots += right - left + 1;
            line.push(Run { left, right, shape });
        }
        above = line;
    }
    (0..shapes.len()).filter(|index| into[*index] == *index).map(|index| shapes[index]).collect()
}

fn runs(row: &[bool]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let left = from + row[from..].iter().position(|black| *black)?;
        let length = row[left..].iter().position(|black| !*black).unwrap_or(row.len() - left);
        from = left + length;
        Some((left, from - 1))
    })
}

fn root(into: &mut [usize], mut shape: usize) -> usize {
    while into[shape] != shape {
        into[shape] = into[into[shape]];
        shape = into[shape];
    }
    shape
}

fn joined(shapes: &mut [Shape], into: &mut [usize], own: usize, other: usize) -> usize {
    if own == other {
        return own;
    }
    let (low, high) = (own.min(other), own.max(other));
    into[high] = low;
    let merged = shapes[high];
    shapes[low].top = shapes[low].top.min(merged.top);
    shapes[low].bottom = shapes[low].bottom.max(merged.bottom);
    shapes[low].dots += merged.dots;
    low
}
