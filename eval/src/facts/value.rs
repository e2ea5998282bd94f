//! Facts by name. Templates print them; what is printed is what must be found.

use jiff::civil::{Date, DateTime};
use std::collections::BTreeMap;

/// A person's name in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) first: String,
    /// One letter, or none.
    pub(crate) middle: String,
    pub(crate) last: String,
}

/// What a fact is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Name(Name),
    Date(Date),
    DateTime(DateTime),
    Number(f64),
    Count(i64),
    Flag(bool),
}

impl Value {
    /// The value as a person reads it in a report.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Name(name) => format!("{}, {} {}", name.last, name.first, name.middle).trim().to_owned(),
            Self::Date(date) => date.to_string(),
            Self::DateTime(at) => at.to_string(),
            Self::Number(number) => format!("{}", (number * 100.0).round() / 100.0),
            Self::Count(count) => count.to_string(),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        }
    }
}

/// Facts and lists of facts by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    values: BTreeMap<String, Value>,
    lists: BTreeMap<String, Vec<Facts>>,
}

impl Facts {
    /// One fact.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// A list of them; empty if there is none.
    pub(crate) fn list(&self, name: &str) -> &[Self] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.values.remove(name);
    }

    pub(crate) fn text(&mut self, name: &str, text: impl Into<String>) {
        self.set(name, Value::Text(text.into()));
    }

    pub(crate) fn number(&mut self, name: &str, number: f64) {
        self.set(name, Value::Number(number));
    }

    pub(crate) fn count(&mut self, name: &str, count: i64) {
        self.set(name, Value::Count(count));
    }

    pub(crate) fn date(&mut self, name: &str, date: Date) {
        self.set(name, Value::Date(date));
    }

    pub(crate) fn flag(&mut self, name: &str, flag: bool) {
        self.set(name, Value::Flag(flag));
    }

    pub(crate) fn push(&mut self, name: &str, one: Self) {
        self.lists.entry(name.to_owned()).or_default().push(one);
    }

    /// Whether a condition holds: `a`, `!a`, `a=b`, joined by `&`.
    pub(crate) fn holds(&self, condition: &str) -> bool {
        condition.split('&').map(str::trim).all(|part| {
            if let Some(part) = part.strip_prefix('!') {
                return !self.holds(part);
            }
            if let Some((name, wanted)) = part.split_once('=') {
                return self.get(name).is_some_and(|value| value.shown() == wanted);
            }
            match self.get(part) {
                Some(Value::Flag(flag)) => *flag,
                Some(_) => true,
                None => !self.list(part).is_empty(),
            }
        })
    }

    /// The number of a fact, whatever its kind.
    pub(crate) fn num(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            Value::Count(count) => Some(*count as f64),
            _ => None,
        }
    }

    pub(crate) fn day(&self, name: &str) -> Option<Date> {
        match self.get(name)? {
            Value::Date(date) => Some(*date),
            Value::DateTime(at) => Some(at.date()),
            _ => None,
        }
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Flag(true))
    }

    /// Itself with an item's facts under the item's name before them.
    pub(crate) fn with(&self, prefix: &str, item: &Self) -> Self {
        let mut both = self.clone();
        for (name, value) in &item.values {
            both.values.insert(format!("{prefix}.{name}"), value.clone());
        }
        both
    }

    /// Whether any fact that stands for a field answers to a question.
    pub(crate) fn true_of(&self, field: &str, is: impl Fn(&Value) -> bool) -> bool {
        self.values.iter().any(|(name, value)| crate::score::field_of(name) == field && is(value))
    }
}
