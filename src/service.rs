//! A running service: the tree on its adapters, with a view for those who watch it.

use crate::error::{Exit, Failure};
use actors::session::SessionBoard;
use domain::ids::PortalName;
use domain::parser::{OrderState, Outcome};
use domain::ports::{OrderStore, RequestCount, RequestFilter, RequestPlace, RequestStore};
use domain::request::Request;
use domain::session::{AccountCare, SessionStatus};
use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use supervision::{Outcome as TreeOutcome, Tree};
use tokio::time::Instant;

/// How often the store is asked whether anything is left to do.
const IDLE_POLL: Duration = Duration::from_millis(250);

/// Requests looked at in one read: while there is work, the first of those in motion tells.
const PAGE: usize = 50;

/// A started service. Dropping it kills the tree.
pub struct Service {
    /// The tree.
    pub tree: Tree,
    /// What can be seen of it from outside.
    pub view: ServiceView,
    /// Prints HTML notes; its warm browser is ended with the service.
    pub printer: Arc<chromium::ChromiumPrinter>,
    /// Says that this is the database's one service, where the database is a server.
    pub database_lock: Option<mongo::ServiceLock>,
    /// Locks, worker processes and browsers that live as long as the service.
    pub keep: Vec<Box<dyn Any + Send>>,
}

/// What can be seen of a service from outside.
#[derive(Clone)]
pub struct ServiceView {
    /// `epic_requests`.
    pub requests: Arc<dyn RequestStore>,
    /// `epic_orders`.
    pub orders: Arc<dyn OrderStore>,
    /// The portals' sessions.
    pub boards: BTreeMap<PortalName, Arc<SessionBoard>>,
    /// How the portals' accounts are cared for.
    pub cares: BTreeMap<PortalName, Arc<AccountCare>>,
    /// The outcomes after which Done is pressed, by portal.
    pub done_outcomes: BTreeMap<PortalName, Vec<String>>,
}

impl Service {
    /// Runs until `stop` resolves, then drains; ends early when the root gives up.
    ///
    /// # Errors
    /// The root gave up, or somebody had to be killed.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), Failure> {
        let mut ousted = false;
        let outcome = self
            .tree
            .run(async {
                tokio::select! {
                    () = stop => {}
                    () = lost(self.database_lock.as_ref()) => ousted = true,
                }
            })
            .await;
        self.printer.close().await;
        drop(self.keep);
        if ousted {
            let way_out = "see who holds the lock with `check --connect`; one service a database";
            return Err(Failure::failed("the service", "another service took over its database", way_out));
        }
        if let Some(lock) = self.database_lock
            && let Err(error) = lock.release().await
        {
            tracing::warn!(%error, "the database's lock was not given back and will expire");
        }
        match outcome {
            TreeOutcome::Drained(drained) => {
                if !drained.is_clean() {
                    tracing::warn!(killed = ?drained.killed, "not everybody stopped in time; their items come back");
                }
                Ok(())
            }
            TreeOutcome::GaveUp(escalated) => Err(Failure::failed(
                "the service",
                format!("a part of it kept failing: {escalated}"),
                "look at the log for the part's own errors; the work is safe and goes on at the next start",
            )),
            TreeOutcome::Lost => Err(Failure::failed(
                "the service",
                "its root supervisor is gone",
                "start it again; the work is safe",
            )),
        }
    }
}

/// Resolves when the database's lock has gone to somebody else.
async fn lost(lock: Option<&mongo::ServiceLock>) {
    match lock {
        Some(lock) => lock.lost().await,
        None => std::future::pending().await,
    }
}

impl ServiceView {
    /// Resolves once nothing has been left to do for `quiet`: every portal is ready or waits for a person, every request at
    /// rest, every Done pressed. While the store is away, nobody knows, and it is waited for.
    ///
    /// # Errors
    /// The store cannot be read, and waiting will not help.
    pub async fn idle(&self, quiet: Duration) -> Result<(), Failure> {
        let mut since = None;
        loop {
            match self.at_rest().await {
                Ok(true) => {
                    let since = *since.get_or_insert_with(Instant::now);
                    if since.elapsed() >= quiet {
                        return Ok(());
                    }
                }
                Ok(false) => since = None,
                Err(failure) if failure.passing => since = None,
                Err(failure) => return Err(failure),
            }
            tokio::time::sleep(IDLE_POLL).await;
        }
    }

    async fn at_rest(&self) -> Result<bool, Failure> {
        let settled = |board: &Arc<SessionBoard>| {
            let status = board.watch().now();
            matches!(status, SessionStatus::Ready { .. }) || status.waits_for_person()
        };
        if !self.boards.values().all(settled) {
            return Ok(false);
        }
        let in_motion = RequestFilter { in_motion: true, ..RequestFilter::default() };
        Ok(!self.any(in_motion, |request| !request.at_rest() || self.done_is_due(request)).await?)
    }

    /// Whether there is such a request, looked for page by page.
    async fn any(
        &self,
        mut filter: RequestFilter,
        wanted: impl Fn(&Request) -> bool,
    ) -> Result<bool, Failure> {
        filter.limit = Some(PAGE);
        loop {
            let page = self.requests.list(&filter).await?;
            if page.iter().any(&wanted) {
                return Ok(true);
            }
            match page.last() {
                Some(last) if page.len() == PAGE => filter.after = Some(RequestPlace::of(last)),
                _ => return Ok(false),
            }
        }
    }

    /// Every request there is.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn all(&self) -> Result<Vec<Request>, Failure> {
        Ok(self.requests.list(&RequestFilter::default()).await?)
    }

    /// Whether Done must still be pressed on the request's message.
    pub fn done_is_due(&self, request: &Request) -> bool {
        let listed = self.done_outcomes.get(&request.portal).map_or(&[][..], Vec::as_slice);
        let closed = |state: &OrderState| match state {
            OrderState::Closed(outcome) => {
                !outcome.decides(&request.id) || listed.iter().any(|name| name == Outcome::name(outcome))
            }
            OrderState::Routing { .. } | OrderState::NeedsPerson { .. } => false,
        };
        let locked =
            self.boards.get(&request.portal).is_some_and(|board| board.watch().now().waits_for_person());
        request.awaits_done() && !locked && request.order_states.iter().all(closed)
    }

    /// How a run that has come to rest ends: 3 when something waits for a person.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn exit(&self) -> Result<Exit, Failure> {
        let locked = |board: &Arc<SessionBoard>| board.watch().now().waits_for_person();
        let waits = |count: &RequestCount| matches!(count.standing.as_str(), "needs_person" | "parked");
        let someone = self.boards.values().any(locked)
            || self.requests.counts().await?.iter().any(waits)
            // A Done that was given up shows in no count: its request is finished otherwise.
            || self.any(RequestFilter::default(), Request::needs_person).await?;
        Ok(if someone { Exit::NeedsPerson } else { Exit::Done })
    }
}
