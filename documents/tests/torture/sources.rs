//! Whole files to be damaged: four shapes as different writers leave them, with words that tell one page
//! from every other.

use crate::dice::Dice;
use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, SaveOptions, Stream, dictionary};

/// A whole file and what stands on its pages.
pub(crate) struct Source {
    pub(crate) pdf: Vec<u8>,
    /// Page by page, the words in reading order.
    pub(crate) pages: Vec<Vec<String>>,
}

/// Words a page; about what a letter has.
const WORDS: usize = 240;
const WORDS_ON_LINE: usize = 8;

/// The file of a seed; the remainder by four decides its shape.
pub(crate) fn source(seed: u64) -> Source {
    let mut dice = Dice::new(seed);
    let page_count = 2 + dice.below(9);
    let pages: Vec<Vec<String>> = (0..page_count).map(|page| words(seed, page, &mut dice)).collect();
    let mut document = Document::with_version("1.5");
    let shape = seed % 4;
    if shape != 2 {
        document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    }
    let tree_first = shape < 2;
    let tree = if tree_first { document.new_object_id() } else { (9_000, 0) };
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let kids: Vec<ObjectId> =
        pages.iter().map(|words| page(&mut document, tree, font, shape, words, &mut dice)).collect();
    let kids: Vec<Object> = kids.into_iter().map(Object::Reference).collect();
    let mut root = dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids };
    if shape == 3 {
        root.set("MediaBox", letter());
        root.set("Resources", resources(font));
    }
    document.set_object(tree, root);
    document.max_id = document.max_id.max(tree.0);
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    Source { pdf: saved(document, shape == 2), pages }
}

/// Words that no other page has, so that a page can be recognised by any half of them.
fn words(seed: u64, page: usize, dice: &mut Dice) -> Vec<String> {
    let mark = |word: usize| format!("s{seed}p{page}w{word}");
    // No letters in a row: what is no language is taken for a broken text layer, and recognised.
    (0..WORDS).map(|word| format!("{}{}", mark(word), "a1b2c3d4".split_at(dice.below(8)).0)).collect()
}

fn page(
    document: &mut Document,
    tree: ObjectId,
    font: ObjectId,
    shape: u64,
    words: &[String],
    dice: &mut Dice,
) -> ObjectId {
    let mut content = String::from("BT /F1 9 Tf 40 750 Td 11 TL\n");
    for line in words.chunks(WORDS_ON_LINE) {
        content.push_str(&format!("({}) Tj T*\n", line.join(" ")));
    }
    content.push_str("ET\n");
    let id = document.new_object_id();
    let mut page = dictionary! { "Type" => "Page", "Parent" => tree };
    if shape == 3 {
        content.push_str("q 200 0 0 100 40 40 cm /Im1 Do Q\n");
        let picture = document.add_object(picture(dice));
        let mut own = resources(font);
        own.set("XObject", dictionary! { "Im1" => picture });
        page.set("Resources", own);
    } else {
        page.set("MediaBox", letter());
        page.set("Resources", resources(font));
    }
    let mut stream = Stream::new(Dictionary::new(), content.into_bytes());
    if shape != 0 {
        stream.compress().unwrap();
    }
    page.set("Contents", document.add_object(stream));
    document.set_object(id, page);
    id
}

/// A noisy grey picture, compressed, as large as a page's share of a scan.
fn picture(dice: &mut Dice) -> Stream {
    let samples: Vec<u8> = (0..120 * 60).map(|_| (dice.below(32) * 8) as u8).collect();
    let mut stream = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => 120, "Height" => 60,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
        },
        samples,
    );
    stream.compress().unwrap();
    stream
}

fn letter() -> Object {
    vec![0.into(), 0.into(), 612.into(), 792.into()].into()
}

fn resources(font: ObjectId) -> Dictionary {
    dictionary! { "Font" => dictionary! { "F1" => font } }
}

fn saved(mut document: Document, modern: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    if modern {
        let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
        document.save_with_options(&mut bytes, options).unwrap();
    } else {
        document.save_to(&mut bytes).unwrap();
    }
    bytes
}
