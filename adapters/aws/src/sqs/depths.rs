//! What the queues hold, by SQS's own approximate counts, and whether they can be worked with.

use super::{Inner, SqsQueue};
use crate::calls::Call;
use crate::error::classed;
use async_trait::async_trait;
use aws_sdk_sqs::types::QueueAttributeName::{
    self, ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
    ApproximateNumberOfMessagesNotVisible,
};
use domain::ids::QueueName;
use domain::ports::{BackEnd, PortResult, QueueDepth};
use std::collections::HashMap;

impl Inner {
    /// Every known queue, the dead-letter queues as rows of their own. SQS cannot tell the oldest item.
    pub(super) async fn depths(&self) -> PortResult<Vec<QueueDepth>> {
        let queues = self.all_queues();
        let asked = queues.iter().map(|queue| self.depth(queue));
        futures::future::join_all(asked).await.into_iter().collect()
    }

    async fn depth(&self, queue: &QueueName) -> PortResult<QueueDepth> {
        let attributes = self.attributes(queue).await?;
        let number = |name| attributes.get(&name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        Ok(QueueDepth {
            queue: queue.clone(),
            waiting: number(ApproximateNumberOfMessages) + number(ApproximateNumberOfMessagesDelayed),
            leased: number(ApproximateNumberOfMessagesNotVisible),
            oldest: None,
        })
    }

    /// A queue's attributes.
    pub(super) async fn attributes(
        &self,
        queue: &QueueName,
    ) -> PortResult<HashMap<QueueAttributeName, String>> {
        let url = self.url(queue).await?;
        self.counter.count(Call::GetQueueAttributes);
        let request = self.client.get_queue_attributes().queue_url(url);
        let answer = request.attribute_names(QueueAttributeName::All).send().await.map_err(|error| {
            self.note(queue, classed(Call::GetQueueAttributes, &self.thing(queue), &error))
        })?;
        Ok(answer.attributes.unwrap_or_default())
    }
}

#[async_trait]
impl BackEnd for SqsQueue {
    fn name(&self) -> String {
        format!("SQS at {}", self.0.place)
    }

    async fn ping(&self) -> PortResult<String> {
        let depths = self.0.depths().await?;
        let (queues, waiting): (usize, u64) =
            (depths.len(), depths.iter().map(|depth| depth.waiting + depth.leased).sum());
        Ok(format!("{queues} queues, about {waiting} messages"))
    }

    fn requests(&self) -> Option<u64> {
        Some(self.0.counter.total())
    }
}
