//! A TIFF image's strips or tiles, decoded into one plane of packed rows. What cannot be decoded stays
//! white; how many rows are there is told.

use super::super::ccitt::{self, Coding};
use super::super::jpeg;
use super::super::raster::Samples;
use super::super::terms::{ConvertError, ConvertLimits};
use super::super::{broken, check_pixels, unsupported};
use super::codec;
use super::directory::{Directory, tag};
use std::borrow::Cow;

/// Samples a pixel may have: four colours and an opacity, and one to spare.
const SAMPLES_MAX: u64 = 6;

/// How an image lies in the file.
pub(super) struct Layout<'a, 'd> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bits a sample; all samples have the same.
    pub(super) bits: u32,
    pub(super) samples: usize,
    pub(super) photometric: u64,
    compression: u64,
    /// Each colour has its own strips.
    pub(super) planar: bool,
    directory: &'d Directory<'a>,
    /// Width and height of a strip or tile.
    chunk: (u32, u32),
    chunks: Vec<Option<&'a [u8]>>,
}

/// Decoded samples.
pub(super) enum Raw {
    /// Rows of packed samples, one buffer or one a colour.
    Packed(Vec<Vec<u8>>),
    /// Grey or colour as the JPEG decoder gives it, with the file's colour model already undone.
    Finished(Samples),
}

impl<'a, 'd> Layout<'a, 'd> {
    /// Reads and checks the tags.
    pub(super) fn of(directory: &'d Directory<'a>, limits: &ConvertLimits) -> Result<Self, ConvertError> {
        let side =
            |tag| directory.number(tag).and_then(|side| u32::try_from(side).ok()).filter(|side| *side > 0);
        let (Some(width), Some(height)) = (side(tag::WIDTH), side(tag::HEIGHT)) else {
            return Err(broken("a page of the tiff has no size"));
        };
        check_pixels((width, height), limits)?;
        let bits = directory.numbers(tag::BITS);
        let depth = bits.first().copied().unwrap_or(1);
        let samples = directory.number(tag::SAMPLES).unwrap_or(1);
        let floats = directory.number(tag::SAMPLE_FORMAT).is_some_and(|format| format > 2);
        if !matches!(depth, 1 | 2 | 4 | 8 | 16) || bits.iter().any(|other| *other != depth) || floats {
            return Err(unsupported("a tiff with this depth of colour"));
        }
        if !(1..=SAMPLES_MAX).contains(&samples) {
            return Err(unsupported("a tiff with this many colours a pixel"));
        }
        let tile = side(tag::TILE_WIDTH).zip(side(tag::TILE_HEIGHT)).filter(|(tile, _)| tile % 8 == 0);
        let chunk = tile.unwrap_or_else(|| (width, side(tag::ROWS_PER_STRIP).unwrap_or(height).min(height)));
        // Tiles far larger than their page would cost as much for each of them.
        let sides = (
            width.div_ceil(chunk.0).saturating_mul(chunk.0),
            height.div_ceil(chunk.1).saturating_mul(chunk.1),
        );
        check_pixels(sides, limits)?;
        let mut layout = Self {
            width,
            height,
            bits: depth as u32,
            samples: samples as usize,
            photometric: directory.number(tag::PHOTOMETRIC).unwrap_or(0),
            compression: directory.number(tag::COMPRESSION).unwrap_or(1),
            planar: directory.number(tag::PLANAR) == Some(2) && samples > 1,
            directory,
            chunk,
            chunks: Vec::new(),
        };
        layout.chunks = layout.locate(tile.is_some());
        Ok(layout)
    }

    /// The bytes of each strip or tile, as far as they are in the file.
    fn locate(&self, tiled: bool) -> Vec<Option<&'a [u8]>> {
        let file = self.directory.file.bytes;
        let (offsets, lengths) =
            if tiled { (tag::TILE_OFFSETS, tag::TILE_BYTES) } else { (tag::STRIP_OFFSETS, tag::STRIP_BYTES) };
        let offsets = self.directory.numbers(offsets);
        let lengths = self.directory.numbers(lengths);
        let across = self.width.div_ceil(self.chunk.0) as usize;
        let down = self.height.div_ceil(self.chunk.1) as usize;
        let planes = if self.planar { self.samples } else { 1 };
        (0..across.saturating_mul(down).saturating_mul(planes).min(offsets.len()))
            .map(|index| {
                let start = usize::try_from(offsets[index]).ok()?;
                // Some fax servers leave the lengths out or zero.
                let length = lengths.get(index).copied().filter(|length| *length > 0);
                let end = length.map_or(file.len() as u64, |length| (start as u64).saturating_add(length));
                let end = usize::try_from(end).unwrap_or(usize::MAX).min(file.len());
                file.get(start..end).filter(|chunk| !chunk.is_empty())
            })
            .collect()
    }

    fn reversed(&self, data: &'a [u8]) -> Cow<'a, [u8]> {
        match self.directory.number(tag::FILL_ORDER) {
            Some(2) => codec::reversed(data).into(),
            _ => data.into(),
        }
    }

    /// The one strip of a Group 4 page without damage, and whether its white is black.
    pub(super) fn whole_group_4(&self) -> Option<(Vec<u8>, bool)> {
        let [Some(data)] = self.chunks.as_slice() else { return None };
        let whole = self.compression == 4
            && self.chunk == (self.width, self.height)
            && (self.bits, self.samples) == (1, 1)
            && self.photometric <= 1;
        let data = self.reversed(data);
        (whole && ccitt::decode(&data, Coding::Group4, self.chunk).rows == self.height)
            .then(|| (data.into_owned(), self.photometric == 1))
    }

    /// The one strip of a JPEG page without damage, as a file of its own.
    pub(super) fn whole_jpeg(&self) -> Option<(Vec<u8>, jpeg::Head)> {
        let [Some(data)] = self.chunks.as_slice() else { return None };
        let plain = matches!((self.photometric, self.samples), (1, 1) | (2 | 6, 3) | (5, 4));
        if !matches!(self.compression, 6 | 7) || self.chunk != (self.width, self.height) || !plain {
            return None;
        }
        let whole = self.jpeg_file(data)?;
        let head = jpeg::read_head(&whole)?;
        let fits = head.pixels == (self.width, self.height) && usize::from(head.components) == self.samples;
        (fits && head.ordinary && jpeg::is_complete(&whole, &head)).then_some((whole, head))
    }

    /// A strip of JPEG with the tables it shares, and the mark that says its colours are red, green and
    /// blue where the TIFF says so.
    fn jpeg_file(&self, data: &[u8]) -> Option<Vec<u8>> {
        const RGB_MARK: [u8; 16] = *b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0\0";
        let data = match self.directory.number(tag::OLD_JPEG_OFFSET) {
            // The first way of JPEG in TIFF: a whole file beside the strips.
            Some(at) if self.compression == 6 => {
                self.directory.file.bytes.get(usize::try_from(at).ok()?..)?
            }
            _ => data,
        };
        let body = data.strip_prefix(b"\xff\xd8")?;
        let mut file = b"\xff\xd8".to_vec();
        if self.photometric == 2 && !body.starts_with(b"\xff\xee") {
            file.extend_from_slice(&RGB_MARK);
        }
        if let Some(tables) = self.directory.bytes(tag::JPEG_TABLES) {
            let tables = tables.strip_prefix(b"\xff\xd8").unwrap_or(tables);
            file.extend_from_slice(tables.strip_suffix(b"\xff\xd9").unwrap_or(tables));
        }
        file.extend_from_slice(body);
        Some(file)
    }

    fn coding(&self) -> Option<Coding> {
        match self.compression {
            2 => Some(Coding::RunLengths),
            3 if self.directory.number(tag::T4_OPTIONS).is_some_and(|options| options & 1 == 1) => {
                Some(Coding::Group3TwoDimensional)
            }
            3 => Some(Coding::Group3),
            4 => Some(Coding::Group4),
            _ => None,
        }
    }

    /// Bytes of a row this many pixels wide, of one plane.
    fn stride(&self, width: u32) -> usize {
        let samples = if self.planar { 1 } else { self.samples };
        (width as usize * samples * self.bits as usize).div_ceil(8)
    }

    /// Decodes everything that can be decoded, and counts the rows that are there in whole.
    pub(super) fn decode(&self, limits: &ConvertLimits) -> Result<(Raw, u32), ConvertError> {
        if matches!(self.compression, 6 | 7) {
            return self.decode_jpeg(limits);
        }
        let known = matches!(self.compression, 1..=5 | 8 | 32_773 | 32_946);
        if !known || (self.coding().is_some() && (self.bits, self.samples) != (1, 1)) {
            return Err(unsupported("a tiff with this compression"));
        }
        let white = if matches!(self.photometric, 0 | 5) { 0 } else { 0xff };
        let stride = self.stride(self.width);
        let planes = if self.planar { self.samples } else { 1 };
        let mut buffers = vec![vec![white; stride * self.height as usize]; planes];
        let (across, down) = self.grid();
        let mut rows_read = 0;
        let mut bad = 0;
        for (index, chunk) in (0..across * down * planes).map(|index| (index, self.chunks.get(index))) {
            let (plane, place) = (index / (across * down), index % (across * down));
            let top = (place / across) as u32 * self.chunk.1;
            let rows = self.chunk.1.min(self.height - top);
            let decoded =
                chunk.copied().flatten().map(|data| self.chunk_rows(data, rows)).unwrap_or_default();
            let got = decoded.len() / self.stride(self.chunk.0).max(1);
            bad += u32::from(got < rows as usize);
            if place % across == 0 && plane == 0 {
                rows_read += u32::try_from(got).unwrap_or(rows).min(rows);
            }
            self.place(&mut buffers[plane], &decoded, top, (place % across) as u32 * self.chunk.0);
        }
        if rows_read == 0 {
            return Err(broken("no strip of the page can be decoded"));
        }
        // A tile that is missing in the middle is told as one row less than all.
        let rows_read = if bad > 0 { rows_read.min(self.height.saturating_sub(1)) } else { rows_read };
        Ok((Raw::Packed(buffers), rows_read))
    }

    fn grid(&self) -> (usize, usize) {
        (self.width.div_ceil(self.chunk.0) as usize, self.height.div_ceil(self.chunk.1) as usize)
    }

    /// One strip's or tile's packed rows, as many as can be decoded.
    fn chunk_rows(&self, data: &'a [u8], rows: u32) -> Vec<u8> {
        let stride = self.stride(self.chunk.0);
        // Tiles are always whole, strips end with the page.
        let rows = if self.chunk.0 == self.width { rows } else { self.chunk.1 };
        let wanted = stride * rows as usize;
        let data = self.reversed(data);
        if let Some(coding) = self.coding() {
            let mut decoded = ccitt::decode(&data, coding, (self.chunk.0, rows));
            // Fax calls zero what the file's colours call zero.
            decoded.bits.iter_mut().for_each(|byte| *byte = !*byte);
            decoded.bits.truncate(stride * decoded.rows as usize);
            return decoded.bits;
        }
        let mut raw = match self.compression {
            5 => codec::lzw(&data, wanted),
            8 | 32_946 => codec::deflate(&data, wanted),
            32_773 => codec::packbits(&data, wanted),
            _ => data.get(..wanted.min(data.len())).unwrap_or_default().to_vec(),
        };
        // A row that is there in part is no row.
        raw.truncate(raw.len() / stride.max(1) * stride);
        if self.directory.number(tag::PREDICTOR) == Some(2) {
            let samples = if self.planar { 1 } else { self.samples };
            codec::undo_differences(&mut raw, stride, samples, self.bits, self.directory.file.big_endian);
        }
        raw
    }

    /// Copies decoded rows to their place.
    fn place(&self, buffer: &mut [u8], rows: &[u8], top: u32, left: u32) {
        let (stride, chunk_stride) = (self.stride(self.width), self.stride(self.chunk.0));
        // Tiles are a multiple of eight pixels wide, so they begin at whole bytes.
        let offset = self.stride(left);
        for (row, y) in rows.chunks_exact(chunk_stride.max(1)).zip(top as usize..self.height as usize) {
            let Some(target) = buffer.get_mut(y * stride + offset..(y + 1) * stride) else { return };
            let length = target.len().min(row.len());
            target[..length].copy_from_slice(&row[..length]);
        }
    }

    /// Decodes strips or tiles of JPEG to grey or colour.
    fn decode_jpeg(&self, limits: &ConvertLimits) -> Result<(Raw, u32), ConvertError> {
        if self.planar {
            return Err(unsupported("a tiff with colours apart in jpeg"));
        }
        let (across, down) = self.grid();
        let stride = self.width as usize * 3;
        let mut rgb = vec![0xff; stride * self.height as usize];
        let mut rows_read = 0;
        for index in 0..(across * down).min(self.chunks.len()) {
            let file = self.chunks[index].and_then(|data| self.jpeg_file(data));
            // A strip that declares more than its place would only cost memory.
            let fits = |file: &Vec<u8>| {
                jpeg::read_head(file)
                    .is_some_and(|head| head.pixels.0 <= self.chunk.0 && head.pixels.1 <= self.chunk.1)
            };
            let Some(picture) = file.filter(fits).and_then(|file| jpeg::decode(&file, limits)) else {
                continue;
            };
            let (top, left) =
                ((index / across) as u32 * self.chunk.1, (index % across) as u32 * self.chunk.0);
            let part = match picture.samples {
                Samples::Grey(grey) => grey.iter().flat_map(|value| [*value; 3]).collect(),
                Samples::Rgb(part) => part,
                Samples::Bits(_) | Samples::Cmyk(_) => continue,
            };
            let rows = part.chunks_exact((picture.width as usize * 3).max(1));
            for (row, y) in rows.zip(top as usize..self.height as usize) {
                let target =
                    rgb.get_mut(y * stride + left as usize * 3..(y + 1) * stride).unwrap_or_default();
                let length = target.len().min(row.len());
                target[..length].copy_from_slice(&row[..length]);
            }
            if index % across == 0 {
                rows_read += picture.height.min(self.chunk.1).min(self.height - top);
            }
        }
        if rows_read == 0 {
            return Err(broken("no strip of the page can be decoded"));
        }
        if self.photometric == 0 {
            rgb.iter_mut().for_each(|value| *value = 255 - *value);
        }
        Ok((Raw::Finished(Samples::Rgb(rgb)), rows_read))
    }
}
