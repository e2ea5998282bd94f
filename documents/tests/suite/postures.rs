//! Scans that do not lie as they should are read as well as those that do, and words keep their places.

#[path = "../../examples/support/mod.rs"]
#[expect(dead_code, reason = "the examples use the rest")]
mod support;

use documents::OpenDocument;
use documents::read::{PageReader, PageText, ReadMethod, ReadSettings};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref};
use std::io::Write;
use support::Dice;
use support::content::{Layout, page};
use support::defects::Defects;
use support::pages::{ScannedPage, born_digital, pdf_of, scan_of};

fn scan(layout: Layout, defects: Defects) -> ScannedPage {
    let mut dice = Dice::new(7);
    let mut texts = page(layout, &mut dice);
    // A third of a page is enough to read.
    texts.retain(|text| text.y > 480.0);
    scan_of(born_digital(&[texts], b"Helvetica"), &defects, (200.0, 200.0), &mut dice).unwrap()
}

fn read(scan: &ScannedPage) -> PageText {
    let document = OpenDocument::open(pdf_of(std::slice::from_ref(scan)).unwrap()).unwrap();
    PageReader::new(None).read_page(&document, 1, &ReadSettings::default()).unwrap()
}

/// The share of the true words that were read within six points of where they stand.
fn found_in_place(scan: &ScannedPage, page: &PageText) -> f32 {
    let middle = |bbox: &[f32; 4]| ((bbox[0] + bbox[2]) / 2.0, (bbox[1] + bbox[3]) / 2.0);
    let found = scan.words.iter().filter(|word| {
        let (x, y) = middle(&word.bbox);
        page.words.iter().any(|read| {
            let (left, top) = middle(&read.bbox);
            read.text == word.text && (left - x).abs() < 6.0 && (top - y).abs() < 6.0
        })
    });
    found.count() as f32 / scan.words.len() as f32
}

fn speckled() -> Defects {
    Defects { ink: 25, paper: 250, specks: 60.0, noise: 5.0, blur: 0.5, ..Defects::NONE }
}

#[test]
fn a_page_put_in_sideways_or_upside_down_is_read_and_its_turn_is_told() {
    for quarter_turns in 0..4 {
        let scan = scan(Layout::Letter, Defects { quarter_turns, ..speckled() });
        let page = read(&scan);
        assert_eq!((page.method, page.turned), (ReadMethod::Ocr, u16::from(quarter_turns) * 90));
        let found = found_in_place(&scan, &page);
        assert!(found >= 0.95, "{found} of the words at {quarter_turns} quarter turns");
    }
}

#[test]
fn a_page_askew_keeps_its_rows_and_says_by_how_much_it_lay_askew() {
    for skew_degrees in [-3.0, 3.0] {
        let scan = scan(Layout::Facesheet, Defects { skew_degrees, ..speckled() });
        let page = read(&scan);
        assert!((page.deskewed - skew_degrees).abs() < 0.2, "{} for {skew_degrees}", page.deskewed);
        let found = found_in_place(&scan, &page);
        assert!(found >= 0.95, "{found} of the words at {skew_degrees} degrees");
        assert!(page.text.contains("Patient:  Example, Maria"), "a row fell apart:\n{}", page.text);
    }
}

#[test]
fn faint_inverted_and_turned_at_once_is_no_worse() {
    let faint = Defects { ink: 165, paper: 220, noise: 6.0, ..speckled() };
    let all = Defects { skew_degrees: 2.0, quarter_turns: 3, inverted: true, ..faint };
    for defects in [faint, Defects { inverted: true, ..speckled() }, all] {
        let scan = scan(Layout::Letter, defects);
        let found = found_in_place(&scan, &read(&scan));
        assert!(found >= 0.93, "{found} of the words with {defects:?}");
    }
}

#[test]
fn a_page_shaded_from_side_to_side_is_read() {
    let mut scan = scan(Layout::Letter, speckled());
    let width = scan.picture.width() as f32;
    // As a book's fold or a phone's own shadow does: at the darkest the paper is darker than ink in the light.
    for (x, _, pixel) in scan.picture.enumerate_pixels_mut() {
        pixel.0[0] = (f32::from(pixel.0[0]) * (1.0 - 0.65 * x as f32 / width)) as u8;
    }
    let found = found_in_place(&scan, &read(&scan));
    assert!(found >= 0.95, "{found} of the words");
}

#[test]
fn a_scan_of_low_resolution_is_enlarged_and_read() {
    let mut dice = Dice::new(7);
    let mut texts = page(Layout::Letter, &mut dice);
    texts.retain(|text| text.y > 480.0);
    let pdf = born_digital(&[texts], b"Helvetica");
    let scan =
        scan_of(pdf, &Defects { ink: 25, paper: 250, ..Defects::NONE }, (100.0, 100.0), &mut dice).unwrap();
    let found = found_in_place(&scan, &read(&scan));
    assert!(found >= 0.9, "{found} of the words");
}

#[test]
fn rows_of_a_table_stay_rows() {
    let scan = scan(Layout::Table, speckled());
    let page = read(&scan);
    let row: Vec<&str> = scan.words[10..].iter().take(6).map(|word| word.text.as_str()).collect();
    let joined = page.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined.contains(&row.join(" ")), "the first row of {joined}");
}

#[test]
fn light_text_in_a_dark_block_is_read() {
    let mut scan = scan(Layout::Facesheet, Defects { skew_degrees: 1.0, ..speckled() });
    // The heading's line as a bar across the page.
    for pixel in scan.picture.rows_mut().skip(100).take(60).flatten() {
        pixel.0[0] = 255 - pixel.0[0];
    }
    let page = read(&scan);
    assert!(page.text.contains("PATIENT FACESHEET"), "{}", page.text);
    assert!(found_in_place(&scan, &page) >= 0.95);
}

#[test]
fn a_page_of_a_hundred_megapixels_is_reduced_and_read() {
    let mut dice = Dice::new(7);
    let mut texts = page(Layout::Letter, &mut dice);
    // A few lines: what is looked at is the size of the picture.
    texts.retain(|text| text.y > 640.0);
    let scan =
        scan_of(born_digital(&[texts], b"Helvetica"), &Defects::NONE, (200.0, 200.0), &mut dice).unwrap();
    assert!(scan.words.len() >= 12);
    let document = OpenDocument::open(enlarged(&scan, 8_800, 11_400)).unwrap();
    let page = PageReader::new(None).read_page(&document, 1, &ReadSettings::default()).unwrap();
    let found = found_in_place(&scan, &page);
    assert!(found >= 0.95, "{found} of the words");
}

/// The scan as a page of one black and white picture of so many dots. Each row is made once: a hundred million dots one by
/// one would take longer than reading them.
fn enlarged(scan: &ScannedPage, width: u32, height: u32) -> Vec<u8> {
    let picture = &scan.picture;
    let rows: Vec<Vec<u8>> = (0..picture.height())
        .map(|y| {
            let white = |x: u32| picture.get_pixel(x * picture.width() / width, y).0[0] >= 128;
            let eight = |x: u32| (0..8).fold(0, |byte, bit| byte << 1 | u8::from(white(x + bit)));
            (0..width).step_by(8).map(eight).collect()
        })
        .collect();
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    for y in 0..height {
        packed.write_all(&rows[(y * picture.height() / height) as usize]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let mut pdf = Pdf::new();
    pdf.catalog(Ref::new(1)).pages(Ref::new(2));
    pdf.pages(Ref::new(2)).kids([Ref::new(3)]).count(1);
    let mut page = pdf.page(Ref::new(3));
    page.parent(Ref::new(2)).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(Ref::new(4));
    page.resources().x_objects().pair(Name(b"I"), Ref::new(5));
    page.finish();
    pdf.stream(Ref::new(4), b"612 0 0 792 0 0 cm /I Do");
    let mut image = pdf.image_xobject(Ref::new(5), &packed);
    image.filter(Filter::FlateDecode);
    image.width(width as i32).height(height as i32).bits_per_component(1);
    image.color_space().device_gray();
    image.finish();
    pdf.finish()
}
