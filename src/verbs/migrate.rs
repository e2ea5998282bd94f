//! `migrate`: brings database, queues and bucket to the form this release needs. Repeatable; what is there already
//! is left alone.

use crate::cli::{Context, MigrateArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::Settings;
use crate::{audited, output, telemetry, wiring};
use domain::audit::{AuditAction, OperatorAct};
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
/// A back end cannot be reached, belongs to somebody else, or is of a newer release; or all is migrated, but that
/// could not be written down.
pub async fn run(context: &Context, args: MigrateArgs) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    let steps = wiring::migrate(&settings, args.dry_run, args.to).await?;
    if !args.dry_run {
        write_down(context, &settings, &steps).await?;
    }
    let report = MigrateReport { dry_run: args.dry_run, steps };
    show(&report, args.json)?;
    Ok(Exit::Done)
}

/// Afterwards, since the first migration makes the audit log. The first step is the store's.
async fn write_down(context: &Context, settings: &Settings, steps: &[MigrateStep]) -> Result<(), Failure> {
    let stores = wiring::open_stores(settings).await?;
    let store = steps.first();
    let act = OperatorAct {
        subject: store.map(|step| step.what.clone()),
        why: store.map(|step| step.detail.clone()),
        ..OperatorAct::new(AuditAction::Migrated)
    };
    audited::write_down_afterwards(context, &stores, act).await
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
