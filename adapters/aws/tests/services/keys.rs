//! The contract of the key wrapper on KMS, and keys that cannot be used.

use crate::support::{Server, clean, connection, sdk};
use async_trait::async_trait;
use aws::KmsWrapper;
use aws_sdk_kms::Client;
use contract::{Harness, KeyWrapperHarness};
use domain::ports::{BackEnd, ErrorClass, KeyWrapper};
use std::sync::Arc;

/// Two keys of a test's own.
struct Keys {
    client: Client,
    ours: String,
    theirs: String,
}

impl Keys {
    async fn new() -> Self {
        let client = Client::new(&sdk(Server::Kms).await);
        let (ours, theirs) = (key(&client).await, key(&client).await);
        Self { client, ours, theirs }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let (client, keys) = (self.client.clone(), [self.ours.clone(), self.theirs.clone()]);
        clean(async move {
            for key in keys {
                let request = client.schedule_key_deletion().key_id(key).pending_window_in_days(7);
                let _ = request.send().await;
            }
        });
    }
}

#[expect(clippy::expect_used, reason = "without a key there is no test")]
async fn key(client: &Client) -> String {
    let made = client.create_key().send().await.expect("a key");
    made.key_metadata().expect("its description").key_id().to_owned()
}

#[expect(clippy::expect_used, reason = "a key that cannot be used fails the test")]
async fn wrapper(key: &str) -> Arc<dyn KeyWrapper> {
    Arc::new(KmsWrapper::open(&connection(Server::Kms).await, key).await.expect("a wrapper"))
}

#[async_trait]
impl Harness<dyn KeyWrapper> for Keys {
    async fn open(&self) -> Arc<dyn KeyWrapper> {
        wrapper(&self.ours).await
    }
}

#[async_trait]
impl KeyWrapperHarness for Keys {
    async fn stranger(&self) -> Arc<dyn KeyWrapper> {
        wrapper(&self.theirs).await
    }
}

contract::key_wrapper_suite!(contract_on_kms, Keys::new().await);

#[tokio::test]
async fn a_wrapper_is_named_by_its_keys_arn() {
    let keys = Keys::new().await;
    let connection = connection(Server::Kms).await;
    let wrapper = KmsWrapper::open(&connection, &keys.ours).await.expect("a wrapper");
    assert!(wrapper.id().starts_with("arn:aws:kms:"), "{}", wrapper.id());
    assert!(wrapper.id().ends_with(&keys.ours));
    assert_eq!(wrapper.ping().await.expect("an answer"), "enabled");
}

#[tokio::test]
async fn a_key_that_is_missing_or_disabled_is_refused_with_a_way_out() {
    let keys = Keys::new().await;
    let connection = connection(Server::Kms).await;
    let missing = KmsWrapper::open(&connection, "00000000-0000-0000-0000-000000000000").await;
    let missing = missing.expect_err("no key");
    assert_eq!(missing.class, ErrorClass::Permanent);
    assert!(missing.to_string().contains("no such KMS key"), "{missing}");
    let wrapper = KmsWrapper::open(&connection, &keys.ours).await.expect("a wrapper");
    keys.client.disable_key().key_id(&keys.ours).send().await.expect("disabled");
    for error in [
        wrapper.ping().await.expect_err("disabled"),
        KmsWrapper::open(&connection, &keys.ours).await.expect_err("disabled"),
    ] {
        assert_eq!(error.class, ErrorClass::Permanent);
        assert!(error.to_string().contains("enable it"), "{error}");
    }
}
