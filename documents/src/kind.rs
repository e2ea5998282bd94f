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
    /// HTML, whether a note or a login page.
    Html,
    /// Rich Text Format.
    Rtf,
    /// Readable text without markup.
    Text,
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
            Self::Html => "html",
            Self::Rtf => "rtf",
            Self::Text => "plain text",
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
        [b'{', b'\\', b'r', b't', b'f', ..] => return FileKind::Rtf,
        _ => {}
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

fn looks_like_text(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(TEXT_SAMPLE_BYTES)];
    if sample.is_empty() || sample.contains(&0) {
        return false;
    }
    let valid = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // Cut inside a character at the end of the sample.
        Err(error) => error.error_len().is_none(),
    };
    let controls = sample.iter().filter(|byte| **byte < 0x20 && !b"\t\n\r\x0c".contains(byte)).count();
    valid && controls * 50 < sample.len()
}

#[cfg(test)]
mod tests {
    use super::{FileKind, sniff};

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let cases: [(&[u8], FileKind); 14] = [
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
            (b"", FileKind::Unknown),
            (b"\0\x01\x02\x03", FileKind::Unknown),
        ];
        for (bytes, expected) in cases {
            assert_eq!(sniff(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
