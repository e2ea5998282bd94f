//! A browser at a portal's login pages: looks at a page once it has settled, types, presses, reads cookies.

use crate::connection::{CallError, Connection, OwnedTask, bounded};
use async_trait::async_trait;
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::input::InsertTextParams;
use chromiumoxide::cdp::browser_protocol::page::{
    EventFrameStartedLoading, EventFrameStoppedLoading, NavigateParams,
};
use domain::cookies::{self, SessionCookie};
use domain::ports::{LoginAct, LoginBrowser, LoginSecret, PageSnapshot, PortalError, SnapshotField};
use domain::redacted::Redacted;
use futures::{StreamExt, future};
use serde::Deserialize;
use serde::de::DeserializeOwned;
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
    /// Whether the main frame is loading, as the browser tells it.
    loading: watch::Receiver<bool>,
    _watcher: OwnedTask,
    credentials: LoginCredentials,
    connection: Connection,
}

/// What [`LOOK`] answers.
#[derive(Deserialize)]
struct Seen {
    address: String,
    ready: bool,
    status: u16,
    title: String,
    texts: Vec<Option<String>>,
}

/// One look at a page: visible elements only, and never what stands in a field.
const LOOK: &str = r"(selectors) => {
    const seen = (selector) => {
        for (const element of document.querySelectorAll(selector)) {
            if (element.closest('head') === null && !element.checkVisibility({visibilityProperty: true})) continue;
            return element.matches('input, select, textarea') ? '' : (element.innerText ?? element.textContent ?? '');
        }
        return null;
    };
    const [navigation] = performance.getEntriesByType('navigation');
    return {
        address: location.href,
        ready: document.readyState === 'complete',
        status: navigation?.responseStatus ?? 0,
        title: document.title,
        texts: selectors.map(seen),
    };
}";

/// Puts the cursor into a field with its whole text chosen, so that typing replaces it.
const FOCUS: &str = r"(selector) => {
    const field = document.querySelector(selector);
    if (field === null) return false;
    field.focus();
    field.select?.();
    return document.activeElement === field;
}";

const LENGTH: &str = r"(selector) => document.querySelector(selector)?.value?.length ?? -1";

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
        let login = Self { page, loading, _watcher: watcher, credentials, connection };
        bounded(limit, "reach the portal", login.page.goto(NavigateParams::new(url)))
            .await
            .map_err(unavailable)?;
        Ok(login)
    }

    fn limit(&self) -> Duration {
        self.connection.call_timeout()
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        what: &'static str,
        function: &str,
        argument: &impl serde::Serialize,
    ) -> Result<T, CallError> {
        let failed = |cause: &str| CallError::Failed { what, cause: cause.to_owned() };
        let argument = serde_json::to_string(argument).map_err(|_| failed("an unreadable question"))?;
        let asking = self.page.evaluate_expression(format!("({function})({argument})"));
        bounded(self.limit(), what, asking).await?.into_value().map_err(|_| failed("an unexpected answer"))
    }

    /// Looks until the page is complete and nothing is loading, or time is over.
    async fn look(&mut self, selectors: &[String]) -> Result<Seen, PortalError> {
        let deadline = Instant::now() + self.limit();
        loop {
            let calm = !*self.loading.borrow();
            match self.ask::<Seen>("look at the page", LOOK, &selectors).await {
                Ok(seen) if seen.ready && calm && !*self.loading.borrow() => return Ok(seen),
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

    async fn fill(&mut self, selector: &str, secret: &LoginSecret) -> Result<(), PortalError> {
        let text = match secret {
            LoginSecret::UserName => &self.credentials.user_name,
            LoginSecret::Password => &self.credentials.password,
            LoginSecret::Code(code) => code,
        };
        if !self.ask::<bool>("choose a field", FOCUS, &selector).await.map_err(unavailable)? {
            return Err(missing(selector));
        }
        let typing = self.page.execute(InsertTextParams::new(text.reveal().as_str()));
        bounded(self.limit(), "type", typing).await.map_err(unavailable)?;
        let length: i64 = self.ask("look at a field", LENGTH, &selector).await.map_err(unavailable)?;
        // JavaScript counts UTF-16 units.
        if usize::try_from(length) != Ok(text.reveal().encode_utf16().count()) {
            let signal = format!("{selector} does not take the text typed into it");
            return Err(PortalError::UnexpectedPage { page: "the login page".into(), signal });
        }
        Ok(())
    }

    async fn press(&mut self, selector: &str) -> Result<(), PortalError> {
        let limit = self.limit();
        let element = bounded(limit, "find a button", self.page.find_element(selector))
            .await
            .map_err(|_| missing(selector))?;
        bounded(limit, "press a button", element.click()).await.map_err(unavailable)?;
        // Whatever came of it, the look that follows waits for the page to settle.
        let _ = timeout(LOADING_BEGINS_WITHIN, self.loading.wait_for(|loading| *loading)).await;
        self.look(&[]).await.map(drop)
    }
}

#[async_trait]
impl LoginBrowser for ChromiumLogin {
    async fn snapshot(&mut self, selectors: &[String]) -> Result<PageSnapshot, PortalError> {
        let seen = self.look(selectors).await?;
        if seen.address.starts_with("chrome-error:") {
            return Err(PortalError::Unavailable { cause: "the page could not be reached".into() });
        }
        match seen.status {
            429 => return Err(PortalError::Throttled { retry_after: None }),
            500.. => return Err(PortalError::Unavailable { cause: format!("HTTP {}", seen.status) }),
            _ => {}
        }
        let fields = selectors
            .iter()
            .zip(seen.texts)
            .map(|(selector, text)| SnapshotField {
                selector: selector.clone(),
                text: text.map(Redacted::new),
            })
            .collect();
        Ok(PageSnapshot { path: path_of(&seen.address), title: seen.title, fields })
    }

    async fn act(&mut self, act: &LoginAct) -> Result<(), PortalError> {
        match act {
            LoginAct::Fill { selector, secret } => self.fill(selector, secret).await,
            LoginAct::Press { selector } => self.press(selector).await,
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

    async fn close(self: Box<Self>) {
        self.connection.close().await;
    }
}

async fn watch_loading(
    page: &Page,
    limit: Duration,
) -> Result<(watch::Receiver<bool>, OwnedTask), CallError> {
    let what = "tell when it loads";
    let main = bounded(limit, what, page.mainframe()).await?;
    let started = bounded(limit, what, page.event_listener::<EventFrameStartedLoading>()).await?;
    let stopped = bounded(limit, what, page.event_listener::<EventFrameStoppedLoading>()).await?;
    let (tell, loading) = watch::channel(false);
    let started = started.map(|event| (event.frame_id.clone(), true));
    let stopped = stopped.map(|event| (event.frame_id.clone(), false));
    let mut events = futures::stream::select(started, stopped);
    // Ends with the page's listeners.
    let watcher = OwnedTask::spawn(async move {
        while let Some((frame, is_loading)) = events.next().await {
            if main.as_ref().is_none_or(|main| *main == frame) && tell.send(is_loading).is_err() {
                return;
            }
        }
        // A browser that is gone loads nothing; whoever waits finds out by its own call.
        future::pending::<()>().await;
    });
    Ok((loading, watcher))
}

fn unavailable(error: CallError) -> PortalError {
    PortalError::Unavailable { cause: error.to_string() }
}

fn missing(selector: &str) -> PortalError {
    PortalError::UnexpectedPage { page: "the login page".into(), signal: format!("{selector} is not there") }
}

/// Path and query of an address.
fn path_of(address: &str) -> String {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    after_scheme.find('/').map_or_else(|| "/".to_owned(), |start| after_scheme[start..].to_owned())
}
