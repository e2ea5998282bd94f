//! The words of a page: bytes as text, an element's text as a person reads it, numbers in it.

use scraper::{ElementRef, Node};
use std::borrow::Cow;

/// What Windows-1252 has where Latin-1 has control characters (0x80 to 0x9f; WHATWG encoding standard).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Elements whose text nobody reads.
const UNREAD: [&str; 4] = ["script", "style", "template", "noscript"];

/// Elements that begin and end a line.
const LINES: [&str; 22] = [
    "address",
    "article",
    "blockquote",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// A page's bytes as text: UTF-8, or else Windows-1252, as old portals send it.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // Cut off within a character.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes),
        Err(_) => bytes
            .iter()
            .map(|byte| match byte {
                0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
                _ => char::from(*byte),
            })
            .collect(),
    }
}

/// Runs of space made single, none at the ends.
pub(crate) fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text as labels and headers are compared: in lower case, without a colon at its end.
pub(crate) fn label_form(text: &str) -> String {
    single_spaced(text).trim_end_matches(':').trim_end().to_lowercase()
}

/// An element's text on one line; a field's value.
pub(crate) fn of_element(element: ElementRef<'_>) -> String {
    match element.value().name() {
        "input" => single_spaced(element.attr("value").unwrap_or_default()),
        // What nobody reads on the page, a profile may name on purpose.
        "script" | "template" => element.text().collect::<String>().trim().to_owned(),
        _ => single_spaced(&raw(element, false)),
    }
}

/// An element's text with its lines kept.
pub(crate) fn lines_of(element: ElementRef<'_>) -> String {
    let text = raw(element, true);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Collects text in the order of the page. Not by recursion: a page may be nested as deep as it likes.
fn raw(element: ElementRef<'_>, lines: bool) -> String {
    use ego_tree::iter::Edge;
    let mut text = String::new();
    let mut unread = 0_usize;
    let mut preformatted = usize::from(element.ancestors().any(|node| named(node.value(), "pre")));
    let new_line = |text: &mut String| {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    };
    for edge in element.traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node.value(), true),
            Edge::Close(node) => (node.value(), false),
        };
        match node {
            Node::Element(inner) => {
                let name = inner.name();
                if UNREAD.contains(&name) {
                    unread = if opens { unread + 1 } else { unread.saturating_sub(1) };
                }
                if name == "pre" {
                    preformatted = if opens { preformatted + 1 } else { preformatted.saturating_sub(1) };
                }
                match (lines, name) {
                    (true, "br") if opens => text.push('\n'),
                    (true, "br") => {}
                    (true, name) if LINES.contains(&name) => new_line(&mut text),
                    // Cells and items that touch in the source are words of their own.
                    (_, "td" | "th" | "dd" | "dt" | "li" | "br" | "p" | "div" | "option") => text.push(' '),
                    _ => {}
                }
            }
            Node::Text(words) if opens && unread == 0 => {
                if lines && preformatted == 0 {
                    let spaced = single_spaced(words);
                    if words.starts_with(char::is_whitespace)
                        && !text.ends_with([' ', '\n'])
                        && !text.is_empty()
                    {
                        text.push(' ');
                    }
                    text.push_str(&spaced);
                    if !spaced.is_empty() && words.ends_with(char::is_whitespace) {
                        text.push(' ');
                    }
                } else {
                    text.push_str(words);
                }
            }
            _ => {}
        }
    }
    text
}

fn named(node: &Node, name: &str) -> bool {
    node.as_element().is_some_and(|element| element.name() == name)
}

/// The last whole number in a text, such as 19 in `Messages 1 - 8 of 19` and 1204 in `1,204 rows`.
pub(crate) fn last_number(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let end = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
    let mut digits = Vec::new();
    for (index, byte) in bytes[..end].iter().enumerate().rev() {
        match byte {
            b'0'..=b'9' => digits.push(*byte),
            b',' if digits.len() % 3 == 0 && index > 0 && bytes[index - 1].is_ascii_digit() => {}
            _ => break,
        }
    }
    digits.reverse();
    String::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    #[test]
    fn numbers_are_found_at_the_end_of_words() {
        for (text, number) in [
            ("Messages 1 - 8 of 19", Some(19)),
            ("Part 1 of 3", Some(3)),
            ("1,204 rows", Some(1204)),
            ("rows 1,9", Some(9)),
            ("none", None),
            ("14", Some(14)),
        ] {
            assert_eq!(last_number(text), number, "{text}");
        }
    }

    #[test]
    fn text_is_what_a_person_reads() {
        let page = Html::parse_document(
            "<div id=a>One<script>two()</script> <b>three</b><br>four<p>five\n six</p><pre>a\n  b</pre></div>",
        );
        let element = page.root_element();
        assert_eq!(of_element(element), "One three four five six a b");
        assert_eq!(lines_of(element), "One three\nfour\nfive six\na\n  b");
    }

    #[test]
    fn old_portals_send_other_bytes() {
        assert_eq!(decoded(b"Andr\xe9 \x93x\x94"), "André “x”");
        assert_eq!(decoded("André".as_bytes()), "André");
    }
}
