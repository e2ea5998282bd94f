//! `[ocr]`, `[work]`, `[retry]`: how much is done side by side, how long it may take, how often it is tried.

use super::section::Section;
use actors::stage::StageLimits;
use domain::retry::RetryPolicy;
use domain::work::DELIVERIES_DEAD;
use jiff::SignedDuration;
use std::time::Duration;

/// Page reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcrSettings {
    /// Worker processes; one a core unless set.
    pub workers: usize,
    /// Of these, how many stay warm however long there is nothing to read.
    pub workers_kept: usize,
    /// A worker that nobody has needed for this long is let go.
    pub idle_after: Duration,
    /// A worker that reads one page for longer is killed and replaced.
    pub page_deadline: Duration,
    /// The same for putting a packet together or writing its searchable PDF.
    pub packet_deadline: Duration,
    /// How long the words of a recognised page are kept for other packets it comes in; none: not at all.
    pub recognitions_kept: Option<SignedDuration>,
    /// Of how many pages words are kept; those that expire first go.
    pub recognitions_max: u64,
}

/// Work items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkSettings {
    /// How long a lease lasts unless renewed; after a crash, the wait until somebody else takes the item.
    pub lease: Duration,
    /// The longest a stage may work on one item, however often it renews.
    pub run_max: Duration,
    /// Deliveries after which an item that always takes its worker down is parked.
    pub deliveries_max: u32,
    /// Packets a stage works on side by side.
    pub parallel: usize,
    /// How often a stage looks into its queue when nobody nudges it.
    pub queue_poll: Duration,
    /// How long a scraper waits for a session before it gives its item back.
    pub session_wait: Duration,
    /// A request without progress for this long is enqueued again.
    pub progress_limit: Duration,
    /// How often such requests are looked for.
    pub recovery_interval: Duration,
    /// What is in hand may be finished within this time after TERM.
    pub drain_grace: Duration,
    /// Failures.
    pub retry: RetryPolicy,
}

impl WorkSettings {
    /// What each stage is bound by.
    pub fn stage_limits(&self) -> StageLimits {
        StageLimits {
            lease: self.lease,
            run_max: self.run_max,
            deliveries_max: self.deliveries_max,
            retry: self.retry,
        }
    }
}

/// What `[ocr]` falls back to while a mistake is being reported.
const FALLBACK: Duration = Duration::from_secs(1);

/// A note that is routed again comes within days; a month also covers a refill of supplies.
const RECOGNITION_DAYS: u32 = 30;
/// MongoDB drops files 45 days after they were written: words are not promised for longer.
const RECOGNITION_DAYS_MAX: u32 = 45;
/// 40 kB a page: at most 4 GB.
const RECOGNITION_PAGES: u32 = 100_000;

/// Reads `[ocr]`. `cores` is how many this machine has.
pub(super) fn read_ocr(mut section: Section<'_>, cores: usize) -> OcrSettings {
    let workers = section.count("workers", 1..=64).map_or(cores, |count| count as usize);
    let workers_kept = section.count("workers_kept", 0..=64).unwrap_or(0) as usize;
    let idle_after = section.duration("idle_after").unwrap_or(FALLBACK);
    let page_deadline = section.duration("page_deadline").unwrap_or(FALLBACK);
    let packet_deadline = section.duration("packet_deadline").unwrap_or(FALLBACK);
    let days = section.count("recognition_days", 0..=RECOGNITION_DAYS_MAX).unwrap_or(RECOGNITION_DAYS);
    let recognitions_max =
        section.count("recognition_pages_max", 1..=10_000_000).unwrap_or(RECOGNITION_PAGES);
    section.finish();
    let recognitions_kept = (days > 0).then(|| SignedDuration::from_hours(i64::from(days) * 24));
    let recognitions_max = u64::from(recognitions_max);
    OcrSettings {
        workers,
        workers_kept,
        idle_after,
        page_deadline,
        packet_deadline,
        recognitions_kept,
        recognitions_max,
    }
}

/// Reads `[work]` and `[retry]`.
pub(super) fn read_work(mut work: Section<'_>, mut retry: Section<'_>) -> WorkSettings {
    let deliveries_max = work.count("deliveries_max", 2..=DELIVERIES_DEAD - 1).unwrap_or(1);
    let parallel = work.count("parallel", 1..=64).unwrap_or(1) as usize;
    let mut duration = |key| work.duration(key).unwrap_or(FALLBACK);
    let settings = WorkSettings {
        lease: duration("lease"),
        run_max: duration("run_max"),
        deliveries_max,
        parallel,
        queue_poll: duration("queue_poll"),
        session_wait: duration("session_wait"),
        progress_limit: duration("progress_limit"),
        recovery_interval: duration("recovery_interval"),
        drain_grace: duration("drain_grace"),
        retry: read_retry(&mut retry),
    };
    if settings.run_max < settings.lease {
        work.note("run_max", "is shorter than lease; a stage must be able to work for one lease");
    }
    work.finish();
    retry.finish();
    settings
}

fn read_retry(section: &mut Section<'_>) -> RetryPolicy {
    let defaults = RetryPolicy::default();
    let attempts_max = section.count("attempts_max", 1..=100).unwrap_or(defaults.attempts_max);
    let mut wait = |key, default| section.duration(key).map_or(default, signed);
    RetryPolicy {
        attempts_max,
        wait_first: wait("wait_first", defaults.wait_first),
        wait_max: wait("wait_max", defaults.wait_max),
        wait_uncounted: wait("wait_uncounted", defaults.wait_uncounted),
        wait_uncounted_max: wait("wait_uncounted_max", defaults.wait_uncounted_max),
    }
}

/// A setting's duration as the domain counts it.
pub fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
