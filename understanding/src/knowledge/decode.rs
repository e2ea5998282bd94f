//! Reads a TOML table key by key and collects every mistake instead of stopping at the first.

use super::error::{KnowledgeError, nearest};
use super::payers::Place;
use jiff::civil::Date;
use std::cell::RefCell;
use toml::{Table, Value};

/// Mistakes found so far, shared by the nodes of all files.
pub(crate) type Mistakes = RefCell<Vec<KnowledgeError>>;

/// A calendar date written without quotes.
pub(crate) fn date_of(value: &Value) -> Option<Date> {
    value.as_datetime().and_then(|at| at.to_string().parse::<Date>().ok())
}

/// One table of one file. [`Node::finish`] reports the keys nobody asked for.
pub(crate) struct Node<'a> {
    file: &'a str,
    path: String,
    table: &'a Table,
    asked: RefCell<Vec<&'static str>>,
    mistakes: &'a Mistakes,
}

impl<'a> Node<'a> {
    /// The file's root.
    pub(crate) fn root(file: &'a str, table: &'a Table, mistakes: &'a Mistakes) -> Self {
        Self { file, path: String::new(), table, asked: RefCell::default(), mistakes }
    }

    fn at(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Reports a mistake at `key`.
    pub(crate) fn mistake(&self, key: &str, reason: impl Into<String>, nearest: Option<String>) {
        self.mistakes.borrow_mut().push(KnowledgeError {
            file: self.file.to_owned(),
            line: None,
            key: self.at(key),
            reason: reason.into(),
            nearest,
        });
    }

    /// Where this table stands, for mistakes that are found later.
    pub(crate) fn place(&self) -> Place {
        Place { file: self.file.to_owned(), path: self.path.clone() }
    }

    /// Whether the table has the key at all.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A value as it stands, for tables of free keys.
    pub(crate) fn raw(&self, key: &'static str) -> Option<&'a Value> {
        self.get(key)
    }

    fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    fn wrong_type(&self, key: &str, wanted: &str, found: &Value) {
        self.mistake(key, format!("must be {wanted}, is {}", found.type_str()), None);
    }

    fn require<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.table.contains_key(key) {
            self.mistake(key, "is missing", None);
        }
        value
    }

    /// A text that may be absent.
    pub(crate) fn text_opt(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        if let Some(text) = value.as_str() {
            return Some(text.to_owned());
        }
        self.wrong_type(key, "a text", value);
        None
    }

    /// A text that must be there; empty when it is not, which has then been reported.
    pub(crate) fn text(&self, key: &'static str) -> String {
        let value = self.text_opt(key);
        self.require(key, value).unwrap_or_default()
    }

    /// A list of texts; absent is empty.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let texts = value.as_array().and_then(|items| {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        texts.unwrap_or_else(|| {
            self.wrong_type(key, "a list of texts", value);
            Vec::new()
        })
    }

    /// A list of texts that must not be empty.
    pub(crate) fn texts_some(&self, key: &'static str) -> Vec<String> {
        let texts = self.texts(key);
        if texts.is_empty() && self.table.get(key).is_none_or(toml::Value::is_array) {
            self.mistake(key, "must name at least one", None);
        }
        texts
    }

    /// Yes or no; absent is no.
    pub(crate) fn flag(&self, key: &'static str) -> bool {
        match self.get(key) {
            None => false,
            Some(Value::Boolean(flag)) => *flag,
            Some(other) => {
                self.wrong_type(key, "true or false", other);
                false
            }
        }
    }

    /// A number that must be there and not be negative.
    pub(crate) fn number(&self, key: &'static str) -> f64 {
        let value = self.get(key).and_then(|value| match value {
            Value::Integer(whole) => i32::try_from(*whole).ok().map(f64::from),
            Value::Float(number) => Some(*number),
            _ => None,
        });
        match value.filter(|number| number.is_finite() && *number >= 0.0) {
            Some(number) => number,
            None => {
                self.mistake(key, "must be a number of 0 or more", None);
                0.0
            }
        }
    }

    /// A number of 0 or more that may be absent.
    pub(crate) fn number_opt(&self, key: &'static str) -> Option<f64> {
        self.asked.borrow_mut().push(key);
        self.table.contains_key(key).then(|| self.number(key))
    }

    /// A calendar date, written without quotes.
    pub(crate) fn date_opt(&self, key: &'static str) -> Option<Date> {
        let value = self.get(key)?;
        let date = date_of(value);
        if date.is_none() {
            self.wrong_type(key, "a date such as 2026-01-31, without quotes", value);
        }
        date
    }

    /// A calendar date that must be there.
    pub(crate) fn date(&self, key: &'static str) -> Date {
        let value = self.date_opt(key);
        self.require(key, value).unwrap_or(Date::ZERO)
    }

    /// The tables of a list `[[key]]`; absent is empty.
    pub(crate) fn children(&self, key: &'static str) -> Vec<Node<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.wrong_type(key, "a list of tables", value);
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = self.at(&format!("{key}.{index}"));
            match item.as_table() {
                Some(table) => nodes.push(Node {
                    file: self.file,
                    path,
                    table,
                    asked: RefCell::default(),
                    mistakes: self.mistakes,
                }),
                None => self.wrong_type(key, "a list of tables", item),
            }
        }
        nodes
    }

    /// The table `[key]` that must be there.
    pub(crate) fn child(&self, key: &'static str) -> Option<Node<'a>> {
        let value = self.get(key);
        let table = value.and_then(Value::as_table);
        if table.is_none() {
            self.mistake(key, "must be a table", None);
        }
        Some(Node {
            file: self.file,
            path: self.at(key),
            table: table?,
            asked: RefCell::default(),
            mistakes: self.mistakes,
        })
    }

    /// Every key of the table with its text; for tables of free keys.
    pub(crate) fn all_texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for (key, value) in self.table {
            match value.as_str() {
                Some(text) => texts.push((key.clone(), text.to_owned())),
                None => self.wrong_type(key, "a text", value),
            }
        }
        texts
    }

    /// Reads `key` as one of `known`; anything else is reported with the nearest.
    pub(crate) fn one_of<T: Copy>(&self, key: &'static str, known: &[(&str, T)]) -> Option<T> {
        let text = self.text(key);
        let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() && !text.is_empty() {
            self.mistake(
                key,
                format!("`{text}` is not known"),
                nearest(&text, known.iter().map(|(name, _)| *name)),
            );
        }
        found
    }

    /// Reports every key nobody asked for, with the nearest one that is known.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for key in self.table.keys().filter(|key| !asked.contains(&key.as_str())) {
            self.mistake(key, "is no known key", nearest(key, asked.iter().copied()));
        }
    }
}
