//! Seeded faults in front of any port: a call fails before it did anything, or it takes effect and the
//! caller is told that it failed, which is what a timeout looks like.

mod audit;
mod model;
mod queue;
mod records;
mod stores;

use crate::dice::Dice;
use crate::locked;
use domain::ports::PortError;
use domain::work::Lease;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::Poll;

/// Chances in a thousand calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The call fails as transient and does nothing.
    pub fail_before: u32,
    /// The call takes effect and fails as transient.
    pub fail_after: u32,
    /// A queue hands a leased item out once more.
    pub deliver_twice: u32,
    /// A lease has ended when it is renewed or settled, and the item is visible again.
    pub expire_early: u32,
    /// Each call first lets other tasks run up to this many times; not a chance, a count.
    pub yields_max: u32,
}

impl Faults {
    /// Faults a caller cures by trying again; the contract suites pass under them.
    pub const fn retryable() -> Self {
        Self { fail_before: 100, fail_after: 100, deliver_twice: 0, expire_early: 0, yields_max: 3 }
    }

    /// Everything that may happen, for the simulation.
    pub const fn rough() -> Self {
        Self { fail_before: 30, fail_after: 30, deliver_twice: 30, expire_early: 30, yields_max: 5 }
    }
}

/// How many faults were injected so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultTally {
    /// Calls that did nothing.
    pub failed_before: u64,
    /// Calls that took effect and failed.
    pub failed_after: u64,
    /// Leases handed out twice.
    pub delivered_twice: u64,
    /// Leases that ended early.
    pub expired_early: u64,
}

/// How often one call of a port was made, and how often it took effect and its answer was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallTally {
    /// Calls in all.
    pub made: u64,
    /// Those whose answer was lost.
    pub lost: u64,
}

/// A port behind seeded faults; it meets every port that `P` meets.
///
/// The same seed and the same order of calls give the same faults.
pub struct Faulty<P: ?Sized> {
    faults: Mutex<Faults>,
    tally: Mutex<FaultTally>,
    calls: Mutex<BTreeMap<&'static str, CallTally>>,
    dice: Dice,
    /// Leases that will be handed out once more.
    echoes: Mutex<Vec<Lease>>,
    inner: Arc<P>,
}

enum Fault {
    None,
    Before,
    After,
}

impl<P: ?Sized> Faulty<P> {
    /// Puts faults in front of a port.
    pub fn new(inner: Arc<P>, faults: Faults, seed: u64) -> Self {
        Self {
            faults: Mutex::new(faults),
            tally: Mutex::default(),
            calls: Mutex::default(),
            dice: Dice::new(seed),
            echoes: Mutex::default(),
            inner,
        }
    }

    /// Changes the chances; `Faults::default()` ends all faults.
    pub fn set_faults(&self, faults: Faults) {
        *locked(&self.faults) = faults;
    }

    /// What has been injected.
    pub fn tally(&self) -> FaultTally {
        *locked(&self.tally)
    }

    /// What has been called, by the method's name.
    pub fn calls(&self) -> BTreeMap<&'static str, CallTally> {
        locked(&self.calls).clone()
    }

    fn faults(&self) -> Faults {
        *locked(&self.faults)
    }

    fn count(&self, add: impl FnOnce(&mut FaultTally)) {
        add(&mut locked(&self.tally));
    }

    fn choose(&self) -> Fault {
        let faults = self.faults();
        if self.dice.hits(faults.fail_before) {
            self.count(|tally| tally.failed_before += 1);
            Fault::Before
        } else if self.dice.hits(faults.fail_after) {
            self.count(|tally| tally.failed_after += 1);
            Fault::After
        } else {
            Fault::None
        }
    }

    async fn call<T, E: From<PortError>>(
        &self,
        thing: &'static str,
        method: &'static str,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let yields = self.dice.below(u64::from(self.faults().yields_max) + 1);
        for _ in 0..yields {
            yield_once().await;
        }
        let fault = self.choose();
        let count = |add: fn(&mut CallTally)| add(locked(&self.calls).entry(method).or_default());
        count(|call| call.made += 1);
        match fault {
            Fault::None => call.await,
            Fault::Before => Err(PortError::transient(thing, "injected fault, nothing was done").into()),
            Fault::After => {
                call.await?;
                count(|call| call.lost += 1);
                Err(PortError::transient(thing, "injected fault, the answer was lost").into())
            }
        }
    }
}

/// Lets the other tasks of the runtime run once; written here because this crate knows no runtime.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
