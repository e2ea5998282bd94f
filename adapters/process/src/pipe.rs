//! The frames of `documents::frame` over asynchronous pipes.

use bytes::Bytes;
use documents::frame::{BLOB_BYTES_MAX, BLOBS_MAX, Frame, HEADER_BYTES_MAX, bounded};
use std::io::{self, ErrorKind};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Writes a header and blobs as one frame.
pub(crate) async fn write_frame(
    writer: &mut (impl AsyncWrite + Unpin),
    header: &[u8],
    blobs: &[Bytes],
) -> io::Result<()> {
    write_bytes(writer, header, HEADER_BYTES_MAX).await?;
    writer.write_u32_le(length(blobs.len(), BLOBS_MAX)?).await?;
    for blob in blobs {
        write_bytes(writer, blob, BLOB_BYTES_MAX).await?;
    }
    writer.flush().await
}

/// Reads one frame. A pipe that ends is an error here: an answer is always awaited.
pub(crate) async fn read_frame(reader: &mut (impl AsyncRead + Unpin)) -> io::Result<Frame> {
    let header = read_bytes(reader, HEADER_BYTES_MAX).await?;
    let count = bounded(reader.read_u32_le().await?, BLOBS_MAX)?;
    let mut blobs = Vec::new();
    for _ in 0..count {
        blobs.push(read_bytes(reader, BLOB_BYTES_MAX).await?);
    }
    Ok(Frame { header, blobs })
}

async fn write_bytes(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8], max: u32) -> io::Result<()> {
    writer.write_u32_le(length(bytes.len(), max)?).await?;
    writer.write_all(bytes).await
}

async fn read_bytes(reader: &mut (impl AsyncRead + Unpin), max: u32) -> io::Result<Vec<u8>> {
    let length = bounded(reader.read_u32_le().await?, max)?;
    // Grows with what arrives: a garbled length must not reserve a gigabyte.
    let mut bytes = Vec::new();
    reader.take(u64::from(length)).read_to_end(&mut bytes).await?;
    if bytes.len() as u64 == u64::from(length) { Ok(bytes) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

fn length(length: usize, max: u32) -> io::Result<u32> {
    bounded(u32::try_from(length).unwrap_or(u32::MAX), max)
}
