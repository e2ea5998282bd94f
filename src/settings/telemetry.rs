//! `[telemetry]` and `[health]`: what the service tells about itself, and to whom.

use super::section::Section;
use reqwest::Url;
use std::net::SocketAddr;
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Human,
    /// One JSON object a line.
    Json,
}

/// Logs, traces and metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelemetrySettings {
    /// Base address of an OTLP receiver over HTTP; none: traces and metrics go nowhere.
    pub otlp_endpoint: Option<Url>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written, in the language of `tracing-subscriber`'s `EnvFilter`.
    pub log_filter: String,
}

/// The health pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthSettings {
    /// Loopback address and port; none: no health pages.
    pub listen: Option<SocketAddr>,
}

/// Reads `[telemetry]`.
pub(super) fn read(mut section: Section<'_>) -> TelemetrySettings {
    let otlp_endpoint = section.parsed("otlp_endpoint", |text| match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err("expected an address such as \"http://127.0.0.1:4318\"".to_owned()),
    });
    let formats = [("human", LogFormat::Human), ("json", LogFormat::Json)];
    let log_format = section.choice("log_format", &formats).unwrap_or(LogFormat::Human);
    let log_filter = section.parsed("log_filter", |text| match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("expected a filter such as \"info,actors=debug\"".to_owned()),
    });
    section.finish();
    TelemetrySettings { otlp_endpoint, log_format, log_filter: log_filter.unwrap_or_default() }
}

/// Reads `[health]`.
pub(super) fn read_health(mut section: Section<'_>) -> HealthSettings {
    let listen = section.parsed("listen", |text| match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        Ok(_) => Err("only addresses of this machine are accepted, such as \"127.0.0.1:9464\"".to_owned()),
        Err(_) => Err("expected an address and port such as \"127.0.0.1:9464\"".to_owned()),
    });
    section.finish();
    HealthSettings { listen }
}
