//! The life of a leased item: order of steps, crashes between them, leases, failures, parking.

use crate::bench::{Bench, LEASE};
use actors::metrics::{Settled, StageMetrics};
use actors::stage::{self, StageFailure, StageLimits, StageWork};
use async_trait::async_trait;
use domain::parser::Reason;
use domain::ports::WorkQueue;
use domain::request::{Request, RequestStatus};
use domain::retry::Cause;
use domain::work::{Lease, Stage, WorkItem};
use jiff::SignedDuration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Reassembly's shell around a scripted step.
pub(crate) struct Scripted {
    bench: Arc<Bench>,
    step: Step,
    pub(crate) performed: AtomicU32,
}

pub(crate) enum Step {
    Succeed,
    Take(Duration),
    Fail(StageFailure),
    FailAfter(Duration, StageFailure),
    Panic,
}

#[async_trait]
impl StageWork for Scripted {
    type Output = ();

    fn stage(&self) -> Stage {
        Stage::Reassembly
    }

    async fn already_done(
        &self,
        item: &WorkItem,
        request: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        Ok(stage::request_done(request, item, self.bench.environment.now()))
    }

    async fn perform(&self, _: &WorkItem) -> Result<(), StageFailure> {
        self.performed.fetch_add(1, Ordering::Relaxed);
        match &self.step {
            Step::Succeed => Ok(()),
            Step::Take(time) => {
                tokio::time::sleep(*time).await;
                Ok(())
            }
            Step::Fail(failure) => Err(failure.clone()),
            Step::FailAfter(time, failure) => {
                tokio::time::sleep(*time).await;
                Err(failure.clone())
            }
            Step::Panic => panic!("scripted"),
        }
    }

    async fn commit(&self, item: &WorkItem, (): ()) -> Result<Vec<WorkItem>, StageFailure> {
        tokio::task::yield_now().await;
        let environment = &self.bench.environment;
        let now = environment.now();
        let request = environment
            .update_request(&item.subject.request(), |request| {
                let wanted = request.wants(item);
                if wanted {
                    request.advance_to(Stage::Ocr, now);
                }
                wanted
            })
            .await?;
        self.bench.log.lock().expect("a log").push("commit".to_owned());
        Ok(stage::request_done(&request, item, now).unwrap_or_default())
    }
}

pub(crate) fn scripted(bench: &Arc<Bench>, step: Step) -> Scripted {
    Scripted { bench: Arc::clone(bench), step, performed: AtomicU32::new(0) }
}

fn failing(bench: &Arc<Bench>, cause: Cause) -> Scripted {
    scripted(bench, Step::Fail(StageFailure::failed(cause, "scripted")))
}

pub(crate) async fn run(work: &Scripted, lease: &Lease) -> Settled {
    let limits = StageLimits::default();
    stage::run(work, lease, &work.bench.environment, &limits, &StageMetrics::default()).await
}

/// Leases the item as soon as it is visible again.
async fn lease_again(bench: &Bench) -> Lease {
    loop {
        if let Some(lease) = bench.try_lease(Stage::Reassembly).await {
            return lease;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn results_are_stored_then_enqueued_then_acknowledged() {
    let bench = Arc::new(Bench::new());
    bench.request_before(Stage::Reassembly, 1).await;
    let settled = run(&scripted(&bench, Step::Succeed), &bench.lease(Stage::Reassembly).await).await;
    assert_eq!(settled, Settled::Advanced);
    assert_eq!(bench.happened(), ["commit", "enqueue", "acknowledge"]);
    assert_eq!(bench.queued(), [Stage::Ocr]);
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_point_gives_a_repeat_and_never_a_loss() {
    for point in ["leased", "performed", "stored", "enqueued", "acknowledged"] {
        let crash = Arc::new(tokio::sync::Notify::new());
        let (rung, name) = (Arc::clone(&crash), format!("reassembly.{point}"));
        let stop_point = move |passed: &str| {
            if passed == name {
                rung.notify_one();
            }
        };
        let bench = Arc::new(Bench::with_stop_point(Arc::new(stop_point)));
        let request = bench.request_before(Stage::Reassembly, 1).await;
        let (work, lease) = (scripted(&bench, Step::Succeed), bench.lease(Stage::Reassembly).await);
        tokio::select! {
            biased;
            () = crash.notified() => {}
            _ = run(&work, &lease) => assert_eq!(point, "acknowledged", "it was not cut off"),
        }
        tokio::time::sleep(LEASE.unsigned_abs()).await;
        if let Some(lease) = bench.try_lease(Stage::Reassembly).await {
            let settled = run(&work, &lease).await;
            let before_commit = matches!(point, "leased" | "performed");
            let expected = if before_commit { Settled::Advanced } else { Settled::Repeated };
            assert_eq!(settled, expected, "after a crash at {point}");
        }
        assert_eq!(bench.queued(), [Stage::Ocr], "after a crash at {point}");
        let status = bench.stored(&request.id).await.status;
        assert_eq!(status, RequestStatus::InWork { stage: Stage::Ocr }, "after a crash at {point}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_step_keeps_its_lease() {
    let bench = Arc::new(Bench::new());
    bench.request_before(Stage::Reassembly, 1).await;
    let work = scripted(&bench, Step::Take(Duration::from_secs(20 * 60)));
    let lease = bench.lease(Stage::Reassembly).await;
    let others = async {
        loop {
            assert!(bench.try_lease(Stage::Reassembly).await.is_none(), "somebody else got the item");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::select! {
        settled = run(&work, &lease) => assert_eq!(settled, Settled::Advanced),
        () = others => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_without_its_lease_is_given_up() {
    let bench = Arc::new(Bench::new());
    bench.request_before(Stage::Reassembly, 1).await;
    let work = scripted(&bench, Step::Take(Duration::from_secs(60)));
    let lease = bench.lease(Stage::Reassembly).await;
    bench.stores.queue.release(&lease, SignedDuration::ZERO).await.expect("released");
    assert_eq!(run(&work, &lease).await, Settled::LeaseLost);
    assert_eq!(bench.queued(), [Stage::Reassembly], "the item is still there for its next holder");
}

#[tokio::test(start_paused = true)]
async fn a_step_that_never_ends_is_cut_off_and_counted() {
    let bench = Arc::new(Bench::new());
    let request = bench.request_before(Stage::Reassembly, 1).await;
    let work = scripted(&bench, Step::Take(Duration::MAX));
    let settled = run(&work, &bench.lease(Stage::Reassembly).await).await;
    assert_eq!(settled, Settled::Retried(Cause::Unavailable));
    assert_eq!(bench.stored(&request.id).await.failures.total(), 1);
}

#[tokio::test(start_paused = true)]
async fn counted_causes_are_retried_and_then_parked_with_their_cause() {
    for cause in [Cause::Unavailable, Cause::WorkerDied, Cause::UnexpectedPage, Cause::Panicked] {
        let bench = Arc::new(Bench::new());
        let request = bench.request_before(Stage::Reassembly, 1).await;
        let panics = cause == Cause::Panicked;
        let work = if panics { scripted(&bench, Step::Panic) } else { failing(&bench, cause) };
        let attempts = StageLimits::default().retry.attempts_max;
        for _ in 1..attempts {
            assert_eq!(run(&work, &lease_again(&bench).await).await, Settled::Retried(cause));
        }
        assert_eq!(run(&work, &lease_again(&bench).await).await, Settled::Parked(cause));
        assert_eq!(bench.queued(), [], "parked work is in the store alone");
        let RequestStatus::Parked(park) = bench.stored(&request.id).await.status else {
            panic!("not parked")
        };
        assert_eq!((park.stage, park.cause), (Stage::Reassembly, cause));
        assert!(!park.detail.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn causes_that_do_not_count_never_use_anything_up() {
    for cause in [Cause::SessionLost, Cause::EarlierRequest, Cause::PortalLocked, Cause::Conflict] {
        let bench = Arc::new(Bench::new());
        let request = bench.request_before(Stage::Reassembly, 1).await;
        let work = failing(&bench, cause);
        for attempt in 0..60 {
            let settled = run(&work, &lease_again(&bench).await).await;
            assert_eq!(settled, Settled::Retried(cause), "attempt {attempt}");
        }
        let settled = run(&scripted(&bench, Step::Succeed), &lease_again(&bench).await).await;
        assert_eq!(settled, Settled::Advanced);
        assert_eq!(bench.queued(), [Stage::Ocr]);
        assert_eq!(bench.stored(&request.id).await.failures.total(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_that_always_takes_its_worker_down_is_parked_unopened() {
    let bench = Arc::new(Bench::new());
    let request = bench.request_before(Stage::Reassembly, 1).await;
    for _ in 0..StageLimits::default().deliveries_max {
        lease_again(&bench).await;
    }
    let work = scripted(&bench, Step::Succeed);
    let settled = run(&work, &lease_again(&bench).await).await;
    assert_eq!(settled, Settled::Parked(Cause::Permanent));
    assert_eq!(work.performed.load(Ordering::Relaxed), 0);
    assert!(matches!(bench.stored(&request.id).await.status, RequestStatus::Parked(_)));
}

#[tokio::test(start_paused = true)]
async fn a_throttling_portal_is_left_alone_for_as_long_as_it_asks() {
    let bench = Arc::new(Bench::new());
    bench.request_before(Stage::Reassembly, 1).await;
    let failure = StageFailure::Failed {
        cause: Cause::Throttled,
        detail: "scripted".to_owned(),
        retry_after: Some(Duration::from_secs(90)),
    };
    let work = scripted(&bench, Step::Fail(failure));
    run(&work, &bench.lease(Stage::Reassembly).await).await;
    tokio::time::sleep(Duration::from_secs(89)).await;
    assert!(bench.try_lease(Stage::Reassembly).await.is_none());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(bench.try_lease(Stage::Reassembly).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_person_waits_with_its_reasons() {
    let bench = Arc::new(Bench::new());
    let request = bench.request_before(Stage::Reassembly, 1).await;
    let reasons = vec![Reason { code: "quarantine:mrn".to_owned(), text: "look".to_owned() }];
    let work = scripted(&bench, Step::Fail(StageFailure::NeedsPerson(reasons.clone())));
    run(&work, &bench.lease(Stage::Reassembly).await).await;
    assert_eq!(bench.stored(&request.id).await.status, RequestStatus::NeedsPerson { reasons });
    assert_eq!(bench.queued(), []);
}

/// A second copy of an item whose first copy has done the work must not undo it, however it fails.
#[tokio::test(start_paused = true)]
async fn a_late_copy_never_parks_a_request_that_has_moved_on() {
    let failures = [
        StageFailure::failed(Cause::Permanent, "scripted"),
        StageFailure::NeedsPerson(vec![Reason { code: "late".to_owned(), text: "late".to_owned() }]),
    ];
    for failure in failures {
        let bench = Arc::new(Bench::new());
        let request = bench.request_before(Stage::Reassembly, 1).await;
        let first = bench.lease(Stage::Reassembly).await;
        tokio::time::sleep(LEASE.unsigned_abs()).await;
        let second = bench.lease(Stage::Reassembly).await;
        // The first holder, whose lease has ended, finishes while the second one is at work.
        let late = scripted(&bench, Step::FailAfter(Duration::from_secs(5), failure));
        let early = scripted(&bench, Step::Succeed);
        tokio::join!(run(&late, &second), run(&early, &first));
        assert_eq!(late.performed.load(Ordering::Relaxed), 1);
        let moved_on = RequestStatus::InWork { stage: Stage::Ocr };
        assert_eq!(bench.stored(&request.id).await.status, moved_on, "the late copy changed the request");
        assert_eq!(bench.stored(&request.id).await.failures.total(), 0);
    }
}
