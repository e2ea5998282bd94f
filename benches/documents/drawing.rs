//! How pages look, drawn by poppler's `pdftoppm`, and whether two of them look the same.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};

/// Dots per inch; lines of text are four to six points apart then, and every missing line shows.
const DPI: &str = "50";

/// Side of the squares in which two pages are compared for a likeness.
const CELL: usize = 8;

/// How much of a page's ink may lie elsewhere in a page that is alike: programs draw the same letters differently.
const DIFFERENCE_MAX: f64 = 0.15;

/// A page in grey.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Picture {
    /// Whether the ink of both lies in the same places, near enough for a person.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        // Page sizes in points are rounded differently.
        if self.width.abs_diff(other.width) > 1 || self.height.abs_diff(other.height) > 1 {
            return false;
        }
        let (columns, rows) = (self.width.div_ceil(CELL), self.height.div_ceil(CELL));
        let (mut ink, mut difference) = (0.0, 0.0);
        for row in 0..rows {
            for column in 0..columns {
                let (one, two) = (self.ink(column, row), other.ink(column, row));
                ink += one;
                difference += f64::abs(one - two);
            }
        }
        difference <= DIFFERENCE_MAX * f64::max(ink, 1.0)
    }

    fn ink(&self, column: usize, row: usize) -> f64 {
        let mut sum = 0.0;
        for y in row * CELL..((row + 1) * CELL).min(self.height) {
            let right = ((column + 1) * CELL).min(self.width);
            let line = &self.grey[(y * self.width + column * CELL).min(self.grey.len())..];
            let length = right.saturating_sub(column * CELL);
            sum += line.iter().take(length).map(|grey| f64::from(255 - grey)).sum::<f64>();
        }
        sum
    }
}

/// Every page of a PDF; as many as can be drawn.
///
/// # Errors
/// `pdftoppm` cannot be started.
pub(crate) fn pages(pdf: &Path) -> Result<Vec<Picture>, Box<dyn Error>> {
    let mut command = Command::new("pdftoppm");
    let output = command.args(["-r", DPI, "-gray"]).arg(pdf).stderr(Stdio::null()).output()?;
    let mut rest = output.stdout.as_slice();
    let mut pages = Vec::new();
    while let Some((picture, after)) = first(rest) {
        pages.push(picture);
        rest = after;
    }
    Ok(pages)
}

/// The first picture of a run of PGM files, and what comes after it.
fn first(bytes: &[u8]) -> Option<(Picture, &[u8])> {
    let mut rest = bytes;
    let mut words = Vec::new();
    while words.len() < 4 {
        let end = rest.iter().position(u8::is_ascii_whitespace)?;
        words.push(std::str::from_utf8(rest.get(..end)?).ok()?);
        rest = rest.get(end + 1..)?;
    }
    let (width, height): (usize, usize) = (words.get(1)?.parse().ok()?, words.get(2)?.parse().ok()?);
    let (grey, after) = rest.split_at_checked(width * height)?;
    Some((Picture { width, height, grey: grey.to_vec() }, after))
}
