//! Draws a set page into grey pixels, a little askew, as a scanner would see it.
//!
//! Skew moves each glyph along the tilted baseline but keeps the glyph itself upright: below one
//! degree the difference is under half a pixel per glyph, and drawing stays cheap.

use ab_glyph::{Font, Glyph, PxScale, point};

use super::fonts::{Face, Fonts};
use super::page::{Mark, PAGE_HEIGHT_PT, PAGE_WIDTH_PT, Page};

/// Grey picture of one page; 0 is black.
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
    px_per_pt: f32,
    sin: f32,
    cos: f32,
}

impl Raster {
    /// A blank Letter page with the paper's own grey.
    pub(super) fn new(dpi: f32, skew_degrees: f32, paper: u8) -> Self {
        let px_per_pt = dpi / 72.0;
        let (width, height) =
            ((PAGE_WIDTH_PT * px_per_pt).round() as usize, (PAGE_HEIGHT_PT * px_per_pt).round() as usize);
        let (sin, cos) = skew_degrees.to_radians().sin_cos();
        Self { width, height, pixels: vec![paper; width * height], px_per_pt, sin, cos }
    }

    /// Draws all marks of a page.
    pub(super) fn draw(&mut self, fonts: &Fonts, page: &Page) {
        for mark in &page.marks {
            match mark {
                Mark::Text { x, y, pt, face, text } => self.text(fonts, *face, *pt, *x, *y, text),
                Mark::Rule { x1, y1, x2, y2, width } => self.rule((*x1, *y1), (*x2, *y2), *width),
                // A bi-level scanner turns light shading white; leaving it out spares the speckle.
                Mark::Fill { .. } => {}
            }
        }
    }

    /// Text on a baseline, in points.
    pub(super) fn text(&mut self, fonts: &Fonts, face: Face, pt: f32, x: f32, y: f32, text: &str) {
        let loaded = fonts.face(face);
        let scale = PxScale::from(pt * self.px_per_pt * loaded.height_per_em);
        let mut pen = x;
        for c in text.chars() {
            let (px, py) = self.place(pen, y);
            let glyph: Glyph = loaded.font.glyph_id(c).with_scale_and_position(scale, point(px, py));
            if let Some(outline) = loaded.font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                let (left, top) = (bounds.min.x as i64, bounds.min.y as i64);
                outline.draw(|gx, gy, coverage| {
                    self.darken(left + i64::from(gx), top + i64::from(gy), coverage);
                });
            }
            pen += fonts.width(face, pt, c.encode_utf8(&mut [0; 4]));
        }
    }

    /// A dot of `size` by `size` pixels, for dirt on the glass.
    pub(super) fn dot(&mut self, x: usize, y: usize, size: usize, grey: u8) {
        for dy in 0..size {
            for dx in 0..size {
                if x + dx < self.width && y + dy < self.height {
                    self.pixels[(y + dy) * self.width + x + dx] = grey;
                }
            }
        }
    }

    fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32) {
        let (x1, y1) = self.place(from.0, from.1);
        let (x2, y2) = self.place(to.0, to.1);
        let steps = (x2 - x1).abs().max((y2 - y1).abs()).ceil().max(1.0);
        let thick = (width * self.px_per_pt).round().max(1.0) as i64;
        let steep = (y2 - y1).abs() > (x2 - x1).abs();
        for step in 0..=(steps as i64) {
            let share = step as f32 / steps;
            let (x, y) = ((x1 + share * (x2 - x1)) as i64, (y1 + share * (y2 - y1)) as i64);
            for offset in 0..thick {
                let (dx, dy) = if steep { (offset, 0) } else { (0, offset) };
                self.darken(x + dx, y + dy, 1.0);
            }
        }
    }

    /// From points on the straight page to pixels on the tilted one.
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        let (cx, cy) = (PAGE_WIDTH_PT / 2.0, PAGE_HEIGHT_PT / 2.0);
        let (dx, dy) = (x - cx, y - cy);
        let (rx, ry) = (dx * self.cos - dy * self.sin, dx * self.sin + dy * self.cos);
        ((rx + cx) * self.px_per_pt, (ry + cy) * self.px_per_pt)
    }

    fn darken(&mut self, x: i64, y: i64, coverage: f32) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x >= self.width || y >= self.height {
            return;
        }
        let pixel = &mut self.pixels[y * self.width + x];
        *pixel = (f32::from(*pixel) * (1.0 - coverage.clamp(0.0, 1.0))) as u8;
    }
}
