//! The first part of a page's content and what it paints, without drawing it: enough to tell a page that
//! shows text from one that may be empty.

use flate2::read::ZlibDecoder;
use lopdf::{Dictionary, Document, Object, Stream};
use std::io::Read;

/// Contents behind unusual filters are decoded up to this size.
const UNUSUAL_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bytes of content, and whether they are all there are.
pub(super) struct Prefix {
    pub(super) bytes: Vec<u8>,
    pub(super) whole: bool,
}

/// Something painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Painted<'a> {
    /// At least one character that is no space.
    Text,
    /// Lines, areas, shadings, inline pictures.
    Path,
    /// An XObject by its name.
    Object(&'a [u8]),
}

/// The content of a page; none when it cannot be told.
pub(super) fn contents(document: &Document, page: &Dictionary, bytes_max: usize) -> Option<Prefix> {
    let Ok(contents) = page.get_deref(b"Contents", document) else {
        return Some(Prefix { bytes: Vec::new(), whole: true });
    };
    let parts: Vec<&Object> = match contents {
        Object::Array(parts) => parts.iter().collect(),
        part => vec![part],
    };
    let mut prefix = Prefix { bytes: Vec::new(), whole: true };
    for part in parts {
        let Ok(stream) = document.dereference(part).and_then(|(_, part)| part.as_stream()) else { continue };
        let room = bytes_max.saturating_sub(prefix.bytes.len());
        let own = of_stream(stream, room)?;
        prefix.bytes.extend(own.bytes);
        prefix.bytes.push(b'\n');
        prefix.whole &= own.whole;
        if !prefix.whole {
            break;
        }
    }
    Some(prefix)
}

/// The beginning of a stream; none for one that cannot be decoded.
pub(super) fn of_stream(stream: &Stream, bytes_max: usize) -> Option<Prefix> {
    let filters: Vec<&[u8]> = match stream.dict.get(b"Filter") {
        Err(_) => Vec::new(),
        Ok(Object::Array(filters)) => {
            filters.iter().map(|filter| filter.as_name().ok()).collect::<Option<_>>()?
        }
        Ok(filter) => vec![filter.as_name().ok()?],
    };
    match filters.as_slice() {
        [] => {
            let whole = stream.content.len() <= bytes_max;
            let bytes = stream.content.iter().take(bytes_max).copied().collect();
            Some(Prefix { bytes, whole })
        }
        [b"FlateDecode"] if !stream.dict.has(b"DecodeParms") => {
            let mut bytes = Vec::new();
            let limit = u64::try_from(bytes_max).ok()?.checked_add(1)?;
            ZlibDecoder::new(stream.content.as_slice()).take(limit).read_to_end(&mut bytes).ok()?;
            let whole = bytes.len() <= bytes_max;
            bytes.truncate(bytes_max);
            Some(Prefix { bytes, whole })
        }
        // Several filters, or predictors, which contents of some writers have: all of it, within reason.
        _ => {
            let mut bytes = stream.get_plain_content_with_limit(UNUSUAL_BYTES_MAX).ok()?;
            let whole = bytes.len() <= bytes_max;
            bytes.truncate(bytes_max);
            Some(Prefix { bytes, whole })
        }
    }
}

/// What a content paints, in order, told by its operators alone.
pub(super) fn painting(content: &[u8]) -> impl Iterator<Item = Painted<'_>> {
    Painting { rest: content, text: false, name: b"" }
}

struct Painting<'a> {
    rest: &'a [u8],
    /// Whether a string since the last operator holds more than spaces.
    text: bool,
    /// The last name.
    name: &'a [u8],
}

impl<'a> Iterator for Painting<'a> {
    type Item = Painted<'a>;

    fn next(&mut self) -> Option<Painted<'a>> {
        while let Some((first, after)) = self.rest.split_first() {
            match first {
                b'(' => self.string(after),
                b'<' if after.first() != Some(&b'<') => {
                    let end = after.iter().position(|byte| *byte == b'>').unwrap_or(after.len());
                    // Codes of more than one byte: what they stand for is not looked up.
                    self.text |= after[..end].iter().any(u8::is_ascii_hexdigit);
                    self.rest = after.get(end + 1..).unwrap_or_default();
                }
                b'/' => {
                    let end = after.iter().position(|byte| ends_word(*byte)).unwrap_or(after.len());
                    (self.name, self.rest) = after.split_at(end);
                }
                b'%' => {
                    let end = after.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(after.len());
                    self.rest = &after[end..];
                }
                byte if ends_word(*byte) => self.rest = after,
                _ => {
                    let end = self.rest.iter().position(|byte| ends_word(*byte)).unwrap_or(self.rest.len());
                    let (word, rest) = self.rest.split_at(end);
                    self.rest = rest;
                    if let Some(painted) = self.word(word) {
                        return Some(painted);
                    }
                }
            }
        }
        None
    }
}

impl<'a> Painting<'a> {
    /// Passes a string in parentheses, which may hold others.
    fn string(&mut self, inside: &'a [u8]) {
        let (mut depth, mut at) = (1_u32, 0);
        while let Some(byte) = inside.get(at) {
            match byte {
                b'\\' => {
                    self.text = true;
                    at += 1;
                }
                b'(' => depth += 1,
                b')' => depth -= 1,
                byte => self.text |= !b" \0\t\r\n".contains(byte),
            }
            at += 1;
            if depth == 0 {
                break;
            }
        }
        self.rest = inside.get(at..).unwrap_or_default();
    }

    fn word(&mut self, word: &[u8]) -> Option<Painted<'a>> {
        let text = match word {
            b"Tj" | b"TJ" | b"'" | b"\"" => std::mem::take(&mut self.text),
            // An operand.
            _ if word.first().is_some_and(|byte| b"0123456789+-.".contains(byte)) => return None,
            _ => {
                self.text = false;
                false
            }
        };
        match word {
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"S" | b"s" | b"sh" => Some(Painted::Path),
            b"BI" => {
                // Its data can hold anything; what follows is not needed to know that it may be full.
                self.rest = b"";
                Some(Painted::Path)
            }
            b"Do" => Some(Painted::Object(self.name)),
            _ => text.then_some(Painted::Text),
        }
    }
}

fn ends_word(byte: u8) -> bool {
    b" \0\t\r\n\x0c()<>[]{}/%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{Painted, painting};

    #[test]
    fn operators_tell_what_is_painted() {
        let painted = |content: &'static str| painting(content.as_bytes()).collect::<Vec<_>>();
        assert_eq!(painted("BT /F1 12 Tf 72 700 Td (Hello \\) (x)) Tj ET"), [Painted::Text]);
        assert_eq!(painted("BT /F1 12 Tf (   ) Tj [( ) -250 ( )] TJ ET"), []);
        assert_eq!(painted("BT [<0012> 3 <0013>] TJ ET"), [Painted::Text]);
        assert_eq!(painted("q 612 0 0 792 0 0 cm /Im0 Do Q % Tj"), [Painted::Object(b"Im0")]);
        assert_eq!(painted("1 g 0 0 612 792 re f\n(not shown) pop n"), [Painted::Path]);
        assert_eq!(painted("BI /W 1 /H 1 ID (x) Tj EI"), [Painted::Path]);
        assert_eq!(painted(""), []);
        assert_eq!(painted("(never closed"), []);
    }
}
