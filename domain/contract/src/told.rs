//! Calling a port as a careful caller does: again while it fails as transient, and remembering that an
//! answer after a failure may be about one's own earlier call.

use domain::ports::{ErrorClass, PortError, PortResult};
use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::Barrier;

/// Tries of one call before the suite gives up: with a fault in one of five calls nobody ever gets here.
const TRIES_MAX: usize = 100;

/// An answer, and whether it is about the call that was meant.
#[derive(Clone, Debug)]
pub struct Told<T> {
    /// The first answer that was not transient.
    pub answer: PortResult<T>,
    /// Whether no call before it failed. An unsure answer may show the effect of one's own earlier call.
    pub sure: bool,
}

impl<T: Debug> Told<T> {
    /// The value.
    ///
    /// # Panics
    /// When the port failed for good.
    pub fn value(self) -> T {
        match self.answer {
            Ok(value) => value,
            #[expect(clippy::panic, reason = "a broken clause fails its test")]
            Err(error) => panic!("unexpected {:?}: {error}", error.class),
        }
    }

    /// Whether it failed with this class.
    pub fn failed(&self, class: ErrorClass) -> bool {
        self.answer.as_ref().is_err_and(|error| error.class == class)
    }

    /// Asserts that the call failed with this class.
    ///
    /// # Panics
    /// When it did not.
    pub fn must_fail(&self, class: ErrorClass) {
        let got = self.answer.as_ref().map_err(|error| error.class);
        assert!(self.failed(class), "expected {class:?}, got {got:?}");
    }

    /// Asserts that the call succeeded, or that an unsure one failed with this class, which is what a
    /// repeat of one's own call meets.
    ///
    /// # Panics
    /// When neither.
    pub fn must_have_happened(&self, or: ErrorClass) {
        let class = self.answer.as_ref().err().map(|error| error.class);
        assert!(class.is_none() || (!self.sure && class == Some(or)), "unexpected {class:?}");
    }
}

impl Told<bool> {
    /// Asserts that the call was the first of its kind: true, unless an own earlier one may have been.
    ///
    /// # Panics
    /// When it was not.
    pub fn must_be_first(self) {
        let sure = self.sure;
        assert!(self.value() || !sure, "the first call was taken for a repeat");
    }
}

/// Calls until the answer is not transient.
///
/// # Panics
/// When it never comes.
pub async fn tell<T, F>(call: impl Fn() -> F) -> Told<T>
where
    F: Future<Output = PortResult<T>>,
{
    let mut last = PortError::transient("contract", "never called");
    for tried in 0..TRIES_MAX {
        match call().await {
            Err(error) if error.class == ErrorClass::Transient => last = error,
            answer => return Told { answer, sure: tried == 0 },
        }
    }
    #[expect(clippy::panic, reason = "a port that stays transient fails its test")]
    {
        panic!("still transient after {TRIES_MAX} tries: {last}")
    }
}

/// Calls until the answer is not transient, and takes the value: for reads, and for writes that may be
/// repeated without harm.
///
/// # Panics
/// When the port failed for good.
pub async fn surely<T: Debug, F>(call: impl Fn() -> F) -> T
where
    F: Future<Output = PortResult<T>>,
{
    tell(call).await.value()
}

/// Runs one task for each number below `count`, all let go at the same moment.
///
/// # Panics
/// When a task panicked.
pub async fn race<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(count));
    let tasks: Vec<_> = (0..count)
        .map(|index| {
            let (start, task) = (Arc::clone(&start), task(index));
            tokio::spawn(async move {
                start.wait().await;
                task.await
            })
        })
        .collect();
    let mut results = Vec::with_capacity(count);
    for task in tasks {
        match task.await {
            Ok(result) => results.push(result),
            #[expect(clippy::panic, reason = "a racer's failed assertion fails the test")]
            Err(error) => panic!("a racer ended: {error}"),
        }
    }
    results
}

/// Asserts that one of the racing calls won; each is told as (sure, won). None may have won only where an unsure
/// answer can hide the win: that of the caller's own earlier, lost one.
///
/// # Panics
/// When several won, or none did and every answer is sure.
pub fn assert_one_won(told: impl IntoIterator<Item = (bool, bool)>, call: &str) {
    let (mut wins, mut unsure) = (0, 0);
    for (sure, won) in told {
        wins += usize::from(won);
        unsure += usize::from(!sure);
    }
    assert!(wins <= 1, "{wins} of the racing calls to {call} won");
    assert!(wins == 1 || unsure > 0, "none of the racing calls to {call} won");
}
