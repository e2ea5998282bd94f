//! The work queue on SQS.
//!
//! A lease is a received message; its token is the receipt handle, and its end the message's visibility timeout.
//! On the real service a *stale* receipt handle may still delete a message or change its visibility, so the
//! service alone does not keep Q-3: [`Held`] remembers every lease with its end on the monotonic clock, and what
//! is not in it any more is answered with `LeaseLost` without a call. A queue object therefore settles only what
//! it leased itself; what another process, or this one before a restart, leased comes back by itself. (A machine
//! that was suspended does not notice the time it slept; what it then settles was handed out again and is
//! absorbed by the commit keys.)
//!
//! Standard queues only: FIFO queues would hand out one message of a group at a time.

mod dead;
mod depths;
mod ensure;
mod fax;
mod held;
mod lease;
mod message;
mod names;
mod odd;
mod plan;
mod send;

pub use fax::SqsFaxQueue;
pub use names::QueueNames;
pub use plan::{QueueFinding, QueueState};

use crate::Requests;
use crate::calls::{Call, Counter};
use crate::connection::{AwsConnection, Timeouts};
use crate::error::classed;
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use domain::ids::QueueName;
use domain::ports::{Clock, PortError, PortResult, QueueDepth, WorkQueue};
use domain::work::{DELAY_MAX, DELIVERIES_DEAD, Lease, WorkItem};
use held::Held;
use jiff::SignedDuration;
use odd::Odd;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;

/// The most messages of one batch, sent or received; SQS's limit.
const BATCH: usize = 10;

/// The longest wait of one receive; SQS's limit.
const LONG_POLL_MAX: Duration = Duration::from_secs(20);

/// The longest a message can stay invisible after it was received, renewals included; SQS's limit.
const VISIBILITY_MAX: SignedDuration = SignedDuration::from_hours(12);

/// A received message stays invisible so much longer than its lease lasts, so that the lease ends here first even
/// if the answer was on its way for a while.
const GRACE: SignedDuration = SignedDuration::from_secs(1);

/// Which queues there are and how they are worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqsOptions {
    /// What the queues are called on SQS.
    pub names: QueueNames,
    /// The queues the program works with: those `lease_dead`, `depths` and `ping` go through.
    pub queues: Vec<QueueName>,
    /// The installation's name: the value of the tag `epic-connector` on every queue of its own.
    pub installation: String,
    /// How long a `lease` waits for a first message, 0 to 20 s. A wait costs one request and no polling.
    pub long_poll: Duration,
    /// Deliveries after which SQS moves a message to the dead-letter queue, 1 to 1,000.
    pub deliveries_dead: u32,
    /// The KMS key (id, ARN or alias) that encrypts the queues; without one SQS's own.
    pub kms_key: Option<String>,
    /// Whether to work with queues that do not carry the installation's tag. Other consumers' messages are made
    /// visible again, but every look at them counts towards their own redrive limit.
    pub allow_shared: bool,
    /// The AWS account the queues belong to, where it is not the credentials' own.
    pub account: Option<String>,
}

impl SqsOptions {
    /// The ordinary way: queues of the installation's own, named by a prefix.
    pub fn new(prefix: &str, installation: &str, queues: Vec<QueueName>) -> Self {
        Self {
            names: QueueNames::new(prefix),
            queues,
            installation: installation.to_owned(),
            long_poll: LONG_POLL_MAX,
            deliveries_dead: DELIVERIES_DEAD,
            kms_key: None,
            allow_shared: false,
            account: None,
        }
    }

    fn validate(&self) -> PortResult<()> {
        let wrong = |cause: &str| Err(PortError::permanent("work queue on SQS", cause));
        if self.long_poll > LONG_POLL_MAX {
            return wrong("a long poll lasts at most 20 s");
        }
        if !(1..=1_000).contains(&self.deliveries_dead) {
            return wrong("the deliveries after which a message is dead must be 1 to 1,000");
        }
        if self.installation.is_empty() || self.installation.len() > 256 {
            return wrong("the installation's name must have 1 to 256 characters");
        }
        self.names.validate(&self.queues)
    }
}

/// Meets [`WorkQueue`] on SQS. Clones share everything.
#[derive(Clone)]
pub struct SqsQueue(Arc<Inner>);

struct Inner {
    client: Client,
    place: String,
    timeouts: Timeouts,
    options: SqsOptions,
    clock: Arc<dyn Clock>,
    urls: RwLock<HashMap<QueueName, String>>,
    held: Held,
    odd: Odd,
    counter: Counter,
    /// Where the next `lease_dead` begins.
    dead_turn: AtomicUsize,
}

impl fmt::Debug for SqsQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqsQueue").field("at", &self.0.place).finish_non_exhaustive()
    }
}

impl SqsQueue {
    /// Makes no call yet.
    ///
    /// # Errors
    /// `Permanent` when an option is out of SQS's bounds or a name cannot be a queue's.
    pub fn new(connection: &AwsConnection, options: SqsOptions, clock: Arc<dyn Clock>) -> PortResult<Self> {
        options.validate()?;
        Ok(Self(Arc::new(Inner {
            client: Client::new(&connection.config),
            place: connection.place("SQS"),
            timeouts: connection.timeouts,
            options,
            clock,
            urls: RwLock::default(),
            held: Held::default(),
            odd: Odd::default(),
            counter: Counter::default(),
            dead_turn: AtomicUsize::new(0),
        })))
    }

    /// How many calls were made, by kind.
    pub fn requests_by_kind(&self) -> Requests {
        self.0.counter.read()
    }

    /// How many different messages were met that this release cannot read; bounded memory, so a lower bound.
    pub fn unreadable(&self) -> u64 {
        self.0.odd.count()
    }
}

impl Inner {
    /// The queue's address, asked for once.
    async fn url(&self, queue: &QueueName) -> PortResult<String> {
        if let Some(url) = self.urls.read().unwrap_or_else(PoisonError::into_inner).get(queue) {
            return Ok(url.clone());
        }
        self.counter.count(Call::GetQueueUrl);
        let asked = self
            .client
            .get_queue_url()
            .queue_name(self.options.names.on_sqs(queue))
            .set_queue_owner_aws_account_id(self.options.account.clone())
            .send()
            .await;
        let answer = asked.map_err(|error| classed(Call::GetQueueUrl, &self.thing(queue), &error))?;
        let url = answer.queue_url().unwrap_or_default().to_owned();
        self.remember(queue, url.clone());
        Ok(url)
    }

    fn remember(&self, queue: &QueueName, url: String) {
        self.urls.write().unwrap_or_else(PoisonError::into_inner).insert(queue.clone(), url);
    }

    /// Forgets a queue's address when the queue was not there, so that one made anew is found.
    fn note(&self, queue: &QueueName, error: PortError) -> PortError {
        if error.class == domain::ports::ErrorClass::Permanent {
            self.urls.write().unwrap_or_else(PoisonError::into_inner).remove(queue);
        }
        error
    }

    fn thing(&self, queue: &QueueName) -> String {
        format!("work queue {} on SQS", self.options.names.on_sqs(queue))
    }

    /// Every known queue and its dead-letter queue.
    fn all_queues(&self) -> Vec<QueueName> {
        let own = self.options.queues.iter().cloned();
        own.chain(self.options.queues.iter().map(QueueNames::dead)).collect()
    }

    /// Makes a leased message visible after so many seconds.
    async fn visible_after(&self, queue: &QueueName, token: &str, seconds: i32) -> PortResult<()> {
        let url = self.url(queue).await?;
        self.counter.count(Call::ChangeMessageVisibility);
        let request = self.client.change_message_visibility().queue_url(url).receipt_handle(token);
        let done = request.visibility_timeout(seconds).send().await;
        done.map(drop).map_err(|error| {
            self.note(queue, classed(Call::ChangeMessageVisibility, &self.thing(queue), &error))
        })
    }

    /// Forgets a lease that the service says has ended.
    fn settled<T>(&self, lease: &Lease, outcome: PortResult<T>) -> PortResult<T> {
        if outcome.as_ref().is_err_and(|error| error.class == domain::ports::ErrorClass::LeaseLost) {
            self.held.forget(&lease.token);
            return Err(lost(lease));
        }
        outcome
    }
}

#[async_trait]
impl WorkQueue for SqsQueue {
    async fn enqueue(&self, items: &[WorkItem], delay: SignedDuration) -> PortResult<()> {
        let seconds = delay_seconds(delay)?;
        let mut by_queue: BTreeMap<QueueName, Vec<&WorkItem>> = BTreeMap::new();
        for item in items {
            by_queue.entry(item.queue()).or_default().push(item);
        }
        let sent = by_queue.iter().map(|(queue, items)| self.0.send(queue, items, seconds));
        futures::future::join_all(sent).await.into_iter().collect()
    }

    async fn lease(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.0.lease(queue, count, ttl, self.0.options.long_poll).await
    }

    async fn renew(&self, lease: &Lease, ttl: SignedDuration) -> PortResult<()> {
        let (inner, asked) = (&*self.0, Instant::now());
        let hold = inner.held.get(&lease.token, asked).ok_or_else(|| lost(lease))?;
        let ends = held::after(asked, ttl);
        if ends > hold.limit {
            return Err(lost(lease));
        }
        let renewed = inner.visible_after(&lease.queue, &lease.token, visibility_seconds(ttl)).await;
        inner.settled(lease, renewed)?;
        inner.held.renew(&lease.token, ends);
        Ok(())
    }

    async fn acknowledge(&self, lease: &Lease) -> PortResult<()> {
        let inner = &*self.0;
        inner.held.get(&lease.token, Instant::now()).ok_or_else(|| lost(lease))?;
        let url = inner.url(&lease.queue).await?;
        inner.counter.count(Call::DeleteMessage);
        let deleted = inner.client.delete_message().queue_url(url).receipt_handle(&lease.token).send().await;
        let deleted = deleted.map(drop).map_err(|error| {
            inner.note(&lease.queue, classed(Call::DeleteMessage, &inner.thing(&lease.queue), &error))
        });
        inner.settled(lease, deleted)?;
        inner.held.forget(&lease.token);
        Ok(())
    }

    async fn release(&self, lease: &Lease, delay: SignedDuration) -> PortResult<()> {
        let (inner, seconds) = (&*self.0, delay_seconds(delay)?);
        inner.held.get(&lease.token, Instant::now()).ok_or_else(|| lost(lease))?;
        let released = inner.visible_after(&lease.queue, &lease.token, seconds).await;
        inner.settled(lease, released)?;
        inner.held.forget(&lease.token);
        Ok(())
    }

    async fn lease_dead(&self, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.0.lease_dead(count, ttl).await
    }

    async fn depths(&self) -> PortResult<Vec<QueueDepth>> {
        self.0.depths().await
    }
}

fn lost(lease: &Lease) -> PortError {
    PortError::lease_lost(format!("work item {}", lease.item.id))
}

/// A delay in SQS's whole seconds, rounded up; none below zero.
fn delay_seconds(delay: SignedDuration) -> PortResult<i32> {
    if delay > DELAY_MAX {
        let cause = "a queue delays by 15 min at most; keep a longer wait in the store";
        return Err(PortError::permanent("work queue on SQS", cause));
    }
    Ok(whole_seconds(delay))
}

/// How long a message is taken out of sight for a lease of `ttl`.
fn visibility_seconds(ttl: SignedDuration) -> i32 {
    whole_seconds(ttl.saturating_add(GRACE).clamp(GRACE, VISIBILITY_MAX))
}

/// Rounded up, so that nothing becomes visible too early.
fn whole_seconds(duration: SignedDuration) -> i32 {
    let up = duration.as_secs() + i64::from(duration.subsec_nanos() > 0);
    i32::try_from(up.max(0)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ports::ErrorClass;

    #[test]
    fn durations_become_whole_seconds_rounded_up() {
        assert_eq!(whole_seconds(SignedDuration::from_millis(1_001)), 2);
        assert_eq!(whole_seconds(SignedDuration::from_secs(-5)), 0);
        assert_eq!(visibility_seconds(SignedDuration::from_millis(1_500)), 3);
        assert_eq!(visibility_seconds(SignedDuration::MAX), 43_200);
        assert_eq!(delay_seconds(DELAY_MAX).expect("the longest"), 900);
        let too_long = delay_seconds(DELAY_MAX + SignedDuration::from_secs(1)).expect_err("too long");
        assert_eq!(too_long.class, ErrorClass::Permanent);
    }

    #[test]
    fn options_out_of_bounds_are_refused() {
        let fine = SqsOptions::new("p_", "one", vec![QueueName::new("epic_ocr")]);
        assert!(fine.validate().is_ok());
        let wrong = [
            SqsOptions { long_poll: Duration::from_secs(21), ..fine.clone() },
            SqsOptions { deliveries_dead: 0, ..fine.clone() },
            SqsOptions { installation: String::new(), ..fine.clone() },
            SqsOptions { names: QueueNames::new("a.b"), ..fine },
        ];
        for options in wrong {
            assert_eq!(options.validate().expect_err("out of bounds").class, ErrorClass::Permanent);
        }
    }
}
