//! One page drawn: in a fresh context with the stay's cookies, opened, waited for, and the wanted part of it taken.

use crate::connection::{CallError, Connection, bounded};
use crate::frames::{Frame, Frames, failed};
use crate::loading::answer_dialogs;
use crate::pdf::{letter, without_moments};
use crate::scripts::{FILE, FILE_PART, READY, SOURCE};
use bytes::{Bytes, BytesMut};
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::browser::{
    BrowserContextId, SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
};
use chromiumoxide::cdp::browser_protocol::inspector::{self, EventTargetCrashed};
use chromiumoxide::cdp::browser_protocol::network::{CookieParam, SetCookiesParams};
use chromiumoxide::cdp::browser_protocol::page::NavigateParams;
use chromiumoxide::cdp::browser_protocol::target::{CreateBrowserContextParams, CreateTargetParams};
use chromiumoxide::error::CdpError;
use domain::cookies::{self, SessionCookie};
use domain::ports::{DrawnPart, DrawnQuestion, PortalError};
use futures::StreamExt;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// Between two looks at whether a page is ready.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A file is fetched out of the page in parts of this size: one answer with all of it would be held several times.
const PART_BYTES: u64 = 4 << 20;

const PAGE: &str = "the drawn page";

/// Why a page was not drawn.
#[derive(Debug)]
pub(crate) enum NotDrawn {
    /// The portal's doing, or nobody's: not ready, too large, not what was expected.
    Portal(PortalError),
    /// The page or its browser is gone; another browser may do better.
    Crashed { error: CallError },
}

impl From<CallError> for NotDrawn {
    fn from(error: CallError) -> Self {
        if error.is_gone() {
            Self::Crashed { error }
        } else {
            Self::Portal(PortalError::Unavailable { cause: error.to_string() })
        }
    }
}

/// What [`READY`] answers.
#[derive(Deserialize)]
struct Seen {
    address: String,
    status: u16,
    ready: bool,
}

/// What [`FILE`] answers.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Found {
    /// No such element, or no such attribute.
    Missing,
    /// Another kind of address.
    Elsewhere,
    /// It cannot be read.
    Unreadable,
    /// Its size in bytes.
    Bytes(u64),
}

/// What came of it.
pub(crate) struct Drawn {
    pub(crate) result: Result<Bytes, NotDrawn>,
    /// The page is closed, and with it all it held.
    pub(crate) closed: bool,
}

/// Draws a page; whatever comes of it, its context is closed. The page's time begins now: a browser's start is no
/// part of it.
pub(crate) async fn draw(connection: &Connection, question: &DrawnQuestion) -> Drawn {
    let (browser, calls) = (&connection.browser, connection.call_timeout());
    let deadline = Instant::now() + question.within;
    let fresh = CreateBrowserContextParams::builder().dispose_on_detach(true).build();
    let context = match bounded(calls, "open a context", browser.create_browser_context(fresh)).await {
        Ok(context) => context,
        Err(error) => return Drawn { result: Err(error.into()), closed: false },
    };
    let result = draw_in(connection, context.clone(), question, deadline).await;
    let closing = bounded(calls, "close a context", browser.dispose_browser_context(context)).await;
    let crashed = matches!(result, Err(NotDrawn::Crashed { .. }));
    Drawn { result, closed: closing.is_ok() && !crashed }
}

async fn draw_in(
    connection: &Connection,
    context: BrowserContextId,
    question: &DrawnQuestion,
    deadline: Instant,
) -> Result<Bytes, NotDrawn> {
    let (browser, calls) = (&connection.browser, connection.call_timeout());
    let mut deny = SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Deny);
    deny.browser_context_id = Some(context.clone());
    bounded(calls, "refuse downloads", browser.execute(deny)).await?;
    let mut blank = CreateTargetParams::new("about:blank");
    blank.browser_context_id = Some(context);
    let page = bounded(calls, "open a page", browser.new_page(blank)).await?;
    let _dialogs = answer_dialogs(&page, calls).await?;
    bounded(calls, "watch a page", page.execute(inspector::EnableParams::default())).await?;
    let crashes = page.event_listener::<EventTargetCrashed>();
    let mut crashes = bounded(calls, "watch a page", crashes).await?;
    set_cookies(&page, calls, question).await?;
    let crashed = async {
        if crashes.next().await.is_none() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        drawn = timeout_at(deadline, opened(&page, calls, question, deadline)) => {
            drawn.unwrap_or_else(|_| Err(not_ready(question)))
        }
        () = crashed => Err(NotDrawn::Crashed { error: CallError::gone("draw a page: it crashed") }),
    }
}

async fn opened(
    page: &Page,
    calls: Duration,
    question: &DrawnQuestion,
    deadline: Instant,
) -> Result<Bytes, NotDrawn> {
    let frames = Frames { page, limit: calls };
    open(page, &question.address, ready(&frames, &question.frames, question, deadline)).await?;
    match &question.wanted {
        DrawnPart::Html => source(&frames, question).await,
        DrawnPart::File { selector, attribute } => file(&frames, question, selector, attribute).await,
        DrawnPart::Print => print(&frames, question, deadline).await,
    }
}

/// Opens an address and waits until the page is ready. The library's own wait ends only when every frame has loaded,
/// which on an attachment never happens; so it ends nothing here but an address that cannot be reached.
async fn open(
    page: &Page,
    address: &str,
    ready: impl Future<Output = Result<(), NotDrawn>>,
) -> Result<(), NotDrawn> {
    let unreachable = async {
        match page.goto(NavigateParams::new(address)).await {
            Ok(_) | Err(CdpError::Timeout) => std::future::pending().await,
            Err(error) => CallError::of("reach the portal", &error),
        }
    };
    tokio::select! {
        ready = ready => ready,
        error = unreachable => Err(error.into()),
    }
}

async fn ready(
    frames: &Frames<'_>,
    path: &[String],
    question: &DrawnQuestion,
    until: Instant,
) -> Result<(), NotDrawn> {
    loop {
        let seen = match frames.find(path).await {
            Ok(Some(frame)) => {
                frames.ask::<Seen>(&frame, "look at a page", READY, &question.ready).await.map(Some)
            }
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        match seen {
            Ok(Some(seen)) if seen.address.starts_with("chrome-error:") => {
                let cause = "the page could not be reached".to_owned();
                return Err(NotDrawn::Portal(PortalError::Unavailable { cause }));
            }
            Ok(Some(Seen { status: 429, .. })) => {
                return Err(NotDrawn::Portal(PortalError::Throttled { retry_after: None }));
            }
            Ok(Some(Seen { status: status @ 500.., .. })) => {
                let cause = format!("{PAGE}: HTTP {status}");
                return Err(NotDrawn::Portal(PortalError::Unavailable { cause }));
            }
            Ok(Some(Seen { ready: true, address, .. })) if address != "about:blank" => return Ok(()),
            Err(error) if error.is_gone() => return Err(error.into()),
            // Not there yet, or on its way from one page to the next.
            _ if Instant::now() >= until => return Err(not_ready(question)),
            _ => sleep(LOOK_EVERY).await,
        }
    }
}

async fn frame(frames: &Frames<'_>, question: &DrawnQuestion) -> Result<Frame, NotDrawn> {
    let found = frames.find(&question.frames).await?;
    found.ok_or_else(|| unexpected(format!("the frame {} is not there", question.frames.join(" > "))))
}

async fn source(frames: &Frames<'_>, question: &DrawnQuestion) -> Result<Bytes, NotDrawn> {
    let frame = frame(frames, question).await?;
    let source: Option<String> = frames.ask(&frame, "give its source", SOURCE, &question.bytes_max).await?;
    source.map(Bytes::from).ok_or_else(|| too_large(question))
}

async fn file(
    frames: &Frames<'_>,
    question: &DrawnQuestion,
    selector: &str,
    attribute: &str,
) -> Result<Bytes, NotDrawn> {
    let frame = frame(frames, question).await?;
    let size = match frames.ask(&frame, "find a file", FILE, &(selector, attribute)).await? {
        Found::Missing => return Err(unexpected(format!("{selector} with {attribute} is not there"))),
        Found::Elsewhere => {
            return Err(unexpected(format!("{attribute} of {selector} is no blob: or data: address")));
        }
        Found::Unreadable => {
            return Err(unexpected(format!("what {attribute} of {selector} leads to cannot be read")));
        }
        Found::Bytes(size) if size > question.bytes_max => return Err(too_large(question)),
        Found::Bytes(size) => size,
    };
    let mut bytes = BytesMut::new();
    let mut at = 0;
    while at < size {
        let end = size.min(at + PART_BYTES);
        let part: String = frames.ask(&frame, "give a file", FILE_PART, &(at, end)).await?;
        let part = data_encoding::BASE64.decode(part.as_bytes());
        bytes.extend_from_slice(&part.map_err(|_| failed("give a file", "an unexpected answer"))?);
        at = end;
    }
    Ok(bytes.freeze())
}

/// A page in a frame is opened alone: a printed frameset is cut off.
async fn print(frames: &Frames<'_>, question: &DrawnQuestion, until: Instant) -> Result<Bytes, NotDrawn> {
    if !question.frames.is_empty() {
        let frame = frame(frames, question).await?;
        let address: String = frames.ask(&frame, "tell its address", "() => location.href", &[(); 0]).await?;
        open(frames.page, &address, ready(frames, &[], question, until)).await?;
    }
    let limit = frames.limit.max(question.within);
    let pdf = bounded(limit, "print a page", frames.page.pdf(letter())).await?;
    if pdf.len() as u64 > question.bytes_max {
        return Err(too_large(question));
    }
    if !pdf.starts_with(b"%PDF-") {
        return Err(failed("print a page", "it printed no PDF").into());
    }
    Ok(Bytes::from(without_moments(pdf)))
}

async fn set_cookies(page: &Page, limit: Duration, question: &DrawnQuestion) -> Result<(), NotDrawn> {
    // Unreadable cookies are those of an ended session.
    let kept =
        cookies::from_text(&question.cookies).map_err(|_| NotDrawn::Portal(PortalError::SessionLost))?;
    let scheme = question.address.split_once("://").map_or("https", |(scheme, _)| scheme);
    let cookies = kept.into_iter().map(|cookie| param(cookie, scheme)).collect::<Vec<_>>();
    if !cookies.is_empty() {
        bounded(limit, "take its cookies", page.execute(SetCookiesParams::new(cookies))).await?;
    }
    Ok(())
}

/// A domain with a dot holds for sub-domains; without one it is a host, told by an address on it.
fn param(cookie: SessionCookie, scheme: &str) -> CookieParam {
    let mut param = CookieParam::new(cookie.name, cookie.value.reveal().clone());
    if cookie.domain.starts_with('.') {
        param.domain = Some(cookie.domain);
    } else {
        let scheme = if cookie.secure { "https" } else { scheme };
        param.url = Some(format!("{scheme}://{}/", cookie.domain));
    }
    param.path = Some(cookie.path);
    param.secure = Some(cookie.secure);
    param
}

fn not_ready(question: &DrawnQuestion) -> NotDrawn {
    let cause = format!("{PAGE} was not ready ({}) within {:?}", question.ready, question.within);
    NotDrawn::Portal(PortalError::Unavailable { cause })
}

fn unexpected(signal: String) -> NotDrawn {
    NotDrawn::Portal(PortalError::UnexpectedPage { page: PAGE.into(), signal })
}

fn too_large(question: &DrawnQuestion) -> NotDrawn {
    NotDrawn::Portal(PortalError::TooLarge { what: PAGE.into(), limit_bytes: question.bytes_max })
}
