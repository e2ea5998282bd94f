//! Messages to a fax pipeline through its own queue on SQS. The queue is the pipeline's: nothing here makes, changes
//! or reads it.
//!
//! A standard queue holds a repeat beside its first; on a FIFO queue (`….fifo`) SQS itself drops repeats for five
//! minutes. Either way the fax id tells them, in the body and as the attribute `fax_id` beside it.

use crate::Requests;
use crate::calls::{Call, Counter};
use crate::connection::AwsConnection;
use crate::error::{classed, code};
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{MessageAttributeValue, QueueAttributeName};
use domain::ports::{BackEnd, FaxQueue, PortError, PortResult};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// How the names of FIFO queues end.
const FIFO: &str = ".fifo";

/// Meets [`FaxQueue`] on SQS. Clones share everything.
#[derive(Clone)]
pub struct SqsFaxQueue(Arc<Inner>);

struct Inner {
    client: Client,
    name: String,
    place: String,
    url: RwLock<Option<String>>,
    counter: Counter,
}

impl fmt::Debug for SqsFaxQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqsFaxQueue").field("at", &self.name()).finish_non_exhaustive()
    }
}

impl SqsFaxQueue {
    /// Makes no call yet. `name` is the queue's name on SQS.
    pub fn new(connection: &AwsConnection, name: &str) -> Self {
        Self(Arc::new(Inner {
            client: Client::new(&connection.config),
            name: name.to_owned(),
            place: connection.place("SQS"),
            url: RwLock::default(),
            counter: Counter::default(),
        }))
    }

    /// How many calls were made, by kind.
    pub fn requests_by_kind(&self) -> Requests {
        self.0.counter.read()
    }
}

impl Inner {
    /// The queue's address, asked for once.
    async fn url(&self) -> PortResult<String> {
        if let Some(url) = self.url.read().unwrap_or_else(PoisonError::into_inner).clone() {
            return Ok(url);
        }
        self.counter.count(Call::GetQueueUrl);
        let asked = self.client.get_queue_url().queue_name(&self.name).send().await;
        let answer = asked.map_err(|error| self.failed(Call::GetQueueUrl, &error))?;
        let url = answer.queue_url().unwrap_or_default().to_owned();
        *self.url.write().unwrap_or_else(PoisonError::into_inner) = Some(url.clone());
        Ok(url)
    }

    /// Classes an error; whatever was wrong, the address is asked for again.
    fn failed<E>(&self, call: Call, error: &SdkError<E, HttpResponse>) -> PortError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        *self.url.write().unwrap_or_else(PoisonError::into_inner) = None;
        let thing = format!("fax queue {} on SQS", self.name);
        if matches!(code(error), "QueueDoesNotExist" | "NonExistentQueue") {
            let cause = "no such queue; make it, or correct the destination's `queue`, the work waits for it";
            return PortError::transient(thing, format!("{}: {cause}", call.name()));
        }
        classed(call, &thing, error)
    }
}

#[async_trait]
impl FaxQueue for SqsFaxQueue {
    async fn send(&self, fax_id: &str, envelope: &str) -> PortResult<()> {
        let inner = &*self.0;
        let url = inner.url().await?;
        let unwritable =
            |_| PortError::permanent(format!("fax {fax_id}"), "it cannot be written as a message");
        let id = MessageAttributeValue::builder().data_type("String").string_value(fax_id);
        let id = id.build().map_err(unwritable)?;
        let mut request = inner.client.send_message().queue_url(url).message_body(envelope);
        request = request.message_attributes("fax_id", id);
        if inner.name.ends_with(FIFO) {
            request = request.message_group_id(fax_id).message_deduplication_id(fax_id);
        }
        inner.counter.count(Call::SendMessage);
        request.send().await.map(drop).map_err(|error| inner.failed(Call::SendMessage, &error))
    }
}

#[async_trait]
impl BackEnd for SqsFaxQueue {
    fn name(&self) -> String {
        format!("fax queue {} on SQS at {}", self.0.name, self.0.place)
    }

    /// Needs `sqs:GetQueueAttributes`; SQS has no way to try a send without sending.
    async fn ping(&self) -> PortResult<String> {
        let inner = &*self.0;
        let url = inner.url().await?;
        inner.counter.count(Call::GetQueueAttributes);
        let waiting = QueueAttributeName::ApproximateNumberOfMessages;
        let request = inner.client.get_queue_attributes().queue_url(url).attribute_names(waiting.clone());
        let answer = request.send().await.map_err(|error| inner.failed(Call::GetQueueAttributes, &error))?;
        let count = answer.attributes.as_ref().and_then(|attributes| attributes.get(&waiting));
        Ok(format!("about {} messages wait", count.map_or("0", String::as_str)))
    }

    fn requests(&self) -> Option<u64> {
        Some(self.0.counter.total())
    }
}
