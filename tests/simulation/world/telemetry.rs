//! Everything our crates log and trace in one run, kept in memory to be searched.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry};

/// Our crates that run in a world.
const OURS: [&str; 6] = ["actors", "domain", "epic_connector", "memory", "simulation", "supervision"];

/// The lines written so far. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// All of it.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Captures what this thread logs, at the most talkative level, until the guard is dropped.
    pub(crate) fn capture(&self) -> DefaultGuard {
        self.capture_with(None::<tracing_subscriber::layer::Identity>)
    }

    /// The same, with one more layer beside.
    pub(crate) fn capture_with(&self, beside: Option<impl Layer<Registry> + Send + Sync>) -> DefaultGuard {
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(self.clone())
            .with_ansi(false)
            .without_time()
            .with_span_events(FmtSpan::NEW);
        let ours = Targets::new().with_targets(OURS.map(|target| (target, LevelFilter::TRACE)));
        let subscriber = tracing_subscriber::registry().with(beside).with(lines.with_filter(ours));
        tracing::subscriber::set_default(subscriber)
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The first planted word in a text.
pub(crate) fn found<'a>(text: &str, words: &'a [String]) -> Option<&'a str> {
    words.iter().find(|word| text.contains(word.as_str())).map(String::as_str)
}
