//! A fax pipeline on S3 and SQS: the contracts, and what its reader finds.

use crate::buckets::Bucket;
use crate::support::{Server, clean, connection, sdk, unique};
use async_trait::async_trait;
use aws::{Encryption, FaxBucket, S3FaxFiles, SqsFaxQueue};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, QueueAttributeName};
use bytes::Bytes;
use contract::{FaxFilesHarness, FaxQueueHarness, Harness, fax_line, sample};
use domain::fax::{FaxEnvelope, FaxPipeline, sha256_hex};
use domain::ids::DestinationName;
use domain::ports::{BackEnd, Destination, ErrorClass, FaxFiles, FaxQueue};
use domain::router::Delivery;
use std::sync::Arc;

/// A bucket and a queue of one test's own.
struct Ends {
    bucket: Bucket,
    client: Client,
    queue: String,
}

impl Ends {
    async fn new() -> Self {
        Self::with(&unique(), &[]).await
    }

    #[expect(clippy::expect_used, reason = "without a queue there is no test")]
    async fn with(queue: &str, attributes: &[(QueueAttributeName, &str)]) -> Self {
        let client = Client::new(&sdk(Server::Sqs).await);
        let attributes = attributes.iter().map(|(name, value)| (name.clone(), (*value).to_owned())).collect();
        let made = client.create_queue().queue_name(queue).set_attributes(Some(attributes));
        made.send().await.expect("a queue");
        Self { bucket: Bucket::new().await, client, queue: queue.to_owned() }
    }

    #[expect(clippy::expect_used, reason = "options that are refused fail the test")]
    async fn files(&self) -> S3FaxFiles {
        let options = FaxBucket {
            bucket: self.bucket.options.bucket.clone(),
            prefix: "fax/in".to_owned(),
            encryption: Encryption::S3Managed,
            owner: None,
        };
        S3FaxFiles::new(&connection(Server::S3).await, options).expect("a place for files")
    }

    async fn sender(&self) -> SqsFaxQueue {
        SqsFaxQueue::new(&connection(Server::Sqs).await, &self.queue)
    }

    async fn pipeline(&self) -> FaxPipeline {
        let (files, queue) = (Arc::new(self.files().await), Arc::new(self.sender().await));
        FaxPipeline::new(DestinationName::new("fax"), fax_line(), files, queue)
    }

    #[expect(clippy::expect_used, reason = "a queue that is not there fails the test")]
    async fn url(&self) -> String {
        let answer = self.client.get_queue_url().queue_name(&self.queue).send().await.expect("the queue");
        answer.queue_url().expect("an address").to_owned()
    }

    /// Every message, taken out.
    #[expect(clippy::expect_used, reason = "a queue that does not answer fails the test")]
    async fn take(&self) -> Vec<Message> {
        let (url, mut all) = (self.url().await, Vec::new());
        loop {
            let request = self.client.receive_message().queue_url(&url).max_number_of_messages(10);
            let answer = request.message_attribute_names("All").send().await.expect("an answer");
            let messages = answer.messages.unwrap_or_default();
            if messages.is_empty() {
                return all;
            }
            for message in &messages {
                let taken = self.client.delete_message().queue_url(&url);
                let taken = taken.set_receipt_handle(message.receipt_handle.clone()).send().await;
                taken.expect("taken");
            }
            all.extend(messages);
        }
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        let (client, queue) = (self.client.clone(), self.queue.clone());
        clean(async move {
            let answer = client.get_queue_url().queue_name(&queue).send().await;
            if let Some(url) = answer.ok().and_then(|answer| answer.queue_url) {
                let _ = client.delete_queue().queue_url(url).send().await;
            }
        });
    }
}

#[async_trait]
impl Harness<dyn FaxFiles> for Ends {
    async fn open(&self) -> Arc<dyn FaxFiles> {
        Arc::new(self.files().await)
    }
}

#[async_trait]
#[expect(clippy::expect_used, reason = "a place that is none fails the test")]
impl FaxFilesHarness for Ends {
    async fn at(&self, place: &str) -> Bytes {
        let start = format!("s3://{}/", self.bucket.options.bucket);
        self.bucket.read(place.strip_prefix(&start).expect("a place in the bucket")).await
    }
}

#[async_trait]
impl Harness<dyn FaxQueue> for Ends {
    async fn open(&self) -> Arc<dyn FaxQueue> {
        Arc::new(self.sender().await)
    }
}

#[async_trait]
impl FaxQueueHarness for Ends {
    async fn messages(&self) -> Vec<String> {
        self.take().await.into_iter().filter_map(|message| message.body).collect()
    }
}

#[async_trait]
impl Harness<dyn Destination> for Ends {
    async fn open(&self) -> Arc<dyn Destination> {
        Arc::new(self.pipeline().await)
    }
}

fn delivery(number: usize) -> Delivery {
    let mut key = sample::delivery_key(number);
    key.destination = DestinationName::new("fax");
    let order_json = format!("{{\"patient\":\"{}\"}}", sample::PLANTED).into();
    Delivery {
        key,
        facts: sample::delivery_facts(),
        packet_pdf: "%PDF".into(),
        order_json,
        summary: "".into(),
    }
}

#[tokio::test]
async fn the_pipeline_finds_a_message_that_names_the_object_and_no_patient() {
    let ends = Ends::new().await;
    let pipeline = ends.pipeline().await;
    let receipt = pipeline.deliver(&delivery(1), sample::at(60)).await.expect("a receipt");
    let messages = ends.take().await;
    assert_eq!(messages.len(), 1);
    let body = messages[0].body().expect("a body");
    let envelope: FaxEnvelope = serde_json::from_str(body).expect("an envelope");
    let attributes = messages[0].message_attributes().expect("attributes");
    assert_eq!(attributes["fax_id"].string_value(), Some(envelope.fax_id.as_str()));
    let file = ends.at(&envelope.file).await;
    assert_eq!((file.as_ref(), sha256_hex(&file)), (b"%PDF".as_slice(), envelope.sha256));
    assert_eq!(receipt.reference, envelope.file);
    assert!(!body.contains(sample::PLANTED));
    assert_eq!(ends.bucket.keys().await.len(), 3, "the file, the record and its mark");
    let again = ends.pipeline().await.deliver(&delivery(1), sample::at(90)).await.expect("a receipt");
    assert_eq!(again, receipt);
    assert!(ends.take().await.is_empty(), "nothing was sent again");
}

#[tokio::test]
async fn a_fifo_queue_drops_the_repeat_of_a_message() {
    let name = format!("{}.fifo", unique());
    let ends = Ends::with(&name, &[(QueueAttributeName::FifoQueue, "true")]).await;
    let sender = ends.sender().await;
    for id in ["one", "one", "two"] {
        sender.send(id, &format!("{{\"fax_id\":\"{id}\"}}")).await.expect("taken");
    }
    assert_eq!(ends.messages().await, ["{\"fax_id\":\"one\"}", "{\"fax_id\":\"two\"}"]);
}

#[tokio::test]
async fn ends_that_are_missing_are_told_of_with_a_way_out() {
    let ends = Ends::new().await;
    ends.files().await.ping().await.expect("the bucket");
    assert_eq!(ends.sender().await.ping().await.expect("the queue"), "about 0 messages wait");
    let missing = SqsFaxQueue::new(&connection(Server::Sqs).await, &unique());
    for error in [
        missing.ping().await.map(drop).expect_err("no queue"),
        missing.send("one", "{}").await.expect_err("no queue"),
    ] {
        assert_eq!(error.class, ErrorClass::Transient, "{error}");
        assert!(error.cause.contains("correct the destination's `queue`"), "{error}");
    }
}

contract::fax_files_suite!(contract_on_s3_fax, Ends::new().await);
contract::fax_queue_suite!(contract_on_sqs_fax, Ends::new().await);
contract::destination_suite!(contract_on_s3_and_sqs_fax, Ends::new().await);
