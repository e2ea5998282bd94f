//! Logs to stderr, and where an endpoint is set, traces and metrics over OTLP.
//!
//! What leaves the process is bounded twice: only spans of our own crates are recorded, and only allow-listed
//! attributes are exported ([`attributes`]). The exporter runs in threads of its own with a blocking client;
//! the asynchronous one panics there.

pub mod attributes;
mod otlp;

use crate::error::Failure;
use crate::settings::{LogFormat, TelemetrySettings};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::fs::OpenOptions;
use std::io::IsTerminal;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Mutex;
use tracing::{Level, Subscriber};
use tracing_subscriber::filter::{FilterExt, FilterFn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// The filter of verbs that answer and end: only what the reader should know.
const QUIET_FILTER: &str = "warn,chromiumoxide=off,tungstenite=off,opentelemetry=off";

/// Keeps the exporters; without an endpoint it keeps nothing. To be shut down before the process ends, or the
/// last spans are lost.
#[derive(Default)]
#[must_use = "spans are exported until the guard is shut down"]
pub struct TelemetryGuard {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

/// Starts logs to stderr, traces and metrics, for a service.
///
/// # Errors
/// The endpoint cannot be used, or telemetry was started before.
pub fn init(settings: &TelemetrySettings) -> Result<TelemetryGuard, Failure> {
    start(settings, std::io::stderr, std::io::stderr().is_terminal())
}

/// Like [`init`], with the log in a file of this user's own, for verbs that draw on the terminal.
///
/// # Errors
/// The file cannot be made, and those of [`init`].
pub fn init_to_file(settings: &TelemetrySettings, path: &Path) -> Result<TelemetryGuard, Failure> {
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(|error| {
        Failure::failed(path.display().to_string(), error, "choose a folder that can be written")
    })?;
    start(settings, Mutex::new(file), false)
}

fn start<W>(settings: &TelemetrySettings, writer: W, colours: bool) -> Result<TelemetryGuard, Failure>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let (guard, export) = match &settings.otlp_endpoint {
        Some(endpoint) => {
            let traces = otlp::traces(endpoint)?;
            let metrics = otlp::metrics(endpoint)?;
            opentelemetry::global::set_meter_provider(metrics.clone());
            let layer = otlp::span_layer(&traces);
            (TelemetryGuard { traces: Some(traces), metrics: Some(metrics) }, Some(layer))
        }
        None => (TelemetryGuard::default(), None),
    };
    let logs = log_layer(settings, writer, colours)?;
    tracing_subscriber::registry()
        .with(export)
        .with(logs)
        .try_init()
        .map_err(|error| Failure::failed("telemetry", error, "start one service a process"))?;
    Ok(guard)
}

/// Starts logs for a verb that answers and ends: warnings and errors only.
pub fn init_quiet() {
    let filter = EnvFilter::new(QUIET_FILTER);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    // A second start in one process keeps the first subscriber, which serves as well.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
}

/// The log lines' layer, on any writer.
///
/// # Errors
/// The filter is not one.
pub fn log_layer<S, W>(
    settings: &TelemetrySettings,
    writer: W,
    colours: bool,
) -> Result<Box<dyn Layer<S> + Send + Sync>, Failure>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.log_filter).map_err(|error| {
        Failure::usage("telemetry.log_filter", error, "write a filter such as \"info,actors=debug\"")
    })?;
    let filter = filter.and(FilterFn::new(|metadata| may_be_logged(metadata.target(), *metadata.level())));
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    Ok(match settings.log_format {
        LogFormat::Human => layer.with_ansi(colours).with_filter(filter).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_filter(filter).boxed(),
    })
}

/// Libraries that log what passes through them: pages, passwords, mails. Never logged, whatever the filter says.
const TELLTALES: [&str; 7] = [
    "chromiumoxide",
    "tungstenite",
    "async_tungstenite",
    "html5ever",
    "markup5ever",
    "selectors",
    "mail_parser",
];

/// Our own crates may log at any level, others warnings only: their details are made of what they handle.
fn may_be_logged(target: &str, level: Level) -> bool {
    let of = |names: &[&str]| names.contains(&target.split("::").next().unwrap_or_default());
    of(&otlp::OURS) || (level <= Level::WARN && !of(&TELLTALES))
}

impl TelemetryGuard {
    /// Sends what is left, and stops. Blocking work, so it runs beside the runtime's own threads.
    pub async fn shut_down(self) {
        let Self { traces, metrics } = self;
        let flush = tokio::task::spawn_blocking(move || {
            let traces = traces.map(|traces| traces.shutdown());
            let metrics = metrics.map(|metrics| metrics.shutdown());
            (traces, metrics)
        });
        match flush.await {
            Ok((Some(Err(error)), _) | (_, Some(Err(error)))) => {
                tracing::warn!(%error, "the last traces or metrics were not sent");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "telemetry not shut down"),
        }
    }
}

/// What the layers are stacked on.
type Base = Registry;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_that_log_what_they_handle_are_never_logged() {
        for (target, level, logged) in [
            ("actors::stage", Level::TRACE, true),
            ("chromiumoxide::handler", Level::ERROR, false),
            ("tungstenite::protocol", Level::WARN, false),
            ("hyper::client", Level::WARN, true),
            ("hyper::client", Level::DEBUG, false),
        ] {
            assert_eq!(may_be_logged(target, level), logged, "{target} at {level}");
        }
    }
}
