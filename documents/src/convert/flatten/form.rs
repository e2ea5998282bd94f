//! A PDF's form: values, inherited attributes, and the picture of a field made from its value.

use super::appearance::{Kind, Look, picture};
use lopdf::{Dictionary, Document, Object, Stream};

/// Fields inside fields; honest forms have under ten levels.
const FIELD_DEPTH_MAX: usize = 32;
/// What Adobe's programs put on the only page of a form that another program cannot show, in the
/// languages seen.
const PLACEHOLDER_WORDS: [&str; 4] = [
    "Please wait",
    "your PDF viewer may not be able to display this type of document",
    "PDF reader may not be able to display",
    "Adobe Reader 8 or higher",
];
/// A value as a stream holds at most this; a page shows some ten thousand characters.
const VALUE_BYTES_MAX: usize = 1024 * 1024;
/// Pages looked at for a placeholder.
const PLACEHOLDER_PAGES_MAX: usize = 1;

/// Attributes of a field that are handed down to it (ISO 32000-1, table 220 and 222).
const INHERITED: [&[u8]; 5] = [b"FT", b"V", b"Ff", b"DA", b"Q"];

/// The form of a document, as far as drawing needs it.
pub(super) struct Form {
    /// The values are newer than the pictures.
    needs_appearances: bool,
    default_look: Option<Vec<u8>>,
    alignment: i64,
}

impl Form {
    pub(super) fn of(document: &Document) -> Self {
        let form = acro_form(document).cloned().unwrap_or_default();
        Self {
            needs_appearances: form
                .get_deref(b"NeedAppearances", document)
                .and_then(Object::as_bool)
                .unwrap_or(false),
            default_look: form.get_deref(b"DA", document).and_then(Object::as_str).map(<[u8]>::to_vec).ok(),
            alignment: form.get_deref(b"Q", document).and_then(Object::as_i64).unwrap_or(0),
        }
    }

    /// A picture of the field's value; none for buttons that have none and for empty fields.
    pub(super) fn appearance(&self, document: &mut Document, widget: &Dictionary) -> Option<Stream> {
        let field = with_inherited(document, widget);
        let flags = field.get(b"Ff").and_then(Object::as_i64).unwrap_or(0);
        let kind = match field.get(b"FT").and_then(Object::as_name).ok()? {
            b"Tx" if flags & 1 << 13 != 0 => return None, // a password
            b"Tx" if flags & 1 << 24 != 0 => {
                let cells = field.get_deref(b"MaxLen", document).and_then(Object::as_i64).unwrap_or(0);
                Kind::Comb { cells: usize::try_from(cells).unwrap_or(0) }
            }
            b"Tx" if flags & 1 << 12 != 0 => Kind::Lines,
            b"Tx" | b"Ch" => Kind::Line,
            b"Btn" if flags & 1 << 16 == 0 => {
                // A tick box is on in every state but one.
                let state = widget.get(b"AS").or_else(|_| field.get(b"V")).and_then(Object::as_name).ok()?;
                let look = self.look(document, &field, widget);
                return (state != b"Off")
                    .then(|| picture(document, &look, &Kind::Tick, "\u{2714}"))
                    .flatten();
            }
            _ => return None,
        };
        let value = value_text(document, field.get(b"V").ok()?)?;
        let look = self.look(document, &field, widget);
        picture(document, &look, &kind, &value)
    }

    /// Whether the field's picture is older than its value.
    pub(super) fn is_stale(&self, document: &Document, widget: &Dictionary) -> bool {
        self.needs_appearances
            && with_inherited(document, widget)
                .get(b"FT")
                .and_then(Object::as_name)
                .is_ok_and(|kind| kind != b"Btn")
    }

    fn look(&self, document: &Document, field: &Dictionary, widget: &Dictionary) -> Look {
        let own = field.get(b"DA").and_then(Object::as_str).map(<[u8]>::to_vec).ok();
        let rect = super::numbers(document, widget, b"Rect").unwrap_or_default();
        let size = match rect[..] {
            [x0, y0, x1, y1] => ((x1 - x0).abs(), (y1 - y0).abs()),
            _ => (0.0, 0.0),
        };
        let alignment = field.get(b"Q").and_then(Object::as_i64).unwrap_or(self.alignment);
        Look::new(size, &own.or_else(|| self.default_look.clone()).unwrap_or_default(), alignment)
    }
}

/// The field's attributes, its own and those of the fields above it.
fn with_inherited(document: &Document, widget: &Dictionary) -> Dictionary {
    let mut field = widget.clone();
    let mut parent = widget.get(b"Parent").and_then(Object::as_reference).ok();
    for _ in 0..FIELD_DEPTH_MAX {
        let Some(node) = parent.and_then(|id| document.get_dictionary(id).ok()) else { break };
        for key in INHERITED {
            if !field.has(key)
                && let Ok(value) = node.get(key)
            {
                field.set(key, value.clone());
            }
        }
        parent = node.get(b"Parent").and_then(Object::as_reference).ok();
    }
    // Values may be given by reference.
    for key in INHERITED {
        if let Ok(value) = field.get_deref(key, document).cloned() {
            field.set(key, value);
        }
    }
    field
}

/// A value as text: a string, a stream of text, or the choices of a list.
fn value_text(document: &Document, value: &Object) -> Option<String> {
    let (_, value) = document.dereference(value).ok()?;
    let text = match value {
        Object::String(..) => lopdf::decode_text_string(value).ok()?,
        Object::Stream(stream) => {
            String::from_utf8_lossy(&stream.get_plain_content_with_limit(VALUE_BYTES_MAX).ok()?).into_owned()
        }
        Object::Array(choices) => {
            let choices: Vec<String> =
                choices.iter().filter_map(|choice| lopdf::decode_text_string(choice).ok()).collect();
            choices.join(", ")
        }
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

fn acro_form(document: &Document) -> Option<&Dictionary> {
    document.catalog().ok()?.get_deref(b"AcroForm", document).and_then(Object::as_dict).ok()
}

/// Whether the document is an XFA form whose pages are only a note that another program is needed: the
/// form itself is then not on any page.
pub fn is_xfa_placeholder(document: &Document) -> bool {
    if !acro_form(document).is_some_and(|form| form.has(b"XFA")) {
        return false;
    }
    let needs_rendering = document
        .catalog()
        .and_then(|catalog| catalog.get_deref(b"NeedsRendering", document))
        .and_then(Object::as_bool)
        .unwrap_or(false);
    needs_rendering || {
        let pages: Vec<u32> = document.get_pages().keys().copied().collect::<Vec<u32>>();
        let shown = pages.len() <= PLACEHOLDER_PAGES_MAX && !pages.is_empty();
        let text = if shown { document.extract_text(&pages).unwrap_or_default() } else { String::new() };
        let text = text.split_whitespace().collect::<Vec<&str>>().join(" ");
        PLACEHOLDER_WORDS.iter().any(|words| text.contains(words))
    }
}
