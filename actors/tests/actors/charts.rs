//! What a scraper of these tests is made of: the knowledge of `config/`, and the hospital's own rules.

use crate::hospital::documents::TextPrinter;
use crate::hospital::portal::profile;
use actors::environment::Environment;
use actors::patient_scraper::{ChartGate, ScrapeWork};
use actors::session::SessionWatch;
use domain::patient_scraper::ChartRules;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use understanding::Knowledge;

/// The knowledge of `config/`.
pub(crate) fn knowledge() -> Arc<Knowledge> {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config");
    let mut files: Vec<PathBuf> = ["outcomes.toml", "collection.toml", "letters.toml", "keep.toml"]
        .map(|name| config.join(name))
        .to_vec();
    for folder in ["payers", "codes"] {
        let entries = std::fs::read_dir(config.join(folder)).expect("a folder of config/");
        files.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    let read = |path: &PathBuf| {
        (path.display().to_string(), std::fs::read_to_string(path).expect("a file of config/"))
    };
    let texts: Vec<(String, String)> = files.iter().map(read).collect();
    let sources: Vec<(&str, &str)> =
        texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Arc::new(Knowledge::from_toml_sources(&sources).expect("config/ is right"))
}

/// A scraper's work at the scripted hospital.
pub(crate) fn scrape_work(
    environment: Environment,
    session: SessionWatch,
    session_wait: Duration,
) -> ScrapeWork {
    ScrapeWork {
        environment,
        session,
        knowledge: knowledge(),
        rules: ChartRules::of(&profile()),
        gate: ChartGate::default(),
        printer: TextPrinter::new(1),
        session_wait,
    }
}
