//! Leasing on SQS beyond the contract: others' messages, the trace, the guard over leases, long polls.

use crate::work::{Queues, ocr, parse};
use aws::SqsOptions;
use aws_sdk_sqs::types::{Message, MessageAttributeValue};
use contract::sample;
use domain::ids::QueueName;
use domain::ports::{BackEnd, ErrorClass, WorkQueue};
use domain::work::{Stage, WorkItem};
use jiff::SignedDuration;
use std::time::{Duration, Instant};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TTL: SignedDuration = SignedDuration::from_mins(1);

fn item() -> WorkItem {
    WorkItem { traceparent: Some(TRACE.to_owned()), ..sample::item(1, Stage::Parse) }
}

#[expect(clippy::expect_used, reason = "a message that is not taken fails the test")]
async fn send(queues: &Queues, queue: &QueueName, body: &str, trace: Option<&str>) {
    let trace = trace.map(|trace| {
        let value = MessageAttributeValue::builder().data_type("String").string_value(trace).build();
        [("traceparent".to_owned(), value.expect("an attribute"))].into()
    });
    let request = queues.client.send_message().queue_url(queues.url(queue).await).message_body(body);
    request.set_message_attributes(trace).send().await.expect("taken");
}

#[expect(clippy::expect_used, reason = "a queue that does not answer fails the test")]
async fn receive(queues: &Queues, queue: &QueueName) -> Vec<Message> {
    let request = queues.client.receive_message().queue_url(queues.url(queue).await);
    let request = request.max_number_of_messages(10).message_attribute_names("All").visibility_timeout(0);
    request.send().await.expect("an answer").messages.unwrap_or_default()
}

#[tokio::test]
async fn foreign_and_newer_messages_stay_in_the_queue() {
    let queues = Queues::new().await;
    let queue = queues.handle().await;
    let own = serde_json::to_string(&item()).expect("JSON");
    let newer = own.replace("\"version\":1", "\"version\":2,\"more\":{}");
    for body in ["hello", &newer, &own] {
        send(&queues, &parse(), body, None).await;
    }
    let mut leases = Vec::new();
    for _ in 0..5 {
        leases.extend(queue.lease(&parse(), 10, TTL).await.expect("leases"));
    }
    assert_eq!(leases.iter().map(|lease| &lease.item).collect::<Vec<_>>(), [&item()]);
    queue.acknowledge(&leases[0]).await.expect("ours is settled");
    assert_eq!(queue.unreadable(), 2);
    assert_eq!(queue.requests_by_kind()["ChangeMessageVisibility"], 2, "both were made visible again");
    assert_eq!(queue.requests_by_kind()["DeleteMessage"], 1, "only ours was deleted");
    let depth = queue.depths().await.expect("depths").remove(0);
    assert_eq!((depth.queue, depth.waiting + depth.leased), (parse(), 2));
}

#[tokio::test]
async fn the_trace_travels_beside_the_body() {
    let queues = Queues::new().await;
    let queue = queues.handle().await;
    queue.enqueue(&[item()], SignedDuration::ZERO).await.expect("enqueued");
    let seen = receive(&queues, &parse()).await;
    let attributes = seen[0].message_attributes().expect("attributes");
    assert_eq!(attributes["traceparent"].string_value(), Some(TRACE));
    assert_eq!(attributes["work_item_version"].string_value(), Some("1"));
    let without = serde_json::to_string(&WorkItem { traceparent: None, ..item() }).expect("JSON");
    send(&queues, &parse(), &without, Some(TRACE)).await;
    let mut leases = Vec::new();
    while leases.len() < 2 {
        leases.extend(queue.lease(&parse(), 10, TTL).await.expect("leases"));
    }
    assert!(leases.iter().all(|lease| lease.item == item()));
}

#[tokio::test]
async fn what_ended_by_our_clock_is_not_settled_though_the_server_would_let_us() {
    let queues = Queues::new().await;
    let queue = queues.handle().await;
    queue.enqueue(&[item()], SignedDuration::ZERO).await.expect("enqueued");
    let lease = queue.lease(&parse(), 1, SignedDuration::from_millis(50)).await.expect("leases").remove(0);
    // The server holds it for 2 s.
    tokio::time::sleep(Duration::from_millis(60)).await;
    let calls = queue.requests();
    let outcomes = [
        queue.acknowledge(&lease).await,
        queue.renew(&lease, TTL).await,
        queue.release(&lease, SignedDuration::ZERO).await,
    ];
    for outcome in outcomes {
        assert_eq!(outcome.expect_err("it ended").class, ErrorClass::LeaseLost);
    }
    assert_eq!(queue.requests(), calls, "no call was needed to know");
    let depth = queue.depths().await.expect("depths").remove(0);
    assert_eq!(depth.waiting + depth.leased, 1, "it is still there");
}

#[tokio::test]
async fn large_numbers_go_in_batches() {
    let queues = Queues::new().await;
    let queue = queues.handle().await;
    let items: Vec<WorkItem> = (0..25).map(|number| sample::item(number, Stage::Parse)).collect();
    queue.enqueue(&items, SignedDuration::ZERO).await.expect("enqueued");
    assert_eq!(queue.requests_by_kind()["SendMessageBatch"], 3);
    let leases = queue.lease(&parse(), 25, TTL).await.expect("leases");
    assert_eq!(leases.len(), 25);
    assert_eq!(queue.requests_by_kind()["ReceiveMessage"], 3);
    assert_eq!(queue.requests_by_kind()["GetQueueUrl"], 1, "an address is asked for once");
    let text = queue.ping().await.expect("an answer");
    assert_eq!(text, "4 queues, about 25 messages");
    let address = crate::support::setting("AWS_ENDPOINT_URL_SQS");
    assert_eq!(queue.name(), format!("SQS at {address}"));
}

#[tokio::test]
async fn a_long_poll_waits_for_a_message_and_holds_up_nobody() {
    let queues = Queues::new().await;
    let options = SqsOptions { long_poll: Duration::from_secs(12), ..queues.options.clone() };
    let queue = queues.handle_with(options).await;
    let start = Instant::now();
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { queue.lease(&ocr(), 10, TTL).await }
    });
    while !queue.requests_by_kind().contains_key("ReceiveMessage") {
        tokio::task::yield_now().await;
    }
    queue.enqueue(&[item()], SignedDuration::ZERO).await.expect("enqueued");
    let beside = queue.lease(&parse(), 1, TTL).await.expect("leases");
    assert_eq!(beside.len(), 1);
    assert!(start.elapsed() < Duration::from_secs(6), "the poll beside held it up");
    let late = sample::item(2, Stage::Ocr);
    queue.enqueue(std::slice::from_ref(&late), SignedDuration::ZERO).await.expect("enqueued");
    let leases = waiting.await.expect("no panic").expect("leases");
    assert_eq!(leases.iter().map(|lease| &lease.item).collect::<Vec<_>>(), [&late]);
    assert!(start.elapsed() < Duration::from_secs(10), "it did not wake for the message");
}

#[tokio::test]
async fn an_empty_long_poll_is_longer_than_an_attempt_may_be() {
    let queues = Queues::new().await;
    let options = SqsOptions { long_poll: Duration::from_secs(12), ..queues.options.clone() };
    let start = Instant::now();
    let leases = queues.handle_with(options).await.lease(&parse(), 10, TTL).await.expect("no time-out");
    assert!(leases.is_empty());
    assert!(start.elapsed() > Duration::from_secs(11), "it did not wait");
}
