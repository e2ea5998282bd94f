//! Turns a picture upright and straight, at a size the engine reads well, and finds the way back: boxes
//! are given on the page as shown, however it lay.

use super::page_image::PageImage;
use super::posture::Posture;
use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// Paper that lies straighter than this is left as it is: turning a picture blurs it a little.
const SKEW_MIN_DEGREES: f64 = 0.5;
/// Letters smaller than this, in pixels, are enlarged to `LETTER_ENLARGED`: the engine wants capitals of 20
/// pixels and more. The usual letter is a little higher than an `x`.
const LETTER_MIN: f64 = 11.0;
const LETTER_ENLARGED: f64 = 20.0;
/// Letters larger than this are reduced to it: more only costs time.
const LETTER_MAX: f64 = 48.0;
/// The engine brings every line to one height, and its time goes with the line's width then: letters a
/// little narrower than printed cost a tenth less and are read as well. From 1.3 on words are lost.
const TALLER: f64 = 1.12;
/// Pictures are not enlarged beyond this.
const PIXELS_MAX: f64 = 36_000_000.0;

/// An upright picture. Its points are counted from its own top left.
pub(super) struct Upright {
    pub(super) image: PageImage,
    /// Quarter turns clockwise in which the content lay.
    pub(super) quarters: u8,
    /// Degrees clockwise by which it was straightened; 0 where it was left as it lay.
    pub(super) deskewed: f64,
    /// Width and height of the picture as shown, in pixels.
    shown: (f64, f64),
    shown_origin: (f64, f64),
    shown_scale: (f64, f64),
    /// Pixels of the upright picture a pixel of the shown one.
    enlarged: f64,
}

impl Upright {
    /// Turns `image` as `posture` says.
    pub(super) fn of(image: PageImage, posture: Posture, letter_size: f64, paper: u8) -> Self {
        let shown = (f64::from(image.pixels.width()), f64::from(image.pixels.height()));
        let (shown_origin, shown_scale) = (image.origin, image.scale);
        let turned = match posture.quarters {
            1 => imageops::rotate270(&image.pixels),
            2 => imageops::rotate180(&image.pixels),
            3 => imageops::rotate90(&image.pixels),
            _ => image.pixels,
        };
        let deskewed =
            if posture.skew_degrees.abs() >= SKEW_MIN_DEGREES { posture.skew_degrees } else { 0.0 };
        let straight = if deskewed == 0.0 { turned } else { straightened(&turned, deskewed, paper) };
        let (pixels, enlarged) = sized(straight, letter_size);
        let pixels = taller(&pixels);
        let scale = match posture.quarters % 2 {
            0 => shown_scale,
            _ => (shown_scale.1, shown_scale.0),
        };
        let image = PageImage {
            pixels,
            origin: (0.0, 0.0),
            scale: (scale.0 / enlarged, scale.1 / enlarged / TALLER),
        };
        Self { image, quarters: posture.quarters, deskewed, shown, shown_origin, shown_scale, enlarged }
    }

    /// Where a box of the upright picture lies on the page as shown, in points. A box that was
    /// straightened keeps its size: lines that fall are told by the boxes' places.
    pub(super) fn shown_box(&self, bbox: [f32; 4]) -> [f32; 4] {
        let [x0, y0, x1, y1] = bbox.map(f64::from);
        let (across, down) = self.image.scale;
        let pixel = |value: f64, scale: f64, enlarged: f64| value / scale / enlarged;
        let (u, v) = (
            pixel((x0 + x1) / 2.0, across, self.enlarged),
            pixel((y0 + y1) / 2.0, down, self.enlarged * TALLER),
        );
        let (width, height) = self.shown;
        let turned = if self.quarters.is_multiple_of(2) { (width, height) } else { (height, width) };
        let (sin, cos) = self.deskewed.to_radians().sin_cos();
        let (du, dv) = (u - turned.0 / 2.0, v - turned.1 / 2.0);
        let (u, v) = (cos * du - sin * dv + turned.0 / 2.0, sin * du + cos * dv + turned.1 / 2.0);
        let (x, y) = match self.quarters {
            1 => (width - v, u),
            2 => (width - u, height - v),
            3 => (v, height - u),
            _ => (u, v),
        };
        let x = self.shown_origin.0 + x * self.shown_scale.0;
        let y = self.shown_origin.1 + y * self.shown_scale.1;
        let half = match self.quarters % 2 {
            0 => ((x1 - x0) / 2.0, (y1 - y0) / 2.0),
            _ => ((y1 - y0) / 2.0, (x1 - x0) / 2.0),
        };
        [x - half.0, y - half.1, x + half.0, y + half.1].map(|points| points as f32)
    }
}

/// Turned counter-clockwise by `degrees` about its middle, what comes in from outside being paper.
fn straightened(picture: &GrayImage, degrees: f64, paper: u8) -> GrayImage {
    /// Places are counted in this many parts of a pixel.
    const PART: f64 = 65_536.0;
    let (width, height) = picture.dimensions();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = ((f64::from(width) - 1.0) / 2.0, (f64::from(height) - 1.0) / 2.0);
    let pixels = picture.as_raw();
    let stride = width as usize;
    let mut out = GrayImage::from_pixel(width, height, Luma([paper]));
    let (step_x, step_y) = ((cos * PART) as i64, (sin * PART) as i64);
    for (row, line) in (0u32..).zip(out.chunks_exact_mut(stride.max(1))) {
        let down = f64::from(row) - middle_y;
        let mut x = ((-middle_x * cos - down * sin + middle_x) * PART) as i64;
        let mut y = ((-middle_x * sin + down * cos + middle_y) * PART) as i64;
        for pixel in line {
            let (left, top) = (x >> 16, y >> 16);
            if left >= 0 && top >= 0 && left + 1 < i64::from(width) && top + 1 < i64::from(height) {
                let at = top as usize * stride + left as usize;
                let (right_share, low_share) = ((x & 0xffff) >> 8, (y & 0xffff) >> 8);
                let grey = |at: usize| i64::from(pixels[at]);
                let upper = grey(at) * (256 - right_share) + grey(at + 1) * right_share;
                let lower = grey(at + stride) * (256 - right_share) + grey(at + stride + 1) * right_share;
                *pixel = ((upper * (256 - low_share) + lower * low_share) >> 16) as u8;
            }
            x += step_x;
            y += step_y;
        }
    }
    out
}

/// Stretched upwards by [`TALLER`].
fn taller(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let high = (f64::from(height) * TALLER).round() as u32;
    let stride = width as usize;
    let pixels = picture.as_raw();
    let mut out = GrayImage::new(width, high);
    for (row, line) in (0u32..).zip(out.chunks_exact_mut(stride.max(1))) {
        let y = ((f64::from(row) + 0.5) / TALLER - 0.5).clamp(0.0, f64::from(height.saturating_sub(1)));
        let top = y as usize;
        let low = (top + 1).min(height.saturating_sub(1) as usize);
        let share = ((y - top as f64) * 256.0) as u32;
        let (upper, lower) = (&pixels[top * stride..][..stride], &pixels[low * stride..][..stride]);
        for ((pixel, upper), lower) in line.iter_mut().zip(upper).zip(lower) {
            *pixel = ((u32::from(*upper) * (256 - share) + u32::from(*lower) * share) >> 8) as u8;
        }
    }
    out
}

/// Enlarged or reduced so that letters have a size the engine reads well, and by how much.
fn sized(picture: GrayImage, letter_size: f64) -> (GrayImage, f64) {
    let wanted = match letter_size {
        size if size < 4.0 => 1.0,
        size if size < LETTER_MIN => LETTER_ENLARGED / size,
        size if size > LETTER_MAX => LETTER_MAX / size,
        _ => 1.0,
    };
    let area = f64::from(picture.width()) * f64::from(picture.height());
    let factor = wanted.min((PIXELS_MAX / area.max(1.0)).sqrt().max(1.0));
    if (factor - 1.0).abs() < 0.05 {
        return (picture, 1.0);
    }
    let side = |pixels: u32| (f64::from(pixels) * factor).round().max(1.0) as u32;
    let (width, height) = (side(picture.width()), side(picture.height()));
    (imageops::resize(&picture, width, height, FilterType::CatmullRom), factor)
}

#[cfg(test)]
mod tests {
    use super::{PageImage, Posture, Upright};
    use image::{GrayImage, Luma};

    #[test]
    fn boxes_come_back_to_where_they_lay_on_the_page() {
        // One black pixel block on a page of 400 by 200 pixels, half a point each, that starts at (10, 20).
        for quarters in 0..4 {
            for skew_degrees in [0.0, 3.0] {
                let mut pixels = GrayImage::from_pixel(400, 200, Luma([255]));
                (60..70).for_each(|x| (40..46).for_each(|y| pixels.put_pixel(x, y, Luma([0]))));
                let image = PageImage { pixels, origin: (10.0, 20.0), scale: (0.5, 0.5) };
                let posture = Posture { quarters, skew_degrees, is_sure: true };
                let upright = Upright::of(image, posture, 20.0, 255);
                let dark = upright.image.pixels.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] < 100);
                let (xs, ys): (Vec<u32>, Vec<u32>) = dark.map(|(x, y, _)| (x, y)).unzip();
                let (across, down) = upright.image.scale;
                let side = |values: &[u32], end: u32, scale: f64| {
                    let edge = if end == 0 { values.iter().min() } else { values.iter().max() };
                    (f64::from(edge.unwrap() + end) * scale) as f32
                };
                let found =
                    [side(&xs, 0, across), side(&ys, 0, down), side(&xs, 1, across), side(&ys, 1, down)];
                let [x0, y0, x1, y1] = upright.shown_box(found);
                let (x, y) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
                // 65 and 43 pixels from the corner.
                assert!((x - 42.5).abs() < 0.6 && (y - 41.5).abs() < 0.6, "{x} {y} at {quarters}");
            }
        }
    }
}
