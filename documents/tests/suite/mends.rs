//! What is mended in a damaged file, kind by kind, in files written here byte by byte.

use documents::OpenDocument;
use documents::read::{PageReader, ReadSettings};
use documents::repair::{Damage, FileState, Mended, PageLoss, RepairLimits, mend};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Document, Object};
use std::io::Write;

const WORDS: &str = "oxygen concentrator qualifying saturation ordered";

/// Lines of text, as a program fills a column.
fn content(lines: usize) -> Vec<u8> {
    let mut text = String::from("BT /F1 10 Tf ET\n");
    for line in 0..lines {
        let y = 740 - line * 12;
        text += &format!("BT 54 {y} Td ({line} {WORDS} {}) Tj ET\n", line * 7919 % 1000);
    }
    text.into_bytes()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("<< {entries} /Length {} >>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

/// A file of objects numbered from 1, with its table.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    places.iter().for_each(|place| bytes.extend(format!("{place:010} 00000 n \n").bytes()));
    let size = places.len() + 1;
    bytes.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    bytes
}

/// One page of text; resources and font stand behind the content, as many writers have them.
fn page_of(content: &[u8]) -> Vec<Vec<u8>> {
    vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Resources 5 0 R /Contents 4 0 R >>".to_vec(),
        stream("/Filter /FlateDecode", &zlib(content)),
        b"<< /Font << /F1 6 0 R >> >>".to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>".to_vec(),
    ]
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

fn cut_before(bytes: &[u8], mark: &[u8]) -> Vec<u8> {
    let at = bytes.windows(mark.len()).position(|window| window == mark).unwrap();
    bytes[..at].to_vec()
}

fn mended(bytes: Vec<u8>) -> Mended {
    let mended = mend(bytes, &RepairLimits::default());
    assert!(mended.pdf.is_some(), "{mended:?}");
    mended
}

fn text_of(mended: &Mended) -> String {
    let document = OpenDocument::open(mended.pdf.clone().unwrap()).unwrap();
    PageReader::new(None).read_page(&document, 1, &ReadSettings::default()).unwrap().text
}

fn damages(mended: &Mended) -> Vec<Damage> {
    match &mended.state {
        FileState::Repaired { what } => what.clone(),
        other => panic!("{other:?}"),
    }
}

/// The page's font under the name F1.
fn font_of(mended: &Mended) -> lopdf::Dictionary {
    let document = Document::load_mem(mended.pdf.as_ref().unwrap()).unwrap();
    let page = document.page_iter().next().unwrap();
    let fonts = document.get_page_fonts(page).unwrap();
    (*fonts.get(&b"F1"[..]).unwrap()).clone()
}

#[test]
fn one_turned_bit_in_compressed_text_is_turned_back() {
    let text = content(40);
    let packed = zlib(&text);
    let whole = file(&page_of(&text));
    let start = whole.windows(packed.len()).position(|window| window == packed).unwrap();
    for share in [3, 5, 8] {
        let mut bytes = whole.clone();
        bytes[start + packed.len() * share / 10] ^= 0x20;
        let mended = mended(bytes);
        assert_eq!(mended.pages[0].lost, None, "{mended:?}");
        assert!(damages(&mended).contains(&Damage::StreamsDamaged));
        let text = text_of(&mended);
        assert_eq!(text.matches(WORDS).count(), 40);
    }
}

#[test]
fn two_turned_bits_leave_what_came_before() {
    let text = content(40);
    let packed = zlib(&text);
    let mut bytes = file(&page_of(&text));
    let start = bytes.windows(packed.len()).position(|window| window == packed).unwrap();
    bytes[start + packed.len() / 2] ^= 0x20;
    bytes[start + packed.len() * 3 / 4] ^= 0x08;
    let mended = mended(bytes);
    assert_eq!(mended.pages[0].lost, Some(PageLoss::PartOfContent));
    assert!(text_of(&mended).matches(WORDS).count() >= 10);
}

#[test]
fn text_whose_font_was_cut_off_is_set_in_a_standard_one_that_fits() {
    // A fixed pitch: lines of as many characters each, whatever the letters.
    let mut lines = String::from("BT /F1 10 Tf ET\n");
    for (line, text) in ["illicit", "WOMMWOM", "fillily", "MAMMOTH", "illness", "WARMOWM"].iter().enumerate()
    {
        let y = 740 - line * 12;
        lines += &format!("BT 54 {y} Td ({text} {text} {text} {text}) Tj ET\n");
    }
    let whole = file(&page_of(lines.as_bytes()));
    for mark in [&b"6 0 obj"[..], b"5 0 obj"] {
        let mended = mended(cut_before(&whole, mark));
        assert_eq!(mended.pages[0].lost, Some(PageLoss::Font), "{mended:?}");
        assert!(text_of(&mended).contains("WOMMWOM"));
        assert_eq!(font_of(&mended).get(b"BaseFont").unwrap().as_name().unwrap(), b"Courier");
    }
}

#[test]
fn text_in_codes_of_a_lost_font_is_told_to_be_lost() {
    let text = b"BT /F1 10 Tf 54 700 Td <000100020003000400050006> Tj 0 -12 Td <00070008> Tj ET";
    let mended = mended(cut_before(&file(&page_of(text)), b"6 0 obj"));
    assert_eq!(mended.pages[0].lost, Some(PageLoss::PartOfContent));
}

#[test]
fn a_torn_font_program_gives_way_where_its_characters_are_known() {
    let text = b"BT /F1 10 Tf 54 700 Td <00010002> Tj ET";
    let map = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> \
        endcodespacerange 2 beginbfchar <0001> <004F> <0002> <004B> endbfchar endcmap end";
    let mut objects = page_of(text);
    objects[5] = b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+LiberationSans /Encoding /Identity-H \
        /ToUnicode 7 0 R /DescendantFonts [8 0 R] >>"
        .to_vec();
    objects.push(stream("/Filter /FlateDecode", &zlib(map)));
    objects.push(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+LiberationSans /FontDescriptor 9 0 R \
        /CIDToGIDMap /Identity /DW 700 /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> >>"
            .to_vec(),
    );
    objects.push(
        b"<< /Type /FontDescriptor /FontName /ABCDEF+LiberationSans /Flags 4 /FontFile2 10 0 R >>".to_vec(),
    );
    let program: Vec<u8> = (0..9_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    objects.push(stream("/Filter /FlateDecode", &zlib(&program)));
    let whole = file(&objects);
    for cut in [whole.len() / 2, whole.windows(8).position(|at| at == b"10 0 obj").unwrap()] {
        let mended = mended(whole[..cut].to_vec());
        assert_eq!(mended.pages[0].lost, Some(PageLoss::Font), "{mended:?}");
        let font = font_of(&mended);
        assert_eq!(font.get(b"BaseFont").unwrap().as_name().unwrap(), b"LiberationSans");
        let document = Document::load_mem(mended.pdf.as_ref().unwrap()).unwrap();
        let below = font.get(b"DescendantFonts").unwrap().as_array().unwrap()[0].as_reference().unwrap();
        let below = document.get_dictionary(below).unwrap();
        let descriptor = below.get_deref(b"FontDescriptor", &document).and_then(Object::as_dict).unwrap();
        assert!(!descriptor.has(b"FontFile2"));
        assert_eq!(text_of(&mended), "OK");
    }
}

#[test]
fn a_turned_bit_in_the_structure_is_turned_back() {
    let text = content(30);
    let whole = file(&page_of(&text));
    for (from, to) in [
        (&b"/Resources 5"[..], &b"/Pesources 5"[..]),
        (b"/Filter ", b"/FIlter "),
        (b"/FlateDecode", b"/FlateDegode"),
        (b"/F1 6 0 R", b"/F1 6 0 r"),
        (b"/F1 6 0 R >>", b"/F1 6 0 R :>"),
        (b"/F1 6 0 R >>", b"/F1 6 0 R >~"),
        (b"/Contents ", b"/Conuents "),
        (b"/Type /Page ", b"/Type /Pige "),
        (b">>\nstream", b">>\nstreal"),
    ] {
        let mended = mended(replaced(&whole, from, to));
        let found = text_of(&mended);
        assert_eq!(found.matches(WORDS).count(), 30, "{}: {mended:?}", String::from_utf8_lossy(to));
        assert_eq!(font_of(&mended).get(b"BaseFont").unwrap().as_name().unwrap(), b"Courier");
    }
}
