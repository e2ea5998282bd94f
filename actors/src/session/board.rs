//! Where a portal's session status is published, and where its end is reported. Outlives the session itself.
//!
//! Those who wait for a status are woken in the order in which they began to wait. (A `watch` channel wakes many
//! waiters in random order, and then no simulated run could be replayed.)

use domain::ids::Generation;
use domain::ports::PortalError;
use domain::session::SessionStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How the portal ended a stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StayEnd {
    /// It is over: idle for too long, or the portal began anew.
    #[default]
    Lost,
    /// The account was logged in elsewhere.
    KickedOut,
}

impl StayEnd {
    /// How an error of the portal ends the stay; none where it does not.
    pub const fn of(error: &PortalError) -> Option<Self> {
        match error {
            PortalError::SessionLost => Some(Self::Lost),
            PortalError::KickedOut => Some(Self::KickedOut),
            _ => None,
        }
    }
}

/// Owned by the portal; the session publishes, everybody else watches.
#[derive(Debug)]
pub struct SessionBoard {
    status: Mutex<SessionStatus>,
    changed: Notify,
    ended: watch::Sender<(Generation, StayEnd)>,
}

impl Default for SessionBoard {
    fn default() -> Self {
        Self {
            status: Mutex::new(SessionStatus::LoggingIn),
            changed: Notify::new(),
            ended: watch::Sender::new((Generation::default(), StayEnd::Lost)),
        }
    }
}

impl SessionBoard {
    /// Publishes a status.
    pub fn publish(&self, status: SessionStatus) {
        *self.status() = status;
        self.changed.notify_waiters();
    }

    /// The generations somebody has reported as ended, newest only, and how.
    pub fn ends(&self) -> watch::Receiver<(Generation, StayEnd)> {
        let mut receiver = self.ended.subscribe();
        receiver.mark_unchanged();
        receiver
    }

    /// Notes that the portal has ended a stay. Of many reports of one stay the first counts; reports of older stays
    /// are ignored.
    pub(super) fn stay_ended(&self, generation: Generation, end: StayEnd) {
        let current = {
            let mut status = self.status();
            let current =
                matches!(&*status, SessionStatus::Ready { generation: now, .. } if *now == generation);
            if current {
                *status = SessionStatus::LoggingIn;
            }
            current
        };
        if current {
            self.changed.notify_waiters();
        }
        self.ended.send_if_modified(|last| {
            let news = last.0 < generation;
            if news {
                *last = (generation, end);
            }
            news
        });
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
        if matches!(self.now(), SessionStatus::Ready { generation: now, .. } if now == generation) {
            self.0.stay_ended(generation, StayEnd::Lost);
        }
    }

    /// The status once the session is ready, or nothing will happen for a while (locked, held), or whatever it is
    /// after `wait`.
    pub async fn ready(&self, wait: Duration) -> SessionStatus {
        let settled = |status: &SessionStatus| {
            matches!(
                status,
                SessionStatus::Ready { .. } | SessionStatus::Locked { .. } | SessionStatus::Held { .. }
            )
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
