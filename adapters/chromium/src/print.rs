//! HTML notes printed to PDF: in a browser that runs no script and reaches nothing.
//!
//! Four walls, each enough: scripts are off, the note is served with a policy that forbids every source, every
//! request but the note's own is refused before it leaves, and the browser's way out is a closed door. One warm
//! browser serves many notes, each in a context of its own, and goes when there is nothing to print.

use crate::connection::{CallError, Connection, OwnedTask, bounded};
use crate::launch::ChromiumLauncher;
use crate::pdf::{STYLE, letter, without_moments};
use async_trait::async_trait;
use bytes::Bytes;
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::emulation::SetScriptExecutionDisabledParams;
use chromiumoxide::cdp::browser_protocol::fetch::{
    self, EventRequestPaused, FailRequestParams, FulfillRequestParams, HeaderEntry, RequestPattern,
};
use chromiumoxide::cdp::browser_protocol::network::{ErrorReason, ResourceType};
use chromiumoxide::cdp::browser_protocol::page::{EventLoadEventFired, NavigateParams};
use chromiumoxide::cdp::browser_protocol::target::{CreateBrowserContextParams, CreateTargetParams};
use domain::ports::{HtmlPrinter, PortError, PortResult};
use futures::StreamExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{Mutex, OnceCell};

/// The note's address inside the browser; `.invalid` belongs to nobody (RFC 2606).
const NOTE_ADDRESS: &str = "https://note.invalid/";

/// Styles and pictures that the note carries itself, and nothing else.
const NOTE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/// Everything goes to a proxy that is not there (port 9 discards), names included.
const CLOSED_DOOR: [&str; 3] = [
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
];

/// Bounds of printing.
#[derive(Clone, Copy, Debug)]
pub struct PrinterOptions {
    /// One note, from its bytes to the PDF.
    pub print_timeout: Duration,
    /// The largest note, in bytes.
    pub html_bytes_max: usize,
    /// Notes printed by one browser before a fresh one takes over: browsers grow.
    pub prints_per_browser: u32,
    /// A browser that had nothing to print for this long is ended, so that its memory returns.
    pub idle: Duration,
}

impl Default for PrinterOptions {
    fn default() -> Self {
        Self {
            print_timeout: Duration::from_secs(60),
            html_bytes_max: 20 * 1024 * 1024,
            prints_per_browser: 200,
            idle: Duration::from_secs(20),
        }
    }
}

/// Prints notes, one at a time.
pub struct ChromiumPrinter {
    launcher: ChromiumLauncher,
    options: PrinterOptions,
    warm: Arc<Mutex<Warm>>,
    /// The browser's version; it is asked once.
    version: OnceCell<String>,
}

/// The browser between two notes.
#[derive(Default)]
struct Warm {
    connection: Option<Connection>,
    prints: u32,
    retirement: Option<OwnedTask>,
}

impl ChromiumPrinter {
    /// A printer; its browser is started by the first note.
    pub fn new(launcher: ChromiumLauncher, options: PrinterOptions) -> Self {
        Self { launcher, options, warm: Arc::default(), version: OnceCell::new() }
    }

    /// Ends the browser now, if one is warm, and waits until its processes are gone.
    pub async fn close(&self) {
        let mut warm = self.warm.lock().await;
        warm.retirement = None;
        if let Some(connection) = warm.connection.take() {
            connection.close().await;
        }
    }

    async fn warm_browser(&self, warm: &mut Warm) -> PortResult<Connection> {
        warm.retirement = None;
        match warm.connection.take() {
            Some(connection) if warm.prints < self.options.prints_per_browser => return Ok(connection),
            Some(connection) => connection.close().await,
            None => {}
        }
        warm.prints = 0;
        let starting = self.launcher.connect(&CLOSED_DOOR, self.options.print_timeout);
        starting.await.map_err(|error| PortError::transient(THING, error))
    }

    fn retire_later(&self) -> OwnedTask {
        let (idle, warm): (_, Weak<Mutex<Warm>>) = (self.options.idle, Arc::downgrade(&self.warm));
        OwnedTask::spawn(async move {
            tokio::time::sleep(idle).await;
            let Some(warm) = warm.upgrade() else { return };
            let connection = warm.lock().await.connection.take();
            if let Some(connection) = connection {
                connection.close().await;
            }
        })
    }
}

#[async_trait]
impl HtmlPrinter for ChromiumPrinter {
    async fn edition(&self) -> PortResult<String> {
        let version = self.version.get_or_try_init(|| self.launcher.version()).await;
        let version = version.map_err(|error| PortError::transient(THING, error))?;
        Ok(format!("{version}, {STYLE}"))
    }

    async fn print(&self, html: Bytes) -> PortResult<Bytes> {
        if html.len() > self.options.html_bytes_max {
            let cause = format!("the note is larger than {} bytes", self.options.html_bytes_max);
            return Err(PortError::permanent(THING, cause));
        }
        let mut warm = self.warm.lock().await;
        // Taken out: a print that fails or is given up takes its browser with it.
        let connection = self.warm_browser(&mut warm).await?;
        let pdf = print_in(&connection, html, self.options.print_timeout)
            .await
            .map_err(|error| PortError::transient(THING, error))?;
        warm.connection = Some(connection);
        warm.prints += 1;
        warm.retirement = Some(self.retire_later());
        if !pdf.starts_with(b"%PDF-") {
            return Err(PortError::transient(THING, "the browser printed no PDF"));
        }
        Ok(Bytes::from(without_moments(pdf)))
    }
}

const THING: &str = "html printer";

async fn print_in(connection: &Connection, html: Bytes, limit: Duration) -> Result<Vec<u8>, CallError> {
    let browser = &connection.browser;
    let calls = connection.call_timeout();
    let fresh = CreateBrowserContextParams::builder().dispose_on_detach(true).build();
    let context = bounded(calls, "open a context", browser.create_browser_context(fresh)).await?;
    let mut blank = CreateTargetParams::new("about:blank");
    blank.browser_context_id = Some(context.clone());
    let page = bounded(calls, "open a page", browser.new_page(blank)).await?;
    let pdf = bounded(limit, "print the note", print_page(&page, html)).await?;
    bounded(calls, "close a context", browser.dispose_browser_context(context)).await?;
    Ok(pdf)
}

async fn print_page(page: &Page, html: Bytes) -> chromiumoxide::Result<Vec<u8>> {
    page.execute(SetScriptExecutionDisabledParams::new(true)).await?;
    let mut paused = page.event_listener::<EventRequestPaused>().await?;
    let everything = RequestPattern::builder().url_pattern("*").build();
    page.execute(fetch::EnableParams::builder().pattern(everything).build()).await?;
    let mut loads = page.event_listener::<EventLoadEventFired>().await?;
    let served = AtomicBool::new(false);
    let answering = async {
        while let Some(request) = paused.next().await {
            let wanted =
                request.resource_type == ResourceType::Document && request.request.url == NOTE_ADDRESS;
            if wanted && !served.swap(true, Ordering::SeqCst) {
                page.execute(note(&request, &html)).await?;
            } else {
                let refused = FailRequestParams::new(request.request_id.clone(), ErrorReason::Aborted);
                page.execute(refused).await?;
            }
        }
        std::future::pending().await
    };
    // The library's own wait ends only when every frame has loaded; one that was refused never does.
    let loaded = async {
        while loads.next().await.is_some() {
            if served.load(Ordering::SeqCst) {
                return Ok(());
            }
        }
        std::future::pending().await
    };
    let arrived = async {
        tokio::select! {
            gone = page.goto(NavigateParams::new(NOTE_ADDRESS)) => gone.map(drop),
            loaded = loaded => loaded,
        }
    };
    let printing = async {
        arrived.await?;
        page.pdf(letter()).await
    };
    tokio::select! {
        printed = printing => printed,
        failed = answering => failed,
    }
}

/// The note as the answer to its address.
fn note(request: &EventRequestPaused, html: &Bytes) -> FulfillRequestParams {
    // A note that is no UTF-8 names its encoding itself, or is read as browsers read old pages.
    let kind = if std::str::from_utf8(html).is_ok() { "text/html; charset=utf-8" } else { "text/html" };
    let header = |name: &str, value: &str| HeaderEntry { name: name.into(), value: value.into() };
    let mut answer = FulfillRequestParams::new(request.request_id.clone(), 200);
    answer.response_headers =
        Some(vec![header("Content-Type", kind), header("Content-Security-Policy", NOTE_POLICY)]);
    answer.body = Some(data_encoding::BASE64.encode(html).into());
    answer
}
