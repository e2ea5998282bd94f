//! Whether the service can work at this moment: each back end is asked every few seconds, by one task, so that
//! `/readyz` answers at once and asks nobody.

use actors::owned_task::OwnedTask;
use domain::ports::BackEnd;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the back ends are asked.
const ASK_EVERY: Duration = Duration::from_secs(5);

/// A back end that does not answer within this time is away.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// What is known of the back ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// They have not all been opened yet.
    Starting {
        /// What is waited for, and why.
        cause: Option<String>,
    },
    /// They have been; each by its name, with what is wrong with it, if anything.
    Open(Vec<(String, Option<String>)>),
}

impl Readiness {
    /// Whether every back end can be worked with.
    pub fn is_ready(&self) -> bool {
        match self {
            Self::Starting { .. } => false,
            Self::Open(ends) => ends.iter().all(|(_, trouble)| trouble.is_none()),
        }
    }
}

/// Where readiness is written; kept by whoever starts the service.
#[derive(Clone)]
pub struct ReadinessBoard(watch::Sender<Readiness>);

impl Default for ReadinessBoard {
    fn default() -> Self {
        Self(watch::Sender::new(Readiness::Starting { cause: None }))
    }
}

impl ReadinessBoard {
    /// What is known now.
    pub fn now(&self) -> Readiness {
        self.0.borrow().clone()
    }

    /// The start waits for a back end.
    pub fn waits(&self, cause: String) {
        self.0.send_replace(Readiness::Starting { cause: Some(cause) });
    }

    /// Every back end has been opened: from now on they are asked, until the task is dropped.
    pub fn watch_over(&self, back_ends: Vec<Arc<dyn BackEnd>>) -> OwnedTask<()> {
        let names = back_ends.iter().map(|end| (end.name(), None)).collect();
        self.0.send_replace(Readiness::Open(names));
        let board = self.0.clone();
        OwnedTask::spawn(async move {
            loop {
                let asked = futures::future::join_all(back_ends.iter().map(ask)).await;
                let before = board.send_replace(Readiness::Open(asked.clone()));
                tell_changes(&before, &asked);
                tokio::time::sleep(ASK_EVERY).await;
            }
        })
    }
}

async fn ask(end: &Arc<dyn BackEnd>) -> (String, Option<String>) {
    let trouble = match tokio::time::timeout(ANSWER_MAX, end.ping()).await {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(error.cause),
        Err(_) => Some("does not answer".to_owned()),
    };
    (end.name(), trouble)
}

/// One line when a back end goes, one when it comes back.
fn tell_changes(before: &Readiness, now: &[(String, Option<String>)]) {
    let Readiness::Open(before) = before else { return };
    for ((name, was), (_, is)) in before.iter().zip(now) {
        match (was, is) {
            (None, Some(cause)) => tracing::warn!(back_end = %name, %cause, "a back end is away"),
            (Some(_), None) => tracing::info!(back_end = %name, "a back end is back"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use domain::ports::{PortError, PortResult};
    use std::sync::atomic::{AtomicBool, Ordering};

    #[derive(Default)]
    struct Switch(AtomicBool);

    #[async_trait]
    impl BackEnd for Switch {
        fn name(&self) -> String {
            "switch".to_owned()
        }

        async fn ping(&self) -> PortResult<String> {
            if self.0.load(Ordering::SeqCst) {
                Err(PortError::transient("switch", "off"))
            } else {
                Ok("on".to_owned())
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_back_end_that_goes_is_seen_and_seen_again_when_it_is_back() {
        let board = ReadinessBoard::default();
        assert!(!board.now().is_ready());
        let switch = Arc::new(Switch::default());
        let _task = board.watch_over(vec![Arc::clone(&switch) as _]);
        assert!(board.now().is_ready());
        let mut seen = board.0.subscribe();
        switch.0.store(true, Ordering::SeqCst);
        assert!(seen.wait_for(|now| !now.is_ready()).await.is_ok());
        assert_eq!(board.now(), Readiness::Open(vec![("switch".to_owned(), Some("off".to_owned()))]));
        switch.0.store(false, Ordering::SeqCst);
        assert!(seen.wait_for(Readiness::is_ready).await.is_ok());
    }
}
