//! One page of a list, whatever its shape: rows in JSON, in tables, cards or accordions.

use crate::compile::{ActPlan, Compiler, Finder, Spot};
use crate::exchange::Question;
use crate::form;
use crate::signals::says;
use crate::value::{At, Place, ValueReader};
use crate::view::{Read, View, pointed, unexpected};
use domain::ports::PortalError;
use domain::profile::{ListShape, Paging};
use serde_json::Value as Json;

/// A compiled [`ListShape`].
#[derive(Clone, Debug)]
pub(crate) struct ListReader {
    pub(crate) at: String,
    rows: Spot,
    headers: Option<Finder>,
    group: Option<Finder>,
    empty: Option<(Spot, String)>,
    total: Option<ValueReader>,
    pub(crate) filter: Option<FilterReader>,
    pub(crate) paging: PagingReader,
}

#[derive(Clone, Debug)]
pub(crate) struct FilterReader {
    pub(crate) at: String,
    on: Spot,
    words: Option<String>,
    pub(crate) clear: ActPlan,
}

/// A compiled [`Paging`].
#[derive(Clone, Debug)]
pub(crate) enum PagingReader {
    Single,
    Number { page: ValueReader, count: ValueReader },
    Next { press: Finder },
    Offset { size: usize },
    Cursor { next: ValueReader },
}

/// What one page of a list shows.
pub(crate) struct OnePage<T> {
    /// Ids and rows, as they stand.
    pub(crate) rows: Vec<(String, T)>,
    /// A filter hides rows; the rest was not read.
    pub(crate) filtered: bool,
    /// Rows over all pages, as claimed.
    pub(crate) total: Option<u64>,
    /// The page's number and how many there are, by number.
    pub(crate) number: Option<(u64, u64)>,
    /// What leads to the next page, by link or button.
    pub(crate) next: Option<Question>,
    /// What the next page is asked for with, by cursor.
    pub(crate) cursor: Option<String>,
}

/// Reads a row: its id, and what it is.
pub(crate) type EachRow<'a, T> = &'a (dyn Fn(Place<'_>) -> Read<(String, T)> + Send + Sync);

impl Compiler {
    pub(crate) fn list(&mut self, at: &str, shape: &ListShape) -> ListReader {
        let paging = match &shape.paging {
            Paging::Single => PagingReader::Single,
            Paging::Number { page, count } => PagingReader::Number {
                page: self.value(format!("{at}.paging.page"), page),
                count: self.value(format!("{at}.paging.count"), count),
            },
            Paging::Next { press } => {
                PagingReader::Next { press: self.finder(format!("{at}.paging.press"), press) }
            }
            Paging::Offset { size } => {
                if *size == 0 {
                    self.mistake(&format!("{at}.paging.size"), "must be more than 0");
                }
                PagingReader::Offset { size: usize::try_from(*size).unwrap_or(usize::MAX) }
            }
            Paging::Cursor { next } => {
                PagingReader::Cursor { next: self.value(format!("{at}.paging.next"), next) }
            }
        };
        ListReader {
            at: at.to_owned(),
            rows: self.spot(format!("{at}.rows"), &shape.rows),
            headers: shape.headers.as_ref().map(|text| self.finder(format!("{at}.headers"), text)),
            group: shape.group.as_ref().map(|text| self.finder(format!("{at}.group"), text)),
            empty: shape.empty.as_ref().map(|says| self.says(&format!("{at}.empty.selector"), says)),
            total: self.optional(format!("{at}.total"), shape.total.as_ref()),
            filter: shape.filter.as_ref().map(|filter| FilterReader {
                at: format!("{at}.filter"),
                on: self.spot(format!("{at}.filter.on"), &filter.on),
                words: filter.words.as_deref().map(crate::signals::folded),
                clear: self.act(&format!("{at}.filter.clear"), &filter.clear),
            }),
            paging,
        }
    }
}

impl ListReader {
    /// Whether the portal may keep the list's page or filter itself, so that no other is read meanwhile.
    pub(crate) fn keeps_its_place(&self) -> bool {
        self.filter.is_some() || matches!(self.paging, PagingReader::Next { .. })
    }

    /// Reads one page. `first`: it is the list's first, which may only be without rows if it says so.
    pub(crate) fn page<T>(&self, view: &View<'_>, each: EachRow<'_, T>, first: bool) -> Read<OnePage<T>> {
        let whole = Place::whole(view);
        let mut one = OnePage {
            rows: Vec::new(),
            filtered: false,
            total: None,
            number: None,
            next: None,
            cursor: None,
        };
        if self.filter.as_ref().is_some_and(|filter| filter.holds(view)) {
            one.filtered = true;
            return Ok(one);
        }
        one.rows = self.rows(view, each, first)?;
        one.total = self.total.as_ref().map(|total| total.number(whole)).transpose()?.flatten();
        match &self.paging {
            PagingReader::Single | PagingReader::Offset { .. } => {}
            PagingReader::Number { page, count } => {
                let need = |value: &ValueReader| {
                    value.number(whole)?.ok_or_else(|| value.fault(whole, "nothing there"))
                };
                one.number = Some((need(page)?, need(count)?.max(1)));
            }
            PagingReader::Next { press } => one.next = form::press_next(view, press)?,
            PagingReader::Cursor { next } => one.cursor = next.read(whole)?,
        }
        Ok(one)
    }

    fn rows<T>(&self, view: &View<'_>, each: EachRow<'_, T>, first: bool) -> Read<Vec<(String, T)>> {
        match &self.rows {
            Spot::Pointer(pointer) => {
                let rows = pointed(view.json()?, pointer).and_then(Json::as_array);
                let rows =
                    rows.ok_or_else(|| self.fault(view, &format!("rows {pointer:?}: no list there")))?;
                rows.iter().map(|row| each(Place { view, at: At::Json(row) })).collect()
            }
            Spot::Element(finder) => {
                let rows = finder.all(view);
                let says_so = self.empty.as_ref().is_some_and(|(spot, words)| says(view, spot, words));
                if rows.is_empty() && first && !says_so {
                    return Err(finder
                        .fault(view.page.what, "no such element, and nothing says that the list is empty"));
                }
                let (headers, group) = (self.headers.as_ref(), self.group.as_ref());
                rows.into_iter()
                    .map(|row| each(Place { view, at: At::Row { row, headers, group } }))
                    .collect()
            }
        }
    }

    /// An error that names the key.
    pub(crate) fn fault(&self, view: &View<'_>, what: &str) -> PortalError {
        unexpected(view.page.what, format!("{}.{what}", self.at))
    }
}

impl FilterReader {
    fn holds(&self, view: &View<'_>) -> bool {
        match &self.words {
            Some(words) => says(view, &self.on, words),
            None => self.on.text(view).is_some(),
        }
    }
}
