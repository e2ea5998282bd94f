//! The ink of a grey picture: what counts as ink, and its connected blobs with their runs. Everything that
//! is decided before recognition (which way up, how askew, specks, inverted blocks) is decided on blobs.

use image::GrayImage;

/// Blobs beyond this are not kept: a page of noise must not fill the memory. A dense page has 5,000.
const BLOBS_MAX: usize = 400_000;

/// Groups of greys that differ by less are one: paper has a grain.
const GRAIN: f64 = 35.0;

/// Ink in one row, from `start` up to but not including `end`.
#[derive(Clone, Copy)]
struct Run {
    row: u32,
    start: u32,
    end: u32,
}

/// Ink that hangs together, with corners touching.
#[derive(Clone, Copy)]
pub(super) struct Blob {
    pub(super) left: u32,
    pub(super) top: u32,
    /// Not included.
    pub(super) right: u32,
    /// Not included.
    pub(super) bottom: u32,
    /// Pixels of ink.
    pub(super) area: u32,
}

impl Blob {
    pub(super) fn width(&self) -> u32 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> u32 {
        self.bottom - self.top
    }

    pub(super) fn longer_side(&self) -> u32 {
        self.width().max(self.height())
    }
}

/// How dark ink and paper are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tones {
    /// Pixels darker than this are ink.
    pub(super) cut: u8,
    /// Mean grey of the ink.
    pub(super) ink: f32,
    /// Mean grey of the paper.
    pub(super) paper: f32,
    /// Share of the pixels that are ink.
    pub(super) ink_share: f32,
}

impl Tones {
    /// Otsu's cut: between the two groups of greys that differ most.
    pub(super) fn of(picture: &GrayImage) -> Self {
        let mut counts = [0u64; 256];
        picture.as_raw().iter().for_each(|pixel| counts[usize::from(*pixel)] += 1);
        let total: u64 = counts.iter().sum::<u64>().max(1);
        let sum: f64 = counts.iter().zip(0u32..).map(|(count, grey)| *count as f64 * f64::from(grey)).sum();
        let (mut below, mut sum_below) = (0u64, 0.0);
        let mut best = (f64::NEG_INFINITY, 128u8, 0.0, 255.0, 0.0);
        for (grey, count) in (0u8..=254).zip(counts) {
            below += count;
            sum_below += count as f64 * f64::from(grey);
            if below == 0 || below == total {
                continue;
            }
            let (dark, light) = (below as f64, (total - below) as f64);
            let (ink, paper) = (sum_below / dark, (sum - sum_below) / light);
            let apart = dark * light * (paper - ink).powi(2);
            if apart > best.0 {
                best = (apart, grey + 1, ink, paper, dark / total as f64);
            }
        }
        let (_, cut, ink, paper, share) = best;
        let found = Self { cut, ink: ink as f32, paper: paper as f32, ink_share: share as f32 };
        if paper - ink < GRAIN { found.beyond_grain(&counts) } else { found }
    }

    /// Where two groups of greys hardly differ they are the paper's grain: ink is what lies far below it.
    fn beyond_grain(self, counts: &[u64; 256]) -> Self {
        let total = counts.iter().sum::<u64>().max(1) as f64;
        let greys = || counts.iter().zip(0u32..).map(|(count, grey)| (*count as f64, f64::from(grey)));
        let mean = greys().map(|(count, grey)| count * grey).sum::<f64>() / total;
        let spread = (greys().map(|(count, grey)| count * (grey - mean).powi(2)).sum::<f64>() / total).sqrt();
        let cut = (mean - (5.0 * spread).max(20.0)).max(0.0);
        let (below, sum) = greys()
            .filter(|(_, grey)| *grey < cut)
            .fold((0.0, 0.0), |(below, sum), (count, grey)| (below + count, sum + count * grey));
        let ink = if below > 0.0 { sum / below } else { cut };
        Self { cut: cut as u8, ink: ink as f32, paper: mean as f32, ink_share: (below / total) as f32 }
    }
}

/// A picture's blobs.
pub(super) struct Ink {
    pub(super) blobs: Vec<Blob>,
    runs: Vec<Run>,
    /// The blob of each run, an index into `blobs`.
    owners: Vec<u32>,
}

impl Ink {
    /// Finds the blobs of pixels darker than `cut`; none at all if there are too many to be a page.
    pub(super) fn of(picture: &GrayImage, cut: u8) -> Self {
        let runs = runs(picture, cut);
        let parents = joined(&runs);
        let mut names = vec![u32::MAX; runs.len()];
        let mut blobs: Vec<Blob> = Vec::new();
        let mut owners = Vec::with_capacity(runs.len());
        for (run, at) in runs.iter().zip(0..) {
            let root = root(&parents, at) as usize;
            if names[root] == u32::MAX {
                names[root] = blobs.len() as u32;
                blobs.push(Blob {
                    left: run.start,
                    top: run.row,
                    right: run.end,
                    bottom: run.row + 1,
                    area: 0,
                });
            }
            let blob = &mut blobs[names[root] as usize];
            blob.left = blob.left.min(run.start);
            blob.right = blob.right.max(run.end);
            blob.bottom = run.row + 1;
            blob.area += run.end - run.start;
            owners.push(names[root]);
        }
        if blobs.len() > BLOBS_MAX {
            return Self { blobs: Vec::new(), runs: Vec::new(), owners: Vec::new() };
        }
        Self { blobs, runs, owners }
    }

    /// For the blobs that are wanted: each row's ink from its first to its last pixel, as (blob, row,
    /// start, end).
    pub(super) fn rows_of(&self, wanted: impl Fn(usize) -> bool) -> Vec<(u32, u32, u32, u32)> {
        let mut rows: Vec<(u32, u32, u32, u32)> = Vec::new();
        let mine = self.runs.iter().zip(&self.owners).filter(|(_, owner)| wanted(**owner as usize));
        for (run, owner) in mine {
            // Runs come row by row; a blob's runs in one row lie near the list's end.
            let same = rows.iter_mut().rev().take_while(|row| row.1 == run.row).find(|row| row.0 == *owner);
            match same {
                Some(row) => row.3 = run.end,
                None => rows.push((*owner, run.row, run.start, run.end)),
            }
        }
        rows
    }

    /// The usual width of a stroke in pixels: the median run of the blobs that are letters.
    pub(super) fn stroke(&self, is_letter: impl Fn(&Blob) -> bool) -> u32 {
        let letters = self.runs.iter().zip(&self.owners);
        let mut widths: Vec<u32> = letters
            .filter(|(_, owner)| is_letter(&self.blobs[**owner as usize]))
            .map(|(run, _)| run.end - run.start)
            .collect();
        let middle = widths.len() / 2;
        if widths.is_empty() { 0 } else { *widths.select_nth_unstable(middle).1 }
    }
}

fn runs(picture: &GrayImage, cut: u8) -> Vec<Run> {
    let mut runs = Vec::new();
    let width = picture.width().max(1) as usize;
    for (row, pixels) in (0u32..).zip(picture.as_raw().chunks_exact(width)) {
        let mut x = 0;
        while let Some(start) = pixels[x..].iter().position(|pixel| *pixel < cut).map(|skip| x + skip) {
            let end = pixels[start..].iter().position(|pixel| *pixel >= cut).map_or(width, |run| start + run);
            runs.push(Run { row, start: start as u32, end: end as u32 });
            x = end;
        }
    }
    runs
}

/// The forest of runs that touch from one row to the next: each run's parent.
fn joined(runs: &[Run]) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..runs.len() as u32).collect();
    let (mut above, mut row_start) = (0..0, 0);
    for at in 0..runs.len() {
        if at > 0 && runs[at].row != runs[at - 1].row {
            above = if runs[at].row == runs[at - 1].row + 1 { row_start..at } else { at..at };
            row_start = at;
        }
        // Both rows are sorted: what ends before this run starts ends before all that follow.
        while above.start < above.end && runs[above.start].end < runs[at].start {
            above.start += 1;
        }
        for other in above.clone() {
            if runs[other].start > runs[at].end {
                break;
            }
            let (one, two) = (root(&parents, at as u32), root(&parents, other as u32));
            parents[one.max(two) as usize] = one.min(two);
            parents[at] = one.min(two);
        }
    }
    parents
}

fn root(parents: &[u32], mut at: u32) -> u32 {
    while parents[at as usize] != at {
        at = parents[at as usize];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{Ink, Tones};
    use image::{GrayImage, Luma};

    /// Rows of `#` and `.` as a picture.
    fn picture(rows: &[&str]) -> GrayImage {
        GrayImage::from_fn(rows[0].len() as u32, rows.len() as u32, |x, y| {
            Luma([if rows[y as usize].as_bytes()[x as usize] == b'#' { 20 } else { 240 }])
        })
    }

    #[test]
    fn what_touches_is_one_blob_also_over_corners_and_from_both_sides() {
        let ink = Ink::of(&picture(&["#..#..", "#..#.#", ".##...", "......", "#.#..."]), 128);
        let found: Vec<_> =
            ink.blobs.iter().map(|blob| (blob.left, blob.top, blob.right, blob.bottom, blob.area)).collect();
        assert_eq!(found, [(0, 0, 4, 3, 6), (5, 1, 6, 2, 1), (0, 4, 1, 5, 1), (2, 4, 3, 5, 1)]);
        let rows = ink.rows_of(|blob| blob == 0);
        assert_eq!(rows, [(0, 0, 0, 4), (0, 1, 0, 4), (0, 2, 1, 3)]);
    }

    #[test]
    fn the_cut_lies_between_ink_and_paper_however_faint() {
        let faint = GrayImage::from_fn(100, 100, |x, _| Luma([if x < 10 { 150 } else { 215 }]));
        let tones = Tones::of(&faint);
        assert!(tones.cut > 150 && tones.cut <= 215);
        assert_eq!((tones.ink, tones.paper, tones.ink_share), (150.0, 215.0, 0.1));
    }
}
