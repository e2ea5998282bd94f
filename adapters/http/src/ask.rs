//! Asking as a profile says it: placeholders, forms and their hidden fields, frames to any depth, drawn pages.

use crate::compile::{ActPlan, AskPlan, Finder, HiddenPlan};
use crate::exchange::{Body, Bounds, Question};
use crate::fill::Names;
use crate::form::{self, Fields};
use crate::stay::{Got, Stay};
use crate::view::{Page, Read, View, unexpected};
use bytes::Bytes;
use domain::ports::{DrawnPart, DrawnQuestion, PortalError};
use domain::profile::{Drawn, Method as How};
use reqwest::{Method, Url};
use serde_json::Map;

impl Stay {
    /// Asks; a stale answer is asked for once more.
    pub(crate) async fn ask(
        &self,
        what: &'static str,
        plan: &AskPlan,
        names: &Names,
        hand: Option<&Page>,
    ) -> Read<Page> {
        self.ask_or_stale(what, plan, names, hand).await?.fresh(what)
    }

    /// Asks; a stale answer is asked for once more, unless its hidden fields stand on a page that only the caller
    /// can read again.
    pub(crate) async fn ask_or_stale(
        &self,
        what: &'static str,
        plan: &AskPlan,
        names: &Names,
        hand: Option<&Page>,
    ) -> Read<Got> {
        let first = self.ask_once(what, plan, names, hand, Bounds::Page).await?;
        let can_reread = plan.hidden.as_ref().is_none_or(|hidden| hidden.page.is_some());
        match first {
            Got::Stale if can_reread => self.ask_once(what, plan, names, None, Bounds::Page).await,
            got => Ok(got),
        }
    }

    /// Does something on a page at hand.
    pub(crate) async fn act(
        &self,
        what: &'static str,
        act: &ActPlan,
        page: &Page,
        names: &Names,
    ) -> Read<Got> {
        match act {
            ActPlan::Press(finder) => self.press(what, page, finder).await,
            ActPlan::Ask(plan) => self.ask_or_stale(what, plan, names, Some(page)).await,
        }
    }

    /// Asks, and takes a stale answer for what it is.
    pub(crate) async fn ask_once(
        &self,
        what: &'static str,
        plan: &AskPlan,
        names: &Names,
        hand: Option<&Page>,
        bounds: Bounds,
    ) -> Read<Got> {
        if let Some(drawn) = &plan.ask.drawn {
            return self.drawn_page(what, plan, drawn, names).await.map(Got::Page);
        }
        let hidden = match &plan.hidden {
            None => Fields::new(),
            Some(hidden) => match self.hidden(what, hidden, names, hand).await? {
                Some(fields) => fields,
                None => return Ok(Got::Stale),
            },
        };
        let address =
            self.exchange.address(what, &names.path(what, &format!("{}.path", plan.at), &plan.ask.path)?)?;
        let question = question(what, plan, names, address, hidden)?;
        // Frames lead on from a page; only what stands in the last of them is the document.
        let outer = if plan.frames.is_empty() { bounds } else { Bounds::Page };
        let mut page = match self.send(&question, outer).await? {
            Got::Page(page) => page,
            Got::Stale => return Ok(Got::Stale),
        };
        for (depth, frame) in plan.frames.iter().enumerate() {
            let inner = if depth + 1 == plan.frames.len() { bounds } else { Bounds::Page };
            page = match self.frame(what, &page, frame, inner).await? {
                Got::Page(page) => page,
                Got::Stale => return Ok(Got::Stale),
            };
        }
        Ok(Got::Page(page))
    }

    /// What a frame of a page holds.
    async fn frame(&self, what: &'static str, outer: &Page, frame: &Finder, bounds: Bounds) -> Read<Got> {
        let inner = self.read(outer, |view| frame_of(view, frame)).await?;
        match inner {
            Inner::At(address) => {
                let question = Question { what, method: Method::GET, address, body: Body::None };
                self.send(&question, bounds).await
            }
            Inner::Here(source) => Ok(Got::Page(Page { html: true, bytes: source.into(), ..outer.clone() })),
        }
    }

    /// The hidden fields of a form: of the page at hand, or of the page where the profile says it is. None: that page
    /// has gone stale, too.
    async fn hidden(
        &self,
        what: &'static str,
        hidden: &HiddenPlan,
        names: &Names,
        hand: Option<&Page>,
    ) -> Read<Option<Fields>> {
        if let Some(fields) = hand.and_then(|page| form::hidden(&View::of(page), &hidden.form)) {
            return Ok(Some(fields));
        }
        let Some(template) = &hidden.page else {
            return Err(hidden
                .form
                .fault(what, "no such form on the page at hand, and no page is named that has it"));
        };
        let path = names.path(what, &hidden.form.at, template)?;
        let address = self.exchange.address(what, &path)?;
        let question = Question { what, method: Method::GET, address, body: Body::None };
        let Got::Page(page) = self.send(&question, Bounds::Page).await? else { return Ok(None) };
        let fields = self.read(&page, |view| {
            form::hidden(view, &hidden.form).ok_or_else(|| hidden.form.fault(what, "no such form"))
        });
        fields.await.map(Some)
    }

    /// The question of a plan whose hidden fields can only stand on the page at hand.
    pub(crate) async fn plain_question(
        &self,
        what: &'static str,
        plan: &AskPlan,
        hand: &Page,
    ) -> Read<Question> {
        let names = Names::default();
        let hidden = match &plan.hidden {
            None => Fields::new(),
            Some(hidden) => {
                let form = |view: &View<'_>| {
                    form::hidden(view, &hidden.form).ok_or_else(|| hidden.form.fault(what, "no such form"))
                };
                self.read(hand, form).await?
            }
        };
        let path = names.path(what, &format!("{}.path", plan.at), &plan.ask.path)?;
        question(what, plan, &names, self.exchange.address(what, &path)?, hidden)
    }

    async fn drawn_page(
        &self,
        what: &'static str,
        plan: &AskPlan,
        drawn: &Drawn,
        names: &Names,
    ) -> Read<Page> {
        let bytes_max = self.reader.profile.limits.page_bytes_max;
        let (address, bytes) = self.drawn(what, plan, drawn, names, DrawnPart::Html, bytes_max).await?;
        let page = Page { what, address, status: 200, html: true, to_login: false, retry_after: None, bytes };
        match crate::signals::judge(&self.reader, &page, Bounds::Page).finding {
            crate::signals::Finding::Refused(error) => {
                self.note_end(&error);
                Err(error)
            }
            _ => Ok(page),
        }
    }

    /// Has a page drawn in a browser with the stay's cookies.
    pub(crate) async fn drawn(
        &self,
        what: &'static str,
        plan: &AskPlan,
        drawn: &Drawn,
        names: &Names,
        wanted: DrawnPart,
        bytes_max: u64,
    ) -> Read<(Url, Bytes)> {
        let no_browser = || unexpected(what, format!("{}: no browser is given that draws pages", plan.at));
        let drawer = self.drawer.as_ref().ok_or_else(no_browser)?;
        let address =
            self.exchange.address(what, &names.path(what, &format!("{}.path", plan.at), &plan.ask.path)?)?;
        let question = DrawnQuestion {
            address: address.to_string(),
            cookies: self.cookies.now(&address),
            frames: plan.ask.frames.clone(),
            ready: drawn.ready.clone(),
            wanted,
            within: self.reader.profile.limits.drawn_timeout(),
            bytes_max,
        };
        let result = {
            let _place = self.exchange.place().await?;
            self.lives()?;
            self.exchange.turn().await;
            drawer.draw(&question).await
        };
        match result {
            Ok(bytes) => Ok((address, bytes)),
            // In a browser an ended session looks like a page that never gets ready.
            Err(error @ (PortalError::Unavailable { .. } | PortalError::UnexpectedPage { .. })) => {
                self.touch().await?;
                Err(error)
            }
            Err(error) => {
                self.note_end(&error);
                Err(error)
            }
        }
    }
}

enum Inner {
    At(Url),
    Here(String),
}

fn frame_of(view: &View<'_>, frame: &Finder) -> Read<Inner> {
    let element = frame.need(view)?;
    if let Some(source) = element.attr("srcdoc") {
        return Ok(Inner::Here(source.to_owned()));
    }
    let address = element.attr("src").and_then(|link| view.link(link));
    address.map(Inner::At).ok_or_else(|| frame.fault(view.page.what, "a frame that leads nowhere"))
}

fn question(
    what: &'static str,
    plan: &AskPlan,
    names: &Names,
    address: Url,
    hidden: Fields,
) -> Read<Question> {
    let mut fields = hidden;
    for (name, template) in &plan.ask.fields {
        let value = names.field(what, &format!("{}.fields.{name}", plan.at), template)?;
        fields.retain(|(known, _)| known != name);
        fields.push((name.clone(), value));
    }
    let (method, body) = match plan.ask.method {
        How::Get => (Method::GET, Body::None),
        How::Post => (Method::POST, Body::None),
        How::PostForm => (Method::POST, Body::Form(fields)),
        How::PostJson => {
            let members = fields.into_iter().map(|(name, value)| (name, value.into()));
            (Method::POST, Body::Json(members.collect::<Map<_, _>>()))
        }
    };
    Ok(Question { what, method, address, body })
}
