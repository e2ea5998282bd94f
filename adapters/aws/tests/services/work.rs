//! A set of queues of a test's own, and the contract of the work queue on them.

use crate::support::{Server, clean, connection, sdk, unique};
use async_trait::async_trait;
use aws::{SqsOptions, SqsQueue};
use aws_sdk_sqs::Client;
use contract::{Harness, QueueHarness, sample};
use domain::ids::QueueName;
use domain::ports::WorkQueue;
use domain::work::Stage;
use jiff::{SignedDuration, Timestamp};
use memory::FnClock;
use std::sync::Arc;
use std::time::Duration;

/// How long the suite leases: real time passes, so it is short, but not so short that a busy server is too slow.
const TTL: SignedDuration = SignedDuration::from_secs(2);

/// A lease's time, the second for which SQS keeps it longer, and a little more.
const PAST_TTL: Duration = Duration::from_millis(3_400);

/// Queues of one test: those of parsing and OCR, each with its dead letters.
pub(crate) struct Queues {
    pub(crate) options: SqsOptions,
    pub(crate) client: Client,
}

impl Queues {
    /// Queues that exist.
    #[expect(clippy::expect_used, reason = "without queues there is no test")]
    pub(crate) async fn new() -> Self {
        let queues = Self::planned().await;
        queues.handle().await.ensure(&queues.options.queues).await.expect("queues");
        queues
    }

    /// Queues that do not exist yet.
    pub(crate) async fn planned() -> Self {
        let prefix = format!("{}_", unique());
        let options = SqsOptions {
            long_poll: Duration::ZERO,
            deliveries_dead: 4,
            ..SqsOptions::new(&prefix, &prefix, vec![parse(), ocr()])
        };
        Self { options, client: Client::new(&sdk(Server::Sqs).await) }
    }

    pub(crate) async fn handle(&self) -> SqsQueue {
        self.handle_with(self.options.clone()).await
    }

    #[expect(clippy::expect_used, reason = "options that are refused fail the test")]
    pub(crate) async fn handle_with(&self, options: SqsOptions) -> SqsQueue {
        let clock = Arc::new(FnClock::new(Timestamp::now));
        SqsQueue::new(&connection(Server::Sqs).await, options, clock).expect("a queue")
    }

    /// A queue's address, to go behind the adapter's back.
    #[expect(clippy::expect_used, reason = "a queue that is not there fails the test")]
    pub(crate) async fn url(&self, queue: &QueueName) -> String {
        let name = self.options.names.on_sqs(queue);
        let answer = self.client.get_queue_url().queue_name(name).send().await.expect("the queue");
        answer.queue_url().expect("an address").to_owned()
    }
}

impl Drop for Queues {
    fn drop(&mut self) {
        let (client, prefix) = (self.client.clone(), self.options.installation.clone());
        clean(async move {
            let listed = client.list_queues().queue_name_prefix(prefix).send().await;
            for url in listed.map(|listed| listed.queue_urls.unwrap_or_default()).unwrap_or_default() {
                let _ = client.delete_queue().queue_url(url).send().await;
            }
        });
    }
}

pub(crate) fn parse() -> QueueName {
    Stage::Parse.queue(&sample::portal())
}

pub(crate) fn ocr() -> QueueName {
    Stage::Ocr.queue(&sample::portal())
}

#[async_trait]
impl Harness<dyn WorkQueue> for Queues {
    async fn open(&self) -> Arc<dyn WorkQueue> {
        Arc::new(self.handle().await)
    }
}

#[async_trait]
impl QueueHarness for Queues {
    fn ttl(&self) -> SignedDuration {
        TTL
    }

    fn dead_after(&self) -> u32 {
        self.options.deliveries_dead
    }

    async fn let_lease_expire(&self) {
        tokio::time::sleep(PAST_TTL).await;
    }
}

contract::work_queue_suite!(contract_on_sqs, Queues::new().await);
