//! Pages of a stay drawn in a browser: one warm browser for all of them, replaced before it is worn, thrown away when
//! anything in it has crashed.
//!
//! Each page has a context of its own with the stay's cookies, so that stays of different portals share a browser and
//! nothing else. A browser lives as long as somebody draws in it: a replaced one goes with its last page.

use crate::connection::{CallError, Connection, OwnedTask};
use crate::drawing::{self, NotDrawn};
use crate::launch::ChromiumLauncher;
use async_trait::async_trait;
use bytes::Bytes;
use domain::ports::{DrawnQuestion, PageDrawer, PortalError};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, timeout};

/// A page is tried once more when its browser or its tab crashed.
const TRIES: usize = 2;

/// Bounds of drawing.
#[derive(Clone, Copy, Debug)]
pub struct DrawerOptions {
    /// Pages drawn at once.
    pub parallel_pages: usize,
    /// A browser older than this draws nothing new: browsers grow.
    pub age_max: Duration,
    /// A browser that drew so many pages draws nothing new.
    pub pages_max: u32,
    /// A browser whose processes together hold more than this (proportional share, bytes) draws nothing new.
    pub memory_bytes_max: u64,
    /// A browser that had nothing to draw for this long is ended, so that its memory returns.
    pub idle: Duration,
}

impl Default for DrawerOptions {
    fn default() -> Self {
        Self {
            parallel_pages: 2,
            age_max: Duration::from_secs(30 * 60),
            pages_max: 200,
            memory_bytes_max: 1 << 30,
            idle: Duration::from_secs(60),
        }
    }
}

/// Draws pages.
pub struct ChromiumDrawer {
    launcher: ChromiumLauncher,
    options: DrawerOptions,
    places: Semaphore,
    warm: Arc<Mutex<Warm>>,
}

/// The browser that takes the next page.
#[derive(Default)]
struct Warm {
    browser: Option<Arc<WarmBrowser>>,
    retirement: Option<OwnedTask>,
}

struct WarmBrowser {
    connection: Connection,
    born: Instant,
    pages: AtomicU32,
    worn: AtomicBool,
}

impl WarmBrowser {
    fn is_worn(&self, options: &DrawerOptions) -> bool {
        self.worn.load(Ordering::SeqCst)
            || self.born.elapsed() >= options.age_max
            || self.pages.load(Ordering::SeqCst) >= options.pages_max
    }
}

/// Somebody draws in a browser. Unless the page is closed in order the browser is worn: what a page that was given up
/// leaves open would stay.
struct InUse {
    browser: Arc<WarmBrowser>,
    warm: Arc<Mutex<Warm>>,
    in_order: bool,
}

impl Drop for InUse {
    fn drop(&mut self) {
        if self.in_order {
            return;
        }
        self.browser.worn.store(true, Ordering::SeqCst);
        // Whoever holds the lock now, or comes next, sees that it is worn.
        if let Ok(mut warm) = self.warm.try_lock() {
            warm.let_go(&self.browser);
        }
    }
}

impl Warm {
    /// Takes no further page to this browser.
    fn let_go(&mut self, browser: &Arc<WarmBrowser>) {
        if self.is(browser) {
            self.browser = None;
            self.retirement = None;
        }
    }

    fn is(&self, browser: &Arc<WarmBrowser>) -> bool {
        self.browser.as_ref().is_some_and(|current| Arc::ptr_eq(current, browser))
    }
}

impl ChromiumDrawer {
    /// A drawer; its browser is started by the first page.
    pub fn new(launcher: ChromiumLauncher, options: DrawerOptions) -> Self {
        let places = Semaphore::new(options.parallel_pages.clamp(1, Semaphore::MAX_PERMITS));
        Self { launcher, options, places, warm: Arc::default() }
    }

    /// Ends the browser now, if one is warm; waits until its processes are gone unless a page is still drawn in it.
    pub async fn close(&self) {
        let browser = {
            let mut warm = self.warm.lock().await;
            warm.retirement = None;
            warm.browser.take()
        };
        close(browser).await;
    }

    async fn browser(&self) -> Result<Arc<WarmBrowser>, PortalError> {
        let mut warm = self.warm.lock().await;
        warm.retirement = None;
        let fresh = match warm.browser.take().filter(|browser| !browser.is_worn(&self.options)) {
            Some(browser) => browser,
            None => {
                let limit = self.launcher.options().call_timeout;
                let connection = self
                    .launcher
                    .connect(&[], limit)
                    .await
                    .map_err(|error| PortalError::Unavailable { cause: error.to_string() })?;
                Arc::new(WarmBrowser {
                    connection,
                    born: Instant::now(),
                    pages: AtomicU32::new(0),
                    worn: AtomicBool::new(false),
                })
            }
        };
        fresh.pages.fetch_add(1, Ordering::SeqCst);
        warm.browser = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// One try.
    async fn draw_once(&self, question: &DrawnQuestion) -> Result<Bytes, NotDrawn> {
        let browser = self.browser().await.map_err(NotDrawn::Portal)?;
        let mut used = InUse { browser: Arc::clone(&browser), warm: Arc::clone(&self.warm), in_order: false };
        let drawn = drawing::draw(&browser.connection, question).await;
        used.in_order = drawn.closed;
        drop(used);
        self.put_back(browser).await;
        drawn.result
    }

    /// Weighs the browser, lets a worn one go, and ends one that stays idle.
    async fn put_back(&self, browser: Arc<WarmBrowser>) {
        let weight = browser.connection.memory_bytes().await;
        if weight > self.options.memory_bytes_max {
            tracing::debug!(weight, "a browser has grown too large and is replaced");
            browser.worn.store(true, Ordering::SeqCst);
        }
        let mut warm = self.warm.lock().await;
        if browser.is_worn(&self.options) {
            warm.let_go(&browser);
        } else if warm.is(&browser) {
            warm.retirement = Some(self.retire_later());
        }
    }

    fn retire_later(&self) -> OwnedTask {
        let (idle, warm): (_, Weak<Mutex<Warm>>) = (self.options.idle, Arc::downgrade(&self.warm));
        OwnedTask::spawn(async move {
            tokio::time::sleep(idle).await;
            let Some(warm) = warm.upgrade() else { return };
            let browser = {
                let mut warm = warm.lock().await;
                // Another page is being drawn: its end sets the next clock.
                if warm.browser.as_ref().is_some_and(|browser| Arc::strong_count(browser) > 1) {
                    return;
                }
                warm.browser.take()
            };
            close(browser).await;
        })
    }
}

/// Ends a browser nobody else uses; one in use ends with its last page.
async fn close(browser: Option<Arc<WarmBrowser>>) {
    if let Some(browser) = browser.and_then(Arc::into_inner) {
        browser.connection.close().await;
    }
}

#[async_trait]
impl PageDrawer for ChromiumDrawer {
    async fn draw(&self, question: &DrawnQuestion) -> Result<Bytes, PortalError> {
        let busy = || PortalError::Unavailable { cause: "the browser that draws pages is busy".into() };
        let _place =
            timeout(question.within, self.places.acquire()).await.map_err(|_| busy())?.map_err(|_| busy())?;
        let mut crash = None;
        for _ in 0..TRIES {
            match self.draw_once(question).await {
                Ok(bytes) => return Ok(bytes),
                Err(NotDrawn::Portal(error)) => return Err(error),
                Err(NotDrawn::Crashed { error }) => {
                    tracing::warn!(%error, "a page that was being drawn crashed; its browser is thrown away");
                    crash = Some(error);
                }
            }
        }
        let cause = crash.map_or_else(String::new, |error: CallError| error.to_string());
        Err(PortalError::Unavailable { cause })
    }
}
