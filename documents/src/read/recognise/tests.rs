//! What the engine gives on a page drawn here.

use super::{READS_BADLY, READS_BADLY_WORDS, Recogniser, reads_badly, words};
use crate::open::OpenDocument;
use crate::read::page_image::{self, PageImage};
use crate::read::rows::Piece;
use image::imageops;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

const LINES: [&str; 4] = [
    "AHI (3%) 15.0 REI (4%) 11.7 Lowest SpO2 81%",
    "A7034 Nasal mask 1 per 3 months",
    "Member E5760302 Group 4410 Phone 555-0149",
    "Seen 04/17/1961 BMI 35.2 Neck 17 in",
];

/// The lines as a scan of 200 dpi, a little out of focus.
fn scan() -> PageImage {
    let mut pdf = Pdf::new();
    let [catalog, tree, font, page, content] = [1, 2, 3, 4, 5].map(Ref::new);
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    let mut leaf = pdf.page(page);
    leaf.parent(tree).media_box(Rect::new(0.0, 0.0, 612.0, 396.0)).contents(content);
    leaf.resources().fonts().pair(Name(b"F1"), font);
    leaf.finish();
    let mut shown = Content::new();
    for (line, text) in (0u8..).zip(LINES) {
        let y = 320.0 - 40.0 * f32::from(line);
        shown.begin_text().set_font(Name(b"F1"), 11.0).next_line(72.0, y);
        shown.show(Str(text.as_bytes())).end_text();
    }
    pdf.stream(content, &shown.finish());
    let document = OpenDocument::open(pdf.finish()).unwrap();
    let mut image = page_image::drawn(document.page(1).unwrap(), 200.0);
    image.pixels = imageops::blur(&image.pixels, 0.8);
    image
}

fn find<'a>(lines: &'a mut [Vec<Piece>], text: &str) -> &'a mut Piece {
    lines.iter_mut().flatten().find(|piece| piece.text == text).unwrap()
}

#[test]
fn the_lists_of_characters_say_what_the_table_says() {
    let engine = Recogniser::new(None, "eng").unwrap();
    let image = scan();
    engine.lines(&image).unwrap();
    let (width, height) = image.pixels.dimensions();
    engine.engine.set_picture(image.pixels.as_raw(), width, height, 200).unwrap();
    engine.engine.recognise().unwrap();
    let boxes = engine.engine.box_text().unwrap();
    let order = engine.engine.lstm_box_text().unwrap();
    let sure = engine.engine.word_confidences().unwrap();
    let listed = words::of_characters(&boxes, &order, &sure, height as i32).unwrap();
    let table = words::of_table(&engine.engine.tsv_text().unwrap());
    assert_eq!(listed.len(), LINES.len());
    for (one, other) in listed.iter().flatten().zip(table.iter().flatten()) {
        assert_eq!(one.text, other.text);
        assert!((one.confidence - other.confidence).abs() < 0.011);
        let apart = one.pixels.iter().zip(other.pixels).map(|(a, b)| (a - b).abs()).max();
        assert!(apart.is_some_and(|pixels| pixels <= 2), "{:?} {:?}", one.pixels, other.pixels);
    }
    assert_eq!(
        listed.iter().map(Vec::len).collect::<Vec<_>>(),
        table.iter().map(Vec::len).collect::<Vec<_>>()
    );
}

#[test]
fn a_page_reads_badly_when_hardly_a_word_of_many_is_sure() {
    let engine = Recogniser::new(None, "eng").unwrap();
    let mut lines = engine.lines(&scan()).unwrap();
    let words = lines.iter().flatten().count();
    assert!(words >= READS_BADLY_WORDS && !reads_badly(&lines));
    let unsure = |piece: &mut Piece| piece.confidence = READS_BADLY.0 - 0.01;
    // Fewer than the share that says so.
    let few = (words as f32 * (1.0 - READS_BADLY.1)) as usize - 1;
    lines.iter_mut().flatten().take(few).for_each(unsure);
    assert!(!reads_badly(&lines));
    lines.iter_mut().flatten().for_each(unsure);
    assert!(reads_badly(&lines));
    // Of a few words nothing is said: a stamp, a signature.
    lines.truncate(1);
    lines[0].truncate(READS_BADLY_WORDS - 1);
    assert!(!reads_badly(&lines));
}

#[test]
fn misread_words_are_mended_or_doubted_and_good_ones_stay() {
    let engine = Recogniser::new(None, "eng").unwrap();
    let image = scan();
    let mut lines = engine.lines(&image).unwrap();
    let words = |lines: &[Vec<Piece>]| -> Vec<String> {
        lines.iter().flatten().map(|piece| piece.text.clone()).collect()
    };
    let right = words(&lines);
    assert_eq!(right.join(" "), LINES.join(" "));
    // Every word is doubted, and some are as an engine may have misread them.
    for piece in lines.iter_mut().flatten() {
        piece.confidence = 0.84;
    }
    let misread = [("11.7", "17"), ("A7034", "A1034"), ("35.2", "352"), ("04/17/1961", "04/11/1961")];
    for (printed, read) in misread {
        find(&mut lines, printed).text = read.to_owned();
    }
    // The box ends before the dropped character.
    let code = find(&mut lines, "E5760302");
    code.text = "5760302".to_owned();
    code.bbox[0] += (code.bbox[2] - code.bbox[0]) / 8.0;
    // Far from what is printed: not mended, no longer believed.
    find(&mut lines, "4410").text = "9967".to_owned();

    engine.look_again(&image, &mut lines).unwrap();

    assert!(find(&mut lines, "9967").confidence <= 0.5);
    find(&mut lines, "9967").text = "4410".to_owned();
    assert_eq!(words(&lines), right);
    let doubted = lines.iter().flatten().filter(|piece| piece.confidence <= 0.5);
    assert_eq!(doubted.map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["4410"]);
    // The engine reads whole pages again afterwards, and the same.
    assert_eq!(words(&engine.lines(&image).unwrap()), right);
}
