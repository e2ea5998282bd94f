//! A page that was got, and the ways to look at it: as HTML, as JSON.

use crate::words;
use bytes::Bytes;
use domain::ports::PortalError;
use reqwest::Url;
use scraper::{Html, Selector};
use serde_json::Value;
use std::cell::OnceCell;
use std::time::Duration;

/// What reading a page gives.
pub(crate) type Read<T> = Result<T, PortalError>;

/// A page that is not what the profile describes. `signal` holds nothing of the page's contents.
pub(crate) fn unexpected(page: &str, signal: impl Into<String>) -> PortalError {
    PortalError::UnexpectedPage { page: page.to_owned(), signal: signal.into() }
}

/// A portal that did not give what it should; another try may help.
pub(crate) fn unavailable(what: &str, cause: &str) -> PortalError {
    PortalError::Unavailable { cause: format!("{what}: {cause}") }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// What a person calls it; stands in errors.
    pub(crate) what: &'static str,
    /// Where it stands, after redirects.
    pub(crate) address: Url,
    /// The HTTP status.
    pub(crate) status: u16,
    /// Labelled as HTML, or seen to be some.
    pub(crate) html: bool,
    /// A redirect to the login page led here.
    pub(crate) to_login: bool,
    /// How long the portal asks to wait.
    pub(crate) retry_after: Option<Duration>,
    /// The body.
    pub(crate) bytes: Bytes,
}

/// A page being looked at; read as HTML or JSON once, when first asked for. Parsed HTML is bound to its thread, so a
/// view never lives across an await.
pub(crate) struct View<'p> {
    pub(crate) page: &'p Page,
    html: OnceCell<Html>,
    json: OnceCell<Option<Value>>,
}

impl<'p> View<'p> {
    pub(crate) fn of(page: &'p Page) -> Self {
        Self { page, html: OnceCell::new(), json: OnceCell::new() }
    }

    /// A view of a page that must hold something.
    pub(crate) fn filled(page: &'p Page) -> Read<Self> {
        if page.bytes.is_empty() {
            return Err(unavailable(page.what, "an empty answer"));
        }
        Ok(Self::of(page))
    }

    /// A view of no more than the beginning of the page.
    pub(crate) fn beginning(page: &'p Page, bytes: usize) -> Self {
        let view = Self::of(page);
        if page.bytes.len() > bytes {
            let _ = view.html.set(Html::parse_document(&words::decoded(&page.bytes[..bytes])));
        }
        view
    }

    pub(crate) fn html(&self) -> &Html {
        self.html.get_or_init(|| Html::parse_document(&words::decoded(&self.page.bytes)))
    }

    /// The page as JSON, if it is some.
    pub(crate) fn try_json(&self) -> Option<&Value> {
        self.json.get_or_init(|| serde_json::from_slice(&self.page.bytes).ok()).as_ref()
    }

    pub(crate) fn json(&self) -> Read<&Value> {
        self.try_json().ok_or_else(|| {
            let met = if self.page.html { "HTML where JSON is described" } else { "no JSON" };
            unexpected(self.page.what, met)
        })
    }

    /// Where a link on the page leads; `<base>` counts. None: nowhere without a script.
    pub(crate) fn link(&self, link: &str) -> Option<Url> {
        let link = link.trim();
        let scripted = link.get(..11).is_some_and(|scheme| scheme.eq_ignore_ascii_case("javascript:"));
        if link.starts_with('#') || scripted {
            return None;
        }
        let base = Selector::parse("base[href]").ok().and_then(|selector| {
            let element = self.html().select(&selector).next()?;
            self.page.address.join(element.attr("href")?).ok()
        });
        base.as_ref().unwrap_or(&self.page.address).join(link).ok()
    }
}

/// A JSON pointer; `/` alone is the whole.
pub(crate) fn pointed<'v>(json: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer == "/" { Some(json) } else { json.pointer(pointer) }
}
