//! Forms and annotations become part of the page: values, ticks, stamps and marks are seen by everything
//! that reads the page afterwards; what nobody sees stays unseen.

use crate::files::text_pdf;
use documents::OpenDocument;
use documents::convert::{Flattened, flatten, is_xfa_placeholder};
use documents::picture::page_png;
use documents::read::{PageReader, ReadSettings};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

fn rect(x: i64, y: i64, width: i64, height: i64) -> Object {
    vec![x.into(), y.into(), (x + width).into(), (y + height).into()].into()
}

fn text(value: &str) -> Object {
    Object::string_literal(value)
}

/// A page of one line with these annotations and this form.
fn page_with(annotations: Vec<Dictionary>, form: Option<Dictionary>) -> Document {
    let mut document = Document::load_mem(&text_pdf(&[&[(72.0, 740.0, "Order form")]])).unwrap();
    let page = document.page_iter().next().unwrap();
    let ids: Vec<Object> = annotations.into_iter().map(|one| document.add_object(one).into()).collect();
    if let Some(mut form) = form {
        form.set("Fields", ids.clone());
        document.catalog_mut().unwrap().set("AcroForm", form);
    }
    document.get_dictionary_mut(page).unwrap().set("Annots", ids);
    document
}

fn saved(document: &Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.clone().save_to(&mut bytes).unwrap();
    bytes
}

/// The first page's words after flattening, and what was done.
fn read(mut document: Document) -> (String, Flattened) {
    let flattened = flatten(&mut document);
    let opened = OpenDocument::open(saved(&document)).unwrap();
    (PageReader::new(None).read_page(&opened, 1, &ReadSettings::default()).unwrap().text, flattened)
}

fn field(kind: &str, place: Object, more: Dictionary) -> Dictionary {
    let mut field = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => kind, "Rect" => place,
        "DA" => text("/Helv 11 Tf 0 g"),
    };
    field.extend(&more);
    field
}

#[test]
fn values_without_pictures_of_themselves_are_drawn() {
    let fields = vec![
        field("Tx", rect(72, 700, 200, 18), dictionary! { "V" => text("Example, Maria") }),
        field(
            "Tx",
            rect(72, 600, 200, 80),
            dictionary! { "V" => text("CPAP at 5 to 15 cmH2O with heated humidifier\rand a full face mask"), "Ff" => 1 << 12 },
        ),
        field("Ch", rect(72, 560, 200, 18), dictionary! { "V" => text("Resupply") }),
        field(
            "Tx",
            rect(72, 530, 100, 18),
            dictionary! { "V" => text("04171961"), "Ff" => 1 << 24, "MaxLen" => 8 },
        ),
        field("Tx", rect(72, 500, 100, 18), dictionary! { "V" => text("secret"), "Ff" => 1 << 13 }),
        field("Tx", rect(72, 470, 60, 18), dictionary! { "V" => text("much too long for its frame") }),
    ];
    let document = page_with(fields, Some(dictionary! { "NeedAppearances" => true }));
    let (words, flattened) = read(document);
    for part in [
        "Order form",
        "Example, Maria",
        "5 to 15 cmH2O",
        "full face mask",
        "Resupply",
        "much too long for its frame",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert!(words.replace([' ', '\n'], "").contains("04171961"), "{words}");
    assert!(!words.contains("secret"));
    assert_eq!((flattened.fields, flattened.made), (5, 5));
}

#[test]
fn a_value_handed_down_from_its_parent_is_drawn() {
    let mut document = page_with(vec![], Some(dictionary! { "DA" => text("/Helv 0 Tf 0 0 1 rg") }));
    let parent = document.add_object(dictionary! { "FT" => "Tx", "V" => text("G47.33"), "T" => text("dx") });
    let widget = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "Parent" => parent, "Rect" => rect(72, 600, 90, 20),
    });
    let page = document.page_iter().next().unwrap();
    document.get_dictionary_mut(page).unwrap().set("Annots", vec![widget.into()]);
    let (words, flattened) = read(document);
    assert!(words.contains("G47.33"), "{words}");
    assert_eq!(flattened.made, 1);
}

/// An appearance that says something.
fn appearance(document: &mut Document, words: &str) -> Object {
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let content = format!("BT /F 12 Tf 2 4 Td ({words}) Tj ET");
    let stream = Stream::new(
        dictionary! {
            "BBox" => vec![0.into(), 0.into(), 150.into(), 16.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        },
        content.into_bytes(),
    );
    document.add_object(stream).into()
}

#[test]
fn stored_pictures_states_and_stamps_are_drawn_once_and_hidden_ones_not() {
    let mut document = page_with(vec![], Some(dictionary! {}));
    let page = document.page_iter().next().unwrap();
    let annotation = |document: &mut Document, subtype: &str, words: &str, y: i64, flags: i64| {
        let picture = appearance(document, words);
        document.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => subtype, "Rect" => rect(72, y, 150, 16), "F" => flags,
            "AP" => dictionary! { "N" => picture },
        })
    };
    let mut ids = vec![
        annotation(&mut document, "Stamp", "APPROVED", 600, 4),
        annotation(&mut document, "Stamp", "NOBODY SEES", 560, 2),
        annotation(&mut document, "Popup", "POPPED UP", 520, 0),
        annotation(&mut document, "Link", "LINKED", 480, 0),
    ];
    let (on, off) = (appearance(&mut document, "TICKED"), appearance(&mut document, "NOT TICKED"));
    ids.push(document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Btn", "AS" => "Yes", "Rect" => rect(72, 440, 150, 16),
        "AP" => dictionary! { "N" => dictionary! { "Yes" => on, "Off" => off } },
    }));
    let listed: Vec<Object> = ids.iter().map(|id| Object::Reference(*id)).collect();
    document.get_dictionary_mut(page).unwrap().set("Annots", listed);
    let mut flat = document.clone();
    let (words, flattened) = read(document);
    let lines: Vec<&str> = words.lines().collect();
    assert!(lines.contains(&"APPROVED") && lines.contains(&"TICKED"), "{words}");
    assert!(
        !words.contains("NOBODY") && !words.contains("POPPED") && !words.contains("NOT TICKED"),
        "{words}"
    );
    assert_eq!((flattened.fields, flattened.annotations, flattened.made, flattened.hidden), (1, 1, 0, 1));
    flatten(&mut flat);
    // The link is all that is left to click, and the form is gone.
    let page = flat.get_dictionary(page).unwrap();
    assert_eq!(page.get(b"Annots").and_then(Object::as_array).unwrap().len(), 1);
    assert!(!flat.catalog().unwrap().has(b"AcroForm"));
    assert_eq!(flatten(&mut flat), Flattened::default());
}

#[test]
fn free_text_marks_and_ink_without_pictures_are_seen() {
    let ink: Vec<Object> = vec![vec![100.into(), 300.into(), 200.into(), 340.into()].into()];
    let quad: Vec<Object> = [72, 512, 272, 512, 72, 500, 272, 500].map(Object::Integer).to_vec();
    let annotations = vec![
        dictionary! {
            "Subtype" => "FreeText", "Rect" => rect(72, 600, 200, 40), "Contents" => text("call the patient"),
            "DA" => text("/Helv 12 Tf 1 0 0 rg"),
        },
        dictionary! { "Subtype" => "Ink", "Rect" => rect(95, 295, 110, 50), "InkList" => ink, "BS" => dictionary! { "W" => 6 } },
        dictionary! {
            "Subtype" => "Highlight", "Rect" => rect(72, 500, 200, 12), "QuadPoints" => quad,
            "C" => vec![1.into(), 1.into(), 0.into()],
        },
    ];
    let mut document = page_with(annotations, None);
    let (words, flattened) = read(document.clone());
    assert!(words.contains("call the patient"), "{words}");
    assert_eq!((flattened.annotations, flattened.made), (3, 3));
    flatten(&mut document);
    let opened = OpenDocument::open(saved(&document)).unwrap();
    let picture = image::load_from_memory(&page_png(&opened, 1, 72.0).unwrap()).unwrap().to_rgb8();
    assert!(picture.get_pixel(150, 792 - 320).0.iter().all(|tone| *tone < 100), "ink");
    let marked = picture.get_pixel(200, 792 - 506).0;
    assert!(marked[0] > 230 && marked[2] < 60, "{marked:?}");
}

#[test]
fn a_page_that_only_asks_for_another_program_is_known() {
    let xfa = |words: &str| {
        let mut document = Document::load_mem(&text_pdf(&[&[(72.0, 700.0, words)]])).unwrap();
        document
            .catalog_mut()
            .unwrap()
            .set("AcroForm", dictionary! { "XFA" => text("<xdp/>"), "Fields" => Vec::<Object>::new() });
        document
    };
    assert!(is_xfa_placeholder(&xfa("Please wait... If this message is not eventually replaced")));
    assert!(!is_xfa_placeholder(&xfa("Certificate of medical necessity")));
    let mut dynamic = xfa("anything");
    dynamic.catalog_mut().unwrap().set("NeedsRendering", true);
    assert!(flatten(&mut dynamic).xfa_placeholder);
    assert!(!is_xfa_placeholder(&page_with(vec![], None)));
}
