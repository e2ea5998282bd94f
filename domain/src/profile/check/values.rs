//! Mistakes in values: exactly one way to say where each stands, and one that its place allows.

use super::Mistakes;
use crate::profile::{IdentityAt, Value, ValueAt};

/// What values are read from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// A row of a JSON list.
    JsonRow,
    /// A row of an HTML list.
    HtmlRow {
        /// The list says where its headers are.
        headers: bool,
        /// The list says what a group is.
        group: bool,
    },
    /// A whole page, JSON or HTML.
    Page,
    /// A whole HTML page.
    HtmlPage,
}

pub(super) fn value(at: &str, value: &Value, scope: Scope, found: &mut Mistakes) {
    let long = value.at();
    exactly_one(at, &long, found);
    texts(at, value, &long, found);
    if let Some(what) = misplaced(&long, scope) {
        found.add(at, what);
    }
    if long.attribute.is_some() && (long.pointer.is_some() || long.fixed.is_some()) {
        found.add(at, "has an attribute, and stands in no element");
    }
    if long.fixed.is_some() && long.pattern.is_some() {
        found.add(at, "is fixed; a pattern would read it from itself");
    }
}

pub(super) fn optional(at: &str, one: Option<&Value>, scope: Scope, found: &mut Mistakes) {
    if let Some(one) = one {
        value(at, one, scope, found);
    }
}

pub(super) fn identity(at: &str, patient: &IdentityAt, scope: Scope, found: &mut Mistakes) {
    for (key, one) in
        [("name", Some(&patient.name)), ("mrn", Some(&patient.mrn)), ("dob", patient.dob.as_ref())]
    {
        let at = format!("{at}.{key}");
        optional(&at, one, scope, found);
        if one.is_some_and(|one| one.at().fixed.is_some()) {
            found.add(&at, "is fixed; a patient is read off the screen, or nobody would notice another's");
        }
    }
}

fn exactly_one(at: &str, value: &ValueAt, found: &mut Mistakes) {
    let given: Vec<&str> = [
        ("pointer", value.pointer.is_some()),
        ("header", !value.header.is_empty()),
        ("select", value.select.is_some()),
        ("label", !value.label.is_empty()),
        ("group", value.group.is_some()),
        ("row", value.row),
        ("fixed", value.fixed.is_some()),
    ]
    .into_iter()
    .filter_map(|(key, given)| given.then_some(key))
    .collect();
    match given.as_slice() {
        [_] => {}
        [] => found.add(
            at,
            "says not where it stands; give one of pointer, header, select, label, group, row, fixed",
        ),
        _ => found.add(at, format!("says more than once where it stands ({}); keep one", given.join(", "))),
    }
}

fn texts(at: &str, value: &Value, long: &ValueAt, found: &mut Mistakes) {
    let key = |name: &str| match value {
        Value::Short(_) => at.to_owned(),
        Value::Long(_) => format!("{at}.{name}"),
    };
    if let Some(pointer) = &long.pointer {
        found.pointer(&key("pointer"), pointer);
    }
    for (name, selector) in [("select", &long.select), ("group", &long.group)] {
        if let Some(selector) = selector {
            found.selector(&key(name), selector);
        }
    }
    for (name, words) in [("header", &long.header), ("label", &long.label)] {
        for (index, word) in words.iter().enumerate() {
            found.text(&format!("{}[{index}]", key(name)), word);
        }
    }
    found.optional_text(&key("attribute"), long.attribute.as_ref());
    found.optional_text(&key("pattern"), long.pattern.as_ref());
}

/// Why a value cannot stand there, if it cannot.
fn misplaced(value: &ValueAt, scope: Scope) -> Option<&'static str> {
    let in_element = value.select.is_some() || !value.label.is_empty();
    let in_row = !value.header.is_empty() || value.group.is_some() || value.row;
    match scope {
        Scope::JsonRow if in_element || in_row => {
            Some("stands in a row of a JSON list, where only a pointer leads; it begins with /")
        }
        Scope::HtmlRow { .. } | Scope::HtmlPage if value.pointer.is_some() => {
            Some("is a JSON pointer; what it is read from is HTML")
        }
        Scope::HtmlRow { headers: false, .. } if !value.header.is_empty() => {
            Some("is found by its header, and the list has no headers; say where they are")
        }
        Scope::HtmlRow { group: false, .. } if value.group.is_some() => {
            Some("stands in the row's group, and the list has no group; say what holds one")
        }
        Scope::Page | Scope::HtmlPage if in_row => {
            Some("belongs to a row (header, group, row), and here is no list; use pointer, select or label")
        }
        _ => None,
    }
}
