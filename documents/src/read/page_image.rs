//! The grey picture that is recognised: the scan itself, turned upright, or the page drawn.

use super::probe::{Scan, interpret};
use crate::picture::{self, luminance};
use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps, Paint, SoftMask,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Rect};
use image::imageops::{self, FilterType};
use image::{GrayImage, ImageBuffer};

/// Scans of less than this are enlarged before recognition, to `DPI_ENLARGED`: Tesseract wants capitals
/// of 20 pixels and more.
const DPI_MIN: f64 = 150.0;
const DPI_ENLARGED: f64 = 300.0;
/// Scans above this are reduced: more only costs time.
const DPI_MAX: f64 = 420.0;
/// Fax pixels are not square (204 by 98 or 196); beyond this ratio they are made so.
const SQUARE_RATIO_MAX: f64 = 1.15;
/// Pictures above this are reduced whatever their resolution says.
const PIXELS_MAX: f64 = 36_000_000.0;
/// A pixel that differs from its surroundings by this much of 255 is drawn.
const INK_CONTRAST: usize = 48;
/// Share of a word's box from which it is not just speckle.
const INK_SHARE_MIN: f64 = 0.012;
/// A grey picture and where it lies on the page.
#[derive(Clone)]
pub(super) struct PageImage {
    pub(super) pixels: GrayImage,
    /// Left, top of the picture on the page, in points.
    pub(super) origin: (f64, f64),
    /// Points a pixel, across and down.
    pub(super) scale: (f64, f64),
}

impl PageImage {
    pub(super) fn dpi(&self) -> f64 {
        72.0 / self.scale.1.max(1e-6)
    }

    /// Whether something is drawn in a box of the page: pixels that stand out from most of it.
    pub(super) fn has_ink(&self, [left, top, right, bottom]: [f32; 4]) -> bool {
        let span = |from: f32, to: f32, origin: f64, scale: f64, side: u32| {
            // Casting saturates.
            let at = |points: f32| ((f64::from(points) - origin) / scale.max(1e-6)) as u32;
            at(from).min(side)..at(to).saturating_add(1).min(side)
        };
        let columns = span(left, right, self.origin.0, self.scale.0, self.pixels.width());
        let rows = span(top, bottom, self.origin.1, self.scale.1, self.pixels.height());
        let mut counts = [0u32; 256];
        for row in rows {
            for column in columns.clone() {
                counts[usize::from(self.pixels.get_pixel(column, row).0[0])] += 1;
            }
        }
        let all: u32 = counts.iter().sum();
        let ground =
            counts.iter().enumerate().max_by_key(|(_, count)| **count).map_or(255, |(value, _)| value);
        let ink: u32 = counts
            .iter()
            .enumerate()
            .filter(|(value, _)| value.abs_diff(ground) >= INK_CONTRAST)
            .map(|(_, count)| count)
            .sum();
        f64::from(ink) > INK_SHARE_MIN * f64::from(all)
    }
}

/// The page drawn at `dpi`.
pub(super) fn drawn(page: &Page<'_>, dpi: f32) -> PageImage {
    let drawn = picture::draw(page, dpi);
    let (width, height) = (drawn.width, drawn.height);
    let scale = (
        f64::from(drawn.width_pt) / f64::from(width.max(1)),
        f64::from(drawn.height_pt) / f64::from(height.max(1)),
    );
    let pixels = ImageBuffer::from_raw(width, height, drawn.into_grey()).unwrap_or_default();
    PageImage { pixels: light_ground(pixels), origin: (0.0, 0.0), scale }
}

/// The one image that is the page, without drawing; `None` if it cannot be taken as it is.
pub(super) fn of_scan<'a>(page: &'a Page<'a>, scan: &Scan) -> Option<PageImage> {
    let mut taker = ImageTaker { wanted: scan.transform, taken: None };
    interpret(page, &mut taker);
    let (pixels, declared) = taker.taken?;
    let whole = Rect::new(0.0, 0.0, f64::from(declared.0), f64::from(declared.1));
    let rect = scan.transform.transform_rect_bbox(whole);
    let mut upright = turned(pixels, scan.transform);
    let wanted = wanted_size(&upright, rect);
    // What resizes well keeps sixteen bytes a dot on the way: half of the dots are averaged away first.
    while wanted.is_some_and(|(width, height)| upright.width() >= 2 * width && upright.height() >= 2 * height)
    {
        upright = imageops::thumbnail(&upright, upright.width() / 2, upright.height() / 2);
    }
    let sized = match wanted {
        Some((width, height)) => imageops::resize(&upright, width, height, FilterType::CatmullRom),
        None => upright,
    };
    let scale =
        (rect.width() / f64::from(sized.width().max(1)), rect.height() / f64::from(sized.height().max(1)));
    Some(PageImage { pixels: light_ground(sized), origin: (rect.x0, rect.y0), scale })
}

/// Another size, if the picture's own is too small, too large or not square.
fn wanted_size(pixels: &GrayImage, rect: Rect) -> Option<(u32, u32)> {
    let (width, height) = (f64::from(pixels.width()), f64::from(pixels.height()));
    let (x, y) = (width * 72.0 / rect.width().max(1.0), height * 72.0 / rect.height().max(1.0));
    let finest = x.max(y);
    let dpi = match finest {
        dpi if dpi < DPI_MIN => DPI_ENLARGED.min(dpi * 3.0),
        dpi => dpi.min(DPI_MAX),
    };
    let area = rect.area() * (dpi / 72.0).powi(2);
    let dpi = if area > PIXELS_MAX { dpi * (PIXELS_MAX / area).sqrt() } else { dpi };
    let fits = (dpi - finest).abs() < 0.5 && finest / x.min(y).max(1.0) <= SQUARE_RATIO_MAX;
    let side = |points: f64| (points * dpi / 72.0).round().max(1.0) as u32;
    (!fits).then(|| (side(rect.width()), side(rect.height())))
}

/// Turns and mirrors as the page does, so that up is up.
fn turned(pixels: GrayImage, transform: Affine) -> GrayImage {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    let (width, height) = pixels.dimensions();
    if a.abs() > b.abs() {
        return match (a > 0.0, d > 0.0) {
            (true, true) => pixels,
            (false, false) => imageops::rotate180(&pixels),
            (false, true) => imageops::flip_horizontal(&pixels),
            (true, false) => imageops::flip_vertical(&pixels),
        };
    }
    // A quarter turn: the image's x runs down or up the page, its y across.
    ImageBuffer::from_fn(height, width, |across, down| {
        let x = if b > 0.0 { down } else { width - 1 - down };
        let y = if c > 0.0 { across } else { height - 1 - across };
        *pixels.get_pixel(x, y)
    })
}

/// White on black becomes black on white: the engine's own search for inverted text is switched off
/// because it costs a quarter of the time on pages that have none.
fn light_ground(mut pixels: GrayImage) -> GrayImage {
    let sum: u64 = pixels.as_raw().iter().map(|pixel| u64::from(*pixel)).sum();
    if sum < 90 * pixels.as_raw().len() as u64 {
        imageops::invert(&mut pixels);
    }
    pixels
}

/// Decodes the wanted image when it is drawn.
struct ImageTaker {
    wanted: Affine,
    /// Grey pixels and the declared size, which a damaged image may not keep.
    taken: Option<(GrayImage, (u32, u32))>,
}

impl<'a> Device<'a> for ImageTaker {
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        if props.transform != self.wanted || self.taken.is_some() {
            return;
        }
        let declared = (image.width(), image.height());
        let mut grey = None;
        match image {
            Image::Raster(raster) => raster.with_rgba(
                |data, alpha| {
                    // A mask lets the paper through; drawing knows how.
                    if alpha.is_none() {
                        grey = to_grey(data);
                    }
                },
                None,
            ),
            Image::Stencil(stencil) => stencil.with_stencil(
                |mask, paint| {
                    let dark = match paint {
                        Paint::Color(colour) => {
                            let [red, green, blue, alpha] = colour.to_rgba().to_rgba8();
                            luminance(red, green, blue) < 64 && alpha == 255
                        }
                        Paint::Pattern(_) => false,
                    };
                    if dark {
                        let ink = mask.data.iter().map(|cover| 255 - cover).collect();
                        grey = ImageBuffer::from_raw(mask.width, mask.height, ink);
                    }
                },
                None,
            ),
        }
        self.taken = grey.map(|grey| (grey, declared));
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn to_grey(data: ImageData) -> Option<GrayImage> {
    match data {
        ImageData::Luma(luma) => ImageBuffer::from_raw(luma.width, luma.height, luma.data),
        ImageData::Rgb(rgb) => {
            let grey = rgb.data.chunks_exact(3).map(|p| luminance(p[0], p[1], p[2])).collect();
            ImageBuffer::from_raw(rgb.width, rgb.height, grey)
        }
    }
}
