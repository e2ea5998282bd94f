//! A stay as it is handed out: the portal's session, which can be cut off in the middle of a request, and which knows
//! whether anything is under way in it.
//!
//! Whoever reads a chart holds the stay itself, so a kill switch that only changed a status would be obeyed when the
//! chart is done. Cut off, every call ends at once as if the portal had ended the session, and none is made any more.
//! It also reports the stay's end, whoever met it, and how: callers need not tell a kick from any other end.

use super::board::{SessionBoard, StayEnd};
use async_trait::async_trait;
use domain::ids::Generation;
use domain::inbox::{InboxFolder, InboxRow};
use domain::patient_scraper::{ListedDocument, Section};
use domain::ports::{ChartList, FetchedDocument, OpenChart, PortalError, PortalSession};
use domain::redacted::Redacted;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::Notify;

/// What all handles of one stay share.
struct Line {
    generation: Generation,
    board: Arc<SessionBoard>,
    cut: AtomicBool,
    cutting: Notify,
    /// Calls and open charts.
    under_way: AtomicUsize,
}

impl Line {
    async fn until_cut(&self) {
        loop {
            // Before the look, so that a cut right after it is not missed.
            let cutting = self.cutting.notified();
            if self.cut.load(Ordering::Acquire) {
                return;
            }
            cutting.await;
        }
    }

    /// Performs a call, unless and until the line is cut.
    async fn call<T>(
        self: &Arc<Self>,
        call: impl Future<Output = Result<T, PortalError>> + Send,
    ) -> Result<T, PortalError> {
        let _under_way = UnderWay::begin(self);
        tokio::select! {
            // In order: once it is cut, a call is not even begun.
            biased;
            () = self.until_cut() => Err(PortalError::SessionLost),
            answer = call => answer.map_err(|error| self.met(error)),
        }
    }

    /// Reports the stay's end to the session, and gives what everybody else has to know of it: that it has ended.
    fn met(&self, error: PortalError) -> PortalError {
        match StayEnd::of(&error) {
            Some(end) => {
                self.board.stay_ended(self.generation, end);
                PortalError::SessionLost
            }
            None => error,
        }
    }
}

/// Something that a drain waits for.
struct UnderWay(Arc<Line>);

impl UnderWay {
    fn begin(line: &Arc<Line>) -> Self {
        line.under_way.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(line))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The stay, as inbox and scrapers call it.
pub(super) struct Stay {
    portal: Arc<dyn PortalSession>,
    line: Arc<Line>,
}

impl Stay {
    pub(super) fn new(portal: Arc<dyn PortalSession>, board: Arc<SessionBoard>) -> Self {
        let generation = portal.generation();
        let (cut, cutting, under_way) = (AtomicBool::default(), Notify::new(), AtomicUsize::default());
        Self { portal, line: Arc::new(Line { generation, board, cut, cutting, under_way }) }
    }

    /// Breaks off whatever is under way; nothing is asked of the portal in this stay any more.
    pub(super) fn cut_off(&self) {
        self.line.cut.store(true, Ordering::Release);
        self.line.cutting.notify_waiters();
    }

    /// Whether nobody waits for an answer and no chart is open.
    pub(super) fn is_idle(&self) -> bool {
        self.line.under_way.load(Ordering::Acquire) == 0
    }
}

#[async_trait]
impl PortalSession for Stay {
    fn generation(&self) -> Generation {
        self.portal.generation()
    }

    async fn folders(&self) -> Result<Vec<InboxFolder>, PortalError> {
        self.line.call(self.portal.folders()).await
    }

    async fn messages(&self, folder: &InboxFolder) -> Result<Vec<InboxRow>, PortalError> {
        self.line.call(self.portal.messages(folder)).await
    }

    async fn message_body(&self, row: &InboxRow) -> Result<Redacted<String>, PortalError> {
        self.line.call(self.portal.message_body(row)).await
    }

    async fn open_chart(&self, row: &InboxRow) -> Result<Box<dyn OpenChart>, PortalError> {
        let chart = self.line.call(self.portal.open_chart(row)).await?;
        Ok(Box::new(ChartOfStay {
            chart,
            _under_way: UnderWay::begin(&self.line),
            line: Arc::clone(&self.line),
        }))
    }

    async fn mark_done(&self, row: &InboxRow) -> Result<(), PortalError> {
        self.line.call(self.portal.mark_done(row)).await
    }

    async fn touch(&self) -> Result<(), PortalError> {
        self.line.call(self.portal.touch()).await
    }
}

struct ChartOfStay {
    // Closed before it counts as such.
    chart: Box<dyn OpenChart>,
    _under_way: UnderWay,
    line: Arc<Line>,
}

#[async_trait]
impl OpenChart for ChartOfStay {
    async fn list(&self, section: Section) -> Result<ChartList, PortalError> {
        self.line.call(self.chart.list(section)).await
    }

    async fn fetch(&self, document: &ListedDocument) -> Result<FetchedDocument, PortalError> {
        self.line.call(self.chart.fetch(document)).await
    }
}
