//! How the portal is spared: requests a minute and at once, over every stay of the portal, counted for a proof.

use domain::profile::Politeness;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The window in which requests are counted. A second more than a minute: what is sent over a minute must not arrive
/// within one.
const WINDOW: Duration = Duration::from_secs(61);

/// What was asked of a portal since this program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolitenessCounts {
    /// Requests sent, those of redirects, frames and drawn pages included.
    pub requests: u64,
    /// The most requests in any minute.
    pub busiest_minute: u64,
    /// The most requests under way at once.
    pub most_at_once: u64,
    /// Requests that waited for their turn, because a minute was full.
    pub waited: u64,
    /// How long they waited together, in milliseconds.
    pub waited_ms: u64,
}

/// Admits requests to one portal.
#[derive(Debug)]
pub(crate) struct Gate {
    per_window: usize,
    parallel: usize,
    permits: Semaphore,
    window: Mutex<VecDeque<Instant>>,
    /// Shared with whoever counts requests over portals.
    requests: Arc<AtomicU64>,
    own_requests: AtomicU64,
    busiest: AtomicU64,
    at_once: AtomicU64,
    waited: AtomicU64,
    waited_ms: AtomicU64,
}

impl Gate {
    pub(crate) fn new(politeness: &Politeness, requests: Arc<AtomicU64>) -> Self {
        let parallel = politeness.parallel_requests.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            per_window: usize::try_from(politeness.requests_per_minute).unwrap_or(usize::MAX).max(1),
            parallel,
            permits: Semaphore::new(parallel),
            window: Mutex::default(),
            requests,
            own_requests: AtomicU64::default(),
            busiest: AtomicU64::default(),
            at_once: AtomicU64::default(),
            waited: AtomicU64::default(),
            waited_ms: AtomicU64::default(),
        }
    }

    /// Waits until one of the parallel places is free. None: the program ends.
    pub(crate) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// Waits until this minute has room, and counts the request as sent. To be called with a place.
    pub(crate) async fn turn(&self) {
        // Held while waiting: whoever comes later waits behind.
        let mut window = self.window.lock().await;
        let came = Instant::now();
        while window.len() >= self.per_window {
            let Some(first) = window.front().copied() else { break };
            tokio::time::sleep_until(first + WINDOW).await;
            forget_old(&mut window);
        }
        forget_old(&mut window);
        window.push_back(Instant::now());
        let waited = came.elapsed();
        if !waited.is_zero() && waited >= Duration::from_millis(1) {
            self.waited.fetch_add(1, Ordering::Relaxed);
            self.waited_ms
                .fetch_add(u64::try_from(waited.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        self.busiest.fetch_max(window.len() as u64, Ordering::Relaxed);
        let under_way = self.parallel - self.permits.available_permits();
        self.at_once.fetch_max(under_way as u64, Ordering::Relaxed);
        self.own_requests.fetch_add(1, Ordering::Relaxed);
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn counts(&self) -> PolitenessCounts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        PolitenessCounts {
            requests: read(&self.own_requests),
            busiest_minute: read(&self.busiest),
            most_at_once: read(&self.at_once),
            waited: read(&self.waited),
            waited_ms: read(&self.waited_ms),
        }
    }
}

fn forget_old(window: &mut VecDeque<Instant>) {
    while window.front().is_some_and(|sent| sent.elapsed() >= WINDOW) {
        window.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_minute_holds_more_than_allowed() {
        let politeness =
            Politeness { requests_per_minute: 10, parallel_requests: 2, ..Politeness::default() };
        let gate = Gate::new(&politeness, Arc::default());
        let mut sent = Vec::new();
        for _ in 0..35 {
            let _place = gate.place().await;
            gate.turn().await;
            sent.push(Instant::now());
        }
        for from in &sent {
            let within =
                sent.iter().filter(|at| *at >= from && **at < *from + Duration::from_secs(60)).count();
            assert!(within <= 10, "{within}");
        }
        let counts = gate.counts();
        assert_eq!((counts.requests, counts.busiest_minute, counts.most_at_once), (35, 10, 1));
        assert_eq!((counts.waited, counts.waited_ms), (3, 3 * 61_000));
    }
}
