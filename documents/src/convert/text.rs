//! Plain text: set in a fixed pitch so that its columns stay columns, with its own page breaks.

use super::pages::Pages;
use super::sheet::{Family, LETTER_PT, Sheets, Style};
use super::terms::{ConvertError, ConvertLimits};
use crate::kind;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Space around the text, in points.
const MARGIN_PT: f32 = 54.0;
/// Type at which a line holds 84 characters on letter, in points.
const SIZE_PT: f32 = 10.0;
/// Type is made smaller down to this before the sheet is turned, in points.
const SIZE_SMALL_PT: f32 = 8.4;
/// Longest line a turned sheet is made for: line printers had 132 columns.
const COLUMNS_TURNED_MAX: usize = 132;
/// Line height over type size.
const LEADING: f32 = 1.2;
/// Columns between tab stops.
const TAB_COLUMNS: usize = 8;
/// Fixed pitch: the advance is six tenths of the size.
const ADVANCE: f32 = 0.6;

/// Adds the file as pages.
pub(super) fn add(pages: &mut Pages, bytes: &[u8], limits: &ConvertLimits) -> Result<(), ConvertError> {
    let text = decoded(bytes);
    let lines: Vec<String> = lines(&text);
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let (size, style) = layout(longest);
    let columns = ((size.0 - 2.0 * MARGIN_PT) / (ADVANCE * style.size) + 0.01) as usize;
    let leading = style.size * LEADING;
    let mut sheets = Sheets::new(pages, limits, size);
    let mut y = MARGIN_PT;
    for line in &lines {
        if line == PAGE_BREAK {
            // Breaks at the start or the end of a file make no empty sheets.
            if !sheets.is_blank() {
                sheets.next_page()?;
            }
            y = MARGIN_PT;
            continue;
        }
        for row in wrapped(line, columns) {
            if y + leading > size.1 - MARGIN_PT {
                sheets.next_page()?;
                y = MARGIN_PT;
            }
            y += leading;
            if !row.trim().is_empty() {
                sheets.text(MARGIN_PT, y, row, &style);
            }
        }
    }
    sheets.finish()
}

/// Stands for a form feed among the lines; no line can hold it.
const PAGE_BREAK: &str = "\u{c}";

/// The characters, by the mark at the start, by zeros in between, as UTF-8, or as Windows had them.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let encoding = match kind::utf16(bytes) {
        Some(true) => UTF_16BE,
        Some(false) => UTF_16LE,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => return Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
            // A file cut inside its last character is UTF-8 all the same.
            Err(error) if error.error_len().is_none() => return String::from_utf8_lossy(bytes),
            Err(_) => WINDOWS_1252,
        },
    };
    encoding.decode_with_bom_removal(bytes).0
}

/// Lines with tabs resolved; form feeds are lines of their own.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, page) in text.split('\u{c}').enumerate() {
        if index > 0 {
            lines.push(PAGE_BREAK.to_owned());
        }
        let page =
            page.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
        lines.extend(page.trim_end_matches('\n').split('\n').map(without_tabs));
    }
    lines
}

fn without_tabs(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let stop = (column / TAB_COLUMNS + 1) * TAB_COLUMNS;
            out.extend(std::iter::repeat_n(' ', stop - column));
            column = stop;
        } else if !c.is_control() {
            out.push(c);
            column += 1;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The sheet and type that hold lines of this length, as far as sheets go.
fn layout(longest: usize) -> ((f32, f32), Style) {
    let (width, height) = LETTER_PT;
    let fitting = |width: f32| (width - 2.0 * MARGIN_PT) / (ADVANCE * longest.max(1) as f32);
    let upright = fitting(width);
    if upright >= SIZE_SMALL_PT || longest > COLUMNS_TURNED_MAX {
        let size = if upright >= SIZE_SMALL_PT { upright.min(SIZE_PT) } else { SIZE_PT };
        return (LETTER_PT, Style::plain(Family::Mono, size));
    }
    ((height, width), Style::plain(Family::Mono, fitting(height).min(SIZE_PT)))
}

/// Breaks a line at spaces where there are any.
fn wrapped(line: &str, columns: usize) -> Vec<&str> {
    let columns = columns.max(1);
    let mut rows = Vec::new();
    let mut rest = line;
    while let Some((limit, _)) = rest.char_indices().nth(columns) {
        let fits = &rest[..limit];
        // A space just behind the edge is as good as one before it.
        let cut = if rest[limit..].starts_with(' ') { limit } else { fits.rfind(' ').unwrap_or(0) };
        let cut = if fits[..cut].trim().is_empty() { limit } else { cut };
        rows.push(rest[..cut].trim_end());
        rest = if cut == limit && !rest[limit..].starts_with(' ') {
            &rest[cut..]
        } else {
            rest[cut..].trim_start()
        };
    }
    rows.push(rest);
    rows
}

#[cfg(test)]
mod tests {
    use super::{decoded, lines, wrapped};

    #[test]
    fn text_is_decoded_by_what_it_is() {
        let cases: [(&[u8], &str); 7] = [
            (b"M\xc3\xbcller", "M\u{fc}ller"),
            (b"\xef\xbb\xbfM\xc3\xbcller", "M\u{fc}ller"),
            (b"M\xfcller \x80 5 \x93ok\x94", "M\u{fc}ller \u{20ac} 5 \u{201c}ok\u{201d}"),
            (b"\xff\xfeM\0\xfc\0", "M\u{fc}"),
            (b"\xfe\xff\0M\0\xfc", "M\u{fc}"),
            (b"N\0o\0t\0e\0:\0 \0x\0y\0", "Note: xy"),
            (b"caf\xc3", "caf\u{fffd}"),
        ];
        for (bytes, text) in cases {
            assert_eq!(decoded(bytes), text);
        }
    }

    #[test]
    fn tabs_and_line_ends_of_every_system_are_resolved() {
        assert_eq!(lines("a\tb\r\nc\rd\u{c}e\n"), ["a       b", "c", "d", "\u{c}", "e"]);
    }

    #[test]
    fn long_lines_break_at_spaces_and_nothing_is_lost() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one two three", 9), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("  indented line", 8), ["  indent", "ed line"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
