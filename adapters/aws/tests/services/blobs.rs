//! Blobs in S3 beyond the contract: parts, the bucket's owner, links, lifecycle, mails.

use crate::buckets::Bucket;
use crate::support::{Server, connection, sdk, setting};
use aws::{AwsConnection, AwsOptions, Encryption, KeepRule, S3Mails, S3Options, Seal};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
};
use bytes::Bytes;
use contract::sample;
use domain::ports::{BackEnd, BlobClass, BlobStore, ErrorClass};
use jiff::SignedDuration;
use std::sync::Arc;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn large(bytes: u32) -> Bytes {
    (0..bytes).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// The same bucket with contents left to KMS.
fn plain(bucket: &Bucket) -> S3Options {
    S3Options { seal: Seal::Kms, encryption: Encryption::Kms { key: None }, ..bucket.options.clone() }
}

#[tokio::test]
async fn a_large_blob_goes_up_in_parts_once() {
    let bucket = Bucket::new().await;
    let store = bucket.store().await;
    let content = large(20 * 1024 * 1024 + 7);
    let blob = store.put(BlobClass::Packet, content.clone()).await.expect("stored");
    let calls = store.requests_by_kind();
    assert_eq!(
        (calls["CreateMultipartUpload"], calls["UploadPart"], calls["CompleteMultipartUpload"]),
        (1, 3, 1)
    );
    assert!(store.get(&blob).await.expect("read") == content, "other bytes came back");
    assert_eq!(bucket.keys().await, [bucket.key(&blob)]);
    let before = bucket.read(&bucket.key(&blob)).await;
    assert_eq!(store.put(BlobClass::Packet, content).await.expect("known"), blob);
    assert!(bucket.read(&bucket.key(&blob)).await == before, "a known blob was written again");
    let open = bucket.client.list_multipart_uploads().bucket(&bucket.options.bucket).send().await;
    assert!(open.expect("a list").uploads().is_empty(), "an upload was left open");
}

#[tokio::test]
async fn a_known_blob_is_not_written_again() {
    let bucket = Bucket::new().await;
    let store = bucket.store().await;
    let blob = store.put(BlobClass::Chart, Bytes::from_static(b"same")).await.expect("stored");
    let before = bucket.read(&bucket.key(&blob)).await;
    store.put(BlobClass::Chart, Bytes::from_static(b"same")).await.expect("known");
    assert_eq!(bucket.read(&bucket.key(&blob)).await, before);
    assert_eq!(store.requests_by_kind(), aws::Requests::from([("PutObject", 2)]), "no look beforehand");
    assert!(store.ping().await.expect("an answer").contains("versions"));
}

#[tokio::test]
async fn a_bucket_that_is_missing_is_permanent_with_a_way_out() {
    let bucket = Bucket::new().await;
    let options = S3Options { bucket: format!("{}-not", bucket.options.bucket), ..bucket.options.clone() };
    let store = bucket.store_with(options).await;
    for error in [
        store.put(BlobClass::Chart, Bytes::from_static(b"x")).await.expect_err("no bucket"),
        store.put(BlobClass::Chart, large(9 * 1024 * 1024)).await.expect_err("no bucket"),
        store.get(&BlobClass::Chart.address(&[7; 32])).await.expect_err("no bucket"),
        store.ping().await.map(drop).expect_err("no bucket"),
    ] {
        assert_eq!(error.class, ErrorClass::Permanent, "{error}");
        assert!(error.to_string().contains("no such bucket"), "{error}");
    }
}

#[tokio::test]
async fn sealed_blobs_have_no_links_and_plain_ones_do() {
    let bucket = Bucket::new().await;
    let sealed = bucket.store().await;
    let blob = sealed.put(BlobClass::Chart, Bytes::from_static(b"sealed")).await.expect("stored");
    let refused = sealed.link(&blob, MINUTE).await.expect_err("sealed");
    assert_eq!(refused.class, ErrorClass::Permanent);
    assert!(refused.to_string().contains("s3.sealed"), "{refused}");

    let store = bucket.store_with(plain(&bucket)).await;
    let content = Bytes::from(sample::PLANTED.repeat(3));
    let blob = store.put(BlobClass::Packet, content.clone()).await.expect("stored");
    assert_eq!(store.get(&blob).await.expect("read"), content);
    let link = store.link(&blob, MINUTE).await.expect("a link").expect("a link");
    let fetched = reqwest::get(&link).await.expect("an answer");
    assert!(fetched.status().is_success(), "{}", fetched.status());
    assert_eq!(fetched.bytes().await.expect("bytes"), content);
    let unknown = store.link(&BlobClass::Chart.address(&[7; 32]), MINUTE).await.expect_err("unknown");
    assert_eq!(unknown.class, ErrorClass::NotFound);
    for window in [SignedDuration::ZERO, SignedDuration::from_hours(200)] {
        assert_eq!(store.link(&blob, window).await.expect_err("no window").class, ErrorClass::Permanent);
    }
    bucket.overwrite(&bucket.key(&blob), b"another content".to_vec()).await;
    assert_eq!(store.get(&blob).await.expect_err("changed").class, ErrorClass::Permanent);
}

#[tokio::test]
async fn objects_are_encrypted_as_the_settings_say() {
    let bucket = Bucket::at(Server::S3WithKms).await;
    let managed = bucket.store().await;
    let kms = bucket.store_with(plain(&bucket)).await;
    for (store, content, kind) in [(managed, "one", "AES256"), (kms, "two", "aws:kms")] {
        let blob =
            store.put(BlobClass::Packet, Bytes::from_static(content.as_bytes())).await.expect("stored");
        let head = bucket.client.head_object().bucket(&bucket.options.bucket).key(bucket.key(&blob));
        let head = head.send().await.expect("the object");
        assert_eq!(head.server_side_encryption().map(|sse| sse.as_str()), Some(kind));
    }
}

#[tokio::test]
async fn a_bucket_of_another_owner_is_refused() {
    let bucket = Bucket::new().await;
    let stranger = S3Options { owner: Some("999999999999".to_owned()), ..bucket.options.clone() };
    let store = bucket.store_with(stranger).await;
    let blob = bucket.store().await.put(BlobClass::Chart, Bytes::from_static(b"x")).await.expect("ours");
    for error in [
        store.put(BlobClass::Chart, Bytes::from_static(b"y")).await.map(drop).expect_err("refused"),
        store.put(BlobClass::Chart, large(9 * 1024 * 1024)).await.map(drop).expect_err("refused"),
        store.get(&blob).await.map(drop).expect_err("refused"),
        store.contains(&blob).await.map(drop).expect_err("refused"),
        store.ping().await.map(drop).expect_err("refused"),
    ] {
        assert_eq!(error.class, ErrorClass::Permanent, "{error}");
        assert!(error.to_string().contains("expected bucket owner"), "{error}");
    }
    assert_eq!(bucket.keys().await.len(), 1, "nothing was written");
}

#[tokio::test]
async fn wrong_credentials_are_permanent_with_a_way_out() {
    let bucket = Bucket::new().await;
    let credentials = Credentials::new(setting("AWS_ACCESS_KEY_ID"), "not it", None, None, "test");
    let wrong = sdk(Server::S3).await.into_builder();
    let wrong = wrong.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
    let options = AwsOptions { path_style: true, ..AwsOptions::default() };
    let connection = AwsConnection::over(wrong, &options).expect("a connection");
    let sealer = Arc::new(memory::MemorySealer::new(0));
    let store = aws::S3BlobStore::new(&connection, bucket.options.clone(), sealer).expect("a store");
    let error = store.put(BlobClass::Chart, Bytes::from_static(b"x")).await.expect_err("refused");
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.to_string().contains("credentials are refused"), "{error}");
    assert_eq!(store.ping().await.expect_err("refused").class, ErrorClass::Permanent);
}

#[tokio::test]
async fn contents_left_to_kms_need_kms() {
    let bucket = Bucket::new().await;
    let options = S3Options { encryption: Encryption::S3Managed, ..plain(&bucket) };
    let connection = connection(Server::S3).await;
    let sealer = Arc::new(memory::MemorySealer::new(0));
    let refused = aws::S3BlobStore::new(&connection, options, sealer).expect_err("refused");
    assert_eq!(refused.class, ErrorClass::Permanent);
}

#[expect(clippy::expect_used, reason = "a rule that cannot be written fails the test")]
fn anothers_rule() -> LifecycleRule {
    LifecycleRule::builder()
        .id("anothers")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("logs/").build())
        .expiration(LifecycleExpiration::builder().days(3).build())
        .build()
        .expect("a rule")
}

#[tokio::test]
async fn our_lifecycle_rules_are_set_and_others_kept() {
    let bucket = Bucket::at(Server::S3WithKms).await;
    let store = bucket.store().await;
    assert_eq!(store.lifecycle().await.expect("none yet"), []);
    let configuration =
        BucketLifecycleConfiguration::builder().rules(anothers_rule()).build().expect("rules");
    let put = bucket.client.put_bucket_lifecycle_configuration().bucket(&bucket.options.bucket);
    put.lifecycle_configuration(configuration).send().await.expect("set");

    let chart = KeepRule { class: BlobClass::Chart, days: 90 };
    let packet = KeepRule { class: BlobClass::Packet, days: 2_557 };
    store.set_lifecycle(&[packet, chart]).await.expect("set");
    assert_eq!(store.lifecycle().await.expect("ours"), [chart, packet]);
    let shorter = KeepRule { days: 30, ..chart };
    store.set_lifecycle(&[shorter]).await.expect("set");
    assert_eq!(store.lifecycle().await.expect("ours"), [shorter], "a class without a rule is kept for ever");

    let read = bucket.client.get_bucket_lifecycle_configuration().bucket(&bucket.options.bucket);
    let rules = read.send().await.expect("rules").rules.unwrap_or_default();
    let ids: Vec<_> = rules.iter().filter_map(LifecycleRule::id).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    let theirs = rules.iter().find(|rule| rule.id() == Some("anothers")).expect("kept");
    assert_eq!(theirs.expiration().and_then(LifecycleExpiration::days), Some(3));
    assert!(rules.iter().any(|rule| rule.abort_incomplete_multipart_upload().is_some()));
    let no_day = KeepRule { days: 0, ..chart };
    assert_eq!(store.set_lifecycle(&[no_day]).await.expect_err("no day").class, ErrorClass::Permanent);
}

#[tokio::test]
async fn a_mail_is_read_from_below_its_prefix() {
    let bucket = Bucket::new().await;
    let mails = S3Mails::new(&connection(Server::S3).await, &bucket.options.bucket, "mail/", None);
    bucket.overwrite("mail/abc", b"From: x\r\n\r\nyour code".to_vec()).await;
    bucket.overwrite("other/abc", b"secret".to_vec()).await;
    assert_eq!(mails.get(&mails.key_of("abc")).await.expect("read"), "From: x\r\n\r\nyour code");
    assert_eq!(mails.get("mail/none").await.expect_err("none").class, ErrorClass::NotFound);
    assert_eq!(mails.get("other/abc").await.expect_err("outside").class, ErrorClass::Permanent);
    bucket.overwrite("mail/large", vec![0; 40 * 1024 * 1024 + 1]).await;
    assert_eq!(mails.get("mail/large").await.expect_err("too large").class, ErrorClass::Permanent);
}
