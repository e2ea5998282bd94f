//! A whole list, page after page: each row once, none lost while the list changed, no page read for ever.

use crate::compile::AskPlan;
use crate::exchange::{Bounds, Question};
use crate::fill::Names;
use crate::list::{EachRow, ListReader, OnePage, PagingReader};
use crate::stay::{Got, Stay};
use crate::view::{Page, Read, View, unavailable, unexpected};
use std::collections::HashSet;

/// Times a list that changes while it is read is begun again.
const READS_MAX: usize = 4;

/// Times a filter is cleared in one reading; one that is still on afterwards cannot be cleared.
const CLEARED_MAX: usize = 2;

/// A list that is read.
pub(crate) struct Listing<'a, T> {
    pub(crate) stay: &'a Stay,
    /// What a person calls it.
    pub(crate) what: &'static str,
    pub(crate) ask: &'a AskPlan,
    pub(crate) list: &'a ListReader,
    pub(crate) names: Names,
    pub(crate) each: EachRow<'a, T>,
    /// Looks at each page before its rows are believed.
    pub(crate) screen: &'a (dyn Fn(&View<'_>) -> Read<()> + Send + Sync),
}

/// A list that was read to its end.
pub(crate) struct Listed<T> {
    pub(crate) rows: Vec<T>,
    /// Its last page.
    pub(crate) last: Page,
}

/// How one reading ended.
enum Once<T> {
    Whole(Listed<T>),
    /// The list was another one at its end than at its beginning.
    Changed,
    /// The portal gave the same page for another.
    SamePage,
}

/// What comes after a page.
#[derive(Debug)]
enum Step {
    Done,
    Ask(Names),
    Press(Question),
    Changed,
    SamePage,
}

impl<T: Send> Listing<'_, T> {
    /// Reads the whole list. `hand`: a page that may hold what its request needs.
    ///
    /// # Errors
    /// `Unavailable` when it changed each time it was read.
    pub(crate) async fn all(&self, hand: Option<&Page>) -> Read<Listed<T>> {
        let mut same_page = false;
        for _ in 0..READS_MAX {
            match self.once(hand).await? {
                Once::Whole(listed) => return Ok(listed),
                Once::Changed => same_page = false,
                Once::SamePage => same_page = true,
            }
        }
        if same_page {
            let signal = format!("{}.paging: the same page again when the next is asked for", self.list.at);
            return Err(unexpected(self.what, signal));
        }
        Err(unavailable(self.what, "the list changed each time it was read"))
    }

    /// The list's first page, for what its forms hold.
    pub(crate) async fn first_page(&self) -> Read<Page> {
        self.stay.ask(self.what, self.ask, &self.first_names(), None).await
    }

    fn first_names(&self) -> Names {
        self.names.clone().with("page", "1").with("offset", "0").with("cursor", "")
    }

    async fn once(&self, hand: Option<&Page>) -> Read<Once<T>> {
        let pages_max = self.stay.reader.profile.limits.list_pages_max;
        let first = self.first_names();
        let mut page = self.stay.ask(self.what, self.ask, &first, hand).await?;
        let mut gathered = Gathered::new(first.clone());
        let mut cleared = 0;
        loop {
            let begins = gathered.pages == 0;
            let one = self.stay.read(&page, |view| {
                (self.screen)(view)?;
                self.list.page(view, self.each, begins)
            });
            let one = one.await?;
            if let (true, Some(filter)) = (one.filtered, &self.list.filter) {
                if cleared == CLEARED_MAX {
                    return Err(unexpected(self.what, format!("{}.clear: the filter stays on", filter.at)));
                }
                cleared += 1;
                if let Got::Stale = self.stay.act(self.what, &filter.clear, &page, &first).await? {
                    return Ok(Once::Changed);
                }
                page = self.stay.ask(self.what, self.ask, &first, None).await?;
                gathered = Gathered::new(first.clone());
                continue;
            }
            let step = gathered.take(one, self.list, self.what)?;
            if gathered.pages >= pages_max && matches!(step, Step::Ask(_) | Step::Press(_)) {
                return Err(unexpected(
                    self.what,
                    format!("{}.paging: more than {pages_max} pages", self.list.at),
                ));
            }
            page = match step {
                Step::Done => return Ok(Once::Whole(Listed { rows: gathered.rows, last: page })),
                Step::Changed => return Ok(Once::Changed),
                Step::SamePage => return Ok(Once::SamePage),
                Step::Ask(names) => self.stay.ask(self.what, self.ask, &names, Some(&page)).await?,
                Step::Press(question) => {
                    let question = Question { what: self.what, ..question };
                    match self.stay.send(&question, Bounds::Page).await? {
                        Got::Page(page) => page,
                        // What led to it is the list itself.
                        Got::Stale => return Ok(Once::Changed),
                    }
                }
            };
        }
    }
}

/// What was read of a list so far.
struct Gathered<T> {
    rows: Vec<T>,
    ids: HashSet<String>,
    pages: u32,
    offset: usize,
    last_page: Vec<String>,
    total: Option<u64>,
    count: Option<u64>,
    names: Names,
    cursors: HashSet<String>,
}

impl<T> Gathered<T> {
    fn new(names: Names) -> Self {
        Self {
            rows: Vec::new(),
            ids: HashSet::new(),
            pages: 0,
            offset: 0,
            last_page: Vec::new(),
            total: None,
            count: None,
            names,
            cursors: HashSet::new(),
        }
    }

    /// Takes a page's rows in, each once, and says what comes next.
    fn take(&mut self, one: OnePage<T>, list: &ListReader, what: &str) -> Read<Step> {
        self.pages += 1;
        let here: Vec<String> = one.rows.iter().map(|(id, _)| id.clone()).collect();
        let (shown, known) = (here.len(), self.rows.len());
        let same_page = self.pages > 1 && shown > 0 && here == self.last_page;
        self.last_page = here;
        for (id, row) in one.rows {
            if self.ids.insert(id) {
                self.rows.push(row);
            }
        }
        let added = self.rows.len() - known;
        if self.total.is_some() && one.total.is_some() && self.total != one.total {
            return Ok(Step::Changed);
        }
        self.total = self.total.or(one.total);
        match &list.paging {
            PagingReader::Single => Ok(self.end()),
            PagingReader::Number { .. } => self.by_number(one.number, list, what),
            _ if same_page && !self.is_whole() => Ok(Step::SamePage),
            PagingReader::Next { .. } => Ok(one.next.map_or_else(|| self.end(), Step::Press)),
            PagingReader::Offset { size } => Ok(self.by_offset(*size, shown, added)),
            PagingReader::Cursor { .. } => {
                let Some(cursor) = one.cursor else { return Ok(self.end()) };
                if !self.cursors.insert(cursor.clone()) {
                    return Ok(Step::SamePage);
                }
                Ok(Step::Ask(self.names.clone().with("cursor", cursor)))
            }
        }
    }

    fn by_number(&mut self, number: Option<(u64, u64)>, list: &ListReader, what: &str) -> Read<Step> {
        let (page, count) = number.unwrap_or((1, 1));
        if page != u64::from(self.pages) {
            // A list that ignores the page asked for would be read for ever, or twice.
            let signal = format!("{}.paging.page: another page than the one asked for", list.at);
            return Err(unexpected(what, signal));
        }
        if self.count.is_some_and(|known| known != count) {
            return Ok(Step::Changed);
        }
        self.count = Some(count);
        if page >= count {
            return Ok(self.end());
        }
        Ok(Step::Ask(self.names.clone().with("page", (page + 1).to_string())))
    }

    /// `shown` rows on the page, `added` of them new. Some lists grow as one scrolls: they show all rows up to here.
    fn by_offset(&mut self, size: usize, shown: usize, added: usize) -> Step {
        let grows = shown > size;
        if shown < size || (grows && added < size && self.pages > 1) || self.is_whole() {
            return self.end();
        }
        self.offset = if grows { self.rows.len() } else { self.offset + shown };
        Step::Ask(self.names.clone().with("offset", self.offset.to_string()))
    }

    fn is_whole(&self) -> bool {
        self.total.is_some_and(|total| total == self.rows.len() as u64)
    }

    /// The last page was read: are there as many rows as the portal claims?
    fn end(&self) -> Step {
        if self.total.is_some() && !self.is_whole() { Step::Changed } else { Step::Done }
    }
}
