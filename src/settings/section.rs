//! Reads one table of the merged configuration key by key. What was asked for is known; what is left over is
//! an unknown key. Nothing stops at the first mistake: each is noted with its place, and reading goes on.

use super::duration;
use super::mistake::{Mistake, hint};
use config::{Value, ValueKind};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What every section of one configuration shares.
pub(super) struct Reading {
    /// Relative paths are relative to this folder.
    pub base: PathBuf,
    mistakes: RefCell<Vec<Mistake>>,
}

impl Reading {
    pub(super) fn new(base: PathBuf) -> Self {
        Self { base, mistakes: RefCell::new(Vec::new()) }
    }

    pub(super) fn note(&self, origin: Option<&str>, path: impl Into<String>, what: impl Into<String>) {
        let mistake = Mistake { origin: origin.map(str::to_owned), path: path.into(), what: what.into() };
        self.mistakes.borrow_mut().push(mistake);
    }

    /// Every mistake noted so far, in order of file and path.
    pub(super) fn mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by(|a, b| (&a.origin, &a.path).cmp(&(&b.origin, &b.path)));
        mistakes
    }
}

/// One table being read.
pub(super) struct Section<'r> {
    reading: &'r Reading,
    path: String,
    origin: Option<String>,
    given: BTreeSet<String>,
    values: BTreeMap<String, Value>,
    known: Vec<&'static str>,
}

impl<'r> Section<'r> {
    /// Begins at the root.
    pub(super) fn root(reading: &'r Reading, value: Value) -> Self {
        Self::of(reading, String::new(), value)
    }

    fn of(reading: &'r Reading, path: String, value: Value) -> Self {
        let origin = value_with_origin(&value).origin().map(str::to_owned);
        let values: BTreeMap<String, Value> = match value.kind {
            ValueKind::Table(table) => table.into_iter().collect(),
            kind => {
                reading.note(
                    origin.as_deref(),
                    &path,
                    format!("expected a section, found {}", kind_name(&kind)),
                );
                BTreeMap::new()
            }
        };
        let given = values.keys().cloned().collect();
        Self { reading, path, origin, given, values, known: Vec::new() }
    }

    /// Whether a key was written, rightly or wrongly.
    pub(super) fn has(&self, key: &str) -> bool {
        self.given.contains(key)
    }

    /// The file, or the environment, this section was written in.
    pub(super) fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The folder relative paths start from.
    pub(super) fn base(&self) -> &Path {
        &self.reading.base
    }

    /// The whole path of a key.
    pub(super) fn path_of(&self, key: &str) -> String {
        match (self.path.as_str(), key) {
            ("", key) => key.to_owned(),
            (path, "") => path.to_owned(),
            (path, key) => format!("{path}.{key}"),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.values.remove(key)
    }

    /// Notes a mistake at a key of this section; the empty key is the section itself.
    pub(super) fn note(&self, key: &str, what: impl Into<String>) {
        self.reading.note(self.origin.as_deref(), self.path_of(key), what);
    }

    fn wrong(&self, key: &str, value: &Value, what: impl Into<String>) {
        self.reading.note(value.origin(), self.path_of(key), what);
    }

    /// A text read by `parse`; absent is no mistake.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.take(key)?;
        let ValueKind::String(text) = &value.kind else {
            let found = kind_name(&value.kind);
            self.wrong(key, &value, format!("expected a text in quotes, found {found}"));
            return None;
        };
        match parse(text) {
            Ok(parsed) => Some(parsed),
            Err(what) => {
                self.wrong(key, &value, what);
                None
            }
        }
    }

    /// Like [`Self::parsed`], but absence is a mistake.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if self.values.contains_key(key) {
            return self.parsed(key, parse);
        }
        self.known.push(key);
        self.note(key, "is missing");
        None
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        self.parsed(key, |text| {
            choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice).ok_or_else(|| {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                format!("expected one of {}", words.join(", "))
            })
        })
    }

    /// A duration with its unit.
    pub(super) fn duration(&mut self, key: &'static str) -> Option<Duration> {
        self.parsed(key, duration::parse)
    }

    /// A whole number in a range; from the environment it comes as text.
    pub(super) fn count(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.take(key)?;
        let number = match &value.kind {
            ValueKind::I64(number) => u32::try_from(*number).ok(),
            ValueKind::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let what = format!("expected a whole number from {} to {}", range.start(), range.end());
            self.wrong(key, &value, what);
        }
        number
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.take(key)?;
        let flag = match &value.kind {
            ValueKind::Boolean(flag) => Some(*flag),
            ValueKind::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if flag.is_none() {
            self.wrong(key, &value, "expected true or false");
        }
        flag
    }

    /// A list of texts; from the environment separated by commas.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let texts: Option<Vec<String>> = match &value.kind {
            ValueKind::Array(values) => values
                .iter()
                .map(|value| match &value.kind {
                    ValueKind::String(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            ValueKind::String(text) => Some(text.split(',').map(|part| part.trim().to_owned()).collect()),
            _ => None,
        };
        if texts.is_none() {
            self.wrong(key, &value, "expected a list of texts in quotes");
        }
        texts.unwrap_or_default()
    }

    /// Texts under names of the deployer's choosing.
    pub(super) fn texts_by_name(mut self) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for (name, value) in std::mem::take(&mut self.values) {
            match &value.kind {
                ValueKind::String(text) if !text.is_empty() => {
                    texts.insert(name, text.clone());
                }
                _ => self.wrong(&name, &value, "expected a text in quotes"),
            }
        }
        texts
    }

    /// A sub-section; absent is empty.
    pub(super) fn section(&mut self, key: &'static str) -> Section<'r> {
        let path = self.path_of(key);
        let value = self.take(key).unwrap_or_else(|| Value::new(None, config::Map::<String, Value>::new()));
        Self::of(self.reading, path, value)
    }

    /// Sub-sections that carry names of the deployer's choosing, in order of name.
    pub(super) fn named_sections(mut self) -> Vec<(String, Section<'r>)> {
        let values = std::mem::take(&mut self.values);
        values
            .into_iter()
            .map(|(name, value)| {
                let section = Self::of(self.reading, self.path_of(&name), value);
                (name, section)
            })
            .collect()
    }

    /// Ends the section: whatever was not asked for is an unknown key.
    pub(super) fn finish(self) {
        for (key, value) in &self.values {
            let hint = hint(key, self.known.iter().copied());
            self.wrong(key, value_with_origin(value), format!("unknown key; {hint}"));
        }
    }
}

/// A merged table may have lost its origin; the first value in it that has one stands for it.
fn value_with_origin(value: &Value) -> &Value {
    match &value.kind {
        ValueKind::Table(table) if value.origin().is_none() => {
            table.values().find(|inner| inner.origin().is_some()).unwrap_or(value)
        }
        _ => value,
    }
}

fn kind_name(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Nil => "nothing",
        ValueKind::Boolean(_) => "true or false",
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => "a whole number",
        ValueKind::Float(_) => "a number",
        ValueKind::String(_) => "a text",
        ValueKind::Table(_) => "a section",
        ValueKind::Array(_) => "a list",
    }
}
