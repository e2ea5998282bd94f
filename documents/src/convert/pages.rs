//! A document that is made page by page: pictures placed upright at the size their resolution says, and
//! sheets of text.

use super::raster::Picture;
use super::terms::ConvertNote;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::fmt;

/// Assumed where a picture does not say and has no sheet's shape: what scanners and fax servers mostly use.
const DPI_ASSUMED: f32 = 200.0;
/// A picture's declared resolution is believed within these bounds.
const DPI_BELIEVED: std::ops::RangeInclusive<f32> = 50.0..=1_200.0;
/// Up to here a declared resolution is a camera's or screen's habit (72, 96) and says nothing of a sheet.
const DPI_OF_SCREENS_MAX: f32 = 100.0;
/// The long side of tabloid, in inches: larger pages are not believed of screens and cameras.
const SHEET_LONG_IN: f32 = 17.0;
/// Letter, in inches.
const LETTER_IN: (f32, f32) = (8.5, 11.0);
/// Pictures of this shape (short by long side) are sheets: A4 has 0.707, Letter 0.773, and margins are cut.
const SHEET_SHAPE: std::ops::RangeInclusive<f32> = 0.68..=0.81;
/// The largest and smallest page readers accept, in points (ISO 32000-1, annex C).
const SIDE_PT: (f32, f32) = (3.0, 14_400.0);

/// Pages made of a file, not yet in a page tree.
pub(crate) struct MadePages {
    pub(crate) document: Document,
    /// In reading order.
    pub(crate) pages: Vec<ObjectId>,
    /// What was lost on the way.
    pub(crate) notes: Vec<ConvertNote>,
}

impl fmt::Debug for MadePages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadePages")
            .field("pages", &self.pages.len())
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

/// How a stored picture lies on its page, by the numbers that TIFF and EXIF use: 1 upright, 3 upside down,
/// 6 and 8 quarter turns, the others mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Orientation(u8);

impl Orientation {
    pub(super) const UPRIGHT: Self = Self(1);

    /// Unknown numbers mean nothing.
    pub(super) fn from_tag(tag: u64) -> Self {
        u8::try_from(tag).ok().filter(|tag| (1..=8).contains(tag)).map_or(Self::UPRIGHT, Self)
    }

    fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// The matrix that puts the unit square of the stored picture on a page of this size, upright.
    fn matrix(self, width: f32, height: f32) -> [f32; 6] {
        let (w, h) = (width, height);
        match self.0 {
            2 => [-w, 0.0, 0.0, h, w, 0.0],
            3 => [-w, 0.0, 0.0, -h, w, h],
            4 => [w, 0.0, 0.0, -h, 0.0, h],
            5 => [0.0, -h, -w, 0.0, w, h],
            6 => [0.0, -h, w, 0.0, 0.0, h],
            7 => [0.0, h, w, 0.0, 0.0, 0.0],
            8 => [0.0, h, -w, 0.0, w, 0.0],
            _ => [w, 0.0, 0.0, h, 0.0, 0.0],
        }
    }
}

/// Where and how large a stored picture is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placing {
    pub(super) pixels: (u32, u32),
    /// As the file says, across and down the stored picture.
    pub(super) dpi: Option<(f32, f32)>,
    pub(super) orientation: Orientation,
}

impl Placing {
    /// The page as shown, in points.
    fn size_pt(&self) -> (f32, f32) {
        let (x, y) = self.resolution();
        let (width, height) = (self.pixels.0 as f32 * 72.0 / x, self.pixels.1 as f32 * 72.0 / y);
        // The shape is kept: both sides shrink.
        let shrink = (SIDE_PT.1 / width.max(height)).min(1.0);
        let (width, height) = ((width * shrink).max(SIDE_PT.0), (height * shrink).max(SIDE_PT.0));
        if self.orientation.swaps_sides() { (height, width) } else { (width, height) }
    }

    /// Dots per inch across and down, believed or assumed.
    fn resolution(&self) -> (f32, f32) {
        let (width, height) = (self.pixels.0 as f32, self.pixels.1 as f32);
        let (short, long) = (width.min(height), width.max(height));
        let sheet = (short / LETTER_IN.0).max(long / LETTER_IN.1).max(*DPI_BELIEVED.start());
        let believed = self.dpi.filter(|(x, y)| {
            let ratio = x / y;
            // The two differ on faxes (204 by 98 or 196), never more.
            DPI_BELIEVED.contains(x) && DPI_BELIEVED.contains(y) && (0.3..3.4).contains(&ratio)
        });
        match believed {
            Some((x, _)) if x <= DPI_OF_SCREENS_MAX && long / x > SHEET_LONG_IN => (sheet, sheet),
            Some(dpi) => dpi,
            None if SHEET_SHAPE.contains(&(short / long)) || long / DPI_ASSUMED > SHEET_LONG_IN => {
                (sheet, sheet)
            }
            None => (DPI_ASSUMED, DPI_ASSUMED),
        }
    }
}

/// A document under construction.
pub(crate) struct Pages {
    document: Document,
    ids: Vec<ObjectId>,
    notes: Vec<ConvertNote>,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self { document: Document::with_version("1.7"), ids: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.ids.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn note(&mut self, note: ConvertNote) {
        self.notes.push(note);
    }

    pub(super) fn add_object(&mut self, object: impl Into<Object>) -> ObjectId {
        self.document.add_object(object)
    }

    /// Adds a page with an image as a PDF stores it.
    pub(super) fn add_stored(&mut self, image: Stream, placing: &Placing) {
        self.add_picture_page(image, placing.size_pt(), placing.orientation);
    }

    /// Adds a page with decoded pixels, reduced if there are more than a page needs.
    pub(super) fn add_decoded(&mut self, picture: Picture, placing: &Placing) {
        let (picture, reduced) = picture.reduced();
        if reduced {
            let page = self.count() + 1;
            self.note(ConvertNote::Reduced { page });
        }
        self.add_picture_page(picture.into_stream(), placing.size_pt(), placing.orientation);
    }

    fn add_picture_page(&mut self, image: Stream, size_pt: (f32, f32), orientation: Orientation) {
        let image = self.document.add_object(image);
        let [a, b, c, d, e, f] = orientation.matrix(size_pt.0, size_pt.1);
        let draw = format!("q {a} {b} {c} {d} {e} {f} cm /Im0 Do Q\n");
        let resources = dictionary! { "XObject" => dictionary! { "Im0" => image } };
        self.add_page(draw.into_bytes(), resources, size_pt);
    }

    /// Adds a page with this content.
    pub(super) fn add_page(
        &mut self,
        content: Vec<u8>,
        resources: impl Into<Object>,
        (width, height): (f32, f32),
    ) {
        let mut content = Stream::new(Dictionary::new(), content);
        // Left as it is when that fails or does not pay.
        let _ = content.compress();
        let content = self.document.add_object(content);
        let page = self.document.add_object(dictionary! {
            "Type" => "Page",
            "MediaBox" => vec![0.into(), 0.into(), Object::Real(width), Object::Real(height)],
            "Resources" => resources.into(),
            "Contents" => content,
        });
        self.ids.push(page);
    }

    pub(crate) fn finish(self) -> MadePages {
        MadePages { document: self.document, pages: self.ids, notes: self.notes }
    }
}

pub(super) fn image_dictionary((width, height): (u32, u32), colours: &str) -> Dictionary {
    dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => width,
        "Height" => height,
        "ColorSpace" => colours,
        "BitsPerComponent" => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::{Orientation, Placing};

    fn size(pixels: (u32, u32), dpi: Option<(f32, f32)>, orientation: u64) -> (f32, f32) {
        let (w, h) = Placing { pixels, dpi, orientation: Orientation::from_tag(orientation) }.size_pt();
        (w.round(), h.round())
    }

    #[test]
    fn a_page_has_the_size_its_picture_says_and_never_an_absurd_one() {
        let cases = [
            ((1728, 2200), Some((204.0, 196.0)), 1, (610.0, 808.0), "a fax in fine resolution"),
            ((1728, 1100), Some((204.0, 98.0)), 1, (610.0, 808.0), "a fax in standard resolution"),
            ((2200, 1700), Some((200.0, 200.0)), 6, (612.0, 792.0), "a sheet scanned on its side"),
            ((850, 1100), None, 1, (612.0, 792.0), "a sheet that does not say"),
            ((4032, 3024), Some((72.0, 72.0)), 1, (792.0, 594.0), "a camera"),
            ((400, 100), None, 1, (144.0, 36.0), "a label"),
            ((1728, 20_000), Some((204.0, 196.0)), 1, (610.0, 7347.0), "a long fax"),
            ((1, 1), Some((1.0, 30_000.0)), 1, (3.0, 3.0), "a dot"),
        ];
        for (pixels, dpi, orientation, expected, name) in cases {
            let got = size(pixels, dpi, orientation);
            assert!(
                (got.0 - expected.0).abs() <= 3.0 && (got.1 - expected.1).abs() <= 3.0,
                "{name}: {got:?}, expected {expected:?}"
            );
        }
    }
}
