//! Writes TIFF files of every kind the converter must read, tag by tag, so that a test says exactly what is
//! in the file. Fax coding is by the tables of the `fax` crate, framed here.

use fax::encoder::Encoder;
use fax::maps::{black, white};
use fax::{BitWriter, Bits, Color, VecWriter};
use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

/// One image of a file.
#[derive(Clone, Default)]
pub(crate) struct Image {
    /// Tag and values; values above 65,535 or of more than one number are long.
    pub(crate) tags: Vec<(u16, Vec<u32>)>,
    pub(crate) strips: Vec<Vec<u8>>,
    /// Written as a fraction over 100.
    pub(crate) dpi: Option<(u32, u32)>,
    pub(crate) jpeg_tables: Option<Vec<u8>>,
}

impl Image {
    pub(crate) fn new(size: (u32, u32), bits: &[u32], photometric: u32, compression: u32) -> Self {
        let tags = vec![
            (256, vec![size.0]),
            (257, vec![size.1]),
            (258, bits.to_vec()),
            (259, vec![compression]),
            (262, vec![photometric]),
            (277, vec![bits.len() as u32]),
        ];
        Self { tags, ..Self::default() }
    }

    pub(crate) fn with(mut self, tag: u16, values: &[u32]) -> Self {
        self.tags.retain(|(known, _)| *known != tag);
        self.tags.push((tag, values.to_vec()));
        self
    }

    pub(crate) fn strips(mut self, rows_per_strip: u32, strips: Vec<Vec<u8>>) -> Self {
        self.strips = strips;
        self.with(278, &[rows_per_strip])
    }

    pub(crate) fn dpi(mut self, x: u32, y: u32) -> Self {
        self.dpi = Some((x, y));
        self
    }
}

struct Writer {
    bytes: Vec<u8>,
    big: bool,
}

impl Writer {
    fn number(&self, value: u32, size: usize) -> Vec<u8> {
        let all = if self.big { value.to_be_bytes() } else { value.to_le_bytes() };
        if self.big { all[4 - size..].to_vec() } else { all[..size].to_vec() }
    }

    fn put(&mut self, at: usize, value: u32, size: usize) {
        let number = self.number(value, size);
        self.bytes[at..at + size].copy_from_slice(&number);
    }
}

/// A whole file, little or big endian.
pub(crate) fn file(images: &[Image], big: bool) -> Vec<u8> {
    let mut out = Writer { bytes: if big { b"MM\0*\0\0\0\0" } else { b"II*\0\0\0\0\0" }.to_vec(), big };
    let mut link = 4;
    for image in images {
        let mut offsets = Vec::new();
        for strip in &image.strips {
            offsets.push(out.bytes.len() as u32);
            out.bytes.extend_from_slice(strip);
            out.bytes.resize(out.bytes.len().next_multiple_of(2), 0);
        }
        let mut tags = image.tags.clone();
        let tiled = tags.iter().any(|(tag, _)| *tag == 322);
        tags.push((if tiled { 324 } else { 273 }, offsets));
        tags.push((
            if tiled { 325 } else { 279 },
            image.strips.iter().map(|strip| strip.len() as u32).collect(),
        ));
        // Type, count and the bytes of each tag's values.
        let mut entries: Vec<(u16, u32, u32, Vec<u8>)> = Vec::new();
        for (tag, values) in tags {
            let long = matches!(tag, 273 | 279 | 324 | 325) || values.iter().any(|value| *value > 0xffff);
            let (kind, size) = if long { (4, 4) } else { (3, 2) };
            let data = values.iter().flat_map(|value| out.number(*value, size)).collect();
            entries.push((tag, kind, values.len() as u32, data));
        }
        if let Some((x, y)) = image.dpi {
            for (tag, value) in [(282, x), (283, y)] {
                entries.push((tag, 5, 1, [out.number(value * 100, 4), out.number(100, 4)].concat()));
            }
        }
        if let Some(tables) = &image.jpeg_tables {
            entries.push((347, 7, tables.len() as u32, tables.clone()));
        }
        entries.sort_by_key(|entry| entry.0);
        let start = out.bytes.len();
        out.put(link, start as u32, 4);
        out.bytes.resize(start + 2 + 12 * entries.len() + 4, 0);
        out.put(start, entries.len() as u32, 2);
        for (index, (tag, kind, count, data)) in entries.iter().enumerate() {
            let at = start + 2 + 12 * index;
            out.put(at, u32::from(*tag), 2);
            out.put(at + 2, *kind, 2);
            out.put(at + 4, *count, 4);
            if data.len() <= 4 {
                out.bytes[at + 8..at + 8 + data.len()].copy_from_slice(data);
            } else {
                let place = out.bytes.len() as u32;
                out.put(at + 8, place, 4);
                out.bytes.extend_from_slice(data);
                out.bytes.resize(out.bytes.len().next_multiple_of(2), 0);
            }
        }
        link = start + 2 + 12 * entries.len();
    }
    out.bytes
}

/// Rows of booleans, true is black.
pub(crate) type BlackRows = Vec<Vec<bool>>;

/// Packed rows, 1 is black.
pub(crate) fn packed(rows: &[Vec<bool>]) -> Vec<u8> {
    let pack = |bits: &[bool]| {
        bits.iter().enumerate().fold(0_u8, |byte, (at, black)| byte | (u8::from(*black) * 0x80) >> at)
    };
    rows.iter().flat_map(|row| row.chunks(8).map(pack).collect::<Vec<u8>>()).collect()
}

fn colours(row: &[bool]) -> impl Iterator<Item = Color> + '_ {
    row.iter().map(|black| if *black { Color::Black } else { Color::White })
}

/// Group 4.
pub(crate) fn group4(rows: &[Vec<bool>]) -> Vec<u8> {
    let mut encoder = Encoder::new(VecWriter::new());
    for row in rows {
        encoder.encode_line(colours(row), row.len() as u16).unwrap();
    }
    encoder.finish().unwrap().finish()
}

fn run(writer: &mut impl BitWriter<Error = Infallible>, black_run: bool, mut length: usize) {
    let table = if black_run { &black::ENTRIES } else { &white::ENTRIES };
    let mut write = |value: usize| {
        let index = if value >= 64 { 63 + value / 64 } else { value };
        writer.write(table[index].1).unwrap();
    };
    while length >= 2560 {
        write(2560);
        length -= 2560;
    }
    if length >= 64 {
        write(length / 64 * 64);
        length %= 64;
    }
    write(length);
}

fn runs(writer: &mut impl BitWriter<Error = Infallible>, row: &[bool]) {
    let (mut at, mut colour) = (0, false);
    while at < row.len() {
        let length = row[at..].iter().take_while(|black| **black == colour).count();
        run(writer, colour, length);
        at += length;
        colour = !colour;
    }
}

const END_OF_LINE: Bits = Bits { data: 1, len: 12 };

/// Run lengths without line ends, each row at a whole byte (compression 2).
pub(crate) fn run_lengths(rows: &[Vec<bool>]) -> Vec<u8> {
    let row = |row: &Vec<bool>| {
        let mut writer = VecWriter::new();
        runs(&mut writer, row);
        writer.finish()
    };
    rows.iter().flat_map(row).collect()
}

/// Group 3, one-dimensional, with line ends.
pub(crate) fn group3(rows: &[Vec<bool>]) -> Vec<u8> {
    let mut writer = VecWriter::new();
    for row in rows {
        writer.write(END_OF_LINE).unwrap();
        runs(&mut writer, row);
    }
    for _ in 0..6 {
        writer.write(END_OF_LINE).unwrap();
    }
    writer.finish()
}

/// What an encoder writes, shared with the framing around it; dropped while it is closed.
#[derive(Clone)]
struct Shared(Rc<RefCell<(VecWriter, bool)>>);

impl BitWriter for Shared {
    type Error = Infallible;

    fn write(&mut self, bits: Bits) -> Result<(), Infallible> {
        let (writer, open) = &mut *self.0.borrow_mut();
        if *open { writer.write(bits) } else { Ok(()) }
    }
}

/// Group 3, two-dimensional, every fourth row on its own.
pub(crate) fn group3_two_dimensional(rows: &[Vec<bool>]) -> Vec<u8> {
    let shared = Shared(Rc::new(RefCell::new((VecWriter::new(), true))));
    let mut encoder = Encoder::new(shared.clone());
    for (index, row) in rows.iter().enumerate() {
        let alone = index % 4 == 0;
        {
            let (writer, open) = &mut *shared.0.borrow_mut();
            writer.write(END_OF_LINE).unwrap();
            writer.write(Bits { data: u16::from(alone), len: 1 }).unwrap();
            if alone {
                runs(writer, row);
            }
            *open = !alone;
        }
        encoder.encode_line(colours(row), row.len() as u16).unwrap();
    }
    let (writer, _) = std::mem::replace(&mut *shared.0.borrow_mut(), (VecWriter::new(), false));
    writer.finish()
}

/// PackBits, in runs of copies only and of repeats where there are any.
pub(crate) fn packbits(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = data;
    while !rest.is_empty() {
        let same = rest.iter().take(128).take_while(|byte| **byte == rest[0]).count();
        if same > 1 {
            out.extend([(257 - same) as u8, rest[0]]);
            rest = &rest[same..];
        } else {
            let different = rest.windows(2).take(127).take_while(|pair| pair[0] != pair[1]).count().max(1);
            out.push((different - 1) as u8);
            out.extend_from_slice(&rest[..different]);
            rest = &rest[different..];
        }
    }
    out
}
