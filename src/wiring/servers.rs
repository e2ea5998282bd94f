//! Servers behind the ports, from their settings: MongoDB, SQS, S3, KMS.

use super::migrate::queue_names;
use crate::error::Failure;
use crate::settings::{FaxSettings, MongoAddress, QueueAddress, ServerSettings, Settings};
use aws::{
    AwsConnection, AwsOptions, Encryption, FaxBucket, KmsWrapper, QueueNames, QueueState, S3BlobStore,
    S3FaxFiles, S3Options, Seal, SqsFaxQueue, SqsOptions, SqsQueue,
};
use domain::ids::QueueName;
use domain::ports::{Clock, Sealer};
use mongo::{Migrator, MongoOptions, MongoStore};
use std::fmt::Write;
use std::sync::Arc;

/// Opens the database; an empty one is made ready.
pub(super) async fn mongo(
    address: &MongoAddress,
    settings: &ServerSettings,
    sealer: &Arc<dyn Sealer>,
) -> Result<Arc<MongoStore>, Failure> {
    let options = MongoOptions { create: true, ..mongo_options(settings) };
    let store =
        MongoStore::connect(&address.uri, Some(&address.database), Arc::clone(sealer), &options).await?;
    Ok(Arc::new(store))
}

/// Reaches the database for its migrations.
pub(super) async fn migrator(address: &MongoAddress, settings: &ServerSettings) -> Result<Migrator, Failure> {
    Ok(Migrator::connect(&address.uri, Some(&address.database), &mongo_options(settings)).await?)
}

fn mongo_options(settings: &ServerSettings) -> MongoOptions {
    MongoOptions { password: settings.mongodb.password.clone(), ..MongoOptions::default() }
}

async fn connection(settings: &ServerSettings) -> Result<AwsConnection, Failure> {
    let aws = &settings.aws;
    let options = AwsOptions {
        region: aws.region.clone(),
        endpoint: aws.endpoint.as_ref().map(ToString::to_string),
        profile: aws.profile.clone(),
        path_style: settings.s3.path_style,
        ..AwsOptions::default()
    };
    Ok(aws::connect(&options).await?)
}

/// The queues, as far as they are known by name; nothing is asked yet.
pub(super) async fn sqs(
    prefix: &str,
    settings: &Settings,
    sealer: &Arc<dyn Sealer>,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<SqsQueue>, Failure> {
    let sqs = &settings.servers.sqs;
    let queues: Vec<QueueName> = queue_names(settings).into_iter().collect();
    let mut options = SqsOptions {
        long_poll: sqs.long_poll,
        kms_key: sqs.kms_key.clone(),
        allow_shared: sqs.shared,
        ..SqsOptions::new(prefix, &installation(sealer), queues)
    };
    options.names = names(prefix, settings);
    let connection = connection(&settings.servers).await?;
    Ok(Arc::new(SqsQueue::new(&connection, options, Arc::clone(clock))?))
}

/// What our queues are called on SQS.
fn names(prefix: &str, settings: &Settings) -> QueueNames {
    let given = &settings.servers.sqs.names;
    given
        .iter()
        .fold(QueueNames::new(prefix), |names, (queue, name)| names.with(QueueName::new(queue.clone()), name))
}

/// Whether this service works on a queue itself.
pub(super) fn is_ours(name: &str, settings: &Settings) -> bool {
    let QueueAddress::Sqs { prefix } = &settings.queue else { return false };
    let names = names(prefix, settings);
    let own =
        |queue: &QueueName| names.on_sqs(queue) == name || names.on_sqs(&QueueNames::dead(queue)) == name;
    queue_names(settings).iter().any(own)
}

/// The fax pipeline's queue; nothing is asked yet.
pub(super) async fn fax_queue(name: &str, settings: &ServerSettings) -> Result<SqsFaxQueue, Failure> {
    Ok(SqsFaxQueue::new(&connection(settings).await?, name))
}

/// The fax pipeline's place in a bucket; nothing is asked yet.
pub(super) async fn fax_files(
    bucket: &str,
    prefix: &str,
    fax: &FaxSettings,
    settings: &ServerSettings,
) -> Result<S3FaxFiles, Failure> {
    let encryption = match &fax.kms_key {
        Some(key) => Encryption::Kms { key: Some(key.clone()) },
        None => Encryption::S3Managed,
    };
    let (bucket, prefix, owner) = (bucket.to_owned(), prefix.to_owned(), fax.bucket_owner.clone());
    Ok(S3FaxFiles::new(&connection(settings).await?, FaxBucket { bucket, prefix, encryption, owner })?)
}

/// The installation's name on its queues: says nothing, and is another one under other keys.
fn installation(sealer: &Arc<dyn Sealer>) -> String {
    let hash = sealer.keyed_hash("installation", b"queues");
    hash.iter().take(16).fold(String::new(), |mut name, byte| {
        // Writing to a text does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// Makes what is missing of the queues, and refuses those that are somebody else's.
pub(super) async fn make_queues(queue: &SqsQueue, settings: &Settings) -> Result<(), Failure> {
    let names: Vec<QueueName> = queue_names(settings).into_iter().collect();
    let refused: Vec<String> = queue
        .ensure(&names)
        .await?
        .into_iter()
        .filter_map(|found| match found.state {
            QueueState::Refused(cause) => Some(format!("{}: {cause}", found.name)),
            _ => None,
        })
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    let way_out = "choose another prefix, or set sqs.shared = true if others may read these queues";
    Err(Failure::failed("the queues on SQS", refused.join("\n"), way_out))
}

/// The bucket; nothing is asked yet.
pub(super) async fn s3(
    bucket: &str,
    prefix: &str,
    settings: &ServerSettings,
    sealer: &Arc<dyn Sealer>,
) -> Result<Arc<S3BlobStore>, Failure> {
    let s3 = &settings.s3;
    let by_kms = s3.kms_key.is_some() || !s3.sealed;
    let options = S3Options {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        seal: if s3.sealed { Seal::Installation } else { Seal::Kms },
        encryption: if by_kms { Encryption::Kms { key: s3.kms_key.clone() } } else { Encryption::S3Managed },
        owner: s3.bucket_owner.clone(),
    };
    let connection = connection(settings).await?;
    Ok(Arc::new(S3BlobStore::new(&connection, options, Arc::clone(sealer))?))
}

/// The key management service as what wraps the installation's keys.
pub(super) async fn kms(key: &str, settings: &ServerSettings) -> Result<Arc<KmsWrapper>, Failure> {
    Ok(Arc::new(KmsWrapper::open(&connection(settings).await?, key).await?))
}
