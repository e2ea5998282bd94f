//! All pages of a fax in one file: TIFF of class F (RFC 2306's profile, with Group 4), or a PDF of the same
//! images. Neither says when it was made.

use super::sheet::DPI;
use super::{FaxPage, WIDTH};
use crate::assemble::save_options;
use lopdf::{Dictionary, Document, Object, Stream, dictionary, text_string};

/// Field types of TIFF.
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// A little-endian TIFF, one image a page.
pub(super) fn tiff(pages: &[FaxPage]) -> Option<Vec<u8>> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    let count = u16::try_from(pages.len()).ok()?;
    for (number, page) in (0..).zip(pages) {
        let strip = place(&mut file)?;
        file.extend(&page.group4);
        let resolutions = place(&mut file)?;
        for dots in [DPI.0, DPI.1] {
            file.extend((dots as u32).to_le_bytes());
            file.extend(1_u32.to_le_bytes());
        }
        let directory = place(&mut file)?;
        file.get_mut(link..link + 4)?.copy_from_slice(&directory.to_le_bytes());
        let rows = u32::try_from(page.rows).ok()?;
        let entries: [(u16, u16, u32, u32); 17] = [
            (254, LONG, 1, 2), // one page of several
            (256, LONG, 1, u32::try_from(WIDTH).ok()?),
            (257, LONG, 1, rows),
            (258, SHORT, 1, 1), // bits a sample
            (259, SHORT, 1, 4), // Group 4
            (262, SHORT, 1, 0), // white is zero
            (266, SHORT, 1, 1), // the first dot in the highest bit
            (273, LONG, 1, strip),
            (274, SHORT, 1, 1),   // upright
            (277, SHORT, 1, 1),   // samples a dot
            (278, LONG, 1, rows), // rows in the one strip
            (279, LONG, 1, u32::try_from(page.group4.len()).ok()?),
            (282, RATIONAL, 1, resolutions),
            (283, RATIONAL, 1, resolutions + 8),
            (293, LONG, 1, 0),  // no uncompressed parts
            (296, SHORT, 1, 2), // inches
            (297, SHORT, 2, number | u32::from(count) << 16),
        ];
        file.extend(u16::try_from(entries.len()).ok()?.to_le_bytes());
        for (tag, kind, values, value) in entries {
            file.extend(tag.to_le_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(values.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        link = file.len();
        file.extend([0; 4]);
    }
    Some(file)
}

/// The next place in the file, which is an even one.
fn place(file: &mut Vec<u8>) -> Option<u32> {
    if file.len() % 2 == 1 {
        file.push(0);
    }
    u32::try_from(file.len()).ok()
}

/// A PDF, one image a page.
pub(super) fn pdf(pages: Vec<FaxPage>) -> Option<Vec<u8>> {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let columns = i64::try_from(WIDTH).ok()?;
    let mut kids: Vec<Object> = Vec::new();
    for page in pages {
        let rows = i64::try_from(page.rows).ok()?;
        let (width, height) = (WIDTH as f32 * 72.0 / DPI.0, page.rows as f32 * 72.0 / DPI.1);
        let about = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Image",
            "Width" => columns,
            "Height" => rows,
            "ColorSpace" => "DeviceGray",
            "BitsPerComponent" => 1,
            "Filter" => "CCITTFaxDecode",
            "DecodeParms" => dictionary! { "K" => -1, "Columns" => columns, "Rows" => rows },
        };
        let image = document.add_object(Stream::new(about, page.group4));
        let draw = format!("q {width} 0 0 {height} 0 0 cm /Im0 Do Q\n");
        let content = document.add_object(Stream::new(Dictionary::new(), draw.into_bytes()));
        let page = document.add_object(dictionary! {
            "Type" => "Page",
            "Parent" => tree,
            "MediaBox" => vec![0.into(), 0.into(), Object::Real(width), Object::Real(height)],
            "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => image } },
            "Contents" => content,
        });
        kids.push(page.into());
    }
    let count = i64::try_from(kids.len()).ok()?;
    document.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let info = document.add_object(dictionary! { "Producer" => text_string("epic-connector") });
    document.trailer.set("Info", info);
    let mut bytes = Vec::new();
    document.save_with_options(&mut bytes, save_options()).ok()?;
    Some(bytes)
}
