//! Pages as pictures: drawn whole, or, for a scan, the scanned image itself without drawing.

use crate::open::{OpenDocument, OpenError, interpreter_settings};
use crate::shield::shielded;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use serde::{Deserialize, Serialize};

/// Pages are drawn with at most this many pixels: 40 megapixels is A4 at 650 dpi, and 160 MB while drawing.
const PIXELS_MAX: f32 = 40_000_000.0;
/// The drawing surface counts in 16 bits; half of that is already six metres of fax at 200 dpi.
const SIDE_PIXELS_MAX: f32 = 32_000.0;
/// The renderer truncates sizes; this much more resolution keeps 8.5 in at 300 dpi at 2,550 pixels.
const DPI_ALLOWANCE: f32 = 0.05;

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum PictureError {
    /// The document or page cannot be opened.
    #[error(transparent)]
    Open {
        /// Why.
        #[from]
        cause: OpenError,
    },
    /// The page stops the renderer.
    #[error("page {page} cannot be drawn: its content stops the renderer; look at the original file")]
    Stopped {
        /// The page, from 1.
        page: u32,
    },
}

/// A page drawn on white.
pub(crate) struct Drawn {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) width_pt: f32,
    pub(crate) height_pt: f32,
    pub(crate) pixels: Colour,
}

/// Pixels in rows from the top left: one byte each without colour, three with.
pub(crate) enum Colour {
    Grey(Vec<u8>),
    Rgb(Vec<u8>),
}

impl Drawn {
    /// Luminance by the weights of ITU-R BT.601, in 1/256.
    pub(crate) fn into_grey(self) -> Vec<u8> {
        match self.pixels {
            Colour::Grey(data) => data,
            Colour::Rgb(data) => data.chunks_exact(3).map(|p| luminance(p[0], p[1], p[2])).collect(),
        }
    }
}

pub(crate) fn luminance(red: u8, green: u8, blue: u8) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue) + 128) >> 8) as u8
}

/// Draws one page as PNG, grey where the page has no colour.
///
/// `dpi` is lowered for pages so large that the picture would pass 40 megapixels.
pub fn page_png(document: &OpenDocument, page: u32, dpi: f32) -> Result<Vec<u8>, PictureError> {
    let opened = document.page(page)?;
    shielded(|| {
        let drawn = draw(opened, dpi);
        let (data, colours) = match &drawn.pixels {
            Colour::Grey(data) => (data, ExtendedColorType::L8),
            Colour::Rgb(data) => (data, ExtendedColorType::Rgb8),
        };
        let mut png = Vec::new();
        PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive)
            .write_image(data, drawn.width, drawn.height, colours)
            .map(|()| png)
    })
    .ok()
    .and_then(Result::ok)
    .ok_or(PictureError::Stopped { page })
}

/// Draws a page on white. May panic on hostile pages: call it shielded.
pub(crate) fn draw(page: &Page<'_>, dpi: f32) -> Drawn {
    let (width_pt, height_pt) = page.render_dimensions();
    let scale = drawing_scale(width_pt, height_pt, dpi);
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &interpreter_settings(),
        &RenderSettings::default(),
        &settings,
    );
    let rgba = pixmap.data_as_u8_slice();
    let colourless = rgba.chunks_exact(4).all(|p| p[0] == p[1] && p[1] == p[2]);
    let pixels = if colourless {
        Colour::Grey(rgba.chunks_exact(4).map(|p| p[0]).collect())
    } else {
        Colour::Rgb(rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect())
    };
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    Drawn { width, height, width_pt, height_pt, pixels }
}

/// Pixels a point, lowered where the picture would become too large.
fn drawing_scale(width_pt: f32, height_pt: f32, dpi: f32) -> f32 {
    let wanted = (dpi.max(1.0) + DPI_ALLOWANCE) / 72.0;
    let by_area = (PIXELS_MAX / (width_pt * height_pt).max(1.0)).sqrt();
    let by_side = SIDE_PIXELS_MAX / width_pt.max(height_pt).max(1.0);
    // Never so low that a side has no pixel left.
    wanted.min(by_area).min(by_side).max(1.0 / width_pt.min(height_pt).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::drawing_scale;

    #[test]
    fn letter_at_300_dpi_has_2550_by_3300_pixels() {
        let scale = drawing_scale(612.0, 792.0, 300.0);
        assert_eq!(((612.0 * scale) as u16, (792.0 * scale) as u16), (2550, 3300));
    }

    #[test]
    fn a_poster_is_drawn_smaller_instead_of_filling_the_memory() {
        let scale = drawing_scale(14_400.0, 14_400.0, 300.0);
        assert!((14_400.0 * scale).powi(2) <= 40_000_000.0 * 1.001);
    }
}
