//! Recognised words written back: findable and copyable at their places, invisible, pictures untouched.

use crate::files::{FACESHEET, facesheet_words, fragment, request, scanned_facesheet, text_pdf};
use documents::OpenDocument;
use documents::assemble::assemble;
use documents::picture::page_png;
use documents::read::{PageReader, PageText, ReadSettings, TextLayer, inspect, tessdata_folder};
use documents::searchable::{SearchableError, add_text_layer};
use image::ImageFormat;
use lopdf::Document;

/// A born-digital page, then a scan.
fn packet() -> Vec<u8> {
    let fragments = vec![
        fragment("text", "", text_pdf(&[&FACESHEET])),
        fragment("scan", "", scanned_facesheet(ImageFormat::Jpeg, 200.0)),
    ];
    assemble(request(fragments)).unwrap().pdf
}

fn read_all(pdf: &[u8]) -> Vec<PageText> {
    let document = OpenDocument::open(pdf.to_vec()).unwrap();
    let mut reader = PageReader::new(None);
    let settings = ReadSettings::default();
    (1..=document.page_count()).map(|page| reader.read_page(&document, page, &settings).unwrap()).collect()
}

#[test]
fn words_can_be_found_and_nothing_looks_different() {
    let pdf = packet();
    let words = read_all(&pdf);
    for tessdata in [tessdata_folder(None, "eng"), None] {
        let searchable = add_text_layer(&pdf, &words, tessdata.as_deref()).unwrap();
        assert_eq!(searchable, add_text_layer(&pdf, &words, tessdata.as_deref()).unwrap());

        let extracted = Document::load_mem(&searchable).unwrap().extract_text(&[2]).unwrap();
        let found: Vec<&str> = extracted.split_whitespace().collect();
        let planted = facesheet_words();
        let share = planted.iter().filter(|word| found.contains(word)).count() as f32 / planted.len() as f32;
        assert!(share >= 0.95, "{share} of the words can be found");

        let (before, after) =
            (OpenDocument::open(pdf.clone()).unwrap(), OpenDocument::open(searchable.clone()).unwrap());
        for page in 1..=2 {
            assert_eq!(page_png(&before, page, 72.0).unwrap(), page_png(&after, page, 72.0).unwrap());
        }
        let layers: Vec<TextLayer> = inspect(&after).unwrap().iter().map(|page| page.text_layer).collect();
        assert_eq!(layers, [TextLayer::Usable, TextLayer::Hidden]);
        assert!(searchable.len() < pdf.len() + 8_000, "{} grew to {}", pdf.len(), searchable.len());
    }
}

#[test]
fn pictures_keep_their_bytes() {
    let pdf = packet();
    let jpeg = scanned_facesheet(ImageFormat::Jpeg, 200.0);
    let searchable = add_text_layer(&pdf, &read_all(&pdf), None).unwrap();
    assert!(searchable.windows(jpeg.len()).any(|window| window == jpeg));
}

#[test]
fn words_for_a_page_that_is_not_there_are_refused() {
    let pdf = packet();
    let mut words = read_all(&pdf);
    words[1].page = 9;
    assert_eq!(add_text_layer(&pdf, &words, None), Err(SearchableError::NoSuchPage { page: 9, pages: 2 }));
    assert!(matches!(add_text_layer(b"no pdf", &words, None), Err(SearchableError::Unreadable { .. })));
}
