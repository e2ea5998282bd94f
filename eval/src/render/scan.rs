//! Scans: pages drawn at 200 dpi, a little askew, with speckles and grey paper, as JPEG in a PDF of pictures; and the
//! words recognised on them, kept on disk by what they depend on.

use crate::paper::picture_pdf;
use documents::OpenDocument;
use documents::page_key::{EngineKey, page_keys};
use documents::picture::page_png;
use documents::read::{PageReader, PageText, ReadSettings};
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, Luma};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::PathBuf;

const DPI: f32 = 200.0;

/// A PDF's pages as a scanner would have made them.
///
/// # Errors
/// A page cannot be drawn.
pub(crate) fn scanned(pdf: Vec<u8>, seed: u64) -> Result<Vec<u8>, String> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed ^ 0x5ca9);
    let document = OpenDocument::open(pdf).map_err(|error| error.to_string())?;
    let slope = dice.random_range(-0.012..0.012_f32);
    let mut pictures = Vec::new();
    for page in 1..=document.page_count() {
        let png = page_png(&document, page, DPI).map_err(|error| error.to_string())?;
        let drawn = image::load_from_memory(&png).map_err(|error| error.to_string())?.into_luma8();
        let scan = askew(&drawn, slope + dice.random_range(-0.003..0.003), &mut dice);
        let mut jpeg = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, 60);
        scan.write_with_encoder(encoder).map_err(|error| error.to_string())?;
        pictures.push((scan.width(), scan.height(), jpeg));
    }
    Ok(picture_pdf(&pictures))
}

/// Turned about its middle by a small angle, paler ink, grey paper, noise and specks.
fn askew(page: &GrayImage, slope: f32, dice: &mut ChaCha8Rng) -> GrayImage {
    let (width, height) = page.dimensions();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    let paper = dice.random_range(235..252_u8);
    let mut scan = GrayImage::from_pixel(width, height, Luma([paper]));
    for (x, y, pixel) in scan.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 - middle_x, y as f32 - middle_y);
        let (from_x, from_y) = (middle_x + dx + dy * slope, middle_y + dy - dx * slope);
        if from_x < 0.0 || from_y < 0.0 || from_x >= width as f32 - 1.0 || from_y >= height as f32 - 1.0 {
            continue;
        }
        let ink = page.get_pixel(from_x as u32, from_y as u32).0[0];
        let grain = i32::from(dice.random_range(0..=24_u8)) - 12;
        let tone = i32::from(ink) * i32::from(paper) / 255 + grain + if ink < 128 { 30 } else { 0 };
        pixel.0[0] = tone.clamp(0, 255) as u8;
    }
    for _ in 0..dice.random_range(20..120) {
        let (x, y) = (dice.random_range(0..width - 2), dice.random_range(0..height - 2));
        let tone = dice.random_range(20..120_u8);
        scan.put_pixel(x, y, Luma([tone]));
        scan.put_pixel(x + 1, y, Luma([tone]));
    }
    scan
}

/// Recognised pages on disk. What cannot be kept is recognised again the next time.
pub(crate) struct PageCache {
    folder: PathBuf,
    engine: EngineKey,
}

impl PageCache {
    /// A cache in a folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, engine: EngineKey::of(None, "eng") }
    }

    /// A page's words, from the disk or by recognition.
    ///
    /// # Errors
    /// The page cannot be read.
    pub(crate) fn page(
        &self,
        reader: &mut PageReader,
        document: &OpenDocument,
        number: u32,
    ) -> Result<PageText, String> {
        let settings = ReadSettings::default();
        let keys = page_keys(document, &settings, &self.engine).unwrap_or_default();
        let key = usize::try_from(number).ok().and_then(|number| keys.into_iter().nth(number - 1)).flatten();
        let path = key.map(|key| self.folder.join(format!("{}.json", key.0)));
        if let Some(kept) = path.as_ref().and_then(|path| std::fs::read(path).ok())
            && let Ok(page) = serde_json::from_slice::<PageText>(&kept)
        {
            return Ok(PageText { page: number, ..page });
        }
        let page = reader.read_page(document, number, &settings).map_err(|error| error.to_string())?;
        if let (Some(path), Ok(bytes)) = (path, serde_json::to_vec(&page)) {
            let _ = std::fs::create_dir_all(&self.folder).and_then(|()| std::fs::write(path, bytes));
        }
        Ok(page)
    }
}
