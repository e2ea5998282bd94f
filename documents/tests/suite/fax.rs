//! The fax variant: resolution, size, determinism, words that survive, and warnings for pages whose words
//! do not.

use crate::files::{FACESHEET, fragment, numbered_pdf, request, text_pdf};
use bytes::Bytes;
use documents::OpenDocument;
use documents::assemble::assemble;
use documents::fax_variant::{FaxFormat, FaxSettings, FaxVariant, FaxVariantError, Unreadable, fax_variant};
use documents::read::{PageReader, ReadSettings};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use lopdf::{Document, Object};
use std::io::Cursor;
use tiff::decoder::Decoder;
use tiff::decoder::ifd::Value;
use tiff::tags::Tag;

const TIFF: FaxSettings = FaxSettings { format: FaxFormat::Tiff, bytes_max: 10_000_000 };
const PDF: FaxSettings = FaxSettings { format: FaxFormat::Pdf, bytes_max: 10_000_000 };

fn faxed(pdf: &[u8]) -> FaxVariant {
    fax_variant(&Bytes::copy_from_slice(pdf), &PDF).unwrap()
}

fn recall(fax: &FaxVariant, page: u32, words: &[&str]) -> f32 {
    let document = OpenDocument::open(fax.bytes.clone()).unwrap();
    let read = PageReader::new(None).read_page(&document, page, &ReadSettings::default()).unwrap();
    let found = words.iter().filter(|word| read.text.split_whitespace().any(|read| read == **word)).count();
    found as f32 / words.len() as f32
}

/// A picture as a PDF of a page of its own.
fn pictured(picture: GrayImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    DynamicImage::ImageLuma8(picture).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    assemble(request(vec![fragment("a", "", bytes)])).unwrap().pdf
}

fn scanned(change: impl Fn(u32, u32, u8) -> u8) -> Vec<u8> {
    let DynamicImage::ImageLuma8(mut page) = crate::files::drawn(text_pdf(&[&FACESHEET]), 200.0) else {
        panic!("grey was drawn")
    };
    for (x, y, dot) in page.enumerate_pixels_mut() {
        dot.0[0] = change(x, y, dot.0[0]);
    }
    pictured(page)
}

#[test]
fn a_tiff_has_every_page_at_204_by_196_in_group_4() {
    let fax = fax_variant(&numbered_pdf("fax", 3).into(), &TIFF).unwrap();
    assert_eq!((fax.pages, fax.unreadable.len()), (3, 0));
    assert_eq!(fax, fax_variant(&numbered_pdf("fax", 3).into(), &TIFF).unwrap());
    let mut decoder = Decoder::new(Cursor::new(fax.bytes)).unwrap();
    for page in 1..=3 {
        assert_eq!(decoder.dimensions().unwrap(), (1728, 2148), "page {page}");
        assert_eq!(decoder.get_tag_u32(Tag::Compression).unwrap(), 4);
        for (tag, dots) in [(Tag::XResolution, 204), (Tag::YResolution, 196)] {
            let resolution = decoder.get_tag(tag).unwrap();
            assert!(matches!(resolution, Value::Rational(found, 1) if found == dots), "{resolution:?}");
        }
        decoder.read_image().unwrap();
        if page < 3 {
            decoder.next_image().unwrap();
        }
    }
    assert!(!decoder.more_images());
}

#[test]
fn words_of_print_and_of_difficult_scans_survive() {
    let words = crate::files::facesheet_words();
    let shadow = |x: u32, _: u32, dot: u8| {
        let light = 0.45 + 0.55 * (1.0 - x as f32 / 1700.0);
        (f32::from(dot) * light) as u8
    };
    let cases = [
        ("print", text_pdf(&[&FACESHEET])),
        ("scan", scanned(|_, _, dot| dot)),
        ("shadow", scanned(shadow)),
        ("pale", scanned(|_, _, dot| 190 + dot / 5)),
        ("inverted", scanned(|_, _, dot| 255 - dot)),
    ];
    for (name, pdf) in cases {
        let fax = faxed(&pdf);
        assert!(fax.bytes.len() < 40_000, "{name}: {} bytes", fax.bytes.len());
        if name != "inverted" {
            assert_eq!(fax.unreadable, [], "{name}");
        }
        let recall = recall(&fax, 1, &words);
        assert!(recall > 0.95, "{name}: {recall}");
    }
}

fn photo() -> GrayImage {
    GrayImage::from_fn(1700, 2200, |x, y| {
        let wave = (x as f32 / 90.0).sin() * (y as f32 / 130.0).cos();
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(97_531)) >> 9;
        Luma([u8::try_from((128.0 + 100.0 * wave) as u32 + grain % 16).unwrap_or(255)])
    })
}

#[test]
fn a_photo_is_drawn_more_coarsely_until_the_fax_fits() {
    let pdf = Bytes::from(pictured(photo()));
    let fine = faxed(&pdf);
    assert_eq!(fine.unreadable[0].why, Unreadable::Photo);
    let limited = |bytes_max: usize| fax_variant(&pdf, &FaxSettings { bytes_max: bytes_max as u64, ..PDF });
    let coarse = limited(fine.bytes.len() - 1).unwrap();
    assert!(coarse.bytes.len() * 2 < fine.bytes.len(), "{} of {}", coarse.bytes.len(), fine.bytes.len());
    let outlines = limited(coarse.bytes.len() - 1).unwrap();
    assert!(outlines.bytes.len() < coarse.bytes.len());
    let error = limited(outlines.bytes.len() - 1).unwrap_err();
    assert!(matches!(error, FaxVariantError::TooLarge { .. }), "{error}");
    // Writing beside a photo stays writing.
    let mut page = photo();
    let DynamicImage::ImageLuma8(text) = crate::files::drawn(text_pdf(&[&FACESHEET]), 200.0) else {
        panic!("grey was drawn")
    };
    for (x, y, dot) in text.enumerate_pixels().filter(|(_, y, _)| *y < 760) {
        page.put_pixel(x.min(1699), y, *dot);
    }
    let words: Vec<&str> = crate::files::facesheet_words().into_iter().take(20).collect();
    assert!(recall(&faxed(&pictured(page)), 1, &words) > 0.9);
}

/// The facesheet's page with its print scaled.
fn print_of(points: f32, grey: f32) -> Vec<u8> {
    let mut document = Document::load_mem(&text_pdf(&[&[]])).unwrap();
    let page = document.page_iter().next().unwrap();
    let mut content = format!("{grey} g BT /F1 {points} Tf 36 750 Td {} TL\n", points * 1.3);
    for line in 0..40 {
        content += &format!("(Continuous positive airway pressure is ordered, line {line}) Tj T*\n");
    }
    content += "ET";
    document.add_page_contents(page, content.into_bytes()).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn pages_that_will_not_be_readable_are_told() {
    let poster = {
        let mut document = Document::load_mem(&print_of(10.0, 0.0)).unwrap();
        let page = document.page_iter().next().unwrap();
        let size: Vec<Object> = [0, 0, 1224, 1584].map(Object::from).to_vec();
        document.get_dictionary_mut(page).unwrap().set("MediaBox", size);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    };
    let specks = GrayImage::from_fn(1700, 2200, |x, y| {
        let dice = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)).wrapping_mul(97) >> 16;
        Luma([if dice % 211 == 0 { 0 } else { 255 }])
    });
    let cases = [
        ("normal", print_of(10.0, 0.0), None),
        ("grey print", print_of(10.0, 0.6), None),
        ("footnotes", print_of(3.5, 0.0), Some(Unreadable::SmallPrint)),
        ("faint", print_of(10.0, 0.92), Some(Unreadable::Faint)),
        ("poster", poster, Some(Unreadable::Reduced { percent: 49 })),
        ("specks", pictured(specks), Some(Unreadable::Specks)),
        ("black", pictured(GrayImage::from_pixel(1700, 2200, Luma([10]))), Some(Unreadable::Dark)),
        ("blank", text_pdf(&[&[]]), None),
    ];
    for (name, pdf, expected) in cases {
        let told = faxed(&pdf).unreadable.first().map(|page| page.why);
        assert_eq!(told, expected, "{name}");
    }
}
