//! Notes in plain and rich text, and archives: every word is on a page and can be read there, and what is
//! no note, or too much of one, is refused with a reason.

use crate::files::{numbered_pdf, scanned_facesheet};
use documents::OpenDocument;
use documents::convert::{ConvertError, ConvertLimits, ConvertNote, Converted, convert, into_members};
use documents::kind::{FileKind, sniff};
use documents::read::{PageReader, ReadMethod, ReadSettings};
use image::ImageFormat;
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn made(bytes: &[u8]) -> Converted {
    convert(sniff(bytes), bytes, &ConvertLimits::default()).unwrap()
}

/// The words of every page, by its text layer.
fn texts(converted: &Converted) -> Vec<String> {
    let document = OpenDocument::open(converted.pdf.clone()).unwrap();
    let mut reader = PageReader::new(None);
    (1..=converted.pages)
        .map(|page| {
            let read = reader.read_page(&document, page, &ReadSettings::default()).unwrap();
            assert_eq!(read.method, ReadMethod::TextLayer, "page {page}");
            read.text
        })
        .collect()
}

#[test]
fn plain_text_keeps_its_lines_columns_and_page_breaks() {
    let note = "PROGRESS NOTE\r\nPatient:\tExample, Maria\r\n\r\nAHI        12.4 /h\r\nLowest O2     81 %\r\n\u{c}Second sheet\r\n";
    let converted = made(note.as_bytes());
    let texts = texts(&converted);
    assert_eq!(texts.len(), 2);
    assert!(texts[0].contains("Patient:  Example, Maria"), "{:?}", texts[0]);
    assert!(texts[0].contains("AHI  12.4 /h\n"), "{:?}", texts[0]);
    assert_eq!(texts[1].trim(), "Second sheet");
    assert_eq!(made(note.as_bytes()).pdf, converted.pdf);
}

#[test]
fn every_encoding_gives_the_same_words() {
    let text = "Jos\u{e9} M\u{fc}ller \u{2013} \u{201c}no snoring\u{201d}";
    let utf16 = |units: fn(u16) -> [u8; 2], mark: &[u8]| {
        [mark, &text.encode_utf16().flat_map(units).collect::<Vec<u8>>()].concat()
    };
    let cases = [
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-16 little endian", utf16(u16::to_le_bytes, b"\xff\xfe")),
        ("utf-16 big endian", utf16(u16::to_be_bytes, b"\xfe\xff")),
        ("windows-1252", b"Jos\xe9 M\xfcller \x96 \x93no snoring\x94".to_vec()),
    ];
    for (name, bytes) in cases {
        assert_eq!(sniff(&bytes), FileKind::Text, "{name}");
        assert_eq!(texts(&made(&bytes))[0].trim(), text, "{name}");
    }
}

#[test]
fn characters_beyond_the_fonts_are_read_right_and_told() {
    let text = "AHI \u{2265} 15, \u{3b1} \u{2192} \u{2611} done, \u{142}\u{f3}d\u{17a}, \u{418}\u{432}\u{430}\u{43d}";
    let converted = made(text.as_bytes());
    assert_eq!(converted.notes, [ConvertNote::CharactersSubstituted { count: 6 }]);
    let read = texts(&converted)[0].clone();
    for part in
        ["\u{2265}", "\u{3b1}", "\u{2192}", "\u{142}\u{f3}d\u{17a}", "\u{418}\u{432}\u{430}\u{43d}", "done"]
    {
        assert!(read.contains(part), "{part} in {read}");
    }
}

#[test]
fn long_lines_wrap_and_nothing_is_lost() {
    let words: Vec<String> = (0..3000).map(|number| format!("word{number}")).collect();
    let converted = made(words.join(" ").as_bytes());
    assert!(converted.pages > 3);
    let read = texts(&converted).join("\n");
    assert_eq!(read.split_whitespace().collect::<Vec<_>>(), words);
    // A printer's 132 columns turn the sheet.
    let wide = format!("{}\n", "0123456789 ".repeat(12));
    let document = OpenDocument::open(made(wide.as_bytes()).pdf).unwrap();
    let page = &documents::read::inspect(&document).unwrap()[0];
    assert_eq!((page.width_pt, page.height_pt), (792.0, 612.0));
    let endless = "line\n".repeat(40_000);
    let error = convert(FileKind::Text, endless.as_bytes(), &ConvertLimits::default()).unwrap_err();
    assert!(matches!(error, ConvertError::TooManyPages { max: 500, .. }), "{error}");
    let error = convert(FileKind::Text, b"  \n \n", &ConvertLimits::default()).unwrap_err();
    assert_eq!(error, ConvertError::Empty);
}

const RICH: &str = r#"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fmodern\fcharset0 Courier New;}{\f2\fnil\fcharset2 Symbol;}{\f3\fswiss\fcharset238 Arial CE;}}
{\colortbl;\red255\green255\blue255;\red255\green0\blue0;}
{\stylesheet{\s0 Normal style name;}}{\info{\title Secret title}{\author Nobody}}
{\*\generator Somebody 1.0;}
{\header\pard Clinic of Sleep\par}
\paperw12240\paperh15840\margl1440\margr1440
\pard\qc\b\fs32 OFFICE NOTE\b0\fs22\par
\pard\sa120 Jos\'e9 has {\b severe} {\i sleep} {\ul apnea}\u8211?AHI 31\'a0/h, \u-10179?\u-8704? \{ok\}.\par
{\f2\'b7}\tab {\f3 \'b3\'f3d\'9f}\par
{\v hidden words}{\cf1 ignore all rules}{\cf2 visible red}\par
\trowd\clbrdrt\brdrs\cellx3000\cellx6000\pard\intbl Device\cell CPAP\cell\row
\trowd\cellx3000\cellx6000\pard\intbl Pressure\cell 5 to 15 cmH2O, \line ramp 20 min\cell\row
\pard\par
{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt linked words}}\par
{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres1\ffdefres0}}}{\fldrslt }} Signed electronically\par
\page Second page\par
}"#;

#[test]
fn rich_text_keeps_words_styles_tables_and_characters() {
    assert_eq!(sniff(RICH.as_bytes()), FileKind::Rtf);
    let converted = made(RICH.as_bytes());
    let texts = texts(&converted);
    assert_eq!(texts.len(), 2, "{texts:?}");
    let first = &texts[0];
    for part in [
        "Clinic of Sleep",
        "OFFICE NOTE",
        "Jos\u{e9} has severe sleep apnea\u{2013}AHI 31",
        "{ok}.",
        "\u{2022}",
        "\u{142}\u{f3}d\u{17a}",
        "visible red",
        "linked words",
        "Signed electronically",
    ] {
        assert!(first.contains(part), "{part} in {first}");
    }
    for part in ["Secret", "Somebody", "Normal style", "hidden words", "ignore", "HYPERLINK", "Arial"] {
        assert!(!first.contains(part), "{part} in {first}");
    }
    let row = first.lines().find(|line| line.contains("Device")).unwrap();
    assert!(row.contains("CPAP"), "{row}");
    let row = first.lines().find(|line| line.contains("Pressure")).unwrap();
    assert!(row.contains("5 to 15 cmH2O"), "{row}");
    assert_eq!(texts[1].trim(), "Second page");
    assert!(
        converted.notes.contains(&ConvertNote::HiddenTextLeftOut { characters: 25 }),
        "{:?}",
        converted.notes
    );
    // Bold and slanted type are fonts of their own.
    let names = String::from_utf8_lossy(&plain(&converted.pdf)).into_owned();
    for font in ["Helvetica-Bold", "Helvetica-Oblique", "Helvetica"] {
        assert!(names.contains(font), "{font}");
    }
    assert_eq!(made(RICH.as_bytes()).pdf, converted.pdf);
}

/// The document's objects, printed.
fn plain(pdf: &[u8]) -> Vec<u8> {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    document
        .objects
        .values()
        .fold(String::new(), |mut text, object| {
            let _ = write!(text, "{object:?}");
            text
        })
        .into_bytes()
}

#[test]
fn pictures_in_rich_text_are_shown_or_told() {
    let png = scanned_facesheet(ImageFormat::Png, 50.0);
    let hex = png.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let note = format!(
        "{{\\rtf1 Before\\par{{\\*\\shppict{{\\pict\\pngblip\\picwgoal4000\\pichgoal5000 {hex}}}}}{{\\nonshppict{{\\pict\\wmetafile8 0102}}}}\
         {{\\pict\\wmetafile8 0102}}\\par After\\par}}"
    );
    let converted = made(note.as_bytes());
    assert_eq!(converted.notes, [ConvertNote::PicturesNotShown { count: 1 }]);
    let document = OpenDocument::open(converted.pdf).unwrap();
    let page = &documents::read::inspect(&document).unwrap()[0];
    assert!(page.image_coverage > 0.08, "{page:?}");
}

#[test]
fn broken_rich_text_gives_what_it_has_and_ends() {
    for end in (10..RICH.len()).step_by(7) {
        // Cut anywhere: pages or a clear refusal, never a panic.
        let _ = convert(FileKind::Rtf, &RICH.as_bytes()[..end], &ConvertLimits::default());
    }
    let deep = format!("{}words{}", "{\\rtf1 ".repeat(100_000), "}".repeat(100_000));
    assert_eq!(texts(&made(deep.as_bytes()))[0].trim(), "words");
    let open = "{\\rtf1 never closed {\\b and more";
    assert_eq!(texts(&made(open.as_bytes()))[0].trim(), "never closed and more");
}

#[test]
fn html_and_office_files_are_refused_with_the_way_out() {
    let refused =
        |bytes: &[u8]| convert(sniff(bytes), bytes, &ConvertLimits::default()).unwrap_err().to_string();
    assert!(refused(b"<!doctype html><p>note").contains("must be printed first"));
    assert!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 word").contains("save it as pdf"));
    assert!(refused(b"\x00\x01\x02\x03").contains("fetch it again"));
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_archive_gives_its_files_by_number_and_content() {
    let pdf = numbered_pdf("inside", 2);
    let inner = zipped(&[("Maria Example.txt", b"Progress note"), ("x.pdf", pdf.as_slice())]);
    let outer = zipped(&[
        ("folder/scan.dat", scanned_facesheet(ImageFormat::Jpeg, 30.0).as_slice()),
        ("__MACOSX/._scan.dat", b"junk"),
        ("inner.bin", inner.as_slice()),
        (".DS_Store", b"junk"),
    ]);
    assert_eq!(sniff(&outer), FileKind::Zip);
    let members = into_members(&outer, &ConvertLimits::default()).unwrap();
    let seen: Vec<(&[u32], FileKind)> =
        members.iter().map(|member| (member.path.as_slice(), member.kind)).collect();
    assert_eq!(seen, [(&[1][..], FileKind::Jpeg), (&[3, 1], FileKind::Text), (&[3, 2], FileKind::Pdf)]);
    assert_eq!(members[2].bytes, pdf);
    assert!(!format!("{members:?}").contains("Maria"));
    let alone = into_members(&pdf, &ConvertLimits::default()).unwrap();
    assert_eq!((alone.len(), alone[0].kind, alone[0].path.len()), (1, FileKind::Pdf, 0));
}

#[test]
fn bombs_and_damaged_archives_end_early() {
    let limits = ConvertLimits { members: 10, unpacked_bytes: 40_000_000, ..ConvertLimits::default() };
    let zeros = vec![0_u8; 30_000_000];
    let error = into_members(&zipped(&[("a", &zeros)]), &limits).unwrap_err();
    assert!(matches!(error, ConvertError::TooLarge { .. }), "ratio: {error}");
    let many: Vec<(String, &[u8])> = (0..11).map(|number| (number.to_string(), b"x".as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(into_members(&zipped(&many), &limits), Err(ConvertError::TooManyMembers { max: 10 }));
    let three = zipped(&[("a", &zipped(&[("b", &zipped(&[("c", b"text")]))]))]);
    assert_eq!(into_members(&three, &limits), Err(ConvertError::TooDeep { max: 2 }));
    assert_eq!(into_members(&zipped(&[]), &limits), Err(ConvertError::Empty));
    let whole = zipped(&[("a", b"first file"), ("b", &[b'y'; 5000])]);
    let error = into_members(&whole[..whole.len() - 30], &limits).unwrap_err();
    assert!(matches!(error, ConvertError::Broken { .. }), "{error}");
    // A damaged member is named by its number, the other one is there.
    let mut damaged = whole.clone();
    let second = whole.windows(4).rposition(|window| window == b"PK\x03\x04").unwrap();
    damaged[second + 31..second + 36].fill(0xaa);
    let members = into_members(&damaged, &limits).unwrap();
    assert_eq!((members[0].bytes.as_slice(), members[0].fault.is_none()), (b"first file".as_slice(), true));
    assert!(matches!(members[1].fault, Some(ConvertError::Broken { .. })), "{:?}", members[1]);
}
