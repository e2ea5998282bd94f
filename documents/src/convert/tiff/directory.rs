//! TIFF's directories of tags, little or big endian, classic or with 64-bit offsets. Nothing in them is
//! believed further than the file's own length.

use super::super::pages::Orientation;
use std::collections::{BTreeMap, HashSet};

/// Values one tag may have: a strip a row of a very long page.
const VALUES_MAX: u64 = 1_000_000;
/// Tags one directory may have; honest ones have under forty.
const TAGS_MAX: u64 = 4_096;

/// The numbers of the tags that are read (TIFF 6.0 and its supplements).
pub(super) mod tag {
    pub(crate) const SUBFILE: u16 = 254;
    pub(crate) const WIDTH: u16 = 256;
    pub(crate) const HEIGHT: u16 = 257;
    pub(crate) const BITS: u16 = 258;
    pub(crate) const COMPRESSION: u16 = 259;
    pub(crate) const PHOTOMETRIC: u16 = 262;
    pub(crate) const FILL_ORDER: u16 = 266;
    pub(crate) const STRIP_OFFSETS: u16 = 273;
    pub(crate) const ORIENTATION: u16 = 274;
    pub(crate) const SAMPLES: u16 = 277;
    pub(crate) const ROWS_PER_STRIP: u16 = 278;
    pub(crate) const STRIP_BYTES: u16 = 279;
    pub(crate) const X_RESOLUTION: u16 = 282;
    pub(crate) const Y_RESOLUTION: u16 = 283;
    pub(crate) const PLANAR: u16 = 284;
    pub(crate) const T4_OPTIONS: u16 = 292;
    pub(crate) const RESOLUTION_UNIT: u16 = 296;
    pub(crate) const PREDICTOR: u16 = 317;
    pub(crate) const COLOUR_MAP: u16 = 320;
    pub(crate) const TILE_WIDTH: u16 = 322;
    pub(crate) const TILE_HEIGHT: u16 = 323;
    pub(crate) const TILE_OFFSETS: u16 = 324;
    pub(crate) const TILE_BYTES: u16 = 325;
    pub(crate) const EXTRA_SAMPLES: u16 = 338;
    pub(crate) const SAMPLE_FORMAT: u16 = 339;
    pub(crate) const JPEG_TABLES: u16 = 347;
    pub(crate) const OLD_JPEG_OFFSET: u16 = 513;
    pub(crate) const YCBCR_SUBSAMPLING: u16 = 530;
}

/// A TIFF file's frame.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) big_endian: bool,
    /// 64-bit offsets.
    large: bool,
}

/// One image's tags.
pub(in super::super) struct Directory<'a> {
    pub(super) file: File<'a>,
    entries: BTreeMap<u16, Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    kind: u16,
    count: u64,
    /// Where the values stand.
    at: u64,
}

impl<'a> File<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..2)? {
            b"II" => false,
            b"MM" => true,
            _ => return None,
        };
        let mut file = Self { bytes, big_endian, large: false };
        file.large = match file.number(2, 2)? {
            42 => false,
            43 => true,
            _ => return None,
        };
        Some(file)
    }

    /// An unsigned number of `size` bytes.
    fn number(&self, at: u64, size: u64) -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let bytes = self.bytes.get(at..at.checked_add(usize::try_from(size).ok()?)?)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if self.big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
    }

    /// All directories up to one more than `max`, and whether the chain ends as it should.
    pub(super) fn directories(self, max: u32) -> (Vec<Directory<'a>>, bool) {
        let mut directories = Vec::new();
        let mut seen = HashSet::new();
        let first = if self.large { self.number(8, 8) } else { self.number(4, 4) };
        let mut next = first;
        while let Some(at) = next.filter(|at| *at != 0) {
            if !seen.insert(at) {
                return (directories, false);
            }
            let Some((directory, following)) = self.directory(at) else { return (directories, false) };
            directories.push(directory);
            // Thumbnails may stand between pages.
            if directories.len() > 2 * max as usize + 1 {
                break;
            }
            next = following;
        }
        (directories, next.is_some())
    }

    /// The directory there and the offset of the next, if it can be read.
    fn directory(self, at: u64) -> Option<(Directory<'a>, Option<u64>)> {
        let (count_size, entry_size, inline_at, offset_size) =
            if self.large { (8, 20, 12, 8) } else { (2, 12, 8, 4) };
        let count = self.number(at, count_size)?.min(TAGS_MAX);
        let first = at.checked_add(count_size)?;
        let mut entries = BTreeMap::new();
        for index in 0..count {
            let entry = first.checked_add(index * entry_size)?;
            // A directory cut off in the middle keeps the tags before the cut.
            let (Some(tag), Some(kind)) = (self.number(entry, 2), self.number(entry + 2, 2)) else { break };
            let Some(count) = self.number(entry + 4, offset_size) else { break };
            let kind = kind as u16;
            let inline = count.saturating_mul(size_of_kind(kind)) <= offset_size;
            let values_at =
                if inline { Some(entry + inline_at) } else { self.number(entry + inline_at, offset_size) };
            let Some(values_at) = values_at else { break };
            entries.entry(tag as u16).or_insert(Entry { kind, count, at: values_at });
        }
        (!entries.is_empty()).then(|| {
            let next = self.number(first + count * entry_size, offset_size);
            (Directory { file: self, entries }, next)
        })
    }
}

/// Bytes a value of this type has.
fn size_of_kind(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 1,
    }
}

impl<'a> Directory<'a> {
    /// A tag's whole numbers, as many as can be read.
    pub(super) fn numbers(&self, tag: u16) -> Vec<u64> {
        let Some(entry) = self.entries.get(&tag) else { return Vec::new() };
        let size = size_of_kind(entry.kind);
        if matches!(entry.kind, 5 | 10 | 11 | 12) {
            return Vec::new();
        }
        (0..entry.count.min(VALUES_MAX))
            .map_while(|index| self.file.number(entry.at.checked_add(index * size)?, size))
            .collect()
    }

    /// A tag's first whole number.
    pub(super) fn number(&self, tag: u16) -> Option<u64> {
        let entry = self.entries.get(&tag)?;
        if matches!(entry.kind, 5 | 10 | 11 | 12) || entry.count == 0 {
            return None;
        }
        self.file.number(entry.at, size_of_kind(entry.kind))
    }

    /// A tag's bytes.
    pub(super) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let entry = self.entries.get(&tag)?;
        let at = usize::try_from(entry.at).ok()?;
        self.file.bytes.get(at..at.checked_add(usize::try_from(entry.count).ok()?)?)
    }

    fn fraction(&self, tag: u16) -> Option<f32> {
        let entry = self.entries.get(&tag)?;
        match entry.kind {
            5 | 10 => {
                let (over, under) =
                    (self.file.number(entry.at, 4)?, self.file.number(entry.at.checked_add(4)?, 4)?);
                (under != 0).then(|| over as f32 / under as f32)
            }
            11 => Some(f32::from_bits(self.file.number(entry.at, 4)? as u32)),
            _ => self.number(tag).map(|value| value as f32),
        }
    }

    /// Dots per inch across and down, if the file says.
    pub(in super::super) fn dpi(&self) -> Option<(f32, f32)> {
        let unit = match self.number(tag::RESOLUTION_UNIT) {
            Some(3) => 2.54, // dots per centimetre
            Some(1) => return None,
            _ => 1.0,
        };
        let x = self.fraction(tag::X_RESOLUTION)? * unit;
        let y = self.fraction(tag::Y_RESOLUTION).map_or(x, |y| y * unit);
        (x > 0.0 && y > 0.0).then_some((x, y))
    }

    pub(in super::super) fn orientation(&self) -> Orientation {
        Orientation::from_tag(self.number(tag::ORIENTATION).unwrap_or(1))
    }

    /// A thumbnail or a mask of another image.
    pub(super) fn is_secondary(&self) -> bool {
        self.number(tag::SUBFILE).is_some_and(|kind| kind & 0b101 != 0)
    }
}
