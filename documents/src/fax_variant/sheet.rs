//! One page in grey at fax resolution: upright on the sheet, never enlarged, reduced only where it must be.

use super::WIDTH;
use crate::open::interpreter_settings;
use crate::picture::luminance;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

/// Dots an inch along a line, and lines an inch: "fine" of T.4.
pub(crate) const DPI: (f32, f32) = (204.0, 196.0);
/// The longest sheet that machines pass on uncut: two legal sheets.
const ROWS_MAX: f32 = 28.0 * DPI.1;
/// Drawn twice as finely both ways, then averaged, so that thin strokes of scans survive.
const FINER: usize = 2;

/// A page in grey.
pub(super) struct Sheet {
    /// One byte a dot, rows of [`WIDTH`].
    pub(super) grey: Vec<u8>,
    /// Of the page's size, at most 1.
    pub(super) scale: f32,
}

impl Sheet {
    pub(super) fn rows(&self) -> usize {
        self.grey.len() / WIDTH
    }
}

/// Draws a page. May panic on hostile pages: call it shielded.
pub(super) fn drawn(page: &Page<'_>) -> Sheet {
    let (width_pt, height_pt) = page.render_dimensions();
    // A landscape page is sent lying: its lines stay readable, and more of it fits.
    let lies = width_pt > height_pt && width_pt * DPI.0 / 72.0 > WIDTH as f32;
    let (across_pt, down_pt) = if lies { (height_pt, width_pt) } else { (width_pt, height_pt) };
    let (across, down) = (across_pt.max(1.0) * DPI.0 / 72.0, down_pt.max(1.0) * DPI.1 / 72.0);
    let scale = (WIDTH as f32 / across).min(ROWS_MAX / down).min(1.0);
    let finer = FINER as f32;
    let (along, between) = (DPI.0 / 72.0 * scale * finer, DPI.1 / 72.0 * scale * finer);
    let (x_scale, y_scale) = if lies { (between, along) } else { (along, between) };
    let settings = PixmapSettings { x_scale, y_scale, bg_color: WHITE };
    let (cache, interpreter) = (RenderCache::new(), interpreter_settings());
    let pixmap = hayro::render(page, &cache, &interpreter, &RenderSettings::default(), &settings);
    let rgba = pixmap.data_as_u8_slice();
    let grey: Vec<u8> = rgba.chunks_exact(4).map(|dot| luminance(dot[0], dot[1], dot[2])).collect();
    let (width, height) = (usize::from(pixmap.width()), usize::from(pixmap.height()));
    let (grey, width) = if lies { (turned(&grey, width, height), height) } else { (grey, width) };
    Sheet { grey: on_sheet(&grey, width), scale }
}

/// A quarter turn clockwise: the page's left side becomes the top.
fn turned(grey: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut turned = Vec::with_capacity(grey.len());
    for x in 0..width {
        turned.extend((0..height).rev().map(|y| grey[y * width + x]));
    }
    turned
}

/// Averages the finer dots and puts them in the middle of the sheet.
fn on_sheet(grey: &[u8], width: usize) -> Vec<u8> {
    let height = grey.len().checked_div(width).unwrap_or(0);
    let (columns, rows) = ((width / FINER).min(WIDTH), (height / FINER).max(1));
    let margin = (WIDTH - columns) / 2;
    let mut sheet = vec![255; WIDTH * rows];
    for (y, row) in sheet.chunks_exact_mut(WIDTH).enumerate().take(height / FINER) {
        for (x, dot) in row[margin..margin + columns].iter_mut().enumerate() {
            let at = y * FINER * width + x * FINER;
            let sum: u32 =
                [at, at + 1, at + width, at + width + 1].iter().map(|at| u32::from(grey[*at])).sum();
            *dot = u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX);
        }
    }
    sheet
}
