//! What the probe saw, for people and for programs. No patient data: pages by name, addresses without queries.

use crate::output;
use domain::drift::Drift;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The answer of `portal probe --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProbeReport {
    /// The portal.
    pub portal: String,
    /// Whether the kept session was still good, so that no login was needed.
    pub session_kept: bool,
    /// The pages of the login, in the order they were met.
    pub login: Vec<PageReport>,
    /// How the login ended: `ready`, or what a person has to do.
    pub ended: String,
    /// The pages of the shell.
    pub shell: Vec<ShellReport>,
}

/// One page of the login.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageReport {
    /// Which of the profile's pages; `unknown` for none.
    pub page: String,
    /// Its path, without the query.
    pub path: String,
    /// Signals of the profile that hold.
    pub signals_held: usize,
    /// Signals the page has in the profile.
    pub signals: usize,
    /// Since the page before, in milliseconds.
    pub took_ms: u64,
    /// How often it was looked at before the next one came.
    pub looks: u32,
    /// The next surest pages.
    pub others: Vec<RunnerUp>,
}

/// A page that it is less surely, and what it lacks for it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RunnerUp {
    /// Which of the profile's pages.
    pub page: String,
    /// Its signals that hold, in percent.
    pub percent: usize,
    /// Those that do not, as the profile writes them.
    pub lacks: Vec<String>,
}

/// One page of the shell.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShellReport {
    /// Which page.
    pub page: String,
    /// Keys of the profile tried on it.
    pub keys: usize,
    /// Those that do not fit.
    pub failing: Vec<String>,
    /// What it lists.
    pub shows: String,
    /// Headers to last byte, in milliseconds.
    pub took_ms: u64,
}

impl ProbeReport {
    /// Whether everything fits the profile.
    pub fn fits(&self) -> bool {
        self.ended == "ready"
            && self.login.iter().all(|page| page.page != "unknown")
            && self.shell.iter().all(|page| page.failing.is_empty())
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = format!("portal {}\n\n", self.portal);
        if self.session_kept {
            text.push_str("the kept session is still good: no login was needed\n");
        } else {
            text.push_str(&self.login_table());
            let _ = writeln!(text, "\n\nlogin: {}", self.ended);
        }
        if !self.shell.is_empty() {
            let _ = write!(text, "\n{}\n", self.shell_table());
        }
        text.push_str("\nno message and no chart was opened, nothing was downloaded");
        text
    }

    fn login_table(&self) -> String {
        let mut table = output::table(&["page", "address", "signals", "after", "looks", "if not that"]);
        for page in &self.login {
            let other = page.others.first().filter(|other| other.percent > 0 || page.page == "unknown");
            table.add_row(vec![
                page.page.clone(),
                page.path.clone(),
                format!("{} of {}", page.signals_held, page.signals),
                format!("{} ms", page.took_ms),
                page.looks.to_string(),
                other.map_or_else(String::new, |other| {
                    format!("{} ({} %), lacks {}", other.page, other.percent, other.lacks.join(", "))
                }),
            ]);
        }
        table.to_string()
    }

    fn shell_table(&self) -> String {
        let mut table = output::table(&["page", "keys of the profile", "shows", "took"]);
        for page in &self.shell {
            let keys = match page.failing.len() {
                _ if page.keys == 0 => "none on this page".to_owned(),
                0 => format!("all {} fit", page.keys),
                failing => format!("{failing} of {} do not fit: {}", page.keys, page.failing.join(", ")),
            };
            table.add_row(vec![page.page.clone(), keys, page.shows.clone(), format!("{} ms", page.took_ms)]);
        }
        table.to_string()
    }
}

/// Pages compared with their recordings, for people.
pub fn drift_table(drifts: &[Drift]) -> String {
    let mut table = output::table(&["page", "verdict", "alike", "gone", "new", "keys that fail"]);
    for drift in drifts {
        let verdict = serde_json::to_value(drift.verdict).ok();
        table.add_row(vec![
            drift.page.clone(),
            verdict.and_then(|verdict| verdict.as_str().map(str::to_owned)).unwrap_or_default(),
            format!("{:.0} %", drift.resemblance * 100.0),
            drift.gone.join("\n"),
            drift.new.join("\n"),
            drift.failing.join("\n"),
        ]);
    }
    table.to_string()
}
