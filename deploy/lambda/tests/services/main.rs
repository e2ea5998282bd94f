//! The built function between real servers: mails in S3, codes in MongoDB, keys wrapped by KMS.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

#[path = "../support/mod.rs"]
mod support;

use aws::{AwsOptions, KmsWrapper};
use aws_config::BehaviorVersion;
use domain::ports::{CodeMailbox, KeyWrapper, TakeVerdict};
use jiff::Timestamp;
use mongo::{MongoOptions, MongoStore};
use serde_json::Value;
use std::sync::Arc;
use support::function::Function;
use support::mails::{BUCKET, code_mail, confirmation, told_by_s3, told_by_ses};
use support::runtime_api::{Outcome, RuntimeApi};
use support::{Keys, in_words, invoke, race, take, times_to_code};
use tempfile::TempDir;

/// What AWS's own chain reads; handed on to the function.
const OF_AWS: [&str; 5] = [
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_KMS",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
];

fn variable(name: &str) -> String {
    let value = std::env::var_os(name).and_then(|value| value.into_string().ok());
    value.unwrap_or_else(|| panic!("{name} is not set: run `make services`, then `make test-services`"))
}

/// A bucket, a database and a KMS key of their own.
struct Servers {
    folder: TempDir,
    s3: aws_sdk_s3::Client,
    kms: aws_sdk_kms::Client,
    kms_key: String,
    /// Names bucket and database.
    name: String,
    mailbox: MongoStore,
    variables: Vec<(&'static str, String)>,
}

impl Servers {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let name = format!("mail-test-{}", Timestamp::now().as_nanosecond());
        let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
        let s3_config = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3_config);
        s3.create_bucket().bucket(&name).send().await.expect("a bucket");
        let kms = aws_sdk_kms::Client::new(&config);
        let made = kms.create_key().send().await.expect("a KMS key");
        let kms_key = made.key_metadata().expect("the key").key_id().to_owned();
        let aws = aws::connect(&AwsOptions::default()).await.expect("a connection");
        let wrapper = KmsWrapper::open(&aws, &kms_key).await.expect("the key");
        let keys =
            Keys::wrapped(folder.path(), &wrapper, ("EPIC_CONNECTOR__AWS__KMS_KEY", wrapper.id())).await;
        let uri = variable("MONGODB_URI");
        let options = MongoOptions { create: true, ..MongoOptions::default() };
        let sealer = Arc::clone(&keys.sealer) as _;
        let mailbox = MongoStore::connect(&uri, Some(&name), sealer, &options).await.expect("a store");
        let mut variables = keys.variables();
        variables.extend(OF_AWS.map(|name| (name, variable(name))));
        variables.push(("EPIC_CONNECTOR__S3__PATH_STYLE", "true".to_owned()));
        variables.push(("EPIC_CONNECTOR__MAIL", format!("s3://{name}/inbox")));
        variables.push(("EPIC_CONNECTOR__STORE", with_database(&uri, &name)));
        Self { folder, s3, kms, kms_key, name, mailbox, variables }
    }

    async fn function(&self) -> (RuntimeApi, Function) {
        let api = RuntimeApi::start().await;
        let function = Function::start(self.folder.path(), api.address, &self.variables);
        (api, function)
    }

    /// Stores a mail as SES does.
    async fn put(&self, id: &str, mail: &str) {
        let body = mail.to_owned().into_bytes().into();
        let put = self.s3.put_object().bucket(&self.name).key(format!("inbox/{id}")).body(body);
        put.send().await.expect("stored");
    }

    async fn remove(self) {
        let listed = self.s3.list_objects_v2().bucket(&self.name).send().await.expect("a list");
        for object in listed.contents() {
            let delete = self.s3.delete_object().bucket(&self.name).key(object.key().expect("a key"));
            delete.send().await.expect("deleted");
        }
        self.s3.delete_bucket().bucket(&self.name).send().await.expect("deleted");
        let key = self.kms.schedule_key_deletion().key_id(&self.kms_key).pending_window_in_days(7);
        key.send().await.expect("scheduled");
        let client = mongodb::Client::with_uri_str(variable("MONGODB_URI")).await.expect("a client");
        client.database(&self.name).drop().await.expect("dropped");
    }
}

/// An address with the database in its place.
fn with_database(uri: &str, database: &str) -> String {
    let (scheme, rest) = uri.split_once("://").expect("an address");
    let (hosts, options) = rest.split_once('?').unwrap_or((rest, ""));
    let hosts = hosts.split('/').next().unwrap_or_default();
    format!("{scheme}://{hosts}/{database}?{options}")
}

async fn summary(api: &mut RuntimeApi, function: &mut Function, event: &Value) -> Value {
    match invoke(api, function, event).await {
        Outcome::Response(summary) => summary,
        Outcome::Error(error) => panic!("the event failed: {error}; the log:\n{}", function.log()),
    }
}

#[tokio::test]
async fn a_mail_told_of_by_both_and_twice_gives_one_code() {
    let servers = Servers::new().await;
    let (mut api, mut function) = servers.function().await;
    servers.put("m1", &code_mail("482913")).await;
    for (event, fared) in [
        (told_by_ses("m1"), "codes"),
        (told_by_ses("m1"), "seen_before"),
        (told_by_s3(&servers.name, "m1"), "seen_before"),
        (told_by_s3(&servers.name, "gone"), "gone"),
        (told_by_s3(BUCKET, "m1"), "passed_over"),
    ] {
        assert_eq!(summary(&mut api, &mut function, &event).await[fared], 1, "{fared}");
    }
    assert_eq!(take(&servers.mailbox).await, TakeVerdict::Taken("482913".into()));
    assert_eq!(take(&servers.mailbox).await, TakeVerdict::Nothing);
    servers.put("question", &confirmation("google.com")).await;
    assert_eq!(summary(&mut api, &mut function, &told_by_ses("question")).await["notices"], 1);
    assert_eq!(servers.mailbox.notices().await.expect("notices").len(), 1);
    let log = function.log();
    for planted in ["482913", "987123456", "planted", "Riverside", "dme.codes"] {
        assert!(!log.contains(planted), "{planted} in {log}");
    }
    servers.remove().await;
}

#[tokio::test]
async fn two_functions_told_at_once_give_one_code() {
    let servers = Servers::new().await;
    let (mut api, mut function) = servers.function().await;
    let (mut other_api, mut other) = servers.function().await;
    for number in 0..20 {
        let (id, code) = (format!("m{number}"), format!("{:06}", 482_000 + number));
        servers.put(&id, &code_mail(&code)).await;
        let runners = [(&mut api, &mut function), (&mut other_api, &mut other)];
        let codes = race(runners, [&told_by_ses(&id), &told_by_s3(&servers.name, &id)]).await;
        assert_eq!(codes, 1, "{id}");
        assert_eq!(take(&servers.mailbox).await, TakeVerdict::Taken(code.as_str().into()));
    }
    servers.remove().await;
}

/// Prints, asserts no time: how long a code takes from its event to the login that waits.
#[tokio::test]
async fn the_time_from_event_to_code_is_told() {
    let servers = Servers::new().await;
    let (mut api, mut function) = servers.function().await;
    let put = async |id: &str, mail: &str| {
        servers.put(id, mail).await;
        told_by_ses(id)
    };
    let times = times_to_code(&mut api, &mut function, &servers.mailbox, put).await;
    println!("from event to code, S3 and MongoDB: {}", in_words(&times));
    servers.remove().await;
}
