//! What a file is, told by its content. Names and declared types are not believed: portals serve login
//! pages as `.pdf` and scans without any type at all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The kinds of file a chart yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// PDF of any version.
    Pdf,
    /// TIFF, little or big endian, any number of pages.
    Tiff,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// BMP, as Windows programs save it.
    Bmp,
    /// HTML, whether a note or a login page.
    Html,
    /// Rich Text Format.
    Rtf,
    /// Readable text without markup.
    Text,
    /// ZIP archive, or what is left of one.
    Zip,
    /// A word processor's or spreadsheet's own format: no pages without that program.
    Office,
    /// None of these.
    Unknown,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pdf => "pdf",
            Self::Tiff => "tiff",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Bmp => "bmp",
            Self::Html => "html",
            Self::Rtf => "rtf",
            Self::Text => "plain text",
            Self::Zip => "a zip archive",
            Self::Office => "a word processor's file",
            Self::Unknown => "unknown",
        })
    }
}

/// Readers accept a PDF whose header stands within the first 1,024 bytes (Adobe's implementation note 13
/// to PDF 1.7, appendix H).
const PDF_HEADER_WITHIN_BYTES: usize = 1024;

/// How much of a file decides between text and binary.
const TEXT_SAMPLE_BYTES: usize = 4096;

/// Names the kind of a file by its first bytes. Never fails: what is not recognised is `Unknown`.
pub fn sniff(bytes: &[u8]) -> FileKind {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => return FileKind::Png,
        [0xff, 0xd8, 0xff, ..] => return FileKind::Jpeg,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => return FileKind::Tiff,
        [b'P', b'K', 3, 4, ..] => return archive(bytes),
        // An empty archive, and the first of several parts.
        [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => return FileKind::Zip,
        // The compound file of Word, Excel and Outlook before 2007.
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => return FileKind::Office,
        _ => {}
    }
    if is_bmp(bytes) {
        return FileKind::Bmp;
    }
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if unmarked.starts_with(b"{\\rtf") {
        return FileKind::Rtf;
    }
    // Before the PDF test: a web page may well quote a PDF header.
    if looks_like_html(bytes) {
        return FileKind::Html;
    }
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN_BYTES)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return FileKind::Pdf;
    }
    if looks_like_text(bytes) { FileKind::Text } else { FileKind::Unknown }
}

/// Word, Excel and LibreOffice files are archives that say so in their first entry.
fn archive(bytes: &[u8]) -> FileKind {
    let name_length = bytes.get(26..28).map_or(0, |pair| usize::from(u16::from_le_bytes([pair[0], pair[1]])));
    let name = bytes.get(30..30 + name_length).unwrap_or_default();
    let office = name == b"[Content_Types].xml" || name == b"mimetype" || name.starts_with(b"_rels/");
    if office { FileKind::Office } else { FileKind::Zip }
}

/// The two letters alone open many a text, so the header's length and planes are looked at too.
fn is_bmp(bytes: &[u8]) -> bool {
    let header = |at: usize| bytes.get(at..at + 4).map(|four| [four[0], four[1], four[2], four[3]]);
    bytes.starts_with(b"BM")
        && header(14)
            .is_some_and(|size| matches!(u32::from_le_bytes(size), 12 | 40 | 52 | 56 | 64 | 108 | 124))
        && header(10).is_some_and(|at| u32::from_le_bytes(at) >= 26)
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = String::from_utf8_lossy(&head[..head.len().min(TEXT_SAMPLE_BYTES)]).to_ascii_lowercase();
    let mut head = head.trim_start();
    // A comment or an XML declaration may stand before the document.
    while let Some(rest) = head.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
        head = rest.1.trim_start();
    }
    if let Some(rest) = head.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        head = rest.1.trim_start();
    }
    const OPENINGS: [&str; 12] = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<title",
        "<meta",
        "<script",
        "<style",
        "<div",
        "<table",
        "<form",
        "<p>",
    ];
    OPENINGS.iter().any(|opening| head.starts_with(opening))
}

/// Whether this reads as text in UTF-8, UTF-16 or Windows-1252.
fn looks_like_text(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(TEXT_SAMPLE_BYTES)];
    if sample.is_empty() {
        return false;
    }
    if let Some(big_endian) = utf16(sample) {
        return printable(&mut utf16_chars(sample, big_endian));
    }
    if sample.contains(&0) {
        return false;
    }
    match std::str::from_utf8(sample) {
        Ok(text) => printable(&mut text.chars()),
        // Cut inside a character at the end of the sample.
        Err(error) if error.error_len().is_none() => {
            printable(&mut String::from_utf8_lossy(&sample[..error.valid_up_to()]).chars())
        }
        // Windows-1252 leaves these five without a meaning; accents are the exception in any text.
        Err(_) => {
            let high = sample.iter().filter(|byte| **byte >= 0x80).count();
            !sample.iter().any(|byte| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d))
                && high * 4 < sample.len()
                && printable(&mut sample.iter().filter(|byte| **byte < 0x80).map(|byte| char::from(*byte)))
        }
    }
}

/// Whether these bytes are UTF-16, and if so whether the high byte comes first: by the mark at the start,
/// or by every second byte being zero, as in text of mostly Latin letters.
pub(crate) fn utf16(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(false),
        [0xfe, 0xff, ..] => return Some(true),
        _ => {}
    }
    let sample = &bytes[..bytes.len().min(TEXT_SAMPLE_BYTES) & !1];
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (high_first, low_first) = (zeros(0), zeros(1));
    let most = sample.len() * 4 / 10;
    match (high_first, low_first) {
        (0, zeros) if sample.len() >= 8 && zeros > most => Some(false),
        (zeros, 0) if sample.len() >= 8 && zeros > most => Some(true),
        _ => None,
    }
}

fn utf16_chars(bytes: &[u8], big_endian: bool) -> impl Iterator<Item = char> {
    let units = bytes.chunks_exact(2).map(move |pair| {
        let pair = [pair[0], pair[1]];
        if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// Hardly any control characters, and something beside them.
fn printable(chars: &mut dyn Iterator<Item = char>) -> bool {
    let (mut all, mut controls) = (0_usize, 0_usize);
    for c in chars {
        all += 1;
        controls +=
            usize::from(c == char::REPLACEMENT_CHARACTER || (c.is_control() && !"\t\n\r\x0c".contains(c)));
    }
    all > controls && controls * 50 < all.max(1)
}

#[cfg(test)]
mod tests {
    use super::{FileKind, sniff};

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let cases: [(&[u8], FileKind); 25] = [
            (b"%PDF-1.7\n", FileKind::Pdf),
            (b"junk from a mail gateway\n%PDF-1.4\n", FileKind::Pdf),
            (b"II*\0rest", FileKind::Tiff),
            (b"MM\0*rest", FileKind::Tiff),
            (b"\xff\xd8\xff\xe0", FileKind::Jpeg),
            (b"\x89PNG\r\n\x1a\n", FileKind::Png),
            (b"\n  <!DOCTYPE html><html>", FileKind::Html),
            (b"<?xml version=\"1.0\"?>\n<html xmlns=\"x\">", FileKind::Html),
            (b"<!-- %PDF-1.4 --><html>", FileKind::Html),
            (b"{\\rtf1\\ansi", FileKind::Rtf),
            (b"Progress note\nno complaints", FileKind::Text),
            ("M\u{fc}ller".as_bytes(), FileKind::Text),
            (b"M\xfcller, Jos\xe9: no complaints", FileKind::Text),
            (b"\xff\xfeN\0o\0t\0e\0", FileKind::Text),
            (b"\xfe\xff\0N\0o\0t\0e", FileKind::Text),
            (b"P\0r\0o\0g\0r\0e\0s\0s\0", FileKind::Text),
            (b"BM is an abbreviation of bowel movement", FileKind::Text),
            (b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", FileKind::Bmp),
            (b"\xef\xbb\xbf\n{\\rtf1\\ansi", FileKind::Rtf),
            (b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.pdf", FileKind::Zip),
            (
                b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml",
                FileKind::Office,
            ),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind::Office),
            (b"\x81\x8d\x90\xff\xfe\x9d\x01\x02", FileKind::Unknown),
            (b"", FileKind::Unknown),
            (b"\0\x01\x02\x03", FileKind::Unknown),
        ];
        for (bytes, expected) in cases {
            assert_eq!(sniff(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
