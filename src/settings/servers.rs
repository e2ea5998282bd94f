//! `[mongodb]`, `[aws]`, `[sqs]`, `[s3]`: what the servers behind the addresses need beside them. Credentials of AWS
//! come by its own chain (environment, profile, role), never from here.

use super::secret::SecretReference;
use super::section::Section;
use super::source::Variables;
use domain::redacted::Redacted;
use reqwest::Url;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest Amazon SQS lets a receiver wait.
const LONG_POLL_MAX: Duration = Duration::from_secs(20);

/// Everything about servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerSettings {
    /// MongoDB.
    pub mongodb: MongoSettings,
    /// What every AWS service shares.
    pub aws: AwsSettings,
    /// Queues.
    pub sqs: SqsSettings,
    /// Contents.
    pub s3: S3Settings,
}

/// `[mongodb]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MongoSettings {
    /// The password of the account in the store's address.
    pub password: Option<Redacted<String>>,
}

/// `[aws]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsSettings {
    /// Region; AWS's own chain decides where none is given.
    pub region: Option<String>,
    /// Another address for every service, such as a test server's.
    pub endpoint: Option<Url>,
    /// Name of a profile in AWS's own files.
    pub profile: Option<String>,
    /// The KMS key that wraps the installation's keys; none: the key file does.
    pub kms_key: Option<String>,
}

/// `[sqs]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SqsSettings {
    /// Names of queues that are not prefix and name.
    pub names: BTreeMap<String, String>,
    /// How long a receiver waits for the first message.
    pub long_poll: Duration,
    /// Whether queues that others made and use are accepted.
    pub shared: bool,
    /// The KMS key that encrypts messages; none: SQS's own.
    pub kms_key: Option<String>,
}

/// `[s3]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct S3Settings {
    /// The account the bucket must belong to, 12 digits.
    pub bucket_owner: Option<String>,
    /// The KMS key that encrypts objects; none: S3's own.
    pub kms_key: Option<String>,
    /// Whether contents are also sealed under the installation's key before they are sent.
    pub sealed: bool,
    /// Whether the bucket's name is part of the path, as test servers need it.
    pub path_style: bool,
    /// Days after which downloaded charts are deleted; none: never.
    pub chart_days: Option<u32>,
    /// The same for packets.
    pub packet_days: Option<u32>,
}

/// Reads the four sections.
pub(super) fn read(root: &mut Section<'_>, variables: &Variables) -> ServerSettings {
    ServerSettings {
        mongodb: read_mongodb(root.section("mongodb"), variables),
        aws: read_aws(root.section("aws")),
        sqs: read_sqs(root.section("sqs")),
        s3: read_s3(root.section("s3")),
    }
}

/// A text without white space.
pub(super) fn word(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(char::is_whitespace) {
        return Err("expected one word".to_owned());
    }
    Ok(text.to_owned())
}

/// The 12 digits of an account.
pub(super) fn account(text: &str) -> Result<String, String> {
    let account = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if account { Ok(text.to_owned()) } else { Err("expected the 12 digits of an AWS account".to_owned()) }
}

fn read_mongodb(mut section: Section<'_>, variables: &Variables) -> MongoSettings {
    let base = section.base().to_owned();
    let password = section.parsed("password", |text| {
        let secret = SecretReference::parse(text, &base)?.resolve(variables)?;
        Ok(Redacted::from(secret.expose_secret()))
    });
    section.finish();
    MongoSettings { password }
}

fn read_aws(mut section: Section<'_>) -> AwsSettings {
    let endpoint = section.parsed("endpoint", |text| match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err("expected an address such as \"http://127.0.0.1:4566\"".to_owned()),
    });
    let settings = AwsSettings {
        region: section.parsed("region", word),
        endpoint,
        profile: section.parsed("profile", word),
        kms_key: section.parsed("kms_key", word),
    };
    section.finish();
    settings
}

fn read_sqs(mut section: Section<'_>) -> SqsSettings {
    let long_poll = section.duration("long_poll").unwrap_or(LONG_POLL_MAX);
    if long_poll > LONG_POLL_MAX {
        section.note("long_poll", "SQS lets nobody wait for more than 20s");
    }
    let shared = section.flag("shared").unwrap_or(false);
    let kms_key = section.parsed("kms_key", word);
    let names = section.section("names").texts_by_name();
    section.finish();
    SqsSettings { names, long_poll, shared, kms_key }
}

fn read_s3(mut section: Section<'_>) -> S3Settings {
    let bucket_owner = section.parsed("bucket_owner", account);
    let settings = S3Settings {
        bucket_owner,
        kms_key: section.parsed("kms_key", word),
        sealed: section.flag("sealed").unwrap_or(true),
        path_style: section.flag("path_style").unwrap_or(false),
        chart_days: section.count("chart_days", 1..=36_500),
        packet_days: section.count("packet_days", 1..=36_500),
    };
    section.finish();
    settings
}
