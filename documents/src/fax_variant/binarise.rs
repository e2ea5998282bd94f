//! Black or white for every dot. Writing is told from paper by what is darkest and lightest around it, so
//! that shadows, yellowed paper, faint stamps and white on black all come out; shades are kept, as dots, only
//! where a photo is, because they cost Group 4 fifty times as much as writing.

use super::WIDTH;
use super::sheet::Sheet;

/// Side of a tile, 4 mm: wider than a letter's strokes are apart, narrower than a shadow.
pub(super) const TILE: usize = 32;
/// Less difference between paper and ink than this is the paper's own grain.
pub(super) const CONTRAST_MIN: u8 = 26;
/// Flat areas below this are black, above it white.
const FLAT_BLACK: u8 = 96;
/// Where between ink and paper a dot becomes white, in percent: a little nearer to the ink, so that holes in
/// letters stay open.
const THRESHOLD_PERCENT: u32 = 52;
/// A tile of a photo: this share of its dots lies well between ink and paper, in percent, …
const MIDTONES_PERCENT: usize = 38;
/// … spread over at least so many of sixteen shades.
const SHADES_MIN: usize = 7;
/// Tiles that must touch each other to be a photo: two thirds of a square inch.
const PHOTO_TILES_MIN: usize = 24;

/// How much of a photo is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PhotoCare {
    /// Shades as single dots.
    Fine,
    /// Shades as dots of two by two, which take a quarter of the bytes.
    Coarse,
    /// No shades.
    Outlines,
}

/// A page in black and white, and what was seen on the way.
pub(super) struct Binary {
    /// Whether a dot is black; rows of [`WIDTH`].
    pub(super) black: Vec<bool>,
    pub(super) tiles: Vec<Tile>,
}

/// What is in one tile.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tile {
    /// The lightest and darkest that are no outliers.
    pub(super) paper: u8,
    pub(super) ink: u8,
    pub(super) is_photo: bool,
}

/// Makes black and white of a sheet.
pub(super) fn binary(sheet: &Sheet, care: PhotoCare) -> Binary {
    let rows = sheet.rows();
    let (across, down) = (WIDTH.div_ceil(TILE), rows.div_ceil(TILE).max(1));
    let mut tiles: Vec<Tile> =
        (0..across * down).map(|index| measured(sheet, (index % across, index / across))).collect();
    let around: Vec<Tile> = (0..tiles.len()).map(|index| with_neighbours(&tiles, index, across)).collect();
    mark_photos(sheet, &mut tiles, &around, across);
    let mut black: Vec<bool> = (0..sheet.grey.len())
        .map(|at| {
            let (x, y) = (at % WIDTH, at / WIDTH);
            sheet.grey[at] < threshold(&around[(y / TILE) * across + x / TILE])
        })
        .collect();
    if care != PhotoCare::Outlines && tiles.iter().any(|tile| tile.is_photo) {
        shade(sheet, &tiles, across, if care == PhotoCare::Fine { 1 } else { 2 }, &mut black);
    }
    Binary { black, tiles }
}

fn measured(sheet: &Sheet, (column, row): (usize, usize)) -> Tile {
    let mut counts = [0_u32; 256];
    let mut dots = 0;
    for grey in rows_of(sheet, (column, row)).flatten() {
        counts[usize::from(*grey)] += 1;
        dots += 1;
    }
    let at_share = |thousandth: u32| {
        let mut below = 0;
        let found = counts.iter().position(|count| {
            below += count;
            below * 1000 > dots * thousandth
        });
        u8::try_from(found.unwrap_or(255)).unwrap_or(u8::MAX)
    };
    Tile { ink: at_share(10), paper: at_share(900), is_photo: false }
}

fn rows_of(sheet: &Sheet, (column, row): (usize, usize)) -> impl Iterator<Item = &[u8]> {
    let (left, right) = (column * TILE, ((column + 1) * TILE).min(WIDTH));
    (row * TILE..((row + 1) * TILE).min(sheet.rows()))
        .map(move |y| &sheet.grey[y * WIDTH + left..y * WIDTH + right])
}

fn neighbours(index: usize, across: usize, count: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (index % across, index / across);
    (y.saturating_sub(1)..=y + 1)
        .flat_map(move |y| (x.saturating_sub(1)..=(x + 1).min(across - 1)).map(move |x| y * across + x))
        .filter(move |index| *index < count)
}

/// What is lightest and darkest in a tile and those around it.
fn with_neighbours(tiles: &[Tile], index: usize, across: usize) -> Tile {
    neighbours(index, across, tiles.len()).map(|index| tiles[index]).fold(tiles[index], |all, tile| Tile {
        paper: all.paper.max(tile.paper),
        ink: all.ink.min(tile.ink),
        is_photo: false,
    })
}

/// Dots darker than this are black.
fn threshold(tile: &Tile) -> u8 {
    let contrast = tile.paper.saturating_sub(tile.ink);
    if contrast < CONTRAST_MIN {
        return if tile.paper < FLAT_BLACK { 255 } else { tile.paper.saturating_sub(CONTRAST_MIN * 2) };
    }
    let above_ink = u32::from(contrast) * THRESHOLD_PERCENT / 100;
    tile.ink.saturating_add(u8::try_from(above_ink).unwrap_or(u8::MAX))
}

/// Finds tiles full of shades that hang together.
fn mark_photos(sheet: &Sheet, tiles: &mut [Tile], around: &[Tile], across: usize) {
    let shaded: Vec<bool> = (0..tiles.len())
        .map(|index| has_shades(sheet, &around[index], (index % across, index / across)))
        .collect();
    // A tile between others of a photo belongs to it, one among writing does not.
    let settled: Vec<bool> = (0..shaded.len())
        .map(|index| {
            let all = neighbours(index, across, shaded.len());
            let (own, count) =
                all.fold((0, 0), |(own, count), at| (own + usize::from(shaded[at]), count + 1));
            own * 2 > count
        })
        .collect();
    let mut seen = vec![false; settled.len()];
    for (start, is_photo) in settled.iter().enumerate() {
        if !is_photo || seen[start] {
            continue;
        }
        let mut patch = vec![start];
        seen[start] = true;
        let mut next = 0;
        while let Some(index) = patch.get(next).copied() {
            next += 1;
            for beside in neighbours(index, across, settled.len()) {
                if settled[beside] && !seen[beside] {
                    seen[beside] = true;
                    patch.push(beside);
                }
            }
        }
        if patch.len() >= PHOTO_TILES_MIN {
            patch.into_iter().for_each(|index| tiles[index].is_photo = true);
        }
    }
}

fn has_shades(sheet: &Sheet, around: &Tile, place: (usize, usize)) -> bool {
    let contrast = around.paper.saturating_sub(around.ink);
    if contrast < CONTRAST_MIN * 2 {
        return false;
    }
    let (low, high) = (around.ink + contrast / 5, around.paper - contrast / 5);
    let (mut midtones, mut dots) = (0, 0);
    let mut shades = [0_usize; 16];
    for grey in rows_of(sheet, place).flatten() {
        dots += 1;
        if (low..=high).contains(grey) {
            midtones += 1;
            shades[usize::from(grey / 16)] += 1;
        }
    }
    // A shade counts from a hundredth of the tile.
    let spread = shades.iter().filter(|count| **count * 100 >= dots).count();
    midtones * 100 >= dots * MIDTONES_PERCENT && spread.min(SHADES_MIN) >= shades_wanted(contrast)
}

/// A photo of little contrast cannot have many shades.
fn shades_wanted(contrast: u8) -> usize {
    SHADES_MIN.min(usize::from(contrast) / 24).max(3)
}

/// Error diffusion (Floyd and Steinberg) over the photos, in cells of `cell` by `cell` dots.
fn shade(sheet: &Sheet, tiles: &[Tile], across: usize, cell: usize, black: &mut [bool]) {
    let (columns, lines) = (WIDTH / cell, sheet.rows() / cell);
    let mut here = vec![0_i32; columns + 2];
    let mut below = vec![0_i32; columns + 2];
    for line in 0..lines {
        for column in 0..columns {
            let (x, y) = (column * cell, line * cell);
            let tile = (y / TILE) * across + x / TILE;
            if !tiles[tile].is_photo {
                continue;
            }
            let dots = (0..cell * cell).map(|dot| (y + dot / cell) * WIDTH + x + dot % cell);
            let sum: i32 = dots.clone().map(|at| i32::from(sheet.grey[at])).sum();
            let wanted = sum / i32::try_from(cell * cell).unwrap_or(1) + here[column + 1] / 16;
            let is_black = wanted < 128;
            let error = wanted - if is_black { 0 } else { 255 };
            here[column + 2] += error * 7;
            below[column] += error * 3;
            below[column + 1] += error * 5;
            below[column + 2] += error;
            dots.for_each(|at| black[at] = is_black);
        }
        std::mem::swap(&mut here, &mut below);
        below.fill(0);
    }
}
