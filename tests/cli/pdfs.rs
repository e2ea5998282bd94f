//! Self-made PDFs: born digital, in 12 point Helvetica, a list of lines a page.

use lopdf::content::{Content, Operation};
use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};

/// A name that must never stand in anything but the answer itself.
pub(crate) const PLANTED_FAMILY: &str = "Zyxwvutsky";

/// Who she is and who pays: the rules of Medicare bind. The number is the sample of Medicare's own card.
pub(crate) const FACESHEET: [&str; 9] = [
    "PATIENT FACESHEET",
    "Patient Information",
    "Patient Name: Zyxwvutsky, Quentina",
    "Date of Birth: 04/17/1961",
    "MRN: E7654321",
    "Coverage",
    "Payer: Medicare Part A and B",
    "Subscriber ID: 1EG4TE5MK73",
    "Emergency Contact: none given",
];

/// An order that nobody has signed.
pub(crate) const UNSIGNED_ORDER: [&str; 12] = [
    "DME ORDER",
    "Patient Name: Zyxwvutsky, Quentina",
    "DOB: 04/17/1961",
    "MRN: E7654321",
    "Ordered On: 11/16/2026",
    "Order Details",
    "E0601 CPAP device, quantity 1",
    "Diagnosis: G47.33 Obstructive sleep apnea",
    "Length of need: 99 months",
    "Authorizing Provider: Moreau, Dennis, MD",
    "NPI: 1866254596",
    "Order Status: Pended, not signed",
];

/// Text no coordinator would take for a chart.
pub(crate) const RECIPE: [&str; 7] = [
    "Grandmother's pancakes",
    "Take two cups of flour, three eggs and a pint of milk.",
    "Whisk until smooth, let it rest while the pan gets hot.",
    "Bake each side until golden and stack them on a warm plate.",
    "Serve with maple syrup, berries or a little sugar.",
    "Leftovers keep for a day in the refrigerator.",
    "They taste best on a slow Sunday morning.",
];

/// One page an entry.
pub(crate) fn document(pages: &[&[&str]]) -> Document {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let kids: Vec<Object> = pages
        .iter()
        .map(|lines| {
            let content = document.add_object(Stream::new(dictionary! {}, drawn(lines)));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
                "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
            };
            Object::Reference(document.add_object(page))
        })
        .collect();
    let count = i64::try_from(kids.len()).expect("a page count");
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document
}

fn drawn(lines: &[&str]) -> Vec<u8> {
    let mut operations = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let y = 720 - 20 * i64::try_from(index).expect("few lines");
        operations.push(Operation::new("BT", vec![]));
        operations.push(Operation::new("Tf", vec!["F1".into(), 12.into()]));
        operations.push(Operation::new("Td", vec![72.into(), y.into()]));
        operations.push(Operation::new("Tj", vec![Object::string_literal(*line)]));
        operations.push(Operation::new("ET", vec![]));
    }
    Content { operations }.encode().expect("content")
}

pub(crate) fn pdf(pages: &[&[&str]]) -> Vec<u8> {
    saved(document(pages))
}

/// Opens only with a password.
pub(crate) fn locked_pdf(pages: &[&[&str]]) -> Vec<u8> {
    let mut document = document(pages);
    document.trailer.set("ID", vec![Object::string_literal("0123456789abcdef"); 2]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).expect("a key");
    document.encrypt(&state).expect("encrypted");
    saved(document)
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("saved");
    bytes
}
