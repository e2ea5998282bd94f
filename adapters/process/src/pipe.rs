//! The frames of `documents::frame`, asynchronously: to a worker through a socket, which carries files too, and back
//! through a pipe. Large files are in files in memory on both ways (see `shared`).

use crate::shared::{Draft, SHARED_FROM, Sealed, SharedFiles};
use bytes::Bytes;
use documents::frame::{
    BESIDE, BLOB_BYTES_MAX, BLOBS_MAX, Frame, HEADER_BYTES_MAX, PACKED, RESERVED_MAX, bounded,
};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use std::io::{self, ErrorKind, IoSlice};
use std::mem::MaybeUninit;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufWriter, Interest};
use tokio::net::UnixStream;

/// Smaller answers are kept in this process's own memory: a file of their own would be one more copy, and most answers go
/// to a store, not to the next worker.
const ANSWER_SHARED_FROM: usize = 16 * 1024 * 1024;
/// What is taken from the pipe at once on the way into a file.
const STEP_BYTES: usize = 256 * 1024;

/// Writes a header and blobs as one frame.
pub(crate) async fn write_frame(
    writer: &mut BufWriter<UnixStream>,
    header: &[u8],
    blobs: &[Bytes],
    files: &SharedFiles,
) -> io::Result<()> {
    writer.write_u32_le(length(header.len(), HEADER_BYTES_MAX)?).await?;
    writer.write_all(header).await?;
    writer.write_u32_le(length(blobs.len(), BLOBS_MAX)?).await?;
    let mut pack = pack_of(blobs);
    let mut packed = false;
    for blob in blobs {
        let length = length(blob.len(), BLOB_BYTES_MAX)?;
        if let Some(file) = file_of(blob, files) {
            writer.write_u32_le(length | BESIDE).await?;
            send_file(writer, &file).await?;
        } else if packed {
            writer.write_u32_le(length | PACKED).await?;
        } else if let Some(file) = pack.take() {
            packed = true;
            writer.write_u32_le(length | PACKED).await?;
            writer.write_u32_le(self::length(file.length(), BLOB_BYTES_MAX)?).await?;
            send_file(writer, &file).await?;
        } else {
            writer.write_u32_le(length).await?;
            writer.write_all(blob).await?;
        }
    }
    writer.flush().await
}

/// The small blobs in one file, where together they are many bytes: a pipe would copy them twice. None where the system
/// has no room for it.
fn pack_of(blobs: &[Bytes]) -> Option<Sealed> {
    let small = || blobs.iter().filter(|blob| blob.len() < SHARED_FROM);
    let bytes: usize = small().map(Bytes::len).sum();
    if bytes < SHARED_FROM || bytes > BLOB_BYTES_MAX as usize {
        return None;
    }
    Sealed::of_all(small()).ok()
}

/// The file of a large blob; one that is in none is put into one for this call.
fn file_of(blob: &Bytes, files: &SharedFiles) -> Option<Arc<Sealed>> {
    if blob.len() < SHARED_FROM {
        return None;
    }
    files.file_of(blob).or_else(|| Sealed::of(blob).map(Arc::new).ok())
}

/// One byte, and the file with it, behind all that was written.
async fn send_file(writer: &mut BufWriter<UnixStream>, file: &Sealed) -> io::Result<()> {
    writer.flush().await?;
    let line = writer.get_ref();
    let send = || {
        let files = [file.fd()];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut beside = SendAncillaryBuffer::new(&mut space);
        beside.push(SendAncillaryMessage::ScmRights(&files));
        Ok(sendmsg(line, &[IoSlice::new(&[0])], &mut beside, SendFlags::NOSIGNAL)?)
    };
    line.async_io(Interest::WRITABLE, send).await.map(|_| ())
}

/// Reads one frame. A pipe that ends is an error here: an answer is always awaited.
pub(crate) async fn read_frame(
    reader: &mut (impl AsyncRead + Unpin),
    files: &SharedFiles,
) -> io::Result<Frame> {
    let length = bounded(reader.read_u32_le().await?, HEADER_BYTES_MAX)?;
    let header = read_bytes(reader, length).await?;
    let count = bounded(reader.read_u32_le().await?, BLOBS_MAX)?;
    let mut blobs = Vec::new();
    for _ in 0..count {
        let length = bounded(reader.read_u32_le().await?, BLOB_BYTES_MAX)?;
        blobs.push(match length as usize {
            ANSWER_SHARED_FROM.. => read_file(reader, length, files).await?,
            _ => read_bytes(reader, length).await?.into(),
        });
    }
    Ok(Frame { header, blobs })
}

async fn read_bytes(reader: &mut (impl AsyncRead + Unpin), length: u32) -> io::Result<Vec<u8>> {
    // Beyond this it grows with what arrives: a garbled length must not reserve a gigabyte.
    let mut bytes = Vec::with_capacity(length.min(RESERVED_MAX) as usize);
    reader.take(u64::from(length)).read_to_end(&mut bytes).await?;
    if bytes.len() as u64 == u64::from(length) { Ok(bytes) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// Reads bytes into a file in memory, which grows with what arrives.
async fn read_file(
    reader: &mut (impl AsyncRead + Unpin),
    length: u32,
    files: &SharedFiles,
) -> io::Result<Bytes> {
    let Ok(mut file) = Draft::new() else {
        // A system that gives no such files: the service then has a copy of its own.
        return Ok(read_bytes(reader, length).await?.into());
    };
    let mut reader = reader.take(u64::from(length));
    let mut step = Vec::with_capacity(STEP_BYTES);
    while reader.limit() > 0 {
        step.clear();
        if (&mut reader).take(STEP_BYTES as u64).read_to_end(&mut step).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        file.write(&step)?;
    }
    files.hand_out(file)
}

fn length(length: usize, max: u32) -> io::Result<u32> {
    bounded(u32::try_from(length).unwrap_or(u32::MAX), max)
}
