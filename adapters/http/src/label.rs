//! Values that stand behind a label: in the next cell, in the `dd` of a `dt`, or in the words that follow.

use crate::value::Found;
use crate::words;
use scraper::{ElementRef, Node};

/// What stands behind the first of these labels that the element holds.
pub(crate) fn behind_label<'a>(scope: ElementRef<'a>, labels: &[String]) -> Option<Found<'a>> {
    labels.iter().find_map(|label| {
        let label = words::label_form(label);
        own_element(scope, &label).or_else(|| same_element(scope, &label))
    })
}

/// The label has an element of its own.
fn own_element<'a>(scope: ElementRef<'a>, label: &str) -> Option<Found<'a>> {
    for element in scope.descendent_elements() {
        if words::label_form(&words::of_element(element)) != label {
            continue;
        }
        let next = element.next_siblings().filter_map(ElementRef::wrap).next();
        let found = match element.value().name() {
            "th" | "td" => next.filter(|next| matches!(next.value().name(), "td" | "th")).map(Found::Element),
            "dt" => next.filter(|next| next.value().name() == "dd").map(Found::Element),
            _ => following(element).map(Found::Text).or_else(|| next.map(Found::Element)),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The words between an element and the next one, such as those after `<b>MRN:</b>`.
fn following(element: ElementRef<'_>) -> Option<String> {
    let mut text = String::new();
    for sibling in element.next_siblings() {
        match sibling.value() {
            Node::Text(words) => text.push_str(words),
            Node::Element(_) => break,
            _ => {}
        }
    }
    let text = words::single_spaced(text.trim_start().trim_start_matches(':'));
    (!text.is_empty()).then_some(text)
}

/// The label and its value share the innermost element, as in `<span>MRN: 1234</span>`.
fn same_element<'a>(scope: ElementRef<'a>, label: &str) -> Option<Found<'a>> {
    let behind = |element: ElementRef<'_>| {
        let text = words::of_element(element);
        let head = text.get(..label.len())?;
        let rest = &text[label.len()..];
        let parted = rest.starts_with([':', ' ']);
        let value = rest.trim_start_matches([':', ' ']).to_owned();
        (head.to_lowercase() == label && parted && !value.is_empty()).then_some(value)
    };
    let found = scope.descendent_elements().filter_map(|element| Some((element, behind(element)?)));
    // The innermost: the one that holds least.
    let innermost = found.min_by_key(|(element, _)| element.descendent_elements().count());
    innermost.map(|(_, value)| Found::Text(value)).or_else(|| behind(scope).map(Found::Text))
}
