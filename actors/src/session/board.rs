//! Where a portal's session status is published, and where its end is reported. Outlives the session itself.
//!
//! Those who wait for a status are woken in the order in which they began to wait. (A `watch` channel wakes many
//! waiters in random order, and then no simulated run could be replayed.)

use domain::ids::Generation;
use domain::session::SessionStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Owned by the portal; the session publishes, everybody else watches.
#[derive(Debug)]
pub struct SessionBoard {
    status: Mutex<SessionStatus>,
    changed: Notify,
    rejected: watch::Sender<Generation>,
}

impl Default for SessionBoard {
    fn default() -> Self {
        Self {
            status: Mutex::new(SessionStatus::LoggingIn),
            changed: Notify::new(),
            rejected: watch::Sender::new(Generation::default()),
        }
    }
}

impl SessionBoard {
    /// Publishes a status.
    pub fn publish(&self, status: SessionStatus) {
        *self.status() = status;
        self.changed.notify_waiters();
    }

    /// The generations somebody has reported as ended, newest only.
    pub fn rejections(&self) -> watch::Receiver<Generation> {
        let mut receiver = self.rejected.subscribe();
        receiver.mark_unchanged();
        receiver
    }

    /// The view of those who use the session.
    pub fn watch(self: &Arc<Self>) -> SessionWatch {
        SessionWatch(Arc::clone(self))
    }

    fn status(&self) -> MutexGuard<'_, SessionStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What scrapers and inbox see of the session: its status, and the one fact they may report.
#[derive(Clone, Debug)]
pub struct SessionWatch(Arc<SessionBoard>);

impl SessionWatch {
    /// The status now.
    pub fn now(&self) -> SessionStatus {
        self.0.status().clone()
    }

    /// Reports that the portal has ended this stay. Of many reports of one stay the first counts; a report of
    /// an older stay is ignored.
    pub fn rejected(&self, generation: Generation) {
        {
            let mut status = self.0.status();
            let current =
                matches!(&*status, SessionStatus::Ready { generation: now, .. } if *now == generation);
            if !current {
                return;
            }
            *status = SessionStatus::LoggingIn;
        }
        self.0.changed.notify_waiters();
        self.0.rejected.send_replace(generation);
    }

    /// The status once the session is ready or locked, or whatever it is after `wait`.
    pub async fn ready(&self, wait: Duration) -> SessionStatus {
        let settled = |status: &SessionStatus| {
            matches!(status, SessionStatus::Ready { .. } | SessionStatus::Locked { .. })
        };
        // Whether it settled or the wait is over, the status now is the answer.
        let _ = tokio::time::timeout(wait, self.when(settled)).await;
        self.now()
    }

    /// Waits until the status next changes to ready.
    pub async fn became_ready(&self) {
        self.0.changed.notified().await;
        self.when(|status| matches!(status, SessionStatus::Ready { .. })).await;
    }

    async fn when(&self, wanted: impl Fn(&SessionStatus) -> bool) {
        loop {
            // Before the look, so that a change right after it is not missed.
            let changed = self.0.changed.notified();
            if wanted(&self.0.status()) {
                return;
            }
            changed.await;
        }
    }
}
