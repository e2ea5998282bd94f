//! Where a portal's session status is published, and where its end is reported. Outlives the session itself.

use domain::ids::Generation;
use domain::session::SessionStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Owned by the portal; the session publishes, everybody else watches.
#[derive(Debug)]
pub struct SessionBoard {
    status: watch::Sender<SessionStatus>,
    rejected: watch::Sender<Generation>,
}

impl Default for SessionBoard {
    fn default() -> Self {
        Self {
            status: watch::Sender::new(SessionStatus::LoggingIn),
            rejected: watch::Sender::new(Generation::default()),
        }
    }
}

impl SessionBoard {
    /// Publishes a status.
    pub fn publish(&self, status: SessionStatus) {
        self.status.send_replace(status);
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
}

/// What scrapers and inbox see of the session: its status, and the one fact they may report.
#[derive(Clone, Debug)]
pub struct SessionWatch(Arc<SessionBoard>);

impl SessionWatch {
    /// The status now.
    pub fn now(&self) -> SessionStatus {
        self.0.status.borrow().clone()
    }

    /// Reports that the portal has ended this stay. Of many reports of one stay the first counts; a report of
    /// an older stay is ignored.
    pub fn rejected(&self, generation: Generation) {
        let ended = self.0.status.send_if_modified(|status| match status {
            SessionStatus::Ready { generation: now, .. } if *now == generation => {
                *status = SessionStatus::LoggingIn;
                true
            }
            SessionStatus::Ready { .. }
            | SessionStatus::LoggingIn
            | SessionStatus::AwaitingMfaCode
            | SessionStatus::Locked { .. }
            | SessionStatus::Down { .. } => false,
        });
        if ended {
            self.0.rejected.send_replace(generation);
        }
    }

    /// The status once the session is ready or locked, or whatever it is after `wait`.
    pub async fn ready(&self, wait: Duration) -> SessionStatus {
        let mut status = self.0.status.subscribe();
        let settled = status
            .wait_for(|status| matches!(status, SessionStatus::Ready { .. } | SessionStatus::Locked { .. }));
        // Whether it settled or the wait is over, the status now is the answer.
        let _ = tokio::time::timeout(wait, settled).await;
        self.now()
    }

    /// Waits until the status next changes to ready.
    pub async fn became_ready(&self) {
        let mut status = self.0.status.subscribe();
        loop {
            if status.changed().await.is_err()
                || matches!(*status.borrow_and_update(), SessionStatus::Ready { .. })
            {
                return;
            }
        }
    }
}
