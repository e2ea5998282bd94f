//! One connection to AWS: region, credentials, deadlines and repeats, the same for every service.
//!
//! Credentials come by the SDK's ordinary chain, the first that has some: environment variables, the shared
//! configuration and credentials files (static keys, assumed roles, `credential_process`), a web identity token
//! (EKS), the container's address (ECS, EKS Pod Identity), the instance's metadata (EC2). Single sign-on profiles
//! and `aws login` are not built in; a `credential_process` of `aws configure export-credentials` serves them.
//! Credentials are loaded at the first call, kept, and loaded again before they expire; what names no end, such as
//! keys in a file, is read again every 15 minutes.

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_types::service_config::ServiceConfigKey;
use domain::ports::{PortError, PortResult};
use std::fmt;
use std::time::Duration;

/// The longest pause the SDK makes before it repeats a call: a caller with a lease in hand cannot wait for long.
const BACKOFF_MAX: Duration = Duration::from_secs(2);

/// How long calls may take. Long polls add their wait; uploads and downloads of files have deadlines of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// One attempt, answer included.
    pub attempt: Duration,
    /// All attempts of one call together.
    pub operation: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            attempt: Duration::from_secs(10),
            operation: Duration::from_secs(30),
        }
    }
}

impl Timeouts {
    /// The same with `more` time for every attempt and for the whole.
    #[must_use]
    pub(crate) fn longer_by(self, more: Duration) -> Self {
        Self { attempt: self.attempt + more, operation: self.operation + more, ..self }
    }

    pub(crate) fn config(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }
}

/// How to reach AWS, or a server that speaks its protocols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsOptions {
    /// The region; without one the chain's (`AWS_REGION`, the profile, the instance).
    pub region: Option<String>,
    /// The address of another server, such as `http://127.0.0.1:5000`; without one the environment's
    /// (`AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL`, the profile), else AWS itself.
    pub endpoint: Option<String>,
    /// The profile in the shared files; without one `AWS_PROFILE`, else `default`.
    pub profile: Option<String>,
    /// Whether the bucket's name goes into the path instead of the host's name, as most servers but AWS want it.
    pub path_style: bool,
    /// Deadlines.
    pub timeouts: Timeouts,
    /// Attempts of one call, the first included; at least 1.
    pub attempts_max: u32,
}

impl Default for AwsOptions {
    fn default() -> Self {
        Self {
            region: None,
            endpoint: None,
            profile: None,
            path_style: false,
            timeouts: Timeouts::default(),
            attempts_max: 3,
        }
    }
}

/// What the adapters are built on. Clones share the loaded credentials and the connections.
#[derive(Clone)]
pub struct AwsConnection {
    pub(crate) config: SdkConfig,
    pub(crate) path_style: bool,
    pub(crate) timeouts: Timeouts,
}

impl fmt::Debug for AwsConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsConnection").field("region", &self.config.region()).finish_non_exhaustive()
    }
}

impl AwsConnection {
    /// Takes a configuration that was loaded already, with credentials of its own source; of the options only
    /// deadlines, attempts and the path style are used.
    ///
    /// # Errors
    /// `Permanent` when there is no region, or the address is none.
    pub fn over(config: SdkConfig, options: &AwsOptions) -> PortResult<Self> {
        const THING: &str = "connection to AWS";
        if config.region().is_none() {
            let cause = "no region; name it as `aws.region`, as AWS_REGION or in the profile";
            return Err(PortError::permanent(THING, cause));
        }
        let is_address = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        if config.endpoint_url().is_some_and(|endpoint| !is_address(endpoint)) {
            let cause = "the endpoint is no address; write it as https://host:port";
            return Err(PortError::permanent(THING, cause));
        }
        let attempts_max = options.attempts_max.max(1);
        let retries = RetryConfig::standard().with_max_attempts(attempts_max).with_max_backoff(BACKOFF_MAX);
        let config =
            config.into_builder().timeout_config(options.timeouts.config()).retry_config(retries).build();
        Ok(Self { config, path_style: options.path_style, timeouts: options.timeouts })
    }

    /// Where the calls to a service (`SQS`, `S3`, `KMS`) go, for people: its address by the same rules as the
    /// SDK's, or the region.
    pub(crate) fn place(&self, service: &str) -> String {
        let config = &self.config;
        let shared = config.endpoint_url().map(str::to_owned);
        let of_service = || {
            let key = ServiceConfigKey::builder().service_id(service);
            let key = key.env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok()?;
            config.service_config()?.load_config(key)
        };
        let endpoint = match config.get_origin("endpoint_url").is_client_config() {
            true => shared,
            false => of_service().or(shared),
        };
        match (endpoint, config.region()) {
            (Some(endpoint), _) => without_secrets(&endpoint).to_owned(),
            (None, Some(region)) => region.to_string(),
            (None, None) => "no region".to_owned(),
        }
    }
}

/// Reads region and profile; opens no connection and loads no credentials yet (it asks the instance's metadata
/// for the region when nothing else names one).
///
/// # Errors
/// `Permanent` when there is no region, or the address is none.
pub async fn connect(options: &AwsOptions) -> PortResult<AwsConnection> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(endpoint) = &options.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    AwsConnection::over(loader.load().await, options)
}

/// An address without user, password and query.
fn without_secrets(address: &str) -> &str {
    let plain = address.split(['?', '#']).next().unwrap_or(address);
    match plain.rsplit_once('@') {
        Some((_, host)) => host,
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ports::ErrorClass;

    #[test]
    fn a_name_shows_no_secret() {
        assert_eq!(without_secrets("http://user:secret@host:1/?token=x"), "host:1/");
        assert_eq!(without_secrets("http://127.0.0.1:5000"), "http://127.0.0.1:5000");
    }

    #[tokio::test]
    async fn an_endpoint_must_be_an_address() {
        let options = AwsOptions { endpoint: Some("localhost:1".to_owned()), ..AwsOptions::default() };
        let error = connect(&options).await.expect_err("no address");
        assert_eq!(error.class, ErrorClass::Permanent);
    }
}
