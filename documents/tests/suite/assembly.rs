//! One packet of many fragments: every page once, in order, with its own size and font, named in outline
//! and labels, and the same bytes every time.

use crate::files::{drawn, fragment, numbered_pdf, request, scanned_facesheet, text_pdf};
use documents::OpenDocument;
use documents::assemble::{Assembled, PageSource, assemble};
use documents::read::{PageReader, ReadMethod, ReadSettings};
use image::{DynamicImage, ImageFormat};
use lopdf::{Dictionary, Document, Object, dictionary};
use std::io::Cursor;
use tiff::encoder::{TiffEncoder, colortype};

fn page_text(assembled: &Assembled, page: u32) -> String {
    let document = OpenDocument::open(assembled.pdf.clone()).unwrap();
    PageReader::new(None).read_page(&document, page, &ReadSettings::default()).unwrap().text
}

#[test]
fn every_page_of_every_fragment_is_there_once_and_maps_back() {
    let sizes = [3, 1, 7, 2];
    let fragments = sizes.iter().enumerate().map(|(index, pages)| {
        fragment(&format!("f{index}"), "notes", numbered_pdf(&format!("doc{index}"), *pages))
    });
    let assembled = assemble(request(fragments.collect())).unwrap();
    assert_eq!(assembled.pages.len(), sizes.iter().sum::<usize>());
    for (index, source) in assembled.pages.iter().enumerate() {
        let PageSource { packet_page, fragment_id, fragment_page, .. } = source;
        assert_eq!(*packet_page as usize, index + 1);
        let document = fragment_id.replace('f', "doc");
        assert!(
            page_text(&assembled, *packet_page).starts_with(&format!("{document} page {fragment_page} of"))
        );
    }
    let counted: Vec<usize> = (0..sizes.len())
        .map(|index| assembled.pages.iter().filter(|page| page.fragment_id == format!("f{index}")).count())
        .collect();
    assert_eq!(counted, sizes);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let make = || {
        let fragments = vec![
            fragment("a", "orders", numbered_pdf("a", 3)),
            fragment("b", "media", scanned_facesheet(ImageFormat::Jpeg, 100.0)),
            fragment("c", "media", scanned_facesheet(ImageFormat::Png, 72.0)),
        ];
        assemble(request(fragments)).unwrap().pdf
    };
    let first = make();
    assert_eq!(first, make());
    let other = assemble(request(vec![fragment("z", "orders", numbered_pdf("a", 3))])).unwrap().pdf;
    assert_ne!(first, other);
}

/// A tree whose root carries what its pages lack.
fn inheriting_pdf() -> Vec<u8> {
    let mut document = Document::load_mem(&numbered_pdf("inherits", 2)).unwrap();
    let pages: Vec<_> = document.page_iter().collect();
    let mut handed_up = Dictionary::new();
    for page in &pages {
        let page = document.get_dictionary_mut(*page).unwrap();
        handed_up.set("Resources", page.remove(b"Resources").unwrap());
        page.remove(b"MediaBox").unwrap();
    }
    handed_up.set("MediaBox", vec![0.into(), 0.into(), 500.into(), 800.into()]);
    handed_up.set("CropBox", vec![10.into(), 20.into(), 490.into(), 780.into()]);
    handed_up.set("Rotate", 90);
    let root = document.catalog().unwrap().get(b"Pages").and_then(Object::as_reference).unwrap();
    document.get_dictionary_mut(root).unwrap().extend(&handed_up);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn inherited_boxes_turns_and_fonts_stay_with_their_pages() {
    let fragments = vec![
        fragment("plain", "notes", numbered_pdf("plain", 1)),
        fragment("inherits", "notes", inheriting_pdf()),
    ];
    let assembled = assemble(request(fragments)).unwrap();
    let document = OpenDocument::open(assembled.pdf.clone()).unwrap();
    let pages = documents::read::inspect(&document).unwrap();
    let sizes: Vec<(f32, f32)> = pages.iter().map(|page| (page.width_pt, page.height_pt)).collect();
    assert_eq!(sizes, [(612.0, 792.0), (760.0, 480.0), (760.0, 480.0)]);
    let page = PageReader::new(None).read_page(&document, 2, &ReadSettings::default()).unwrap();
    assert_eq!((page.rotation, page.method), (90, ReadMethod::TextLayer));
    assert_eq!(page.text, "inherits page 1 of 2");
    // Text that starts 72 from the left and 700 up now runs downwards, 620 to the right.
    let [left, top, right, bottom] = page.words[0].bbox;
    assert!(right - left < 15.0 && bottom - top > 35.0, "{:?}", page.words[0].bbox);
    assert!((675.0..685.0).contains(&left) && (61.0..63.0).contains(&top), "{:?}", page.words[0].bbox);
}

#[test]
fn the_outline_groups_fragments_by_section_and_labels_count_within_them() {
    let fragments = vec![
        fragment("a", "orders", numbered_pdf("a", 2)),
        fragment("b", "notes", numbered_pdf("b", 1)),
        fragment("c", "notes", numbered_pdf("c", 3)),
        fragment("d", "", numbered_pdf("d", 1)),
    ];
    let assembled = assemble(request(fragments)).unwrap();
    let document = Document::load_mem(&assembled.pdf).unwrap();
    let toc = document.get_toc().unwrap().toc;
    let entries: Vec<(usize, &str, usize)> =
        toc.iter().map(|entry| (entry.level, entry.title.as_str(), entry.page)).collect();
    assert_eq!(
        entries,
        [
            (1, "orders", 1),
            (2, "Bookmark a", 1),
            (1, "notes", 3),
            (2, "Bookmark b", 3),
            (2, "Bookmark c", 4),
            (1, "Bookmark d", 7),
        ]
    );
    let labels = document.catalog().unwrap().get_deref(b"PageLabels", &document).unwrap();
    let ranges = labels.as_dict().unwrap().get(b"Nums").unwrap().as_array().unwrap();
    let starts: Vec<i64> = ranges.iter().step_by(2).map(|start| start.as_i64().unwrap()).collect();
    assert_eq!(starts, [0, 2, 3, 6]);
    let prefix = ranges[5].as_dict().unwrap().get(b"P").and_then(Object::as_str).unwrap();
    assert_eq!(prefix, b"3-");
}

#[test]
fn no_date_and_no_foreign_metadata_enters_the_packet() {
    let mut source = Document::load_mem(&numbered_pdf("a", 1)).unwrap();
    let info = source.add_object(dictionary! {
        "CreationDate" => Object::string_literal("D:20260101000000"), "Author" => Object::string_literal("Nosy"),
    });
    source.trailer.set("Info", info);
    let mut bytes = Vec::new();
    source.save_to(&mut bytes).unwrap();
    let assembled = assemble(request(vec![fragment("a", "", bytes)])).unwrap();
    let packet = Document::load_mem(&assembled.pdf).unwrap();
    let info = packet.get_dictionary(packet.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
    let keys: Vec<&[u8]> = info.iter().map(|(key, _)| key.as_slice()).collect();
    assert_eq!(keys, [b"Title".as_slice(), b"Producer"]);
}

#[test]
fn scripts_and_launches_do_not_travel() {
    let mut source = Document::load_mem(&numbered_pdf("a", 1)).unwrap();
    let page = source.page_iter().next().unwrap();
    let action = |kind: &str| dictionary! { "S" => kind, "JS" => Object::string_literal("app.alert(1)") };
    let link = source.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Link", "P" => page,
        "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()],
        "A" => action("JavaScript"),
    });
    let dictionary = source.get_dictionary_mut(page).unwrap();
    dictionary.set("Annots", vec![Object::Reference(link)]);
    dictionary.set("AA", dictionary! { "O" => action("Launch") });
    let mut bytes = Vec::new();
    source.save_to(&mut bytes).unwrap();
    let assembled = assemble(request(vec![fragment("a", "", bytes)])).unwrap();
    let packet = Document::load_mem(&assembled.pdf).unwrap();
    assert!(packet.objects.values().all(|object| !format!("{object:?}").contains("app.alert")));
}

/// A page with a line of text on a layer that is switched off.
fn layered_pdf() -> Vec<u8> {
    let mut source = Document::load_mem(&numbered_pdf("layered", 1)).unwrap();
    let page = source.page_iter().next().unwrap();
    let layer = source.add_object(dictionary! { "Type" => "OCG", "Name" => Object::string_literal("Draft") });
    let hidden = b"/OC /L1 BDC BT /F1 12 Tf 72 300 Td (DRAFT NOT FOR USE) Tj ET EMC".to_vec();
    source.add_page_contents(page, hidden).unwrap();
    let resources = source.get_dictionary_mut(page).unwrap().get_mut(b"Resources").unwrap();
    resources.as_dict_mut().unwrap().set("Properties", dictionary! { "L1" => layer });
    source.catalog_mut().unwrap().set(
        "OCProperties",
        dictionary! {
            "OCGs" => vec![layer.into()],
            "D" => dictionary! { "OFF" => vec![layer.into()] },
        },
    );
    let mut bytes = Vec::new();
    source.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn what_a_fragment_hides_stays_hidden() {
    let fragments = vec![fragment("a", "", numbered_pdf("a", 1)), fragment("b", "", layered_pdf())];
    let assembled = assemble(request(fragments)).unwrap();
    assert_eq!(page_text(&assembled, 2), "layered page 1 of 1");
}

#[test]
fn pictures_become_pages_of_their_own_size() {
    let fragments = vec![
        fragment("jpeg", "media", scanned_facesheet(ImageFormat::Jpeg, 200.0)),
        fragment("png", "media", scanned_facesheet(ImageFormat::Png, 200.0)),
        fragment("tiff", "media", two_page_tiff()),
    ];
    let assembled = assemble(request(fragments)).unwrap();
    let of_tiff = assembled.pages.iter().filter(|page| page.fragment_id == "tiff").count();
    assert_eq!((assembled.pages.len(), of_tiff), (4, 2));
    let document = OpenDocument::open(assembled.pdf.clone()).unwrap();
    for page in documents::read::inspect(&document).unwrap() {
        assert!((page.width_pt - 612.0).abs() < 1.0 && (page.height_pt - 792.0).abs() < 1.0, "{page:?}");
        assert!(page.is_scan && page.method == ReadMethod::Ocr);
    }
    for page in 1..=4 {
        assert!(page_text(&assembled, page).contains("FACESHEET"), "page {page}");
    }
}

fn two_page_tiff() -> Vec<u8> {
    let DynamicImage::ImageLuma8(page) = drawn(text_pdf(&[&crate::files::FACESHEET]), 200.0) else {
        panic!("grey was drawn")
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    for _ in 0..2 {
        let mut image = encoder.new_image::<colortype::Gray8>(page.width(), page.height()).unwrap();
        let dpi = tiff::encoder::Rational { n: 200, d: 1 };
        image.resolution(tiff::tags::ResolutionUnit::Inch, dpi);
        image.write_data(page.as_raw()).unwrap();
    }
    bytes.into_inner()
}

#[test]
fn a_jpeg_keeps_its_bytes() {
    let jpeg = scanned_facesheet(ImageFormat::Jpeg, 100.0);
    let assembled = assemble(request(vec![fragment("a", "", jpeg.clone())])).unwrap();
    assert!(assembled.pdf.windows(jpeg.len()).any(|window| window == jpeg));
}
