//! A browser at a portal's login pages: looks at a page once it has settled, types, chooses, presses, reads cookies.

use crate::connection::{CallError, Connection, OwnedTask, bounded};
use crate::frames::{Frame, Frames};
use crate::loading::{Loading, answer_dialogs, watch_loading};
use crate::picture;
use crate::scripts::{BUTTON, BUTTONS, CHOOSE, FOCUS, LENGTH, LOOK};
use async_trait::async_trait;
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::input::InsertTextParams;
use chromiumoxide::cdp::browser_protocol::page::NavigateParams;
use domain::cookies::{self, SessionCookie};
use domain::ports::{
    FrameQuestion, FrameView, Locator, LoginAct, LoginBrowser, LoginSecret, PagePicture, PageSnapshot,
    PortalError, SnapshotField,
};
use domain::redacted::Redacted;
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// After a press, a page that does not begin to load within this time is taken to have changed in place.
const LOADING_BEGINS_WITHIN: Duration = Duration::from_millis(600);

/// Between two looks at whether a page has settled.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// What is typed at a login. `Debug` shows none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginCredentials {
    /// The account's name.
    pub user_name: Redacted<String>,
    /// Its password.
    pub password: Redacted<String>,
}

pub(crate) struct ChromiumLogin {
    page: Page,
    /// Which frames are loading, as the browser tells it.
    loading: watch::Receiver<Loading>,
    _watchers: [OwnedTask; 2],
    credentials: LoginCredentials,
    /// What was typed into this page; none of it may get into a picture.
    typed: Vec<Redacted<String>>,
    connection: Connection,
}

/// What [`LOOK`] answers.
#[derive(Deserialize)]
struct Seen {
    /// A selector that is none.
    wrong: Option<String>,
    address: String,
    ready: bool,
    status: u16,
    title: String,
    texts: Vec<Option<String>>,
}

impl ChromiumLogin {
    pub(crate) async fn open(
        connection: Connection,
        url: &str,
        credentials: LoginCredentials,
    ) -> Result<Self, PortalError> {
        let limit = connection.call_timeout();
        let page = bounded(limit, "open a page", connection.browser.new_page("about:blank"))
            .await
            .map_err(unavailable)?;
        let (loading, watcher) = watch_loading(&page, limit).await.map_err(unavailable)?;
        let dialogs = answer_dialogs(&page, limit).await.map_err(unavailable)?;
        let login =
            Self { page, loading, _watchers: [watcher, dialogs], credentials, typed: Vec::new(), connection };
        bounded(limit, "reach the portal", login.page.goto(NavigateParams::new(url)))
            .await
            .map_err(unavailable)?;
        Ok(login)
    }

    fn limit(&self) -> Duration {
        self.connection.call_timeout()
    }

    fn frames(&self) -> Frames<'_> {
        Frames { page: &self.page, limit: self.limit() }
    }

    /// Looks until every frame asked about is complete and none of them is loading, or time is over. One entry a
    /// question; none for a frame that is not there.
    async fn look(&self, questions: &[FrameQuestion]) -> Result<Vec<Option<Seen>>, PortalError> {
        let deadline = Instant::now() + self.limit();
        loop {
            match self.look_once(questions).await {
                Ok(Some(seen)) => return Ok(seen),
                Err(error) if Instant::now() >= deadline => return Err(unavailable(error)),
                _ if Instant::now() >= deadline => {
                    let cause = format!("the page was not complete within {:?}", self.limit());
                    return Err(PortalError::Unavailable { cause });
                }
                // A page on its way out answers with an error.
                _ => sleep(LOOK_EVERY).await,
            }
        }
    }

    /// `None` while anything asked about is still loading.
    async fn look_once(&self, questions: &[FrameQuestion]) -> Result<Option<Vec<Option<Seen>>>, CallError> {
        let frames = self.frames();
        let begun = self.loading.borrow().begun;
        let mut met = Vec::new();
        let mut seen = Vec::with_capacity(questions.len());
        for question in questions {
            let Some(frame) = frames.find(&question.frames).await? else {
                seen.push(None);
                continue;
            };
            let view: Seen = frames.ask(&frame, "look at the page", LOOK, &[&question.selectors]).await?;
            if !view.ready {
                return Ok(None);
            }
            met.push(frame.id);
            seen.push(Some(view));
        }
        let loading = self.loading.borrow();
        let calm = loading.begun == begun && !met.iter().any(|frame| loading.frames.contains(frame));
        Ok(calm.then_some(seen))
    }

    async fn frame(&self, at: &Locator) -> Result<Frame, PortalError> {
        self.frames()
            .find(&at.frames)
            .await
            .map_err(unavailable)?
            .ok_or_else(|| missing(&at.frames.join(" > ")))
    }

    async fn fill(&mut self, at: &Locator, secret: &LoginSecret, boxes: bool) -> Result<(), PortalError> {
        let text = match secret {
            LoginSecret::UserName => self.credentials.user_name.clone(),
            LoginSecret::Password => self.credentials.password.clone(),
            LoginSecret::Code(code) => code.clone(),
        };
        let frame = self.frame(at).await?;
        self.typed.push(text.clone());
        if !boxes {
            return self.type_into(&frame, &at.selector, 0, text.reveal(), false).await;
        }
        let characters: Vec<String> = text.reveal().chars().map(String::from).collect();
        let found: usize = self
            .frames()
            .ask(
                &frame,
                "count the boxes",
                "(selector) => document.querySelectorAll(selector).length",
                &at.selector,
            )
            .await
            .map_err(unavailable)?;
        if found != characters.len() {
            return Err(unfit(format!("{} is {found} boxes, not one a character", at.selector)));
        }
        for (number, character) in characters.iter().enumerate() {
            let last = number + 1 == characters.len();
            self.type_into(&frame, &at.selector, number, character, last).await?;
        }
        Ok(())
    }

    /// `may_leave`: the page may send itself as soon as this is typed.
    async fn type_into(
        &self,
        frame: &Frame,
        selector: &str,
        number: usize,
        text: &str,
        may_leave: bool,
    ) -> Result<(), PortalError> {
        let (frames, field) = (self.frames(), (selector, number));
        if !frames.ask::<bool>(frame, "choose a field", FOCUS, &field).await.map_err(unavailable)? {
            return Err(missing(selector));
        }
        let typing = self.page.execute(InsertTextParams::new(text));
        bounded(self.limit(), "type", typing).await.map_err(unavailable)?;
        let length = match frames.ask::<i64>(frame, "look at a field", LENGTH, &field).await {
            Err(_) | Ok(-1) if may_leave => return Ok(()),
            length => length.map_err(unavailable)?,
        };
        // JavaScript counts UTF-16 units.
        if usize::try_from(length) != Ok(text.encode_utf16().count()) {
            return Err(unfit(format!("{selector} does not take the text typed into it")));
        }
        Ok(())
    }

    async fn choose(&self, at: &Locator, option: &str) -> Result<(), PortalError> {
        let frame = self.frame(at).await?;
        let asked = (at.selector.as_str(), option);
        let found: usize =
            self.frames().ask(&frame, "choose an option", CHOOSE, &asked).await.map_err(unavailable)?;
        match found {
            1 => Ok(()),
            0 => Err(missing(&format!("{} with the option {option:?}", at.selector))),
            _ => Err(unfit(format!("{} has several options {option:?}", at.selector))),
        }
    }

    async fn press(&self, at: &Locator, says: Option<&str>) -> Result<(), PortalError> {
        let frame = self.frame(at).await?;
        let asked = (at.selector.as_str(), says);
        let found: usize =
            self.frames().ask(&frame, "find a button", BUTTONS, &asked).await.map_err(unavailable)?;
        match found {
            0 => return Err(missing(&named(at, says))),
            2.. if says.is_some() => {
                return Err(unfit(format!("{} is there {found} times", named(at, says))));
            }
            _ => {}
        }
        let begun = self.loading.borrow().begun;
        if !self.frames().press(&frame, BUTTON, &asked).await.map_err(unavailable)? {
            return Err(missing(&named(at, says)));
        }
        // Whatever came of it, the look that follows waits for the page to settle.
        let mut loading = self.loading.clone();
        let _ = timeout(LOADING_BEGINS_WITHIN, loading.wait_for(|loading| loading.begun > begun)).await;
        let question = |frames: &[String]| FrameQuestion { frames: frames.to_vec(), selectors: Vec::new() };
        self.look(&[question(&[]), question(&at.frames)]).await.map(drop)
    }
}

#[async_trait]
impl LoginBrowser for ChromiumLogin {
    async fn snapshot(&mut self, questions: &[FrameQuestion]) -> Result<PageSnapshot, PortalError> {
        let seen = self.look(questions).await?;
        let mut views = Vec::with_capacity(seen.len());
        for (question, seen) in questions.iter().zip(seen) {
            let Some(seen) = seen else { continue };
            if seen.address.starts_with("chrome-error:") {
                return Err(PortalError::Unavailable { cause: "the page could not be reached".into() });
            }
            if let Some(wrong) = seen.wrong {
                return Err(unfit(format!("{wrong:?} is no CSS selector; mend the profile's login.pages")));
            }
            if seen.status == 429 {
                return Err(PortalError::Throttled { retry_after: None });
            }
            let field = |(selector, text): (&String, Option<String>)| SnapshotField {
                selector: selector.clone(),
                text: text.map(Redacted::new),
            };
            views.push(FrameView {
                frames: question.frames.clone(),
                path: path_of(&seen.address),
                status: seen.status,
                title: seen.title,
                fields: question.selectors.iter().zip(seen.texts).map(field).collect(),
            });
        }
        Ok(PageSnapshot { views })
    }

    async fn act(&mut self, act: &LoginAct) -> Result<(), PortalError> {
        match act {
            LoginAct::Fill { at, secret, boxes } => self.fill(at, secret, *boxes).await,
            LoginAct::Choose { at, option } => self.choose(at, option).await,
            LoginAct::Press { at, says } => self.press(at, says.as_deref()).await,
        }
    }

    async fn cookies(&mut self) -> Result<Redacted<String>, PortalError> {
        let limit = self.limit();
        let found = bounded(limit, "read its cookies", self.page.get_cookies()).await.map_err(unavailable)?;
        let kept: Vec<SessionCookie> = found
            .into_iter()
            .map(|cookie| SessionCookie {
                name: cookie.name,
                value: cookie.value.into(),
                domain: cookie.domain,
                path: cookie.path,
                secure: cookie.secure,
            })
            .collect();
        cookies::to_text(&kept)
            .map_err(|_| PortalError::Unavailable { cause: "the browser's cookies cannot be kept".into() })
    }

    async fn picture(&mut self) -> Result<PagePicture, PortalError> {
        picture::take(&self.frames(), &self.typed).await.map_err(unavailable)
    }

    async fn close(self: Box<Self>) {
        self.connection.close().await;
    }
}

fn unavailable(error: CallError) -> PortalError {
    PortalError::Unavailable { cause: error.to_string() }
}

fn unfit(signal: String) -> PortalError {
    PortalError::UnexpectedPage { page: "the login page".into(), signal }
}

fn missing(what: &str) -> PortalError {
    unfit(format!("{what} is not there"))
}

/// A button as a person would name it.
fn named(at: &Locator, says: Option<&str>) -> String {
    says.map_or_else(|| at.selector.clone(), |says| format!("{} that says {says:?}", at.selector))
}

/// Path and query of an address.
fn path_of(address: &str) -> String {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    after_scheme.find('/').map_or_else(|| "/".to_owned(), |start| after_scheme[start..].to_owned())
}
