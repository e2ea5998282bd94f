//! Where the servers are, names that no other test has, and cleaning up after an asynchronous test.

use aws::{AwsConnection, AwsOptions, connect};
use std::future::Future;

/// A service's address in the environment.
#[derive(Clone, Copy)]
pub(crate) enum Server {
    Sqs,
    S3,
    /// S3 with lifecycle rules and encryption by KMS, which the server that stands in for S3 lacks: another one
    /// where there is one (EPIC_CONNECTOR_MOTO_S3), else the same.
    S3WithKms,
    Kms,
}

fn endpoint(server: Server) -> String {
    match server {
        Server::Sqs => setting("AWS_ENDPOINT_URL_SQS"),
        Server::S3 => setting("AWS_ENDPOINT_URL_S3"),
        Server::S3WithKms => variable("EPIC_CONNECTOR_MOTO_S3").unwrap_or_else(|| endpoint(Server::S3)),
        Server::Kms => setting("AWS_ENDPOINT_URL_KMS"),
    }
}

#[expect(clippy::disallowed_methods, reason = "where the servers are is told to tests by the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A setting of the environment, or the test fails saying what to do.
#[expect(clippy::panic, reason = "what is not there is not proven")]
pub(crate) fn setting(name: &str) -> String {
    variable(name).unwrap_or_else(|| {
        panic!("{name} is not set; start the servers with `make services`, then run `make test-services`")
    })
}

/// A connection to one service. The credentials come by the ordinary chain.
#[expect(clippy::expect_used, reason = "without a connection there is no test")]
pub(crate) async fn connection(server: Server) -> AwsConnection {
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        setting(name);
    }
    let options = AwsOptions {
        region: Some(setting("AWS_REGION")),
        endpoint: Some(endpoint(server)),
        path_style: true,
        ..AwsOptions::default()
    };
    connect(&options).await.expect("a connection")
}

/// A client of the SDK's own beside the adapters, to look behind them.
pub(crate) async fn sdk(server: Server) -> aws_config::SdkConfig {
    let loader = aws_config::defaults(aws_config::BehaviorVersion::latest());
    loader.endpoint_url(endpoint(server)).load().await
}

/// A name nobody else has.
#[expect(clippy::expect_used, reason = "without randomness there is no test")]
pub(crate) fn unique() -> String {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).expect("randomness");
    format!("t{}", data_encoding::BASE32_DNSSEC.encode(&bytes))
}

/// Runs the cleaning of a test that is over, in `drop`, where nothing can be awaited.
#[expect(clippy::expect_used, reason = "what is left behind should be seen")]
pub(crate) fn clean(work: impl Future<Output = ()> + Send + 'static) {
    let cleaner = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(work);
    });
    // A test that failed panics already; a second panic would hide its words.
    assert!(cleaner.join().is_ok() || std::thread::panicking(), "a test could not clean up after itself");
}
