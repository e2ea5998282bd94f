//! Leasing: receive, tell our own items from others' messages, and remember what is in hand.

use super::message::{self, Content};
use super::{BATCH, GRACE, Inner, VISIBILITY_MAX, visibility_seconds};
use crate::calls::Call;
use crate::error::classed;
use aws_sdk_sqs::config::Config;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use domain::ids::QueueName;
use domain::ports::{PortError, PortResult};
use domain::work::Lease;
use jiff::SignedDuration;
use std::time::Duration;
use tokio::time::Instant;

/// After this time at the latest a message that is not ours, or of a newer release, can be received again: by its
/// owner, or by the newer release that is being rolled out.
const BACK_AFTER_SECONDS: i32 = 30;

/// What becomes of messages that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// They go back after a short time: other consumers may be waiting for them.
    GoBack,
    /// They are left alone until their visibility ends: nobody but us reads dead letters.
    Stay,
}

/// Messages of one receive, and since when they are in hand at the latest estimate that is safe.
struct Received {
    messages: Vec<Message>,
    start: Instant,
}

impl Inner {
    pub(super) async fn lease(
        &self,
        queue: &QueueName,
        count: usize,
        ttl: SignedDuration,
        long_poll: Duration,
    ) -> PortResult<Vec<Lease>> {
        if ttl > VISIBILITY_MAX - GRACE {
            let cause = "SQS leases for less than 12 h at a time; lease for less and renew";
            return Err(PortError::permanent(self.thing(queue), cause));
        }
        let (mut leases, mut wait) = (Vec::new(), long_poll);
        for _ in 0..count.div_ceil(BATCH) {
            let wanted = (count - leases.len()).min(BATCH);
            let received = match self.receive(queue, wanted, ttl, wait).await {
                Ok(received) => received,
                Err(error) if leases.is_empty() => return Err(error),
                // What is in hand already must not wait for its visibility to end.
                Err(error) => {
                    tracing::debug!(%queue, %error, "a further batch could not be received");
                    break;
                }
            };
            let all_came = received.messages.len() == wanted;
            leases.extend(self.take(queue, received, ttl, Unreadable::GoBack).await);
            if !all_came || leases.len() >= count {
                break;
            }
            wait = Duration::ZERO;
        }
        Ok(leases)
    }

    /// Receives up to `wanted` messages of one queue and leases those it can read.
    pub(super) async fn lease_once(
        &self,
        queue: &QueueName,
        wanted: usize,
        ttl: SignedDuration,
        unreadable: Unreadable,
    ) -> PortResult<Vec<Lease>> {
        let received = self.receive(queue, wanted.min(BATCH), ttl, Duration::ZERO).await?;
        Ok(self.take(queue, received, ttl, unreadable).await)
    }

    async fn receive(
        &self,
        queue: &QueueName,
        wanted: usize,
        ttl: SignedDuration,
        wait: Duration,
    ) -> PortResult<Received> {
        let url = self.url(queue).await?;
        self.counter.count(Call::ReceiveMessage);
        let request = self
            .client
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(i32::try_from(wanted).unwrap_or(1))
            .visibility_timeout(visibility_seconds(ttl))
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap_or(0))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_attribute_names(message::TRACE)
            .message_attribute_names(message::VERSION);
        let timeouts = self.timeouts.longer_by(wait).config();
        let asked = Instant::now();
        let sent =
            request.customize().config_override(Config::builder().timeout_config(timeouts)).send().await;
        let answer = sent
            .map_err(|error| self.note(queue, classed(Call::ReceiveMessage, &self.thing(queue), &error)))?;
        // Without a wait the leases cannot have begun before the question; after a wait they began at an unknown
        // moment in it, and GRACE covers the answer's way.
        let start = if wait.is_zero() { asked } else { Instant::now() };
        Ok(Received { messages: answer.messages.unwrap_or_default(), start })
    }

    async fn take(
        &self,
        queue: &QueueName,
        received: Received,
        ttl: SignedDuration,
        unreadable: Unreadable,
    ) -> Vec<Lease> {
        let passed = SignedDuration::try_from(received.start.elapsed()).unwrap_or(SignedDuration::ZERO);
        let now = self.clock.now();
        let expires_at = now.saturating_add(ttl.saturating_sub(passed)).unwrap_or(now);
        let (mut leases, mut odd) = (Vec::new(), Vec::new());
        for message in &received.messages {
            let Some(token) = message.receipt_handle() else { continue };
            let content = message::content(message);
            let Content::Item(item) = content else {
                self.report(queue, message, &content);
                odd.push(token);
                continue;
            };
            self.held.take(token, received.start, ttl);
            let deliveries = deliveries(message);
            let (item, queue, token) = (*item, queue.clone(), token.to_owned());
            leases.push(Lease { item, queue, token, deliveries, expires_at });
        }
        if unreadable == Unreadable::GoBack && visibility_seconds(ttl) > BACK_AFTER_SECONDS {
            let back = odd.into_iter().map(|token| self.visible_after(queue, token, BACK_AFTER_SECONDS));
            for outcome in futures::future::join_all(back).await {
                // Its visibility ends all the same, only later.
                if let Err(error) = outcome {
                    tracing::debug!(%queue, %error, "a message could not be made visible again");
                }
            }
        }
        leases
    }

    /// Says once for each message that it was left alone; never what it holds.
    fn report(&self, queue: &QueueName, message: &Message, content: &Content) {
        let id = message.message_id().unwrap_or_default();
        if !self.odd.is_new(id) {
            return;
        }
        match content {
            Content::Newer => {
                tracing::warn!(%queue, message = id, "a work item of a newer release was left alone")
            }
            _ => tracing::warn!(%queue, message = id, "a message that is no work item was left alone"),
        }
    }
}

fn deliveries(message: &Message) -> u32 {
    let count = message
        .attributes()
        .and_then(|attributes| attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount));
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}
