//! Frames on the pipe: a JSON header and any number of raw byte blobs, all length-prefixed.
//!
//! ```text
//! u32 header length · header · u32 number of blobs · (u32 blob length · blob)*     little endian
//! ```
//!
//! A large file need not go through the pipe: with the highest bit of its length set, one byte stands for it, and
//! the file comes beside the pipe (see [`Beside`]), so that no process holds a copy of its own. Many small ones that are
//! large together come beside it as one: with the next bit set, a blob is what follows the one before in that file, whose
//! length stands after the first such blob's, with the byte for it.

use crate::pieces::Pieces;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, ErrorKind, Read, Write};

/// A header of this size holds the words of 2,000 dense pages.
pub const HEADER_BYTES_MAX: u32 = 512 * 1024 * 1024;
/// Packets beyond this are refused long before.
pub const BLOB_BYTES_MAX: u32 = 1024 * 1024 * 1024 - 1;
/// A packet of one-page faxes has at most as many fragments as pages are allowed.
pub const BLOBS_MAX: u32 = 10_000;

/// What a length alone may reserve.
pub const RESERVED_MAX: u32 = 1024 * 1024;

/// Set in the length of a blob that comes beside the pipe.
pub const BESIDE: u32 = 1 << 31;

/// Set in the length of a blob that is a part of one file with its neighbours.
pub const PACKED: u32 = 1 << 30;

/// Gives the next file that has come beside the pipe, of a length in bytes.
pub type Beside<'a> = &'a mut dyn FnMut(u32) -> io::Result<Bytes>;

/// One frame: the header still as JSON, and the blobs.
#[derive(Default)]
pub struct Frame {
    /// JSON.
    pub header: Vec<u8>,
    /// Raw bytes in the order the header's type documents.
    pub blobs: Vec<Bytes>,
}

impl Frame {
    /// Makes a frame with `header` as JSON.
    pub fn new(header: &impl Serialize, blobs: Vec<Vec<u8>>) -> io::Result<Self> {
        Ok(Self { header: serde_json::to_vec(header)?, blobs: blobs.into_iter().map(Bytes::from).collect() })
    }

    /// The header as what it should be.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.header)
    }
}

/// Reads one frame; `None` when the other side has closed the pipe between frames.
pub fn read_frame(reader: &mut impl Read) -> io::Result<Option<Frame>> {
    read_frame_beside(reader, &mut |_| Err(too_large()))
}

/// Reads one frame whose large files may come beside the pipe.
pub fn read_frame_beside(reader: &mut impl Read, beside: Beside<'_>) -> io::Result<Option<Frame>> {
    let mut length = [0; 4];
    // A pipe closed before the first byte is the end; closed inside a frame it is an error.
    match reader.read(&mut length)? {
        0 => return Ok(None),
        got => reader.read_exact(&mut length[got..])?,
    }
    let header = read_bytes(reader, bounded(u32::from_le_bytes(length), HEADER_BYTES_MAX)?)?;
    let count = bounded(read_u32(reader)?, BLOBS_MAX)?;
    let mut blobs = Vec::new();
    let mut pack: Option<Bytes> = None;
    let mut one_beside = |reader: &mut _, length: u32| {
        Read::read_exact(reader, &mut [0])?;
        beside(length)
    };
    for _ in 0..count {
        let length = read_u32(reader)?;
        if length & BESIDE != 0 {
            blobs.push(one_beside(reader, bounded(length & !BESIDE, BLOB_BYTES_MAX)?)?);
        } else if length & PACKED != 0 {
            let length = (length & !PACKED) as usize;
            let mut rest = match pack.take() {
                Some(rest) => rest,
                None => {
                    let whole = bounded(read_u32(reader)?, BLOB_BYTES_MAX)?;
                    one_beside(reader, whole)?
                }
            };
            if length > rest.len() {
                return Err(too_large());
            }
            blobs.push(rest.split_to(length));
            pack = Some(rest);
        } else {
            blobs.push(read_bytes(reader, bounded(length, BLOB_BYTES_MAX)?)?.into());
        }
    }
    Ok(Some(Frame { header, blobs }))
}

/// Writes one frame and flushes.
pub fn write_frame(writer: &mut impl Write, frame: &Frame) -> io::Result<()> {
    write_pieces(writer, &frame.header, frame.blobs.iter().cloned().map(Pieces::from).collect())
}

/// Writes a header and blobs as one frame and flushes. Each piece is let go as soon as it is written.
pub fn write_pieces(writer: &mut impl Write, header: &[u8], blobs: Vec<Pieces>) -> io::Result<()> {
    write_length(writer, header.len(), HEADER_BYTES_MAX)?;
    writer.write_all(header)?;
    write_length(writer, blobs.len(), BLOBS_MAX)?;
    for blob in blobs {
        write_length(writer, blob.len(), BLOB_BYTES_MAX)?;
        for piece in blob {
            writer.write_all(&piece)?;
        }
    }
    writer.flush()
}

fn write_length(writer: &mut impl Write, length: usize, max: u32) -> io::Result<()> {
    let length = u32::try_from(length).map_err(|_| too_large())?;
    writer.write_all(&bounded(length, max)?.to_le_bytes())
}

fn read_u32(reader: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_bytes(reader: &mut impl Read, length: u32) -> io::Result<Vec<u8>> {
    // Beyond this it grows with what arrives: a wrong length must not reserve a gigabyte.
    let mut bytes = Vec::with_capacity(length.min(RESERVED_MAX) as usize);
    reader.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == u64::from(length) { Ok(bytes) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// Refuses lengths that no honest peer sends: what is on the pipe is then no frame.
pub fn bounded(length: u32, max: u32) -> io::Result<u32> {
    if length > max { Err(too_large()) } else { Ok(length) }
}

fn too_large() -> io::Error {
    io::Error::new(
        ErrorKind::InvalidData,
        "a frame's length is out of bounds; the pipe does not carry frames",
    )
}

#[cfg(test)]
mod tests {
    use super::{Frame, read_frame, write_frame};

    #[test]
    fn frames_survive_the_pipe_one_after_the_other() {
        let mut pipe = Vec::new();
        let blobs = vec![vec![1, 2, 3], Vec::new(), vec![0; 70_000]];
        write_frame(&mut pipe, &Frame::new(&"first", blobs.clone()).unwrap()).unwrap();
        write_frame(&mut pipe, &Frame::new(&2, Vec::new()).unwrap()).unwrap();
        let mut reader = pipe.as_slice();
        let first = read_frame(&mut reader).unwrap().unwrap();
        assert_eq!(first.parse::<String>().unwrap(), "first");
        assert_eq!(first.blobs, blobs);
        assert_eq!(read_frame(&mut reader).unwrap().unwrap().parse::<u32>().unwrap(), 2);
        assert!(read_frame(&mut reader).unwrap().is_none());
    }

    #[test]
    fn a_cut_frame_and_garbage_are_errors_and_reserve_nothing() {
        let mut pipe = Vec::new();
        write_frame(&mut pipe, &Frame::new(&"x", vec![vec![7; 100]]).unwrap()).unwrap();
        for cut in 1..pipe.len() {
            assert!(read_frame(&mut &pipe[..cut]).is_err(), "cut at {cut}");
        }
        assert!(read_frame(&mut b"HTTP/1.1 200 OK\r\n".as_slice()).is_err());
    }
}
