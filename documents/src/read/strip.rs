//! Parts of a page pasted below each other, so that the engine is called once for all of them: a call
//! costs as much as the words of a line.

use super::page_image::PageImage;
use super::rows::Piece;
use image::{GrayImage, Luma, imageops};

/// Paper between two parts, in pixels. Lines further apart than their own height are not joined.
const GAP: u32 = 24;

/// Parts of a page, one below the other.
pub(super) struct Strip {
    /// To be read; a point is a pixel.
    pub(super) image: PageImage,
    rows: Vec<Row>,
}

struct Row {
    /// What the caller calls it.
    name: usize,
    top: u32,
    bottom: u32,
    /// Where its pixels lie on the page.
    origin: (f64, f64),
    scale: (f64, f64),
}

impl Strip {
    /// Pastes the parts; `None` without any.
    pub(super) fn of(parts: Vec<(usize, PageImage)>) -> Option<Self> {
        let width = parts.iter().map(|(_, part)| part.pixels.width()).max()? + 2 * GAP;
        let height: u32 = parts.iter().map(|(_, part)| part.pixels.height() + GAP).sum::<u32>() + GAP;
        let mut pixels = GrayImage::from_pixel(width, height, Luma([255]));
        let mut rows = Vec::with_capacity(parts.len());
        let mut top = GAP;
        for (name, part) in parts {
            imageops::replace(&mut pixels, &part.pixels, i64::from(GAP), i64::from(top));
            let bottom = top + part.pixels.height();
            rows.push(Row { name, top, bottom, origin: part.origin, scale: part.scale });
            top = bottom + GAP;
        }
        let image = PageImage { pixels, origin: (0.0, 0.0), scale: (1.0, 1.0) };
        Some(Self { image, rows })
    }

    /// The pieces that were read on each part, with their places on the page.
    pub(super) fn taken_apart(&self, lines: Vec<Vec<Piece>>) -> Vec<(usize, Vec<Piece>)> {
        let mut out: Vec<(usize, Vec<Piece>)> = self.rows.iter().map(|row| (row.name, Vec::new())).collect();
        for piece in lines.into_iter().flatten() {
            let middle = (piece.bbox[1] + piece.bbox[3]) / 2.0;
            let row = self.rows.iter().position(|row| {
                let half = GAP as f32 / 2.0;
                (row.top as f32 - half..row.bottom as f32 + half).contains(&middle)
            });
            let Some(at) = row else { continue };
            let row = &self.rows[at];
            let x = |pixel: f32| (row.origin.0 + f64::from(pixel - GAP as f32) * row.scale.0) as f32;
            let y = |pixel: f32| (row.origin.1 + f64::from(pixel - row.top as f32) * row.scale.1) as f32;
            let [x0, y0, x1, y1] = piece.bbox;
            out[at].1.push(Piece { bbox: [x(x0), y(y0), x(x1), y(y1)], ..piece });
        }
        out
    }
}
