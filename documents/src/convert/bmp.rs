//! BMP files, as Windows programs and old capture stations write them.

use super::broken;
use super::pages::{Orientation, Pages, Placing};
use super::raster::Picture;
use super::terms::{ConvertError, ConvertLimits, ConvertNote};
use image::{ImageFormat, ImageReader};
use std::borrow::Cow;
use std::io::Cursor;

/// Adds the file as a page.
pub(super) fn add(pages: &mut Pages, bytes: &[u8], limits: &ConvertLimits) -> Result<(), ConvertError> {
    let head = Head::read(bytes).ok_or_else(|| broken("the bmp has no header"))?;
    super::check_pixels(head.pixels, limits)?;
    let (whole, missing) = head.made_whole(bytes);
    let mut reader = ImageReader::with_format(Cursor::new(&*whole), ImageFormat::Bmp);
    let mut allowed = image::Limits::default();
    allowed.max_alloc = Some(limits.pixels_per_page.saturating_mul(8));
    reader.limits(allowed);
    let image = reader.decode().map_err(|_| broken("the picture cannot be decoded"))?;
    if missing > 0 {
        let (page, rows) = (pages.count() + 1, head.pixels.1);
        pages.note(ConvertNote::PageCut { page, rows_read: rows.saturating_sub(missing), rows });
    }
    let placing = Placing { pixels: head.pixels, dpi: head.dpi, orientation: Orientation::UPRIGHT };
    pages.add_decoded(Picture::from_image(&image), &placing);
    Ok(())
}

struct Head {
    pixels: (u32, u32),
    dpi: Option<(f32, f32)>,
    data_from: usize,
    bits: u32,
    compressed: bool,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let long = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let short = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
        let data_from = long(10)? as usize;
        if long(14)? == 12 {
            let pixels = (u32::from(short(18)?), u32::from(short(20)?));
            return Some(Self {
                pixels,
                dpi: None,
                data_from,
                bits: u32::from(short(24)?),
                compressed: false,
            });
        }
        // Height below zero: the rows stand from the top.
        let side = |at: usize| long(at).map(|side| side.cast_signed().unsigned_abs());
        let per_metre = (long(38)? as f32 * 0.0254, long(42)? as f32 * 0.0254);
        Some(Self {
            pixels: (side(18)?, side(22)?),
            dpi: (per_metre.0 > 0.0 && per_metre.1 > 0.0).then_some(per_metre),
            data_from,
            bits: u32::from(short(28)?),
            // 3 and 6 only say where the colours stand in a pixel.
            compressed: !matches!(long(30)?, 0 | 3 | 6),
        })
    }

    /// A file that is cut off gets white where rows are missing, and their number is told.
    fn made_whole<'a>(&self, bytes: &'a [u8]) -> (Cow<'a, [u8]>, u32) {
        let stride = (u64::from(self.pixels.0) * u64::from(self.bits)).div_ceil(32) * 4;
        let wanted = self.data_from as u64 + stride * u64::from(self.pixels.1);
        let short = wanted.saturating_sub(bytes.len() as u64);
        if short == 0 || self.compressed || stride == 0 || bytes.len() <= self.data_from {
            return (Cow::Borrowed(bytes), 0);
        }
        let mut whole = bytes.to_vec();
        whole.resize(bytes.len() + usize::try_from(short).unwrap_or(0), 0xff);
        (Cow::Owned(whole), u32::try_from(short.div_ceil(stride)).unwrap_or(u32::MAX))
    }
}
