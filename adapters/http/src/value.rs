//! Values: where they stand in a row, a card or a whole page, and how they are read. Errors name keys, never values.

use crate::compile::{Compiler, Finder, Pattern};
use crate::label::behind_label;
use crate::table;
use crate::view::{Read, View, pointed, unexpected};
use crate::words;
use domain::ports::PortalError;
use domain::profile::{Formats, Value};
use jiff::civil::{Date, DateTime, Time};
use regex::Regex;
use scraper::ElementRef;
use serde_json::Value as Json;
use std::borrow::Cow;

/// Where values are looked for.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) view: &'a View<'a>,
    pub(crate) at: At<'a>,
}

/// Which part of the page.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    /// All of it.
    Whole,
    /// A row of a JSON list.
    Json(&'a Json),
    /// A row of an HTML list.
    Row { row: ElementRef<'a>, headers: Option<&'a Finder>, group: Option<&'a Finder> },
}

impl<'a> Place<'a> {
    pub(crate) fn whole(view: &'a View<'a>) -> Self {
        Self { view, at: At::Whole }
    }
}

/// A compiled [`Value`].
#[derive(Clone, Debug)]
pub(crate) struct ValueReader {
    at: String,
    source: Source,
    attribute: Option<String>,
    pattern: Option<Pattern>,
}

#[derive(Clone, Debug)]
enum Source {
    Pointer(String),
    Header(Vec<String>),
    Select(Finder),
    Label(Vec<String>),
    Group(Finder),
    Row,
    Fixed(String),
}

impl Compiler {
    pub(crate) fn value(&mut self, at: impl Into<String>, value: &Value) -> ValueReader {
        let (at, value) = (at.into(), value.at());
        let mut sources = Vec::new();
        if let Some(pointer) = value.pointer {
            sources.push(Source::Pointer(pointer));
        }
        if !value.header.is_empty() {
            sources.push(Source::Header(value.header));
        }
        if let Some(select) = value.select {
            sources.push(Source::Select(self.finder(at.clone(), &select)));
        }
        if !value.label.is_empty() {
            sources.push(Source::Label(value.label));
        }
        if let Some(group) = value.group {
            sources.push(Source::Group(self.finder(at.clone(), &group)));
        }
        if value.row {
            sources.push(Source::Row);
        }
        if let Some(fixed) = value.fixed {
            sources.push(Source::Fixed(fixed));
        }
        if sources.len() != 1 {
            self.mistake(&at, "needs exactly one of pointer, header, select, label, group, row and fixed");
        }
        let source = sources.pop().unwrap_or(Source::Fixed(String::new()));
        let pattern = value.pattern.map(|pattern| self.pattern(&at, &pattern));
        ValueReader { at, source, attribute: value.attribute, pattern }
    }

    pub(crate) fn optional(&mut self, at: String, value: Option<&Value>) -> Option<ValueReader> {
        value.map(|value| self.value(at, value))
    }
}

impl ValueReader {
    /// The profile's key it stands at.
    pub(crate) fn key(&self) -> &str {
        &self.at
    }

    /// The value; none where it is absent or blank, or the pattern does not match.
    pub(crate) fn read(&self, place: Place<'_>) -> Read<Option<String>> {
        let text = match &self.source {
            Source::Pointer(pointer) => in_json(place, pointer)?,
            Source::Fixed(text) => Some(text.clone()),
            _ => self.element(place)?.and_then(|found| self.text(&found)),
        };
        let text = match (&self.pattern, text) {
            (Some(pattern), Some(text)) => pattern.of(&text),
            (_, text) => text,
        };
        Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// The value, which must be there.
    pub(crate) fn need(&self, place: Place<'_>) -> Read<String> {
        let pattern = if self.pattern.is_some() { ", or not as its pattern says" } else { "" };
        self.read(place)?.ok_or_else(|| self.fault(place, &format!("nothing there{pattern}")))
    }

    /// Free text with its lines; may be empty, but its place must be there.
    pub(crate) fn lines(&self, place: Place<'_>) -> Read<String> {
        let missing = || self.fault(place, "nothing there");
        let text = match &self.source {
            Source::Pointer(pointer) => {
                let root = json_of(place)?;
                pointed(root, pointer).and_then(Json::as_str).map(str::to_owned).ok_or_else(missing)?
            }
            Source::Fixed(text) => text.clone(),
            _ if self.attribute.is_some() || self.pattern.is_some() => self.need(place)?,
            _ => match self.element(place)? {
                Some(Found::Element(element)) => words::lines_of(element),
                Some(Found::Text(text)) => text,
                None => return Err(missing()),
            },
        };
        Ok(text)
    }

    /// The last whole number in the value; none where the value is absent.
    pub(crate) fn number(&self, place: Place<'_>) -> Read<Option<u64>> {
        let Some(text) = self.read(place)? else { return Ok(None) };
        words::last_number(&text).map(Some).ok_or_else(|| self.fault(place, "no number"))
    }

    pub(crate) fn date(&self, place: Place<'_>, formats: &Formats) -> Read<Option<Date>> {
        let Some(text) = self.read(place)? else { return Ok(None) };
        date(formats, &text).map(Some).ok_or_else(|| self.fault(place, "no date as formats.dates says"))
    }

    pub(crate) fn date_time(&self, place: Place<'_>, formats: &Formats) -> Read<Option<DateTime>> {
        let Some(text) = self.read(place)? else { return Ok(None) };
        let found = formats
            .date_times
            .iter()
            .find_map(|format| DateTime::strptime(format, whole_meridiem(format, &text).as_ref()).ok())
            // Some lists show the time of day only for today.
            .or_else(|| date(formats, &text).map(|date| date.to_datetime(Time::midnight())));
        found.map(Some).ok_or_else(|| self.fault(place, "no date with time as formats.date_times says"))
    }

    /// An error that names the key.
    pub(crate) fn fault(&self, place: Place<'_>, what: &str) -> PortalError {
        let said = match &self.source {
            Source::Pointer(text) | Source::Fixed(text) => format!("{text:?}"),
            Source::Select(finder) => format!("{:?}", finder.text),
            Source::Group(finder) => format!("group {:?}", finder.text),
            Source::Header(texts) => format!("header {texts:?}"),
            Source::Label(texts) => format!("label {texts:?}"),
            Source::Row => "row".to_owned(),
        };
        unexpected(place.view.page.what, format!("{} {said}: {what}", self.at))
    }

    fn element<'a>(&self, place: Place<'a>) -> Read<Option<Found<'a>>> {
        let scope = match place.at {
            At::Row { row, .. } => row,
            _ => place.view.html().root_element(),
        };
        Ok(match &self.source {
            Source::Select(finder) => match place.at {
                At::Row { row, .. } => finder.first_within(row).map(Found::Element),
                _ => finder.first(place.view).map(Found::Element),
            },
            Source::Row => Some(Found::Element(scope)),
            Source::Label(labels) => behind_label(scope, labels),
            Source::Header(names) => {
                let At::Row { row, headers: Some(headers), .. } = place.at else {
                    return Err(self.fault(place, "the list says nothing of headers"));
                };
                let Some(column) = table::column(place.view, row, headers, names) else {
                    return Err(self.fault(place, "no such header"));
                };
                table::cell(row, column).map(Found::Element)
            }
            Source::Group(finder) => {
                let At::Row { row, group: Some(groups), .. } = place.at else {
                    return Err(self.fault(place, "the list says nothing of groups"));
                };
                let group = row.ancestors().filter_map(ElementRef::wrap).find(|outer| groups.matches(*outer));
                group.and_then(|group| finder.first_within(group)).map(Found::Element)
            }
            Source::Pointer(_) | Source::Fixed(_) => None,
        })
    }

    fn text(&self, found: &Found<'_>) -> Option<String> {
        let (element, attribute) = match (found, &self.attribute) {
            (Found::Text(text), None) => return Some(text.clone()),
            (Found::Text(_), Some(_)) => return None,
            (Found::Element(element), None) => return Some(words::of_element(*element)),
            (Found::Element(element), Some(attribute)) => (element, attribute),
        };
        let own = element.attr(attribute);
        let inner = || element.descendent_elements().find_map(|inner| inner.attr(attribute));
        let found = match self.source {
            Source::Header(_) | Source::Label(_) => own.or_else(inner),
            _ => own,
        };
        found.map(str::to_owned)
    }
}

/// An element, or words that stand in none of their own.
pub(crate) enum Found<'a> {
    Element(ElementRef<'a>),
    Text(String),
}

fn json_of(place: Place<'_>) -> Read<&Json> {
    match place.at {
        At::Json(row) => Ok(row),
        _ => place.view.json(),
    }
}

/// Text, or a number as text.
fn in_json(place: Place<'_>, pointer: &str) -> Read<Option<String>> {
    Ok(match pointed(json_of(place)?, pointer) {
        Some(Json::String(text)) => Some(text.clone()),
        Some(number @ (Json::Number(_) | Json::Bool(_))) => Some(number.to_string()),
        _ => None,
    })
}

/// Where the format has AM or PM, a text that shows only its first letter (`9:14a`) as if it had both.
fn whole_meridiem<'t>(format: &str, text: &'t str) -> Cow<'t, str> {
    let lone = Regex::new(r"(?i)(\d\s*[ap])\.?(\s|$)")
        .ok()
        .filter(|_| format.contains("%p") || format.contains("%P"));
    lone.map_or(Cow::Borrowed(text), |lone| lone.replace(text, "${1}m${2}"))
}

/// A date, or the date of a date with time.
fn date(formats: &Formats, text: &str) -> Option<Date> {
    let date = formats.dates.iter().find_map(|format| Date::strptime(format, text).ok());
    date.or_else(|| {
        let both = formats.date_times.iter().find_map(|format| DateTime::strptime(format, text).ok());
        both.map(|both| both.date())
    })
}
