//! What paper, feeders, glass and telephone lines do to a page, in the order in which they do it.

use super::Dice;
use image::{GrayImage, Luma, imageops};

/// What happens to one page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Defects {
    /// Clockwise, as paper lies in a feeder.
    pub(crate) skew_degrees: f32,
    /// Quarter turns clockwise, as paper is put in sideways or upside down.
    pub(crate) quarter_turns: u8,
    /// Grey of the ink, 0 black.
    pub(crate) ink: u8,
    /// Grey of the paper, 255 white.
    pub(crate) paper: u8,
    /// White on black.
    pub(crate) inverted: bool,
    /// Dark specks a million pixels.
    pub(crate) specks: f32,
    /// Sensor noise: greatest change of a pixel, in grey values.
    pub(crate) noise: f32,
    /// Sigma in pixels.
    pub(crate) blur: f32,
    /// Black and white only, cut at this grey.
    pub(crate) threshold: Option<u8>,
}

impl Defects {
    /// A page straight from the printer.
    pub(crate) const NONE: Self = Self {
        skew_degrees: 0.0,
        quarter_turns: 0,
        ink: 0,
        paper: 255,
        inverted: false,
        specks: 0.0,
        noise: 0.0,
        blur: 0.0,
        threshold: None,
    };

    /// An office scanner on a good day: grey, speckled, up to 0.6 degrees askew.
    pub(crate) fn clean(dice: &mut Dice) -> Self {
        Self {
            skew_degrees: dice.between(-0.6, 0.6),
            ink: 25,
            paper: 253,
            specks: 60.0,
            noise: 5.0,
            blur: 0.5,
            ..Self::NONE
        }
    }

    /// By page in turn: askew, sideways, faint, inverted, upside down, and two of these at once.
    pub(crate) fn hard(page: usize, dice: &mut Dice) -> Self {
        let side = if dice.below(2) == 0 { -1.0 } else { 1.0 };
        let base = Self { skew_degrees: dice.between(-0.6, 0.6), ..Self::clean(dice) };
        let askew = Self { skew_degrees: side * dice.between(2.0, 3.0), ..base };
        let faint = |page: Self| Self { ink: 150, paper: 215, noise: 7.0, ..page };
        match page % 8 {
            0 => askew,
            1 => Self { quarter_turns: 1, ..base },
            2 => faint(base),
            3 => Self { inverted: true, ..base },
            4 => Self { quarter_turns: 2, ..base },
            5 => faint(askew),
            6 => Self { quarter_turns: 3, ..askew },
            _ => Self { inverted: true, ..askew },
        }
    }

    /// A fax: black and white, specks, up to one degree askew.
    pub(crate) fn fax(dice: &mut Dice) -> Self {
        Self {
            skew_degrees: dice.between(-1.0, 1.0),
            specks: 90.0,
            noise: 25.0,
            blur: 0.6,
            threshold: Some(140),
            ..Self::NONE
        }
    }
}

/// The page after all that has been done to it.
pub(crate) fn scanned(upright: &GrayImage, defects: &Defects, dice: &mut Dice) -> GrayImage {
    let mut picture = askew(upright, defects.skew_degrees);
    if defects.blur > 0.0 {
        picture = imageops::blur(&picture, defects.blur);
    }
    let (ink, paper) = (f32::from(defects.ink), f32::from(defects.paper));
    for pixel in picture.iter_mut() {
        let printed = ink + (paper - ink) * f32::from(*pixel) / 255.0;
        let noisy = printed + dice.between(-defects.noise, defects.noise);
        *pixel = noisy.round().clamp(0.0, 255.0) as u8;
    }
    specks(&mut picture, defects, dice);
    if let Some(cut) = defects.threshold {
        picture.iter_mut().for_each(|pixel| *pixel = if *pixel < cut { 0 } else { 255 });
    }
    if defects.inverted {
        imageops::invert(&mut picture);
    }
    match defects.quarter_turns % 4 {
        1 => imageops::rotate90(&picture),
        2 => imageops::rotate180(&picture),
        3 => imageops::rotate270(&picture),
        _ => picture,
    }
}

/// Where a point of the upright page lies on the scan, in shares of the upright page's width and height in
/// `size`; the answer is in the same unit of length from the scan's top left.
pub(crate) fn moved(point: (f32, f32), size: (f32, f32), defects: &Defects) -> (f32, f32) {
    let (sin, cos) = defects.skew_degrees.to_radians().sin_cos();
    let (x, y) = (point.0 - size.0 / 2.0, point.1 - size.1 / 2.0);
    let (x, y) = (cos * x - sin * y + size.0 / 2.0, sin * x + cos * y + size.1 / 2.0);
    match defects.quarter_turns % 4 {
        1 => (size.1 - y, x),
        2 => (size.0 - x, size.1 - y),
        3 => (y, size.0 - x),
        _ => (x, y),
    }
}

/// Turned clockwise about its middle, with what the feeder shows at the corners: white.
fn askew(upright: &GrayImage, degrees: f32) -> GrayImage {
    if degrees == 0.0 {
        return upright.clone();
    }
    let (width, height) = upright.dimensions();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 + 0.5 - middle_x, y as f32 + 0.5 - middle_y);
        let (x, y) = (cos * x + sin * y + middle_x - 0.5, cos * y - sin * x + middle_y - 0.5);
        Luma([blended(upright, x, y)])
    })
}

fn blended(picture: &GrayImage, x: f32, y: f32) -> u8 {
    let (left, top) = (x.floor(), y.floor());
    let (right_share, low_share) = (x - left, y - top);
    let at = |x: f32, y: f32| {
        let inside = x >= 0.0 && y >= 0.0 && x < picture.width() as f32 && y < picture.height() as f32;
        if inside { f32::from(picture.get_pixel(x as u32, y as u32).0[0]) } else { 255.0 }
    };
    let high = at(left, top) * (1.0 - right_share) + at(left + 1.0, top) * right_share;
    let low = at(left, top + 1.0) * (1.0 - right_share) + at(left + 1.0, top + 1.0) * right_share;
    (high * (1.0 - low_share) + low * low_share).round() as u8
}

/// Dust: one to four pixels each.
fn specks(picture: &mut GrayImage, defects: &Defects, dice: &mut Dice) {
    let (width, height) = picture.dimensions();
    let count = (f64::from(width) * f64::from(height) / 1e6 * f64::from(defects.specks)) as u64;
    for _ in 0..count {
        let (x, y) = (dice.below(u64::from(width)) as u32, dice.below(u64::from(height)) as u32);
        let (wide, high) = (1 + dice.below(2) as u32, 1 + dice.below(2) as u32);
        for (x, y) in (x..x + wide).flat_map(|x| (y..y + high).map(move |y| (x, y))) {
            if x < width && y < height {
                picture.put_pixel(x, y, Luma([defects.ink]));
            }
        }
    }
}
