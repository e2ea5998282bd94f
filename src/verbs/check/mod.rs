//! `check`: the configuration with all its mistakes at once; with `--connect` every back end, portal and
//! program as well, as a table. Changes nothing.

mod accounts;
mod clock;
mod connect;
mod destinations;
mod model;

use crate::cli::{CheckArgs, Context};
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::{DestinationKind, Mistakes, Settings};
use crate::{output, telemetry, wiring};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `check --json`.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct CheckReport {
    /// What is wrong with the configuration and the files it points to.
    pub mistakes: Vec<MistakeReport>,
    /// What was tried, in order; empty while there are mistakes.
    pub checks: Vec<CheckLine>,
}

/// One mistake.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MistakeReport {
    /// The file, or `the environment`; none for what is written nowhere.
    pub origin: Option<String>,
    /// Such as `portals.albany-med.url`.
    pub path: String,
    /// What is wrong and what is expected.
    pub what: String,
}

/// One thing that was tried.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckLine {
    /// What.
    pub what: String,
    /// Whether it works.
    pub ok: bool,
    /// What was found, or what is wrong and how it is mended.
    pub detail: String,
}

impl CheckLine {
    /// It works.
    pub(super) fn good(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { what: what.into(), ok: true, detail: detail.into() }
    }

    /// It does not.
    pub(super) fn bad(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { what: what.into(), ok: false, detail: detail.into() }
    }
}

/// Runs the verb.
///
/// # Errors
/// The configuration has mistakes, or something does not work.
pub async fn run(context: &Context, args: CheckArgs) -> VerbResult {
    telemetry::init_quiet();
    let loaded = Settings::load_with_secrets(context.config.as_deref(), &context.variables);
    let settings = match loaded {
        Ok((settings, _)) => settings,
        Err(mistakes) => return refused(context, &args, &mistakes),
    };
    let mut report = CheckReport { mistakes: Vec::new(), checks: offline(&settings) };
    let sound = report.checks.iter().all(|line| line.ok);
    if args.connect && sound {
        report.checks.extend(connect::all(&settings).await);
    }
    show(&report, &args)?;
    let bad = report.checks.iter().filter(|line| !line.ok).count();
    match (bad, sound) {
        (0, _) => Ok(Exit::Done),
        (_, false) => Ok(Exit::Usage),
        (_, true) => Ok(Exit::Failed),
    }
}

fn refused(context: &Context, args: &CheckArgs, mistakes: &Mistakes) -> VerbResult {
    if !args.json {
        // The same words as every other verb.
        return context.service_settings().map(|_| Exit::Done);
    }
    let mistakes = mistakes.0.iter().map(|mistake| MistakeReport {
        origin: mistake.origin.clone(),
        path: mistake.path.clone(),
        what: mistake.what.clone(),
    });
    output::print_json(&CheckReport { mistakes: mistakes.collect(), checks: Vec::new() })?;
    Ok(Exit::Usage)
}

/// What can be checked without leaving the configuration.
fn offline(settings: &Settings) -> Vec<CheckLine> {
    let portals: Vec<&str> = settings.portals.keys().map(|name| name.as_str()).collect();
    let portals = portals.join(", ");
    let kind = |kind: &DestinationKind| match kind {
        DestinationKind::Folder { path } => format!("folder {}", path.display()),
        DestinationKind::FaxPipeline(fax) => format!("fax pipeline: {}, {}", fax.files, fax.queue),
    };
    let destinations = settings.destinations.iter();
    let destinations: Vec<String> =
        destinations.map(|(name, destination)| format!("{name} ({})", kind(&destination.kind))).collect();
    let destinations = destinations.join(", ");
    let mut lines =
        vec![CheckLine::good("configuration", format!("portals: {portals}; destinations: {destinations}"))];
    let knowledge = settings.knowledge();
    lines.push(match wiring::knowledge(settings) {
        Ok(rules) => CheckLine::good("rules and code lists", format!("version {}", rules.version())),
        Err(failure) => bad("rules and code lists", &failure),
    });
    lines.push(match knowledge.packet_order() {
        Ok(order) => CheckLine::good("packet order", format!("{} places", order.places.len())),
        Err(failure) => bad("packet order", &failure),
    });
    for (name, portal) in &settings.portals {
        let what = format!("profile of {name}");
        lines.push(match knowledge.profile(&portal.profile) {
            Ok(profile) => CheckLine::good(what, profile.title),
            Err(failure) => bad(&what, &failure),
        });
    }
    lines.extend(accounts::lines(settings, &knowledge));
    lines.push(model::line(settings));
    lines
}

/// A failure as a line.
fn bad(what: &str, failure: &Failure) -> CheckLine {
    CheckLine::bad(what, format!("{}\n{}", failure.cause, failure.way_out))
}

fn show(report: &CheckReport, args: &CheckArgs) -> Result<(), Failure> {
    if args.json {
        return output::print_json(report);
    }
    let mut table = output::table(&["what", "", "detail"]);
    for line in &report.checks {
        let mark = if line.ok { "ok" } else { "BAD" };
        table.add_row(vec![line.what.as_str(), mark, line.detail.as_str()]);
    }
    output::print(&table.to_string())
}
