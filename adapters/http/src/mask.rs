//! Pages with everything masked that could name a person: what is left is their shape.
//!
//! Masked by default, kept by exception: texts become `Xxxx 99`, only words the profile itself names stay. So a
//! recorded page can lie in a repository, and still be recognised and read by the profile.

use domain::profile::Profile;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Attributes whose values are names of the page's own making. Long numbers in them are masked all the same.
const NAMES: [&str; 11] =
    ["id", "class", "name", "type", "method", "role", "rel", "for", "target", "colspan", "maxlength"];

/// Attributes that hold addresses.
const ADDRESSES: [&str; 4] = ["href", "src", "action", "data"];

/// Elements whose contents are no page.
const EMPTIED: [&str; 4] = ["script", "style", "template", "noscript"];

/// Elements without an end tag.
const VOID: [&str; 9] = ["input", "br", "hr", "img", "meta", "link", "frame", "col", "embed"];

/// A number of this many digits may name somebody.
const TELLING_DIGITS: usize = 4;

/// Numbers in JSON below this are counts.
const COUNT_BELOW: u64 = 1_000;

/// The words a profile names: they are the portal's own.
pub(crate) fn kept_words(profile: &Profile) -> Vec<String> {
    let mut words = BTreeSet::new();
    if let Ok(value) = serde_json::to_value(profile) {
        collect(&value, "", &mut words);
    }
    let mut words: Vec<String> = words.into_iter().collect();
    // The longest first, so that a phrase is kept whole.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

fn collect(value: &Value, key: &str, words: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| collect(value, key, words)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, key, words)),
        Value::String(text) if matches!(key, "words" | "header" | "label" | "title" | "wanted_folders") => {
            words.insert(text.to_lowercase());
        }
        _ => {}
    }
}

/// A text masked: letters become `x` or `X`, digits `9`, kept words stay.
pub(crate) fn text(text: &str, kept: &[String]) -> String {
    let lower = text.to_lowercase();
    // Lower case may be longer than the text; then nothing is kept.
    let aligned = lower.len() == text.len();
    let mut keep = vec![false; text.len()];
    for word in kept.iter().filter(|word| aligned && !word.trim().is_empty()) {
        for (at, found) in lower.match_indices(word.as_str()) {
            keep[at..at + found.len()].fill(true);
        }
    }
    text.char_indices().map(|(at, c)| if keep[at] { c } else { masked(c) }).collect()
}

fn masked(c: char) -> char {
    match c {
        _ if c.is_numeric() => '9',
        _ if c.is_uppercase() => 'X',
        _ if c.is_alphabetic() => 'x',
        _ => c,
    }
}

/// A name of the page's own making, without long numbers.
fn name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_numeric() {
            digits.push(c);
            continue;
        }
        if digits.chars().count() >= TELLING_DIGITS {
            digits = "9".repeat(digits.chars().count());
        }
        out.push_str(&digits);
        digits.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

/// An address with its path's names and its query's keys.
fn address(text: &str) -> String {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let keys: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').map_or_else(|| name(pair), |(key, _)| format!("{}=x", name(key))))
        .collect();
    // A segment with a digit may be an id.
    let path: Vec<String> = path
        .split('/')
        .map(|segment| {
            let telling =
                segment.chars().any(char::is_numeric) || segment.contains('%') || segment.contains('@');
            if telling { segment.chars().map(masked).collect() } else { segment.to_owned() }
        })
        .collect();
    if keys.is_empty() { path.join("/") } else { format!("{}?{}", path.join("/"), keys.join("&")) }
}

/// A page masked.
pub(crate) fn html(page: &str, kept: &[String]) -> String {
    let page = Html::parse_document(page);
    let mut out = String::from("<!DOCTYPE html>");
    write_element(page.root_element(), kept, &mut out);
    out
}

fn write_element(element: ElementRef<'_>, kept: &[String], out: &mut String) {
    let value = element.value();
    let tag = value.name();
    // A failing write to a string does not exist.
    let _ = write!(out, "<{tag}");
    for (key, text) in kept_attributes(value, kept) {
        let text = text.replace('&', "&amp;").replace('"', "&quot;");
        let _ = write!(out, " {key}=\"{text}\"");
    }
    out.push('>');
    if VOID.contains(&tag) {
        return;
    }
    if !EMPTIED.contains(&tag) {
        for child in element.children() {
            match child.value() {
                Node::Text(inner) => {
                    out.push_str(&text(inner, kept).replace('&', "&amp;").replace('<', "&lt;"));
                }
                Node::Element(_) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        write_element(child, kept, out);
                    }
                }
                // Comments are where developers leave things.
                _ => {}
            }
        }
    }
    let _ = write!(out, "</{tag}>");
}

fn kept_attributes(element: &Element, kept: &[String]) -> Vec<(String, String)> {
    let mut attributes: Vec<(String, String)> = element
        .attrs()
        .filter(|(key, _)| !key.starts_with("on") && *key != "style")
        .map(|(key, value)| {
            let value = match key {
                _ if NAMES.contains(&key) => name(value),
                _ if ADDRESSES.contains(&key) => address(value),
                _ => text(value, kept),
            };
            (key.to_owned(), value)
        })
        .collect();
    attributes.sort();
    attributes
}

/// JSON masked.
pub(crate) fn json(value: &Value, kept: &[String]) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(key, value)| (name(key), json(value, kept))).collect(),
        Value::Array(items) => Value::Array(items.iter().map(|item| json(item, kept)).collect()),
        Value::String(inner) => Value::String(text(inner, kept)),
        Value::Number(number) if number.as_u64().is_none_or(|number| number >= COUNT_BELOW) => {
            Value::from(999)
        }
        other => other.clone(),
    }
}

/// The parts a page is made of, each once.
pub(crate) fn html_parts(page: &str) -> BTreeSet<String> {
    let page = Html::parse_document(page);
    let signature = |element: &Element| {
        let mut text = element.name().to_owned();
        for (key, open) in [("id", "#"), ("class", "."), ("name", "@")] {
            if let Some(value) = element.attr(key).filter(|value| !value.is_empty()) {
                let _ =
                    write!(text, "{open}{}", name(value).split_whitespace().collect::<Vec<_>>().join("."));
            }
        }
        text
    };
    page.root_element()
        .descendent_elements()
        .filter(|element| !EMPTIED.contains(&element.value().name()))
        .map(|element| {
            let parent = element.parent().and_then(ElementRef::wrap);
            let parent = parent.map_or_else(String::new, |parent| signature(parent.value()));
            format!("{parent}>{}", signature(element.value()))
        })
        .collect()
}

/// The keys JSON is made of, each once.
pub(crate) fn json_parts(value: &Value) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    keys(value, "", &mut parts);
    parts
}

fn keys(value: &Value, at: &str, parts: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let at = format!("{at}/{}", name(key));
                keys(value, &at, parts);
                parts.insert(at);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, &format!("{at}/[]"), parts)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_person_is_left_and_the_profiles_words_are() {
        let kept = vec!["no messages".to_owned(), "mrn".to_owned()];
        let page = r#"<html><head><title>Doe, Jane</title><script>var mrn="E1234567"</script></head>
            <body><!-- Jane --><table id="msgs-48213377" data-pt="P99"><tr><th>MRN</th><td onclick="x('Doe')">E1234567</td>
            <td><a href="/chart/Z81?pt=P1234&amp;x=2" title="Doe, Jane">DOE,JANE A</a></td></tr></table>
            <input name="q" value="Doe"><p>No messages for Jane Doe, born 12/01/1956.</p></body></html>"#;
        let masked = html(page, &kept);
        for planted in
            ["Doe", "DOE", "Jane", "JANE", "E1234567", "1956", "P1234", "48213377", "Z81", "onclick"]
        {
            assert!(!masked.contains(planted), "{planted} in {masked}");
        }
        for left in ["<th>MRN</th>", "No messages", "id=\"msgs-99999999\"", "pt=x", "name=\"q\""] {
            assert!(masked.contains(left), "{left} not in {masked}");
        }
        assert_eq!(html_parts(page), html_parts(&masked), "masking keeps the shape");
    }

    #[test]
    fn json_keeps_its_keys_and_counts() {
        let value = serde_json::json!({"rows": [{"name": "Doe, Jane", "mrn": 1_234_567, "n": 3}], "page": 1});
        let masked = json(&value, &[]);
        assert_eq!(
            masked,
            serde_json::json!({"rows": [{"name": "Xxx, Xxxx", "mrn": 999, "n": 3}], "page": 1})
        );
        assert_eq!(json_parts(&masked), json_parts(&value));
        assert!(json_parts(&value).contains("/rows/[]/mrn"));
    }

    #[test]
    fn letters_of_every_script_are_masked() {
        assert_eq!(text("Łukasz Ünal İnci 李雷 ٣", &["unal".into()]), "Xxxxxx Xxxx Xxxx xx 9");
    }
}
