//! Every kind of input becomes pages: pictures, faxes, notes in rich or plain text, and archives of such.
//! A page keeps what the file says of it (size, resolution, the compressed picture itself where a PDF can
//! carry it); the same bytes give the same pages. The original is the caller's to keep.

mod archive;
mod bmp;
mod ccitt;
mod flatten;
mod jpeg;
mod letter;
mod pages;
mod png;
mod raster;
mod rtf;
mod sheet;
mod terms;
mod text;
mod tiff;

use crate::kind::FileKind;
use image::ImageReader;
use lopdf::{Object, dictionary};
use raster::Picture;
use std::fmt;
use std::io::Cursor;

pub use archive::{Member, into_members};
pub use flatten::{Flattened, flatten, flatten_pages, is_xfa_placeholder};
pub use letter::{LetterRequest, LetterSheet, letter_pdf};
pub(crate) use pages::{MadePages, Pages};
pub use terms::{ConvertError, ConvertLimits, ConvertNote};

/// A file as a PDF.
#[derive(Clone, PartialEq, Eq)]
pub struct Converted {
    /// The PDF; the same bytes for the same file.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: u32,
    /// What was lost or changed on the way; empty for a sound file.
    pub notes: Vec<ConvertNote>,
}

impl fmt::Debug for Converted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Converted")
            .field("bytes", &self.pdf.len())
            .field("pages", &self.pages)
            .field("notes", &self.notes)
            .finish()
    }
}

/// Makes a PDF of a picture or text file, the same bytes for the same file. A PDF is not its business.
///
/// # Errors
/// The file has no pages, is broken, passes a limit, or is HTML, which must be printed first.
pub fn into_pdf(kind: FileKind, bytes: &[u8], limits: &ConvertLimits) -> Result<Vec<u8>, ConvertError> {
    convert(kind, bytes, limits).map(|converted| converted.pdf)
}

/// The same as `into_pdf`, with what was lost on the way.
///
/// # Errors
/// As `into_pdf`.
pub fn convert(kind: FileKind, bytes: &[u8], limits: &ConvertLimits) -> Result<Converted, ConvertError> {
    written(into_pages(kind, bytes, limits)?)
}

/// Made pages as a file.
fn written(made: MadePages) -> Result<Converted, ConvertError> {
    let MadePages { mut document, pages, notes } = made;
    let tree = document.new_object_id();
    for page in &pages {
        if let Ok(page) = document.get_dictionary_mut(*page) {
            page.set("Parent", tree);
        }
    }
    let kids: Vec<Object> = pages.iter().map(|page| Object::Reference(*page)).collect();
    let count = u32::try_from(kids.len()).unwrap_or(u32::MAX);
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut pdf = Vec::new();
    document
        .save_with_options(&mut pdf, crate::assemble::save_options())
        .map_err(|_| broken("its pages cannot be written"))?;
    Ok(Converted { pdf, pages: count, notes })
}

/// Makes pages of a picture or text file, for a caller that copies them on. May panic on hostile files:
/// call it shielded.
pub(crate) fn into_pages(
    kind: FileKind,
    bytes: &[u8],
    limits: &ConvertLimits,
) -> Result<MadePages, ConvertError> {
    if bytes.is_empty() {
        return Err(ConvertError::Empty);
    }
    let mut pages = Pages::new();
    match kind {
        FileKind::Png => png::add(&mut pages, bytes, limits)?,
        FileKind::Jpeg => jpeg::add(&mut pages, bytes, limits)?,
        FileKind::Tiff => tiff::add(&mut pages, bytes, limits)?,
        FileKind::Bmp => bmp::add(&mut pages, bytes, limits)?,
        FileKind::Rtf => rtf::add(&mut pages, bytes, limits)?,
        FileKind::Text => text::add(&mut pages, bytes, limits)?,
        FileKind::Html => return Err(ConvertError::NotPrinted),
        found => return Err(ConvertError::NotConvertible { found }),
    }
    if pages.count() == 0 { Err(ConvertError::Empty) } else { Ok(pages.finish()) }
}

fn broken(cause: &str) -> ConvertError {
    ConvertError::Broken { cause: cause.to_owned() }
}

fn unsupported(cause: &str) -> ConvertError {
    ConvertError::Unsupported { cause: cause.to_owned() }
}

/// A picture inside another file, decoded.
fn picture_of(bytes: &[u8], limits: &ConvertLimits) -> Option<Picture> {
    let open = || ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    check_pixels(open()?.into_dimensions().ok()?, limits).ok()?;
    let mut reader = open()?;
    let mut allowed = image::Limits::default();
    allowed.max_alloc = Some(limits.pixels_per_page.saturating_mul(8));
    reader.limits(allowed);
    reader.decode().ok().map(|image| Picture::from_image(&image))
}

/// Refuses a picture by its declared size, before anything is decoded.
fn check_pixels((width, height): (u32, u32), limits: &ConvertLimits) -> Result<(), ConvertError> {
    let (width, height) = (u64::from(width), u64::from(height));
    if width == 0 || height == 0 {
        return Err(broken("the picture has no size"));
    }
    let max = limits.pixels_per_page;
    if width * height > max { Err(ConvertError::TooManyPixels { width, height, max }) } else { Ok(()) }
}
