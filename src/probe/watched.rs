//! A portal's door whose login is written down page by page, for the probe and the recorder.

use super::report::{PageReport, RunnerUp};
use async_trait::async_trait;
use domain::ids::Generation;
use domain::login::{PageScore, classify, scores, stands_at};
use domain::ports::{
    FrameQuestion, LoginAct, LoginBrowser, PagePicture, PageSnapshot, PortalEntrance, PortalError,
    PortalSession,
};
use domain::profile::LoginPages;
use domain::redacted::Redacted;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What a login met.
pub(super) struct Tape {
    pages: LoginPages,
    /// Keep each new page's source, too.
    pictures: bool,
    seen: Mutex<Seen>,
}

struct Seen {
    since: Instant,
    pages: Vec<PageReport>,
    sources: Vec<(String, Redacted<String>)>,
}

impl Tape {
    /// An empty tape for a profile's login pages.
    pub(super) fn new(pages: LoginPages, pictures: bool) -> Arc<Self> {
        let seen = Seen { since: Instant::now(), pages: Vec::new(), sources: Vec::new() };
        Arc::new(Self { pages, pictures, seen: Mutex::new(seen) })
    }

    /// The pages met so far, in order.
    pub(super) fn pages(&self) -> Vec<PageReport> {
        self.seen().pages.clone()
    }

    /// The pages' sources, each with its page's name; not masked.
    pub(super) fn sources(&self) -> Vec<(String, Redacted<String>)> {
        self.seen().sources.clone()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a snapshot down; gives its name where it is another page than the one before.
    fn note(&self, snapshot: &PageSnapshot) -> Option<String> {
        let found = classify(snapshot, &self.pages);
        let scores = scores(snapshot, &self.pages);
        let view = stands_at(snapshot, &self.pages, found.index);
        // A query may hold what names a session.
        let path = view.map_or("", |view| view.path.as_str());
        let path = path.split('?').next().unwrap_or_default().to_owned();
        let known = found.index.and_then(|index| self.pages.pages.get(index)).map(|page| name_of(page.page));
        let page = known.unwrap_or_else(|| "unknown".to_owned());
        let others: Vec<RunnerUp> =
            scores.iter().filter(|score| Some(score.index) != found.index).take(2).map(runner_up).collect();
        let signals = found.index.and_then(|index| scores.iter().find(|score| score.index == index));
        let mut seen = self.seen();
        let took_ms = u64::try_from(seen.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(last) = seen.pages.last_mut()
            && last.page == page
            && last.path == path
        {
            last.looks += 1;
            return None;
        }
        seen.since = Instant::now();
        seen.pages.push(PageReport {
            page: page.clone(),
            path,
            signals_held: signals.map_or(0, |score| score.held),
            signals: signals.map_or(0, |score| score.of),
            took_ms,
            looks: 1,
            others,
        });
        Some(page)
    }
}

fn name_of(page: domain::profile::RecognisedPage) -> String {
    // A unit variant is always written as a text.
    serde_json::to_value(page).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn runner_up(score: &PageScore) -> RunnerUp {
    RunnerUp { page: name_of(score.page), percent: score.percent(), lacks: score.failed.clone() }
}

/// A door whose browsers write on a tape.
pub(super) struct WatchedEntrance {
    /// The real one.
    pub(super) door: Arc<dyn PortalEntrance>,
    /// What is written on.
    pub(super) tape: Arc<Tape>,
}

#[async_trait]
impl PortalEntrance for WatchedEntrance {
    async fn open_browser(&self) -> Result<Box<dyn LoginBrowser>, PortalError> {
        let browser = self.door.open_browser().await?;
        Ok(Box::new(WatchedBrowser { browser, tape: Arc::clone(&self.tape) }))
    }

    async fn resume(
        &self,
        cookies: &Redacted<String>,
        generation: Generation,
    ) -> Result<Arc<dyn PortalSession>, PortalError> {
        self.door.resume(cookies, generation).await
    }
}

struct WatchedBrowser {
    browser: Box<dyn LoginBrowser>,
    tape: Arc<Tape>,
}

#[async_trait]
impl LoginBrowser for WatchedBrowser {
    async fn snapshot(&mut self, questions: &[FrameQuestion]) -> Result<PageSnapshot, PortalError> {
        let snapshot = self.browser.snapshot(questions).await?;
        if let Some(page) = self.tape.note(&snapshot)
            && self.tape.pictures
            && let Some(html) = self.browser.picture().await.ok().and_then(|picture| picture.html)
        {
            self.tape.seen().sources.push((page, html));
        }
        Ok(snapshot)
    }

    async fn act(&mut self, act: &LoginAct) -> Result<(), PortalError> {
        self.browser.act(act).await
    }

    async fn cookies(&mut self) -> Result<Redacted<String>, PortalError> {
        self.browser.cookies().await
    }

    async fn picture(&mut self) -> Result<PagePicture, PortalError> {
        self.browser.picture().await
    }

    async fn close(self: Box<Self>) {
        self.browser.close().await;
    }
}
