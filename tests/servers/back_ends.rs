//! The servers of `make services`: their addresses, names of our own on them, and how they are killed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

/// Which back ends a run works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Combination {
    pub(crate) mongodb: bool,
    pub(crate) sqs: bool,
    pub(crate) s3: bool,
}

/// Everything on servers.
pub(crate) const ALL: Combination = Combination { mongodb: true, sqs: true, s3: true };

/// A server of `scripts/services.sh`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Mongodb,
    Sqs,
    S3,
}

impl Server {
    pub(crate) const ALL: [Self; 3] = [Self::Mongodb, Self::Sqs, Self::S3];

    const fn name(self) -> &'static str {
        match self {
            Self::Mongodb => "mongodb",
            Self::Sqs => "sqs",
            Self::S3 => "s3",
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(self) {
        services(&["kill", self.name()]);
    }

    /// Starts it, and comes back when it answers.
    pub(crate) fn start(self) {
        services(&["start", self.name()]);
    }
}

fn services(arguments: &[&str]) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join("scripts/services.sh")).args(arguments).output().expect("bash");
    assert!(
        output.status.success(),
        "scripts/services.sh {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A variable that `make test-services` sets. A test that finds no server must fail, and say why.
#[expect(clippy::disallowed_methods, reason = "where the servers are is no setting of the program")]
pub(crate) fn address(name: &str) -> String {
    let found = std::env::var(name);
    assert!(found.is_ok(), "{name} is not set: run `make test-services`, which starts the servers");
    found.unwrap_or_default()
}

/// Settings for a run with names that nobody else uses.
pub(crate) fn variables(on: Combination) -> BTreeMap<String, String> {
    let own = own_name();
    let mut variables = BTreeMap::new();
    let mut set = |key: &str, value: String| variables.insert(format!("EPIC_CONNECTOR__{key}"), value);
    if on.mongodb {
        let uri = address("MONGODB_URI");
        let (host, options) =
            uri.split_once("/?").map_or((uri.as_str(), ""), |(host, options)| (host, options));
        set("STORE", format!("{}/{own}?{options}", host.trim_end_matches('/')));
    }
    if on.sqs {
        address("AWS_ENDPOINT_URL_SQS");
        set("QUEUE", format!("sqs:{own}-"));
        // An idle run must not wait for a poll of 20 s.
        set("SQS__LONG_POLL", "2s".to_owned());
    }
    if on.s3 {
        address("AWS_ENDPOINT_URL_S3");
        set("BLOBS", format!("s3://{}/{own}", address("EPIC_CONNECTOR_TEST_BUCKET")));
        set("S3__PATH_STYLE", "true".to_owned());
    }
    variables
}

/// A name that nobody else uses.
pub(crate) fn own_name() -> String {
    let random = std::fs::read("/proc/sys/kernel/random/uuid").expect("a random name");
    format!("t{}", String::from_utf8_lossy(&random[..8]))
}
