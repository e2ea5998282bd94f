//! Text beside the pages of a PDF: in its description, in hidden annotations and fields, in attached files,
//! in scripts. Assembly leaves most of it behind; it is named so that a person knows that it was there.

use super::{UnseenText, UnseenWhy};
use lopdf::{Dictionary, Document, Object, Stream, decode_text_string};

/// A description from this many words on is a text of its own; titles and key words stay below.
const DESCRIPTION_WORDS: usize = 30;
/// Words that address a reader of the file and do not describe it. Two of them make a description suspect.
const TELLTALES: [&str; 14] = [
    "ignore",
    "disregard",
    "override",
    "instruction",
    "instructions",
    "prompt",
    "assistant",
    "approve",
    "approved",
    "previous",
    "system",
    "pretend",
    "must",
    "ahi",
];
const TELLTALES_MIN: usize = 2;
/// Of one file, findings of each kind.
const FINDINGS_MAX: usize = 16;
/// Attached files and descriptions are unpacked up to this many bytes.
const UNPACKED_MAX: usize = 1024 * 1024;
/// Annotation flags (ISO 32000-1, table 165): hidden, no view.
const HIDDEN_FLAGS: i64 = 1 << 1 | 1 << 5;

/// The text of a file that is on none of its pages. Damaged parts are passed over.
pub fn unseen_in_file(document: &Document) -> Vec<UnseenText> {
    let mut found = Vec::new();
    let kinds = [
        (UnseenWhy::HiddenAnnotation, hidden_annotations(document)),
        (UnseenWhy::Metadata, descriptions(document)),
        (UnseenWhy::Attachment, attachments(document)),
        (UnseenWhy::Script, scripts(document)),
    ];
    for (why, texts) in kinds {
        let all = texts.into_iter().take(FINDINGS_MAX).collect::<Vec<_>>().join("\n");
        found.extend(UnseenText::of(why, &all, None));
    }
    found
}

fn hidden_annotations(document: &Document) -> Vec<String> {
    let hidden = |annotation: &&Dictionary| {
        annotation.get(b"F").and_then(Object::as_i64).unwrap_or(0) & HIDDEN_FLAGS != 0
    };
    let texts = |annotation: &Dictionary| {
        [b"Contents".as_slice(), b"V", b"RC"]
            .into_iter()
            .filter_map(|key| text(document, annotation, key))
            .collect()
    };
    document
        .page_iter()
        .flat_map(|page| document.get_page_annotations(page).unwrap_or_default())
        .filter(hidden)
        .flat_map(|annotation| -> Vec<String> { texts(annotation) })
        // Forms that calculate keep their numbers in hidden fields.
        .filter(|text| text.chars().any(char::is_alphabetic))
        .collect()
}

fn descriptions(document: &Document) -> Vec<String> {
    let info = document
        .trailer
        .get_deref(b"Info", document)
        .and_then(Object::as_dict)
        .map(|info| info.iter().filter_map(|(key, _)| text(document, info, key)).collect::<Vec<_>>())
        .unwrap_or_default();
    let embedded = document
        .catalog()
        .and_then(|catalog| catalog.get_deref(b"Metadata", document))
        .and_then(Object::as_stream)
        .map_or_else(|_| Vec::new(), |stream| xmp_texts(&unpacked(stream)));
    info.into_iter().chain(embedded).filter(|text| is_suspect(text)).collect()
}

/// The texts of an XMP packet that describe the file to people.
fn xmp_texts(packet: &[u8]) -> Vec<String> {
    let packet = String::from_utf8_lossy(packet);
    let of = |name: &str| {
        let (_, rest) = packet.split_once(&format!("<{name}"))?;
        let (inside, _) = rest.split_once(&format!("</{name}>"))?;
        // What stands outside tags; the first part is the rest of the opening tag.
        Some(
            inside
                .split('<')
                .filter_map(|part| part.split_once('>'))
                .map(|(_, text)| text.trim())
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    ["dc:title", "dc:description", "dc:subject", "pdf:Keywords"].into_iter().filter_map(of).collect()
}

fn is_suspect(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let telling = words.iter().filter(|word| TELLTALES.contains(&word.as_str())).count();
    words.len() >= DESCRIPTION_WORDS || telling >= TELLTALES_MIN
}

/// Names and, where they are text, contents of attached files.
fn attachments(document: &Document) -> Vec<String> {
    let mut texts = Vec::new();
    for object in document.objects.values() {
        let Ok(file) = object.as_dict() else { continue };
        let Ok(embedded) = file.get_deref(b"EF", document).and_then(Object::as_dict) else { continue };
        let name = text(document, file, b"UF").or_else(|| text(document, file, b"F")).unwrap_or_default();
        let content = [b"F".as_slice(), b"UF"]
            .into_iter()
            .find_map(|key| embedded.get_deref(key, document).and_then(Object::as_stream).ok())
            .and_then(|stream| String::from_utf8(unpacked(stream)).ok())
            .filter(|content| !content.contains('\0'))
            .unwrap_or_default();
        texts.push(format!("attached file {name}\n{content}"));
    }
    texts
}

fn scripts(document: &Document) -> Vec<String> {
    let mut texts = Vec::new();
    for object in document.objects.values() {
        match object {
            Object::Dictionary(dictionary) => actions(document, dictionary, 0, &mut texts),
            Object::Array(items) => {
                for item in items.iter().filter_map(|item| item.as_dict().ok()) {
                    actions(document, item, 0, &mut texts);
                }
            }
            _ => {}
        }
    }
    texts
}

/// Scripts in a dictionary and in those directly inside it.
fn actions(document: &Document, dictionary: &Dictionary, depth: u32, texts: &mut Vec<String>) {
    if let Ok(script) = dictionary.get_deref(b"JS", document) {
        texts.extend(match script {
            Object::Stream(stream) => Some(String::from_utf8_lossy(&unpacked(stream)).into_owned()),
            script => decode_text_string(script).ok(),
        });
    }
    if depth < 4 {
        for (_, value) in dictionary.iter() {
            if let Object::Dictionary(inside) = value {
                actions(document, inside, depth + 1, texts);
            }
        }
    }
}

fn text(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<String> {
    let text = decode_text_string(dictionary.get_deref(key, document).ok()?).ok()?;
    (!text.trim().is_empty()).then_some(text)
}

fn unpacked(stream: &Stream) -> Vec<u8> {
    match stream.filters() {
        Ok(filters) if !filters.is_empty() => {
            stream.decompressed_content_with_limit(UNPACKED_MAX).unwrap_or_default()
        }
        _ => stream.content.iter().copied().take(UNPACKED_MAX).collect(),
    }
}
