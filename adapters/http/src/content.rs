//! What a file is, told by its first bytes: portals label scans and faxes as they please.

use domain::patient_scraper::ContentKind;

/// How far into a file a PDF's mark may stand; what stands before it is ignored by readers.
const PDF_MARK_WITHIN: usize = 1024;

/// As much of a file as is looked at to tell text from anything else.
const TEXT_SAMPLE: usize = 4096;

/// Elements with which pages begin, well-formed or not.
const TAGS: [&str; 33] = [
    "html", "head", "body", "title", "meta", "link", "style", "script", "base", "div", "span", "article",
    "section", "header", "main", "nav", "form", "table", "p", "h1", "h2", "h3", "h4", "ul", "ol", "dl",
    "center", "font", "b", "pre", "iframe", "frameset", "noscript",
];

/// The kind of a file.
pub(crate) fn kind_of(bytes: &[u8]) -> ContentKind {
    let head = &bytes[..bytes.len().min(PDF_MARK_WITHIN)];
    let starts = |mark: &[u8]| head.starts_with(mark);
    if starts(b"\xff\xd8\xff") {
        return ContentKind::Jpeg;
    }
    if starts(b"\x89PNG\r\n\x1a\n") {
        return ContentKind::Png;
    }
    // The second number is that of files beyond four gigabytes, which some fax servers write always.
    if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        return ContentKind::Tiff;
    }
    if is_bmp(bytes) {
        return ContentKind::Bmp;
    }
    // With a member, empty, or split over disks.
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") || starts(b"PK\x07\x08") {
        // A word processor's file is no archive of pages: it is refused later, with the way out.
        return if is_office(bytes) { ContentKind::Unknown } else { ContentKind::Zip };
    }
    if starts(b"{\\rtf") {
        return ContentKind::Rtf;
    }
    if is_html(bytes) {
        return ContentKind::Html;
    }
    if head.windows(5).any(|window| window == b"%PDF-") {
        return ContentKind::Pdf;
    }
    if is_text(bytes) { ContentKind::Text } else { ContentKind::Unknown }
}

/// Two letters alone could begin a note: the header behind them has a size that exists, and the dots come after it.
fn is_bmp(bytes: &[u8]) -> bool {
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let is_header = number(14).is_some_and(|size| matches!(size, 12 | 40 | 52 | 56 | 64 | 108 | 124));
    bytes.starts_with(b"BM") && is_header && number(10).is_some_and(|at| at >= 26)
}

/// Whether an archive is a word processor's or spreadsheet's file, which say so in their first entry.
fn is_office(archive: &[u8]) -> bool {
    let length = archive.get(26..28).map_or(0, |pair| usize::from(u16::from_le_bytes([pair[0], pair[1]])));
    let name = archive.get(30..30 + length).unwrap_or_default();
    name == b"[Content_Types].xml" || name == b"mimetype" || name.starts_with(b"_rels/")
}

/// Whether bytes begin as an HTML page does.
pub(crate) fn is_html(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(TEXT_SAMPLE)]).to_lowercase();
    let mut head = head.trim_start_matches('\u{feff}').trim_start();
    for (opens, closes) in [("<?xml", ">"), ("<!--", "-->"), ("<!--", "-->")] {
        if let Some(rest) = head.strip_prefix(opens) {
            head = rest.split_once(closes).map_or("", |(_, after)| after).trim_start();
        }
    }
    if head.starts_with("<!doctype html") {
        return true;
    }
    let name =
        head.strip_prefix('<').and_then(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next());
    name.is_some_and(|name| TAGS.contains(&name))
}

fn is_text(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(TEXT_SAMPLE)];
    let whole = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // The sample may end inside a character.
        Err(error) => error.error_len().is_none(),
    };
    whole
        && !sample.is_empty()
        && !sample.iter().any(|b| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c))
}

#[cfg(test)]
mod tests {
    use super::kind_of;
    use domain::patient_scraper::ContentKind as Kind;

    #[test]
    fn files_are_told_by_content() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], Kind::Pdf),
            (b"\n\njunk %PDF-1.4", Kind::Pdf),
            (b"\xff\xd8\xff\xe0", Kind::Jpeg),
            (b"\x89PNG\r\n\x1a\n", Kind::Png),
            (b"II*\0", Kind::Tiff),
            (b"MM\0*", Kind::Tiff),
            (b"II+\0", Kind::Tiff),
            (b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Kind::Bmp),
            (b"BM is an abbreviation of bowel movement", Kind::Text),
            (b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.pdf", Kind::Zip),
            (b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0mimetype", Kind::Unknown),
            (b"PK\x05\x06", Kind::Zip),
            (b"{\\rtf1", Kind::Rtf),
            (b"\xef\xbb\xbf <!DOCTYPE HTML>", Kind::Html),
            (b"<!-- a > b --><html lang=en>", Kind::Html),
            (b"<script>top.location='login'</script><div>", Kind::Html),
            (b"<frameset rows='1,2'>", Kind::Html),
            (b"<x@example.org> wrote", Kind::Text),
            (b"<html><p>about %PDF-1.7", Kind::Html),
            (b"Progress note\nof today", Kind::Text),
            ("Übergabe".as_bytes(), Kind::Text),
            (b"\0\x01\x02", Kind::Unknown),
            (b"", Kind::Unknown),
        ] {
            assert_eq!(kind_of(bytes), kind, "{bytes:?}");
        }
    }
}
