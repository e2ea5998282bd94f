//! What the adapters make of answers that no test server gives: throttling, expired and refused credentials,
//! batches that are taken in part, silence. The server is a stub that speaks SQS's JSON protocol.

use aws::{
    AwsConnection, AwsOptions, Encryption, KmsWrapper, S3BlobStore, S3Options, Seal, SqsOptions, SqsQueue,
    Timeouts,
};
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as ProvideCredentialsFuture;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use bytes::Bytes;
use contract::sample;
use domain::ids::QueueName;
use domain::ports::{BackEnd, BlobClass, BlobStore, ErrorClass, PortResult, WorkQueue};
use domain::work::{Stage, WorkItem};
use jiff::SignedDuration;
use memory::{ManualClock, MemorySealer};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// Long enough for a loaded machine, far shorter than for ever.
const BOUND: Duration = Duration::from_secs(20);

const TTL: SignedDuration = SignedDuration::from_mins(5);

/// One canned answer.
#[derive(Clone)]
struct Answer {
    status: u16,
    body: Value,
    /// To a question for an address, which otherwise always gets one.
    address: bool,
}

fn fine(body: Value) -> Answer {
    Answer { status: 200, body, address: false }
}

fn no_address() -> Answer {
    Answer { address: true, ..refusal(400, "QueueDoesNotExist") }
}

fn refusal(status: u16, code: &str) -> Answer {
    Answer {
        status,
        body: json!({"__type": format!("com.amazonaws.sqs#{code}"), "message": "Zyxwvutova"}),
        address: false,
    }
}

/// Gives its answers in order, the last one for ever, and remembers what was asked. Addresses are always found.
#[derive(Clone)]
struct Stub {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Stub {
    /// Starts it on a port of its own, and a queue on it.
    #[expect(clippy::expect_used, reason = "without a stub there is no test")]
    async fn start(answers: impl IntoIterator<Item = Answer>) -> (Self, SqsQueue) {
        let stub =
            Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), asked: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let queue = queue_at(&connection(&address, Timeouts::default()).await);
        (stub, queue)
    }

    #[expect(clippy::expect_used, reason = "a stub without an answer fails its test")]
    fn next(&self, call: &str) -> Answer {
        let mut answers = self.answers.lock().expect("unpoisoned");
        let next = answers.front().cloned().expect("an answer");
        if call == "GetQueueUrl" && !next.address {
            return fine(json!({"QueueUrl": "http://127.0.0.1/1/queue"}));
        }
        if answers.len() > 1 {
            answers.pop_front();
        }
        next
    }

    #[expect(clippy::expect_used, reason = "a stub that panicked fails its test")]
    fn asked(&self, call: &str) -> Vec<Value> {
        let asked = self.asked.lock().expect("unpoisoned");
        asked.iter().filter(|(name, _)| name == call).map(|(_, body)| body.clone()).collect()
    }
}

#[expect(clippy::expect_used, reason = "a stub that panicked fails its test")]
async fn answer(State(stub): State<Stub>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let call = target.rsplit('.').next().unwrap_or_default().to_owned();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = stub.next(&call);
    stub.asked.lock().expect("unpoisoned").push((call, body));
    let status = StatusCode::from_u16(answer.status).expect("a status");
    (status, [("content-type", "application/x-amz-json-1.0")], answer.body.to_string())
}

/// Credentials of the test's own, so that nobody's environment is used.
async fn connection(endpoint: &str, timeouts: Timeouts) -> AwsConnection {
    let credentials = Credentials::new("AKIDTEST", "no secret", None, None, "test");
    connection_with(SharedCredentialsProvider::new(credentials), endpoint, timeouts).await
}

#[expect(clippy::expect_used, reason = "without a connection there is no test")]
async fn connection_with(
    credentials: SharedCredentialsProvider,
    endpoint: &str,
    timeouts: Timeouts,
) -> AwsConnection {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(credentials)
        .endpoint_url(endpoint)
        .load()
        .await;
    AwsConnection::over(config, &AwsOptions { path_style: true, timeouts, ..AwsOptions::default() })
        .expect("a connection")
}

fn queue_name() -> QueueName {
    Stage::Parse.queue(&sample::portal())
}

#[expect(clippy::expect_used, reason = "options that are refused fail the test")]
fn queue_at(connection: &AwsConnection) -> SqsQueue {
    let options =
        SqsOptions { long_poll: Duration::ZERO, ..SqsOptions::new("t_", "tests", vec![queue_name()]) };
    SqsQueue::new(connection, options, Arc::new(ManualClock::new(sample::at(0)))).expect("a queue")
}

fn items(count: usize) -> Vec<WorkItem> {
    (0..count).map(|number| sample::item(number, Stage::Parse)).collect()
}

fn message(id: usize, body: &str) -> Value {
    json!({"MessageId": format!("m{id}"), "ReceiptHandle": format!("r{id}"), "Body": body,
           "Attributes": {"ApproximateReceiveCount": "3"}})
}

#[expect(clippy::expect_used, reason = "a call that did not fail fails its test")]
fn class_and_text<T: std::fmt::Debug>(outcome: PortResult<T>) -> (ErrorClass, String) {
    let error = outcome.expect_err("an error");
    let text = error.to_string();
    assert!(!text.contains(sample::PLANTED), "the service's own words are repeated");
    (error.class, text)
}

#[tokio::test]
async fn of_a_batch_only_what_was_refused_is_sent_again() {
    let partly = json!({
        "Successful": [{"Id": "0", "MessageId": "a", "MD5OfMessageBody": "x"}],
        "Failed": [{"Id": "1", "SenderFault": false, "Code": "InternalError"},
                   {"Id": "2", "SenderFault": false, "Code": "InternalError"}],
    });
    let (stub, queue) = Stub::start([fine(partly), fine(json!({"Successful": [], "Failed": []}))]).await;
    queue.enqueue(&items(3), SignedDuration::from_millis(1)).await.expect("taken at last");
    let sent: Vec<Vec<String>> = stub
        .asked("SendMessageBatch")
        .iter()
        .map(|body| {
            body["Entries"].as_array().expect("entries").iter().map(|e| e["Id"].to_string()).collect()
        })
        .collect();
    assert_eq!(sent, [vec!["\"0\"", "\"1\"", "\"2\""], vec!["\"1\"", "\"2\""]]);
    assert_eq!(stub.asked("SendMessageBatch")[1]["Entries"][0]["DelaySeconds"], 1);
    assert_eq!(queue.requests_by_kind()["SendMessageBatch"], 2);
}

#[tokio::test]
async fn a_batch_that_is_never_taken_whole_fails_in_its_class() {
    let failed = |code: &str, fault: bool| {
        fine(json!({"Successful": [], "Failed": [{"Id": "0", "SenderFault": fault, "Code": code,
                                                  "Message": "Zyxwvutova"}]}))
    };
    let (stub, queue) = Stub::start([failed("InternalError", false)]).await;
    let (class, _) = class_and_text(queue.enqueue(&items(1), SignedDuration::ZERO).await);
    assert_eq!((class, stub.asked("SendMessageBatch").len()), (ErrorClass::Transient, 4));
    let (stub, queue) = Stub::start([failed("InvalidMessageContents", true)]).await;
    let (class, _) = class_and_text(queue.enqueue(&items(1), SignedDuration::ZERO).await);
    assert_eq!((class, stub.asked("SendMessageBatch").len()), (ErrorClass::Permanent, 1));
}

#[tokio::test]
async fn refusals_have_their_class_and_a_way_out() {
    let table = [
        (400, "RequestThrottled", ErrorClass::Transient, "throttled"),
        (403, "ExpiredToken", ErrorClass::Transient, "expired"),
        (403, "InvalidClientTokenId", ErrorClass::Permanent, "credentials are refused"),
        (403, "AccessDenied", ErrorClass::Permanent, "sqs:ReceiveMessage"),
        (400, "QueueDoesNotExist", ErrorClass::Transient, "migrate"),
        (503, "ServiceUnavailable", ErrorClass::Transient, "the service failed"),
    ];
    for (status, code, class, words) in table {
        let (_, queue) = Stub::start([refusal(status, code)]).await;
        let (got, text) = class_and_text(queue.lease(&queue_name(), 1, TTL).await);
        assert_eq!(got, class, "{code}: {text}");
        assert!(text.contains(words), "{code}: {text}");
    }
}

#[tokio::test]
async fn passing_trouble_is_tried_again_by_itself() {
    let empty = fine(json!({}));
    let (stub, queue) =
        Stub::start([refusal(503, "ServiceUnavailable"), refusal(400, "RequestThrottled"), empty]).await;
    assert!(queue.lease(&queue_name(), 1, TTL).await.expect("in the end").is_empty());
    assert_eq!(stub.asked("ReceiveMessage").len(), 3);
}

#[tokio::test]
async fn a_new_queue_is_kept_long_encrypted_tagged_and_has_a_dead_letter_queue() {
    let made = || fine(json!({"QueueUrl": "http://127.0.0.1/1/queue"}));
    let arn = "arn:aws:sqs:us-east-1:123456789012:t_epic_parse_dead";
    let told = fine(json!({"Attributes": {"QueueArn": arn}}));
    let (stub, queue) = Stub::start([no_address(), no_address(), made(), told, made()]).await;
    queue.ensure(&[queue_name()]).await.expect("made");
    let created = stub.asked("CreateQueue");
    let names: Vec<&Value> = created.iter().map(|body| &body["QueueName"]).collect();
    assert_eq!(names, ["t_epic_parse_dead", "t_epic_parse"]);
    for body in &created {
        assert_eq!(body["Attributes"]["MessageRetentionPeriod"], "1209600");
        assert_eq!(body["Attributes"]["SqsManagedSseEnabled"], "true");
        assert_eq!(body["tags"]["epic-connector"], "tests");
    }
    let redrive = created[1]["Attributes"]["RedrivePolicy"].as_str().expect("a policy");
    let redrive: Value = serde_json::from_str(redrive).expect("JSON");
    assert_eq!(redrive, json!({"deadLetterTargetArn": arn, "maxReceiveCount": "25"}));
}

#[tokio::test]
async fn foreign_and_newer_messages_go_back_and_are_never_deleted() {
    let own = serde_json::to_string(&items(1)[0]).expect("JSON");
    let newer = own.replace("\"version\":1", "\"version\":2,\"more\":{}");
    let received = json!({"Messages": [message(0, "hello"), message(1, &newer), message(2, &own)]});
    let (stub, queue) = Stub::start([fine(received), fine(json!({}))]).await;
    let leases = queue.lease(&queue_name(), 10, TTL).await.expect("leases");
    assert_eq!(
        leases.iter().map(|lease| (lease.token.as_str(), lease.deliveries)).collect::<Vec<_>>(),
        [("r2", 3)]
    );
    let back: Vec<(Value, Value)> = stub
        .asked("ChangeMessageVisibility")
        .iter()
        .map(|body| (body["ReceiptHandle"].clone(), body["VisibilityTimeout"].clone()))
        .collect();
    assert_eq!(back.len(), 2);
    assert!(back.iter().all(|(token, after)| (token == "r0" || token == "r1") && *after == 30), "{back:?}");
    assert!(stub.asked("DeleteMessage").is_empty());
    assert_eq!(queue.unreadable(), 2);
}

#[tokio::test]
async fn a_handle_the_service_refuses_is_a_lost_lease() {
    let own = serde_json::to_string(&items(1)[0]).expect("JSON");
    for code in ["ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue"] {
        let received = fine(json!({"Messages": [message(0, &own)]}));
        let (stub, queue) = Stub::start([received, refusal(400, code)]).await;
        let lease = queue.lease(&queue_name(), 1, TTL).await.expect("leases").remove(0);
        assert_eq!(class_and_text(queue.renew(&lease, TTL).await).0, ErrorClass::LeaseLost);
        // From then on no call is needed to know.
        assert_eq!(class_and_text(queue.acknowledge(&lease).await).0, ErrorClass::LeaseLost);
        assert_eq!(stub.asked("DeleteMessage").len(), 0);
    }
}

#[tokio::test]
async fn a_lease_is_not_renewed_past_twelve_hours() {
    let own = serde_json::to_string(&items(1)[0]).expect("JSON");
    let received = fine(json!({"Messages": [message(0, &own)]}));
    let (stub, queue) = Stub::start([received, fine(json!({}))]).await;
    let lease = queue.lease(&queue_name(), 1, TTL).await.expect("leases").remove(0);
    queue.renew(&lease, SignedDuration::from_hours(11)).await.expect("within the limit");
    let beyond = queue.renew(&lease, SignedDuration::from_hours(13)).await;
    assert_eq!(class_and_text(beyond).0, ErrorClass::LeaseLost);
    assert_eq!(stub.asked("ChangeMessageVisibility").len(), 1);
    let too_long = queue.lease(&queue_name(), 1, SignedDuration::from_hours(13)).await;
    assert_eq!(class_and_text(too_long).0, ErrorClass::Permanent);
}

/// A source that has no credentials, or fails to give them.
#[derive(Debug)]
struct Source(fn() -> CredentialsError);

impl ProvideCredentials for Source {
    fn provide_credentials<'a>(&'a self) -> ProvideCredentialsFuture<'a>
    where
        Self: 'a,
    {
        ProvideCredentialsFuture::ready(Err((self.0)()))
    }
}

#[tokio::test]
async fn missing_credentials_need_a_person_and_a_failed_source_another_try() {
    let none: fn() -> CredentialsError = CredentialsError::not_loaded_no_source;
    let failed: fn() -> CredentialsError = || CredentialsError::provider_error("it printed Zyxwvutova");
    let table =
        [(none, ErrorClass::Permanent, "AWS_ACCESS_KEY_ID"), (failed, ErrorClass::Transient, "source")];
    for (error, class, words) in table {
        let source = SharedCredentialsProvider::new(Source(error));
        let connection = connection_with(source, "http://127.0.0.1:1", Timeouts::default()).await;
        let (got, text) = class_and_text(queue_at(&connection).lease(&queue_name(), 1, TTL).await);
        assert_eq!(got, class, "{text}");
        assert!(text.contains(words), "{text}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_transient_in_bounded_time() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let closed = format!("http://{}", taken.local_addr().expect("an address"));
    drop(taken);
    assert_away(&connection(&closed, Timeouts::default()).await, "not reached").await;
}

#[tokio::test]
async fn a_server_that_never_answers_is_transient_in_bounded_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", silent.local_addr().expect("an address"));
    let timeouts = Timeouts {
        connect: Duration::from_millis(200),
        attempt: Duration::from_millis(300),
        operation: Duration::from_secs(1),
    };
    assert_away(&connection(&address, timeouts).await, "no answer in time").await;
}

#[expect(clippy::expect_used, reason = "options that are refused fail the test")]
async fn assert_away(connection: &AwsConnection, words: &str) {
    let start = Instant::now();
    let queue = queue_at(connection);
    let sealer = Arc::new(MemorySealer::new(0));
    let options = S3Options {
        bucket: "bucket".to_owned(),
        prefix: String::new(),
        seal: Seal::Installation,
        encryption: Encryption::S3Managed,
        owner: None,
    };
    let blobs = S3BlobStore::new(connection, options, sealer).expect("a store");
    let address = BlobClass::Chart.address(&[7; 32]);
    let outcomes = [
        queue.enqueue(&items(1), SignedDuration::ZERO).await,
        queue.lease(&queue_name(), 1, TTL).await.map(drop),
        queue.ping().await.map(drop),
        blobs.contains(&address).await.map(drop),
        blobs.get(&address).await.map(drop),
        blobs.ping().await.map(drop),
        KmsWrapper::open(connection, "alias/x").await.map(drop),
    ];
    for outcome in outcomes {
        let (class, text) = class_and_text(outcome);
        assert_eq!(class, ErrorClass::Transient, "{text}");
        assert!(text.contains(words), "{text}");
    }
    assert!(start.elapsed() < BOUND * 2, "it took {:?}", start.elapsed());
}
