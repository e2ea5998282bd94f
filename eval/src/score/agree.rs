//! When a value that was given is the one that is stated.

use crate::facts::{Name, Value};
use domain::parser::FieldValue;

/// Whether they agree; numbers within what their printing allows.
pub(crate) fn agrees(field: &str, stated: &Value, within: f64, given: &FieldValue) -> bool {
    match (stated, given) {
        (Value::Name(name), FieldValue::Text(text)) => same_name(name, text),
        (Value::Date(date), FieldValue::Date(given)) => date == given,
        (Value::Date(date), FieldValue::DateTime(given)) => *date == given.date(),
        (Value::DateTime(at), FieldValue::Date(given)) => at.date() == *given,
        (Value::DateTime(at), FieldValue::DateTime(given)) => at.date() == given.date(),
        (Value::Flag(flag), FieldValue::Flag(given)) => flag == given,
        (Value::Number(number), given) => numeric(given).is_some_and(|given| close(*number, given, within)),
        (Value::Count(count), given) => {
            numeric(given).is_some_and(|given| close(*count as f64, given, within))
        }
        (Value::Text(text), FieldValue::Text(given)) => same_text(field, text, given),
        (Value::Text(text), given) => squeezed(text) == squeezed(&given.to_string()),
        _ => false,
    }
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within.max(a.abs() * 0.0005) + 1e-9
}

fn numeric(given: &FieldValue) -> Option<f64> {
    match given {
        FieldValue::Number(number) => Some(*number),
        FieldValue::Count(count) => Some(*count as f64),
        FieldValue::Text(text) => text.trim().trim_end_matches('%').trim().parse().ok(),
        _ => None,
    }
}

/// Letters and digits only, in capitals.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn same_text(field: &str, stated: &str, given: &str) -> bool {
    let (a, b) = (squeezed(stated), squeezed(given));
    match field {
        "length_of_need" => given.split_whitespace().next() == Some(stated),
        "sex" => a.chars().next() == b.chars().next(),
        "phone" => a.ends_with(b.trim_start_matches('1')) && b.len() >= 10,
        "items.description" | "payer" => a == b || (!b.is_empty() && (a.contains(&b) || b.contains(&a))),
        _ => a == b,
    }
}

/// Family and first name to the letter; a middle initial may be missing, not differ.
fn same_name(stated: &Name, given: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let titles = ["MD", "DO", "NP", "PA", "PAC", "DR", "MR", "MRS", "MS", "RN"];
        let text = text.replace(['\'', '’', '.'], "").to_uppercase();
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !titles.contains(word))
            .map(str::to_owned)
            .collect()
    };
    let mut given = words(given);
    for word in words(&format!("{} {}", stated.last, stated.first)) {
        let Some(at) = given.iter().position(|given| *given == word) else { return false };
        given.remove(at);
    }
    given.iter().all(|word| word.len() == 1 && word.eq_ignore_ascii_case(&stated.middle) || *word == "C")
}
