//! TIFF files: one page an image, in the order of the file. Fax and JPEG data go into the page as they are
//! where a PDF reads them the same; what is damaged yields the strips and pages that can be read.

mod chunks;
mod codec;
mod colour;
mod directory;

use super::pages::{Pages, Placing};
use super::raster::Picture;
use super::terms::{ConvertError, ConvertLimits, ConvertNote};
use super::{broken, ccitt, jpeg};
use chunks::Layout;
use directory::{Directory, File};

/// Adds every page of the file.
pub(super) fn add(pages: &mut Pages, bytes: &[u8], limits: &ConvertLimits) -> Result<(), ConvertError> {
    let file = File::open(bytes).ok_or_else(|| broken("the tiff has no header"))?;
    let (directories, whole) = file.directories(limits.pages);
    if directories.is_empty() {
        return Err(broken("the tiff has no readable first page"));
    }
    // Thumbnails and masks of other pages are no pages, unless there is nothing else.
    let real = directories.iter().filter(|directory| !directory.is_secondary()).count();
    let shown = directories.iter().filter(|directory| real == 0 || !directory.is_secondary());
    let mut fault = None;
    for (directory, page) in shown.zip(1_u32..) {
        if page > limits.pages {
            return Err(ConvertError::TooManyPages { pages: page, max: limits.pages });
        }
        if let Err(error) = add_page(pages, directory, limits) {
            pages.note(ConvertNote::PageLost { page });
            fault = fault.or(Some(error));
        }
    }
    if !whole {
        pages.note(ConvertNote::PagesMayBeMissing);
    }
    match fault {
        Some(error) if pages.count() == 0 => Err(error),
        _ => Ok(()),
    }
}

/// The first directory of a TIFF structure inside another file, as EXIF is.
pub(super) fn first_directory(bytes: &[u8]) -> Option<Directory<'_>> {
    File::open(bytes)?.directories(1).0.into_iter().next()
}

fn add_page(
    pages: &mut Pages,
    directory: &Directory<'_>,
    limits: &ConvertLimits,
) -> Result<(), ConvertError> {
    let layout = Layout::of(directory, limits)?;
    let placing = Placing {
        pixels: (layout.width, layout.height),
        dpi: directory.dpi(),
        orientation: directory.orientation(),
    };
    if let Some((coded, inverted)) = layout.whole_group_4() {
        pages.add_stored(ccitt::g4_stream(coded, placing.pixels, inverted), &placing);
        return Ok(());
    }
    if let Some((coded, head)) = layout.whole_jpeg() {
        pages.add_stored(jpeg::stored(coded, &head), &placing);
        return Ok(());
    }
    let (raw, rows_read) = layout.decode(limits)?;
    if rows_read < layout.height {
        let page = pages.count() + 1;
        pages.note(ConvertNote::PageCut { page, rows_read, rows: layout.height });
    }
    let samples = colour::samples(&layout, directory, raw)?;
    pages.add_decoded(Picture { width: layout.width, height: layout.height, samples }, &placing);
    Ok(())
}
