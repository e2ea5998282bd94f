//! Pictures that the tests know by heart, and whether a page looks like them.

use crate::tiff_writer::BlackRows;
use documents::OpenDocument;
use documents::convert::{ConvertLimits, Converted, convert};
use documents::kind::sniff;
use documents::picture::page_png;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, Rgb, RgbImage};
use std::io::Write;

pub(crate) const RED: Rgb<u8> = Rgb([200, 30, 30]);
pub(crate) const GREEN: Rgb<u8> = Rgb([30, 180, 30]);
pub(crate) const BLUE: Rgb<u8> = Rgb([30, 30, 200]);
pub(crate) const GREY: Rgb<u8> = Rgb([120, 120, 120]);

pub(crate) fn limits() -> ConvertLimits {
    ConvertLimits::default()
}

pub(crate) fn made(bytes: &[u8]) -> Converted {
    convert(sniff(bytes), bytes, &limits()).unwrap()
}

/// A page as it is shown, at 72 dots per inch.
pub(crate) fn shown(converted: &Converted, page: u32) -> RgbImage {
    let document = OpenDocument::open(converted.pdf.clone()).unwrap();
    image::load_from_memory(&page_png(&document, page, 72.0).unwrap()).unwrap().to_rgb8()
}

/// Four colours, one in each corner: 80 by 40 pixels.
pub(crate) fn corners() -> RgbImage {
    RgbImage::from_fn(80, 40, |x, y| match (x < 40, y < 20) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => GREY,
    })
}

pub(crate) fn assert_corners(picture: &RgbImage, what: &str) {
    assert_eq!(picture.dimensions(), (80, 40), "{what}");
    for (x, y, colour) in [(10, 8, RED), (70, 8, GREEN), (10, 32, BLUE), (70, 32, GREY)] {
        let near = picture.get_pixel(x, y).0.iter().zip(colour.0).all(|(a, b)| a.abs_diff(b) < 14);
        assert!(near, "{what}: {:?} at {x}, {y}, expected {colour:?}", picture.get_pixel(x, y));
    }
}

/// Runs of many lengths with no symmetry: 200 by 120.
pub(crate) fn fax_rows() -> BlackRows {
    (0..120_u32)
        .map(|y| (0..200_u32).map(|x| (x * x / 40 + y * 3) % 50 < 20 && !(x > 150 && y < 30)).collect())
        .collect()
}

pub(crate) fn assert_fax(picture: &RgbImage, rows: &BlackRows, what: &str) {
    assert_eq!(picture.dimensions(), (rows[0].len() as u32, rows.len() as u32), "{what}");
    let wrong = picture
        .enumerate_pixels()
        .filter(|(x, y, pixel)| rows[*y as usize][*x as usize] != (pixel.0[0] < 128));
    let wrong = wrong.count();
    assert!(wrong < 100, "{what}: {wrong} pixels differ");
}

pub(crate) fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn lzw(data: &[u8]) -> Vec<u8> {
    weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(data).unwrap()
}

pub(crate) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .encode(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

pub(crate) fn without_jfif(jpeg: &[u8]) -> Vec<u8> {
    if jpeg[2..4] != [0xff, 0xe0] {
        return jpeg.to_vec();
    }
    let length = usize::from(u16::from_be_bytes([jpeg[4], jpeg[5]]));
    [&jpeg[..2], &jpeg[4 + length..]].concat()
}
