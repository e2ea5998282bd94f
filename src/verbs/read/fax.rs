//! `read --fax OUT`: the packet as a fax machine would have sent it, and which of its pages nobody will be able to read.

use super::packet::{ReadPacket, shown};
use super::write_whole;
use crate::error::Failure;
use crate::output;
use documents::fax_variant::{FaxFormat, FaxSettings};
use process::WorkerPool;
use std::fmt::Write;
use std::path::Path;

/// What the file is to be, told by its ending.
///
/// # Errors
/// It is neither.
pub(super) fn format_of(out: &Path) -> Result<FaxFormat, Failure> {
    let ending = out.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    match ending.as_deref() {
        Some("tif" | "tiff") => Ok(FaxFormat::Tiff),
        Some("pdf") => Ok(FaxFormat::Pdf),
        _ => Err(Failure::usage(
            shown(out),
            "is neither .tif nor .pdf",
            "end the file's name with one of them",
        )),
    }
}

/// Makes the fax, writes it, and tells on standard error which pages will not be readable.
///
/// # Errors
/// The packet cannot be made to fit, or the file cannot be written.
pub(super) async fn write(pool: &WorkerPool, packet: &ReadPacket, out: &Path) -> Result<(), Failure> {
    let settings = FaxSettings { format: format_of(out)?, ..FaxSettings::default() };
    let made = pool.fax_variant(&packet.pdf.bytes, settings).await;
    let (variant, bytes) = made.map_err(|error| {
        Failure::failed("the fax of the packet", error, "read without --fax, or give fewer files")
    })?;
    write_whole(out, &bytes)?;
    let mut told = String::new();
    for page in &variant.unreadable {
        let _ = writeln!(told, "page {} of the fax will not be readable: {}", page.page, page.why);
    }
    if !told.is_empty() {
        output::note(told.trim_end());
    }
    Ok(())
}
