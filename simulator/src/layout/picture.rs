//! Back end 4: the same pages as picture files, multi-page TIFF or JPEG, as old chart systems keep scans.
//!
//! Black and white TIFF pages are CCITT group 4 (what fax servers store), grey ones LZW.

use std::io::Cursor;

use fax::{Color, VecWriter, encoder::Encoder};
use tiff::TiffResult;
use tiff::encoder::colortype::Gray8;
use tiff::encoder::{Compression, Rational, TiffEncoder};
use tiff::tags::{CompressionMethod, PhotometricInterpretation, ResolutionUnit, Tag};

use super::raster::Raster;
use super::scan::{DPI, THRESHOLD, to_jpeg};

/// All pages in one TIFF. Empty if the encoder refuses, which no page size here provokes.
pub(super) fn tiff(pages: &[Raster], grey: bool) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let written = if grey { grey_pages(&mut out, pages) } else { fax_pages(&mut out, pages) };
    written.map(|()| out.into_inner()).unwrap_or_default()
}

/// The first page as JPEG; empty under the same condition.
pub(super) fn jpeg(pages: &[Raster]) -> Vec<u8> {
    pages.first().and_then(to_jpeg).unwrap_or_default()
}

fn grey_pages(out: &mut Cursor<Vec<u8>>, pages: &[Raster]) -> TiffResult<()> {
    let mut file = TiffEncoder::new(out)?.with_compression(Compression::Lzw);
    for page in pages {
        let (width, height) = size(page);
        let mut image = file.new_image::<Gray8>(width, height)?;
        image.resolution(ResolutionUnit::Inch, resolution());
        image.write_data(&page.pixels)?;
    }
    Ok(())
}

fn fax_pages(out: &mut Cursor<Vec<u8>>, pages: &[Raster]) -> TiffResult<()> {
    let mut file = TiffEncoder::new(out)?;
    for page in pages {
        let (width, height) = size(page);
        let data = group_4(page);
        let mut directory = file.image_directory()?;
        let offset = directory.write_data(data.as_slice())?;
        directory.write_tag(Tag::ImageWidth, width)?;
        directory.write_tag(Tag::ImageLength, height)?;
        directory.write_tag(Tag::BitsPerSample, 1_u16)?;
        directory.write_tag(Tag::Compression, CompressionMethod::Fax4.to_u16())?;
        directory
            .write_tag(Tag::PhotometricInterpretation, PhotometricInterpretation::WhiteIsZero.to_u16())?;
        directory.write_tag(Tag::StripOffsets, u32::try_from(offset)?)?;
        directory.write_tag(Tag::SamplesPerPixel, 1_u16)?;
        directory.write_tag(Tag::RowsPerStrip, height)?;
        directory.write_tag(Tag::StripByteCounts, u32::try_from(data.len())?)?;
        directory.write_tag(Tag::XResolution, resolution())?;
        directory.write_tag(Tag::YResolution, resolution())?;
        directory.write_tag(Tag::ResolutionUnit, ResolutionUnit::Inch.to_u16())?;
        directory.finish()?;
    }
    Ok(())
}

/// CCITT group 4 (ITU-T T.6).
fn group_4(page: &Raster) -> Vec<u8> {
    let width = u16::try_from(page.width).unwrap_or(u16::MAX);
    let mut encoder = Encoder::new(VecWriter::new());
    for line in page.pixels.chunks(page.width) {
        let colours = line.iter().map(|pixel| if *pixel < THRESHOLD { Color::Black } else { Color::White });
        // Writing into a vector cannot fail.
        let Ok(()) = encoder.encode_line(colours, width);
    }
    let Ok(writer) = encoder.finish();
    writer.finish()
}

fn size(page: &Raster) -> (u32, u32) {
    (u32::try_from(page.width).unwrap_or(0), u32::try_from(page.height).unwrap_or(0))
}

fn resolution() -> Rational {
    Rational { n: DPI as u32, d: 1 }
}

#[cfg(test)]
mod tests {
    use tiff::decoder::{Decoder, DecodingResult};

    use super::*;

    fn page(dots: &[(usize, usize)]) -> Raster {
        let mut raster = Raster::new(40.0, 0.0, 255);
        for (x, y) in dots {
            raster.dot(*x, *y, 9, 0);
        }
        raster
    }

    fn black(decoder: &mut Decoder<Cursor<Vec<u8>>>, white_is_zero: bool) -> usize {
        match decoder.read_image().unwrap() {
            // One bit a pixel, packed.
            DecodingResult::U8(bytes) if white_is_zero => {
                bytes.iter().map(|byte| byte.count_ones() as usize).sum()
            }
            DecodingResult::U8(bytes) => bytes.iter().filter(|byte| **byte < 128).count(),
            _ => panic!("not bytes"),
        }
    }

    #[test]
    fn both_kinds_of_tiff_hold_every_page_as_drawn() {
        let pages = [page(&[(20, 30)]), page(&[(20, 30), (100, 100)]), page(&[])];
        for grey in [false, true] {
            let mut decoder = Decoder::new(Cursor::new(tiff(&pages, grey))).unwrap();
            let mut found = Vec::new();
            loop {
                assert_eq!(decoder.dimensions().unwrap(), size(&pages[0]));
                found.push(black(&mut decoder, !grey));
                if !decoder.more_images() {
                    break;
                }
                decoder.next_image().unwrap();
            }
            // The decoder gives fax pages as they are stored or inverted; all black stands out either way.
            let all = pages[0].width.div_ceil(8) * 8 * pages[0].height;
            let found: Vec<usize> = found.into_iter().map(|n| n.min(all - n)).collect();
            assert_eq!(found, [81, 162, 0], "grey {grey}");
        }
    }
}
