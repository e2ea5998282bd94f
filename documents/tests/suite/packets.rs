//! What a packet says of itself and of its pages: the attached manifest, dates, blank pages, repeats, turns,
//! signatures and attachments that could not be kept.

use crate::files::{FACESHEET, drawn, fragment, numbered_pdf, request, text_pdf};
use documents::OpenDocument;
use documents::assemble::{AssembleRequest, Assembled, Manifest, PacketDate, assemble};
use documents::repair::FileState;
use image::{DynamicImage, GrayImage, ImageFormat};
use lopdf::{Document, Object, ObjectId, dictionary};
use std::io::Cursor;

fn made(fragments: Vec<documents::assemble::FragmentInput>) -> Assembled {
    assemble(request(fragments)).unwrap()
}

fn manifest(pdf: &[u8]) -> Manifest {
    let document = Document::load_mem(pdf).unwrap();
    let names = document.catalog().unwrap().get_deref(b"Names", &document).unwrap().as_dict().unwrap();
    let files = names.get_deref(b"EmbeddedFiles", &document).unwrap().as_dict().unwrap();
    let list = files.get_deref(b"Names", &document).unwrap().as_array().unwrap();
    let about = document.dereference(&list[1]).unwrap().1.as_dict().unwrap();
    assert_eq!(about.get(b"AFRelationship").unwrap().as_name().unwrap(), b"Data");
    let file = about.get_deref(b"EF", &document).unwrap().as_dict().unwrap();
    let file = file.get_deref(b"F", &document).unwrap().as_stream().unwrap();
    serde_json::from_slice(&file.get_plain_content().unwrap()).unwrap()
}

fn edited(pdf: &[u8], change: impl FnOnce(&mut Document, ObjectId)) -> Vec<u8> {
    let mut document = Document::load_mem(pdf).unwrap();
    let page = document.page_iter().next().unwrap();
    change(&mut document, page);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_manifest_travels_with_the_packet_and_traces_every_page() {
    let mut order = fragment("a", "Orders", numbered_pdf("order", 2));
    order.facts.insert("epic_type".to_owned(), "DME order".to_owned());
    let fragments = vec![
        order,
        fragment("b", "Notes", b"<html>Sign in</html>".to_vec()),
        fragment("c", "Notes", numbered_pdf("note", 1)),
    ];
    let date = PacketDate { year: 2026, month: 11, day: 20, hour: 8, minute: 30, second: 0 };
    let wanted =
        || AssembleRequest { date: Some(date), leave_out_faulty: true, ..request(fragments.clone()) };
    let assembled = assemble(wanted()).unwrap();
    assert_eq!(assembled.pdf, assemble(wanted()).unwrap().pdf);
    let manifest = manifest(&assembled.pdf);
    assert_eq!(manifest.date.as_deref(), Some("2026-11-20T08:30:00"));
    let documents: Vec<_> = manifest
        .documents
        .iter()
        .map(|one| (one.number, one.file.section.as_str(), one.first_page, one.pages, one.file.sha256.len()))
        .collect();
    assert_eq!(documents, [(1, "Orders", Some(1), 2, 64), (2, "Notes", Some(3), 1, 64)]);
    assert_eq!(manifest.documents[0].file.facts["epic_type"], "DME order");
    assert_eq!(manifest.documents[0].state, FileState::Whole);
    assert_eq!(manifest.left_out.len(), 1);
    assert!(manifest.left_out[0].reason.contains("html"));
    let pages: Vec<_> =
        manifest.pages.iter().map(|page| (page.page, page.document, page.document_page)).collect();
    assert_eq!(pages, [(1, 1, 1), (2, 1, 2), (3, 2, 1)]);
    let document = Document::load_mem(&assembled.pdf).unwrap();
    let info = document.trailer.get_deref(b"Info", &document).unwrap().as_dict().unwrap();
    assert_eq!(info.get(b"CreationDate").unwrap().as_str().unwrap(), b"D:20261120083000");
}

/// White paper from a scanner: never quite white, with a speck here and there.
fn scanned_paper(format: ImageFormat, written: bool) -> Vec<u8> {
    let mut paper = GrayImage::from_fn(1700, 2200, |x, y| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 7;
        image::Luma([246 + u8::try_from(noise % 8).unwrap()])
    });
    for speck in 0..30_u32 {
        paper.put_pixel(100 + speck * 49, 90 + speck * 63, image::Luma([70]));
    }
    if written {
        let DynamicImage::ImageLuma8(line) = drawn(text_pdf(&[&[(280.0, 20.0, "Page 3")]]), 200.0) else {
            panic!("grey was drawn")
        };
        for (x, y, pixel) in line.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] < 200) {
            paper.put_pixel(x.min(1699), y.min(2199), *pixel);
        }
    }
    let mut bytes = Vec::new();
    DynamicImage::ImageLuma8(paper).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

#[test]
fn blank_pages_are_marked_and_stay() {
    let white_ground = edited(&text_pdf(&[&[]]), |document, page| {
        document.add_page_contents(page, b"1 g 0 0 612 792 re f".to_vec()).unwrap();
    });
    let grey_ground = edited(&text_pdf(&[&[]]), |document, page| {
        document.add_page_contents(page, b"0 g 100 100 300 2 re f".to_vec()).unwrap();
    });
    let cases = [
        ("no content", text_pdf(&[&[]]), true),
        ("spaces", text_pdf(&[&[(72.0, 700.0, "   ")]]), true),
        ("white ground", white_ground, true),
        ("scanned paper", scanned_paper(ImageFormat::Jpeg, false), true),
        ("one word", text_pdf(&[&[(72.0, 700.0, "x")]]), false),
        ("a line", grey_ground, false),
        ("a page number", scanned_paper(ImageFormat::Jpeg, true), false),
        ("a facesheet", crate::files::scanned_facesheet(ImageFormat::Jpeg, 200.0), false),
    ];
    let fragments = cases.iter().map(|(name, bytes, _)| fragment(name, "", bytes.clone())).collect();
    let assembled = made(fragments);
    assert_eq!(assembled.pages.len(), cases.len());
    for ((name, _, blank), page) in cases.iter().zip(&assembled.pages) {
        assert_eq!(page.blank, *blank, "{name}");
    }
    let marked = manifest(&assembled.pdf).pages.iter().filter(|page| page.blank).count();
    assert_eq!(marked, 4);
}

#[test]
fn exact_repeats_are_marked_and_stay() {
    let fax = crate::files::scanned_facesheet(ImageFormat::Jpeg, 100.0);
    let fragments = vec![
        fragment("a", "", numbered_pdf("a", 2)),
        fragment("b", "", fax.clone()),
        fragment("c", "", numbered_pdf("a", 2)),
        fragment("d", "", fax),
        fragment("e", "", numbered_pdf("b", 2)),
        fragment("f", "", text_pdf(&[&[], &[]])),
    ];
    let repeats: Vec<Option<u32>> = made(fragments).pages.iter().map(|page| page.repeats).collect();
    let expected = [None, None, None, Some(1), Some(2), Some(3), None, None, None, None];
    assert_eq!(repeats, expected);
}

#[test]
fn every_turn_is_one_that_readers_know_and_odd_sizes_stay() {
    let turned = |degrees: i64| {
        edited(&numbered_pdf("t", 1), |document, page| {
            let page = document.get_dictionary_mut(page).unwrap();
            page.set("Rotate", degrees);
            page.set("MediaBox", vec![0.into(), 0.into(), 240.into(), 2_000.into()]);
        })
    };
    let degrees = [-90, 450, 360, 180, 89];
    let fragments = degrees.iter().map(|turn| fragment(&turn.to_string(), "", turned(*turn))).collect();
    let assembled = made(fragments);
    let document = OpenDocument::open(assembled.pdf).unwrap();
    let sizes: Vec<(f32, f32)> = documents::read::inspect(&document)
        .unwrap()
        .iter()
        .map(|page| (page.width_pt, page.height_pt))
        .collect();
    let (upright, lying) = ((240.0, 2_000.0), (2_000.0, 240.0));
    assert_eq!(sizes, [lying, lying, upright, upright, lying]);
}

#[test]
fn signatures_and_attachments_are_counted_before_they_are_lost() {
    let signed = edited(&text_pdf(&[&FACESHEET]), |document, _| {
        let value = document.add_object(dictionary! {
            "Type" => "Sig", "Filter" => "Adobe.PPKLite", "ByteRange" => vec![0.into(), 9.into()],
            "Contents" => Object::string_literal("not a real one"),
        });
        let given = document.add_object(dictionary! { "FT" => "Sig", "V" => value });
        let empty = document.add_object(dictionary! { "FT" => "Sig" });
        let parent = dictionary! { "FT" => "Sig", "Kids" => vec![given.into(), empty.into()] };
        let parent = document.add_object(parent);
        let file = document.add_object(dictionary! { "Type" => "Filespec" });
        let list = vec![Object::string_literal("labs.pdf"), file.into()];
        let catalog = document.catalog_mut().unwrap();
        catalog.set("AcroForm", dictionary! { "SigFlags" => 3, "Fields" => vec![parent.into()] });
        catalog.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => list } });
    });
    let assembled = made(vec![fragment("a", "", signed), fragment("b", "", numbered_pdf("b", 1))]);
    let counts: Vec<(u32, u32)> =
        assembled.fragments.iter().map(|one| (one.signatures, one.attachments)).collect();
    assert_eq!(counts, [(1, 1), (0, 0)]);
    let manifest = manifest(&assembled.pdf);
    assert_eq!((manifest.documents[0].signatures, manifest.documents[0].attachments), (1, 1));
}
