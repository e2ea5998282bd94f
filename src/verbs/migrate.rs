//! `migrate`: brings database, queues and bucket to the form this release needs. Repeatable; what is there already
//! is left alone.

use crate::cli::{Context, MigrateArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::{output, telemetry, wiring};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `migrate --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MigrateReport {
    /// Whether anything was changed; with --dry-run nothing is.
    pub dry_run: bool,
    /// What was done or would be, in order.
    pub steps: Vec<MigrateStep>,
}

/// One thing brought to its form.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MigrateStep {
    /// What, such as `MongoDB at db.internal, database epic` or `queue prod_epic_ocr`.
    pub what: String,
    /// What was done to it, or found.
    pub detail: String,
}

impl MigrateStep {
    /// A step.
    pub fn new(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { what: what.into(), detail: detail.into() }
    }
}

/// Runs the verb.
///
/// # Errors
/// A back end cannot be reached, belongs to somebody else, or is of a newer release.
pub async fn run(context: &Context, args: MigrateArgs) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    let steps = wiring::migrate(&settings, args.dry_run, args.to).await?;
    let report = MigrateReport { dry_run: args.dry_run, steps };
    show(&report, args.json)?;
    Ok(Exit::Done)
}

fn show(report: &MigrateReport, json: bool) -> Result<(), Failure> {
    if json {
        return output::print_json(report);
    }
    let mut table = output::table(&["what", if report.dry_run { "would be done" } else { "done" }]);
    for step in &report.steps {
        table.add_row(vec![step.what.as_str(), step.detail.as_str()]);
    }
    output::print(&table.to_string())
}
